#include "harness/cli/listing.h"

#include "activations/activation.h"
#include "datasets/dataset.h"
#include "harness/base/nearest.h"
#include "harness/base/wrap.h"
#include "harness/cli/call.h"
#include "harness/cli/json.h"
#include "harness/cli/parameter.h"
#include "harness/cli/terminal.h"
#include "harness/probes/probe.h"
#include "models/family.h"
#include "models/initializer.h"
#include "models/loss.h"
#include "models/optimizer.h"
#include "models/schedule.h"

#include <string.h>
#include <unistd.h>

const ag_catalogue *const ag_listed[] = {&ag_activations, &ag_initializers, &ag_models,
                                         &ag_optimizers,  &ag_schedules,    &ag_losses,
                                         &ag_probes,      &ag_datasets,     NULL};

const ag_option ag_listing_options[1] = {{"json", 0, NULL, "JSON instead of text"}};

/* --- text ----------------------------------------------------------------- */

/* The name, and the aliases that have room in its column. */
static void print_names(FILE *out, const ag_element *element, int columns) {
    int width = ag_text_width(element->name);
    fputs(element->name, out);
    for (const char *const *alias = element->aliases; alias && *alias; alias++) {
        const int more = 2 + ag_text_width(*alias);
        if (width + more + 2 > columns) continue;
        fprintf(out, ", %s", *alias);
        width += more;
    }
    fprintf(out, "%*s", columns - width, "");
}

/* On a terminal without room for these lines: the source has lines of its own. */
static void list_narrow(FILE *out, const ag_catalogue *catalogue, int name) {
    const int width = ag_terminal_columns(out);
    for (int i = 0; i < catalogue->n_items; i++) {
        const ag_element *element = catalogue->items[i];
        print_names(out, element, name + 2);
        ag_print_wrapped(out, element->formula, name + 2, name + 2, width);
        fprintf(out, "\n%*s", name + 2, "");
        ag_print_wrapped(out, element->paper, name + 2, name + 2, width);
        fputc('\n', out);
    }
}

void ag_listing_list(FILE *out, const ag_catalogue *catalogue) {
    enum { FORMULA_MAX = 56 }; /* longer ones push their source to the right */
    int name = 0, formula = 0, longest = 0;
    for (int i = 0; i < catalogue->n_items; i++) {
        const int a = ag_text_width(catalogue->items[i]->name),
                  b = ag_text_width(catalogue->items[i]->formula),
                  all = (b > FORMULA_MAX ? b : FORMULA_MAX) +
                        ag_text_width(catalogue->items[i]->paper);
        if (a > name) name = a;
        if (b > formula) formula = b;
        if (all > longest) longest = all;
    }
    if (formula > FORMULA_MAX) formula = FORMULA_MAX;
    if (isatty(fileno(out)) && name + longest + 4 > ag_terminal_columns(out)) {
        list_narrow(out, catalogue, name);
        return;
    }
    for (int i = 0; i < catalogue->n_items; i++) {
        const ag_element *element = catalogue->items[i];
        print_names(out, element, name + 2);
        ag_print_padded(out, element->formula, formula);
        fprintf(out, "  %s\n", element->paper);
    }
}

/* "  formula     f(x)", on as many lines as it takes. */
static void print_line(FILE *out, const char *title, const char *text) {
    enum { INDENT = 14, WIDTH = 80 };
    fprintf(out, "  %-*s", INDENT - 2, title);
    ag_print_wrapped(out, text, INDENT, INDENT, WIDTH);
    fputc('\n', out);
}

void ag_listing_show(FILE *out, const ag_element *element, const char *derivative) {
    ag_print_bold(out, element->name);
    fputc('\n', out);
    print_line(out, "formula", element->formula);
    if (derivative) print_line(out, "derivative", derivative[0] ? derivative : "too long to print");
    print_line(out, "source", element->paper);
    for (const char *const *alias = element->aliases; alias && *alias; alias++)
        fprintf(out, "  also called %s\n", *alias);
    fputs(element->n_params ? "  parameters\n" : "  parameters  none\n", out);
    ag_params_print(out, element->params, element->n_params, 4);
}

/* --- JSON ----------------------------------------------------------------- */

void ag_listing_show_json(FILE *out, const ag_element *element) {
    fputs("{\"name\": ", out);
    ag_json_text(out, element->name);
    fputs(", \"formula\": ", out);
    ag_json_text(out, element->formula);
    fputs(", \"source\": ", out);
    ag_json_text(out, element->paper);
    fputs(", \"aliases\": ", out);
    ag_json_texts(out, element->aliases);
    fputs(", \"parameters\": ", out);
    ag_params_print_json(out, element->params, element->n_params);
    fputc('}', out);
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
    if (json)
        ag_listing_show_json(stdout, element);
    else
        ag_listing_show(stdout, element, NULL);
    if (json) fputc('\n', stdout);
    return 0;
}
