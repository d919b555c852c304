#include "harness/num/spread.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

ag_spread ag_spread_of(int n, double *x) {
    qsort(x, (size_t)n, sizeof *x, ascending);
    return (ag_spread){n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2, x[0], x[n - 1]};
}
