/* Softmax with cross-entropy, by log-sum-exp.
 *
 *     m = max z,   s = sum_u exp(z_u - m), between 1 and the number of units
 *     Loss       = log(sum_u exp z_u) - z_label = log s - (z_label - m)
 *     dLoss/dz_u = exp(z_u - m) / s - [u = label]
 *
 * With label smoothing: (1 - smoothing) Loss + smoothing mean_u -log softmax(z)_u.
 */
#include "models/core/argmax.h"
#include "models/core/exponentials.h"
#include "models/core/smoothing.h"
#include "models/loss.h"

#include <math.h>

static int units(ag_task task, int n_classes, int n_targets) {
    (void)n_targets;
    return task == AG_TASK_CLASSES ? n_classes : 0;
}

/* Exponentials at a time: of several rows, or a part of a long one. A function that works
 * on vectors has little to do with ten classes alone. */
enum { BLOCK = 1024 };

/* One row: its exponentials, summed apart from the label's. p - 1 is -rest / s and
 * log s, where the label is the largest, log(1 + rest): neither cancels when the
 * net is sure. */
typedef struct row_sums {
    ag_real m;    /* the largest output */
    double label; /* exp(z_label - m) */
    double rest;  /* the sum of all others */
} row_sums;

/* Takes the exponentials of outputs first .. first + count - 1 into the sums of a row. */
static void add_to_row(row_sums *sums, int first, int count, const ag_real *power, int y) {
    double rest = 0.0;
    for (int u = 0; u < count; u++)
        rest += first + u == y ? 0.0 : (double)power[u];
    sums->rest += rest;
    if (y >= first && y < first + count) sums->label = (double)power[y - first];
}

/* The sums of `rows` rows from row e on; their exponentials into dz, unless it is NULL. */
static void sum_rows(const ag_loss_batch *b, int e, int rows, row_sums *sums) {
    const int n = b->units, width = n < BLOCK ? n : BLOCK;
    ag_real power[BLOCK];
    for (int r = 0; r < rows; r++)
        sums[r] = (row_sums){.m = ag_largest((size_t)n, b->z + (size_t)(e + r) * (size_t)n)};
    for (int first = 0; first < n; first += width) {
        const int count = n - first < width ? n - first : width;
        for (int r = 0; r < rows; r++) {
            const ag_real *z = b->z + (size_t)(e + r) * (size_t)n + first;
            for (int u = 0; u < count; u++)
                power[r * count + u] = z[u] - sums[r].m;
        }
        ag_exponentials((size_t)(rows * count), power);
        for (int r = 0; r < rows; r++) {
            add_to_row(&sums[r], first, count, power + r * count, b->label[e + r]);
            for (int u = 0; b->dz && u < count; u++)
                b->dz[(size_t)(e + r) * (size_t)n + (size_t)(first + u)] = power[r * count + u];
        }
    }
}

static double row_loss(double smoothing, int n, const ag_real *z, int y, const row_sums *sums) {
    /* In double: the difference of two finite floats may be no finite float. */
    const double m = (double)sums->m;
    const bool largest = z[y] == sums->m;
    if (smoothing == 0.0 && largest) return log1p(sums->rest);
    const double log_s = log(sums->label + sums->rest);
    const double loss = largest ? log1p(sums->rest) : log_s + (m - (double)z[y]);
    if (smoothing == 0.0) return loss;
    double below = 0.0; /* the largest, summed over the units */
    for (int u = 0; u < n; u++)
        below += m - (double)z[u];
    return (1.0 - smoothing) * loss + smoothing * (log_s + below / n);
}

/* dz holds the exponentials. */
static void row_gradient(double smoothing, double scale, int n, int y, const row_sums *sums,
                         ag_real *dz) {
    const double over_s = scale / (sums->label + sums->rest), each = scale * smoothing / n;
    for (int u = 0; u < n; u++)
        dz[u] = (ag_real)((double)dz[u] * over_s - each);
    dz[y] = (ag_real)(scale * smoothing - each - sums->rest * over_s);
}

static double evaluate(const double *param, const ag_loss_batch *b, long *correct) {
    const double smoothing = param[AG_SMOOTHING];
    const int n = b->units, at_once = n < BLOCK ? BLOCK / n : 1;
    row_sums sums[BLOCK];
    double loss = 0.0;
    for (int e = 0; e < b->rows; e += at_once) {
        const int rows = b->rows - e < at_once ? b->rows - e : at_once;
        sum_rows(b, e, rows, sums);
        for (int r = 0; r < rows; r++) {
            const size_t row = (size_t)(e + r) * (size_t)n;
            const int y = b->label[e + r];
            loss += row_loss(smoothing, n, b->z + row, y, &sums[r]);
            if (b->dz) row_gradient(smoothing, b->scale, n, y, &sums[r], b->dz + row);
            *correct += ag_argmax_is(n, b->z + row, y);
        }
    }
    return loss;
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
