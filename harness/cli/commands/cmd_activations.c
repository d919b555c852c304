#include "activations/activation.h"
#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "harness/cli/activation_check.h"
#include "harness/cli/activation_show.h"
#include "harness/cli/choice_words.h"
#include "harness/cli/json.h"
#include "harness/cli/listing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_DOES_NOT_HOLD = 4 };

/* --- list, show ------------------------------------------------------------- */

static int do_list(const ag_call *call) {
    if (call->n_words > 1)
        return ag_call_usage(call, "list takes no name; 'show %s' tells more", call->words[1]);
    if (ag_call_value(call, "json"))
        ag_listing_list_json(stdout, &ag_activations);
    else
        ag_listing_list(stdout, &ag_activations);
    return 0;
}

/* "-1,0,2.5" into *x, from the call's arena. */
static ag_status read_numbers(const ag_call *call, const char *text, int *n, const double **x,
                              ag_error *err) {
    *n = 1;
    for (const char *c = text; *c; c++)
        *n += *c == ',';
    double *numbers = AG_NEW_ARRAY(call->arena, double, (size_t)*n);
    char *copy = AG_NEW_ARRAY(call->arena, char, strlen(text) + 1);
    if (!numbers || !copy) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for --at");
    strcpy(copy, text);
    for (int i = 0; i < *n; i++) {
        const size_t length = strcspn(copy, ",");
        copy[length] = 0;
        if (!ag_parse_number(copy, &numbers[i]))
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                           "--at has '%.60s', must be numbers with commas between: -1,0,2.5", copy);
        copy += length + 1;
    }
    *x = numbers;
    return AG_OK;
}

static int do_show(const ag_call *call) {
    static const double standard[] = {-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0};
    if (call->n_words < 2) return ag_call_usage(call, "show needs the NAME of an activation");
    ag_choice choice;
    ag_error err = {0};
    int n = AG_COUNT(standard);
    const double *x = standard;
    const char *at = ag_call_value(call, "at");
    ag_activation_facts facts;
    if (ag_choice_words(call, 1, &ag_activations, &choice, &err) != AG_OK ||
        (at && read_numbers(call, at, &n, &x, &err) != AG_OK) ||
        ag_activation_facts_of(&choice, call->arena, &facts, &err) != AG_OK)
        return ag_call_fail(call, &err);
    facts.n_points = n;
    facts.points = x;
    if (ag_call_value(call, "json"))
        ag_activation_show_json(stdout, &facts);
    else
        ag_activation_show(stdout, &facts);
    return 0;
}

/* --- check ------------------------------------------------------------------ */

static void print_check(const ag_choice *choice, const ag_activation_check *c) {
    char near_zero[AG_HUMAN_MAX] = "-";
    if (!isnan(c->around)) snprintf(near_zero, sizeof near_zero, "%.1e", c->near_zero);
    printf("%-14s %12.1e %10.2f %14.2f %12s  %s\n", choice->element->name, c->differences,
           c->value_ulp, c->derivative_ulp, near_zero, c->good ? "good" : "DOES NOT HOLD");
}

static void print_check_json(const ag_choice *choice, const ag_activation_check *c) {
    const char *const names[] = {"differences", "value_ulp", "derivative_ulp",
                                 "derivative_near_zero"};
    const double values[] = {c->differences, c->value_ulp, c->derivative_ulp,
                             isnan(c->around) ? (double)NAN : c->near_zero};
    fputs("{\"name\": ", stdout);
    ag_json_text(stdout, choice->element->name);
    for (int i = 0; i < AG_COUNT(names); i++) {
        printf(", \"%s\": ", names[i]);
        ag_json_number(stdout, values[i]);
    }
    printf(", \"good\": %s}", c->good ? "true" : "false");
}

static bool check_one(const ag_call *call, const ag_choice *choice) {
    const ag_activation_check c = ag_activation_checked(choice);
    (ag_call_value(call, "json") ? print_check_json : print_check)(choice, &c);
    return c.good;
}

static int do_check(const ag_call *call) {
    const bool json = ag_call_value(call, "json") != NULL;
    ag_choice choice;
    ag_error err = {0};
    int first = 0, last = ag_activations.n_items - 1, bad = 0;
    if (call->n_words > 1) {
        if (ag_choice_words(call, 1, &ag_activations, &choice, &err) != AG_OK)
            return ag_call_fail(call, &err);
        last = first;
    }
    if (json)
        fputc('[', stdout);
    else
        printf("%-14s %12s %10s %14s %12s\n", "name", "differences", "f, ULP", "f', ULP",
               "f' near 0");
    for (int i = first; i <= last; i++) {
        if (call->n_words < 2) choice = ag_choice_standard(ag_activations.items[i]);
        if (json && i > first) fputs(",\n ", stdout);
        bad += !check_one(call, &choice);
    }
    if (json) fputs("]\n", stdout);
    return bad ? EXIT_DOES_NOT_HOLD : 0;
}

/* --- the command ------------------------------------------------------------ */

static int run(const ag_call *call) {
    static const struct verb {
        const char *name;
        int (*run)(const ag_call *call);
    } verbs[] = {{"list", do_list}, {"show", do_show}, {"check", do_check}};
    const char *word = call->n_words ? call->words[0] : "list";
    ag_nearest nearest = ag_nearest_begin(word);
    for (int i = 0; i < AG_COUNT(verbs); i++) {
        if (strcmp(word, verbs[i].name) == 0) return verbs[i].run(call);
        ag_nearest_offer(&nearest, verbs[i].name);
    }
    if (ag_catalogue_find(&ag_activations, word))
        return ag_call_usage(call, "'%s' is not list, show or check; did you mean 'show %s'?", word,
                             word);
    char hint[AG_HINT_MAX];
    return ag_call_usage(call, "'%s' is not list, show or check%s", word,
                         ag_nearest_hint(hint, &nearest, ""));
}

static const ag_option options[] = {
    {"at", 0, "X,X,...", "with show: print f and f' at these x"},
    {"json", 0, NULL, "JSON instead of text"},
};

const ag_command ag_cmd_activations = {
    .about = {.name = "activations", .formula = "activation functions: list, show, check"},
    .arguments = "[list | show NAME [key=value ...] | check [NAME [key=value ...]]]",
    .least = 0,
    .most = -1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help =
        "list    a line for each: name, formula, source (this is what happens without words)\n"
        "show    everything about one: formula, source, parameters; range, where it turns,\n"
        "        which derivative jumps where two formulas meet, where it is undefined or\n"
        "        overflows; expectations and gain under N(0, 1); the edge of chaos and depth\n"
        "        scales of wide nets; errors and speed in float; values in double precision;\n"
        "        a picture\n"
        "check   the derivative against difference quotients on [-8, 8], and the float path\n"
        "        against the definition on [-100, 100]. The largest errors are printed: in\n"
        "        units in the last place, and absolute near where f' crosses zero; exit code 4\n"
        "        if one is over 1e-8, 4 ULP, or 1e-7\n"
        "\n"
        "A formula in quotes stands for a NAME: \"x*tanh(softplus(x))\". Its parameters follow as\n"
        "key=value.\n"
        "\n"
        "examples:\n"
        "  actgrid activations\n"
        "  actgrid activations show gelu\n"
        "  actgrid activations show elu alpha=0.5 --at -2,-1,0 --json\n"
        "  actgrid activations show \"x*sigmoid(beta*x)\" beta=1.702\n"
        "  actgrid activations check swish beta=1.5\n",
    .run = run,
};
