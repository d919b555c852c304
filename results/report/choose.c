#include "results/report/choose.h"

#include "harness/base/digest.h"
#include "harness/base/text.h"
#include "harness/config/writer.h"
#include "results/report/metric.h"
#include "results/stats/describe.h"
#include "results/stats/several.h"
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

/* What a point came to in a rung. */
typedef struct score {
    size_t point;
    int diverged;
    double value; /* mean over its finished trials; NaN: none finished */
    double cost;  /* the smaller the better; what is equal in decimals is equal */
    double learning_rate;
} score;

static double learning_rate(const ag_plan *plan, size_t point) {
    double x;
    for (int i = 0; i < plan->tuning->n_over; i++)
        if (strcmp(plan->tuning->over[i], "optimizer.learning_rate") == 0 &&
            ag_tuned_number(plan, &plan->tuning->points[point], i, &x))
            return x;
    return 0;
}

/* A finished trial without the metric is an error: nothing could be chosen by it. */
static ag_status score_one(const ag_plan *plan, const results *r, int rung, double *values,
                           score *of, bool *known, ag_error *err) {
    const ag_tuning *t = plan->tuning;
    int n = 0;
    for (int s = 0; s < plan->n_seeds; s++) {
        const ag_trial trial = ag_tuned_trial(plan, of->point, s, rung);
        const result *one = find(r, trial.id);
        char id[AG_ID_TEXT];
        *known &= one != NULL;
        if (!one) continue;
        if (one->finished && isnan(one->value))
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "trial %s has no %s to choose by: its data have no validation part, or "
                           "another metric of 'tuning' is meant",
                           ag_id_text(id, trial.id), t->metric);
        of->diverged += !one->finished;
        if (one->finished) values[n++] = one->value;
    }
    of->value = n ? ag_mean(n, values) : (double)NAN;
    const double rounded = ag_metric_rounded(ag_metric_find(t->metric), of->value);
    of->cost = t->larger ? -rounded : rounded;
    of->learning_rate = learning_rate(plan, of->point);
    return AG_OK;
}

static int by_rank(const void *a, const void *b) {
    const score *x = a, *y = b;
    if (x->diverged != y->diverged) return x->diverged < y->diverged ? -1 : 1;
    if (isnan(x->cost) != isnan(y->cost)) return isnan(y->cost) ? -1 : 1;
    if (x->cost < y->cost || x->cost > y->cost) return x->cost < y->cost ? -1 : 1;
    if (x->learning_rate < y->learning_rate || x->learning_rate > y->learning_rate)
        return x->learning_rate < y->learning_rate ? -1 : 1;
    return x->point < y->point ? -1 : x->point > y->point;
}

static int by_point(const void *a, const void *b) {
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
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
            ag_tuned_number(plan, &t->points[p], over, &numbers[n]))
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
        if (!ag_tuned_number(plan, &plan->tuning->points[w->point], i, &x)) continue;
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

/* --- one group ------------------------------------------------------------------------------ */

typedef struct desk {
    const ag_plan *plan;
    results r;
    ag_arena *arena;
    score *scores;   /* [n_candidates] */
    double *values;  /* [n_seeds] */
    double *numbers; /* [n_points] */
} desk;

/* Those that go on to the next rung. */
static ag_status go_on(desk *d, ag_winner *w, ag_error *err) {
    const size_t n = (size_t)d->plan->tuning->rungs[w->rung + 1].candidates;
    size_t *points = AG_NEW_ARRAY(d->arena, size_t, n);
    if (!points) return no_memory(err);
    for (size_t i = 0; i < n; i++)
        points[i] = d->scores[i].point;
    qsort(points, n, sizeof *points, by_point);
    w->left[++w->rung] = points;
    return AG_OK;
}

static ag_status choose_one(desk *d, int64_t group, ag_winner *w, ag_error *err) {
    const ag_tuning *t = d->plan->tuning;
    for (;;) {
        const int n = t->rungs[w->rung].candidates;
        bool known = true;
        for (int i = 0; i < n; i++) {
            d->scores[i] = (score){.point = w->left[w->rung][i]};
            AG_TRY(score_one(d->plan, &d->r, w->rung, d->values, &d->scores[i], &known, err));
        }
        if (!known) return AG_OK;
        qsort(d->scores, (size_t)n, sizeof *d->scores, by_rank);
        if (w->rung == t->n_rungs - 1) break;
        AG_TRY(go_on(d, w, err));
    }
    w->known = true;
    w->point = d->scores[0].point;
    w->value = d->scores[0].value;
    w->seeds = d->plan->n_seeds;
    w->diverged = d->scores[0].diverged;
    return find_edge(d->plan, group, d->numbers, d->arena, w, err);
}

/* --- all groups ----------------------------------------------------------------------------- */

/* All are in the first rung. */
static ag_status begin(desk *d, ag_arena *scratch, ag_winner *winners, ag_error *err) {
    const ag_tuning *t = d->plan->tuning;
    const size_t n = (size_t)t->n_candidates;
    size_t *points = AG_NEW_ARRAY(d->arena, size_t, t->n_points);
    size_t *filled = AG_NEW_ARRAY(scratch, size_t, (size_t)t->n_groups);
    d->scores = AG_NEW_ARRAY(scratch, score, n);
    d->values = AG_NEW_ARRAY(scratch, double, (size_t)d->plan->n_seeds);
    d->numbers = AG_NEW_ARRAY(scratch, double, t->n_points);
    if (!points || !filled || !d->scores || !d->values || !d->numbers) return no_memory(err);
    for (size_t p = 0; p < t->n_points; p++)
        points[t->group[p] * n + filled[t->group[p]]++] = p;
    for (int g = 0; g < t->n_groups; g++)
        winners[g] = (ag_winner){.left = {points + (size_t)g * n}};
    return AG_OK;
}

static ag_status choose_all(const ag_plan *plan, const char *folder, ag_arena *arena,
                            ag_arena *scratch, ag_winner *winners, ag_error *err) {
    desk d = {.plan = plan, .arena = arena};
    AG_TRY(read_results(plan->tuning, folder, scratch, &d.r, err));
    AG_TRY(begin(&d, scratch, winners, err));
    for (int g = 0; g < plan->tuning->n_groups; g++)
        AG_TRY(choose_one(&d, g, &winners[g], err));
    return AG_OK;
}

ag_status ag_choose(const ag_plan *plan, const char *folder, ag_arena *arena, ag_winner *winners,
                    ag_error *err) {
    ag_arena scratch = AG_ARENA_EMPTY;
    const ag_status status = choose_all(plan, folder, arena, &scratch, winners, err);
    ag_arena_close(&scratch);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}

/* --- chance --------------------------------------------------------------------------------- */

/* The smallest p there can be, all blocks in one order, is k!^-(n - 1). */
static bool can_tell(const ag_blocks *of) {
    return (of->n - 1) * lgamma(of->k + 1.0) >= -log(AG_ALIKE_ABOVE);
}

/* What the candidates came to, the smaller the better; those that diverged are last. */
static void fill_blocks(const ag_plan *plan, const results *r, int rung, const size_t *points,
                        const ag_blocks *of, double *x) {
    for (int s = 0; s < of->n; s++)
        for (int i = 0; i < of->k; i++) {
            const result *one = find(r, ag_tuned_trial(plan, points[i], s, rung).id);
            const bool finished = one && one->finished;
            const double value = finished ? one->value : HUGE_VAL;
            x[(ptrdiff_t)s * of->k + i] = finished && plan->tuning->larger ? -value : value;
        }
}

static ag_status look_alike(const ag_plan *plan, const char *folder, const ag_winner *winners,
                            int rung, ag_arena *scratch, ag_alike *alike, ag_error *err) {
    const ag_tuning *t = plan->tuning;
    ag_blocks of = {.n = plan->n_seeds, .k = t->rungs[rung].candidates};
    results r;
    if (!can_tell(&of)) return AG_OK;
    AG_TRY(read_results(t, folder, scratch, &r, err));
    double *x = AG_NEW_ARRAY(scratch, double, (size_t)of.n *(size_t)of.k);
    double *ranks = AG_NEW_ARRAY(scratch, double, (size_t)of.k);
    if (!x || !ranks) return no_memory(err);
    of.x = x;
    for (int g = 0; g < t->n_groups; g++) {
        const ag_winner *w = &winners[g];
        ag_friedman test;
        if (!w->known && w->rung <= rung) continue;
        fill_blocks(plan, &r, rung, w->left[rung], &of, x);
        AG_TRY(ag_friedman_test(&of, ranks, scratch, &test, err));
        const double p = isnan(test.p_exact) ? test.p_f : test.p_exact;
        alike->is[g] = !(p <= AG_ALIKE_ABOVE); /* NaN: all are equal */
        alike->n += alike->is[g];
        alike->tested++;
    }
    return AG_OK;
}

ag_status ag_choose_alike(const ag_plan *plan, const char *folder, const ag_winner *winners,
                          int rung, ag_arena *arena, ag_alike *alike, ag_error *err) {
    ag_arena scratch = AG_ARENA_EMPTY;
    *alike = (ag_alike){.is = AG_NEW_ARRAY(arena, bool, (size_t)plan->tuning->n_groups)};
    if (!alike->is) return no_memory(err);
    const ag_status status = look_alike(plan, folder, winners, rung, &scratch, alike, err);
    ag_arena_close(&scratch);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}
