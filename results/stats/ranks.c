#include "results/stats/ranks.h"

#include <math.h>
#include <stdlib.h>

typedef struct item {
    double x;
    int i;
} item;

static int ascending(const void *a, const void *b) {
    const item *x = a, *y = b;
    return x->x != y->x ? (x->x > y->x) - (x->x < y->x) : x->i - y->i;
}

ag_status ag_ascending_order(int n, const double *x, int *order, ag_arena *scratch, ag_error *err) {
    if (n < 1) return AG_OK;
    const ag_mark mark = ag_arena_mark(scratch);
    item *items = AG_NEW_ARRAY(scratch, item, (size_t)n);
    if (!items) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to sort %d numbers", n);
    for (int i = 0; i < n; i++) {
        if (isnan(x[i]))
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "number %d of %d is NaN and has no rank",
                           i + 1, n);
        items[i] = (item){x[i], i};
    }
    qsort(items, (size_t)n, sizeof *items, ascending);
    for (int i = 0; i < n; i++)
        order[i] = items[i].i;
    ag_arena_release(scratch, mark);
    return AG_OK;
}

ag_status ag_doubled_ranks(int n, const double *x, int64_t *doubled, double *ties,
                           ag_arena *scratch, ag_error *err) {
    double sum = 0;
    const ag_mark mark = ag_arena_mark(scratch);
    int *order = AG_NEW_ARRAY(scratch, int, (size_t)n);
    if (n > 0 && !order)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to rank %d numbers", n);
    AG_TRY(ag_ascending_order(n, x, order, scratch, err));
    for (int from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && x[order[to]] == x[order[from]]; to++) {
        }
        const double t = to - from;
        sum += t * t * t - t;
        for (int i = from; i < to; i++)
            doubled[order[i]] = from + 1 + to;
    }
    if (ties) *ties = sum;
    ag_arena_release(scratch, mark);
    return AG_OK;
}
