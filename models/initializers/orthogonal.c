/* Orthogonal: a random rotation, uniform over all of them (Haar), times a gain. A
 * layer that is not square gets orthonormal columns (fan_in >= units) or rows.
 *
 * Gram-Schmidt on a normal matrix is its QR factorization with a positive diagonal
 * of R, which is the condition for Q to be uniform (Mezzadri 2007,
 * arXiv:math-ph/0609050): no signs are left to correct. Twice, because once loses
 * as many digits as the matrix has condition (Giraud, Langou, Rozloznik 2005).
 * In place with sums in double: what is left is the grain of ag_real. */
#include "harness/num/norms.h"
#include "models/core/fill.h"

#include <math.h>

static const ag_param params[] = {
    {.name = "gain",
     .kind = AG_PARAM_REAL,
     .standard = 1,
     .min = 0,
     .max = 1e6,
     .meaning = "singular value of the matrix; sqrt 2 suits ReLU"},
};

/* Orthonormal rows or columns: gain^2 min(fan_in, units) is spread over all weights. */
static double variance(const ag_weights_request *r) {
    return r->param[0] * r->param[0] / (r->fan_in > r->units ? r->fan_in : r->units);
}

AG_VECTORIZED(static, add_scaled,
              (size_t n, double factor, const ag_real *restrict x, ag_real *restrict y),
              (n, factor, x, y)) {
    for (size_t i = 0; i < n; i++)
        y[i] = (ag_real)((double)y[i] + factor * (double)x[i]);
}

/* w[m][n], m <= n: rows made orthonormal, first to last. */
static void orthonormal_rows(size_t m, size_t n, const atomic_int *stop, ag_real *w) {
    for (size_t k = 0; k < m && !ag_is_stopped(stop); k++) {
        ag_real *row = w + k * n;
        const double length = sqrt(ag_sum_products(n, row, row));
        for (size_t i = 0; i < n; i++)
            row[i] = (ag_real)((double)row[i] / length);
        for (size_t j = k + 1; j < m; j++)
            add_scaled(n, -ag_sum_products(n, row, w + j * n), row, w + j * n);
    }
}

enum { BLOCK = 128 }; /* columns at a time: their sums stay in the first cache */

/* Takes the direction of column k out of columns first .. first + n - 1 of w[m][units]. */
AG_VECTORIZED(static, project_out,
              (size_t m, size_t units, size_t k, size_t first, size_t n, ag_real *w),
              (m, units, k, first, n, w)) {
    double sum[BLOCK] = {0};
    for (size_t i = 0; i < m; i++) {
        const double x = (double)w[i * units + k];
        const ag_real *row = w + i * units + first;
        for (size_t j = 0; j < n; j++)
            sum[j] += x * (double)row[j];
    }
    for (size_t i = 0; i < m; i++) {
        const double x = (double)w[i * units + k];
        ag_real *row = w + i * units + first;
        for (size_t j = 0; j < n; j++)
            row[j] = (ag_real)((double)row[j] - x * sum[j]);
    }
}

/* w[m][n], m > n: columns made orthonormal, first to last. */
static void orthonormal_columns(size_t m, size_t n, const atomic_int *stop, ag_real *w) {
    for (size_t k = 0; k < n && !ag_is_stopped(stop); k++) {
        double sum = 0.0;
        for (size_t i = 0; i < m; i++)
            sum += (double)w[i * n + k] * (double)w[i * n + k];
        for (size_t i = 0; i < m; i++)
            w[i * n + k] = (ag_real)((double)w[i * n + k] / sqrt(sum));
        for (size_t first = k + 1; first < n; first += BLOCK)
            project_out(m, n, k, first, n - first < BLOCK ? n - first : BLOCK, w);
    }
}

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)b;
    const size_t m = (size_t)r->fan_in, n = (size_t)r->units;
    ag_fill_normal(r, random, 1.0, w);
    for (int pass = 0; pass < 2; pass++) {
        if (m <= n)
            orthonormal_rows(m, n, r->stop, w);
        else
            orthonormal_columns(m, n, r->stop, w);
    }
    for (size_t i = 0; i < m * n; i++)
        w[i] = (ag_real)(r->param[0] * (double)w[i]);
}

const ag_initializer ag_init_orthogonal = {
    .about = {.name = "orthogonal",
              .formula = "gain Q, Q'Q = 1 or QQ' = 1, uniform over rotations",
              .paper = "A. Saxe, J. McClelland, S. Ganguli, 2013, arXiv:1312.6120",
              .params = params,
              .n_params = AG_COUNT(params)},
    .variance = variance,
    .fill = fill,
};
