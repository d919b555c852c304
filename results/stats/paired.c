#include "results/stats/paired.h"

#include "harness/base/random.h"
#include "results/stats/describe.h"
#include "results/stats/distributions.h"
#include "results/stats/rank_sums.h"
#include "results/stats/ranks.h"
#include "results/stats/subsets.h"

/* --- sign flips --------------------------------------------------------------------- */

/* How many of the 2^n sums of +-|d| are at least `least`. */
static int64_t signs_reaching(const ag_subsets half[2], double total, double least) {
    int64_t count = 0;
    for (int i = 0; i <= half[0].n; i++)
        for (int j = 0; j <= half[1].n; j++)
            count += ag_pairs_reaching(half[0].size[i], half[0].sum[i], half[1].size[j],
                                       half[1].sum[j], least + total);
    return count;
}

/* twice: 2 |d|, so that a subset's sum less the total is the sum with the others negative. */
static ag_status flip_all(int n, const double *twice, double sum, ag_arena *scratch,
                          ag_significance *out, ag_error *err) {
    ag_subsets half[2];
    if (!ag_subsets_make(n / 2, twice, scratch, &half[0]) ||
        !ag_subsets_make(n - n / 2, twice + n / 2, scratch, &half[1]))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the signs of %d numbers", n);
    const double total = ag_sum(n, twice) / 2, near = 1e-12 * total, all = exp2(n);
    out->p = ag_p_of_tails((double)signs_reaching(half, total, sum - near) / all,
                           (double)signs_reaching(half, total, -sum - near) / all);
    return AG_OK;
}

enum { BITS = 8, SUBSETS = 1 << BITS };

/* sums[g][m]: of those of numbers 8 g .. 8 g + 7 whose bit is set in m. Eight signs are one
 * addition then. NULL: no memory. */
static double (*sums_of_groups(int n, const double *x, ag_arena *scratch))[SUBSETS] {
    const size_t n_groups = ((size_t)n + BITS - 1) / BITS;
    double *all = AG_NEW_ARRAY(scratch, double, n_groups *SUBSETS);
    if (!all) return NULL;
    double(*sums)[SUBSETS] = (double(*)[SUBSETS])all;
    for (size_t g = 0; g < n_groups; g++) {
        sums[g][0] = 0;
        for (int b = 0; b < BITS; b++) {
            const size_t i = g * BITS + (size_t)b;
            for (int m = 0; m < 1 << b; m++)
                sums[g][(1 << b) + m] = sums[g][m] + (i < (size_t)n ? x[i] : 0);
        }
    }
    return sums;
}

static ag_status flip_some(int n, const double *twice, double sum, const ag_permutations *how,
                           ag_arena *scratch, ag_significance *out, ag_error *err) {
    double(*sums)[SUBSETS] = sums_of_groups(n, twice, scratch);
    if (!sums)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the signs of %d numbers", n);
    ag_stream stream = ag_stream_open(how->seed, AG_RANDOM_BOOTSTRAP, 1);
    const double total = ag_sum(n, twice) / 2, near = 1e-12 * total;
    const int n_groups = (n + BITS - 1) / BITS;
    int greater = 0, less = 0;
    for (int r = 0; r < how->m; r++) {
        double drawn = -total;
        uint32_t bits = 0;
        for (int g = 0; g < n_groups; g++, bits >>= BITS) {
            if (g % (32 / BITS) == 0) bits = ag_random_bits(&stream);
            drawn += sums[g][bits % SUBSETS];
        }
        greater += drawn >= sum - near;
        less += drawn <= sum + near;
    }
    out->p = ag_p_of_tails((greater + 1.0) / (how->m + 1.0), (less + 1.0) / (how->m + 1.0));
    return AG_OK;
}

ag_status ag_sign_flip_test(int n, const double *d, const ag_permutations *how, ag_arena *scratch,
                            ag_significance *out, ag_error *err) {
    AG_TRY(ag_check_finite(n, d, err));
    const ag_mark mark = ag_arena_mark(scratch);
    double *twice = AG_NEW_ARRAY(scratch, double, (size_t)n);
    if (!twice) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d numbers", n);
    for (int i = 0; i < n; i++)
        twice[i] = 2 * fabs(d[i]);
    const double sum = ag_sum(n, d);
    *out = (ag_significance){.statistic = sum / n, .n = n, .exact = n <= AG_SIGN_FLIP_EXACT};
    if (out->exact)
        AG_TRY(flip_all(n, twice, sum, scratch, out, err));
    else
        AG_TRY(flip_some(n, twice, sum, how, scratch, out, err));
    ag_arena_release(scratch, mark);
    return AG_OK;
}

/* --- Wilcoxon ------------------------------------------------------------------------ */

static ag_p_values normal_tails(int n, const int64_t *rank, int64_t seen) {
    double mean = 0, variance = 0;
    for (int i = 0; i < n; i++) {
        const double r = (double)rank[i] / 2;
        mean += r / 2;
        variance += r * r / 4;
    }
    const double off = (double)seen / 2 - mean, std = sqrt(variance);
    ag_p_values p = {.greater = ag_normal_cdf((0.5 - off) / std),
                     .less = ag_normal_cdf((off + 0.5) / std)};
    /* the correction is towards 0 and not beyond */
    p.two_sided = fmin(1, 2 * ag_normal_cdf((0.5 - fabs(off)) / std));
    return p;
}

ag_status ag_wilcoxon_test(int n, const double *d, const ag_wilcoxon *how, ag_arena *scratch,
                           ag_significance *out, ag_error *err) {
    const ag_mark mark = ag_arena_mark(scratch);
    double *size = AG_NEW_ARRAY(scratch, double, (size_t)n);
    bool *positive = AG_NEW_ARRAY(scratch, bool, (size_t)n);
    int64_t *rank = AG_NEW_ARRAY(scratch, int64_t, (size_t)n);
    if (!size || !positive || !rank)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to rank %d numbers", n);
    int used = 0;
    for (int i = 0; i < n; i++) {
        if (d[i] == 0 && how->zeros == AG_ZEROS_DROPPED) continue;
        size[used] = fabs(d[i]);
        positive[used++] = d[i] > 0;
    }
    AG_TRY(ag_doubled_ranks(used, size, rank, NULL, scratch, err));

    int left = 0;
    int64_t seen = 0;
    for (int i = 0; i < used; i++) {
        if (size[i] == 0) continue;
        seen += positive[i] ? rank[i] : 0;
        rank[left++] = rank[i];
    }
    *out =
        (ag_significance){.statistic = (double)seen / 2,
                          .p = {1, 1, 1},
                          .n = left,
                          .exact = left == 0 || (left <= AG_WILCOXON_EXACT && !how->approximate)};
    if (out->exact) {
        const ag_rank_sums sums = ag_rank_sums_of_coins(left, rank, scratch);
        if (!sums.chance)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for sums of %d ranks", left);
        out->p = ag_rank_sums_tails(&sums, seen);
    } else {
        out->p = normal_tails(left, rank, seen);
    }
    ag_arena_release(scratch, mark);
    return AG_OK;
}

/* --- without memory -------------------------------------------------------------------- */

ag_significance ag_sign_test(int n, const double *d) {
    int above = 0, below = 0;
    for (int i = 0; i < n; i++) {
        if (isnan(d[i])) {
            const double nan = (double)NAN;
            return (ag_significance){.statistic = nan, .p = {nan, nan, nan}};
        }
        above += d[i] > 0;
        below += d[i] < 0;
    }
    const int used = above + below;
    return (ag_significance){.statistic = above,
                             .p = ag_p_of_tails(ag_binomial_half_upper(above, used),
                                                ag_binomial_half_upper(below, used)),
                             .n = used,
                             .exact = true};
}

ag_significance ag_paired_t_test(int n, const double *d) {
    const double t = ag_mean(n, d) / (ag_std(n, d) / sqrt(n)); /* 0 / 0: NaN; NaN for n = 1 */
    ag_significance out = {.statistic = t, .n = n, .exact = true};
    out.p.greater = isinf(t) ? t < 0 : ag_t_upper(t, n - 1);
    out.p.less = isinf(t) ? t > 0 : ag_t_upper(-t, n - 1);
    if (isnan(t)) out.p.greater = out.p.less = (double)NAN;
    out.p = ag_p_of_tails(out.p.greater, out.p.less);
    return out;
}
