#include "harness/plan/help.h"

#include "harness/base/text.h"
#include "harness/base/wrap.h"
#include "harness/config/choice.h"
#include "harness/plan/claim.h"
#include "harness/plan/schema.h"

#include <stdarg.h>

/* Where a text begins behind a key, and its lines go on. */
enum { KEY = 14, COLUMN = KEY + 3, TEXT_MAX = 2 * AG_NAMES_MAX };

typedef struct words {
    char text[TEXT_MAX];
    size_t n;
} words;

__attribute__((format(printf, 2, 3))) static void add(words *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(w->text + w->n, TEXT_MAX - w->n, format, args);
    va_end(args);
    if (n > 0) w->n += (size_t)n;
    if (w->n > TEXT_MAX - 1) w->n = TEXT_MAX - 1;
}

static void add_kind(words *w, const ag_field *f) {
    char least[AG_NUMBER_MAX], most[AG_NUMBER_MAX], names[AG_NAMES_MAX];
    if (f->must_be) {
        add(w, "%s", f->must_be);
        return;
    }
    switch (f->kind) {
    case AG_FIELD_INT:
    case AG_FIELD_LONG:
    case AG_FIELD_REAL:
        add(w, "%s to %s", ag_format_number(least, f->min), ag_format_number(most, f->max));
        break;
    case AG_FIELD_FLAG: add(w, "true or false"); break;
    case AG_FIELD_WORD:
        for (int i = 0; f->words[i]; i++)
            add(w, "%s%s", i ? ", " : "", f->words[i]);
        break;
    case AG_FIELD_TEXT: add(w, "a text"); break;
    case AG_FIELD_CHOICE:
        if (f->word && !ag_catalogue_find(f->catalogue, f->word)) add(w, "%s, ", f->word);
        add(w, "%s", ag_catalogue_names(names, f->catalogue));
        break;
    case AG_FIELD_NODE: break;
    }
}

static void add_standard(words *w, const ag_field *f) {
    char number[AG_NUMBER_MAX];
    if (f->required)
        add(w, " (required)");
    else if (f->word)
        add(w, f->word[0] ? " (%s)" : "%s", f->word);
    else if (f->kind == AG_FIELD_FLAG)
        add(w, " (%s)", f->standard != 0.0 ? "true" : "false");
    else if (f->kind == AG_FIELD_WORD)
        add(w, " (%s)", f->words[(int)f->standard]);
    else if (f->kind == AG_FIELD_INT || f->kind == AG_FIELD_LONG || f->kind == AG_FIELD_REAL)
        add(w, " (%s)", ag_format_number(number, f->standard));
}

static void print_row(FILE *out, const char *key, const char *text) {
    fprintf(out, "  %-*s ", KEY, key);
    ag_print_wrapped(out, text, COLUMN, COLUMN, AG_HELP_COLUMNS);
    fputc('\n', out);
}

static void print_fields(FILE *out, const ag_field *fields, int n) {
    for (int i = 0; i < n; i++) {
        words w = {.n = 0};
        add_kind(&w, &fields[i]);
        add_standard(&w, &fields[i]);
        print_row(out, fields[i].key, fields[i].meaning);
        print_row(out, "", w.text);
    }
}

static void print_tuning(FILE *out) {
    fprintf(out,
            "\n"
            "  Each point of the rest of the grid is a group, with the same candidates. All\n"
            "  are trained (phase tune); the best of each on validation is trained again with\n"
            "  fresh seeds and tested once (phase final). One of which more seeds diverged\n"
            "  stands behind one of which fewer did; of equals the smaller learning rate is\n"
            "  taken, then the first in the file.\n"
            "\n"
            "    grid:\n"
            "      activation: [relu, tanh, gelu]\n"
            "      optimizer.learning_rate: logspace(1e-3, 1, 4)\n"
            "    tuning: {over: [optimizer.learning_rate], metric: val_accuracy, seeds: 3,\n"
            "             final_seeds: 10}\n"
            "\n"
            "  With random or sobol, ranges may stand there: uniform(0, 0.9),\n"
            "  log_uniform(1e-4, 1), uniform_int(16, 256). All groups have the same draws;\n"
            "  more of them are the same and others, {random: 20, seed: 1} others.\n"
            "\n"
            "  halving: {eta: 3, rungs: 3} is successive halving (Jamieson, Talwalkar\n"
            "  2016; Li et al. 2018). Of 27 candidates of 18 epochs, 27 are trained for 2,\n"
            "  9 of these for 6, 3 of these for 18, and the best of those is chosen: 162\n"
            "  epochs instead of 486, the same for all groups. In rung r of R, r from 0,\n"
            "  there are candidates / eta^r, trained for epochs / eta^(R-1-r), both\n"
            "  rounded up; who goes on is decided by that rung alone, in the same order as\n"
            "  above. A rung is an ordinary training of that length: schedules and early\n"
            "  stopping see no more of it. Each begins anew; with `run --keep-final` it\n"
            "  goes on where the one before ended, to the same bits. It favours what\n"
            "  learns fast: where the first rung is so short that an activation has\n"
            "  learned nothing yet, chance sorts its candidates out, and fewer rungs are\n"
            "  better.\n"
            "\n"
            "  `run` says of which groups the candidates, of a rung or at the end, do not\n"
            "  differ more than seeds do: Friedman's test over the seeds, p above 0.05.\n"
            "  What was chosen there may be chance. 2 seeds can tell from 4 candidates on,\n"
            "  3 from 3, 6 from 2; of fewer nothing is said.\n");
}

void ag_plan_help(FILE *out) {
    fprintf(out, "An experiment file is YAML. In brackets the standard value.\n\n");
    print_fields(out, ag_root_fields, ag_n_root_fields);
    fprintf(out, "\ntuning:\n");
    print_fields(out, ag_tuning_fields, ag_n_tuning_fields);
    print_tuning(out);
    for (int p = 0; p < AG_PARTS; p++) {
        const ag_part_schema *schema = &ag_part_schemas[p];
        if (schema->catalogue) continue;
        fprintf(out, "\n%s:\n", ag_part_names[p]);
        print_fields(out, schema->fields, schema->n_fields);
    }
    fprintf(out, "\nnames to choose from:\n");
    for (int p = 0; p < AG_PARTS; p++) {
        char names[AG_NAMES_MAX];
        const ag_part_schema *schema = &ag_part_schemas[p];
        if (schema->catalogue)
            print_row(out, ag_part_names[p], ag_catalogue_names(names, schema->catalogue));
    }
    fprintf(out,
            "\nlists, for grid, zip, exclude and seeds:\n"
            "  [2, 4, 8]              these values\n"
            "  range(a, b[, step])    a, a+step, ... before b\n"
            "  linspace(a, b, n)      n values from a to b, equally far apart\n"
            "  logspace(a, b, n)      n values from a to b, with equal ratios\n"
            "\none value or several, in grid, zip, exclude and key=value of the command line:\n"
            "  model.depth: [2, 4]             a list is several values\n"
            "  model.head: [128, 64]           of a key that takes a list, it is one value,\n"
            "  model.head: [[128, 64], [256]]  and several if there is a list in it\n"
            "\nper-layer activations:\n"
            "  activation: {layers: [tanh, relu, relu]}\n"
            "\nformulas:\n"
            "  activation: {formula: \"x*sigmoid(b*x)\", name: mine, parameters: {b: 1}}\n"
            "  its parameters: b: 1, or b: {init: 1, min: 0, max: 5, learned: per_layer};\n"
            "  min and max bound init. What is learned is not clipped: in the formula,\n"
            "  max(b, 0) is\n"
            "\ndotted keys in grid:\n"
            "  optimizer.learning_rate, model.depth, training.schedule.warmup\n");
}

void ag_claim_help(FILE *out) {
    fputs("What an experiment's results are expected to say, in its file:\n"
          "\n"
          "  claims:\n"
          "    - gradient_decay(relu) > gradient_decay(sigmoid) at model.depth=16\n"
          "    - val_accuracy(gelu) ~= val_accuracy(swish) within 0.005\n"
          "    - dead_fraction(relu) > 0.4 at optimizer.learning_rate=0.5\n"
          "    - val_loss(relu at initializer=he_normal) < val_loss(relu at\n"
          "      initializer=lecun_normal)\n"
          "\n"
          "  METRIC(ACTIVATION [at KEY=VALUE, ...])\n"
          "      > | < | ~=    METRIC(ACTIVATION [at KEY=VALUE, ...]) | NUMBER\n"
          "      [at KEY=VALUE, ...]    [within MARGIN]\n"
          "\n"
          "  ACTIVATION  as results list it: relu, elu(alpha=0.5), a formula's name,\n"
          "              [tanh relu]\n"
          "  at          settings of the grid, as in `exclude`; in the brackets, of that\n"
          "              side; at the end, of both. Others are averaged over\n"
          "  within      how far apart still counts as alike, in the metric's unit: 0.005;\n"
          "              of metrics that are compared by their ratio a share: 10%.\n"
          "              ~= needs one\n"
          "\n"
          "Two activations are paired seed by seed, in all settings that both have. Several\n"
          "settings are averaged within each seed first. Sides without a common setting\n"
          "(he_normal on one, lecun_normal on the other) are averaged each over its own.\n"
          "\n"
          "Each claim comes to one of\n"
          "  SUPPORTED     the difference is there, as claimed\n"
          "  CONTRADICTED  it is there the other way round; of ~=, above the margin\n"
          "  EQUIVALENT    it is below the margin\n"
          "  UNDECIDED     the seeds do not say, and about how many would\n"
          "by the 95 % t interval of the differences, and only if p < 0.05 in the paired\n"
          "t test, after Holm's correction over all claims of the experiment. Differences\n"
          "that are all equal have no such interval: then p is that of the exact sign test,\n"
          "and 6 seeds are the least. Diverged trials are counted, never averaged in.\n"
          "\n"
          "Of metrics that say yes or no of a trial (diverged, vanished, born_dead) the t\n"
          "test is wrong too often where one of both is rare. Theirs are\n"
          "  against a NUMBER   the exact binomial test, the interval of Clopper and Pearson\n"
          "  of two sides       McNemar's exact test; of several settings t and sign flips\n"
          "  within a MARGIN    of two sides: two intervals of Clopper and Pearson\n"
          "where of two sides the t interval must agree. Several settings of a seed count as\n"
          "one trial that says yes in part: never too sure, whatever they have in common;\n"
          "`at` one setting is as sure. 6 seeds without a divergence do not show that less\n"
          "than 1 % diverge: 368 do.\n"
          "\n"
          "`run` prints them at its end, `compare` again; with --strict both exit with 4 if\n"
          "one is contradicted. ~claims on the command line leaves them out.\n",
          out);
}
