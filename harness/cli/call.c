#include "harness/cli/call.h"

#include "harness/base/glyph.h"
#include "harness/base/nearest.h"
#include "harness/cli/terminal.h"

#include <stdarg.h>
#include <string.h>

enum { MESSAGE_MAX = 512 };

const ag_option ag_common_options[] = {
    {"help", 'h', NULL, "this text"},
    {"trace", 0, NULL, "errors show how they travelled through the program"},
};
const int ag_n_common_options = AG_COUNT(ag_common_options);

static const ag_command *command_of(const ag_element *element) {
    return (const ag_command *)(const void *)element;
}

const ag_command *ag_command_find(const char *name) {
    return command_of(ag_catalogue_find(&ag_commands, name));
}

/* "; did you mean 'relu'?" from the names of a catalogue, or `otherwise`. */
static const char *hint_from(const ag_catalogue *catalogue, const char *name,
                             char text[AG_HINT_MAX], const char *otherwise) {
    ag_nearest nearest = ag_nearest_begin(name);
    for (int i = 0; i < catalogue->n_items; i++) {
        const ag_element *element = catalogue->items[i];
        ag_nearest_offer(&nearest, element->name);
        for (const char *const *alias = element->aliases; alias && *alias; alias++)
            ag_nearest_offer(&nearest, *alias);
    }
    return ag_nearest_hint(text, &nearest, otherwise);
}

/* --- messages ------------------------------------------------------------- */

static void print_message(const char *where, const char *text) {
    fflush(stdout);
    fputs("actgrid: ", stderr);
    if (where[0]) {
        ag_print_visible(stderr, where);
        fputs(": ", stderr);
    }
    ag_print_visible(stderr, text);
    fputc('\n', stderr);
}

int ag_call_fail(const ag_call *call, const ag_error *err) {
    print_message(err->where, err->text[0] ? err->text : ag_status_words(err->status));
    for (int i = 0; call->trace && i < err->n_trace; i++)
        fprintf(stderr, "  %s %s:%d\n", i ? "through" : "from   ", err->trace[i].file,
                err->trace[i].line);
    return ag_status_exit_code(err->status);
}

int ag_call_no_memory(const ag_call *call) {
    ag_error err = {0};
    (void)AG_FAIL(&err, AG_NOMEM, AG_NOWHERE, "out of memory");
    return ag_call_fail(call, &err);
}

int ag_call_usage(const ag_call *call, const char *format, ...) {
    char text[MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    print_message("", text);
    fprintf(stderr, "see: actgrid %s --help\n", call->command->about.name);
    return 2;
}

int ag_command_unknown(const char *name) {
    char text[MESSAGE_MAX], hint[AG_HINT_MAX];
    if (name[0] == '-')
        snprintf(text, sizeof text, "unknown option '%s'; a command comes first", name);
    else
        snprintf(text, sizeof text, "unknown command '%s'%s", name,
                 hint_from(&ag_commands, name, hint, ""));
    print_message("", text);
    fputs("see: actgrid --help\n", stderr);
    return 2;
}

const ag_element *ag_element_wanted(const ag_call *call, const ag_catalogue *catalogue,
                                    const char *name) {
    const ag_element *element = ag_catalogue_find(catalogue, name);
    if (element) return element;
    const ag_element *found[2];
    if (ag_catalogue_match(catalogue, name, found) > 1) {
        ag_call_usage(call, "'%s' is the name of more than one %s: must be '%s' or '%s'", name,
                      catalogue->kind, found[0]->name, found[1]->name);
        return NULL;
    }
    char hint[AG_HINT_MAX], otherwise[AG_HINT_MAX];
    snprintf(otherwise, sizeof otherwise, "; `actgrid %s` lists what there is", catalogue->plural);
    ag_call_usage(call, "no %s '%s'%s", catalogue->kind, name,
                  hint_from(catalogue, name, hint, otherwise));
    return NULL;
}

/* --- parsing -------------------------------------------------------------- */

/* What the parser walks over. */
typedef struct reader {
    ag_call *call;
    const char **kept; /* the plain words; call->words */
    const char *const *words;
    int n, next;
    bool help;
} reader;

static const ag_option *common_option(const char *name, size_t length, char letter) {
    for (int i = 0; i < ag_n_common_options; i++) {
        const ag_option *o = &ag_common_options[i];
        if (letter ? o->letter == letter
                   : strlen(o->name) == length && strncmp(o->name, name, length) == 0)
            return o;
    }
    return NULL;
}

/* Position among the command's options, -1 if it has none of that name or letter. */
static int own_option(const ag_command *command, const char *name, size_t length, char letter) {
    for (int i = 0; i < command->n_options; i++) {
        const ag_option *o = &command->options[i];
        if (letter ? o->letter == letter
                   : strlen(o->name) == length && strncmp(o->name, name, length) == 0)
            return i;
    }
    return -1;
}

static bool common_given(reader *r, const ag_option *option) {
    if (strcmp(option->name, "help") == 0)
        r->help = true;
    else
        r->call->trace = true;
    return true;
}

/* Notes option i with `value` written to it, or NULL: then a value is the next word. */
static bool option_given(reader *r, int i, const char *value) {
    ag_call *call = r->call;
    const ag_option *o = &call->command->options[i];
    if (call->value[i]) return ag_call_usage(call, "--%s is given twice", o->name), false;
    if (!o->value) {
        if (value) return ag_call_usage(call, "--%s takes no value", o->name), false;
        call->value[i] = "";
        return true;
    }
    if (!value && r->next < r->n && strncmp(r->words[r->next], "--", 2) != 0)
        value = r->words[r->next++];
    if (!value || !*value)
        return ag_call_usage(call, "--%s needs a value: %s", o->name, o->value), false;
    call->value[i] = value;
    return true;
}

static bool unknown_option(const ag_call *call, const char *word) {
    const ag_command *command = call->command;
    char name[64];
    const char *begin = word + strspn(word, "-"); /* "-json" and "--jsno=x" mean --json */
    snprintf(name, sizeof name, "%.*s", (int)strcspn(begin, "="), begin);
    ag_nearest nearest = ag_nearest_begin(name);
    for (int i = 0; i < command->n_options; i++)
        ag_nearest_offer(&nearest, command->options[i].name);
    for (int i = 0; i < ag_n_common_options; i++)
        ag_nearest_offer(&nearest, ag_common_options[i].name);
    if (nearest.best[0])
        ag_call_usage(call, "unknown option '%s'; did you mean '--%s'?", word, nearest.best);
    else
        ag_call_usage(
            call, "unknown option '%s'%s", word,
            strpbrk(word, "0123456789.()*/^+") ? "; write -- before words that begin with -" : "");
    return false;
}

static bool long_option(reader *r, const char *word) {
    const char *name = word + 2;
    const size_t length = strcspn(name, "=");
    const char *value = name[length] ? name + length + 1 : NULL;
    const int i = own_option(r->call->command, name, length, 0);
    if (i >= 0) return option_given(r, i, value);
    const ag_option *common = common_option(name, length, 0);
    if (!common) return unknown_option(r->call, word);
    if (value) return ag_call_usage(r->call, "--%s takes no value", common->name), false;
    return common_given(r, common);
}

static bool short_options(reader *r, const char *word) {
    for (const char *letter = word + 1; *letter; letter++) {
        const int i = own_option(r->call->command, NULL, 0, *letter);
        if (i >= 0 && r->call->command->options[i].value)
            return option_given(r, i, letter[1] ? letter + 1 : NULL);
        const ag_option *common = common_option(NULL, 0, *letter);
        if (i < 0 && !common) return unknown_option(r->call, word);
        if (i >= 0 ? !option_given(r, i, NULL) : !common_given(r, common)) return false;
    }
    return true;
}

static bool count_is_right(const ag_call *call) {
    const ag_command *command = call->command;
    if (call->n_words < command->least)
        return ag_call_usage(call, "'%s' needs %s", command->about.name, command->arguments), false;
    if (command->most < 0 || call->n_words <= command->most) return true;
    if (command->most == 0)
        ag_call_usage(call, "'%s' takes no words, but '%s' was given", command->about.name,
                      call->words[0]);
    else
        ag_call_usage(call, "'%s' takes %s; '%s' is too much", command->about.name,
                      command->arguments, call->words[command->most]);
    return false;
}

ag_parsed ag_call_parse(const ag_command *command, int n, const char *const *words, ag_arena *arena,
                        ag_call *call) {
    *call = (ag_call){.command = command, .arena = arena};
    reader r = {.call = call, .words = words, .n = n};
    r.kept = AG_NEW_ARRAY(arena, const char *, (size_t)n + 1);
    if (!r.kept) {
        const ag_error err = {.status = AG_NOMEM};
        ag_call_fail(call, &err);
        return AG_PARSED_WRONG;
    }
    call->words = r.kept;
    bool good = true, plain = false;
    while (good && r.next < n) {
        const char *word = words[r.next++];
        if (plain || word[0] != '-' || !word[1])
            r.kept[call->n_words++] = word;
        else if (strcmp(word, "--") == 0)
            plain = true;
        else
            good = word[1] == '-' ? long_option(&r, word) : short_options(&r, word);
        if (r.help) return AG_PARSED_HELP;
    }
    return good && count_is_right(call) ? AG_PARSED_RUN : AG_PARSED_WRONG;
}

const char *ag_call_value(const ag_call *call, const char *option) {
    const int i = own_option(call->command, option, strlen(option), 0);
    return i < 0 ? NULL : call->value[i];
}
