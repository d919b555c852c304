#include "harness/cli/parameter.h"

#include "harness/base/text.h"
#include "harness/base/wrap.h"
#include "harness/cli/json.h"
#include "harness/config/writer.h"

int ag_text_width(const char *text) {
    int n = 0;
    for (; *text; text++)
        n += (*text & 0xc0) != 0x80;
    return n;
}

void ag_print_padded(FILE *out, const char *text, int columns) {
    const int width = ag_text_width(text);
    fprintf(out, "%s%*s", text, columns > width ? columns - width : 0, "");
}

/* --- text ------------------------------------------------------------------ */

static void print_words(FILE *out, const char *const *words) {
    for (int i = 0; words[i]; i++)
        fprintf(out, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
}

/* "number, 1e-08 to 10", "none, per_layer or per_channel", "true or false" */
static void print_range(FILE *out, const ag_param *p) {
    char least[AG_NUMBER_MAX], most[AG_NUMBER_MAX];
    ag_format_number(least, p->min);
    ag_format_number(most, p->max);
    switch (p->kind) {
    case AG_PARAM_REAL:
    case AG_PARAM_INT:
        fprintf(out, "%s, %s to %s", p->kind == AG_PARAM_INT ? "whole number" : "number", least,
                most);
        if (p->words) fputs(", or ", out);
        if (p->words) print_words(out, p->words);
        break;
    case AG_PARAM_FLAG: fputs("true or false", out); break;
    case AG_PARAM_WORD: print_words(out, p->words); break;
    case AG_PARAM_TEXT: fputs("text", out); break;
    case AG_PARAM_LIST:
        fprintf(out, "list of %s to %s", least, most);
        if (!ag_param_is_plain(p)) {
            fputs(" maps", out);
            break;
        }
        fputs(", each a ", out);
        print_range(out, &p->items[0]);
        break;
    }
}

static void print_standard(FILE *out, const ag_param *p) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_writer w = AG_WRITER(&arena);
    const ag_value standard = ag_param_standard(p);
    if (!ag_param_required(p)) ag_write_value(&w, p, &standard, false);
    if (ag_param_required(p))
        fputs("; must be given", out);
    else if (!w.failed && w.n)
        fprintf(out, "; standard %s", w.text);
    ag_arena_close(&arena);
}

void ag_params_print(FILE *out, const ag_param *params, int n, int indent) {
    enum { WIDTH = 80 };
    int name = 0;
    for (int i = 0; i < n; i++)
        if (params[i].name && ag_text_width(params[i].name) > name)
            name = ag_text_width(params[i].name);
    for (int i = 0; i < n; i++) {
        const ag_param *p = &params[i];
        fprintf(out, "%*s", indent, "");
        ag_print_padded(out, p->name, name + 2);
        const int column = indent + name + 2;
        (void)ag_print_wrapped(out, p->meaning, column, column, WIDTH);
        fprintf(out, "\n%*s", column, "");
        print_range(out, p);
        print_standard(out, p);
        if (p->with) fprintf(out, "; counts only with %s", p->with);
        if (p->aliases) fputs("; also called ", out);
        if (p->aliases) print_words(out, p->aliases);
        fputc('\n', out);
        if (p->kind == AG_PARAM_LIST && !ag_param_is_plain(p))
            ag_params_print(out, p->items, p->n_items, column);
    }
}

void ag_param_print(FILE *out, const ag_choice *choice, int i, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    ag_write_param(&w, choice, i, false);
    if (w.n && !w.failed) fputs(w.text, out);
}

/* --- JSON ------------------------------------------------------------------ */

void ag_json_texts(FILE *out, const char *const *texts) {
    fputc('[', out);
    for (int i = 0; texts && texts[i]; i++) {
        if (i) fputs(", ", out);
        ag_json_text(out, texts[i]);
    }
    fputc(']', out);
}

static void json_value(FILE *out, const ag_param *p, const ag_value *value, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    if (p->kind == AG_PARAM_TEXT) { /* of the command line: perhaps no UTF-8 */
        ag_json_text(out, value->text);
        return;
    }
    ag_write_value(&w, p, value, true);
    fputs(w.failed ? "null" : w.text, out);
}

static void json_limits(FILE *out, const ag_param *p) {
    fputs(", \"min\": ", out);
    ag_json_number(out, p->min);
    fputs(", \"max\": ", out);
    ag_json_number(out, p->max);
}

static void json_param(FILE *out, const ag_param *p, ag_arena *arena) {
    static const char *const kinds[] = {"real", "integer", "flag", "word", "text", "list"};
    const ag_value standard = ag_param_standard(p);
    fputs("{\"name\": ", out);
    ag_json_text(out, p->name);
    fprintf(out, ", \"kind\": \"%s\", \"standard\": ", kinds[p->kind]);
    if (ag_param_required(p))
        fputs("null", out);
    else
        json_value(out, p, &standard, arena);
    if (p->kind == AG_PARAM_REAL || p->kind == AG_PARAM_INT || p->kind == AG_PARAM_LIST)
        json_limits(out, p);
    if (p->words) {
        fputs(", \"words\": ", out);
        ag_json_texts(out, p->words);
    }
    if (p->kind == AG_PARAM_LIST) {
        fputs(", \"items\": ", out);
        ag_params_print_json(out, p->items, p->n_items);
    }
    if (p->aliases) {
        fputs(", \"aliases\": ", out);
        ag_json_texts(out, p->aliases);
    }
    if (p->with) {
        fputs(", \"with\": ", out);
        ag_json_text(out, p->with);
    }
    fputs(", \"meaning\": ", out);
    ag_json_text(out, p->meaning);
    fputc('}', out);
}

void ag_params_print_json(FILE *out, const ag_param *params, int n) {
    ag_arena arena = AG_ARENA_EMPTY;
    fputc('[', out);
    for (int i = 0; i < n; i++) {
        if (i) fputs(", ", out);
        json_param(out, &params[i], &arena);
    }
    fputc(']', out);
    ag_arena_close(&arena);
}

void ag_param_print_json(FILE *out, const ag_choice *choice, int i, ag_arena *arena) {
    const ag_value value = ag_choice_value(choice, i);
    json_value(out, &choice->element->params[i], &value, arena);
}

void ag_settings_print_json(FILE *out, const ag_choice *choice) {
    fputs(", \"settings\": {", out);
    for (int i = 0; i < choice->element->n_params; i++) {
        const char *chosen = ag_choice_word(choice, i);
        fputs(i ? ", " : "", out);
        ag_json_text(out, choice->element->params[i].name);
        fputs(": ", out);
        if (chosen)
            ag_json_text(out, chosen);
        else
            ag_json_number(out, choice->number[i]);
    }
    fputc('}', out);
}
