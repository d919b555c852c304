#include "results/stats/budget.h"

#include "results/stats/bootstrap.h"
#include "results/stats/describe.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

typedef struct result {
    double rank_by, value; /* larger rank_by is better */
} result;

static int worst_first(const void *a, const void *b) {
    const result *x = a, *y = b;
    if (x->rank_by != y->rank_by) return x->rank_by > y->rank_by ? 1 : -1;
    return (x->value > y->value) - (x->value < y->value); /* sums in one order */
}

/* x: chosen_by, the best last; y: the values. */
static double best_of_k(const ag_resampling *self, const int *count) {
    int left = 0;
    for (int i = 0; i < self->n; i++)
        left += count[i];
    double weight = (double)self->k / left, expected = 0; /* of the place `left` */
    for (int last = self->n - 1; last >= 0 && left >= self->k;) {
        double sum = 0, share = 0;
        int n = 0, first = last; /* all that are equal */
        for (; first >= 0 && self->x[first] == self->x[last]; first--) {
            sum += count[first] * self->y[first];
            n += count[first];
        }
        for (int i = 0; i < n && left >= self->k; i++, left--) {
            share += weight;
            if (left > 1) weight *= (double)(left - self->k) / (left - 1);
        }
        if (n > 0) expected += share * (sum / n);
        last = first;
    }
    return expected;
}

static ag_status in_order(const ag_search *of, double **x, double **y, ag_arena *arena,
                          ag_error *err) {
    AG_TRY(ag_check_finite(of->n, of->value, err));
    result *results = AG_NEW_ARRAY(arena, result, (size_t)of->n);
    *x = AG_NEW_ARRAY(arena, double, (size_t)of->n);
    *y = AG_NEW_ARRAY(arena, double, (size_t)of->n);
    if (!results || !*x || !*y)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d results", of->n);
    for (int i = 0; i < of->n; i++) {
        if (isnan(of->chosen_by[i]))
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "result %d of %d is NaN and cannot be chosen by", i + 1, of->n);
        results[i] = (result){of->largest ? of->chosen_by[i] : -of->chosen_by[i], of->value[i]};
    }
    qsort(results, (size_t)of->n, sizeof *results, worst_first);
    for (int i = 0; i < of->n; i++) {
        (*x)[i] = results[i].rank_by;
        (*y)[i] = results[i].value;
    }
    return AG_OK;
}

ag_status ag_expected_best(const ag_search *of, double *best, ag_arena *scratch, ag_error *err) {
    assert(of->n >= 1);
    const ag_mark mark = ag_arena_mark(scratch);
    double *x, *y;
    AG_TRY(in_order(of, &x, &y, scratch, err));
    int *count = AG_NEW_ARRAY(scratch, int, (size_t)of->n);
    if (!count) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d results", of->n);
    for (int i = 0; i < of->n; i++)
        count[i] = 1;
    for (int k = 1; k <= of->n; k++)
        best[k - 1] = best_of_k(&(ag_resampling){.n = of->n, .x = x, .y = y, .k = k}, count);
    ag_arena_release(scratch, mark);
    return AG_OK;
}

ag_status ag_expected_best_interval(const ag_search *of, int k, const ag_bootstrap *how,
                                    ag_arena *scratch, ag_bounds *out, ag_error *err) {
    assert(k >= 1 && k <= of->n);
    const ag_mark mark = ag_arena_mark(scratch);
    double *x, *y;
    AG_TRY(in_order(of, &x, &y, scratch, err));
    const ag_resampling resampling = {
        .value = best_of_k, .n = of->n, .n_strata = 1, .sizes = &of->n, .x = x, .y = y, .k = k};
    AG_TRY(ag_bootstrap_interval(&resampling, how, scratch, out, err));
    ag_arena_release(scratch, mark);
    return AG_OK;
}
