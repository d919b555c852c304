#include "harness/cli/growth.h"

#include <math.h>
#include <stdlib.h>

enum { PLACES_MAX = 256 };

static bool speaks(double x) { return isfinite(x) && x > 0; }

/* Places and logarithms of what speaks. */
typedef struct points {
    int n;
    double at[PLACES_MAX], log[PLACES_MAX];
} points;

static void collect(const double *x, int n, points *p) {
    p->n = 0;
    for (int i = n < PLACES_MAX ? 0 : n - PLACES_MAX; i < n; i++)
        if (speaks(x[i])) {
            p->at[p->n] = i;
            p->log[p->n++] = log(x[i]);
        }
}

/* Sum of squared distances from the best line that is level until point k and rises behind it:
 * a + b max(0, at - at_k). */
static double misfit(const points *p, int k) {
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
    for (int i = 0; i < p->n; i++) {
        mean_x += fmax(0, p->at[i] - p->at[k]) / p->n;
        mean_y += p->log[i] / p->n;
    }
    for (int i = 0; i < p->n; i++) {
        const double dx = fmax(0, p->at[i] - p->at[k]) - mean_x, dy = p->log[i] - mean_y;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    return xx > 0 ? yy - xy * xy / xx : yy;
}

/* One step that is half of all growth, in logarithms, and hardly anything before or behind it. */
static void cut_to_jump(const points *p, int *from, int *to) {
    enum { LONG = 4 };
    int jump = *from;
    for (int k = *from; k < *to; k++)
        if (p->log[k + 1] - p->log[k] > p->log[jump + 1] - p->log[jump]) jump = k;
    if (p->log[jump + 1] - p->log[jump] < (p->log[*to] - p->log[*from]) / 2) return;
    if (jump - *from >= LONG) *from = jump;
    if (*to - jump - 1 >= LONG) *to = jump + 1;
}

bool ag_growth_of(const double *x, int n, ag_growth *growth) {
    points p;
    collect(x, n, &p);
    if (p.n < 2) return false;
    int bend = 0;
    double least = misfit(&p, 0);
    for (int k = 1; k + 1 < p.n; k++) {
        const double here = misfit(&p, k);
        if (here < least) least = here, bend = k;
    }
    /* from the lowest point behind the bend: what rises begins there */
    for (int k = bend + 1; k + 1 < p.n; k++)
        if (p.log[k] < p.log[bend]) bend = k;
    /* what becomes ten times as large in one step is not level */
    while (bend > 0 && p.log[bend] - p.log[bend - 1] >= log(10))
        bend--;
    int end = p.n - 1;
    cut_to_jump(&p, &bend, &end);
    const int from = (int)p.at[bend], to = (int)p.at[end];
    *growth = (ag_growth){.from = from,
                          .to = to,
                          .low = x[from],
                          .high = x[to],
                          .per_step = exp((p.log[end] - p.log[bend]) / (to - from)),
                          .tenfold = -1};
    for (int i = to; i > from; i--)
        if (speaks(x[i]) && x[i] >= 10 * x[from]) growth->tenfold = i;
    return growth->high > growth->low;
}

bool ag_growth_before(const ag_growth *a, const ag_growth *b) {
    if ((a->tenfold < 0) != (b->tenfold < 0)) return b->tenfold < 0;
    if (a->tenfold != b->tenfold) return a->tenfold < b->tenfold;
    return a->per_step > b->per_step;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int ag_growth_jump(const double *x, int n, double times, double *median) {
    double sorted[PLACES_MAX];
    int seen = 0;
    for (int i = 0; i < n && seen < PLACES_MAX; i++) {
        if (!speaks(x[i])) continue;
        if (seen >= 3) {
            qsort(sorted, (size_t)seen, sizeof *sorted, ascending);
            *median = seen % 2 ? sorted[seen / 2] : (sorted[seen / 2 - 1] + sorted[seen / 2]) / 2;
            if (x[i] >= times * *median) return i;
        }
        sorted[seen++] = x[i];
    }
    return -1;
}
