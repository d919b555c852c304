#include "harness/num/singular.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <math.h>

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

size_t ag_singular_room(size_t rows, size_t columns) {
    const size_t n = smaller(rows, columns);
    return rows * columns + n * n + 3 * n; /* w, the product, eigenvalues and two diagonals */
}

double ag_singular_flops(size_t rows, size_t columns) {
    const double n = (double)smaller(rows, columns);
    return n * (double)rows * (double)columns + 4 * n * n * n / 3;
}

double ag_singular_mean(size_t rows, size_t columns, const ag_real *w, double *room) {
    const size_t n = smaller(rows, columns), all = rows * columns;
    double *product = room + all, *eigenvalues = product + n * n;
    for (size_t i = 0; i < all; i++)
        room[i] = (double)w[i];
    const gsl_matrix_view matrix = gsl_matrix_view_array(room, rows, columns);
    gsl_matrix_view square = gsl_matrix_view_array(product, n, n);
    gsl_vector_view values = gsl_vector_view_array(eigenvalues, n);
    gsl_eigen_symm_workspace work = {.size = n, .d = eigenvalues + n, .sd = eigenvalues + 2 * n};
    gsl_blas_dsyrk(CblasLower, rows <= columns ? CblasNoTrans : CblasTrans, 1, &matrix.matrix, 0,
                   &square.matrix);
    gsl_eigen_symm(&square.matrix, &values.vector, &work);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        if (eigenvalues[i] > 0) sum += sqrt(eigenvalues[i]); /* rounding makes some negative */
    return sum / (double)n;
}
