/* Exact distributions of sums of ranks, by dynamic programming. Private to results/stats.
 *
 * rank: whole numbers, above 0; doubled where there are ties (ranks.h). All terms are positive, so
 * that small tails keep their digits. */
#ifndef AG_RANK_SUMS_H
#define AG_RANK_SUMS_H

#include "harness/base/arena.h"
#include "results/stats/significance.h"

/* P(sum = s) = chance[s], s = 0 .. most. chance NULL: no memory. */
typedef struct ag_rank_sums {
    int64_t most;
    double *chance;
} ag_rank_sums;

/* Each of n ranks counts or not as a fair coin falls: O(n x sum of ranks). */
ag_rank_sums ag_rank_sums_of_coins(int n, const int64_t *rank, ag_arena *arena);

/* m of n ranks, every choice as likely: O(n x m x largest sum). */
ag_rank_sums ag_rank_sums_of_choices(int n, const int64_t *rank, int m, ag_arena *arena);

/* Of what is at least, and at most, `seen`. */
ag_p_values ag_rank_sums_tails(const ag_rank_sums *sums, int64_t seen);

#endif
