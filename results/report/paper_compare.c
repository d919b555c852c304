#include "results/report/paper_compare.h"

#include "harness/config/writer.h"
#include "results/report/claim_trials.h"
#include "results/report/sample.h"
#include "results/report/settings_match.h"
#include "results/stats/describe.h"

#include <math.h>
#include <string.h>

const char *const ag_agreement_names[] = {"HOLDS", "DIFFERS", "UNDECIDED", "not compared"};

static const double LEVEL = 0.95;

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory comparing with a paper");
}

/* --- samples: read once for all numbers of the same metric ------------------------------------ */

typedef struct source {
    ag_metric metric;
    ag_samples samples;
    const ag_node **settings; /* [n_blocks] */
} source;

static bool same_source(const ag_paper_number *a, const ag_paper_number *b) {
    return strcmp(a->metric, b->metric) == 0 && a->epoch == b->epoch && a->layer == b->layer;
}

/* Of which trials of the store the numbers are. */
typedef struct own {
    const char *phase; /* as in ag_sample_query */
    uint64_t *ids;     /* [n] ascending; NULL: of all */
    size_t n;
} own;

/* A store may have those of another scale, too. */
static ag_status find_own(const ag_plan *plan, const char *folder, ag_arena *arena, own *o,
                          ag_error *err) {
    ag_plan whole;
    *o = (own){0};
    if (!plan) return AG_OK;
    o->phase = ag_phase_names[plan->tuning ? AG_PHASE_FINAL : AG_PHASE_GRID];
    AG_TRY(ag_claim_plan(plan, folder, arena, &whole, err));
    return ag_claim_ids(&whole, NULL, NULL, arena, &o->ids, &o->n, err);
}

static ag_status read_source(ag_reader *reader, const own *o, const ag_paper_number *number,
                             ag_arena *arena, source *s, ag_error *err) {
    AG_TRY(ag_paper_metric(number, arena, &s->metric, err));
    const ag_sample_query query = {
        .metric = &s->metric, .phase = o->phase, .only = o->ids, .n_only = o->n};
    AG_TRY(ag_samples_select(reader, &query, arena, &s->samples, err));
    s->settings = AG_NEW_ARRAY(arena, const ag_node *, (size_t)s->samples.n_blocks + 1);
    if (!s->settings) return no_memory(err);
    const ag_place place = {"the settings of the store", 1, 0};
    for (int b = 0; b < s->samples.n_blocks; b++)
        AG_TRY(ag_document_parse_at(arena, place, s->samples.blocks[b].settings, &s->settings[b],
                                    err));
    return AG_OK;
}

/* --- cells ----------------------------------------------------------------------------------- */

/* Of two cells of a number, the second differs from the first in its own keys. */
typedef struct wanted {
    const ag_paper_cell *cell, *otherwise;
} wanted;

static bool overridden(const wanted *w, const char *key) {
    for (int i = 0; i < w->cell->n_keys; i++)
        if (strcmp(w->cell->keys[i].key, key) == 0) return true;
    return false;
}

static bool block_fits(const ag_node *settings, const wanted *w) {
    for (int i = 0; i < w->cell->n_keys; i++)
        if (!ag_settings_have(settings, w->cell->keys[i].key, w->cell->keys[i].value)) return false;
    for (int i = 0; w->otherwise && i < w->otherwise->n_keys; i++)
        if (!overridden(w, w->otherwise->keys[i].key) &&
            !ag_settings_have(settings, w->otherwise->keys[i].key, w->otherwise->keys[i].value))
            return false;
    return true;
}

/* *cell: NULL if the store has no such trials. */
static ag_status find_cell(const source *s, wanted w, const ag_cell_sample **cell, ag_error *err) {
    const char *activation = w.cell->activation ? w.cell->activation : w.otherwise->activation;
    const int a = ag_samples_activation(&s->samples, activation);
    int found = -1;
    *cell = NULL;
    for (int b = 0; a >= 0 && b < s->samples.n_blocks; b++) {
        if (!ag_samples_cell(&s->samples, b, a)->ran || !block_fits(s->settings[b], &w)) continue;
        if (found >= 0)
            return AG_FAIL(err, AG_CONFIG, w.cell->place,
                           "several cells of the store have these settings, '%.60s' and '%.60s': "
                           "say which",
                           s->samples.blocks[found].label, s->samples.blocks[b].label);
        found = b;
    }
    if (found >= 0) *cell = ag_samples_cell(&s->samples, found, a);
    return AG_OK;
}

/* --- ours ------------------------------------------------------------------------------------ */

static ag_bounds back_from_logs(ag_bounds b) {
    return (ag_bounds){exp(b.estimate), exp(b.low), exp(b.high)};
}

/* Of one cell. false: the logarithm of a value does not exist. */
static bool summarise(const ag_metric *metric, int n, double *x, ag_paper_result *r) {
    if (metric->yes_or_no) {
        r->ours = ag_wilson_interval(ag_sum(n, x), n, LEVEL);
        r->ours.estimate = ag_mean(n, x);
        return true;
    }
    if (metric->scale == AG_SCALE_LINEAR) {
        r->ours = ag_t_interval(n, x, LEVEL);
        return true;
    }
    for (int i = 0; i < n; i++) {
        if (!(x[i] > 0)) return false;
        x[i] = log(x[i]);
    }
    r->ours = back_from_logs(ag_t_interval(n, x, LEVEL));
    return true;
}

/* Ratios and differences, seed by seed. */
static bool combine(ag_paper_relation relation, const ag_cell_sample *a, const ag_cell_sample *b,
                    double *x, ag_paper_result *r) {
    ag_common_seeds both = {.x = a->seed, .y = b->seed, .n_x = a->n, .n_y = b->n};
    r->n = 0;
    for (int i, j; ag_common_seeds_next(&both, &i, &j);) {
        const double p = a->value[i], q = b->value[j];
        if (relation == AG_PAPER_OVER && !(p > 0 && q > 0)) return false;
        x[r->n++] = relation == AG_PAPER_OVER ? log(p / q) : p - q;
    }
    if (!r->n) return true;
    r->ours = ag_t_interval(r->n, x, LEVEL);
    if (relation == AG_PAPER_OVER) r->ours = back_from_logs(r->ours);
    return true;
}

/* --- verdict --------------------------------------------------------------------------------- */

/* What x[n] are: values, their logarithms, or 1 for yes and 0 for no. */
typedef enum sampled { VALUES, LOGARITHMS, SHARE } sampled;

/* A share of trials has that of the paper's share, which is taken for the truth. What is back from
 * logarithms has theirs times itself. */
static double standard_error(const ag_paper_number *number, sampled of, const double *x,
                             const ag_paper_result *r) {
    const double p = number->paper;
    const double std = of == SHARE && p >= 0 && p <= 1 ? sqrt(p * (1 - p)) : ag_std(r->n, x);
    return (of == LOGARITHMS ? r->ours.estimate * std : std) / sqrt(r->n);
}

static void none(ag_paper_result *r, const char *why) {
    r->agreement = AG_AGREEMENT_NONE;
    r->ours = (ag_bounds){(double)NAN, (double)NAN, (double)NAN};
    r->why = why;
}

static void undecided(ag_paper_result *r, const char *why) {
    r->agreement = AG_AGREEMENT_UNDECIDED;
    r->why = why;
}

static void judge_by_interval(const ag_paper_number *number, ag_paper_result *r) {
    const double low = number->paper - r->tolerance, high = number->paper + r->tolerance;
    if (isnan(r->ours.low) || isnan(r->ours.high))
        undecided(r, r->n == 1 ? "a single seed has no interval" : "it has no interval");
    else if (r->ours.low >= low && r->ours.high <= high)
        r->agreement = AG_AGREEMENT_HOLDS;
    else if (r->ours.low > high || r->ours.high < low)
        r->agreement = AG_AGREEMENT_DIFFERS;
    else
        undecided(r, "the interval reaches across the tolerance: more seeds would tell");
}

static void judge(const ag_paper_number *number, sampled of, const double *x, ag_paper_result *r) {
    const ag_tolerance *t = &number->tolerance;
    if (t->kind != AG_TOLERANCE_SIGMA) {
        r->tolerance =
            t->kind == AG_TOLERANCE_RELATIVE ? t->number * fabs(number->paper) : t->number;
        judge_by_interval(number, r);
        return;
    }
    r->tolerance = t->number * standard_error(number, of, x, r);
    if (!(r->tolerance <= t->most))
        undecided(r,
                  "too few seeds: the standard errors are more than the paper's comparison bears");
    else
        r->agreement = fabs(r->ours.estimate - number->paper) <= r->tolerance
                           ? AG_AGREEMENT_HOLDS
                           : AG_AGREEMENT_DIFFERS;
}

static sampled sampled_of(const ag_paper_number *number, const ag_metric *metric) {
    if (number->relation == AG_PAPER_OVER) return LOGARITHMS;
    if (number->relation == AG_PAPER_MINUS) return VALUES;
    if (metric->yes_or_no) return SHARE;
    return metric->scale == AG_SCALE_LINEAR ? VALUES : LOGARITHMS;
}

static void count_lost(const ag_cell_sample *cell, ag_paper_result *r) {
    r->diverged += cell->diverged;
    r->failed += cell->failed;
}

static ag_status compare(const ag_paper_number *number, const source *s, ag_arena *arena,
                         ag_paper_result *r, ag_error *err) {
    const ag_cell_sample *a, *b = NULL;
    *r = (ag_paper_result){.tolerance = (double)NAN};
    AG_TRY(find_cell(s, (wanted){&number->at, NULL}, &a, err));
    if (number->relation != AG_PAPER_ALONE)
        AG_TRY(find_cell(s, (wanted){&number->other, &number->at}, &b, err));
    if (!a || (number->relation != AG_PAPER_ALONE && !b)) {
        none(r, "not in this grid");
        return AG_OK;
    }
    double *x = AG_NEW_ARRAY(arena, double, (size_t)a->n + 1);
    if (!x) return no_memory(err);
    r->n = a->n;
    count_lost(a, r);
    if (b) count_lost(b, r);
    if (a->n) memcpy(x, a->value, (size_t)a->n * sizeof *x);
    const bool ok =
        b ? combine(number->relation, a, b, x, r) : !a->n || summarise(&s->metric, a->n, x, r);
    if (!ok)
        none(r, "a value is not above 0, and has no logarithm");
    else if (!r->n)
        none(r, "no seed has a value");
    else
        judge(number, sampled_of(number, &s->metric), x, r);
    return AG_OK;
}

static ag_status compare_all(const ag_paper *paper, ag_reader *reader, const own *o,
                             ag_arena *arena, ag_paper_result *results, ag_error *err) {
    source *sources = AG_NEW_ARRAY(arena, source, (size_t)paper->n_numbers + 1);
    if (!sources) return no_memory(err);
    for (int i = 0; i < paper->n_numbers; i++) {
        int j = 0;
        while (!same_source(&paper->numbers[j], &paper->numbers[i]))
            j++;
        if (j == i) AG_TRY(read_source(reader, o, &paper->numbers[i], arena, &sources[i], err));
        AG_TRY(compare(&paper->numbers[i], &sources[j], arena, &results[i], err));
    }
    return AG_OK;
}

ag_status ag_paper_compare(const ag_paper *paper, const ag_plan *plan, const char *folder,
                           ag_arena *arena, ag_paper_result **results, ag_error *err) {
    ag_reader *reader;
    own o;
    *results = AG_NEW_ARRAY(arena, ag_paper_result, (size_t)paper->n_numbers + 1);
    if (!*results) return no_memory(err);
    AG_TRY(find_own(plan, folder, arena, &o, err));
    AG_TRY(ag_reader_open(folder, arena, &reader, err));
    const ag_status status = compare_all(paper, reader, &o, arena, *results, err);
    ag_reader_close(reader);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}
