/* Average ranks of activations over blocks. What is drawn here are blocks (data sets, depths, ...),
 * not seeds: those are averaged within a block (Demsar 2006, J. Mach. Learn. Res. 7, 3.2). */
#ifndef AG_RANK_TABLE_H
#define AG_RANK_TABLE_H

#include "results/report/sample.h"
#include "results/stats/several.h"

/* With fewer blocks Nemenyi's distance is wider than most ranks can differ. */
enum { AG_RANK_BLOCKS_FEWEST = 5 };

typedef struct ag_rank_table {
    int n, k;        /* blocks in which every activation has a number, activations */
    int incomplete;  /* other blocks */
    int datasets;    /* of the n */
    double *average; /* [k] 1 is the best */
    int *order;      /* [k] best first */
    ag_friedman friedman;
    double distance; /* Nemenyi's, 0.05 */
    int n_groups;    /* of activations that do not differ by it */
    ag_group *groups;
} ag_rank_table;

/* Needs two activations and a metric of which one end is better. n < 2: nothing but the counts. */
ag_status ag_rank_table_of(const ag_samples *samples, ag_arena *arena, ag_rank_table *out,
                           ag_error *err);

#endif
