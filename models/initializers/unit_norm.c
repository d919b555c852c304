/* Unit norm: normal numbers, then the incoming weights of every unit are scaled to
 * length 1, so that no unit starts louder than another. */
#include "models/core/fill.h"

#include <math.h>

/* The squares of the fan_in weights of a unit add to 1. */
static double variance(const ag_weights_request *r) { return 1.0 / r->fan_in; }

enum { BLOCK = 64 }; /* units at a time: their sums stay in registers and in the cache */

static void scale_block(const ag_weights_request *r, ag_real *w, int first, int n) {
    double sum[BLOCK] = {0};
    for (int i = 0; i < r->fan_in; i++) {
        const ag_real *row = w + (size_t)i * (size_t)r->units + first;
        for (int u = 0; u < n; u++)
            sum[u] += (double)row[u] * (double)row[u];
    }
    for (int i = 0; i < r->fan_in; i++) {
        ag_real *row = w + (size_t)i * (size_t)r->units + first;
        for (int u = 0; u < n; u++)
            row[u] = (ag_real)((double)row[u] / sqrt(sum[u]));
    }
}

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)b;
    ag_fill_normal(r, random, 1.0, w);
    for (int first = 0; first < r->units; first += BLOCK)
        scale_block(r, w, first, r->units - first < BLOCK ? r->units - first : BLOCK);
}

const ag_initializer ag_init_unit_norm = {
    .about = {.name = "unit_norm",
              .formula = "normal, incoming weights of each unit scaled to length 1",
              .paper = "D. Hendrycks, K. Gimpel, 2016, arXiv:1606.08415 (their mnist_fcn.py)"},
    .variance = variance,
    .fill = fill,
};
