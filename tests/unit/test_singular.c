/* The mean singular value of matrices whose values are known. */
#include "harness/num/singular.h"

#include "check.h"
#include "harness/base/random.h"

enum { N = 240, MOST = N * N };

static ag_real w[MOST];
static double room[4 * MOST];

static double mean_of(size_t rows, size_t columns) {
    CHECK(ag_singular_room(rows, columns) <= sizeof room / sizeof room[0], "room");
    return ag_singular_mean(rows, columns, w, room);
}

/* As itself and turned over; w is lost. */
static void check(const char *what, size_t rows, size_t columns, double want) {
    static ag_real turned[MOST];
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++)
            turned[k * rows + i] = w[i * columns + k];
    const double is = mean_of(rows, columns);
    CHECK(close_to(is, want, 1e-7, 0), "%s: %.17g, not %.17g", what, is, want);
    for (size_t i = 0; i < rows * columns; i++)
        w[i] = turned[i];
    const double other = mean_of(columns, rows);
    CHECK(close_to(other, is, 1e-7, 0), "%s, turned over: %.17g, not %.17g", what, other, is);
}

static void fill(double scale, size_t n) {
    ag_stream random = ag_stream_open(5, AG_RANDOM_TEST, 0);
    for (size_t i = 0; i < n; i++)
        w[i] = (ag_real)(scale * ag_random_normal(&random));
}

static void clear(void) {
    for (size_t i = 0; i < MOST; i++)
        w[i] = 0;
}

static void test_known(void) {
    clear();
    check("nothing", 3, 5, 0);
    w[0] = -2;
    check("one number", 1, 1, 2);
    clear();
    w[0] = 3, w[5] = -4; /* second row, first column */
    check("two rows, one direction", 2, 5, 5.0 / 2);
    clear();
    w[1] = 3, w[2 * 4 + 0] = -4, w[4 + 3] = (ag_real)0.5;
    check("three directions", 3, 4, 7.5 / 3);
    for (int i = 0; i < 12; i++)
        w[i] = (ag_real)((i / 4 + 1) * (i % 4 - 2)); /* lengths sqrt 14 and sqrt 6 */
    check("rank one", 3, 4, sqrt(14.0 * 6.0) / 3);
    w[0] = (ag_real)1e30, w[1] = 0, w[2] = 0, w[3] = (ag_real)1e-30;
    check("far apart", 2, 2, (double)(ag_real)1e30 / 2);
}

/* Of many independent numbers: the mean of the quarter circle law. */
static void test_law(void) {
    fill(1 / sqrt((double)N), MOST);
    const double want = 8 / (3 * acos(-1.0)), is = mean_of(N, N);
    CHECK(close_to(is, want, 0.01, 0), "%g, not %g", is, want);
    fill(1, MOST);
    const double once = mean_of(N, N / 2);
    fill(1, MOST);
    const double twice = mean_of(N, N / 2);
    CHECK(once == twice, "the same bits");
}

int main(void) {
    test_known();
    test_law();
    return check_report();
}
