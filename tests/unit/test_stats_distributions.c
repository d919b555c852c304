/* Distributions against R, and mpmath where R has fewer digits. */
#include "stats_check.h"

#include "results/stats/distributions.h"
#include "results/stats/effect.h"
#include "results/stats/equivalence.h"
#include "results/stats/interval.h"
#include "results/stats/several.h"
#include "results/stats/share.h"
#include "stats_r.h"
#include "stats_scipy.h"

#define ROWS(table, columns)                                                                       \
    for (const double *row = (table); row < (table) + sizeof(table) / sizeof *(table);             \
         row += (columns))

static void check_against_r(void) {
    ROWS(r_t_upper, 3) check_close("t", ag_t_upper(row[0], row[1]), row[2], 1e-10);
    ROWS(r_t_quantile, 3) check_close("t quantile", ag_t_quantile(row[0], row[1]), row[2], 1e-10);
    ROWS(r_normal_quantile, 2) check_close("normal", ag_normal_quantile(row[0]), row[1], 1e-10);
    ROWS(r_chi_squared_upper, 3)
    check_close("chi squared", ag_chi_squared_upper(row[0], row[1]), row[2], 1e-10);
    ROWS(r_f_upper, 4) check_close("F", ag_f_upper(row[0], row[1], row[2]), row[3], 1e-10);
    ROWS(r_binomial_upper, 3)
    check_close("binomial", ag_binomial_half_upper((int)row[0], (int)row[1]), row[2], 1e-10);
    ROWS(r_power, 4)
    check_close("power", ag_paired_power((int)row[1], row[0], row[2]), row[3], 1e-10);
    ROWS(r_wilson, 5) {
        const ag_bounds w = ag_wilson_interval(row[0], row[1], row[2]);
        check_close("Wilson", w.low, row[3], 1e-10);
        check_close("Wilson", w.high, row[4], 1e-10);
    }
}

static void check_shares(void) {
    ROWS(r_clopper_pearson, 5) {
        const ag_bounds b = ag_clopper_pearson_interval(row[0], row[1], row[2]);
        check_close("Clopper-Pearson", b.low, row[3], 1e-10);
        check_close("Clopper-Pearson", b.high, row[4], 1e-10);
        check_close("share", b.estimate, row[0] / row[1], 1e-15);
    }
    ROWS(r_binomial_test, 5) {
        const ag_p_values p = ag_binomial_test(row[0], row[1], row[2]);
        CHECK(close_to(p.greater, row[3], 1e-10, 0), "%.17g, not %.17g", p.greater, row[3]);
        CHECK(close_to(p.less, row[4], 1e-10, 0), "%.17g, not %.17g", p.less, row[4]);
    }
    ROWS(r_mcnemar, 3) {
        const ag_share_pairs pairs = {row[0] + row[1] + 7, row[0], row[1]};
        check_close("McNemar", ag_mcnemar_test(&pairs).two_sided, row[2], 1e-10);
    }
    ROWS(scipy_binomial_upper, 4)
    check_close("incomplete beta", ag_binomial_upper(row[0], row[1], row[2]), row[3], 1e-10);
    ROWS(scipy_share_pairs, 6) {
        const ag_share_pairs pairs = {row[0], row[1], row[2]};
        const ag_p_values p = ag_share_pairs_test(&pairs, row[3]);
        CHECK(close_to(p.less, row[4], 1e-10, 0), "%.17g, not %.17g", p.less, row[4]);
        const ag_share_pairs swapped = {row[0], row[2], row[1]};
        CHECK(ag_share_pairs_test(&swapped, -row[3]).greater == p.less, "the other way round");
        CHECK(close_to(p.greater, row[5], 1e-10, 0), "%.17g, not %.17g", p.greater, row[5]);
    }
}

/* What no share is, and what all are. */
static void check_ends_of_shares(void) {
    CHECK(ag_binomial_test(5, 5, 1.5).less == 0 && ag_binomial_test(0, 5, -0.5).greater == 0,
          "no share is there");
    CHECK(ag_binomial_test(5, 5, 1).two_sided == 1 && ag_binomial_test(4, 5, 1).less == 0,
          "certain");
    const ag_share_pairs none = {9, 0, 0}, all = {9, 0, 9}, some = {9, 2, 3};
    check_close("none differs", ag_share_pairs_test(&none, 0.25).less, pow(0.75, 9), 1e-14);
    check_close("all differ", ag_share_pairs_test(&all, 0.25).less, pow(0.375, 9), 1e-14);
    CHECK(ag_share_pairs_test(&some, 1.01).less == 0 && ag_share_pairs_test(&some, -1).less == 1,
          "beyond all differences");
    CHECK(ag_binomial_upper(0, 7, 0.5) == 1 && ag_binomial_upper(8, 7, 0.5) == 0 &&
              ag_binomial_upper(3, 7, 0) == 0 && ag_binomial_upper(7, 7, 1) == 1 &&
              isnan(ag_binomial_upper(3, 7, (double)NAN)),
          "ends");
    /* the tail of a million, where a sum of terms would be long: normal to 1e-3 relative */
    check_close("a million", ag_binomial_upper(501000, 1e6, 0.5), ag_normal_cdf(-1.999), 1e-3);
}

static double shares_power(int n, double more, double fewer, double shift, double alpha) {
    double power = 0;
    for (int a = 0; a <= n; a++)
        for (int b = 0; a + b <= n; b++) {
            const double p = exp(ag_log_gamma(n + 1) - ag_log_gamma(a + 1) - ag_log_gamma(b + 1) -
                                 ag_log_gamma(n - a - b + 1) + (a ? a * log(more) : 0) +
                                 (b ? b * log(fewer) : 0) + (n - a - b) * log(1 - more - fewer));
            const ag_share_pairs pairs = {n, a, b};
            if (p > 1e-9 && ag_share_pairs_test(&pairs, shift).two_sided < alpha) power += p;
        }
    return power;
}

static void check_needed(void) {
    ROWS(scipy_signs_needed, 4) {
        const ag_share_pairs pairs = {row[0], row[1], row[2]};
        const int n = ag_mcnemar_needed(&pairs, 0.05, 0.8);
        CHECK(n == (int)row[3], "%g and %g of %g: %d, not %g", row[1], row[2], row[0], n, row[3]);
    }
    /* counts are few, power is a sawtooth: near 0.8 */
    static const double shifted[][4] = {
        {50, 2, 0, 0.1}, {50, 2, 1, 0.1}, {30, 5, 0, 0.4}, {20, 6, 3, 0.5}, {40, 12, 1, 0.1}};
    for (size_t i = 0; i < sizeof shifted / sizeof *shifted; i++) {
        const double *of = shifted[i];
        const ag_share_pairs pairs = {of[0], of[1], of[2]};
        const int n = ag_share_pairs_needed(&pairs, of[3], 0.05, 0.8);
        const double power = n ? shares_power(n, of[1] / of[0], of[2] / of[0], of[3], 0.05) : 0;
        CHECK(fabs(power - 0.8) < 0.06, "%g and %g of %g, %g: %d have %.3f", of[1], of[2], of[0],
              of[3], n, power);
    }
    ROWS(scipy_trials_needed, 4) {
        const int n = ag_share_trials_needed(row[0], row[1], 0.05, 0.8);
        CHECK(n >= row[2] && n <= row[3], "%g against %g: %d, not %g to %g", row[0], row[1], n,
              row[2], row[3]);
    }
    CHECK(ag_share_trials_needed(0.5, 0.5, 0.05, 0.8) == 0, "no difference");
    const ag_share_pairs alike = {100, 4, 4}, tiny = {1000000, 1, 0};
    CHECK(ag_mcnemar_needed(&alike, 0.05, 0.8) == 0, "no difference");
    CHECK(ag_mcnemar_needed(&tiny, 0.05, 0.8) == 0, "more than a million");
    CHECK(ag_share_trials_needed(0.3, 0.3001, 0.05, 0.8) == 0, "more than a million");
}

static void check_against_mpmath(void) {
    ROWS(scipy_noncentral_t_upper, 4) {
        const double got = ag_noncentral_t_upper(row[0], row[1], row[2]);
        CHECK(fabs(got - row[3]) < 1e-12, "t %g, df %g, ncp %g: %.17g, not %.17g", row[0], row[1],
              row[2], got, row[3]);
    }
    ROWS(scipy_range_quantile, 3)
    check_close("studentized range", ag_range_quantile(row[0], (int)row[1]), row[2], 1e-10);
    ROWS(scipy_hedges_factor, 2) check_close("Hedges", ag_hedges_factor(row[0]), row[1], 1e-12);
}

/* The number of degrees of freedom beyond which a constant is computed another way; large ones. */
static void check_large_df(void) {
    for (double df = 98; df < 103; df++)
        check_close("central", ag_noncentral_t_upper(1.5, df, 0), ag_t_upper(1.5, df), 1e-12);
    check_close("central", ag_noncentral_t_upper(2, 1e6, 0), ag_t_upper(2, 1e6), 1e-10);
    check_close("normal", ag_noncentral_t_upper(2, 1e6, 3), ag_normal_cdf(1), 1e-5);
    const double ncp = ag_noncentral_t_center(4, 9, 0.025);
    check_close("center", ag_noncentral_t_upper(4, 9, ncp), 0.025, 1e-11);
}

/* Demsar 2006, table 5 (a): q(0.05) / sqrt(2) for 2 .. 10 classifiers, and (b) for 0.10. */
static void check_demsar(void) {
    static const double at_05[] = {1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164};
    static const double at_10[] = {1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920};
    for (int k = 2; k <= 10; k++) {
        const double scale = sqrt(k * (k + 1) / 6.0);
        const double q05 = ag_nemenyi_distance(k, 1, 0.05) / scale,
                     q10 = ag_nemenyi_distance(k, 1, 0.10) / scale;
        CHECK(fabs(q05 - at_05[k - 2]) < 1.1e-3, "k %d: %g, not %g", k, q05, at_05[k - 2]);
        CHECK(fabs(q10 - at_10[k - 2]) < 1.1e-3, "k %d: %g, not %g", k, q10, at_10[k - 2]);
    }
}

int main(void) {
    check_against_r();
    check_shares();
    check_ends_of_shares();
    check_needed();
    check_against_mpmath();
    check_large_df();
    check_demsar();
    CHECK(isnan(ag_t_quantile((double)NAN, 3)) && isnan(ag_noncentral_t_upper((double)NAN, 3, 0)),
          "NaN is no NaN any more");
    return check_report();
}
