#include "results/report/choose.h"

#include "harness/base/digest.h"
#include "harness/base/text.h"
#include "harness/config/writer.h"
#include "results/stats/describe.h"
#include "results/store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the choice of a tuning");
}

/* --- from the store ------------------------------------------------------------------- */

/* How a trial of the phase `tune` ended. */
typedef struct result {
    uint64_t id;
    bool finished; /* otherwise it diverged */
    double value;  /* NaN: the trial has no such number */
} result;

typedef struct results {
    const result *of; /* [n] by id */
    size_t n;
} results;

static int by_id(const void *a, const void *b) {
    const uint64_t x = ((const result *)a)->id, y = ((const result *)b)->id;
    return (x > y) - (x < y);
}

enum { ID, STATUS, VALUE, N_COLUMNS };

static ag_status read_results(const ag_tuning *t, const char *folder, ag_arena *arena, results *r,
                              ag_error *err) {
    uint64_t *ids;
    ag_table table;
    char sql[160];
    *r = (results){0};
    AG_TRY(ag_store_ids(folder, arena, &ids, &r->n, err));
    if (!r->n) return AG_OK;
    snprintf(sql, sizeof sql,
             "SELECT trial_id, status, %s FROM trial WHERE phase = 'tune' AND status <> 'failed'",
             t->metric);
    AG_TRY(ag_store_query(folder, sql, 0, arena, &table, err));
    result *of = AG_NEW_ARRAY(arena, result, table.n_rows + 1);
    if (!of) return no_memory(err);
    for (size_t i = 0; i < table.n_rows; i++) {
        const char *const *cell = &table.cells[i * N_COLUMNS];
        double x;
        of[i] = (result){strtoull(cell[ID], NULL, 16), strcmp(cell[STATUS], "finished") == 0,
                         cell[VALUE] && ag_parse_number(cell[VALUE], &x) ? x : (double)NAN};
    }
    qsort(of, table.n_rows, sizeof *of, by_id);
    *r = (results){of, table.n_rows};
    return AG_OK;
}

static const result *find(const results *r, uint64_t id) {
    const result key = {.id = id};
    return r->n ? bsearch(&key, r->of, r->n, sizeof key, by_id) : NULL;
}

/* --- one candidate ---------------------------------------------------------------------- */

/* What the trials of a point came to. A finished one without the metric is an error: nothing could
 * be chosen by it. */
static ag_status score(const ag_plan *plan, const results *r, size_t point, double *values,
                       ag_winner *w, ag_error *err) {
    const ag_tuning *t = plan->tuning;
    int n = 0;
    *w = (ag_winner){.known = true, .point = point, .value = (double)NAN, .seeds = plan->n_seeds};
    for (int s = 0; s < plan->n_seeds; s++) {
        const ag_trial *trial = &plan->trials[(size_t)s * t->n_points + point];
        const result *one = find(r, trial->id);
        char id[AG_ID_TEXT];
        w->known &= one != NULL;
        if (!one) continue;
        if (one->finished && isnan(one->value))
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "trial %s has no %s to choose by: its data have no validation part, or "
                           "another metric of 'tuning' is meant",
                           ag_id_text(id, trial->id), t->metric);
        w->diverged += !one->finished;
        if (one->finished) values[n++] = one->value;
    }
    if (n) w->value = ag_mean(n, values);
    return AG_OK;
}

static double learning_rate(const ag_plan *plan, size_t point) {
    double x;
    for (int i = 0; i < plan->tuning->n_over; i++)
        if (strcmp(plan->tuning->over[i], "optimizer.learning_rate") == 0 &&
            ag_tuned_number(plan, &plan->trials[point], i, &x))
            return x;
    return 0;
}

/* Whether a stands before b, which comes earlier in the file. */
static bool is_better(const ag_plan *plan, const ag_winner *a, const ag_winner *b) {
    if (a->diverged != b->diverged) return a->diverged < b->diverged;
    if (isnan(a->value) != isnan(b->value)) return isnan(b->value);
    if (a->value < b->value || a->value > b->value)
        return (a->value > b->value) == plan->tuning->larger;
    return learning_rate(plan, a->point) < learning_rate(plan, b->point);
}

/* --- edges ------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int ag_candidate_numbers(const ag_plan *plan, int over, int64_t group, double *numbers) {
    const ag_tuning *t = plan->tuning;
    int n = 0, different = 0;
    for (size_t p = 0; p < t->n_points; p++)
        if ((group == AG_ALL_GROUPS || t->group[p] == group) &&
            ag_tuned_number(plan, &plan->trials[p], over, &numbers[n]))
            n++;
    qsort(numbers, (size_t)n, sizeof *numbers, by_size);
    for (int k = 0; k < n; k++)
        if (!different || numbers[k] > numbers[different - 1]) numbers[different++] = numbers[k];
    return different;
}

static const char *last_word(const char *key) {
    const char *dot = strrchr(key, '.');
    return dot ? dot + 1 : key;
}

static ag_status find_edge(const ag_plan *plan, int64_t group, double *numbers, ag_arena *arena,
                           ag_winner *w, ag_error *err) {
    ag_writer text = AG_WRITER(arena);
    char number[AG_NUMBER_MAX];
    double x;
    for (int i = 0; i < plan->tuning->n_over; i++) {
        if (!ag_tuned_number(plan, &plan->trials[w->point], i, &x)) continue;
        const int n = ag_candidate_numbers(plan, i, group, numbers);
        const bool least = x <= numbers[0], most = x >= numbers[n - 1];
        if (n < 2 || (!least && !most)) continue;
        if (i < 64) *(least ? &w->least : &w->most) |= UINT64_C(1) << i;
        if (n < AG_EDGE_LEAST) continue;
        ag_write_format(&text, "%s%s=%s is the %s of %d", text.n ? "; " : "",
                        last_word(plan->tuning->over[i]), ag_format_number(number, x),
                        least ? "smallest" : "largest", n);
    }
    w->edge = text.n ? text.text : NULL;
    return text.failed ? no_memory(err) : AG_OK;
}

/* --- all groups ---------------------------------------------------------------------------- */

static ag_status choose_all(const ag_plan *plan, const results *r, ag_arena *arena,
                            ag_arena *scratch, ag_winner *winners, ag_error *err) {
    const ag_tuning *t = plan->tuning;
    bool *begun = AG_NEW_ARRAY(scratch, bool, (size_t)t->n_groups);
    double *values = AG_NEW_ARRAY(scratch, double, (size_t)plan->n_seeds);
    double *numbers = AG_NEW_ARRAY(scratch, double, t->n_points);
    if (!begun || !values || !numbers) return no_memory(err);
    for (size_t p = 0; p < t->n_points; p++) {
        ag_winner one, *best = &winners[t->group[p]];
        AG_TRY(score(plan, r, p, values, &one, err));
        const bool known = one.known && (!begun[t->group[p]] || best->known);
        if (!begun[t->group[p]] || is_better(plan, &one, best)) *best = one;
        best->known = known;
        begun[t->group[p]] = true;
    }
    for (int g = 0; g < t->n_groups; g++)
        if (winners[g].known) AG_TRY(find_edge(plan, g, numbers, arena, &winners[g], err));
    return AG_OK;
}

ag_status ag_choose(const ag_plan *plan, const char *folder, ag_arena *arena, ag_winner *winners,
                    ag_error *err) {
    ag_arena scratch = AG_ARENA_EMPTY;
    results r;
    ag_status status = read_results(plan->tuning, folder, &scratch, &r, err);
    if (!status) status = choose_all(plan, &r, arena, &scratch, winners, err);
    ag_arena_close(&scratch);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}
