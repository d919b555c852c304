/* Convolution: oneDNN's primitives for float, plain loops for the double build.
 *
 *     y[e][o][r][c] = b[o] + sum over i, p, q of
 *                     x[e][i][r stride_rows + p - before_rows][c stride_columns + q -
 * before_columns] w[i][p][q][o]                          (outside of x: 0)
 *
 * The weights stay in the one order that initializers and tests know, [fan_in][units]
 * with fan_in = (input channel, kernel row, kernel column): what the library likes
 * better is packed and unpacked inside. Activations lie as shape.h says, x in groups of
 * in_block channels, y and dy in groups of out_block.
 */
#ifndef AG_CONV_H
#define AG_CONV_H

#include "harness/base/arena.h"
#include "harness/base/status.h"
#include "harness/num/real.h"
#include "harness/num/shape.h"

typedef struct ag_conv_geometry {
    ag_shape in, out;
    int in_block, out_block;
    int kernel_rows, kernel_columns;
    int stride_rows, stride_columns;
    int before_rows, before_columns; /* zeros in front of the first row, column; what is
                                        missing behind the last follows from `out` */
} ag_conv_geometry;

typedef struct ag_conv ag_conv;

/* Group of channels in which outputs of this many channels are best kept on this
 * machine: 16 or 8 if that divides them, else all. */
int ag_conv_block(int channels);

/* Ready for any number of examples up to rows_max; closed with the arena. Primitives
 * are made at the first use of a number of rows and kept. AG_NOMEM. */
ag_status ag_conv_open(const ag_conv_geometry *geometry, int rows_max, ag_arena *arena,
                       ag_conv **conv, ag_error *err);

/* Each of these computes with one thread and gives the same bits for the same numbers
 * on the same machine; an example's y does not depend on what other examples are in the
 * batch. b NULL: no bias. Out of memory ends the program: exit code 3, as ag_gemm. */
void ag_conv_forward(ag_conv *conv, int rows, const ag_real *x, const ag_real *w, const ag_real *b,
                     ag_real *y);
/* dx from dy. */
void ag_conv_backward_data(ag_conv *conv, int rows, const ag_real *dy, const ag_real *w,
                           ag_real *dx);
/* dw [fan_in][units] and db [units] (NULL: not wanted), summed over the examples. */
void ag_conv_backward_weights(ag_conv *conv, int rows, const ag_real *x, const ag_real *dy,
                              ag_real *dw, ag_real *db);

/* Name of the library's kernel behind one of the three (0 forward, 1 data, 2 weights), for
 * `doctor`, tests and traps such as a silent fall back to a reference loop. */
const char *ag_conv_kernel(ag_conv *conv, int rows, int which);

#endif
