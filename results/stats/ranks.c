#include "results/stats/ranks.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

typedef struct item {
    double x;
    int i;
} item;

static int ascending(const void *a, const void *b) {
    const double x = ((const item *)a)->x, y = ((const item *)b)->x;
    return (x > y) - (x < y);
}

ag_status ag_doubled_ranks(int n, const double *x, int64_t *doubled, double *ties,
                           ag_arena *scratch, ag_error *err) {
    const ag_mark mark = ag_arena_mark(scratch);
    item *items = AG_NEW_ARRAY(scratch, item, (size_t)n);
    if (!items) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to rank %d numbers", n);
    for (int i = 0; i < n; i++) {
        assert(!isnan(x[i]));
        items[i] = (item){x[i], i};
    }
    if (n > 1) qsort(items, (size_t)n, sizeof *items, ascending);
    double sum = 0;
    for (int from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && items[to].x == items[from].x; to++) {
        }
        const double t = to - from;
        sum += t * t * t - t;
        for (int i = from; i < to; i++)
            doubled[items[i].i] = from + 1 + to;
    }
    if (ties) *ties = sum;
    ag_arena_release(scratch, mark);
    return AG_OK;
}
