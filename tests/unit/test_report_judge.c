/* Verdicts from differences: against numbers worked out by hand and by R, what must hold for any
 * numbers, and how often they are wrong where nothing is there. */
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
    test_few();
    test_agreement();
    test_nothing_there();
    test_at_the_margin();
    test_seeds();
    ag_arena_close(&arena);
    return check_report();
}
