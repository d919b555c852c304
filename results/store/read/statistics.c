/* The aggregates that queries may use: results/stats for the numbers of a group. */
#include "harness/base/catalogue.h"
#include "results/stats/budget.h"
#include "results/stats/describe.h"
#include "results/stats/effect.h"
#include "results/stats/interval.h"
#include "results/stats/paired.h"
#include "results/stats/unpaired.h"
#include "results/store/read/functions_private.h"

#include <math.h>

/* --- one sample -------------------------------------------------------------------------- */

static double mean(const ag_sample *of) { return ag_mean(of->n, of->x); }

static double standard_deviation(const ag_sample *of) { return ag_std(of->n, of->x); }

static double median(const ag_sample *of) { return ag_median(of->n, of->x); }

static double quantile(const ag_sample *of) { return ag_quantile(of->n, of->x, of->parameter); }

static double iqm(const ag_sample *of) { return ag_iqm(of->n, of->x); }

static ag_status mad(const ag_sample *of, double *out, ag_error *err) {
    ag_description all;
    AG_TRY(ag_describe(of->n, of->x, of->scratch, &all, err));
    *out = all.mad;
    return AG_OK;
}

static double geomean(const ag_sample *of) {
    const double least = of->x[0], most = of->x[of->n - 1];
    if (least < 0 || (least == 0 && isinf(most))) return (double)NAN;
    if (least == 0 || isinf(most)) return least == 0 ? 0 : most;
    for (int i = 0; i < of->n; i++)
        of->x[i] = log(of->x[i]);
    return exp(ag_mean(of->n, of->x));
}

/* --- intervals --------------------------------------------------------------------------- */

static ag_status t_interval(const ag_sample *of, ag_bounds *out, ag_error *err) {
    (void)err;
    *out = ag_t_interval(of->n, of->x, of->parameter);
    return AG_OK;
}

static ag_status bootstrap(const ag_sample *of, ag_bounds *out, ag_error *err) {
    ag_bootstrap how = AG_BOOTSTRAP_STANDARD;
    how.statistic = AG_STATISTIC_IQM;
    how.level = of->parameter;
    return ag_bootstrap_sample(of->n, of->x, &how, of->scratch, out, err);
}

static ag_status wilson(const ag_sample *of, ag_bounds *out, ag_error *err) {
    const double least = of->x[0], most = of->x[of->n - 1];
    if (least < 0 || most > 1)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "hit is %.6g, must be 1, 0 or, for a tie, 0.5",
                       least < 0 ? least : most);
    *out = ag_wilson_interval(ag_sum(of->n, of->x), of->n, of->parameter);
    return AG_OK;
}

/* --- differences of pairs ---------------------------------------------------------------- */

static ag_status wilcoxon(const ag_sample *of, double *out, ag_error *err) {
    ag_significance test;
    AG_TRY(ag_wilcoxon_test(of->n, of->x, &(ag_wilcoxon){.zeros = AG_ZEROS_DROPPED}, of->scratch,
                            &test, err));
    *out = test.p.two_sided;
    return AG_OK;
}

static ag_status sign_flip(const ag_sample *of, double *out, ag_error *err) {
    ag_significance test;
    AG_TRY(ag_sign_flip_test(of->n, of->x, &AG_PERMUTATIONS_STANDARD, of->scratch, &test, err));
    *out = test.p.two_sided;
    return AG_OK;
}

static double sign_test(const ag_sample *of) { return ag_sign_test(of->n, of->x).p.two_sided; }

static double paired_t(const ag_sample *of) { return ag_paired_t_test(of->n, of->x).p.two_sided; }

/* --- two samples ------------------------------------------------------------------------- */

static ag_two_samples both(const ag_sample *of) {
    return (ag_two_samples){of->n, of->n_y, of->x, of->y};
}

static ag_status mann_whitney(const ag_sample *of, double *out, ag_error *err) {
    const ag_two_samples two = both(of);
    ag_significance test;
    AG_TRY(ag_mann_whitney_test(&two, false, of->scratch, &test, err));
    *out = test.p.two_sided;
    return AG_OK;
}

static double welch(const ag_sample *of) {
    const ag_two_samples two = both(of);
    return ag_welch_test(&two, AG_LEVEL_STANDARD).test.p.two_sided;
}

/* --- effects: of pairs or of two samples ------------------------------------------------- */

static double cohen_d(const ag_sample *of) {
    const ag_two_samples two = both(of);
    return of->y ? ag_cohen_d(&two) : ag_cohen_d_z(of->n, of->x);
}

static double hedges_g(const ag_sample *of) {
    const ag_two_samples two = both(of);
    return of->y ? ag_hedges_g(&two) : ag_hedges_factor(of->n - 1) * ag_cohen_d_z(of->n, of->x);
}

/* Of pairs, the differences against 0: each one counts once. */
static double prob_better(const ag_sample *of) {
    const double zero = 0;
    const ag_two_samples two = of->y ? both(of) : (ag_two_samples){of->n, 1, of->x, &zero};
    return ag_probability_greater(&two);
}

/* --- budget ------------------------------------------------------------------------------ */

static ag_status expected_best(const ag_sample *of, double *out, ag_error *err) {
    if (of->parameter > of->n) return AG_OK;
    const ag_search search = {
        .n = of->n, .chosen_by = of->x, .value = of->y ? of->y : of->x, .largest = true};
    double *best = AG_NEW_ARRAY(of->scratch, double, (size_t)of->n);
    if (!best) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d results", of->n);
    AG_TRY(ag_expected_best(&search, best, of->scratch, err));
    *out = best[(int)of->parameter - 1];
    return AG_OK;
}

/* --- the answer -------------------------------------------------------------------------- */

ag_status ag_aggregate_value(const ag_aggregate *function, const ag_sample *of, double *out,
                             ag_error *err) {
    if (function->number) {
        *out = function->number(of);
        return AG_OK;
    }
    if (function->value) return function->value(of, out, err);
    ag_bounds bounds;
    AG_TRY((function->low ? function->low : function->high)(of, &bounds, err));
    *out = function->low ? bounds.low : bounds.high;
    return AG_OK;
}

/* --- the list ---------------------------------------------------------------------------- */

/* Rows of a group, where what is computed takes time or memory: seconds, at most. */
enum { SORTED_MAX = 1000000, RESAMPLED_MAX = 100000, DRAWN_MAX = 50000, ALL_PAIRS_MAX = 20000 };

#define ROW(name_, arguments_, meaning_, roles_, ...)                                              \
    { .about = {name_, arguments_, meaning_}, .roles = roles_, __VA_ARGS__ }
#define OF_LEVEL(name_, x_, meaning_, ...)                                                         \
    ROW(name_, x_ " [, level]", meaning_, "xp", .optional = 1, .parameter = AG_PARAMETER_LEVEL,    \
        __VA_ARGS__)
#define OF_ONE_OR_TWO(name_, meaning_, ...)                                                        \
    ROW(name_, "x [, first]", meaning_, "xf", .optional = 1, __VA_ARGS__)

const ag_aggregate ag_aggregates[] = {
    ROW("mean", "x", "mean, rounded once", "x", .number = mean),
    ROW("std", "x", "standard deviation with n - 1", "x", .number = standard_deviation,
        .infinite = true),
    ROW("stddev", "x", "the same", "x", .number = standard_deviation, .infinite = true),
    ROW("median", "x", "middle value, or mean of the two middle ones", "x", .number = median,
        .infinite = true),
    ROW("quantile", "x, p", "0 <= p <= 1; type 7, as in R and numpy", "xp", .number = quantile,
        .parameter = AG_PARAMETER_SHARE, .infinite = true),
    ROW("iqm", "x", "mean without the n / 4 smallest and largest", "x", .number = iqm),
    ROW("mad", "x", "median distance from the median, not scaled", "x", .value = mad,
        .most = SORTED_MAX),
    ROW("geomean", "x", "geometric mean; NULL if one is negative", "x", .number = geomean,
        .infinite = true),

    OF_LEVEL("ci_low", "x", "low end of the mean's t interval; level 0.95", .low = t_interval),
    OF_LEVEL("ci_high", "x", "high end", .high = t_interval),
    OF_LEVEL("boot_low", "x", "low end of the BCa bootstrap interval of iqm", .low = bootstrap,
             .most = RESAMPLED_MAX),
    OF_LEVEL("boot_high", "x", "high end", .high = bootstrap, .most = RESAMPLED_MAX),
    OF_LEVEL("wilson_low", "hit", "low end of Wilson's interval of the share", .low = wilson),
    OF_LEVEL("wilson_high", "hit", "high end", .high = wilson),

    ROW("wilcoxon", "d", "p, signed ranks of differences; exact to n = 200", "x", .value = wilcoxon,
        .infinite = true, .most = SORTED_MAX),
    ROW("sign_flip", "d", "p, permutation of their signs; exact to n = 30", "x", .value = sign_flip,
        .most = DRAWN_MAX),
    ROW("sign_test", "d", "p of the sign test, exact", "x", .number = sign_test, .infinite = true),
    ROW("paired_t", "d", "p of the paired t test", "x", .number = paired_t),
    ROW("mann_whitney", "x, first", "p of the rank-sum test, first = 1 against 0", "xf",
        .value = mann_whitney, .infinite = true, .most = SORTED_MAX),
    ROW("welch", "x, first", "p of Welch's t test, first = 1 against 0", "xf", .number = welch,
        .most = SORTED_MAX),

    OF_ONE_OR_TWO("cohen_d", "mean / std; with first: 1 minus 0 / pooled std", .number = cohen_d,
                  .most = SORTED_MAX),
    OF_ONE_OR_TWO("hedges_g", "cohen_d without its bias", .number = hedges_g, .most = SORTED_MAX),
    OF_ONE_OR_TWO("prob_better", "share above 0, ties half; first: 1 above 0",
                  .number = prob_better, .infinite = true, .most = ALL_PAIRS_MAX),

    ROW("expected_best", "x, k [, value]", "mean of the largest x of k, or the value there", "xpy",
        .value = expected_best, .optional = 1, .parameter = AG_PARAMETER_COUNT,
        .most = ALL_PAIRS_MAX),
};
const int ag_n_aggregates = AG_COUNT(ag_aggregates);
