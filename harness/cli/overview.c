#include "harness/cli/overview.h"

#include "harness/base/wrap.h"
#include "harness/cli/call.h"
#include "harness/cli/terminal.h"

#include <string.h>

enum { NAMES_MAX = 12 };

/* Order of the overview. A command that is in none of these is listed under the
 * last heading. */
static const struct group {
    const char *heading;
    const char *names[NAMES_MAX];
} groups[] = {
    {"Run an experiment", {"run", "plan", "status"}},
    {"Ask the results",
     {"query", "compare", "plot", "export", "reproduce", "verify", "diff", "why"}},
    {"See what there is",
     {"activations", "initializers", "models", "optimizers", "schedules", "losses", "probes",
      "datasets"}},
    {"About this program", {"doctor", "completion", "help"}},
};

static bool is_grouped(const char *name) {
    for (int g = 0; g < AG_COUNT(groups); g++)
        for (int i = 0; i < NAMES_MAX && groups[g].names[i]; i++)
            if (strcmp(groups[g].names[i], name) == 0) return true;
    return false;
}

/* Calls `visit` for every command there is, in the order of the overview, and for
 * every heading with command NULL. */
static void walk(FILE *out, void (*visit)(FILE *, const char *heading, const ag_command *)) {
    for (int g = 0; g < AG_COUNT(groups); g++) {
        visit(out, groups[g].heading, NULL);
        for (int i = 0; i < NAMES_MAX && groups[g].names[i]; i++) {
            const ag_command *command = ag_command_find(groups[g].names[i]);
            if (command) visit(out, NULL, command);
        }
    }
    for (int i = 0; i < ag_commands.n_items; i++)
        if (!is_grouped(ag_commands.items[i]->name))
            visit(out, NULL, (const ag_command *)(const void *)ag_commands.items[i]);
}

static void overview_line(FILE *out, const char *heading, const ag_command *command) {
    if (!command) {
        fputc('\n', out);
        ag_print_bold(out, heading);
        fputc('\n', out);
    } else {
        fprintf(out, "  %-13s %s\n", command->about.name, command->about.formula);
    }
}

void ag_overview_print(FILE *out) {
    fputs("actgrid trains grids of networks and compares their activation functions.\n\n"
          "usage: actgrid COMMAND [...]\n",
          out);
    walk(out, overview_line);
    fputs("\n`actgrid COMMAND --help` explains a command, `actgrid help TOPIC` a topic:\n", out);
    for (int i = 0; i < ag_n_topics; i++)
        fprintf(out, "  %-13s %s\n", ag_topics[i].name, ag_topics[i].meaning);
    fputs("\n`actgrid --version` prints the version.\n", out);
}

/* --- one command ---------------------------------------------------------- */

/* "-o, --output DIR" */
static void option_words(char *text, size_t size, const ag_option *o) {
    const char letter[] = {'-', o->letter, ',', ' ', 0};
    snprintf(text, size, "%s--%s%s%s", o->letter ? letter : "    ", o->name, o->value ? " " : "",
             o->value ? o->value : "");
}

static void print_option(FILE *out, const ag_option *o) {
    enum { COLUMN = 24 };
    char words[128];
    option_words(words, sizeof words, o);
    if (strlen(words) <= COLUMN)
        fprintf(out, "  %-*s ", COLUMN, words);
    else
        fprintf(out, "  %s\n  %-*s ", words, COLUMN, "");
    ag_print_wrapped(out, o->meaning, COLUMN + 3, COLUMN + 3, AG_HELP_COLUMNS);
    fputc('\n', out);
}

/* Broken between two forms of a command: "[list | show NAME]". */
static void print_usage(FILE *out, const ag_command *command) {
    static const char usage[] = "usage: actgrid ", between[] = " | ";
    int column =
        fprintf(out, "%s%s%s", usage, command->about.name, command->n_options ? " [options]" : "");
    for (const char *form = command->arguments ? command->arguments : ""; *form;) {
        const char *end = strstr(form, between);
        const int n = (int)(end ? (size_t)(end - form) + 2 : strlen(form));
        const bool fits = column + 1 + n <= AG_HELP_COLUMNS;
        const int indent = fits ? 1 : (int)sizeof usage - 1;
        fprintf(out, "%s%*s%.*s", fits ? "" : "\n", indent, "", n, form);
        column = (fits ? column : 0) + indent + n;
        form += n + (end != NULL);
    }
    fputs("\n\n", out);
}

void ag_command_help(FILE *out, const ag_command *command) {
    print_usage(out, command);
    if (command->help) fprintf(out, "%s\n", command->help);
    ag_print_bold(out, "options");
    fputc('\n', out);
    for (int i = 0; i < command->n_options; i++)
        print_option(out, &command->options[i]);
    for (int i = 0; i < ag_n_common_options; i++)
        print_option(out, &ag_common_options[i]);
}

/* --- the manual page ------------------------------------------------------ */

/* Text for troff: a line may not begin with a dot or quote, a backslash is \e and
 * a hyphen someone may copy is \-. */
static void roff(FILE *out, const char *text) {
    bool begins = true;
    for (const char *s = text; *s; s++) {
        if (begins && (*s == '.' || *s == '\'')) fputs("\\&", out);
        begins = *s == '\n';
        if (*s == '\\')
            fputs("\\e", out);
        else if (*s == '-')
            fputs("\\-", out);
        else
            fputc(*s, out);
    }
}

static void roff_option(FILE *out, const ag_option *o) {
    fputs(".TP\n.B ", out);
    char words[128];
    option_words(words, sizeof words, o);
    roff(out, words + (o->letter ? 0 : 4));
    fputc('\n', out);
    roff(out, o->meaning);
    fputc('\n', out);
}

static void roff_command(FILE *out, const char *heading, const ag_command *command) {
    if (!command) {
        fprintf(out, ".SH ");
        for (const char *s = heading; *s; s++)
            fputc(*s >= 'a' && *s <= 'z' ? *s - 'a' + 'A' : *s, out);
        fputc('\n', out);
        return;
    }
    fprintf(out, ".SS actgrid %s ", command->about.name);
    roff(out, command->arguments ? command->arguments : "");
    fputc('\n', out);
    roff(out, command->about.formula);
    fputs(".\n.PP\n.nf\n", out);
    roff(out, command->help ? command->help : "");
    fputs(".fi\n", out);
    for (int i = 0; i < command->n_options; i++)
        roff_option(out, &command->options[i]);
}

void ag_manual_print(FILE *out) {
    fputs(
        ".TH ACTGRID 1 \"\" \"actgrid " AG_VERSION "\" \"User Commands\"\n"
        ".SH NAME\nactgrid \\- trains grids of networks and compares their activation functions\n"
        ".SH SYNOPSIS\n.B actgrid\n.I COMMAND\n[\\fIoptions\\fR] [\\fIwords\\fR]\n"
        ".SH DESCRIPTION\nOne YAML file describes a grid of activations, initializers, depths, "
        "learning rates and seeds on a data set. One command trains all of it; every trial leaves "
        "its curves, gradient norms and activation statistics in SQLite and HDF5.\n"
        ".PP\nEvery command also understands\n",
        out);
    for (int i = 0; i < ag_n_common_options; i++)
        roff_option(out, &ag_common_options[i]);
    walk(out, roff_command);
    for (int i = 0; i < ag_n_topics; i++) {
        fputs(".SH \"", out);
        for (const char *s = ag_topics[i].name; *s; s++)
            fputc(*s >= 'a' && *s <= 'z' ? *s - 'a' + 'A' : *s, out);
        fputs("\"\n.nf\n", out);
        ag_topics[i].print(out);
        fputs(".fi\n", out);
    }
}
