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

/* R 4.2: i <- binom.test(hits, n, conf.level = level)$conf.int */
static void check_clopper_pearson(void) {
    static const double r[][5] = {{0, 6, 0.95, 0, 0.4592581264399004},
                                  {1, 20, 0.95, 0.001265089497949805, 0.2487327627720277},
                                  {2, 50, 0.99, 0.002088724846983668, 0.1725017596918},
                                  {20, 20, 0.95, 0.8315665290169146, 1},
                                  {923, 1000, 0.95, 0.9047006190217404, 0.938757972216451},
                                  {609, 1000, 0.95, 0.5779707644429026, 0.639385492047992},
                                  {7, 12, 0.8, 0.3622759613628109, 0.7813188571402073}};
    for (size_t i = 0; i < sizeof r / sizeof *r; i++) {
        const ag_bounds b = ag_clopper_pearson_interval((int)r[i][0], (int)r[i][1], r[i][2]);
        check_close("Clopper-Pearson", b.low, r[i][3], 1e-10);
        check_close("Clopper-Pearson", b.high, r[i][4], 1e-10);
        check_close("share", b.estimate, r[i][0] / r[i][1], 1e-15);
    }
}

/* R 4.2: binom.test(hits, n, share, "greater")$p.value, and "less" */
static void check_binomial_test(void) {
    static const double r[][5] = {{0, 72, 0.05, 1, 0.02489428061918948},
                                  {1, 20, 0.1, 0.8784233454094307, 0.3917469981251677},
                                  {7, 12, 0.3, 0.03860084305799998, 0.9905106288700001},
                                  {923, 1000, 0.947, 0.9994539096262485, 0.0008438785942834489},
                                  {609, 1000, 0.569, 0.005679636777304192, 0.995282721434226},
                                  {30, 1000, 0.1, 1, 1.380838187790028e-17},
                                  {5000, 10000, 0.48, 3.280063846135709e-05, 0.9999698588058208}};
    for (size_t i = 0; i < sizeof r / sizeof *r; i++) {
        const ag_p_values p = ag_binomial_test((int)r[i][0], (int)r[i][1], r[i][2]);
        CHECK(close_to(p.greater, r[i][3], 1e-10, 0), "%.17g, not %.17g", p.greater, r[i][3]);
        CHECK(close_to(p.less, r[i][4], 1e-10, 0), "%.17g, not %.17g", p.less, r[i][4]);
    }
    CHECK(ag_binomial_test(5, 5, 1.5).less == 0 && ag_binomial_test(0, 5, -0.5).greater == 0,
          "no share is there");
    CHECK(ag_binomial_test(5, 5, 1).two_sided == 1 && ag_binomial_test(4, 5, 1).less == 0,
          "certain");
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
    check_clopper_pearson();
    check_binomial_test();
    check_against_mpmath();
    check_large_df();
    check_demsar();
    CHECK(isnan(ag_t_quantile((double)NAN, 3)) && isnan(ag_noncentral_t_upper((double)NAN, 3, 0)),
          "NaN is no NaN any more");
    return check_report();
}
