/* What the files of convolution share: which pictures are read, and in what order. conv.c
 * computes y and dx, conv_gradient.c dw and db; conv_open.c decides how. */
#ifndef AG_CONV_PARTS_H
#define AG_CONV_PARTS_H

#include "harness/num/conv.h"
#include "harness/num/conv_private.h"
#include "harness/num/conv_windows.h"

/* Pictures as the kernels read them, channels last. Where windows see little outside, they
 * are the pictures themselves. Otherwise they are copied into a frame of zeros, some at a
 * time, so that they are read from a near cache. */
typedef struct ag_conv_frame {
    ag_shape shape; /* of the pictures */
    int block;      /* their order */
    int rows, columns, before_rows, before_columns;
    bool copied;
    int group; /* pictures at a time */
    float *at; /* [group][rows][columns][channels]; what is zero stays so */
} ag_conv_frame;

/* Places of y that see the same elements of the kernel, but for those outside: all of them
 * going forward. Going backward with stride s, every s-th row and column sees every s-th
 * element. */
typedef struct ag_conv_phase {
    ag_conv_windows rows, columns; /* on the frame */
    int first_row, first_column;   /* element of the kernel that comes first */
    ptrdiff_t y;                   /* where its first place is */
    float *w;                      /* [block][kernel row][kernel column][x's channel][u] */
} ag_conv_phase;

/* Forward, or backward to dx, which is a convolution, too: of dy, by the kernel turned
 * round. x is what is read, y what is written. */
typedef struct ag_conv_pass {
    ag_conv_frame x;
    int to_rows, to_columns, to_channels;
    int apart_rows, apart_columns; /* of a phase's places in y */
    int n_phases;
    ag_conv_phase *phases;
} ag_conv_pass;

struct ag_conv {
    ag_conv_geometry g;
    const ag_conv_kernels *kernels;
    ag_team *team;          /* NULL: nobody shares */
    const atomic_int *stop; /* NULL: never */
    ag_conv_pass forward, backward;
    float *bias;     /* [units, padded] */
    float *no_bias;  /* [input channels, padded]: zeros */
    float *gradient; /* [block][kernel row][kernel column][input channel][u]: dw, packed */
    float *sums;     /* [units, padded]: db */
    float *full;     /* dy with units padded to whole vectors, a group; NULL: they are whole */
    float *arranged; /* dx of a picture, channels last; NULL: that is how it lies */
};

enum {
    AG_CONV_NEAR = 32 << 10, /* bytes of pictures that are worked on together, with luck in L1 */
    AG_CONV_FAR = 256 << 10, /* ... where the weights fill L2: each group reads them all again */
    AG_CONV_SHORT = 6        /* tiles along a shorter axis have too few sums */
};

static inline int ag_conv_least(int a, int b) { return a < b ? a : b; }
static inline int ag_conv_most(int a, int b) { return a > b ? a : b; }
static inline int ag_conv_parts(int n, int size) { return (n + size - 1) / size; }

/* Channels from `first` on. */
typedef struct ag_conv_channels {
    int first, vectors, units, width; /* width: units, padded to whole vectors */
} ag_conv_channels;

static inline int ag_conv_channels_most(const ag_conv *conv) {
    return AG_CONV_VECTORS * conv->kernels->lanes;
}

static inline ag_conv_channels ag_conv_channels_at(const ag_conv *conv, int channels, int first) {
    const int units = ag_conv_least(channels - first, ag_conv_channels_most(conv));
    const int lanes = conv->kernels->lanes, vectors = ag_conv_parts(units, lanes);
    return (ag_conv_channels){first, vectors, units, vectors * lanes};
}

static inline int ag_conv_padded(const ag_conv *conv, int channels) {
    return ag_conv_parts(channels, conv->kernels->lanes) * conv->kernels->lanes;
}

static inline size_t ag_conv_weights_size(const ag_conv *conv) {
    const ag_conv_geometry *g = &conv->g;
    return (size_t)g->in.channels * (size_t)g->kernel_rows * (size_t)g->kernel_columns *
           (size_t)ag_conv_padded(conv, g->out.channels);
}

static inline size_t ag_conv_frame_row(const ag_conv_frame *f) {
    return (size_t)f->columns * (size_t)f->shape.channels;
}

static inline size_t ag_conv_frame_size(const ag_conv_frame *f) {
    return (size_t)f->rows * ag_conv_frame_row(f);
}

/* Whether to share a pass over so many pictures, which is at least some 10 us. */
static inline bool ag_conv_shared(const ag_conv *conv, int rows) {
    const double operations = 2.0 * (double)ag_conv_weights_size(conv) *
                              (double)ag_shape_area(conv->g.out) * (double)rows;
    return ag_team_members(conv->team) > 1 && operations > 2e6;
}

/* The first `n` pictures of x, as kernels read them. */
const float *ag_conv_show(const ag_conv_frame *f, const float *x, int n);

/* Tiles of sums lie along the first axis, and are low where it is short. */
void ag_conv_sort_axes(ag_conv_axis axis[AG_CONV_AXES]);

#endif
