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

/* Exponentials at a time; the outputs of ten classes, filled up to LANES, are one vector
 * operation where vectors are wide enough. */
enum { LANES = 16, BLOCK = 64 };

/* One row: its exponentials, summed apart from the label's. p - 1 is -rest / s and
 * log s, where the label is the largest, log(1 + rest): neither cancels when the
 * net is sure. */
typedef struct row_sums {
    ag_real m;    /* the largest output */
    double label; /* exp(z_label - m) */
    double rest;  /* the sum of all others */
} row_sums;

/* `power` [n] receives the exponentials; NULL: not wanted. */
static row_sums sum_row(int n, const ag_real *z, int y, ag_real *power) {
    row_sums sums = {.m = ag_largest((size_t)n, z)};
    ag_real block[BLOCK];
    for (int first = 0; first < n; first += BLOCK) {
        const int count = n - first < BLOCK ? n - first : BLOCK;
        const int filled = (count + LANES - 1) / LANES * LANES;
        for (int u = 0; u < filled; u++)
            block[u] = u < count ? z[first + u] - sums.m : 0;
        ag_exponentials((size_t)filled, block);
        for (int u = 0; u < count; u++) {
            if (first + u == y)
                sums.label = (double)block[u];
            else
                sums.rest += (double)block[u];
            if (power) power[first + u] = block[u];
        }
    }
    return sums;
}

static double row_loss(double smoothing, int n, const ag_real *z, int y, const row_sums *sums) {
    /* In double: the difference of two finite floats may be no finite float. */
    const double m = (double)sums->m, log_s = log(sums->label + sums->rest);
    const double loss = z[y] == sums->m ? log1p(sums->rest) : log_s + (m - (double)z[y]);
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
    const int n = b->units;
    double loss = 0.0;
    for (int e = 0; e < b->rows; e++) {
        const size_t row = (size_t)e * (size_t)n;
        const ag_real *z = b->z + row;
        ag_real *dz = b->dz ? b->dz + row : NULL;
        const row_sums sums = sum_row(n, z, b->label[e], dz);
        loss += row_loss(smoothing, n, z, b->label[e], &sums);
        if (dz) row_gradient(smoothing, b->scale, n, b->label[e], &sums, dz);
        *correct += ag_argmax_is(n, z, b->label[e]);
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
