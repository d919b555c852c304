#include "harness/cli/call.h"
#include "harness/cli/listing.h"
#include "harness/cli/overview.h"

#include <string.h>

/* Options are written once per word, common ones included. `separator` stands
 * between the words. */
static void option_words(const ag_command *command, const char *separator) {
    for (int i = 0; i < command->n_options; i++) {
        const ag_option *o = &command->options[i];
        printf("--%s%s%s", o->name, o->value ? "=" : "", separator);
    }
    for (int i = 0; i < ag_n_common_options; i++)
        printf("--%s%s", ag_common_options[i].name, i + 1 < ag_n_common_options ? separator : "");
}

static const ag_catalogue *listed(const ag_command *command) {
    for (int i = 0; ag_listed[i]; i++)
        if (strcmp(ag_listed[i]->plural, command->about.name) == 0) return ag_listed[i];
    return NULL;
}

/* Words a command begins with, besides files; "" for most. */
static void first_words(const ag_command *command) {
    if (strcmp(command->about.name, "help") == 0) {
        for (int i = 0; i < ag_n_topics; i++)
            printf("%s ", ag_topics[i].name);
        for (int i = 0; i < ag_commands.n_items; i++)
            printf("%s ", ag_commands.items[i]->name);
    } else if (strcmp(command->about.name, "completion") == 0) {
        fputs("bash zsh fish", stdout);
    } else if (listed(command)) {
        /* "list | show NAME": the lower-case words of the usage line */
        for (const char *s = command->arguments; *s;) {
            const size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz");
            const bool alone = n > 1 && (s == command->arguments || strchr(" [|", s[-1]));
            if (alone) printf("%.*s ", (int)n, s);
            s += n ? n : 1;
        }
    }
}

/* Names behind the first word: elements of a catalogue. */
static void second_words(const ag_command *command) {
    const ag_catalogue *catalogue = listed(command);
    for (int i = 0; catalogue && i < catalogue->n_items; i++)
        printf("%s ", catalogue->items[i]->name);
}

static const ag_command *command_at(int i) {
    return (const ag_command *)(const void *)ag_commands.items[i];
}

/* Sets flags, first and second for the command in $1: one function that bash and
 * zsh share. Not "options": that name is zsh's own. */
static void words_function(void) {
    fputs("_actgrid_words() {\n    case \"$1\" in\n", stdout);
    for (int i = 0; i < ag_commands.n_items; i++) {
        printf("    %s)\n        flags='", command_at(i)->about.name);
        option_words(command_at(i), " ");
        fputs("'\n        first='", stdout);
        first_words(command_at(i));
        fputs("'\n        second='", stdout);
        second_words(command_at(i));
        fputs("' ;;\n", stdout);
    }
    fputs("    *) flags='' first='' second='' ;;\n    esac\n}\n", stdout);
}

static void commands_line(void) {
    for (int i = 0; i < ag_commands.n_items; i++)
        printf("%s ", ag_commands.items[i]->name);
    fputs("--help --version", stdout);
}

static void bash(void) {
    puts("# bash completion for actgrid. Written by: actgrid completion bash");
    words_function();
    fputs("_actgrid() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} flags first second choices=''\n"
          "    COMPREPLY=()\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        choices='",
          stdout);
    commands_line();
    puts("'\n"
         "    else\n"
         "        _actgrid_words \"${COMP_WORDS[1]}\"\n"
         "        case $word in\n"
         "        -*) choices=$flags ;;\n"
         "        *)  if ((COMP_CWORD == 2)); then choices=$first; else choices=$second; fi ;;\n"
         "        esac\n"
         "    fi\n"
         "    local IFS=$' \\t\\n'\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$word\")\n"
         "    if ((${#COMPREPLY[@]} == 0)); then\n"
         "        compopt -o filenames 2>/dev/null\n"
         "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
         "    elif [[ ${COMPREPLY[0]} == *= ]]; then\n"
         "        compopt -o nospace 2>/dev/null\n"
         "    fi\n"
         "}\n"
         "complete -F _actgrid actgrid");
}

static void zsh(void) {
    puts("#compdef actgrid\n# zsh completion for actgrid. Written by: actgrid completion zsh");
    words_function();
    fputs("_actgrid() {\n"
          "    local flags first second\n"
          "    if ((CURRENT == 2)); then\n"
          "        compadd -- ",
          stdout);
    commands_line();
    puts("\n"
         "        return\n"
         "    fi\n"
         "    _actgrid_words \"$words[2]\"\n"
         "    if [[ $PREFIX == -* ]]; then\n"
         "        compadd -- ${=flags}\n"
         "    elif ((CURRENT == 3)) && [[ -n $first ]]; then\n"
         "        compadd -- ${=first}\n"
         "    elif [[ -n $second ]]; then\n"
         "        compadd -- ${=second}\n"
         "    else\n"
         "        _files\n"
         "    fi\n"
         "}\n"
         "if [[ $funcstack[1] == _actgrid ]]; then _actgrid \"$@\"; else compdef _actgrid actgrid; "
         "fi");
}

/* Text inside single quotes of fish. */
static void fish_quoted(const char *text) {
    fputc('\'', stdout);
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') fputc('\\', stdout);
        fputc(*text, stdout);
    }
    fputc('\'', stdout);
}

static void fish_option(const char *command, const ag_option *o) {
    printf("complete -c actgrid -n '__fish_seen_subcommand_from %s' -l %s", command, o->name);
    if (o->letter) printf(" -s %c", o->letter);
    if (o->value) fputs(" -r", stdout);
    fputs(" -d ", stdout);
    fish_quoted(o->meaning);
    fputc('\n', stdout);
}

/* Words instead of files, where a command begins with words. */
static void fish_words(const ag_command *command) {
    if (!listed(command) && strcmp(command->about.name, "help") != 0 &&
        strcmp(command->about.name, "completion") != 0)
        return;
    printf("complete -c actgrid -n '__fish_seen_subcommand_from %s' -f -a '", command->about.name);
    first_words(command);
    second_words(command);
    puts("'");
}

static void fish(void) {
    puts("# fish completion for actgrid. Written by: actgrid completion fish");
    for (int i = 0; i < ag_commands.n_items; i++) {
        const ag_command *command = command_at(i);
        printf("complete -c actgrid -n __fish_use_subcommand -f -a %s -d ", command->about.name);
        fish_quoted(command->about.formula);
        fputc('\n', stdout);
        for (int o = 0; o < command->n_options; o++)
            fish_option(command->about.name, &command->options[o]);
        for (int o = 0; o < ag_n_common_options; o++)
            fish_option(command->about.name, &ag_common_options[o]);
        fish_words(command);
    }
}

static int run(const ag_call *call) {
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    for (int i = 0; i < AG_COUNT(shells); i++)
        if (strcmp(shells[i].name, call->words[0]) == 0) {
            shells[i].print();
            return 0;
        }
    return ag_call_usage(call, "no completion for '%s', only for bash, zsh and fish",
                         call->words[0]);
}

const ag_command ag_cmd_completion = {
    .about = {.name = "completion", .formula = "completes commands and options in a shell"},
    .arguments = "bash|zsh|fish",
    .least = 1,
    .most = 1,
    .help = "Prints a script that teaches the shell the commands, options and names of this\n"
            "program. `cmake --install` puts it in its place; without that:\n\n"
            "examples:\n"
            "  source <(actgrid completion bash)\n"
            "  actgrid completion zsh > ~/.zsh/_actgrid\n"
            "  actgrid completion fish > ~/.config/fish/completions/actgrid.fish\n",
    .run = run,
};
