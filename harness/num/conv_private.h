/* Between conv.c, which knows pictures, and the kernels, each compiled for an instruction
 * set. A kernel sees numbers at even distances; `block` is two vectors of channels. */
#ifndef AG_CONV_PRIVATE_H
#define AG_CONV_PRIVATE_H

#include "harness/num/real.h"

#include <stddef.h>

enum { AG_CONV_AXES = 3, AG_CONV_VECTORS = 2 };

/* n places, and how far it is from one to the next, in numbers of x and of y. */
typedef struct ag_conv_axis {
    int n;
    ptrdiff_t x, y;
} ag_conv_axis;

/* y[place][u] = bias[u] + sum over p, k of x[begin + place + p x_row + k] w[p][k][u]
 *
 * for all places of three axes, the first of them the innermost and better not a short
 * one, and for `units` channels of a block of `vectors` vectors. w and bias are padded to
 * whole vectors. Each y is one chain of sums, over p and in it over k.
 *
 * Where the window of the first place of the first axis begins outside of the picture, and
 * that of the last one ends there, some k are left out: `lost_first` at the beginning of the
 * one, `lost_last` at the end of the other. Nothing is read there, so pictures need no zeros
 * around them and are not copied. */
typedef struct ag_conv_run {
    const float *x, *w, *bias;
    float *y;
    ptrdiff_t begin; /* of the first window, from x on; below 0: in front of it */
    ptrdiff_t x_row;
    int rows, depth; /* of the kernel: p, k */
    int lost_first, lost_last;
    int vectors, units;
    ag_conv_axis axis[AG_CONV_AXES];
} ag_conv_run;

/* dw[k][u] += sum over all places of x[place + k] dy[place][u], for `depth` k and a block
 * of `vectors` vectors. */
typedef struct ag_conv_gathering {
    const float *x, *dy;
    float *dw;
    int depth, vectors;
    ag_conv_axis axis[AG_CONV_AXES];
} ag_conv_gathering;

typedef struct ag_conv_kernels {
    const char *name;
    int lanes; /* floats in a vector */
    void (*correlate)(const ag_conv_run *run);
    void (*gather)(const ag_conv_gathering *gathering);
} ag_conv_kernels;

extern const ag_conv_kernels ag_conv_v4;   /* x86-64-v4: AVX-512 */
extern const ag_conv_kernels ag_conv_v3;   /* x86-64-v3: AVX2 and fused multiply-add */
extern const ag_conv_kernels ag_conv_base; /* what every processor of the build has */

#endif
