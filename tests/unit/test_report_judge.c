/* Verdicts from differences: against numbers worked out by hand and by R, what must hold for any
 * numbers, and how often they are wrong where nothing is there. */
#include "harness/base/catalogue.h"
#include "results/report/judge.h"
#include "results/stats/describe.h"
#include "results/stats/paired.h"
#include "stats_check.h"

#include <math.h>

static ag_arena arena = {.fail_after = -1};

static ag_judgement judge(ag_relation relation, double margin, int n, const double *d) {
    ag_judgement j = {.relation = relation, .margin = margin, .n = n, .d = d};
    ag_error err = {0};
    CHECK(ag_judge(&j, &arena, &err) == AG_OK, "%s", err.text);
    return j;
}

static ag_judgement judge_alone(ag_relation relation, double margin, int n, const double *d) {
    ag_judgement j = judge(relation, margin, n, d);
    ag_error err = {0};
    CHECK(ag_judge_all(&j, 1, &arena, &err) == AG_OK, "%s", err.text);
    CHECK(ag_judge_seeds(&j, &arena, &err) == AG_OK, "%s", err.text);
    return j;
}

#define EXPECT(j, wanted)                                                                          \
    CHECK((j).verdict == (wanted), "%s, not %s", ag_verdict_name((j).verdict),                     \
          ag_verdict_name(wanted))

/* --- by hand --------------------------------------------------------------------------------- */

/* R 4.2: x <- c(3, 1, 4, 1, 5, 9) / 10; t.test(x) */
static const double six[] = {0.3, 0.1, 0.4, 0.1, 0.5, 0.9};

static void test_known(void) {
    const ag_judgement j = judge_alone(AG_RELATION_GREATER, 0, 6, six);
    EXPECT(j, AG_SUPPORTED);
    check_close("mean", j.difference.estimate, 2.3 / 6, 1e-14);
    check_close("low", j.difference.low, 0.0690862019996396, 1e-12);
    check_close("high", j.difference.high, 0.6975804646670272, 1e-12);
    check_close("p", j.p, 0.0257906092130510, 1e-12);
    CHECK(j.p == j.p_corrected, "one claim: nothing to correct");
    check_close("sign flips", j.p_flip, 2.0 / 64, 1e-14);
    check_close("d_z", j.d_z, 3.1357158281079682 / sqrt(6), 1e-12);
    CHECK(!j.by_signs && j.likely == 0 && j.least == 0 && j.most == 0, "settled");
    EXPECT(judge_alone(AG_RELATION_LESS, 0, 6, six), AG_CONTRADICTED);
    EXPECT(judge_alone(AG_RELATION_GREATER, 0.69, 6, six), AG_SUPPORTED); /* reaches beyond */
    EXPECT(judge_alone(AG_RELATION_GREATER, 0.71, 6, six), AG_EQUIVALENT);
    EXPECT(judge_alone(AG_RELATION_ALIKE, 0.71, 6, six), AG_EQUIVALENT);
    /* The margin is nearer to 0.6976 than 0 is to 0.0691: it is not the difference that p is of. */
    const ag_judgement within = judge_alone(AG_RELATION_GREATER, 0.71, 6, six);
    CHECK(within.p > j.p && within.p < 0.05, "p = %g of being within", within.p);
    CHECK(within.p == judge_alone(AG_RELATION_ALIKE, 0.71, 6, six).p, "another p of the same");
    EXPECT(judge_alone(AG_RELATION_ALIKE, 0.69, 6, six), AG_UNDECIDED);
    EXPECT(judge_alone(AG_RELATION_ALIKE, 0.06, 6, six), AG_CONTRADICTED);
    EXPECT(judge_alone(AG_RELATION_ALIKE, 0.07, 6, six), AG_UNDECIDED);
}

/* Holm: of two claims the clearer one must be below 0.025. */
static void test_corrected(void) {
    ag_judgement both[2] = {judge(AG_RELATION_GREATER, 0, 6, six),
                            judge(AG_RELATION_GREATER, 0, 0, NULL)};
    ag_error err = {0};
    CHECK(ag_judge_all(both, 2, &arena, &err) == AG_OK, "%s", err.text);
    CHECK(ag_judge_seeds(&both[0], &arena, &err) == AG_OK, "%s", err.text);
    check_close("corrected", both[0].p_corrected, 2 * both[0].p, 1e-14);
    EXPECT(both[0], AG_UNDECIDED);
    CHECK(both[0].alone == AG_SUPPORTED, "by itself");
    CHECK(both[0].likely > 6, "more seeds than there were: %d", both[0].likely);
    EXPECT(both[1], AG_UNDECIDED);
    CHECK(both[1].p == 1 && both[1].likely == 0, "nothing is known of it");
}

/* Differences that are all the same, or without an end: signs only. */
static void test_signs(void) {
    static const double same[] = {0.25, 0.25, 0.25, 0.25, 0.25, 0.25}, zero[8] = {0};
    const ag_judgement five = judge_alone(AG_RELATION_GREATER, 0, 5, same);
    EXPECT(five, AG_UNDECIDED);
    CHECK(five.by_signs && five.p == 0.0625 && five.likely == 6, "p %g, %d", five.p, five.likely);
    CHECK(five.alone == AG_UNDECIDED, "p is 0.0625 without any correction, too");
    const ag_judgement all = judge_alone(AG_RELATION_GREATER, 0, 6, same);
    EXPECT(all, AG_SUPPORTED);
    CHECK(all.p == 0.03125 && isnan(all.d_z) && isnan(all.p_flip), "p %g", all.p);
    EXPECT(judge_alone(AG_RELATION_LESS, 0, 6, same), AG_CONTRADICTED);
    EXPECT(judge_alone(AG_RELATION_ALIKE, 0.3, 6, same), AG_EQUIVALENT);
    EXPECT(judge_alone(AG_RELATION_ALIKE, 0.2, 6, same), AG_CONTRADICTED);
    EXPECT(judge_alone(AG_RELATION_ALIKE, 0.3, 5, same), AG_UNDECIDED);
    EXPECT(judge_alone(AG_RELATION_GREATER, 0, 8, zero), AG_UNDECIDED);
    EXPECT(judge_alone(AG_RELATION_ALIKE, 0.1, 8, zero), AG_EQUIVALENT);

    /* 0.1 + 0.2 - 0.3 and the like: equal in decimals */
    const double nearly[] = {0.3 - 0.1, 0.4 - 0.2, 0.9 - 0.7, 0.8 - 0.6, 0.7 - 0.5};
    CHECK(judge_alone(AG_RELATION_GREATER, 0, 5, nearly).by_signs, "equal but for rounding");

    const double far[] = {HUGE_VAL, 2, HUGE_VAL, HUGE_VAL, 1, HUGE_VAL};
    EXPECT(judge_alone(AG_RELATION_GREATER, 0, 6, far), AG_SUPPORTED);
    EXPECT(judge_alone(AG_RELATION_LESS, 0, 6, far), AG_CONTRADICTED);
    const double torn[] = {HUGE_VAL, -2, HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL};
    EXPECT(judge_alone(AG_RELATION_GREATER, 0, 7, torn), AG_UNDECIDED);
}

/* No trial of 6 diverged: that says little of one in a thousand, and 0.95^59 < 0.05. */
static ag_judgement judge_share(ag_relation relation, double number, double margin, int n,
                                const double *d) {
    ag_judgement j = {.relation = relation, .margin = margin, .n = n, .d = d};
    ag_error err = {0};
    j.least_d = isnan(number) ? -1 : -number;
    j.most_d = isnan(number) ? 1 : 1 - number;
    CHECK(ag_judge(&j, &arena, &err) == AG_OK, "%s", err.text);
    CHECK(ag_judge_all(&j, 1, &arena, &err) == AG_OK, "%s", err.text);
    CHECK(ag_judge_seeds(&j, &arena, &err) == AG_OK, "%s", err.text);
    return j;
}

static void test_shares(void) {
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

/* --- yes or no ------------------------------------------------------------------------------- */

static ag_judgement judge_trials(ag_relation relation, double number, double margin, int n,
                                 int hits) {
    double d[1000];
    for (int i = 0; i < n; i++)
        d[i] = (i < hits) - number;
    ag_judgement j = {.relation = relation, .margin = margin, .n = n, .d = d, .single = true};
    ag_error err = {0};
    j.least_d = 0 - number;
    j.most_d = 1 - number;
    CHECK(ag_judge(&j, &arena, &err) == AG_OK, "%s", err.text);
    CHECK(ag_judge_all(&j, 1, &arena, &err) == AG_OK, "%s", err.text);
    CHECK(ag_judge_seeds(&j, &arena, &err) == AG_OK, "%s", err.text);
    return j;
}

static ag_judgement judge_paired(ag_relation relation, double margin, int n, int more, int fewer) {
    double d[1000];
    for (int i = 0; i < n; i++)
        d[i] = i < more ? 1 : i < more + fewer ? -1 : 0;
    ag_judgement j = {.relation = relation, .margin = margin, .n = n, .d = d, .single = true};
    ag_error err = {0};
    j.least_d = -1;
    j.most_d = 1;
    CHECK(ag_judge(&j, &arena, &err) == AG_OK, "%s", err.text);
    CHECK(ag_judge_all(&j, 1, &arena, &err) == AG_OK, "%s", err.text);
    CHECK(ag_judge_seeds(&j, &arena, &err) == AG_OK, "%s", err.text);
    return j;
}

/* R 4.2: binom.test(1, 20, 0.3)$conf.int; 2 * binom.test(1, 20, 0.3, "less")$p.value */
static void test_trials(void) {
    const ag_judgement j = judge_trials(AG_RELATION_LESS, 0.3, 0, 20, 1);
    EXPECT(j, AG_SUPPORTED);
    CHECK(j.by == AG_BY_BINOMIAL && !j.by_signs && isnan(j.d_z) && isnan(j.p_flip), "exact");
    check_close("estimate", j.difference.estimate, 0.05 - 0.3, 1e-12);
    check_close("low", j.difference.low, 0.001265089497949805 - 0.3, 1e-10);
    check_close("high", j.difference.high, 0.2487327627720277 - 0.3, 1e-9);
    check_close("p", j.p, 2 * 0.0076372597742, 1e-10);

    /* one hit of 60: t has p = 0.028 for 0.0542, the binomial distribution 0.31 */
    EXPECT(judge_trials(AG_RELATION_LESS, 0.0542, 0, 60, 1), AG_UNDECIDED);

    const ag_judgement few = judge_trials(AG_RELATION_LESS, 0.05, 0, 6, 0);
    EXPECT(few, AG_UNDECIDED);
    CHECK(few.p == 1 && few.likely == 72, "p %g, %d", few.p, few.likely);
    EXPECT(judge_trials(AG_RELATION_LESS, 0.05, 0, 72, 0), AG_SUPPORTED);
    EXPECT(judge_trials(AG_RELATION_LESS, 0.05, 0, 71, 0), AG_UNDECIDED);
    EXPECT(judge_trials(AG_RELATION_ALIKE, 0.05, 0.1, 20, 20), AG_CONTRADICTED);
    EXPECT(judge_trials(AG_RELATION_LESS, 1.5, 0, 20, 20), AG_SUPPORTED); /* no share is */
    EXPECT(judge_trials(AG_RELATION_LESS, 1, 0, 500, 500), AG_UNDECIDED);
}

/* R 4.2: binom.test(1, 10)$p.value */
static void test_pairs(void) {
    const ag_judgement j = judge_paired(AG_RELATION_GREATER, 0, 40, 9, 1);
    EXPECT(j, AG_SUPPORTED);
    check_close("McNemar", j.p, 0.021484375, 1e-12);
    check_close("sign flips", judge_paired(AG_RELATION_GREATER, 0, 30, 9, 1).p_flip, 0.021484375,
                1e-12);
    CHECK(j.by == AG_BY_PAIRS, "exact");
    EXPECT(judge_paired(AG_RELATION_LESS, 0, 40, 9, 1), AG_CONTRADICTED);
    /* t: 0.023; McNemar: 0.0625 */
    const ag_judgement five = judge_paired(AG_RELATION_GREATER, 0, 30, 5, 0);
    EXPECT(five, AG_UNDECIDED);
    CHECK(five.p == 0.0625 && five.difference.low > 0, "p %g", five.p);
    CHECK(five.likely == 36 && five.least <= 36, "6 pairs of 36 differ: %d", five.likely);
    EXPECT(judge_paired(AG_RELATION_GREATER, 0, 6, 6, 0), AG_SUPPORTED);
    CHECK(judge_paired(AG_RELATION_GREATER, 0, 5, 5, 0).likely == 6, "one more");
    EXPECT(judge_paired(AG_RELATION_ALIKE, 0.1, 35, 0, 0), AG_UNDECIDED);
    EXPECT(judge_paired(AG_RELATION_ALIKE, 0.1, 36, 0, 0), AG_EQUIVALENT);
    /* t: within 0.1, from 50 pairs */
    EXPECT(judge_paired(AG_RELATION_ALIKE, 0.1, 50, 2, 0), AG_UNDECIDED);
    EXPECT(judge_paired(AG_RELATION_ALIKE, 0.1, 200, 2, 0), AG_EQUIVALENT);
}

static double probability(int n, int hits, double share) {
    double p = 1;
    for (int i = 0; i < hits; i++)
        p *= share * (n - i) / (i + 1);
    return p * pow(1 - share, n - hits);
}

/* Where the share is the number itself: every count that n trials can give, weighted. */
static void test_false_of_trials(void) {
    static const double shares[] = {0.01, 0.02, 0.05, 0.1, 0.3, 0.5, 0.9};
    for (int n = 5; n <= 80; n += 15)
        for (int s = 0; s < AG_COUNT(shares); s++) {
            double below = 0, above = 0, alike = 0;
            for (int hits = 0; hits <= n; hits++) {
                const double p = probability(n, hits, shares[s]);
                const ag_verdict v = judge_trials(AG_RELATION_LESS, shares[s], 0, n, hits).verdict;
                if (v == AG_SUPPORTED) below += p;
                if (v == AG_CONTRADICTED) above += p;
                if (judge_trials(AG_RELATION_ALIKE, shares[s] - 0.1, 0.1, n, hits).verdict ==
                    AG_EQUIVALENT)
                    alike += p;
            }
            CHECK(below <= 0.025 && above <= 0.025 && alike <= 0.025,
                  "share %g of %d: false in %g, %g, %g", shares[s], n, below, above, alike);
        }
}

typedef struct false_rates {
    double greater, less, alike;
} false_rates;

/* Pairs whose difference is `margin`, and those that are alike; `rest` differ the other way. */
static false_rates rates_of_pairs(int n, double rest, double margin) {
    false_rates rates = {0};
    for (int more = 0; more <= n; more++)
        for (int fewer = 0; more + fewer <= n; fewer++) {
            const double other = rest < 1 ? rest / (1 - rest) : 1;
            const double same = probability(n, more, rest) * probability(n - more, fewer, other);
            const ag_verdict v = judge_paired(AG_RELATION_GREATER, 0, n, more, fewer).verdict;
            if (v == AG_SUPPORTED) rates.greater += same;
            if (v == AG_CONTRADICTED) rates.less += same;
            const double up = rest + margin;
            if (judge_paired(AG_RELATION_ALIKE, margin, n, more, fewer).verdict == AG_EQUIVALENT)
                rates.alike +=
                    probability(n, more, up) * probability(n - more, fewer, rest / (1 - up));
        }
    return rates;
}

static void test_false_of_pairs(void) {
    static const double rests[] = {0, 0.01, 0.05, 0.2, 0.4};
    for (int n = 6; n <= 46; n += 20)
        for (int r = 0; r < AG_COUNT(rests); r++) {
            const false_rates f = rates_of_pairs(n, rests[r], 0.15);
            CHECK(f.greater <= 0.025 && f.less <= 0.025 && f.alike <= 0.025,
                  "%g of %d: false in %g, %g, %g", rests[r], n, f.greater, f.less, f.alike);
        }
}

/* Averages of three pairs a seed, of rare yeses. Standard error of 2000: 0.0035. */
static void test_false_of_averages(void) {
    enum { TIMES = 2000, N = 12, BLOCKS = 3 };
    static const double shares[] = {0.03, 0.1, 0.4};
    ag_stream s = ag_stream_open(5, AG_RANDOM_TEST, 0);
    for (int k = 0; k < AG_COUNT(shares); k++) {
        int above = 0, below = 0;
        for (int t = 0; t < TIMES; t++) {
            double d[N];
            for (int i = 0; i < N; i++) {
                int sum = 0;
                for (int b = 0; b < BLOCKS; b++)
                    sum +=
                        (ag_random_uniform(&s) < shares[k]) - (ag_random_uniform(&s) < shares[k]);
                d[i] = (double)sum / BLOCKS;
            }
            const ag_judgement j = judge_share(AG_RELATION_GREATER, (double)NAN, 0, N, d);
            CHECK(j.by_signs || (j.by == AG_BY_T_AND_FLIPS && j.p >= j.p_flip), "p %g", j.p);
            above += j.verdict == AG_SUPPORTED;
            below += j.verdict == AG_CONTRADICTED;
        }
        CHECK(above <= TIMES * (0.025 + 3 * 0.0035) && below <= TIMES * (0.025 + 3 * 0.0035),
              "%g: %d and %d of %d", shares[k], above, below, TIMES);
    }
}

static void test_few(void) {
    const double one[] = {3};
    for (int n = 0; n < 2; n++) {
        const ag_judgement j = judge_alone(AG_RELATION_GREATER, 0, n, one);
        EXPECT(j, AG_UNDECIDED);
        CHECK(j.p == 1 && j.likely == 0, "no test of %d", n);
    }
    static const double two[] = {1, 1.0001}; /* t = 20001, one degree of freedom */
    EXPECT(judge_alone(AG_RELATION_GREATER, 0, 2, two), AG_SUPPORTED);
}

/* --- of any numbers -------------------------------------------------------------------------- */

static void draw(ag_stream *s, int n, double mean, double *d) {
    for (int i = 0; i < n; i++)
        d[i] = mean + ag_random_normal(s);
}

static ag_relation mirrored(ag_relation relation) {
    return relation == AG_RELATION_GREATER ? AG_RELATION_LESS
           : relation == AG_RELATION_LESS  ? AG_RELATION_GREATER
                                           : AG_RELATION_ALIKE;
}

/* The interval decides if and only if p < 0.05; and the mirror image is judged alike. */
static void test_agreement(void) {
    ag_stream s = ag_stream_open(1, AG_RANDOM_TEST, 0);
    int decided = 0;
    for (int i = 0; i < 3000; i++) {
        double d[12], minus[12];
        const int n = 2 + i % 11;
        const ag_relation relation = (ag_relation)(i % 3);
        const double margin = i % 5 == 0 && i % 3 != AG_RELATION_ALIKE ? 0 : 0.1 * (1 + i % 20);
        draw(&s, n, 0.3 * (double)(i % 7 - 3), d);
        for (int k = 0; k < n; k++)
            minus[k] = -d[k];
        const ag_judgement j = judge(relation, margin, n, d),
                           m = judge(mirrored(relation), margin, n, minus);
        CHECK((j.alone != AG_UNDECIDED) == (j.p < 0.05), "%s with p = %.17g, n = %d",
              ag_verdict_name(j.alone), j.p, n);
        CHECK(j.alone == m.alone && close_to(j.p, m.p, 1e-9, 0), "mirror: %g and %g", j.p, m.p);
        decided += j.alone != AG_UNDECIDED;
    }
    CHECK(decided > 300 && decided < 2700, "%d of 3000 decided: a poor test", decided);
}

/* Nothing there: of experiments with 1, 5 and 20 claims at most 5 % say anything wrong; with one,
 * about as many. Standard error of 4000: 0.0034. */
static void test_nothing_there(void) {
    enum { TIMES = 4000, CLAIMS_MAX = 20, N = 5 };
    static const int claims[] = {1, 5, CLAIMS_MAX};
    ag_stream s = ag_stream_open(2, AG_RANDOM_TEST, 0);
    for (size_t c = 0; c < 3; c++) {
        int wrong = 0;
        for (int t = 0; t < TIMES; t++) {
            double d[CLAIMS_MAX][N];
            ag_judgement of[CLAIMS_MAX];
            for (int k = 0; k < claims[c]; k++) {
                draw(&s, N, 0, d[k]);
                of[k] = judge(k % 2 ? AG_RELATION_LESS : AG_RELATION_GREATER, 0, N, d[k]);
            }
            ag_error err = {0};
            CHECK(ag_judge_all(of, claims[c], &arena, &err) == AG_OK, "%s", err.text);
            bool any = false;
            for (int k = 0; k < claims[c]; k++)
                any |= of[k].verdict != AG_UNDECIDED;
            wrong += any;
        }
        const double rate = wrong / (double)TIMES;
        CHECK(rate < 0.05 + 3 * 0.0034, "%d claims: %g of experiments are wrong", claims[c], rate);
        CHECK(claims[c] > 1 || rate > 0.05 - 3 * 0.0034, "one claim: only %g", rate);
    }
}

/* At the margin itself: `~=` is EQUIVALENT by mistake in at most 2.5 %. */
static void test_at_the_margin(void) {
    enum { TIMES = 4000, N = 8 };
    ag_stream s = ag_stream_open(3, AG_RANDOM_TEST, 0);
    int alike = 0;
    for (int t = 0; t < TIMES; t++) {
        double d[N];
        draw(&s, N, 2, d);
        alike += judge(AG_RELATION_ALIKE, 2, N, d).alone == AG_EQUIVALENT;
    }
    CHECK(alike < TIMES * (0.025 + 3 * 0.0025), "%d of %d", alike, TIMES);
}

/* The number of seeds that is given as likely settles about 80 % of the cases in which the effect
 * is what it seemed to be. */
static void test_seeds(void) {
    enum { TIMES = 1000, ROOM = 1000 };
    static const double d[] = {0.9, -0.4, 1.1, 0.2, -0.1, 0.7};
    const ag_judgement j = judge_alone(AG_RELATION_GREATER, 0, 6, d);
    EXPECT(j, AG_UNDECIDED);
    CHECK(j.least <= j.likely && j.likely > 6 && j.likely < ROOM, "%d .. %d", j.least, j.likely);
    ag_stream s = ag_stream_open(4, AG_RANDOM_TEST, 0);
    int settled = 0;
    for (int t = 0; t < TIMES; t++) {
        double more[ROOM];
        draw(&s, j.likely, j.d_z, more);
        settled += judge(AG_RELATION_GREATER, 0, j.likely, more).alone == AG_SUPPORTED;
    }
    CHECK(fabs(settled / (double)TIMES - 0.8) < 0.05, "%d of %d", settled, TIMES);

    /* alike within 0.9: as many as show that what is left up to there is not 0 */
    double left[6];
    for (int i = 0; i < 6; i++)
        left[i] = 0.9 - d[i];
    const ag_judgement alike = judge_alone(AG_RELATION_ALIKE, 0.9, 6, d),
                       gap = judge_alone(AG_RELATION_GREATER, 0, 6, left);
    EXPECT(alike, AG_UNDECIDED);
    CHECK(alike.likely > 6 && alike.likely == gap.likely, "%d, %d", alike.likely, gap.likely);
}

int main(void) {
    if (!AG_NEW_ARRAY(&arena, char, 1 << 16)) return 3; /* so that its first block stays */
    test_known();
    test_corrected();
    test_signs();
    test_shares();
    test_trials();
    test_pairs();
    test_false_of_trials();
    test_false_of_pairs();
    test_false_of_averages();
    test_few();
    test_agreement();
    test_nothing_there();
    test_at_the_margin();
    test_seeds();
    ag_arena_close(&arena);
    return check_report();
}
