/* The trials of a store as samples: for one metric, per block and activation, a value for each
 * seed.
 *
 * A *block* is everything that the activations in it share: data, model, depth, initializer, ...
 * all settings but the activation, the seed, and what `tuning.over` says was tuned for each
 * activation by itself. So two cells of a block are paired seed by seed. */
#ifndef AG_SAMPLE_H
#define AG_SAMPLE_H

#include "harness/base/arena.h"
#include "harness/base/status.h"
#include "results/report/metric.h"
#include "results/report/trial_set.h"
#include "results/store/store.h"

#include <stdint.h>

/* `at model.depth=16`. key: as in an experiment file, or its end if only one key ends so (depth);
 * a key that has a name (initializer) means the name. value: as in the file; numbers are equal as
 * numbers. */
typedef struct ag_condition {
    const char *key, *value;
    ag_place place; /* for messages; AG_NOWHERE: none */
} ag_condition;

typedef struct ag_sample_query {
    const ag_metric *metric;
    const ag_condition *at;
    int n_at;
    const char
        *phase; /* NULL: 'final' where the store has such trials, otherwise 'grid'; never 'tune' */
    const char *trials;   /* SQL, as in ag_trial_set: of no others; NULL: of all */
    const uint64_t *only; /* [n_only] ids, ascending: of no other trials; NULL: of all */
    size_t n_only;
} ag_sample_query;

typedef struct ag_cell_sample {
    int n;                /* seeds with a value */
    const uint64_t *seed; /* [n] ascending */
    const double *value;  /* [n] as stored, not on the metric's scale; may be infinite, never NaN */
    int ran, diverged, failed, without; /* trials; without: it counts, and the metric is NULL */
    const char *tuned; /* what it has of its own: "learning_rate=0.03"; "" if nothing */
    const char *trial; /* id of one of its trials: the least; NULL: none ran */
    const char *cell;  /* as the column of `trial` */
} ag_cell_sample;

/* What tells a block from others: keys whose values differ between blocks. */
typedef struct ag_varying {
    int n;
    const char *const *key; /* [n] "model.depth" */
} ag_varying;

typedef struct ag_block_sample {
    const char *label; /* what tells the blocks apart, "depth=8 he_normal"; "" if there is one */
    const char *dataset, *model, *initializer, *optimizer; /* as the columns of `trial` */
    int depth, width;                                      /* -1: none */
    const char *settings;                                  /* JSON of all that its trials share */
    const char *const *value; /* [varying.n] of the keys that vary; NULL: it has no such key */
} ag_block_sample;

typedef struct ag_samples {
    const ag_metric *metric;
    const char *phase; /* "grid" or "final" */
    int n_activations, n_blocks;
    const char *const *activations; /* labels, in order of the experiment's grid */
    const ag_block_sample *blocks;  /* in order of their values, the first varying key slowest */
    ag_varying varying;
    const ag_cell_sample *cells; /* [n_blocks][n_activations]; ran == 0: not in the grid */
    int n_trials;                /* of all cells */
} ag_samples;

/* AG_NOTFOUND, with the nearest right word, if an `at` names nothing that the store has. A store
 * without trials of the phase: no activations, no blocks. */
ag_status ag_samples_read(const char *folder, const ag_sample_query *query, ag_arena *arena,
                          ag_samples *samples, ag_error *err);

/* The same of an open store: several metrics of the same moment. */
ag_status ag_samples_select(ag_reader *reader, const ag_sample_query *query, ag_arena *arena,
                            ag_samples *samples, ag_error *err);

/* set NULL: of the whole store. The first that finished trials have of accuracy, R2, loss. Of test
 * where the experiment was tuned: it was never used to choose there; elsewhere of validation: it is
 * better not to look at the test part while one still tries. Without a validation part of test. */
ag_status ag_metric_usual(ag_reader *reader, const ag_trial_set *set, ag_arena *arena,
                          const ag_metric **metric, ag_error *err);

/* Place of an activation's label, -1: not there. */
int ag_samples_activation(const ag_samples *samples, const char *label);

static inline const ag_cell_sample *ag_samples_cell(const ag_samples *samples, int block,
                                                    int activation) {
    return &samples->cells[(size_t)block * (size_t)samples->n_activations + (size_t)activation];
}

/* A walk over the seeds that two lists have in common. */
typedef struct ag_common_seeds {
    const uint64_t *x, *y; /* [n_x], [n_y] ascending */
    int n_x, n_y;
    int i, j; /* where it goes on: 0 at first */
} ag_common_seeds;

/* Where the next one stands in x and in y. false: there are no more. */
bool ag_common_seeds_next(ag_common_seeds *seeds, int *in_x, int *in_y);

/* Differences a - b over the seeds that both cells have, on the metric's scale, seeds ascending.
 * difference, seed: room for the smaller n; seed may be NULL. Returns how many. Infinite where one
 * is 0 on a scale of logarithms; a seed where both are is left out. */
int ag_sample_pairs(const ag_samples *samples, int block, int a, int b, double *difference,
                    uint64_t *seed);

/* Values, or differences, one for each seed. */
typedef struct ag_by_seed {
    int n;
    uint64_t *seed; /* [n] ascending */
    double *value;  /* [n] on the metric's scale */
    int blocks;     /* that were averaged */
    int left_out;   /* seeds that some of these blocks lacks */
} ag_by_seed;

/* Which blocks are averaged; NULL: all. */
typedef struct ag_block_set {
    int n;
    const int *block;
} ag_block_set;

/* Values of activation a, averaged over the blocks that have it, seed by seed: a seed that a block
 * lacks (it diverged there, ...) is left out, because seeds, not blocks, are what was drawn. */
ag_status ag_sample_values_over(const ag_samples *samples, const ag_block_set *blocks, int a,
                                ag_arena *arena, ag_by_seed *out, ag_error *err);

/* Differences a - b likewise, over the blocks that have both. */
ag_status ag_sample_pairs_over(const ag_samples *samples, const ag_block_set *blocks, int a, int b,
                               ag_arena *arena, ag_by_seed *out, ag_error *err);

/* The same over all blocks. */
ag_status ag_sample_pairs_overall(const ag_samples *samples, int a, int b, ag_arena *arena,
                                  double **difference, uint64_t **seed, int *n, int *left_out,
                                  ag_error *err);

#endif
