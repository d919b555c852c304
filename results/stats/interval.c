#include "results/stats/interval.h"

#include "results/stats/bootstrap.h"
#include "results/stats/describe.h"
#include "results/stats/distributions.h"
#include "results/stats/ranks.h"

#include <assert.h>
#include <math.h>

/* --- statistics of numbers in ascending order, some of them several times ---------- */

static double mean_of_all(int n, const double *sorted, const int *count, int total) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += count[i] * sorted[i];
    return sum / total;
}

/* Mean of those whose places in the repeated list are from .. to - 1. */
static double mean_between(const double *sorted, const int *count, int from, int to) {
    double sum = 0;
    for (int i = 0, place = 0; place < to; place += count[i++]) {
        const int first = place > from ? place : from,
                  last = place + count[i] < to ? place + count[i] : to;
        if (last > first) sum += (last - first) * sorted[i];
    }
    return sum / (to - from);
}

static double of_counted(int n, const double *sorted, const int *count, ag_statistic statistic) {
    int total = 0;
    for (int i = 0; i < n; i++)
        total += count[i];
    switch (statistic) {
    case AG_STATISTIC_MEAN: return mean_of_all(n, sorted, count, total);
    case AG_STATISTIC_IQM: return mean_between(sorted, count, total / 4, total - total / 4);
    case AG_STATISTIC_MEDIAN: break;
    }
    return mean_between(sorted, count, (total - 1) / 2, total / 2 + 1);
}

static double value_of_all(const ag_resampling *self, const int *count) {
    return of_counted(self->n, self->x, count, self->statistic);
}

static double value_of_two(const ag_resampling *self, const int *count) {
    const int n_x = self->sizes[0];
    const double x = of_counted(n_x, self->x, count, self->statistic),
                 y = of_counted(self->sizes[1], self->y, count + n_x, self->statistic);
    return self->contrast == AG_CONTRAST_RATIO ? x / y : x - y;
}

static double value_of_ratio(const ag_resampling *self, const int *count) {
    double x = 0, y = 0;
    for (int i = 0; i < self->n; i++) {
        x += count[i] * self->x[i];
        y += count[i] * self->y[i];
    }
    return x / y;
}

/* --- in ascending order ------------------------------------------------------------- */

/* sorted[slot[i]] = x[i], ascending. */
static ag_status sort_to_slots(int n, const double *x, double *sorted, int *slot, ag_arena *scratch,
                               ag_error *err) {
    AG_TRY(ag_check_finite(n, x, err));
    const ag_mark mark = ag_arena_mark(scratch);
    int *order = AG_NEW_ARRAY(scratch, int, (size_t)n);
    if (!order) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to sort %d numbers", n);
    AG_TRY(ag_ascending_order(n, x, order, scratch, err));
    for (int i = 0; i < n; i++) {
        sorted[i] = x[order[i]];
        slot[order[i]] = i;
    }
    ag_arena_release(scratch, mark);
    return AG_OK;
}

/* --- bootstrap ------------------------------------------------------------------------ */

ag_status ag_bootstrap_cells(const ag_cells *cells, const ag_bootstrap *how, ag_arena *scratch,
                             ag_bounds *out, ag_error *err) {
    int n = 0;
    for (int i = 0; i < cells->n; i++)
        n += cells->sizes[i];
    assert(n >= 1);
    const ag_mark mark = ag_arena_mark(scratch);
    double *sorted = AG_NEW_ARRAY(scratch, double, (size_t)n);
    int *slot = AG_NEW_ARRAY(scratch, int, (size_t)n);
    if (!sorted || !slot)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to resample %d numbers", n);
    AG_TRY(sort_to_slots(n, cells->x, sorted, slot, scratch, err));
    const ag_resampling of = {.value = value_of_all,
                              .n = n,
                              .n_strata = cells->n,
                              .sizes = cells->sizes,
                              .slot = slot,
                              .x = sorted,
                              .statistic = how->statistic};
    AG_TRY(ag_bootstrap_interval(&of, how, scratch, out, err));
    ag_arena_release(scratch, mark);
    return AG_OK;
}

ag_status ag_bootstrap_sample(int n, const double *x, const ag_bootstrap *how, ag_arena *scratch,
                              ag_bounds *out, ag_error *err) {
    return ag_bootstrap_cells(&(ag_cells){1, &n, x}, how, scratch, out, err);
}

ag_status ag_bootstrap_two(const ag_two_samples *two, ag_contrast contrast, const ag_bootstrap *how,
                           ag_arena *scratch, ag_bounds *out, ag_error *err) {
    const int sizes[2] = {two->n_x, two->n_y}, n = two->n_x + two->n_y;
    assert(two->n_x >= 1 && two->n_y >= 1);
    const ag_mark mark = ag_arena_mark(scratch);
    double *sorted = AG_NEW_ARRAY(scratch, double, (size_t)n);
    int *slot = AG_NEW_ARRAY(scratch, int, (size_t)n);
    if (!sorted || !slot)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to resample %d numbers", n);
    AG_TRY(sort_to_slots(two->n_x, two->x, sorted, slot, scratch, err));
    AG_TRY(sort_to_slots(two->n_y, two->y, sorted + two->n_x, slot + two->n_x, scratch, err));
    for (int i = two->n_x; i < n; i++)
        slot[i] += two->n_x;
    const ag_resampling of = {.value = value_of_two,
                              .n = n,
                              .n_strata = 2,
                              .sizes = sizes,
                              .slot = slot,
                              .x = sorted,
                              .y = sorted + two->n_x,
                              .statistic = how->statistic,
                              .contrast = contrast};
    AG_TRY(ag_bootstrap_interval(&of, how, scratch, out, err));
    ag_arena_release(scratch, mark);
    return AG_OK;
}

ag_status ag_bootstrap_paired_ratio(const ag_two_samples *two, const ag_bootstrap *how,
                                    ag_arena *scratch, ag_bounds *out, ag_error *err) {
    assert(two->n_x == two->n_y && how->statistic == AG_STATISTIC_MEAN);
    AG_TRY(ag_check_finite(two->n_x, two->x, err));
    AG_TRY(ag_check_finite(two->n_y, two->y, err));
    const ag_resampling of = {.value = value_of_ratio,
                              .n = two->n_x,
                              .n_strata = 1,
                              .sizes = &two->n_x,
                              .x = two->x,
                              .y = two->y};
    return ag_bootstrap_interval(&of, how, scratch, out, err);
}

/* --- closed forms ------------------------------------------------------------------------ */

ag_bounds ag_t_interval(int n, const double *x, double level) {
    const double mean = ag_mean(n, x);
    if (n < 2) return (ag_bounds){mean, (double)NAN, (double)NAN};
    const double t = -ag_t_quantile((1 - level) / 2, n - 1);
    const double reach = t * ag_std(n, x) / sqrt(n);
    return (ag_bounds){mean, mean - reach, mean + reach};
}

ag_bounds ag_wilson_interval(double hits, double n, double level) {
    assert(n >= 1 && hits >= 0 && hits <= n);
    const double z = -ag_normal_quantile((1 - level) / 2), share = hits / n, z2 = z * z;
    const double middle = (share + z2 / (2 * n)) / (1 + z2 / n);
    const double reach = z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n));
    /* at its ends exact: the two terms are equal there up to rounding */
    return (ag_bounds){share, hits == 0 ? 0 : middle - reach, hits == n ? 1 : middle + reach};
}

typedef struct trials {
    double hits, n;
} trials;

static double hits_or_more(double share, const void *with) {
    const trials *of = with;
    return ag_binomial_upper(of->hits, of->n, share);
}

static double lowest_share(trials of, double tail) {
    if (of.hits == 0) return 0;
    if (of.hits == of.n) return pow(tail, 1 / of.n);
    return ag_root_of_ascending(hits_or_more, &of, tail, 0, 1);
}

ag_bounds ag_clopper_pearson_interval(double hits, double n, double level) {
    assert(n > 0 && hits >= 0 && hits <= n && level >= 0 && level < 1);
    const double tail = (1 - level) / 2;
    return (ag_bounds){hits / n, lowest_share((trials){hits, n}, tail),
                       1 - lowest_share((trials){n - hits, n}, tail)};
}
