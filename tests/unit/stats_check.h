/* What the tests of statistics share. */
#ifndef AG_STATS_CHECK_H
#define AG_STATS_CHECK_H

#include "check.h"
#include "harness/base/arena.h"
#include "harness/base/random.h"
#include "results/stats/significance.h"

enum { STATS_N_MAX = 64 };

static inline void check_close(const char *what, double got, double want, double rel) {
    CHECK(close_to(got, want, rel, 1e-14), "%s is %.17g, not %.17g", what, got, want);
}

static inline void check_p(const char *what, ag_p_values p, const double want[3], double rel) {
    check_close(what, p.two_sided, want[0], rel);
    check_close(what, p.greater, want[1], rel);
    check_close(what, p.less, want[2], rel);
}

/* As R and SciPy were given them: differences of decimals, whose equals are equal. */
static inline void rounded_differences(int n, const double *x, const double *y, double *d) {
    for (int i = 0; i < n; i++)
        d[i] = round((x[i] - y[i]) * 1e6) / 1e6;
}

#endif
