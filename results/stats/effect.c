#include "results/stats/effect.h"

#include "results/stats/describe.h"
#include "results/stats/distributions.h"
#include "results/stats/paired.h"
#include "results/stats/rank_sums.h"
#include "results/stats/unpaired.h"

#include <assert.h>
#include <math.h>

/* --- standardised differences ------------------------------------------------------- */

double ag_cohen_d_z(int n, const double *d) { return ag_mean(n, d) / ag_std(n, d); }

double ag_cohen_d(const ag_two_samples *of) {
    const double squares = ag_squares(of->n_x, of->x) + ag_squares(of->n_y, of->y);
    const double off = ag_mean(of->n_x, of->x) - ag_mean(of->n_y, of->y);
    return off / sqrt(squares / (of->n_x + of->n_y - 2)); /* 0 / 0 for 1 and 1 */
}

double ag_hedges_factor(double df) {
    if (!(df >= 2)) return (double)NAN;
    return exp(ag_log_gamma(df / 2) - ag_log_gamma((df - 1) / 2)) / sqrt(df / 2);
}

double ag_hedges_g(const ag_two_samples *of) {
    return ag_hedges_factor(of->n_x + of->n_y - 2) * ag_cohen_d(of);
}

/* --- all pairs of values --------------------------------------------------------------- */

double ag_probability_greater(const ag_two_samples *of) {
    double twice = 0;
    for (int i = 0; i < of->n_x; i++)
        for (int j = 0; j < of->n_y; j++) {
            if (isnan(of->x[i]) || isnan(of->y[j])) return (double)NAN;
            twice += (of->x[i] > of->y[j]) + (of->x[i] >= of->y[j]);
        }
    return twice / 2 / of->n_x / of->n_y;
}

double ag_cliff_delta(const ag_two_samples *of) { return 2 * ag_probability_greater(of) - 1; }

/* --- Hodges and Lehmann ------------------------------------------------------------------ */

/* 1, 2, .. n; NULL: no memory. */
static int64_t *plain_ranks(int n, ag_arena *arena) {
    int64_t *rank = AG_NEW_ARRAY(arena, int64_t, (size_t)n);
    for (int i = 0; rank && i < n; i++)
        rank[i] = i + 1;
    return rank;
}

/* The largest k with P(statistic < k) < tail, at least 1; chance[0] is the statistic's least value.
 */
static int steps_inwards(const double *chance, double tail, double *below) {
    int k = 0;
    *below = 0;
    while (*below + chance[k] < tail)
        *below += chance[k++];
    if (k == 0) *below = chance[k++];
    return k;
}

/* The same from the normal distribution with continuity correction. */
static int normal_steps_inwards(double mean, double std, double tail, double *below) {
    const int k = (int)fmax(floor(mean + 0.5 + std * ag_normal_quantile(tail)), 1);
    *below = ag_normal_cdf((k - 0.5 - mean) / std);
    return k;
}

/* The k-th smallest and the k-th largest value enclose the shift. */
static void enclose(int n_values, double *values, int k, double below, ag_shift *out) {
    ag_sort(n_values, values);
    out->shift = (ag_bounds){ag_median(n_values, values), values[k - 1], values[n_values - k]};
    out->reached = fmax(1 - 2 * below, 0);
}

ag_status ag_shift_of_pairs(int n, const double *d, double level, ag_arena *scratch, ag_shift *out,
                            ag_error *err) {
    assert(n >= 1 && n <= AG_SHIFT_MAX);
    AG_TRY(ag_check_finite(n, d, err));
    const int n_values = n * (n + 1) / 2;
    const ag_mark mark = ag_arena_mark(scratch);
    double *values = AG_NEW_ARRAY(scratch, double, (size_t)n_values);
    int64_t *rank = plain_ranks(n, scratch);
    if (!values || !rank)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the means of %d pairs", n_values);
    for (int i = 0, at = 0; i < n; i++)
        for (int j = i; j < n; j++)
            values[at++] = d[i] / 2 + d[j] / 2;
    double below;
    int k;
    if (n <= AG_WILCOXON_EXACT) {
        const ag_rank_sums sums = ag_rank_sums_of_coins(n, rank, scratch);
        if (!sums.chance)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for sums of %d ranks", n);
        k = steps_inwards(sums.chance, (1 - level) / 2, &below);
    } else {
        const double std = sqrt(n * (n + 1.0) * (2.0 * n + 1) / 24);
        k = normal_steps_inwards(n_values / 2.0, std, (1 - level) / 2, &below);
    }
    enclose(n_values, values, k, below, out);
    ag_arena_release(scratch, mark);
    return AG_OK;
}

ag_status ag_shift_of_two(const ag_two_samples *of, double level, ag_arena *scratch, ag_shift *out,
                          ag_error *err) {
    assert(of->n_x >= 1 && of->n_x <= AG_SHIFT_MAX && of->n_y >= 1 && of->n_y <= AG_SHIFT_MAX);
    AG_TRY(ag_check_finite(of->n_x, of->x, err));
    AG_TRY(ag_check_finite(of->n_y, of->y, err));
    const int n = of->n_x + of->n_y, n_values = of->n_x * of->n_y;
    const ag_mark mark = ag_arena_mark(scratch);
    double *values = AG_NEW_ARRAY(scratch, double, (size_t)n_values);
    int64_t *rank = plain_ranks(n, scratch);
    if (!values || !rank)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d differences", n_values);
    for (int i = 0; i < of->n_x; i++)
        for (int j = 0; j < of->n_y; j++)
            values[i * of->n_y + j] = of->x[i] - of->y[j];
    double below;
    int k;
    if (n <= AG_MANN_WHITNEY_EXACT) {
        const int m = of->n_x < of->n_y ? of->n_x : of->n_y;
        const ag_rank_sums sums = ag_rank_sums_of_choices(n, rank, m, scratch);
        if (!sums.chance)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for sums of %d ranks", n);
        k = steps_inwards(sums.chance + m * (m + 1) / 2, (1 - level) / 2, &below);
    } else {
        const double std = sqrt(n_values * (n + 1.0) / 12);
        k = normal_steps_inwards(n_values / 2.0, std, (1 - level) / 2, &below);
    }
    enclose(n_values, values, k, below, out);
    ag_arena_release(scratch, mark);
    return AG_OK;
}
