/* What grew, since when, how fast: on series that are known. */
#include "check.h"
#include "harness/cli/growth.h"

#include <math.h>
#include <stdlib.h>

enum { N = 64 };

/* Between 0.5 and 1.5, of no pattern. */
static double noise(int i) { return 0.5 + fmod(i * 0.6180339887498949, 1.0); }

/* Level, with noise of a factor of three, and from step 50 on five times larger with every step. */
static void test_bend(void) {
    double x[N];
    for (int i = 0; i < N; i++)
        x[i] = noise(i) * (i > 50 ? pow(5, i - 50) : 1);
    ag_growth g;
    CHECK(ag_growth_of(x, N, &g), "grows");
    CHECK(abs(g.from - 50) <= 2 && g.to == N - 1, "%d to %d", g.from, g.to);
    CHECK(g.per_step > 4.5 && g.per_step < 5.5, "%g", g.per_step);
    CHECK(g.tenfold > 50 && g.tenfold <= 54, "%d", g.tenfold);
    CHECK(g.low == x[g.from] && g.high == x[N - 1], "%g, %g", g.low, g.high);
}

/* From the first step on, exactly. */
static void test_whole(void) {
    double x[N];
    for (int i = 0; i < N; i++)
        x[i] = 1e-3 * pow(1.7, i);
    ag_growth g;
    CHECK(ag_growth_of(x, N, &g) && g.from == 0 && g.to == N - 1, "from %d", g.from);
    CHECK(fabs(g.per_step - 1.7) < 1e-12 && g.tenfold == 5, "%g, %d", g.per_step, g.tenfold);
}

/* What is no number, infinite or 0 says nothing, in front, behind and between. */
static void test_gaps(void) {
    const double none = (double)NAN, x[] = {none, 1, 0, 4, none, 16, HUGE_VAL, none};
    ag_growth g;
    CHECK(ag_growth_of(x, 8, &g) && g.from == 1 && g.to == 5, "%d to %d", g.from, g.to);
    CHECK(fabs(g.per_step - 2) < 1e-12 && g.tenfold == 5, "%g, %d", g.per_step, g.tenfold);
    CHECK(!ag_growth_of(x, 3, &g), "one number only");
    CHECK(!ag_growth_of(x, 0, &g), "none");
    const double falls[] = {5, 4, 3, 2, 1};
    CHECK(!ag_growth_of(falls, 5, &g), "falls");
    const double two[] = {1, 30};
    CHECK(ag_growth_of(two, 2, &g) && g.tenfold == 1 && fabs(g.per_step - 30) < 1e-12, "%g",
          g.per_step);
    const double flat[] = {2, 2, 2, 2.1};
    CHECK(ag_growth_of(flat, 4, &g) && g.tenfold < 0, "hardly");
}

/* In one step from one level to another. */
static void test_step(void) {
    double x[N];
    for (int i = 0; i < N; i++)
        x[i] = noise(i) * (i > 40 ? 1e5 : 1);
    ag_growth g;
    CHECK(ag_growth_of(x, N, &g) && g.from == 40 && g.to == 41 && g.tenfold == 41, "%d to %d, %d",
          g.from, g.to, g.tenfold);
    CHECK(g.low == x[40] && g.high == x[41] && fabs(g.per_step - x[41] / x[40]) < 1e-9 * g.per_step,
          "%g", g.per_step);
}

static void test_first_steps(void) {
    const double x[] = {2.2, 3.3e4, 4.4e16}; /* a leap, then a longer one */
    ag_growth g;
    CHECK(ag_growth_of(x, 3, &g) && g.from == 0 && g.to == 2 && g.tenfold == 1, "%d to %d, %d",
          g.from, g.to, g.tenfold);
}

static void test_order(void) {
    const ag_growth early = {.tenfold = 3, .per_step = 2}, late = {.tenfold = 7, .per_step = 9},
                    fast = {.tenfold = 3, .per_step = 5}, never = {.tenfold = -1, .per_step = 99};
    CHECK(ag_growth_before(&early, &late) && !ag_growth_before(&late, &early), "the earlier");
    CHECK(ag_growth_before(&fast, &early) && !ag_growth_before(&early, &fast), "the faster");
    CHECK(ag_growth_before(&late, &never) && !ag_growth_before(&never, &late), "not at all");
}

static void test_jump(void) {
    double x[N], median;
    for (int i = 0; i < N; i++)
        x[i] = noise(i);
    CHECK(ag_growth_jump(x, N, 100, &median) < 0, "noise is no jump");
    x[40] = 150;
    CHECK(ag_growth_jump(x, N, 100, &median) == 40 && fabs(median - 1) < 0.1, "%g", median);
    x[40] = 90;
    CHECK(ag_growth_jump(x, N, 100, &median) < 0, "too small");
    const double soon[] = {1, 1, 1000, 1};
    CHECK(ag_growth_jump(soon, 4, 100, &median) < 0, "there are but two before");
}

int main(void) {
    test_bend();
    test_whole();
    test_gaps();
    test_step();
    test_first_steps();
    test_order();
    test_jump();
    return check_report();
}
