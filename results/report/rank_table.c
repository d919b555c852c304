#include "results/report/rank_table.h"

#include "results/stats/describe.h"

#include <math.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for average ranks");
}

static bool has_block(const ag_samples *samples, int block) {
    for (int a = 0; a < samples->n_activations; a++)
        if (ag_samples_cell(samples, block, a)->n == 0) return false;
    return true;
}

/* Means over seeds, on the metric's scale, rounded as differences are. */
static ag_status fill_row(const ag_samples *samples, int block, ag_arena *arena, double *row,
                          ag_error *err) {
    const ag_block_set set = {1, &block};
    for (int a = 0; a < samples->n_activations; a++) {
        ag_by_seed values;
        AG_TRY(ag_sample_values_over(samples, &set, a, arena, &values, err));
        double sum = 0; /* infinite for a ratio of 0, which ranks as what it is */
        for (int i = 0; i < values.n; i++)
            sum += values.value[i];
        row[a] = isfinite(sum) ? ag_metric_rounded(samples->metric, ag_mean(values.n, values.value))
                               : sum;
    }
    return AG_OK;
}

static ag_status fill(const ag_samples *samples, ag_arena *arena, ag_rank_table *t, double *x,
                      ag_error *err) {
    for (int b = 0; b < samples->n_blocks; b++) {
        bool seen = false;
        if (!has_block(samples, b)) {
            t->incomplete++;
            continue;
        }
        for (int o = 0; o < b; o++)
            seen |= has_block(samples, o) &&
                    strcmp(samples->blocks[o].dataset, samples->blocks[b].dataset) == 0;
        t->datasets += !seen;
        AG_TRY(fill_row(samples, b, arena, x + (size_t)t->n++ * (size_t)t->k, err));
    }
    return AG_OK;
}

static ag_status find_groups(ag_rank_table *t, ag_arena *arena, ag_error *err) {
    const size_t k = (size_t)t->k;
    bool *differ = AG_NEW_ARRAY(arena, bool, k *k);
    t->groups = AG_NEW_ARRAY(arena, ag_group, k);
    if (!differ || !t->groups) return no_memory(err);
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b < k; b++)
            differ[a * k + b] = fabs(t->average[a] - t->average[b]) >= t->distance;
    t->n_groups = ag_groups_alike(t->k, t->order, differ, t->groups);
    return AG_OK;
}

ag_status ag_rank_table_of(const ag_samples *samples, ag_arena *arena, ag_rank_table *out,
                           ag_error *err) {
    const size_t k = (size_t)samples->n_activations;
    *out = (ag_rank_table){.k = samples->n_activations};
    double *x = AG_NEW_ARRAY(arena, double, (size_t)samples->n_blocks *k + 1);
    if (!x) return no_memory(err);
    AG_TRY(fill(samples, arena, out, x, err));
    if (out->n < 2) return AG_OK;
    out->average = AG_NEW_ARRAY(arena, double, k);
    out->order = AG_NEW_ARRAY(arena, int, k);
    if (!out->average || !out->order) return no_memory(err);
    const ag_blocks blocks = {out->n, out->k, x, samples->metric->better == AG_BETTER_LARGER};
    AG_TRY(ag_friedman_test(&blocks, out->average, arena, &out->friedman, err));
    ag_order_by_rank(out->k, out->average, out->order);
    out->distance = ag_nemenyi_distance(out->k, out->n, 0.05);
    return find_groups(out, arena, err);
}
