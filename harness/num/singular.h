/* Singular values of a matrix, from the eigenvalues of the smaller of W W' and W' W, in double. */
#ifndef AG_SINGULAR_H
#define AG_SINGULAR_H

#include "harness/num/real.h"

#include <stddef.h>

/* Numbers of room that the mean of a matrix of this size takes. */
size_t ag_singular_room(size_t rows, size_t columns);

/* Floating-point operations, about. They take 20 times as long as those of a product: measured. */
double ag_singular_flops(size_t rows, size_t columns);

/* The mean of the min(rows, columns) singular values of w [rows][columns]: its nuclear norm over
 * their number. Squares lose digits: of a value s of a matrix whose largest is S an error of about
 * 1e-16 S^2 / s, 1e-8 S at most. All w finite; neither size 0. The same bits at every
 * instruction-set level. room [ag_singular_room(rows, columns)]. */
double ag_singular_mean(size_t rows, size_t columns, const ag_real *w, double *room);

#endif
