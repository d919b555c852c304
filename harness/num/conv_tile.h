/* The convolution kernels of one instruction set: a file conv_*.c sets the macros below
 * and includes this one. Compiled with -ffp-contract=fast, so that a product and a sum
 * are one fused operation where the processor has it.
 *
 *     LANES      floats in a vector
 *     HEIGHT_2   rows of the largest tile two vectors wide: its sums, two vectors and one
 *                number for all lanes fit into the registers
 *     HEIGHT_1   ... one vector wide
 *     STORE_FIRST(p, v, n)   stores the first n floats of v, 0 < n < LANES
 *     KERNELS    name of the table that is made
 *     NAME       the instruction set
 *
 * No matrix of windows is made (im2col): that would be nine times the picture for a kernel
 * of 3 x 3. A tile of sums stays in registers while k runs. Measured in the first level of
 * cache (EPYC, AVX-512, gcc 12): tiles of 14 x 2 to 6 x 2 vectors 262 to 264 GF/s of 265;
 * 28 x 1 253 and 14 x 1 242, as tiles of one vector load as often as they multiply.
 */
#include "harness/num/conv_private.h"

#include <stdint.h>

#ifndef AG_DOUBLE

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 32")

enum { VECTORS = AG_CONV_VECTORS, CHAINS_MAX = 4 };

INLINE vec load(const float *p) { return *(const vec *)(const void *)p; }
INLINE void store(float *p, vec v) { *(vec *)(void *)p = v; }

#define TILES_6(X, w) X(1, w) X(2, w) X(3, w) X(4, w) X(5, w) X(6, w)
#define TILES_12(X, w) TILES_6(X, w) X(7, w) X(8, w) X(9, w) X(10, w) X(11, w) X(12, w)
#define TILES_14(X, w) TILES_12(X, w) X(13, w) X(14, w)
#define TILES_21(X, w) X(15, w) X(16, w) X(17, w) X(18, w) X(19, w) X(20, w) X(21, w)
#define TILES_28(X, w)                                                                             \
    TILES_14(X, w) TILES_21(X, w) X(22, w) X(23, w) X(24, w) X(25, w) X(26, w) X(27, w) X(28, w)
#define TILES_UP_TO(n, X, w) TILES_##n(X, w)
#define TILES(n, X, w) TILES_UP_TO(n, X, w)

static const int heights[VECTORS] = {HEIGHT_1, HEIGHT_2};

/* --- sums over a window ------------------------------------------------------ */

/* Numbers of x at even distances. The compiler would keep the distance of each in a
 * register of its own, and most of those in memory: two loads for one multiplication
 * (tiles of 28 x 1: 226 GF/s, and 253 so). Five numbers hang on one address instead,
 * and HIDE keeps the compiler from seeing through that. Addresses are whole numbers, as
 * the first one may be in front of the picture, where no pointer may point. */
enum { ON_ONE = 5, POINTERS = (HEIGHT_1 + ON_ONE - 1) / ON_ONE };
#define HIDE(register) __asm__("" : "+r"(register))

/* Of so many numbers, in bytes; backwards where it is below 0. */
INLINE uintptr_t distance(ptrdiff_t numbers) { return (uintptr_t)numbers * sizeof(float); }

INLINE float far_number(uintptr_t x, uintptr_t step, uintptr_t step3, int i) {
    const uintptr_t at = x + (i == 3 ? step3 : (uintptr_t)i * step);
    return *(const float *)at; /* NOLINT(performance-no-int-to-ptr) */
}

/* Sums of places `from` to `to` of a tile, over n k. */
INLINE void correlate_depth(vec sum[HEIGHT_1][VECTORS], uintptr_t x[POINTERS], const float **w,
                            uintptr_t step, uintptr_t step3, int height, int vectors, int from,
                            int to, int n) {
    const int pointers = (height + ON_ONE - 1) / ON_ONE;
    for (; n; n--, *w += vectors * LANES) {
        vec wk[VECTORS];
        UNROLL for (int v = 0; v < vectors; v++) { wk[v] = load(*w + v * LANES); }
        UNROLL for (int i = from; i < to; i++) {
            const float one = far_number(x[i / ON_ONE], step, step3, i % ON_ONE);
            const vec all = one - (vec){0}; /* in every lane */
            UNROLL for (int v = 0; v < vectors; v++) { sum[i][v] += all * wk[v]; }
        }
        UNROLL for (int i = 0; i < pointers; i++) {
            x[i] += sizeof(float);
            HIDE(x[i]);
        }
    }
}

/* `height` places of axis 0. (1) y is seldom in a cache: it is asked for while the sums are
 * made. 32 to 32 channels on 64 pictures of 28 x 28: 93 to 96 % of peak, 90 to 95 beside
 * other work. The first sees nothing of the first lost[0] k, the last nothing
 * of the last lost[1]. */
INLINE void correlate_tile(const ag_conv_run *r, int height, int vectors, uintptr_t from,
                           const int lost[2], float *y) {
    const int pointers = (height + ON_ONE - 1) / ON_ONE, between = r->depth - lost[0] - lost[1];
    const uintptr_t step = distance(r->axis[0].x), row = distance(r->x_row);
    uintptr_t step3 = 3 * step;
    HIDE(step3);
    const float *w = r->w;
    vec sum[HEIGHT_1][VECTORS];
    UNROLL for (int i = 0; i < height; i++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            sum[i][v] = load(r->bias + v * LANES);
            __builtin_prefetch(y + i * r->axis[0].y + v * LANES, 1); /* (1) */
        }
    }
    for (int p = 0; p < r->rows; p++, from += row) {
        uintptr_t x[POINTERS] = {from};
        UNROLL for (int i = 1; i < pointers; i++) {
            x[i] = x[i - 1] + ON_ONE * step;
            HIDE(x[i]);
        }
        correlate_depth(sum, x, &w, step, step3, height, vectors, 1, height, lost[0]);
        correlate_depth(sum, x, &w, step, step3, height, vectors, 0, height, between);
        correlate_depth(sum, x, &w, step, step3, height, vectors, 0, height - 1, lost[1]);
    }
    const int last = r->units - (vectors - 1) * LANES; /* of the last vector */
    UNROLL for (int i = 0; i < height; i++) {
        float *to = y + i * r->axis[0].y;
        UNROLL for (int v = 0; v < vectors - 1; v++) { store(to + v * LANES, sum[i][v]); }
        if (last == LANES)
            store(to + (vectors - 1) * LANES, sum[i][vectors - 1]);
        else
            STORE_FIRST(to + (vectors - 1) * LANES, sum[i][vectors - 1], last);
    }
}

typedef void correlate_function(const ag_conv_run *r, uintptr_t x, const int lost[2], float *y);

#define CORRELATE(h, w)                                                                            \
    static void correlate_##h##x##w(const ag_conv_run *r, uintptr_t x, const int lost[2],          \
                                    float *y) {                                                    \
        correlate_tile(r, h, w, x, lost, y);                                                       \
    }
#define CORRELATE_ENTRY(h, w) [w - 1][h - 1] = correlate_##h##x##w,
TILES(HEIGHT_1, CORRELATE, 1)
TILES(HEIGHT_2, CORRELATE, 2)
static correlate_function *const correlate_tiles[VECTORS][HEIGHT_1] = {
    TILES(HEIGHT_1, CORRELATE_ENTRY, 1) TILES(HEIGHT_2, CORRELATE_ENTRY, 2)};

/* All places of axis 0, in tiles as equal as can be: a low one wastes its loads. */
static void correlate_line(const ag_conv_run *r, uintptr_t x, float *y) {
    const ag_conv_axis *a = &r->axis[0];
    const int highest = heights[r->vectors - 1], tiles = (a->n + highest - 1) / highest;
    for (int i = 0, left = a->n; i < tiles; i++) {
        const int height = (left + tiles - i - 1) / (tiles - i);
        const int lost[2] = {i ? 0 : r->lost_first, i < tiles - 1 ? 0 : r->lost_last};
        correlate_tiles[r->vectors - 1][height - 1](r, x, lost, y);
        x += distance(height * a->x);
        y += height * a->y;
        left -= height;
    }
}

static void correlate(const ag_conv_run *r) {
    const ag_conv_axis *middle = &r->axis[1], *outer = &r->axis[2];
    for (int i = 0; i < outer->n; i++)
        for (int j = 0; j < middle->n; j++)
            correlate_line(r, (uintptr_t)r->x + distance(r->begin + i * outer->x + j * middle->x),
                           r->y + i * outer->y + j * middle->y);
}

/* --- sums over all places ---------------------------------------------------- */

/* A unit adds every fourth cycle and there are two units: tiles with less than eight
 * sums have several chains, for places that lie side by side. */
INLINE int chains_of(int height) { return height == 1 ? 4 : height <= 3 ? 2 : 1; }

INLINE void gather_place(int height, int vectors, const float *x, const float *dy,
                         vec sum[HEIGHT_1][VECTORS]) {
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
    vec sum[CHAINS_MAX][HEIGHT_1][VECTORS];
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

#define GATHER(h, w)                                                                               \
    static void gather_##h##x##w(const ag_conv_gathering *g, const float *x, float *dw) {          \
        gather_tile(g, h, w, x, dw);                                                               \
    }
#define GATHER_ENTRY(h, w) [w - 1][h - 1] = gather_##h##x##w,
TILES(HEIGHT_1, GATHER, 1)
TILES(HEIGHT_2, GATHER, 2)
static gather_function *const gather_tiles[VECTORS][HEIGHT_1] = {
    TILES(HEIGHT_1, GATHER_ENTRY, 1) TILES(HEIGHT_2, GATHER_ENTRY, 2)};

static void gather(const ag_conv_gathering *g) {
    const int highest = heights[g->vectors - 1], tiles = (g->depth + highest - 1) / highest;
    const float *x = g->x;
    float *dw = g->dw;
    for (int i = 0, left = g->depth; i < tiles; i++) {
        const int height = (left + tiles - i - 1) / (tiles - i);
        gather_tiles[g->vectors - 1][height - 1](g, x, dw);
        x += height;
        dw += height * g->vectors * LANES;
        left -= height;
    }
}

const ag_conv_kernels KERNELS = {
    .name = NAME, .lanes = LANES, .correlate = correlate, .gather = gather};

#endif /* the double build has plain loops, conv_plain.c */
