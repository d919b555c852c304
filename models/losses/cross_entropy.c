/* Softmax with cross-entropy, by log-sum-exp.
 *
 *     m = max z,   s = sum_u exp(z_u - m), between 1 and the number of units
 *     Loss       = log(sum_u exp z_u) - z_label = log s - (z_label - m)
 *     dLoss/dz_u = exp(z_u - m) / s - [u = label]
 *
 * With label smoothing: (1 - smoothing) Loss + smoothing mean_u -log softmax(z)_u.
 */
#include "harness/num/vector.h"
#include "models/core/smoothing.h"
#include "models/loss.h"

#include <math.h>

static int units(ag_task task, int n_classes, int n_targets) {
    (void)n_targets;
    return task == AG_TASK_CLASSES ? n_classes : 0;
}

/* LANES rows at a time, unit by unit, a row in each lane of a vector: with ten classes a
 * row alone is no work for vectors, and its sums wait for each other. 21 ns a row where row
 * by row was 37. */
enum { LANES = 16, CHUNK = 64 }; /* CHUNK: units of a row that are at hand together */

typedef struct some_rows {
    const ag_loss_batch *batch;
    int first, n; /* rows first .. first + n - 1; lanes behind them repeat the first */
    int32_t y[LANES];
    ag_real m[LANES];   /* the largest output ... */
    int32_t at[LANES];  /* ... and its unit; of equal ones the first */
    int32_t nan[LANES]; /* not 0: there is one among the outputs */
    ag_real z_label[LANES];
    /* Exponentials, summed apart from the label's. p - 1 is -rest / s and log s, where
     * the label is the largest, log(1 + rest): neither cancels when the net is sure. */
    ag_real label[LANES];
    double rest[LANES];
    double below[LANES]; /* sum of m - z; for smoothing only */
    ag_real part[CHUNK][LANES];
} some_rows;

/* Units `unit` .. unit + count - 1 of the rows from an array like z, turned; and back. */
AG_INLINE void take(some_rows *s, const ag_real *from, int unit, int count) {
    const size_t n = (size_t)s->batch->units;
    for (int r = 0; r < LANES; r++) {
        const ag_real *row = from + (size_t)(s->first + (r < s->n ? r : 0)) * n + unit;
        for (int u = 0; u < count; u++)
            s->part[u][r] = row[u];
    }
}

AG_INLINE void put(const some_rows *s, ag_real *to, int unit, int count) {
    const size_t n = (size_t)s->batch->units;
    for (int r = 0; r < s->n; r++) {
        ag_real *row = to + (size_t)(s->first + r) * n + unit;
        for (int u = 0; u < count; u++)
            row[u] = s->part[u][r];
    }
}

AG_INLINE void find_largest(some_rows *s, int unit, int count) {
    for (int u = 0; u < count; u++)
        for (int r = 0; r < LANES; r++) {
            const ag_real z = s->part[u][r];
            s->at[r] = z > s->m[r] ? unit + u : s->at[r];
            s->m[r] = z > s->m[r] ? z : s->m[r]; /* a NaN comes back in the sum */
            s->nan[r] |= z != z;
            s->z_label[r] = unit + u == s->y[r] ? z : s->z_label[r];
        }
}

AG_INLINE void sum_exponentials(some_rows *s, int unit, int count) {
    for (int u = 0; u < count; u++)
        for (int r = 0; r < LANES; r++) {
            const ag_real x = s->part[u][r] - s->m[r];
#ifdef AG_DOUBLE
            const ag_real power = exp(x);
#else
            const ag_real power = ag_vector_exp(x);
#endif
            const bool is_label = unit + u == s->y[r];
            s->part[u][r] = power;
            s->label[r] = is_label ? power : s->label[r];
            s->rest[r] += (double)(is_label ? 0 : power);
        }
}

AG_INLINE void sum_below(some_rows *s, int count) {
    for (int u = 0; u < count; u++)
        for (int r = 0; r < LANES; r++) /* in double: no float may hold the difference */
            s->below[r] += (double)s->m[r] - (double)s->part[u][r];
}

/* From the exponentials. */
AG_INLINE void differentiate(some_rows *s, double smoothing, int unit, int count) {
    const double scale = s->batch->scale, each = scale * smoothing / s->batch->units;
    double over_s[LANES];
    ag_real of_label[LANES];
    for (int r = 0; r < LANES; r++) {
        over_s[r] = scale / ((double)s->label[r] + s->rest[r]);
        of_label[r] = (ag_real)(scale * smoothing - each - s->rest[r] * over_s[r]);
    }
    for (int u = 0; u < count; u++)
        for (int r = 0; r < LANES; r++) {
            const ag_real other = (ag_real)((double)s->part[u][r] * over_s[r] - each);
            s->part[u][r] = unit + u == s->y[r] ? of_label[r] : other;
        }
}

/* All of the above for the rows of *s; a long row goes through `part` chunk by chunk. */
AG_VECTORIZED(static, look_at, (some_rows * s, double smoothing), (s, smoothing)) {
    const ag_loss_batch *b = s->batch;
    const int n = b->units, chunk = n < CHUNK ? n : CHUNK;
    for (int u = 0; u < n; u += chunk) {
        take(s, b->z, u, n - u < chunk ? n - u : chunk);
        find_largest(s, u, n - u < chunk ? n - u : chunk);
    }
    for (int u = 0; u < n; u += chunk) {
        const int count = n - u < chunk ? n - u : chunk;
        if (n > chunk) take(s, b->z, u, count);
        if (smoothing != 0.0) sum_below(s, count);
        sum_exponentials(s, u, count);
        if (n > chunk && b->dz) put(s, b->dz, u, count);
    }
    for (int u = 0; b->dz && u < n; u += chunk) {
        const int count = n - u < chunk ? n - u : chunk;
        if (n > chunk) take(s, b->dz, u, count);
        differentiate(s, smoothing, u, count);
        put(s, b->dz, u, count);
    }
}

/* A sum of log(1 + x), x > 0, with one logarithm: product - 1 of all (1 + x), which does
 * not cancel because nothing in it is negative. LANES of them side by side. */
typedef struct log_sum {
    double product[LANES];
} log_sum;

static double take_log(log_sum *sum) {
    double all = 0.0;
    for (int r = 0; r < LANES; r++) {
        all += sum->product[r] + all * sum->product[r];
        sum->product[r] = 0.0;
    }
    return log1p(all);
}

/* Adds the losses of the rows, but for what goes into logs. */
static double add_losses(const some_rows *s, double smoothing, log_sum *logs) {
    double loss = 0.0, most = 0.0;
    for (int r = 0; r < s->n; r++) {
        const double over = (double)s->m[r] - (double)s->z_label[r];
        const double x =
            s->m[r] == s->z_label[r] ? s->rest[r] : (double)s->label[r] + s->rest[r] - 1;
        logs->product[r] += x + logs->product[r] * x;
        most = logs->product[r] > most ? logs->product[r] : most;
        loss += smoothing == 0.0
                    ? over
                    : (1.0 - smoothing) * over + smoothing * s->below[r] / s->batch->units;
    }
    /* far below the 1e308 that LANES such products might reach together */
    return most > 1e8 ? loss + take_log(logs) : loss;
}

static double evaluate(const double *param, const ag_loss_batch *b, long *correct) {
    log_sum logs = {{0}};
    double loss = 0.0;
    for (int e = 0; e < b->rows; e += LANES) {
        some_rows s;
        s.batch = b, s.first = e;
        s.n = b->rows - e < LANES ? b->rows - e : LANES;
        for (int r = 0; r < LANES; r++) {
            s.y[r] = b->label[e + (r < s.n ? r : 0)];
            s.m[r] = -(ag_real)INFINITY;
            s.at[r] = s.nan[r] = 0;
            s.rest[r] = s.below[r] = 0.0;
        }
        look_at(&s, param[AG_SMOOTHING]);
        loss += add_losses(&s, param[AG_SMOOTHING], &logs);
        for (int r = 0; r < s.n; r++)
            *correct += s.at[r] == s.y[r] && !s.nan[r];
    }
    return loss + take_log(&logs);
}

static const ag_param params[] = {AG_SMOOTHING_PARAM};

const ag_loss ag_loss_cross_entropy = {
    .about = {.name = "cross_entropy",
              .formula = "-log softmax(z)[label], mean over examples",
              .paper = "J. Bridle, 1990, NIPS 2:211; torch.nn.CrossEntropyLoss",
              .params = params,
              .n_params = AG_COUNT(params)},
    .contains = "softmax",
    .units = units,
    .evaluate = evaluate,
};
