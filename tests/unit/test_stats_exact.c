/* Exact tests against all permutations, one by one; p values of nothing; what is too small. */
#include "stats_check.h"

#include "results/stats/effect.h"
#include "results/stats/paired.h"
#include "results/stats/rank_sums.h"
#include "results/stats/ranks.h"
#include "results/stats/several.h"
#include "results/stats/unpaired.h"

static ag_arena arena;
static ag_error err;
#define OK(call) CHECK((call) == AG_OK, "%s", err.text)

static ag_stream numbers(uint32_t index) { return ag_stream_open(7, AG_RANDOM_TEST, index); }

/* Small whole numbers: many are equal, some 0. */
static void coarse(ag_stream *s, int n, double *x) {
    for (int i = 0; i < n; i++)
        x[i] = (double)ag_random_below(s, 7) - 3;
}

/* --- pairs ------------------------------------------------------------------------------- */

/* By all 2^n signs: of `score` (whole halves) and of the sum. */
static void brute_signs(int n, const double *size, const bool *positive, double p[3]) {
    double seen = 0, greater = 0, less = 0;
    for (int i = 0; i < n; i++)
        seen += positive[i] ? size[i] : 0;
    for (unsigned signs = 0; signs < 1u << n; signs++) {
        double sum = 0;
        for (int i = 0; i < n; i++)
            sum += signs >> i & 1 ? size[i] : 0;
        greater += sum >= seen;
        less += sum <= seen;
    }
    p[1] = greater / exp2(n);
    p[2] = less / exp2(n);
    p[0] = fmin(1, 2 * fmin(p[1], p[2]));
}

static void check_pairs(void) {
    for (uint32_t go = 0; go < 200; go++) {
        ag_stream s = numbers(go);
        const int n = 1 + (int)(go % 11);
        double d[12], size[12], want[3];
        bool positive[12];
        int64_t rank[12];
        ag_significance got;
        coarse(&s, n, d);
        for (int i = 0; i < n; i++) {
            size[i] = fabs(d[i]);
            positive[i] = d[i] > 0;
        }
        brute_signs(n, size, positive, want);
        OK(ag_sign_flip_test(n, d, &AG_PERMUTATIONS_STANDARD, &arena, &got, &err));
        check_p("sign flips", got.p, want, 1e-12);

        /* zeros ranked and left out: they count with rank 0 */
        OK(ag_doubled_ranks(n, size, rank, NULL, &arena, &err));
        double score[12];
        for (int i = 0; i < n; i++)
            score[i] = size[i] > 0 ? (double)rank[i] : 0;
        brute_signs(n, score, positive, want);
        OK(ag_wilcoxon_test(n, d, &(ag_wilcoxon){AG_ZEROS_RANKED, false}, &arena, &got, &err));
        check_p("Pratt", got.p, want, 1e-12);

        int left = 0;
        for (int i = 0; i < n; i++)
            if (d[i] != 0) d[left++] = d[i];
        for (int i = 0; i < left; i++) {
            size[i] = fabs(d[i]);
            positive[i] = d[i] > 0;
        }
        OK(ag_doubled_ranks(left, size, rank, NULL, &arena, &err));
        for (int i = 0; i < left; i++)
            score[i] = (double)rank[i];
        brute_signs(left, score, positive, want);
        OK(ag_wilcoxon_test(left, d, &(ag_wilcoxon){0}, &arena, &got, &err));
        check_p("Wilcoxon", got.p, want, 1e-12);
        CHECK(got.n == left && got.exact, "%d of %d", got.n, left);
    }
}

/* Equal in decimals and not in binary: 0.3 - 0.2 and 0.2 - 0.1. */
static void check_decimal_ties(void) {
    const double d[] = {0.3 - 0.2, -(0.2 - 0.1), 0.9 - 0.8, -(0.7 - 0.6)};
    ag_significance got;
    OK(ag_sign_flip_test(4, d, &AG_PERMUTATIONS_STANDARD, &arena, &got, &err));
    CHECK(got.p.two_sided == 1 && got.p.greater == 11 / 16.0, "%g, %g", got.p.two_sided,
          got.p.greater);
}

/* --- two samples --------------------------------------------------------------------------- */

static void brute_choices(int n, const double *x, int m, double p[3]) {
    double seen = 0, greater = 0, less = 0, ways = 0;
    for (int i = 0; i < m; i++)
        seen += x[i];
    for (unsigned set = 0; set < 1u << n; set++) {
        double sum = 0;
        int size = 0;
        for (int i = 0; i < n; i++)
            if (set >> i & 1) {
                sum += x[i];
                size++;
            }
        if (size != m) continue;
        ways++;
        greater += sum >= seen;
        less += sum <= seen;
    }
    p[1] = greater / ways;
    p[2] = less / ways;
    p[0] = fmin(1, 2 * fmin(p[1], p[2]));
}

static void check_two(void) {
    for (uint32_t go = 0; go < 100; go++) {
        ag_stream s = numbers(1000 + go);
        const int n = 2 + (int)(go % 9), m = 1 + (int)ag_random_below(&s, (uint32_t)n - 1);
        double x[12] = {0}, score[12], want[3];
        int64_t rank[12];
        ag_significance got;
        coarse(&s, n, x);
        const ag_two_samples two = {m, n - m, x, x + m};
        brute_choices(n, x, m, want);
        OK(ag_permutation_test(&two, &AG_PERMUTATIONS_STANDARD, &arena, &got, &err));
        check_p("permutations", got.p, want, 1e-12);
        OK(ag_doubled_ranks(n, x, rank, NULL, &arena, &err));
        for (int i = 0; i < n; i++)
            score[i] = (double)rank[i];
        brute_choices(n, score, m, want);
        OK(ag_mann_whitney_test(&two, false, &arena, &got, &err));
        check_p("Mann-Whitney", got.p, want, 1e-12);
    }
}

/* Ranks do not care how large infinity is. */
static void check_infinity(void) {
    const double x[] = {HUGE_VAL, 3, 5}, y[] = {1, 2, -HUGE_VAL}, d[] = {HUGE_VAL, 1, -2};
    const ag_two_samples two = {3, 3, x, y};
    ag_significance got;
    OK(ag_mann_whitney_test(&two, false, &arena, &got, &err));
    CHECK(got.p.greater == 0.05 && got.statistic == 9, "%g", got.p.greater);
    CHECK(ag_cliff_delta(&two) == 1, "%g", ag_cliff_delta(&two));
    OK(ag_wilcoxon_test(3, d, &(ag_wilcoxon){0}, &arena, &got, &err));
    CHECK(got.statistic == 4, "%g", got.statistic);
}

/* --- Friedman --------------------------------------------------------------------------------- */

/* k = 3, all 6^n orders of all blocks, the first one too. */
static void check_friedman_exact(void) {
    static const int order[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (uint32_t go = 0; go < 30; go++) {
        ag_stream s = numbers(2000 + go);
        const int n = 2 + (int)(go % 4);
        double x[15], average[3];
        int64_t rank[15];
        coarse(&s, 3 * n, x);
        for (int i = 0; i < n; i++)
            OK(ag_doubled_ranks(3, x + 3L * i, rank + 3L * i, NULL, &arena, &err));
        double reached = 0, all = pow(6, n), seen = -1;
        for (int c = 0; c < (int)all; c++) { /* c = 0 is what was seen: order[0] everywhere */
            int64_t sum[3] = {0};
            for (int i = 0, rest = c; i < n; i++, rest /= 6)
                for (int j = 0; j < 3; j++)
                    sum[j] += rank[3 * i + order[rest % 6][j]];
            const double squares = (double)(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
            if (c == 0) seen = squares;
            reached += squares >= seen;
        }
        ag_friedman f;
        OK(ag_friedman_test(&(ag_blocks){n, 3, x, go % 2}, average, &arena, &f, &err));
        check_close("Friedman", f.p_exact, reached / all, 1e-12);
    }
}

/* --- p values of nothing ---------------------------------------------------------------------- */

/* P(p <= u) <= u for every u that an exact test can reach, by the binomial within 4 sigma; and p is
 * small about as often as it says. Without a difference, 4,000 times. */
static void check_null(void) {
    enum { TIMES = 4000 };
    static const double levels[] = {0.01, 0.05, 0.1, 0.25, 0.5};
    enum { N_LEVELS = 5, N_TESTS = 5 };
    static const char *const names[N_TESTS] = {"sign flips", "Wilcoxon", "Mann-Whitney",
                                               "permutations", "drawn sign flips"};
    int at_most[N_TESTS][N_LEVELS] = {{0}};
    ag_stream s = numbers(3000);
    for (int go = 0; go < TIMES; go++) {
        double x[40];
        for (int i = 0; i < 40; i++) {
            x[i] = ag_random_normal(&s);
            x[i] *= fabs(x[i]); /* long tails, symmetric */
        }
        const ag_two_samples two = {8, 7, x, x + 8};
        ag_significance got[N_TESTS];
        OK(ag_sign_flip_test(12, x, &AG_PERMUTATIONS_STANDARD, &arena, &got[0], &err));
        OK(ag_wilcoxon_test(12, x, &(ag_wilcoxon){0}, &arena, &got[1], &err));
        OK(ag_mann_whitney_test(&two, false, &arena, &got[2], &err));
        OK(ag_permutation_test(&two, &AG_PERMUTATIONS_STANDARD, &arena, &got[3], &err));
        OK(ag_sign_flip_test(40, x, &(ag_permutations){199, (uint64_t)go}, &arena, &got[4], &err));
        for (int t = 0; t < N_TESTS; t++)
            for (int l = 0; l < N_LEVELS; l++)
                at_most[t][l] += got[t].p.two_sided <= levels[l];
    }
    for (int t = 0; t < N_TESTS; t++)
        for (int l = 0; l < N_LEVELS; l++) {
            const double share = at_most[t][l] / (double)TIMES, u = levels[l],
                         sigma = sqrt(u * (1 - u) / TIMES);
            CHECK(share <= u + 4 * sigma, "%s: p <= %g in %g", names[t], u, share);
            CHECK(share >= 0.7 * u - 4 * sigma, "%s: p <= %g in only %g", names[t], u, share);
        }
}

/* Drawn permutations against all of them, and twice the same. */
static void check_drawn(void) {
    double d[32];
    ag_stream s = numbers(4000);
    for (int i = 0; i < 32; i++)
        d[i] = ag_random_normal(&s) + 0.3;
    ag_significance exact, one, two;
    OK(ag_sign_flip_test(30, d, &(ag_permutations){10, 1}, &arena, &exact, &err));
    d[30] = d[31] = 0; /* change no sum, but there are too many now */
    OK(ag_sign_flip_test(32, d, &(ag_permutations){100000, 1}, &arena, &one, &err));
    OK(ag_sign_flip_test(32, d, &(ag_permutations){100000, 1}, &arena, &two, &err));
    CHECK(exact.exact && !one.exact, "the limit lies elsewhere");
    CHECK(one.p.greater == two.p.greater, "drawn twice, %g and %g", one.p.greater, two.p.greater);
    const double sigma = sqrt(exact.p.greater * (1 - exact.p.greater) / 100000);
    CHECK(fabs(one.p.greater - exact.p.greater) < 4 * sigma + 2e-5, "%g, not %g", one.p.greater,
          exact.p.greater);
}

/* Drawn sums that are equal to what was seen count; what was seen is one of the permutations. */
static void check_drawn_ties(void) {
    double d[40], y[40];
    ag_significance drawn;
    for (int i = 0; i < 40; i++) {
        d[i] = i < 24 ? 1 : -1;
        y[i] = -d[i];
    }
    const ag_significance sign = ag_sign_test(40, d);
    OK(ag_sign_flip_test(40, d, &(ag_permutations){100000, 3}, &arena, &drawn, &err));
    CHECK(fabs(drawn.p.greater - sign.p.greater) < 4 * sqrt(0.25 / 100000), "%g, not %g",
          drawn.p.greater, sign.p.greater);
    CHECK(fabs(drawn.p.less - sign.p.less) < 4 * sqrt(0.25 / 100000), "%g, not %g", drawn.p.less,
          sign.p.less);
    ag_significance exact; /* of 0 and 1: the same p as by ranks */
    const ag_two_samples two = {40, 40, d, y};
    OK(ag_permutation_test(&two, &(ag_permutations){100000, 3}, &arena, &drawn, &err));
    OK(ag_mann_whitney_test(&two, false, &arena, &exact, &err));
    CHECK(exact.exact &&
              fabs(drawn.p.greater - exact.p.greater) < 4 * sqrt(exact.p.greater / 100000),
          "%g, not %g", drawn.p.greater, exact.p.greater);
    for (int i = 0; i < 40; i++)
        d[i] = 1;
    OK(ag_sign_flip_test(40, d, &(ag_permutations){9, 3}, &arena, &drawn, &err));
    CHECK(drawn.p.greater == 0.1 && drawn.p.less == 1, "%g, %g", drawn.p.greater, drawn.p.less);
    OK(ag_permutation_test(&(ag_two_samples){40, 40, d, y}, &(ag_permutations){9, 3}, &arena,
                           &drawn, &err));
    CHECK(drawn.p.greater == 0.1, "%g", drawn.p.greater);
}

int main(void) {
    arena = AG_ARENA_EMPTY;
    check_pairs();
    check_decimal_ties();
    check_two();
    check_infinity();
    check_friedman_exact();
    check_null();
    check_drawn();
    check_drawn_ties();
    CHECK(arena.taken == 0, "%zu bytes are not given back", arena.taken);
    ag_arena_close(&arena);
    return check_report();
}
