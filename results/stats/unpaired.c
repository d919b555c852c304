#include "results/stats/unpaired.h"

#include "harness/base/random.h"
#include "results/stats/describe.h"
#include "results/stats/distributions.h"
#include "results/stats/rank_sums.h"
#include "results/stats/ranks.h"
#include "results/stats/subsets.h"

#include <math.h>
#include <string.h>

/* All of x, then all of y. NULL: no memory. */
static double *together(const ag_two_samples *of, ag_arena *arena) {
    double *all = AG_NEW_ARRAY(arena, double, (size_t)of->n_x + (size_t)of->n_y);
    if (!all) return NULL;
    memcpy(all, of->x, (size_t)of->n_x * sizeof *all);
    memcpy(all + of->n_x, of->y, (size_t)of->n_y * sizeof *all);
    return all;
}

/* --- Mann and Whitney ------------------------------------------------------------------- */

static ag_p_values normal_tails(double n_x, double n_y, double ties, double u) {
    const double n = n_x + n_y, off = u - n_x * n_y / 2;
    const double std = sqrt(n_x * n_y / 12 * (n + 1 - ties / (n * (n - 1))));
    ag_p_values p = {.greater = ag_normal_cdf((0.5 - off) / std),
                     .less = ag_normal_cdf((off + 0.5) / std)};
    p.two_sided = fmin(1, 2 * ag_normal_cdf((0.5 - fabs(off)) / std));
    if (std == 0) p = (ag_p_values){1, 1, 1}; /* all are equal */
    return p;
}

ag_status ag_mann_whitney_test(const ag_two_samples *of, bool approximate, ag_arena *scratch,
                               ag_significance *out, ag_error *err) {
    const int n_x = of->n_x, n_y = of->n_y, n = n_x + n_y;
    const ag_mark mark = ag_arena_mark(scratch);
    double *all = together(of, scratch), ties;
    int64_t *rank = AG_NEW_ARRAY(scratch, int64_t, (size_t)n);
    if (!all || !rank) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to rank %d numbers", n);
    AG_TRY(ag_doubled_ranks(n, all, rank, &ties, scratch, err));
    int64_t of_x = 0, of_y = 0;
    for (int i = 0; i < n; i++)
        *(i < n_x ? &of_x : &of_y) += rank[i];
    const double u = (double)of_x / 2 - n_x * (n_x + 1.0) / 2;
    *out = (ag_significance){
        .statistic = u, .n = n, .exact = n <= AG_MANN_WHITNEY_EXACT && !approximate};
    if (out->exact) { /* by the smaller sample, which has fewer sums */
        const bool by_x = n_x <= n_y;
        const ag_rank_sums sums = ag_rank_sums_of_choices(n, rank, by_x ? n_x : n_y, scratch);
        if (!sums.chance)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for sums of %d ranks", n);
        out->p = ag_rank_sums_tails(&sums, by_x ? of_x : of_y);
        if (!by_x) out->p = ag_p_of_tails(out->p.less, out->p.greater);
    } else {
        out->p = normal_tails(n_x, n_y, ties, u);
    }
    ag_arena_release(scratch, mark);
    return AG_OK;
}

/* --- Welch -------------------------------------------------------------------------------- */

ag_welch ag_welch_test(const ag_two_samples *of, double level) {
    const double off = ag_mean(of->n_x, of->x) - ag_mean(of->n_y, of->y);
    const double nan = (double)NAN;
    ag_welch out = {.test = {.statistic = nan, .p = {nan, nan, nan}, .n = of->n_x + of->n_y},
                    .df = nan,
                    .difference = {off, nan, nan}};
    if (of->n_x < 2 || of->n_y < 2) return out;
    const double v_x = ag_squares(of->n_x, of->x) / (of->n_x - 1) / of->n_x,
                 v_y = ag_squares(of->n_y, of->y) / (of->n_y - 1) / of->n_y, v = v_x + v_y;
    if (v == 0) return out;
    out.df = v * v / (v_x * v_x / (of->n_x - 1) + v_y * v_y / (of->n_y - 1));
    const double t = off / sqrt(v), reach = -ag_t_quantile((1 - level) / 2, out.df) * sqrt(v);
    out.test.statistic = t;
    out.test.p = ag_p_of_tails(ag_t_upper(t, out.df), ag_t_upper(-t, out.df));
    out.difference.low = off - reach;
    out.difference.high = off + reach;
    return out;
}

/* --- permutations of the means ---------------------------------------------------------------- */

/* How many choices of m numbers have a sum of at least `least`. */
static int64_t choices_reaching(const ag_subsets half[2], int m, double least) {
    int64_t count = 0;
    for (int i = 0; i <= half[0].n; i++)
        if (m - i >= 0 && m - i <= half[1].n)
            count += ag_pairs_reaching(half[0].size[i], half[0].sum[i], half[1].size[m - i],
                                       half[1].sum[m - i], least);
    return count;
}

static void permute_some(int n, double *all, int m, double sum, double near,
                         const ag_permutations *how, ag_significance *out) {
    ag_stream stream = ag_stream_open(how->seed, AG_RANDOM_BOOTSTRAP, 1);
    int greater = 0, less = 0;
    for (int r = 0; r < how->m; r++) {
        double drawn = 0;
        for (int i = 0; i < m; i++) { /* the first m places of a Fisher-Yates shuffle */
            const int from = i + (int)ag_random_below(&stream, (uint32_t)(n - i));
            const double x = all[from];
            all[from] = all[i];
            all[i] = x;
            drawn += x;
        }
        greater += drawn >= sum - near;
        less += drawn <= sum + near;
    }
    out->p = ag_p_of_tails((greater + 1.0) / (how->m + 1.0), (less + 1.0) / (how->m + 1.0));
}

ag_status ag_permutation_test(const ag_two_samples *of, const ag_permutations *how,
                              ag_arena *scratch, ag_significance *out, ag_error *err) {
    const int n = of->n_x + of->n_y;
    const ag_mark mark = ag_arena_mark(scratch);
    double *all = together(of, scratch), near = 0;
    if (!all) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d numbers", n);
    AG_TRY(ag_check_finite(n, all, err));
    for (int i = 0; i < n; i++)
        near += 1e-12 * fabs(all[i]);
    const double sum = ag_sum(of->n_x, of->x);
    *out = (ag_significance){.statistic = sum / of->n_x - ag_mean(of->n_y, of->y),
                             .n = n,
                             .exact = n <= AG_PERMUTATION_EXACT};
    if (out->exact) {
        ag_subsets half[2];
        if (!ag_subsets_make(n / 2, all, scratch, &half[0]) ||
            !ag_subsets_make(n - n / 2, all + n / 2, scratch, &half[1]))
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the choices of %d numbers", n);
        const double ways = (double)choices_reaching(half, of->n_x, -HUGE_VAL);
        const double greater = (double)choices_reaching(half, of->n_x, sum - near),
                     beyond =
                         (double)choices_reaching(half, of->n_x, nextafter(sum + near, HUGE_VAL));
        out->p = ag_p_of_tails(greater / ways, (ways - beyond) / ways);
    } else {
        permute_some(n, all, of->n_x, sum, near, how, out);
    }
    ag_arena_release(scratch, mark);
    return AG_OK;
}
