/* Verdicts on shares of trials that say yes or no: against R, and how often they are wrong where
 * nothing is there, by every count that there can be. */
#include "harness/base/catalogue.h"
#include "results/report/judge.h"
#include "results/stats/share.h"
#include "stats_check.h"

#include <math.h>

static ag_arena arena = {.fail_after = -1};

enum { N_MAX = 1000 };

#define EXPECT(j, wanted)                                                                          \
    CHECK((j).verdict == (wanted), "%s, not %s", ag_verdict_name((j).verdict),                     \
          ag_verdict_name(wanted))

/* Of a share against a number, or with NaN of two in pairs. */
static ag_judgement share_judgement(ag_relation relation, double number, double margin, int n,
                                    const double *d) {
    ag_judgement j = {.relation = relation, .margin = margin, .n = n, .d = d};
    j.least_d = isnan(number) ? -1 : -number;
    j.most_d = isnan(number) ? 1 : 1 - number;
    return j;
}

static void settle(ag_judgement *j) {
    ag_error err = {0};
    CHECK(ag_judge(j, &arena, &err) == AG_OK, "%s", err.text);
    CHECK(ag_judge_all(j, 1, &arena, &err) == AG_OK, "%s", err.text);
}

static void count_seeds(ag_judgement *j) {
    ag_error err = {0};
    CHECK(ag_judge_seeds(j, &arena, &err) == AG_OK, "%s", err.text);
}

/* --- known ----------------------------------------------------------------------------------- */

/* Several trials a seed. */
static ag_judgement judge_share(ag_relation relation, double number, double margin, int n,
                                const double *d) {
    ag_judgement j = share_judgement(relation, number, margin, n, d);
    settle(&j);
    count_seeds(&j);
    return j;
}

/* No trial of 6 diverged: that says little of one in a thousand, and 0.95^72 < 0.025. */
static void test_same_shares(void) {
    double d[80], none[80] = {0}, all[80];
    for (int i = 0; i < 80; i++) {
        d[i] = 0 - 0.05;
        all[i] = 1;
    }
    const ag_judgement few = judge_share(AG_RELATION_LESS, 0.05, 0, 6, d);
    EXPECT(few, AG_UNDECIDED);
    CHECK(few.p == 1 && few.likely == 72, "p %g, %d", few.p, few.likely);
    EXPECT(judge_share(AG_RELATION_LESS, 0.05, 0, 71, d), AG_UNDECIDED);
    const ag_judgement many = judge_share(AG_RELATION_LESS, 0.05, 0, 72, d);
    EXPECT(many, AG_SUPPORTED);
    check_close("binomial", many.p, 2 * pow(0.95, 72), 1e-12);
    EXPECT(judge_share(AG_RELATION_GREATER, 0.05, 0, 72, d), AG_CONTRADICTED);
    const ag_judgement pairs = judge_share(AG_RELATION_GREATER, (double)NAN, 0, 6, all);
    EXPECT(pairs, AG_SUPPORTED);
    check_close("signs", pairs.p, 2.0 / 64, 1e-14);
    EXPECT(judge_share(AG_RELATION_ALIKE, (double)NAN, 0.1, 35, none), AG_UNDECIDED);
    EXPECT(judge_share(AG_RELATION_ALIKE, (double)NAN, 0.1, 36, none), AG_EQUIVALENT);
}

/* One trial, or pair of trials, a seed. */
static ag_judgement judge_trials(ag_relation relation, double number, double margin, int n,
                                 int hits) {
    static double d[N_MAX]; /* the judgement has it until the next */
    for (int i = 0; i < n; i++)
        d[i] = (i < hits) - number;
    ag_judgement j = share_judgement(relation, number, margin, n, d);
    j.single = true;
    settle(&j);
    return j;
}

static ag_judgement judge_pairs(ag_relation relation, double margin, int n, int more, int fewer) {
    static double d[N_MAX]; /* the judgement has it until the next */
    for (int i = 0; i < n; i++)
        d[i] = i < more ? 1 : i < more + fewer ? -1 : 0;
    ag_judgement j = share_judgement(relation, (double)NAN, margin, n, d);
    j.single = true;
    settle(&j);
    return j;
}

/* R 4.2: binom.test(1, 20, 0.3)$conf.int; 2 * binom.test(1, 20, 0.3, "less")$p.value */
static void test_trials(void) {
    const ag_judgement j = judge_trials(AG_RELATION_LESS, 0.3, 0, 20, 1);
    EXPECT(j, AG_SUPPORTED);
    CHECK(j.by == AG_BY_SHARE && !j.by_signs && isnan(j.d_z) && isnan(j.p_flip), "exact");
    check_close("estimate", j.difference.estimate, 0.05 - 0.3, 1e-12);
    check_close("low", j.difference.low, 0.001265089497949805 - 0.3, 1e-10);
    check_close("high", j.difference.high, 0.2487327627720277 - 0.3, 1e-9);
    check_close("p", j.p, 2 * 0.0076372597742, 1e-10);

    /* one hit of 60: t has p = 0.028 for 0.0542, the binomial distribution 0.31 */
    EXPECT(judge_trials(AG_RELATION_LESS, 0.0542, 0, 60, 1), AG_UNDECIDED);

    EXPECT(judge_trials(AG_RELATION_LESS, 0.05, 0, 6, 0), AG_UNDECIDED);
    EXPECT(judge_trials(AG_RELATION_LESS, 0.05, 0, 72, 0), AG_SUPPORTED);
    EXPECT(judge_trials(AG_RELATION_LESS, 0.05, 0, 71, 0), AG_UNDECIDED);
    EXPECT(judge_trials(AG_RELATION_ALIKE, 0.05, 0.1, 20, 20), AG_CONTRADICTED);
    EXPECT(judge_trials(AG_RELATION_LESS, 1.5, 0, 20, 20), AG_SUPPORTED); /* no share is */
    EXPECT(judge_trials(AG_RELATION_LESS, 1, 0, 500, 500), AG_UNDECIDED);
}

/* R 4.2: binom.test(1, 10)$p.value */
static void test_pairs(void) {
    const ag_judgement j = judge_pairs(AG_RELATION_GREATER, 0, 40, 9, 1);
    EXPECT(j, AG_SUPPORTED);
    check_close("McNemar", j.p, 0.021484375, 1e-12);
    check_close("sign flips", judge_pairs(AG_RELATION_GREATER, 0, 30, 9, 1).p_flip, 0.021484375,
                1e-12);
    CHECK(j.by == AG_BY_PAIRS, "exact");
    EXPECT(judge_pairs(AG_RELATION_LESS, 0, 40, 9, 1), AG_CONTRADICTED);
    /* t: 0.023; McNemar: 0.0625 */
    const ag_judgement five = judge_pairs(AG_RELATION_GREATER, 0, 30, 5, 0);
    EXPECT(five, AG_UNDECIDED);
    CHECK(five.p == 0.0625 && five.difference.low > 0, "p %g", five.p);
    EXPECT(judge_pairs(AG_RELATION_GREATER, 0, 6, 6, 0), AG_SUPPORTED);
    EXPECT(judge_pairs(AG_RELATION_ALIKE, 0.1, 35, 0, 0), AG_UNDECIDED);
    EXPECT(judge_pairs(AG_RELATION_ALIKE, 0.1, 36, 0, 0), AG_EQUIVALENT);
    /* t: within 0.1, from 50 pairs */
    EXPECT(judge_pairs(AG_RELATION_ALIKE, 0.1, 50, 2, 0), AG_UNDECIDED);
    EXPECT(judge_pairs(AG_RELATION_ALIKE, 0.1, 200, 2, 0), AG_EQUIVALENT);
}

/* Several trials a seed: as one that says yes in part; or all alike, nearly. Pairs: zeros do not
 * dilute the signs. */
static void test_means(void) {
    double d[100] = {0};
    for (int i = 0; i < 20; i++)
        d[i] = (i == 0) / 3.0 - 0.12;
    const ag_judgement rare = judge_share(AG_RELATION_LESS, 0.12, 0, 20, d); /* t: p < 1e-5 */
    CHECK(rare.by == AG_BY_SHARE && rare.likely > 20, "%d seeds", rare.likely);
    EXPECT(rare, AG_UNDECIDED);
    check_close("a third of a hit", rare.p, 2 * pow(0.88, 20) / (1 - 1.0 / 3), 1e-12);

    for (int i = 0; i < 20; i++)
        d[i] = (i == 0 ? 2 : 1) / 3.0 - 0.5;
    const ag_judgement third = judge_share(AG_RELATION_LESS, 0.5, 0, 20, d);
    EXPECT(third, AG_SUPPORTED);
    check_close("nearly all alike", third.p, 2 * pow(0.75, 19) * 1.5, 1e-12);
    EXPECT(judge_share(AG_RELATION_LESS, 0.5, 0, 10, d), AG_UNDECIDED);
    CHECK(judge_share(AG_RELATION_LESS, 0.5, 0, 10, d).likely <= 20, "as here");

    for (int i = 0; i < 100; i++)
        d[i] = i < 5 ? 0.5 : 0;
    const ag_judgement five = judge_share(AG_RELATION_GREATER, (double)NAN, 0, 100, d);
    EXPECT(five, AG_UNDECIDED);
    CHECK(five.p == 0.0625 && five.difference.low > 0, "p %g; t has 0.024", five.p);
    const ag_share_pairs pairs = {100, 2.5, 0};
    const ag_judgement near = judge_share(AG_RELATION_ALIKE, (double)NAN, 0.1, 100, d);
    EXPECT(near, AG_EQUIVALENT);
    check_close("within", near.p, 2 * ag_share_pairs_test(&pairs, 0.1).less, 1e-12);
}

static void test_seeds(void) {
    /* with 36 seeds six pairs are expected to differ: they do in 57 of 100 cases, with 46 in 80 */
    ag_judgement five = judge_pairs(AG_RELATION_GREATER, 0, 30, 5, 0);
    count_seeds(&five);
    CHECK(five.likely == 46 && five.least <= 36, "%d, %d", five.likely, five.least);
    ag_judgement all = judge_pairs(AG_RELATION_GREATER, 0, 5, 5, 0);
    count_seeds(&all);
    CHECK(all.likely == 6, "one more, not %d", all.likely);
    ag_judgement near = judge_pairs(AG_RELATION_ALIKE, 0.1, 50, 2, 0);
    count_seeds(&near);
    CHECK(near.likely > 72 && near.likely < 200, "%d", near.likely);
    ag_judgement none = judge_trials(AG_RELATION_LESS, 0.05, 0, 6, 0);
    count_seeds(&none);
    CHECK(none.p == 1 && none.likely == 72, "p %g, %d", none.p, none.likely);
}

/* --- how often they are wrong ---------------------------------------------------------------- */

static const int numbers[] = {6, 10, 20, 100};

static double probability(int n, int hits, double share) {
    double p = 1;
    for (int i = 0; i < hits; i++)
        p *= share * (n - i) / (i + 1);
    return p * pow(1 - share, n - hits);
}

typedef struct false_rates {
    double greater, less, alike; /* SUPPORTED, CONTRADICTED where shares are equal; EQUIVALENT */
} false_rates;

static void check_rates(const char *what, double share, int n, false_rates f) {
    CHECK(f.greater <= 0.025 && f.less <= 0.025 && f.alike <= 0.025,
          "%s, %g, %d seeds: false in %g, %g, %g", what, share, n, f.greater, f.less, f.alike);
}

/* Where the share is the number itself, or away from it by the margin: every count that n trials
 * can give, weighted. */
static void test_false_of_trials(void) {
    static const double shares[] = {0.01, 0.02, 0.05, 0.1, 0.3, 0.5, 0.9};
    for (int i = 0; i < AG_COUNT(numbers); i++)
        for (int s = 0; s < AG_COUNT(shares); s++) {
            const int n = numbers[i];
            false_rates f = {0};
            for (int hits = 0; hits <= n; hits++) {
                const double p = probability(n, hits, shares[s]);
                const ag_verdict v =
                    judge_trials(AG_RELATION_GREATER, shares[s], 0, n, hits).verdict;
                if (v == AG_SUPPORTED) f.greater += p;
                if (v == AG_CONTRADICTED) f.less += p;
                if (judge_trials(AG_RELATION_ALIKE, shares[s] - 0.1, 0.1, n, hits).verdict ==
                    AG_EQUIVALENT)
                    f.alike += p;
            }
            check_rates("trials", shares[s], n, f);
        }
}

/* Pairs that differ the one way as often as the other, `rest`; or more often by 0.15. */
static void test_false_of_pairs(void) {
    static const double rests[] = {0, 0.01, 0.05, 0.2, 0.4};
    for (int i = 0; i < AG_COUNT(numbers); i++) {
        const int n = numbers[i];
        false_rates f[AG_COUNT(rests)] = {{0}};
        for (int more = 0; more <= n; more++)
            for (int fewer = 0; more + fewer <= n; fewer++) {
                const ag_verdict differs =
                                     judge_pairs(AG_RELATION_GREATER, 0, n, more, fewer).verdict,
                                 alike =
                                     judge_pairs(AG_RELATION_ALIKE, 0.15, n, more, fewer).verdict;
                for (int r = 0; r < AG_COUNT(rests); r++) {
                    const double rest = rests[r], up = rest + 0.15;
                    const double same = probability(n, more, rest) *
                                        probability(n - more, fewer, rest / (1 - rest));
                    if (differs == AG_SUPPORTED) f[r].greater += same;
                    if (differs == AG_CONTRADICTED) f[r].less += same;
                    if (alike == AG_EQUIVALENT)
                        f[r].alike += probability(n, more, up) *
                                      probability(n - more, fewer, rest / (1 - up));
                }
            }
        for (int r = 0; r < AG_COUNT(rests); r++)
            check_rates("pairs", rests[r], n, f[r]);
    }
}

/* Two trials a seed, the means of which are 0, 1 / 2 and 1. */
static ag_verdict verdict_of_means(ag_relation relation, double number, int n, int ones,
                                   int halves) {
    double d[N_MAX];
    for (int i = 0; i < n; i++)
        d[i] = (i < ones ? 1 : i < ones + halves ? 0.5 : 0) - number;
    ag_judgement j =
        share_judgement(relation, number, relation == AG_RELATION_ALIKE ? 0.1 : 0, n, d);
    settle(&j);
    return j.verdict;
}

/* Trials of a seed that have nothing in common, something, all: both say yes in `both` of the cases
 * in which one does. */
static void test_false_of_means(void) {
    static const double shares[] = {0.01, 0.05, 0.3}, both[] = {0, 0.3, 1};
    for (int i = 0; i < AG_COUNT(numbers); i++)
        for (int s = 0; s < AG_COUNT(shares); s++) {
            const int n = numbers[i];
            const double share = shares[s];
            false_rates f[AG_COUNT(both)] = {{0}};
            for (int ones = 0; ones <= n; ones++)
                for (int halves = 0; ones + halves <= n; halves++) {
                    const ag_verdict v = verdict_of_means(AG_RELATION_GREATER, share, n, ones,
                                                          halves),
                                     alike = verdict_of_means(AG_RELATION_ALIKE, share - 0.1, n,
                                                              ones, halves);
                    for (int b = 0; b < AG_COUNT(both); b++) {
                        const double one = share * both[b], half = 2 * share * (1 - both[b]);
                        const double p = probability(n, ones, one) *
                                         probability(n - ones, halves, half / (1 - one));
                        if (v == AG_SUPPORTED) f[b].greater += p;
                        if (v == AG_CONTRADICTED) f[b].less += p;
                        if (alike == AG_EQUIVALENT) f[b].alike += p;
                    }
                }
            for (int b = 0; b < AG_COUNT(both); b++)
                check_rates("means", share, n, f[b]);
        }
}

/* Every count of two numbers, of which the mean is the share: what a seed's mean is at most. */
static double false_of_two_points(int n, double share, double low, double high) {
    double wrong = 0, x[N_MAX];
    for (int k = 0; k <= n; k++) {
        for (int i = 0; i < n; i++)
            x[i] = i < k ? high : low;
        const ag_bounds b = ag_mean_share_interval(n, x, 0.95);
        const bool below = 2 * ag_mean_share_test(n, x, share).less < 0.05;
        CHECK(below == (b.high < share), "%d of %d: interval up to %g", k, n, b.high);
        if (below) wrong += probability(n, k, (share - low) / (high - low));
    }
    return wrong;
}

static void test_false_of_two_points(void) {
    static const double shares[] = {0.01, 0.05, 0.2, 0.4, 0.6, 0.8};
    enum { STEPS = 8 };
    for (int i = 0; i < AG_COUNT(numbers); i++)
        for (int s = 0; s < AG_COUNT(shares); s++)
            for (int h = 1; h <= STEPS; h++)
                for (int l = 0; l < STEPS; l++) {
                    const double high = shares[s] + (1 - shares[s]) * h / STEPS,
                                 low = shares[s] * l / STEPS,
                                 f = false_of_two_points(numbers[i], shares[s], low, high);
                    CHECK(f <= 0.025, "%d seeds, %g or %g for %g: false in %g", numbers[i], low,
                          high, shares[s], f);
                }
}

enum { BLOCKS = 3 };

/* Means of pairs of trials: on the left yes more often by `more`. */
static void draw_means(ag_stream *s, int n, double share, double more, double *d) {
    for (int i = 0; i < n; i++) {
        int sum = 0;
        for (int b = 0; b < BLOCKS; b++)
            sum += (ag_random_uniform(s) < share + more) - (ag_random_uniform(s) < share);
        d[i] = (double)sum / BLOCKS;
    }
}

/* Standard error of 2000: 0.0035. The t interval alone finds 0.05 of those alike to within 0.15. */
static void test_false_of_mean_pairs(void) {
    enum { TIMES = 2000, N = 20 };
    static const double shares[] = {0.01, 0.05, 0.3};
    ag_stream s = ag_stream_open(5, AG_RANDOM_TEST, 0);
    for (int k = 0; k < AG_COUNT(shares); k++) {
        int above = 0, below = 0, alike = 0;
        for (int t = 0; t < TIMES; t++) {
            double d[N];
            draw_means(&s, N, shares[k], 0, d);
            ag_judgement j = share_judgement(AG_RELATION_GREATER, (double)NAN, 0, N, d);
            settle(&j);
            CHECK(j.by_signs || (j.by == AG_BY_T_AND_FLIPS && j.p >= j.p_flip), "p %g", j.p);
            above += j.verdict == AG_SUPPORTED;
            below += j.verdict == AG_CONTRADICTED;
            draw_means(&s, N, shares[k], 0.15, d);
            j = share_judgement(AG_RELATION_ALIKE, (double)NAN, 0.15, N, d);
            settle(&j);
            alike += j.verdict == AG_EQUIVALENT;
        }
        const double most = TIMES * (0.025 + 3 * 0.0035);
        CHECK(above <= most && below <= most && alike <= most, "%g: %d, %d, %d of %d", shares[k],
              above, below, alike, TIMES);
    }
}

/* One trial a seed against the mean of eight. Where none of the ones says yes all differences point
 * the other way: t and sign flips would be sure in a quarter of all cases. */
static void test_false_of_uneven(void) {
    enum { TIMES = 2000, N = 20 };
    ag_stream s = ag_stream_open(6, AG_RANDOM_TEST, 0);
    int above = 0, below = 0;
    for (int t = 0; t < TIMES; t++) {
        double d[N];
        for (int i = 0; i < N; i++) {
            d[i] = ag_random_uniform(&s) < 0.05;
            for (int b = 0; b < 8; b++)
                d[i] -= (ag_random_uniform(&s) < 0.05) / 8.0;
        }
        ag_judgement j = share_judgement(AG_RELATION_GREATER, (double)NAN, 0, N, d);
        j.uneven = true;
        settle(&j);
        CHECK(j.by == AG_BY_TWO_SHARES, "not as many trials");
        above += j.verdict == AG_SUPPORTED;
        below += j.verdict == AG_CONTRADICTED;
    }
    CHECK(above <= TIMES * 0.025 && below <= TIMES * 0.025, "%d, %d", above, below);
}

int main(void) {
    if (!AG_NEW_ARRAY(&arena, char, 1 << 16)) return 3; /* so that its first block stays */
    test_same_shares();
    test_trials();
    test_pairs();
    test_means();
    test_seeds();
    test_false_of_trials();
    test_false_of_pairs();
    test_false_of_means();
    test_false_of_two_points();
    test_false_of_mean_pairs();
    test_false_of_uneven();
    ag_arena_close(&arena);
    return check_report();
}
