#include "harness/cli/listing.h"

#include "activations/activation.h"
#include "datasets/dataset.h"
#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "harness/cli/call.h"
#include "harness/cli/json.h"
#include "harness/cli/terminal.h"
#include "harness/probes/probe.h"
#include "models/family.h"
#include "models/initializer.h"
#include "models/loss.h"
#include "models/optimizer.h"
#include "models/schedule.h"

#include <string.h>

const ag_catalogue *const ag_listed[] = {&ag_activations, &ag_initializers, &ag_models,
                                         &ag_optimizers,  &ag_schedules,    &ag_losses,
                                         &ag_probes,      &ag_datasets,     NULL};

const ag_option ag_listing_options[1] = {{"json", 0, NULL, "JSON instead of text"}};

/* --- text ----------------------------------------------------------------- */

/* Columns that UTF-8 text takes: its characters, for the letters and signs used here. */
static int width(const char *text) {
    int n = 0;
    for (; *text; text++)
        n += (*text & 0xc0) != 0x80;
    return n;
}

static void print_padded(FILE *out, const char *text, int columns) {
    fprintf(out, "%s%*s", text, columns > width(text) ? columns - width(text) : 0, "");
}

void ag_listing_list(FILE *out, const ag_catalogue *catalogue) {
    enum { FORMULA_MAX = 56 }; /* longer ones push their source to the right */
    int name = 0, formula = 0;
    for (int i = 0; i < catalogue->n_items; i++) {
        const int a = width(catalogue->items[i]->name), b = width(catalogue->items[i]->formula);
        if (a > name) name = a;
        if (b > formula) formula = b;
    }
    if (formula > FORMULA_MAX) formula = FORMULA_MAX;
    for (int i = 0; i < catalogue->n_items; i++) {
        const ag_element *element = catalogue->items[i];
        print_padded(out, element->name, name + 2);
        print_padded(out, element->formula, formula);
        fprintf(out, "  %s\n", element->paper);
    }
}

/* "1e-08 to 10", "none, per_layer or per_channel", "true or false" */
static void print_range(FILE *out, const ag_param *p) {
    char least[AG_NUMBER_MAX], most[AG_NUMBER_MAX];
    switch (p->kind) {
    case AG_PARAM_REAL:
    case AG_PARAM_INT:
        fprintf(out, "%s, %s to %s", p->kind == AG_PARAM_INT ? "whole number" : "number",
                ag_format_number(least, p->min), ag_format_number(most, p->max));
        break;
    case AG_PARAM_FLAG: fputs("true or false", out); break;
    case AG_PARAM_WORD:
        for (int i = 0; p->words[i]; i++)
            fprintf(out, "%s%s", i == 0 ? "" : p->words[i + 1] ? ", " : " or ", p->words[i]);
        break;
    case AG_PARAM_TEXT: fputs("text", out); break;
    }
}

static void print_standard(FILE *out, const ag_param *p) {
    char number[AG_NUMBER_MAX];
    switch (p->kind) {
    case AG_PARAM_REAL:
    case AG_PARAM_INT: fprintf(out, "; standard %s", ag_format_number(number, p->standard)); break;
    case AG_PARAM_FLAG: fprintf(out, "; standard %s", p->standard != 0 ? "true" : "false"); break;
    case AG_PARAM_WORD: fprintf(out, "; standard %s", p->words[(int)p->standard]); break;
    case AG_PARAM_TEXT:
        if (!p->standard_text)
            fputs("; must be given", out);
        else if (*p->standard_text)
            fprintf(out, "; standard %s", p->standard_text);
        break;
    }
}

void ag_listing_show(FILE *out, const ag_element *element) {
    ag_print_bold(out, element->name);
    fprintf(out, "\n  formula     %s\n  source      %s\n", element->formula, element->paper);
    for (const char *const *alias = element->aliases; alias && *alias; alias++)
        fprintf(out, "  also called %s\n", *alias);
    int name = 0;
    for (int i = 0; i < element->n_params; i++)
        if (width(element->params[i].name) > name) name = width(element->params[i].name);
    fputs(element->n_params ? "  parameters\n" : "  parameters  none\n", out);
    for (int i = 0; i < element->n_params; i++) {
        const ag_param *p = &element->params[i];
        fputs("    ", out);
        print_padded(out, p->name, name + 2);
        fprintf(out, "%s\n    %*s", p->meaning, name + 2, "");
        print_range(out, p);
        print_standard(out, p);
        fputc('\n', out);
    }
}

/* --- JSON ----------------------------------------------------------------- */

static void json_texts(FILE *out, const char *const *texts) {
    fputc('[', out);
    for (int i = 0; texts && texts[i]; i++) {
        if (i) fputs(", ", out);
        ag_json_text(out, texts[i]);
    }
    fputc(']', out);
}

static void json_param(FILE *out, const ag_param *p) {
    static const char *const kinds[] = {"real", "integer", "flag", "word", "text"};
    fputs("{\"name\": ", out);
    ag_json_text(out, p->name);
    fprintf(out, ", \"kind\": \"%s\", \"standard\": ", kinds[p->kind]);
    switch (p->kind) {
    case AG_PARAM_REAL:
    case AG_PARAM_INT:
        ag_json_number(out, p->standard);
        fputs(", \"min\": ", out);
        ag_json_number(out, p->min);
        fputs(", \"max\": ", out);
        ag_json_number(out, p->max);
        break;
    case AG_PARAM_FLAG: fputs(p->standard != 0 ? "true" : "false", out); break;
    case AG_PARAM_WORD:
        ag_json_text(out, p->words[(int)p->standard]);
        fputs(", \"words\": ", out);
        json_texts(out, p->words);
        break;
    case AG_PARAM_TEXT: ag_json_text(out, p->standard_text); break;
    }
    fputs(", \"meaning\": ", out);
    ag_json_text(out, p->meaning);
    fputc('}', out);
}

void ag_listing_show_json(FILE *out, const ag_element *element) {
    fputs("{\"name\": ", out);
    ag_json_text(out, element->name);
    fputs(", \"formula\": ", out);
    ag_json_text(out, element->formula);
    fputs(", \"source\": ", out);
    ag_json_text(out, element->paper);
    fputs(", \"aliases\": ", out);
    json_texts(out, element->aliases);
    fputs(", \"parameters\": [", out);
    for (int i = 0; i < element->n_params; i++) {
        if (i) fputs(", ", out);
        json_param(out, &element->params[i]);
    }
    fputs("]}", out);
}

void ag_listing_list_json(FILE *out, const ag_catalogue *catalogue) {
    fputc('[', out);
    for (int i = 0; i < catalogue->n_items; i++) {
        fputs(i ? ",\n " : "", out);
        ag_listing_show_json(out, catalogue->items[i]);
    }
    fputs("]\n", out);
}

/* --- the command ---------------------------------------------------------- */

static int wrong_word(const ag_call *call, const ag_catalogue *catalogue, const char *word) {
    if (ag_catalogue_find(catalogue, word))
        return ag_call_usage(call, "'%s' is not list or show; did you mean 'show %s'?", word, word);
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(word);
    ag_nearest_offer(&nearest, "list");
    ag_nearest_offer(&nearest, "show");
    return ag_call_usage(call, "'%s' is not list or show%s", word,
                         ag_nearest_hint(hint, &nearest, ""));
}

int ag_listing(const ag_call *call, const ag_catalogue *catalogue) {
    const bool json = ag_call_value(call, "json") != NULL;
    const char *verb = call->n_words ? call->words[0] : "list";
    if (strcmp(verb, "list") == 0) {
        if (call->n_words > 1)
            return ag_call_usage(call, "'list' takes no name; did you mean 'show %s'?",
                                 call->words[1]);
        (json ? ag_listing_list_json : ag_listing_list)(stdout, catalogue);
        return 0;
    }
    if (strcmp(verb, "show") != 0) return wrong_word(call, catalogue, verb);
    if (call->n_words < 2) return ag_call_usage(call, "'show' needs a NAME");
    const ag_element *element = ag_element_wanted(call, catalogue, call->words[1]);
    if (!element) return 2;
    (json ? ag_listing_show_json : ag_listing_show)(stdout, element);
    if (json) fputc('\n', stdout);
    return 0;
}
