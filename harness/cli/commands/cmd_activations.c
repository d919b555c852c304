#include "activations/activation.h"
#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "harness/cli/activation_bench.h"
#include "harness/cli/activation_check.h"
#include "harness/cli/activation_show.h"
#include "harness/cli/activation_svg.h"
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

static ag_status can_be_drawn(const ag_choice *choice, const char *svg, ag_error *err) {
    if (!svg || ag_act_inputs(choice) == 1) return AG_OK;
    const ag_activation *gate = ag_activation_of(choice)->unit->gate;
    return AG_FAIL(
        err, AG_CONFIG, AG_NOWHERE, "--svg draws functions of one number, and %s takes %d%s%s%s",
        choice->element->name, ag_act_inputs(choice), gate ? "; its gate can be drawn: show " : "",
        gate ? gate->about.name : "", gate ? " --svg FILE" : "");
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
        can_be_drawn(&choice, ag_call_value(call, "svg"), &err) != AG_OK ||
        ag_activation_facts_of(&choice, call->arena, &facts, &err) != AG_OK)
        return ag_call_fail(call, &err);
    facts.n_points = n;
    facts.points = x;
    const char *svg = ag_call_value(call, "svg");
    if (svg && ag_activation_svg(svg, &choice, &facts.traits, &err) != AG_OK)
        return ag_call_fail(call, &err);
    if (ag_call_value(call, "json"))
        ag_activation_show_json(stdout, &facts);
    else
        ag_activation_show(stdout, &facts);
    return 0;
}

/* --- check ------------------------------------------------------------------ */

static ag_status check_one(const ag_call *call, const ag_choice *choice, bool *good,
                           ag_error *err) {
    const ag_mark mark = ag_arena_mark(call->arena);
    ag_activation_check check;
    if (!ag_activation_checked(choice, call->arena, &check))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to check %s", choice->element->name);
    if (ag_call_value(call, "json"))
        ag_check_print_json(stdout, choice, &check);
    else
        ag_check_print(stdout, choice, &check, call->n_words > 1);
    ag_arena_release(call->arena, mark);
    *good = check.good;
    return AG_OK;
}

static int do_check(const ag_call *call) {
    const bool json = ag_call_value(call, "json") != NULL;
    const bool one = call->n_words > 1;
    ag_choice choice;
    ag_error err = {0};
    int bad = 0;
    if (one && ag_choice_words(call, 1, &ag_activations, &choice, &err) != AG_OK)
        return ag_call_fail(call, &err);
    if (json)
        fputc('[', stdout);
    else
        ag_check_print_head(stdout);
    for (int i = 0; i < (one ? 1 : ag_activations.n_items); i++) {
        bool good = false;
        if (!one) choice = ag_choice_standard(ag_activations.items[i]);
        if (json && i) fputs(",\n ", stdout);
        if (check_one(call, &choice, &good, &err) != AG_OK) return ag_call_fail(call, &err);
        bad += !good;
    }
    if (json) fputs("]\n", stdout);
    return bad ? EXIT_DOES_NOT_HOLD : 0;
}

/* --- bench ------------------------------------------------------------------ */

/* key=value, and no formula, where = stands in ==, <=, >= or !=. */
static bool is_setting(const char *word) {
    const size_t name =
        strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return name > 0 && word[name] == '=' && word[name + 1] != '=';
}

/* The catalogue, or what the words name: NAME, NAME, or one with parameters behind it. */
static ag_status bench_choices(const ag_call *call, int *n, ag_choice **choices, ag_error *err) {
    const bool all = call->n_words < 2;
    *n = all ? ag_activations.n_items : call->n_words - 1;
    *choices = AG_NEW_ARRAY(call->arena, ag_choice, (size_t)*n);
    if (!*choices) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the command line");
    for (int i = 0; all && i < *n; i++)
        (*choices)[i] = ag_choice_standard(ag_activations.items[i]);
    if (all) return AG_OK;
    *n = 0;
    for (int first = 1, next; first < call->n_words; first = next) {
        for (next = first + 1; next < call->n_words && is_setting(call->words[next]);)
            next++;
        ag_call own = *call;
        own.n_words = next;
        AG_TRY(ag_choice_words(&own, first, &ag_activations, &(*choices)[(*n)++], err));
    }
    return AG_OK;
}

static int do_bench(const ag_call *call) {
    const bool json = ag_call_value(call, "json") != NULL, csv = ag_call_value(call, "csv") != NULL;
    if (json && csv) return ag_call_usage(call, "--json and --csv: one of them");
    ag_choice *choices;
    int n;
    ag_error err = {0};
    if (bench_choices(call, &n, &choices, &err) != AG_OK ||
        ag_activation_bench(stdout,
                            json  ? AG_BENCH_JSON
                            : csv ? AG_BENCH_CSV
                                  : AG_BENCH_TEXT,
                            n, choices, call->arena, &err) != AG_OK)
        return ag_call_fail(call, &err);
    return 0;
}

/* --- the command ------------------------------------------------------------ */

/* An option that this verb knows nothing of would be passed over in silence. */
static bool options_fit(const ag_call *call, const char *verb) {
    static const struct {
        const char *option, *verb;
    } only[] = {{"at", "show"}, {"svg", "show"}, {"csv", "bench"}};
    for (int i = 0; i < AG_COUNT(only); i++)
        if (ag_call_value(call, only[i].option) && strcmp(verb, only[i].verb) != 0) {
            ag_call_usage(call, "--%s goes with '%s', not with '%s'", only[i].option, only[i].verb,
                          verb);
            return false;
        }
    return true;
}

static int run(const ag_call *call) {
    static const struct verb {
        const char *name;
        int (*run)(const ag_call *call);
    } verbs[] = {{"list", do_list}, {"show", do_show}, {"check", do_check}, {"bench", do_bench}};
    const char *word = call->n_words ? call->words[0] : "list";
    ag_nearest nearest = ag_nearest_begin(word);
    for (int i = 0; i < AG_COUNT(verbs); i++) {
        if (strcmp(word, verbs[i].name) == 0)
            return options_fit(call, word) ? verbs[i].run(call) : 2;
        ag_nearest_offer(&nearest, verbs[i].name);
    }
    if (ag_catalogue_find(&ag_activations, word))
        return ag_call_usage(
            call, "'%s' is not list, show, check or bench; did you mean 'show %s'?", word, word);
    char hint[AG_HINT_MAX];
    return ag_call_usage(call, "'%s' is not list, show, check or bench%s", word,
                         ag_nearest_hint(hint, &nearest, ""));
}

static const ag_option options[] = {
    {"at", 0, "X,X,...", "with show: print f and f' at these x"},
    {"svg", 0, "FILE", "with show: a figure of f and f', too; the file is replaced"},
    {"csv", 0, NULL, "with bench: CSV instead of text"},
    {"json", 0, NULL, "JSON instead of text"},
};

const ag_command ag_cmd_activations = {
    .about = {.name = "activations", .formula = "activation functions: list, show, check, bench"},
    .arguments =
        "[list | show NAME [key=value ...] | check [NAME [key=value ...]] | bench [NAME ...]]",
    .least = 0,
    .most = -1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "list    a line for each: name, formula, source (this is what happens without\n"
            "        words)\n"
            "show    everything about one: formula, source, parameters; range, where it\n"
            "        turns, which derivative jumps where two formulas meet, where it is\n"
            "        undefined or overflows; expectations and gain under N(0, 1); the edge of\n"
            "        chaos and depth scales of wide nets; errors and speed in float; values\n"
            "        in double precision; a picture. The gain keeps the variance of a layer;\n"
            "        PyTorch's calculate_gain is another for tanh (5/3), selu (3/4) and\n"
            "        sigmoid (1), which do not keep it\n"
            "check   of one, or of all: the derivative against difference quotients at 10,000\n"
            "        places, from -10,000 to 10,000, at and beside seams; the float path\n"
            "        against the definition on [-100, 100]; derivatives by parameters; NaN,\n"
            "        infinities and the ends of the floats; which known functions it is\n"
            "        (\"this is mish\"). The largest errors are printed: in units in the last\n"
            "        place, and absolute near where f or f' crosses zero; exit code 4 if one\n"
            "        is over 1e-8, 4 ULP, or 1e-7 (formulas: 1e-5 in float, as what is typed\n"
            "        may cancel; gated units, whose derivatives are products, 8 ULP)\n"
            "bench   nanoseconds an element, of those named or all, for arrays in the first\n"
            "        cache, the second, and none; ACTGRID_ISA=v3 measures another level\n"
            "\n"
            "Of glu, swiglu, maxout and others that make one number of several, show and\n"
            "check look at the derivatives by each input; --at gives y for these b at a = 1\n"
            "(maxout: for these z_1, the others 0), and there is no figure.\n"
            "\n"
            "A formula in quotes stands for a NAME: \"x*tanh(softplus(x))\". Its parameters\n"
            "follow as key=value.\n"
            "\n"
            "examples:\n"
            "  actgrid activations\n"
            "  actgrid activations show gelu\n"
            "  actgrid activations show mish --svg mish.svg\n"
            "  actgrid activations show elu alpha=0.5 --at -2,-1,0 --json\n"
            "  actgrid activations show \"x*sigmoid(beta*x)\" beta=1.702\n"
            "  actgrid activations check swish beta=1.5\n"
            "  actgrid activations check \"x*tanh(softplus(x))\"\n"
            "  actgrid activations bench relu gelu swish beta=2 --csv\n",
    .run = run,
};
