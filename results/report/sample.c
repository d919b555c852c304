/* Pairs, and means over blocks within a seed. */
#include "results/report/sample.h"

#include "results/stats/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int ag_samples_activation(const ag_samples *samples, const char *label) {
    for (int a = 0; a < samples->n_activations; a++)
        if (strcmp(samples->activations[a], label) == 0) return a;
    return -1;
}

static double scaled(const ag_samples *samples, const ag_cell_sample *cell, int i) {
    return ag_metric_scaled(samples->metric, cell->value[i]);
}

bool ag_common_seeds_next(ag_common_seeds *s, int *in_x, int *in_y) {
    while (s->i < s->n_x && s->j < s->n_y && s->x[s->i] != s->y[s->j]) {
        if (s->x[s->i] < s->y[s->j])
            s->i++;
        else
            s->j++;
    }
    if (s->i == s->n_x || s->j == s->n_y) return false;
    *in_x = s->i++;
    *in_y = s->j++;
    return true;
}

int ag_sample_pairs(const ag_samples *samples, int block, int a, int b, double *difference,
                    uint64_t *seed) {
    const ag_cell_sample *x = ag_samples_cell(samples, block, a);
    const ag_cell_sample *y = ag_samples_cell(samples, block, b);
    ag_common_seeds both = {.x = x->seed, .y = y->seed, .n_x = x->n, .n_y = y->n};
    int n = 0;
    for (int i, j; ag_common_seeds_next(&both, &i, &j);) {
        const double d = scaled(samples, x, i) - scaled(samples, y, j);
        if (isnan(d)) continue;
        difference[n] = ag_metric_rounded(samples->metric, d);
        if (seed) seed[n] = x->seed[i];
        n++;
    }
    return n;
}

/* --- over blocks ----------------------------------------------------------------------------- */

typedef struct entry {
    uint64_t seed;
    int block;
    double value;
} entry;

static int compare_entries(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->seed != y->seed) return x->seed < y->seed ? -1 : 1;
    return (x->block > y->block) - (x->block < y->block);
}

/* With infinite ones (the logarithm of 0) the plain sum: the correction of ag_mean would be NaN. */
static double mean_of(int n, const double *x) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return isfinite(sum) ? ag_mean(n, x) : sum;
}

/* Means of the seeds that all blocks have. */
static void average(const entry *entries, int n, ag_by_seed *out, double *room) {
    for (int i = 0, next; i < n; i = next) {
        for (next = i; next < n && entries[next].seed == entries[i].seed; next++)
            room[next - i] = entries[next].value;
        if (next - i < out->blocks) {
            out->left_out++;
            continue;
        }
        out->seed[out->n] = entries[i].seed;
        out->value[out->n++] = next - i == 1 ? room[0] : mean_of(next - i, room);
    }
}

/* b < 0: values of a. */
static int entries_of(const ag_samples *samples, int block, int a, int b, double *value,
                      uint64_t *seed) {
    if (b >= 0) return ag_sample_pairs(samples, block, a, b, value, seed);
    const ag_cell_sample *cell = ag_samples_cell(samples, block, a);
    int n = 0;
    for (int i = 0; i < cell->n; i++) {
        const double x = scaled(samples, cell, i);
        if (isnan(x)) continue;
        value[n] = x;
        seed[n++] = cell->seed[i];
    }
    return n;
}

/* A seed that ran in one block only, of several, is left out, too. */
static ag_status over(const ag_samples *samples, const ag_block_set *set, int a, int b,
                      ag_arena *arena, ag_by_seed *out, ag_error *err) {
    const int n_blocks = set ? set->n : samples->n_blocks;
    size_t most = 0, longest = 0;
    for (int k = 0; k < n_blocks; k++) {
        const size_t n = (size_t)ag_samples_cell(samples, set ? set->block[k] : k, a)->n;
        most += n;
        longest = n > longest ? n : longest;
    }
    *out = (ag_by_seed){.seed = AG_NEW_ARRAY(arena, uint64_t, most + 1),
                        .value = AG_NEW_ARRAY(arena, double, most + 1)};
    const ag_mark mark = ag_arena_mark(arena);
    entry *entries = AG_NEW_ARRAY(arena, entry, most + 1);
    double *value =
        AG_NEW_ARRAY(arena, double, (longest > (size_t)n_blocks ? longest : (size_t)n_blocks) + 1);
    uint64_t *seed = AG_NEW_ARRAY(arena, uint64_t, longest + 1);
    if (!out->seed || !out->value || !entries || !value || !seed)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a comparison");
    int n_entries = 0;
    for (int k = 0; k < n_blocks; k++) {
        const int block = set ? set->block[k] : k;
        if (ag_samples_cell(samples, block, a)->ran == 0) continue;
        if (b >= 0 && ag_samples_cell(samples, block, b)->ran == 0) continue;
        out->blocks++;
        const int n = entries_of(samples, block, a, b, value, seed);
        for (int i = 0; i < n; i++)
            entries[n_entries++] = (entry){seed[i], block, value[i]};
    }
    qsort(entries, (size_t)n_entries, sizeof *entries, compare_entries);
    average(entries, n_entries, out, value);
    ag_arena_release(arena, mark);
    return AG_OK;
}

ag_status ag_sample_values_over(const ag_samples *samples, const ag_block_set *blocks, int a,
                                ag_arena *arena, ag_by_seed *out, ag_error *err) {
    return over(samples, blocks, a, -1, arena, out, err);
}

ag_status ag_sample_pairs_over(const ag_samples *samples, const ag_block_set *blocks, int a, int b,
                               ag_arena *arena, ag_by_seed *out, ag_error *err) {
    return over(samples, blocks, a, b, arena, out, err);
}

ag_status ag_sample_pairs_overall(const ag_samples *samples, int a, int b, ag_arena *arena,
                                  double **difference, uint64_t **seed, int *n, int *left_out,
                                  ag_error *err) {
    ag_by_seed pairs;
    AG_TRY(over(samples, NULL, a, b, arena, &pairs, err));
    *difference = pairs.value;
    *seed = pairs.seed;
    *n = pairs.n;
    *left_out = pairs.left_out;
    return AG_OK;
}
