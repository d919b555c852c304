/* The convolution kernels of one instruction set: a file conv_*.c sets the macros below
 * and includes this one. Compiled with -ffp-contract=fast, so that a product and a sum
 * are one fused operation where the processor has it.
 *
 *     LANES      floats in a vector
 *     HEIGHT     rows of the largest tile two vectors wide: its sums, two vectors and one
 *                number for all lanes fit into the registers
 *     TILES      HEIGHT as a list: X(1) X(2) ... X(HEIGHT)
 *     KERNELS    name of the table that is made
 *
 * No matrix of windows is made (im2col): that would be nine times the picture for a kernel
 * of 3 x 3. A tile of sums stays in registers while k runs. Measured in the first level of
 * cache (EPYC, AVX-512, gcc 12): tiles of 14 x 2 to 6 x 2 vectors 254 to 260 GF/s of 260,
 * tiles of one vector 231 to 237, as they load as often as they multiply.
 */
#include "harness/num/conv_private.h"

#ifndef AG_DOUBLE

#include <stdbool.h>
#include <string.h>

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

enum { VECTORS = AG_CONV_VECTORS, CHAINS_MAX = 4 };

INLINE vec load(const float *p) { return *(const vec *)(const void *)p; }
INLINE void store(float *p, vec v) { *(vec *)(void *)p = v; }

/* --- sums over a window ------------------------------------------------------ */

/* `height` places of axis 0. */
INLINE void correlate_tile(const ag_conv_run *r, int height, int vectors, const float *x, float *y,
                           ptrdiff_t y_step) {
    const ptrdiff_t x_step = r->axis[0].x;
    const int width = vectors * LANES;
    const float *w = r->w;
    vec sum[HEIGHT][VECTORS];
    UNROLL for (int i = 0; i < height; i++) {
        UNROLL for (int v = 0; v < vectors; v++) { sum[i][v] = load(r->bias + v * LANES); }
    }
    for (int p = 0; p < r->rows; p++, x += r->x_row)
        for (int k = 0; k < r->depth; k++, w += width) {
            vec wk[VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) { wk[v] = load(w + v * LANES); }
            UNROLL for (int i = 0; i < height; i++) {
                const vec all = x[i * x_step + k] - (vec){0}; /* in every lane */
                UNROLL for (int v = 0; v < vectors; v++) { sum[i][v] += all * wk[v]; }
            }
        }
    UNROLL for (int i = 0; i < height; i++) {
        UNROLL for (int v = 0; v < vectors; v++) { store(y + i * y_step + v * LANES, sum[i][v]); }
    }
}

typedef void correlate_function(const ag_conv_run *r, const float *x, float *y, ptrdiff_t y_step);

#define CORRELATE(h)                                                                               \
    static void correlate_##h##x1(const ag_conv_run *r, const float *x, float *y,                  \
                                  ptrdiff_t y_step) {                                              \
        correlate_tile(r, h, 1, x, y, y_step);                                                     \
    }                                                                                              \
    static void correlate_##h##x2(const ag_conv_run *r, const float *x, float *y,                  \
                                  ptrdiff_t y_step) {                                              \
        correlate_tile(r, h, 2, x, y, y_step);                                                     \
    }
#define X(h) CORRELATE(h)
TILES
#undef X
#define X(h) [h - 1] = {correlate_##h##x1, correlate_##h##x2},
static correlate_function *const correlate_tiles[HEIGHT][VECTORS] = {TILES};
#undef X

/* Units that do not fill their vectors: through a copy that has room for all. */
static void correlate_narrow(const ag_conv_run *r, int height, const float *x, float *y) {
    float full[HEIGHT * VECTORS * LANES];
    const int width = r->vectors * LANES;
    correlate_tiles[height - 1][r->vectors - 1](r, x, full, width);
    for (int i = 0; i < height; i++)
        memcpy(y + i * r->axis[0].y, full + i * width, (size_t)r->units * sizeof *y);
}

/* All places of axis 0, in tiles as equal as can be: a low one wastes its loads. */
static void correlate_line(const ag_conv_run *r, const float *x, float *y) {
    const ag_conv_axis *a = &r->axis[0];
    const bool full = r->units == r->vectors * LANES;
    const int tiles = (a->n + HEIGHT - 1) / HEIGHT;
    for (int i = 0, left = a->n; i < tiles; i++) {
        const int height = (left + tiles - i - 1) / (tiles - i);
        if (full)
            correlate_tiles[height - 1][r->vectors - 1](r, x, y, a->y);
        else
            correlate_narrow(r, height, x, y);
        x += height * a->x;
        y += height * a->y;
        left -= height;
    }
}

static void correlate(const ag_conv_run *r) {
    const ag_conv_axis *middle = &r->axis[1], *outer = &r->axis[2];
    for (int i = 0; i < outer->n; i++)
        for (int j = 0; j < middle->n; j++)
            correlate_line(r, r->x + i * outer->x + j * middle->x,
                           r->y + i * outer->y + j * middle->y);
}

/* --- sums over all places ---------------------------------------------------- */

/* A unit adds every fourth cycle and there are two units: tiles with less than eight
 * sums have several chains, for places that lie side by side. */
INLINE int chains_of(int height) { return height == 1 ? 4 : height <= 3 ? 2 : 1; }

INLINE void gather_place(int height, int vectors, const float *x, const float *dy,
                         vec sum[HEIGHT][VECTORS]) {
    vec d[VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) { d[v] = load(dy + v * LANES); }
    UNROLL for (int i = 0; i < height; i++) {
        const vec all = x[i] - (vec){0};
        UNROLL for (int v = 0; v < vectors; v++) { sum[i][v] += all * d[v]; }
    }
}

INLINE void gather_tile(const ag_conv_gathering *g, int height, int vectors, const float *x0,
                        float *dw) {
    const int chains = chains_of(height), width = vectors * LANES;
    const ag_conv_axis a = g->axis[0], *middle = &g->axis[1], *outer = &g->axis[2];
    vec sum[CHAINS_MAX][HEIGHT][VECTORS];
    UNROLL for (int c = 0; c < chains; c++) {
        UNROLL for (int i = 0; i < height; i++) {
            UNROLL for (int v = 0; v < vectors; v++) { sum[c][i][v] = (vec){0}; }
        }
    }
    for (int o = 0; o < outer->n; o++)
        for (int m = 0; m < middle->n; m++) {
            const float *x = x0 + o * outer->x + m * middle->x;
            const float *dy = g->dy + o * outer->y + m * middle->y;
            int n = a.n;
            for (; n >= chains; n -= chains) {
                UNROLL for (int c = 0; c < chains; c++, x += a.x, dy += a.y) {
                    gather_place(height, vectors, x, dy, sum[c]);
                }
            }
            for (; chains > 1 && n; n--, x += a.x, dy += a.y)
                gather_place(height, vectors, x, dy, sum[0]);
        }
    UNROLL for (int i = 0; i < height; i++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            vec all = sum[0][i][v];
            UNROLL for (int c = 1; c < chains; c++) { all += sum[c][i][v]; }
            float *to = dw + i * width + v * LANES;
            store(to, load(to) + all);
        }
    }
}

typedef void gather_function(const ag_conv_gathering *g, const float *x, float *dw);

#define GATHER(h)                                                                                  \
    static void gather_##h##x1(const ag_conv_gathering *g, const float *x, float *dw) {            \
        gather_tile(g, h, 1, x, dw);                                                               \
    }                                                                                              \
    static void gather_##h##x2(const ag_conv_gathering *g, const float *x, float *dw) {            \
        gather_tile(g, h, 2, x, dw);                                                               \
    }
#define X(h) GATHER(h)
TILES
#undef X
#define X(h) [h - 1] = {gather_##h##x1, gather_##h##x2},
static gather_function *const gather_tiles[HEIGHT][VECTORS] = {TILES};
#undef X

static void gather(const ag_conv_gathering *g) {
    const int tiles = (g->depth + HEIGHT - 1) / HEIGHT;
    const float *x = g->x;
    float *dw = g->dw;
    for (int i = 0, left = g->depth; i < tiles; i++) {
        const int height = (left + tiles - i - 1) / (tiles - i);
        gather_tiles[height - 1][g->vectors - 1](g, x, dw);
        x += height;
        dw += height * g->vectors * LANES;
        left -= height;
    }
}

const ag_conv_kernels KERNELS = {
    .name = NAME, .lanes = LANES, .correlate = correlate, .gather = gather};

#endif /* the double build has plain loops, conv_plain.c */
