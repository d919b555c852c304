/* Convolution: kernels for each instruction set for float, plain loops for the double build.
 *
 *     y[e][o][r][c] = b[o] + sum over i, p, q of w[i][p][q][o]
 *                     x[e][i][r stride_rows + p - before_rows]
 *                            [c stride_columns + q - before_columns]      (outside of x: 0)
 *
 * The weights stay in the one order that initializers and tests know, [fan_in][units]
 * with fan_in = (input channel, kernel row, kernel column): what the kernels like
 * better is packed and unpacked inside. Activations lie as shape.h says.
 */
#ifndef AG_CONV_H
#define AG_CONV_H

#include "harness/base/arena.h"
#include "harness/base/status.h"
#include "harness/base/stop.h"
#include "harness/base/team.h"
#include "harness/num/real.h"
#include "harness/num/shape.h"

typedef struct ag_conv_geometry {
    ag_shape in, out;
    int in_block, out_block; /* of x and dx, of y and dy: 1, or ag_conv_block of their channels */
    int kernel_rows, kernel_columns;
    int stride_rows, stride_columns;
    int before_rows, before_columns; /* zeros in front of the first row, column; what is
                                        missing behind the last follows from `out` */
} ag_conv_geometry;

typedef struct ag_conv ag_conv;

/* Group of channels in which what convolutions read and write is best kept: all of
 * them. Channels last is what windows are read from in one piece, has no odd numbers of
 * channels, and is what layers around it like, too. */
static inline int ag_conv_block(int channels) { return channels; }

/* Ready for any number of examples up to rows_max. Keeps the instruction set that was
 * chosen when it was opened (isa.h). AG_NOMEM. */
ag_status ag_conv_open(const ag_conv_geometry *geometry, int rows_max, ag_arena *arena,
                       ag_conv **conv, ag_error *err);
/* Bytes that it takes. */
size_t ag_conv_bytes(const ag_conv_geometry *geometry, int rows_max);

/* A team that shares the passes to come: the same bits. NULL, as it is at first: nobody. Once *stop
 * is set (NULL: never), they are left before the next pictures, and nothing they made is to be
 * used. */
void ag_conv_share(ag_conv *conv, ag_team *team, const atomic_int *stop);

/* Each of these gives the same bits for the same numbers
 * and instruction set. y and dx of an example do not depend on what other examples are in
 * the batch: each number is one chain of sums in a fixed order. b NULL: no bias. w NULL:
 * w (and b) are those of the last call. */
void ag_conv_forward(ag_conv *conv, int rows, const ag_real *x, const ag_real *w, const ag_real *b,
                     ag_real *y);
/* dx from dy. w NULL: as above. */
void ag_conv_backward_data(ag_conv *conv, int rows, const ag_real *dy, const ag_real *w,
                           ag_real *dx);
/* dw [fan_in][units] and db [units] (NULL: not wanted), summed over the examples. */
void ag_conv_backward_weights(ag_conv *conv, int rows, const ag_real *x, const ag_real *dy,
                              ag_real *dw, ag_real *db);
/* The same over examples that come piece by piece: begin; add each; end. */
void ag_conv_weights_begin(ag_conv *conv);
void ag_conv_weights_add(ag_conv *conv, int rows, const ag_real *x, const ag_real *dy);
void ag_conv_weights_end(ag_conv *conv, ag_real *dw, ag_real *db);

#endif
