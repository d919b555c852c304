/* Bootstrap and other intervals: against SciPy's from all resamples, and how often they hold the
 * truth. */
#include "stats_check.h"

#include "harness/base/clock.h"
#include "results/stats/bootstrap.h"
#include "results/stats/budget.h"
#include "results/stats/describe.h"
#include "results/stats/effect.h"
#include "results/stats/equivalence.h"
#include "results/stats/paired.h"
#include "results/stats/unpaired.h"
#include "stats_r.h"
#include "stats_scipy.h"

#include <stdlib.h>
#include <string.h>

static ag_arena arena;
static ag_error err;
#define OK(call) CHECK((call) == AG_OK, "%s", err.text)

/* --- ends, from all 5^5 resamples: the interval without its random numbers -------------------- */

static double statistic_of(ag_statistic statistic, int n, double *x) {
    ag_sort(n, x);
    switch (statistic) {
    case AG_STATISTIC_MEAN: return ag_mean(n, x);
    case AG_STATISTIC_MEDIAN: return ag_median(n, x);
    case AG_STATISTIC_IQM: break;
    }
    return ag_iqm(n, x);
}

/* Of one sample: the jackknife's, as Efron writes it. */
static double acceleration_of(ag_statistic statistic, int n, const double *x) {
    double left[16], value[16], cubes = 0, squares = 0;
    for (int i = 0; i < n; i++) {
        for (int j = 0, k = 0; j < n; j++)
            if (j != i) left[k++] = x[j];
        value[i] = statistic_of(statistic, n - 1, left);
    }
    const double mean = ag_mean(n, value);
    for (int i = 0; i < n; i++) {
        cubes += pow(mean - value[i], 3);
        squares += pow(mean - value[i], 2);
    }
    return cubes / (6 * pow(squares, 1.5));
}

static void check_all_resamples(ag_statistic statistic, const char *name, const double *sample,
                                const double *want) {
    enum { N = 5, ALL = 3125 };
    static double values[ALL];
    double x[N];
    for (int r = 0; r < ALL; r++) {
        for (int i = 0, rest = r; i < N; i++, rest /= N)
            x[i] = sample[rest % N];
        values[r] = statistic_of(statistic, N, x);
    }
    memcpy(x, sample, sizeof x);
    const double estimate = statistic_of(statistic, N, x);
    ag_bootstrap how = {.resamples = ALL, .level = 0.95, .ends = AG_BOOTSTRAP_BCA};
    ag_bounds b = ag_bootstrap_bounds(estimate, values, acceleration_of(statistic, N, x), &how);
    check_close(name, b.low, want[0], 1e-10);
    check_close(name, b.high, want[1], 1e-10);
    how.ends = AG_BOOTSTRAP_PERCENTILE;
    b = ag_bootstrap_bounds(estimate, values, 0, &how);
    check_close(name, b.low, want[2], 1e-10);
    check_close(name, b.high, want[3], 1e-10);

    /* and drawn, many */
    how = (ag_bootstrap){statistic, AG_BOOTSTRAP_BCA, 200000, 0.95, 11};
    OK(ag_bootstrap_sample(N, sample, &how, &arena, &b, &err));
    check_close(name, b.estimate, estimate, 1e-12);
    CHECK(fabs(b.low - want[0]) < 0.03 && fabs(b.high - want[1]) < 0.03, "%s: %g %g, not %g %g",
          name, b.low, b.high, want[0], want[1]);
}

/* --- several samples -------------------------------------------------------------------------- */

static void check_same(ag_bounds a, ag_bounds b, const char *what) {
    CHECK(memcmp(&a, &b, sizeof a) == 0, "%s: %g %g %g, and %g %g %g", what, a.estimate, a.low,
          a.high, b.estimate, b.low, b.high);
}

static void check_samples(void) {
    ag_bootstrap how = AG_BOOTSTRAP_STANDARD;
    how.seed = 5;
    ag_bounds one, two;
    OK(ag_bootstrap_sample(10, r_ten_x, &how, &arena, &one, &err));
    OK(ag_bootstrap_sample(20, r_twenty_x, &how, &arena, &two, &err));
    OK(ag_bootstrap_sample(10, r_ten_x, &how, &arena, &two, &err));
    check_same(one, two, "the same call, another time");
    how.seed = 6;
    OK(ag_bootstrap_sample(10, r_ten_x, &how, &arena, &two, &err));
    CHECK(one.low != two.low, "seeds change nothing");

    /* two cells of equal numbers: within them nothing can vary */
    const double x[] = {1, 1, 1, 3, 3, 3};
    const int sizes[] = {3, 3};
    OK(ag_bootstrap_cells(&(ag_cells){2, sizes, x}, &how, &arena, &one, &err));
    CHECK(one.estimate == 2 && one.low == 2 && one.high == 2, "%g %g", one.low, one.high);

    /* pairs with one ratio have it in every resample; not paired, they have not */
    double half[10];
    for (int i = 0; i < 10; i++)
        half[i] = r_ten_x[i] / 2;
    const ag_two_samples pair = {10, 10, r_ten_x, half};
    OK(ag_bootstrap_paired_ratio(&pair, &how, &arena, &one, &err));
    CHECK(fabs(one.low - 2) < 1e-12 && fabs(one.high - 2) < 1e-12, "%g %g", one.low, one.high);
    OK(ag_bootstrap_two(&pair, AG_CONTRAST_RATIO, &how, &arena, &one, &err));
    CHECK(one.low < 1.99 && one.high > 2.01 && fabs(one.estimate - 2) < 1e-12, "%g %g", one.low,
          one.high);
    OK(ag_bootstrap_two(&pair, AG_CONTRAST_DIFFERENCE, &how, &arena, &one, &err));
    CHECK(fabs(one.estimate - ag_mean(10, half)) < 1e-12, "%g", one.estimate);
    const double zero[2] = {0, 0};
    OK(ag_bootstrap_two(&(ag_two_samples){2, 2, x, zero}, AG_CONTRAST_RATIO, &how, &arena, &one,
                        &err));
    CHECK(isnan(one.low) && isnan(one.high), "divided by 0: %g", one.low);
}

static void check_too_small(void) {
    const ag_bootstrap how = AG_BOOTSTRAP_STANDARD;
    const double x = 3;
    const double nothing[] = {(double)NAN, (double)NAN, (double)NAN};
    ag_bounds b;
    OK(ag_bootstrap_sample(1, &x, &how, &arena, &b, &err));
    CHECK(b.estimate == 3 && isnan(b.low) && isnan(b.high), "%g %g", b.low, b.high);
    b = ag_t_interval(1, &x, 0.95);
    CHECK(b.estimate == 3 && isnan(b.low), "%g", b.low);
    check_p("t of one", ag_paired_t_test(1, &x).p, nothing, 0);
    ag_description d;
    OK(ag_describe(1, &x, &arena, &d, &err));
    CHECK(isnan(d.std) && d.iqm == 3 && d.mad == 0, "%g", d.std);
    const double same[] = {2, 2, 2};
    OK(ag_bootstrap_sample(3, same, &how, &arena, &b, &err));
    CHECK(b.low == 2 && b.high == 2, "%g %g", b.low, b.high);
    CHECK(ag_paired_t_test(3, same).p.two_sided == 0, "t is infinite");
    ag_shift shift; /* three pairs cannot say more than 1 - 2 / 8, two not more than 1 - 2 / 4 */
    OK(ag_shift_of_pairs(3, r_three_x, 0.95, &arena, &shift, &err));
    CHECK(shift.reached == 0.75 && shift.shift.low == 0.5 && shift.shift.high == 0.91, "%g",
          shift.reached);
    OK(ag_shift_of_pairs(1, &x, 0.95, &arena, &shift, &err));
    CHECK(shift.reached == 0 && shift.shift.low == 3, "%g", shift.reached);
    /* a mean of large numbers that differ little */
    const double far[] = {1e8, 1e8 + 1e-3, 1e8 + 2e-3};
    OK(ag_describe(3, far, &arena, &d, &err));
    CHECK(fabs(d.std - 1e-3) < 2e-8, "%.17g", d.std);
}

/* NaN is never an answer's silent part: every call refuses it, or says NaN. */
static void check_nan(void) {
    const ag_bootstrap how = AG_BOOTSTRAP_STANDARD;
    for (int at = 0; at < 3; at++) {
        double x[3] = {1, 2, 4};
        const double y[3] = {2, 1, 3};
        ag_bounds b;
        ag_description d;
        ag_significance t;
        ag_shift shift;
        double best[3];
        x[at] = (double)NAN;
        const ag_two_samples two = {3, 3, x, y};
        CHECK(ag_describe(3, x, &arena, &d, &err) == AG_DATA, "described");
        CHECK(ag_bootstrap_sample(3, x, &how, &arena, &b, &err) == AG_DATA, "resampled");
        CHECK(ag_bootstrap_paired_ratio(&two, &how, &arena, &b, &err) == AG_DATA, "resampled");
        CHECK(ag_sign_flip_test(3, x, &AG_PERMUTATIONS_STANDARD, &arena, &t, &err) == AG_DATA,
              "flipped");
        CHECK(ag_permutation_test(&two, &AG_PERMUTATIONS_STANDARD, &arena, &t, &err) == AG_DATA,
              "shared");
        CHECK(ag_wilcoxon_test(3, x, &(ag_wilcoxon){0}, &arena, &t, &err) == AG_DATA, "ranked");
        CHECK(ag_mann_whitney_test(&two, false, &arena, &t, &err) == AG_DATA, "ranked");
        CHECK(ag_shift_of_pairs(3, x, 0.95, &arena, &shift, &err) == AG_DATA, "shifted");
        CHECK(ag_shift_of_two(&two, 0.95, &arena, &shift, &err) == AG_DATA, "shifted");
        CHECK(ag_expected_best(&(ag_search){3, x, y, true}, best, &arena, &err) == AG_DATA,
              "chosen");
        CHECK(ag_expected_best(&(ag_search){3, y, x, true}, best, &arena, &err) == AG_DATA,
              "valued");
        CHECK(isnan(ag_paired_t_test(3, x).p.two_sided) && isnan(ag_sign_test(3, x).p.greater) &&
                  isnan(ag_cohen_d(&two)) && isnan(ag_welch_test(&two, 0.95).test.p.two_sided) &&
                  isnan(ag_probability_greater(&two)) && isnan(ag_t_interval(3, x, 0.95).low) &&
                  isnan(ag_equivalence_of_pairs(3, x, 1, 0.05).p),
              "a number came of NaN");
        CHECK(ag_seeds_needed(3, x, 0.05, 0.8).likely == 0, "seeds of NaN");
    }
    ag_arena_reset(&arena);
}

/* --- how often the truth is held -------------------------------------------------------------- */

enum { T_MEAN, T_WILCOXON, PERCENTILE_MEAN, BCA_MEAN, BCA_MEDIAN, BCA_IQM, N_KINDS };
static const char *const kinds[N_KINDS] = {"t, mean",   "rank test, shift", "percentile, mean",
                                           "BCa, mean", "BCa, median",      "BCa, IQM"};

/* Normal numbers, or exponential ones minus 1 (mean 0, median ln 2 - 1; the IQM has no simple
 * truth). */
static double draw(ag_stream *s, bool skewed) {
    return skewed ? -log1p(-ag_random_uniform(s)) - 1 : ag_random_normal(s);
}

static void intervals_of(int n, const double *x, uint64_t seed, int resamples,
                         ag_bounds of[N_KINDS]) {
    ag_bootstrap how = {AG_STATISTIC_MEAN, AG_BOOTSTRAP_PERCENTILE, resamples, 0.95, seed};
    ag_shift shift;
    of[T_MEAN] = ag_t_interval(n, x, 0.95);
    OK(ag_shift_of_pairs(n, x, 0.95, &arena, &shift, &err));
    of[T_WILCOXON] = shift.shift;
    OK(ag_bootstrap_sample(n, x, &how, &arena, &of[PERCENTILE_MEAN], &err));
    how.ends = AG_BOOTSTRAP_BCA;
    OK(ag_bootstrap_sample(n, x, &how, &arena, &of[BCA_MEAN], &err));
    how.statistic = AG_STATISTIC_MEDIAN;
    OK(ag_bootstrap_sample(n, x, &how, &arena, &of[BCA_MEDIAN], &err));
    how.statistic = AG_STATISTIC_IQM;
    OK(ag_bootstrap_sample(n, x, &how, &arena, &of[BCA_IQM], &err));
}

static void coverage(int n, bool skewed, int times, int resamples, double held[N_KINDS]) {
    const double median = skewed ? log(2) - 1 : 0;
    ag_stream s = ag_stream_open(2, AG_RANDOM_TEST, (uint32_t)n + (skewed ? 100 : 0));
    memset(held, 0, N_KINDS * sizeof *held);
    for (int go = 0; go < times; go++) {
        double x[STATS_N_MAX];
        ag_bounds of[N_KINDS];
        for (int i = 0; i < n; i++)
            x[i] = draw(&s, skewed);
        intervals_of(n, x, (uint64_t)go, resamples, of);
        for (int k = 0; k < N_KINDS; k++) {
            const double truth = k == BCA_MEDIAN ? median : 0;
            held[k] += (of[k].low <= truth && truth <= of[k].high) / (double)times;
        }
    }
}

/* What interval.h says of normal numbers, within 4 sigma. */
static const struct {
    int n;
    double held[N_KINDS];
} stated[] = {
    {3, {0.947, 0.744, 0.744, 0.717, 0.744, 0.717}},
    {5, {0.949, 0.935, 0.829, 0.831, 0.935, 0.892}},
    {10, {0.949, 0.951, 0.902, 0.899, 0.936, 0.930}},
};

static void check_coverage(void) {
    enum { TIMES = 1500 };
    for (size_t i = 0; i < sizeof stated / sizeof stated[0]; i++) {
        double held[N_KINDS];
        coverage(stated[i].n, false, TIMES, 500, held);
        for (int k = 0; k < N_KINDS; k++) {
            const double p = stated[i].held[k], sigma = sqrt(p * (1 - p) / TIMES);
            CHECK(fabs(held[k] - p) < 4 * sigma + 0.01, "n %d, %s: %.3f, not %.3f", stated[i].n,
                  kinds[k], held[k], p);
        }
    }
}

/* Wilson's interval of shares, all that n tosses can give. */
static void check_wilson(void) {
    for (double p = 0.1; p < 0.95; p += 0.1) {
        double held = 0, chance = pow(1 - p, 20);
        for (int hits = 0; hits <= 20; hits++) {
            const ag_bounds b = ag_wilson_interval(hits, 20, 0.95);
            if (b.low <= p && p <= b.high) held += chance;
            chance *= p / (1 - p) * (20 - hits) / (hits + 1);
        }
        CHECK(held > 0.92 && held < 0.99, "p %g is held in %g", p, held);
    }
    const ag_bounds none = ag_wilson_interval(0, 7, 0.95), all = ag_wilson_interval(7, 7, 0.95);
    CHECK(none.low == 0 && all.high == 1 && none.high > 0.3, "%g %g", none.low, all.high);
}

/* 200 times two samples that differ in nothing: SUPPORTED or CONTRADICTED at most as often as
 * stated. */
static void check_null_verdicts(void) {
    ag_stream s = ag_stream_open(3, AG_RANDOM_TEST, 0);
    int decided = 0;
    for (int go = 0; go < 200; go++) {
        double d[10];
        for (int i = 0; i < 10; i++)
            d[i] = ag_random_normal(&s) - ag_random_normal(&s);
        const ag_verdict v = ag_verdict_of(AG_RELATION_GREATER, ag_t_interval(10, d, 0.95), 0);
        decided += v != AG_UNDECIDED;
    }
    CHECK(decided <= 200 * 0.05 + 4 * sqrt(200 * 0.05 * 0.95), "%d of 200", decided);
}

/* What a comparison of 40 activations asks for many times. Not where sanitizers slow it down. */
static void check_speed(void) {
#ifdef NDEBUG
    const ag_bootstrap how = AG_BOOTSTRAP_STANDARD;
    double bootstrap = HUGE_VAL, flips = HUGE_VAL;
    for (int go = 0; go < 5; go++) {
        ag_bounds b;
        ag_significance test;
        double begin = ag_clock_thread();
        OK(ag_bootstrap_sample(10, r_ten_x, &how, &arena, &b, &err));
        bootstrap = fmin(bootstrap, ag_clock_thread() - begin);
        begin = ag_clock_thread();
        OK(ag_sign_flip_test(20, r_twenty_x, &AG_PERMUTATIONS_STANDARD, &arena, &test, &err));
        flips = fmin(flips, ag_clock_thread() - begin);
    }
    CHECK(bootstrap < 5e-3, "10,000 resamples of 10 take %g s", bootstrap);
    CHECK(flips < 20e-3, "all signs of 20 take %g s", flips);
#endif
}

/* Prints the table of interval.h: test_stats_coverage 10000 */
static void print_table(int times) {
    for (int skewed = 0; skewed < 2; skewed++)
        for (int n = 3; n <= 20; n += n == 3 ? 2 : n == 5 ? 5 : 10) {
            double held[N_KINDS];
            coverage(n, skewed, times, 2000, held);
            printf("%s n %2d:", skewed ? "exponential" : "normal     ", n);
            for (int k = 0; k < N_KINDS; k++)
                if (!skewed || (k != T_WILCOXON && k != BCA_IQM))
                    printf("  %s %.3f", kinds[k], held[k]);
            printf("\n");
            fflush(stdout);
        }
}

int main(int n_words, char **words) {
    arena = AG_ARENA_EMPTY;
    if (n_words > 1) {
        print_table((int)strtol(words[1], NULL, 10));
        ag_arena_close(&arena);
        return 0;
    }
    check_all_resamples(AG_STATISTIC_MEAN, "five, mean", r_five_x, scipy_bca_mean_five);
    check_all_resamples(AG_STATISTIC_MEDIAN, "five, median", r_five_x, scipy_bca_median_five);
    check_all_resamples(AG_STATISTIC_IQM, "five, iqm", r_five_x, scipy_bca_iqm_five);
    check_all_resamples(AG_STATISTIC_MEAN, "lopsided, mean", r_lopsided_x, scipy_bca_mean_lopsided);
    check_all_resamples(AG_STATISTIC_MEDIAN, "lopsided, median", r_lopsided_x,
                        scipy_bca_median_lopsided);
    check_all_resamples(AG_STATISTIC_IQM, "lopsided, iqm", r_lopsided_x, scipy_bca_iqm_lopsided);
    check_samples();
    check_too_small();
    check_nan();
    check_coverage();
    check_wilson();
    check_null_verdicts();
    check_speed();
    CHECK(arena.taken == 0, "%zu bytes are not given back", arena.taken);
    ag_arena_close(&arena);
    return check_report();
}
