#include "results/stats/describe.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void ag_sort(int n, double *x) {
    if (n > 1) qsort(x, (size_t)n, sizeof *x, ascending);
}

double *ag_sorted(int n, const double *x, ag_arena *arena) {
    double *sorted = AG_NEW_ARRAY(arena, double, (size_t)n);
    if (!sorted) return NULL;
    memcpy(sorted, x, (size_t)n * sizeof *x);
    ag_sort(n, sorted);
    return sorted;
}

double ag_sum(int n, const double *x) {
    double sum = 0, lost = 0;
    for (int i = 0; i < n; i++) {
        const double next = sum + x[i];
        lost += fabs(sum) >= fabs(x[i]) ? sum - next + x[i] : x[i] - next + sum;
        sum = next;
    }
    return sum + lost;
}

double ag_mean(int n, const double *x) { return ag_sum(n, x) / n; }

double ag_squares(int n, const double *x) {
    const double mean = ag_mean(n, x);
    double squares = 0, sum = 0;
    for (int i = 0; i < n; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
        sum += x[i] - mean;
    }
    squares -= sum * sum / n;
    return squares < 0 ? 0 : squares; /* not fmax: NaN stays NaN */
}

double ag_std(int n, const double *x) {
    return n < 2 ? (double)NAN : sqrt(ag_squares(n, x) / (n - 1));
}

double ag_quantile(int n, const double *sorted, double p) {
    assert(n >= 1 && p >= 0 && p <= 1);
    const double place = p * (n - 1);
    const int below = (int)place;
    const double share = place - below;
    if (share == 0 || below + 1 >= n || isinf(sorted[below])) return sorted[below];
    return sorted[below] + share * (sorted[below + 1] - sorted[below]);
}

double ag_median(int n, const double *sorted) { return ag_quantile(n, sorted, 0.5); }

double ag_iqm(int n, const double *sorted) { return ag_mean(n - 2 * (n / 4), sorted + n / 4); }

ag_status ag_check_finite(int n, const double *x, ag_error *err) {
    for (int i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "number %d of %d is %g, must be finite", i + 1,
                           n, x[i]);
    return AG_OK;
}

ag_status ag_describe(int n, const double *x, ag_arena *scratch, ag_description *out,
                      ag_error *err) {
    assert(n >= 1);
    AG_TRY(ag_check_finite(n, x, err));
    const ag_mark mark = ag_arena_mark(scratch);
    double *sorted = ag_sorted(n, x, scratch);
    if (!sorted) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to sort %d numbers", n);
    *out = (ag_description){
        .n = n,
        .mean = ag_mean(n, x),
        .std = ag_std(n, x),
        .min = sorted[0],
        .max = sorted[n - 1],
        .quartile_1 = ag_quantile(n, sorted, 0.25),
        .median = ag_median(n, sorted),
        .quartile_3 = ag_quantile(n, sorted, 0.75),
        .iqm = ag_iqm(n, sorted),
    };
    for (int i = 0; i < n; i++)
        sorted[i] = fabs(sorted[i] - out->median);
    ag_sort(n, sorted);
    out->mad = ag_median(n, sorted);
    ag_arena_release(scratch, mark);
    return AG_OK;
}
