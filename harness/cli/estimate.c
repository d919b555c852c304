#include "harness/cli/estimate.h"

#include "harness/base/glyph.h"
#include "harness/base/memory.h"
#include "harness/base/text.h"
#include "harness/cli/estimate_phases.h"
#include "harness/cli/json.h"
#include "harness/plan/tuning.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Long enough for some hundred steps of each of five trials. */
static const double CALIBRATION_SECONDS = 0.8;

/* Building a net, and its share of the thread that stores what it leaves: 0.25 ms of processor
 * time (9,000 trials of one epoch), and the disk. It matters for tiny trials only. */
static const double TRIAL_SECONDS = 0.0005;

/* What SQLite and HDF5 need before the first trial; the most that SQLite keeps of the rows (its
 * cache, and what sorting for the means takes). When all have trained, arrays are gathered: the
 * most of a block of trials, how many are one, what HDF5 and arrays.log add, and at most what the
 * threads pack in, which is no more than there is to pack (results/store). */
enum {
    STORE_BYTES = 5 << 20,
    ROWS_BYTES = 20 << 20,
    BLOCK_BYTES = 16 << 20,
    BLOCK_TRIALS = 64,
    GATHER_BYTES = 4 << 20,
    PACK_BYTES = 4 << 20
};

static size_t data_bytes(const ag_data *data, int n) {
    size_t bytes = 0;
    for (int i = 0; i < n; i++) {
        const size_t examples = data[i].train.n + data[i].validation.n + data[i].test.n;
        bytes += examples * (ag_shape_size(data[i].shape) * sizeof(float) + sizeof(int32_t));
    }
    return bytes;
}

static int by_size(const void *a, const void *b) {
    const size_t x = (*(const ag_trial_cost *const *)a)->bytes;
    const size_t y = (*(const ag_trial_cost *const *)b)->bytes;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* The n_threads largest trials may meet, and hand over copies of what they leave, whose rows
 * stay in SQLite's cache; when all are done, arrays are gathered. */
static ag_status trial_bytes(const ag_experiment *experiment, const size_t *todo,
                             const ag_estimate *e, ag_arena *arena, size_t *bytes, ag_error *err) {
    const ag_mark mark = ag_arena_mark(arena);
    const ag_trial_cost **costs = AG_NEW_ARRAY(arena, const ag_trial_cost *, e->n_todo);
    if (!costs) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a plan");
    size_t training = 0, kept = 0, rows = 0;
    for (size_t i = 0; i < e->n_todo; i++) {
        costs[i] = ag_cost_of(&experiment->costs, todo[i]);
        rows += costs[i]->rows;
        if (costs[i]->kept > kept) kept = costs[i]->kept;
    }
    qsort(costs, e->n_todo, sizeof *costs, by_size);
    for (size_t i = 0; i < e->n_todo && i < (size_t)e->n_threads; i++)
        training += costs[i]->bytes + costs[i]->kept;
    const size_t all = kept * e->n_todo;
    const size_t block = kept * (e->n_todo < BLOCK_TRIALS ? e->n_todo : BLOCK_TRIALS);
    const size_t gathering = GATHER_BYTES + (block < BLOCK_BYTES ? block : BLOCK_BYTES) +
                             (all < PACK_BYTES ? all : PACK_BYTES);
    *bytes =
        (training > gathering ? training : gathering) + (rows < ROWS_BYTES ? rows : ROWS_BYTES);
    ag_arena_release(arena, mark);
    return AG_OK;
}

/* A run is at this point what this process is: the program and its libraries, the plan and
 * the data. To these come the store and the trials. */
static ag_status reckon_memory(const ag_experiment *experiment, const size_t *todo, ag_arena *arena,
                               ag_estimate *e, ag_error *err) {
    size_t now = ag_memory_now(), trials = 0;
    const size_t peak = ag_memory_peak();
    AG_TRY(trial_bytes(experiment, todo, e, arena, &trials, err));
    if (!now) now = data_bytes(e->data, experiment->plan.n_variants[AG_PART_DATASET]);
    e->bytes = now + STORE_BYTES + trials;
    if (e->bytes < peak) e->bytes = peak;
    return AG_OK;
}

/* What threads without a trial take off the longest one is not known before: it is left out. */
static void reckon_time(const ag_experiment *experiment, ag_estimate *e) {
    double sum = 0, longest = 0;
    for (size_t i = 0; i < e->n_todo; i++) {
        const ag_trial_cost *cost = ag_cost_of(&experiment->costs, e->begun->todo[i]);
        const double seconds =
            e->begun->left[i] * ag_speed_seconds(&e->speed, cost) + TRIAL_SECONDS;
        sum += seconds;
        longest = fmax(longest, seconds);
    }
    e->shares = longest > 1.05 * sum / e->n_threads;
    e->seconds = fmax(sum / e->n_threads, longest);
}

static ag_status count_parameters(const ag_experiment *experiment, ag_arena *arena, ag_estimate *e,
                                  ag_error *err) {
    const ag_plan *plan = &experiment->plan;
    const size_t n = (size_t)plan->n_variants[AG_PART_ACTIVATION];
    ag_parameter_range *range = AG_NEW_ARRAY(arena, ag_parameter_range, n);
    if (!range) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a plan");
    for (size_t t = 0; t < plan->n_trials; t++) {
        ag_parameter_range *r = &range[plan->trials[t].variant[AG_PART_ACTIVATION]];
        const size_t here = ag_cost_of(&experiment->costs, t)->parameters;
        if (here < r->least || !r->most) r->least = here;
        if (here > r->most) r->most = here;
    }
    e->parameters = range;
    return AG_OK;
}

ag_status ag_estimate_make(const ag_experiment *experiment, const ag_begun *begun, int n_threads,
                           ag_arena *arena, ag_estimate *estimate, ag_error *err) {
    return ag_estimate_within(experiment, begun, n_threads, CALIBRATION_SECONDS, arena, estimate,
                              err);
}

ag_status ag_estimate_within(const ag_experiment *experiment, const ag_begun *begun, int n_threads,
                             double seconds, ag_arena *arena, ag_estimate *estimate,
                             ag_error *err) {
    const ag_plan *plan = &experiment->plan;
    const size_t *todo = begun->todo, n_todo = begun->n;
    *estimate = (ag_estimate){.begun = begun,
                              .kept = ag_keepsakes_of(plan, &experiment->costs, todo, n_todo),
                              .n_todo = n_todo,
                              .cached = plan->n_trials - n_todo,
                              .seconds = -1,
                              .n_threads = ag_run_threads(n_threads)};
    if (estimate->cached)
        AG_TRY(ag_lenders_find(plan, begun->folder, arena, &estimate->lenders, err));
    for (size_t i = 0; i < n_todo; i++) {
        const ag_trial *trial = &plan->trials[todo[i]];
        const ag_training *training =
            plan->variants[AG_PART_TRAINING][trial->variant[AG_PART_TRAINING]].is.training;
        estimate->stops_early |= training->early_stopping.element != NULL;
    }

    AG_TRY(count_parameters(experiment, arena, estimate, err));
    ag_data *data;
    ag_error trouble = {0};
    const ag_status status = ag_experiment_data(experiment, todo, n_todo, arena, &data, &trouble);
    if (status == AG_DATA) { /* the plan is worth printing all the same */
        char *why = AG_NEW_ARRAY(arena, char, sizeof trouble.text);
        if (!why) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a plan");
        estimate->no_data = memcpy(why, trouble.text, sizeof trouble.text);
        return AG_OK;
    }
    if (status) {
        *err = trouble;
        return ag_pass(err, status, __FILE__, __LINE__);
    }
    estimate->data = data;
    if (n_todo) AG_TRY(reckon_memory(experiment, todo, arena, estimate, err));
    AG_TRY(ag_calibrate(plan, n_todo, todo, &experiment->costs, data, seconds, arena,
                        &estimate->speed, err));
    reckon_time(experiment, estimate);
    return AG_OK;
}

/* Data sets that were opened. */
static int n_sets(const ag_estimate *e, const ag_plan *plan) {
    return e->data ? plan->n_variants[AG_PART_DATASET] : 0;
}

/* Words that may come from a file of the user, between ours. */
static void print_words(const char *before, const char *words, const char *behind) {
    fputs(before, stdout);
    ag_print_visible(stdout, words);
    fputs(behind, stdout);
}

/* Opening, storing and the answer are not in the estimate, and take some tenths. */
static void print_time(const ag_estimate *e) {
    char time[AG_HUMAN_MAX], about[AG_HUMAN_MAX + 8];
    snprintf(about, sizeof about, "about %s", ag_format_seconds(time, e->seconds));
    if (e->n_todo == 0)
        printf("time            none: nothing is to run\n");
    else if (e->no_data)
        print_words("time            not known: ", e->no_data, "\n");
    else
        printf("time            %s%s on %d thread%s (calibrated here%s%s)\n",
               e->stops_early || e->shares ? "at most " : "",
               e->seconds < 1 ? "about a second" : about, e->n_threads,
               e->n_threads == 1 ? "" : "s",
               e->stops_early ? "; early stopping may end it sooner" : "",
               e->shares ? "; threads without a trial share the steps of the longest" : "");
}

/* Where some activations make nets larger than others do. */
static void print_parameters_each(const ag_experiment *experiment, const ag_estimate *e) {
    enum { SHOWN_MAX = 16 };
    const ag_variant *v = experiment->plan.variants[AG_PART_ACTIVATION];
    const int n = experiment->plan.n_variants[AG_PART_ACTIVATION];
    bool larger = false;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < v[i].is.activation.n; k++)
            larger |= ag_act_inputs(&v[i].is.activation.items[k]) > 1;
    for (int i = 0; larger && i < n && i < SHOWN_MAX; i++) {
        char a[AG_HUMAN_MAX], b[AG_HUMAN_MAX];
        print_words("                ", v[i].label, ": ");
        printf("%s", ag_format_count(a, (double)e->parameters[i].least));
        if (e->parameters[i].most > e->parameters[i].least)
            printf(" to %s", ag_format_count(b, (double)e->parameters[i].most));
        printf("\n");
    }
    if (larger && n > SHOWN_MAX) printf("%15s and %d more, see --json\n", "", n - SHOWN_MAX);
}

static void json_parameters_each(const ag_experiment *experiment, const ag_estimate *e) {
    const ag_plan *plan = &experiment->plan;
    printf(", \"parameters\": {");
    for (int i = 0; i < plan->n_variants[AG_PART_ACTIVATION]; i++) {
        printf("%s", i ? ", " : "");
        ag_json_text(stdout, plan->variants[AG_PART_ACTIVATION][i].label);
        printf(": [%zu, %zu]", e->parameters[i].least, e->parameters[i].most);
    }
    printf("}");
}

/* How large the ends of trials will be. */
static void print_kept(const ag_estimate *e) {
    char all[AG_HUMAN_MAX], each[AG_HUMAN_MAX];
    if (!e->keeps) return;
    if (e->kept.n)
        printf("keeps           the ends of %zu trials, about %sB (%sB each)\n", e->kept.n,
               ag_format_count(all, e->kept.bytes),
               ag_format_count(each, e->kept.bytes / (double)e->kept.n));
    if (e->kept.n_without)
        printf("keeps nothing   of %zu trials: their schedule depends on the length of the "
               "training\n",
               e->kept.n_without);
}

static void print_product(const ag_plan *plan) {
    for (int i = 0; i < plan->n_axes; i++)
        printf(" %s %d %s", i ? "x" : "=", plan->axes[i].n_choices, plan->axes[i].name);
    printf(" %s %d seed%s", plan->n_axes ? "x" : "=", plan->n_seeds, plan->n_seeds == 1 ? "" : "s");
    const ag_tuning *t = plan->tuning;
    for (int r = 1; t && r < t->n_rungs; r++)
        printf(", then %d x %d x %d longer", t->n_groups, t->rungs[r].candidates, plan->n_seeds);
    if (t) printf(", then %d x %d final", t->n_groups, t->n_final_seeds);
}

void ag_estimate_print(const ag_experiment *experiment, const ag_estimate *e) {
    const ag_plan *plan = &experiment->plan;
    char a[AG_HUMAN_MAX], b[AG_HUMAN_MAX];
    printf("%s: %zu trial%s", plan->name, plan->n_trials, plan->n_trials == 1 ? "" : "s");
    print_product(plan);
    if (plan->n_excluded) printf(", %zu points excluded", plan->n_excluded);
    printf("\n");
    ag_estimate_print_phases(experiment, e);
    if (e->cached) {
        printf("there already   %zu", e->cached);
        ag_lenders_print(stdout, &e->lenders);
        printf(", to run %zu\n", e->n_todo);
    }
    ag_begun_print_plan(e->begun);
    printf("parameters      %s", ag_format_count(a, (double)experiment->parameters_min));
    if (experiment->parameters_max > experiment->parameters_min)
        printf(" to %s", ag_format_count(b, (double)experiment->parameters_max));
    printf("\n");
    print_parameters_each(experiment, e);
    printf("cost            %sFLOP of training\n", ag_format_count(a, experiment->flops));
    print_time(e);
    if (e->bytes) printf("memory          about %sB\n", ag_format_count(a, (double)e->bytes));
    print_kept(e);
    for (int i = 0; i < plan->n_notes; i++)
        print_words("note            ", plan->notes[i], "\n");
    for (int i = 0; i < n_sets(e, plan); i++)
        if (e->data[i].note) {
            print_words("note            ", plan->variants[AG_PART_DATASET][i].label, ": ");
            print_words("", e->data[i].note, "\n");
        }
}

void ag_estimate_print_json(const ag_experiment *experiment, const ag_estimate *e) {
    const ag_plan *plan = &experiment->plan;
    printf("{\"name\": ");
    ag_json_text(stdout, plan->name);
    printf(", \"trials\": %zu, \"cached\": %zu, \"to_run\": %zu, \"excluded\": %zu, \"seeds\": %d",
           plan->n_trials, e->cached, e->n_todo, plan->n_excluded, plan->n_seeds);
    ag_estimate_json_phases(experiment, e);
    ag_begun_print_json(e->begun);
    printf(", \"state_bytes\": ");
    ag_json_number(stdout, e->kept.bytes);
    printf(", \"axes\": {");
    for (int i = 0; i < plan->n_axes; i++) {
        printf("%s", i ? ", " : "");
        ag_json_text(stdout, plan->axes[i].name);
        printf(": %d", plan->axes[i].n_choices);
    }
    printf("}, \"parameters_min\": %zu, \"parameters_max\": %zu", experiment->parameters_min,
           experiment->parameters_max);
    json_parameters_each(experiment, e);
    printf(", \"flops\": ");
    ag_json_number(stdout, experiment->flops);
    printf(", \"threads\": %d, \"seconds\": ", e->n_threads);
    ag_json_number(stdout, e->no_data ? (double)NAN : e->seconds);
    printf(", \"seconds_at_most\": %s, \"bytes\": ",
           e->stops_early || e->shares ? "true" : "false");
    ag_json_number(stdout, e->bytes ? (double)e->bytes : (double)NAN);
    printf(", \"notes\": [");
    for (int i = 0; i < plan->n_notes; i++) {
        printf("%s", i ? ", " : "");
        ag_json_text(stdout, plan->notes[i]);
    }
    printf("], \"data_notes\": {");
    for (int i = 0, n = 0; i < n_sets(e, plan); i++) {
        if (!e->data[i].note) continue;
        printf("%s", n++ ? ", " : "");
        ag_json_text(stdout, plan->variants[AG_PART_DATASET][i].label);
        printf(": ");
        ag_json_text(stdout, e->data[i].note);
    }
    printf("}, \"resolved\": ");
    ag_json_whole(stdout, plan->resolved);
    printf("}\n");
}
