#include "results/stats/rank_sums.h"

ag_rank_sums ag_rank_sums_of_coins(int n, const int64_t *rank, ag_arena *arena) {
    int64_t total = 0;
    for (int i = 0; i < n; i++)
        total += rank[i];
    double *chance = AG_NEW_ARRAY(arena, double, (size_t)total + 1);
    if (!chance) return (ag_rank_sums){0};
    chance[0] = 1;
    int64_t reached = 0;
    for (int i = 0; i < n; i++) {
        const int64_t r = rank[i];
        reached += r;
        for (int64_t s = reached; s >= r; s--)
            chance[s] = (chance[s] + chance[s - r]) / 2;
        for (int64_t s = r - 1; s >= 0; s--)
            chance[s] /= 2;
    }
    return (ag_rank_sums){total, chance};
}

ag_rank_sums ag_rank_sums_of_choices(int n, const int64_t *rank, int m, ag_arena *arena) {
    int64_t largest = 0;
    for (int i = 0; i < n; i++)
        largest = rank[i] > largest ? rank[i] : largest;
    const int64_t most = m * largest;
    const size_t row = (size_t)most + 1;
    double *ways = AG_NEW_ARRAY(arena, double, row *((size_t)m + 1)); /* [m + 1][row] */
    if (!ways) return (ag_rank_sums){0};
    ways[0] = 1;
    for (int i = 0; i < n; i++)
        for (int k = i < m ? i + 1 : m; k > 0; k--) {
            double *with = ways + (size_t)k * row;
            const double *without = with - row;
            for (int64_t s = rank[i]; s <= k * largest; s++)
                with[s] += without[s - rank[i]];
        }
    double *chance = ways + (size_t)m * row, all = 0;
    for (int64_t s = 0; s <= most; s++)
        all += chance[s];
    for (int64_t s = 0; s <= most; s++)
        chance[s] /= all;
    return (ag_rank_sums){most, chance};
}

/* From the ends inwards: small terms first. */
ag_p_values ag_rank_sums_tails(const ag_rank_sums *sums, int64_t seen) {
    double greater = 0, less = 0;
    for (int64_t s = 0; s <= seen; s++)
        less += sums->chance[s];
    for (int64_t s = sums->most; s >= seen; s--)
        greater += sums->chance[s];
    return ag_p_of_tails(fmin(greater, 1), fmin(less, 1));
}
