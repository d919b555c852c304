/* The matrix product of one instruction set: a file gemm_*.c sets the macros below and
 * includes this one. Compiled with -ffp-contract=fast, so that a product and a sum are
 * one fused operation where the processor has it.
 *
 *     LANES            floats in a vector
 *     ROWS_1, _2, _3   rows of a tile that is 1, 2, 3 vectors wide: as many sums as fit
 *                      into the registers, beside the vectors of b and one of a
 *     NAME             of the function that is made
 *
 * A tile of c stays in registers while k runs from first to last:
 *
 *     c[i][j] += a[i][k] b[k][j]        vectors along j, one number of a for all lanes
 *
 * So each number of c is one chain of sums in the order of k, whatever the tile, the
 * number of rows and the width of a vector: AVX2, AVX-512 and NEON give the same bits.
 *
 * Nothing is packed, because with a batch of 64 rows packing costs more than it brings
 * (4 / rows of the product's time), but for two cases: b transposed has to be turned
 * round, and rows of b that are a multiple of 2 KiB apart fall on each other in the
 * caches (64 x 1024 x 1024: 180 GF/s unpacked, 236 packed, of 281). The last vector of a
 * tile overlaps the one before it instead of being masked: what both compute is the same.
 * Narrower than a vector: with masks, or number by number where the processor has none, with b
 * padded. Few columns, as the ten outputs of a classifier and the last four of 100, have a way
 * of their own for AVX-512 (gemm_narrow.h).
 *
 * Measured (EPYC, AVX-512, peak 281 GF/s), in GF/s: 64 x 128 x 784 260, 64 x 128 x 128 245,
 * 784 x 128 x 64 256, 100 x 100 x 100 215.
 */
#include "harness/num/gemm_private.h"

#ifndef AG_DOUBLE

#ifdef __AVX512F__
#include <immintrin.h>
#endif

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

enum {
    WIDTH_MAX = 3,
    DEPTH = 256, /* of a packed piece of b */
    APART = 1024 /* rows of b that are so many floats apart lie on pages of their own */
};

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

INLINE vec load(const float *p) { return *(const vec *)(const void *)p; }
INLINE void store(float *p, vec v) { *(vec *)(void *)p = v; }

typedef float four __attribute__((vector_size(16), aligned(4), may_alias));
INLINE four load_four(const float *p) { return *(const four *)(const void *)p; }
INLINE void store_four(float *p, four v) { *(four *)(void *)p = v; }

/* The first n numbers of a vector, n < LANES. A call of memcpy costs more than all of this. */
#ifdef __AVX512F__
enum { MASKS = 1 };
INLINE vec load_few(const float *p, int n) {
    return (vec)_mm512_maskz_loadu_ps((__mmask16)((1U << n) - 1), p);
}
INLINE void store_few(float *p, vec v, int n) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1U << n) - 1), (__m512)v);
}
#else
enum { MASKS = 0 };
INLINE vec load_few(const float *p, int n) {
    vec v = {0};
    for (int i = 0; i < n; i++)
        v[i] = p[i];
    return v;
}
INLINE void store_few(float *p, vec v, int n) {
    for (int i = 0; i < n; i++)
        p[i] = v[i];
}
#endif

/* --- one tile -------------------------------------------------------------- */

/* A piece of c that stays in registers, and what goes into it. */
typedef struct piece {
    int columns, depth; /* depth: terms of each sum. Columns: LANES at least, but for one
                           piece that is narrower, where b has zeros behind them or MASKS */
    const float *a;
    ptrdiff_t a_step; /* from row to row of a as stored */
    const float *b;
    ptrdiff_t b_row;
    float *c;
    ptrdiff_t c_row;
    const float *bias; /* NULL: none */
    bool adds;
} piece;

/* Where the vectors of a tile of so many columns begin: the last one ends with it. */
INLINE int column(int j, int width, int columns) {
    return j + 1 < width ? j * LANES : columns - LANES;
}

/* The vector j of a row, of c or the bias. `few`: narrower than a vector. */
INLINE vec load_at(const float *row, int j, int width, const piece *t, bool few) {
    return few ? load_few(row, t->columns) : load(row + column(j, width, t->columns));
}

INLINE void store_at(float *row, vec v, int j, int width, const piece *t, bool few) {
    if (few)
        store_few(row, v, t->columns);
    else
        store(row + column(j, width, t->columns), v);
}

INLINE void tile(int rows, int width, bool few, const piece *t, ptrdiff_t a_row, ptrdiff_t a_k) {
    const float *a = t->a, *b = t->b;
    const ptrdiff_t b_row = t->b_row, c_row = t->c_row;
    float *c = t->c;
    vec sum[ROWS_1][WIDTH_MAX];
    UNROLL for (int i = 0; i < rows; i++) {
        UNROLL for (int j = 0; j < width; j++) {
            sum[i][j] = t->adds ? load_at(c + i * c_row, j, width, t, few) : (vec){0};
        }
    }
    const int last = t->columns - LANES;
    for (int k = t->depth; k; k--, a += a_k, b += b_row) {
        vec bk[WIDTH_MAX];
        UNROLL for (int j = 0; j < width; j++) {
            bk[j] = few && MASKS ? load_few(b, t->columns)
                                 : load(b + (few || j + 1 < width ? j * LANES : last));
        }
        UNROLL for (int i = 0; i < rows; i++) {
            const vec x = a[i * a_row] - (vec){0}; /* in every lane */
            UNROLL for (int j = 0; j < width; j++) { sum[i][j] += x * bk[j]; }
        }
    }
    if (t->bias) {
        UNROLL for (int j = 0; j < width; j++) {
            const vec bias = load_at(t->bias, j, width, t, few);
            UNROLL for (int i = 0; i < rows; i++) { sum[i][j] += bias; }
        }
    }
    UNROLL for (int i = 0; i < rows; i++) {
        UNROLL for (int j = 0; j < width; j++) {
            store_at(c + i * c_row, sum[i][j], j, width, t, few);
        }
    }
}

/* A function for each size: a is read along its rows, or down its columns. Width 0 is
 * narrower than a vector. */
typedef void tile_function(const piece *t);

#define TILE(rows, width)                                                                          \
    static void along_##rows##x##width(const piece *t) {                                           \
        tile(rows, width ? width : 1, width == 0, t, t->a_step, 1);                                \
    }                                                                                              \
    static void down_##rows##x##width(const piece *t) {                                            \
        tile(rows, width ? width : 1, width == 0, t, 1, t->a_step);                                \
    }
#define ENTRY(rows, width) [width][rows - 1] = {along_##rows##x##width, down_##rows##x##width},

#define TILES_2(X, w) X(1, w) X(2, w)
#define TILES_3(X, w) TILES_2(X, w) X(3, w)
#define TILES_4(X, w) TILES_3(X, w) X(4, w)
#define TILES_6(X, w) TILES_4(X, w) X(5, w) X(6, w)
#define TILES_8(X, w) TILES_6(X, w) X(7, w) X(8, w)
#define TILES_9(X, w) TILES_8(X, w) X(9, w)
#define TILES_14(X, w) TILES_9(X, w) X(10, w) X(11, w) X(12, w) X(13, w) X(14, w)
#define TILES_UP_TO(n, X, w) TILES_##n(X, w)
#define TILES(n, X, w) TILES_UP_TO(n, X, w)

TILES(ROWS_1, TILE, 0)
TILES(ROWS_1, TILE, 1)
TILES(ROWS_2, TILE, 2)
TILES(ROWS_3, TILE, 3)

static tile_function *const tiles[WIDTH_MAX + 1][ROWS_1][2] = {TILES(ROWS_1, ENTRY, 0) TILES(
    ROWS_1, ENTRY, 1) TILES(ROWS_2, ENTRY, 2) TILES(ROWS_3, ENTRY, 3)};
static const int rows_most[WIDTH_MAX + 1] = {ROWS_1, ROWS_1, ROWS_2, ROWS_3};

/* --- packing b ------------------------------------------------------------- */

/* Rows q, q + 4, ... of a block of b, four numbers of each, side by side in a vector;
 * then the four by four numbers in each quarter of a vector change places. */
#if LANES == 16
#define MIX(a, b, x, y)                                                                            \
    __builtin_shufflevector(a, b, x, y, x + 1, y + 1, x + 4, y + 4, x + 5, y + 5, x + 8, y + 8,    \
                            x + 9, y + 9, x + 12, y + 12, x + 13, y + 13)
#define PAIRS(a, b, x)                                                                             \
    __builtin_shufflevector(a, b, x, x + 1, x + 16, x + 17, x + 4, x + 5, x + 20, x + 21, x + 8,   \
                            x + 9, x + 24, x + 25, x + 12, x + 13, x + 28, x + 29)
typedef float eight __attribute__((vector_size(32), aligned(4)));
INLINE vec gather_rows(const float *b, ptrdiff_t row) {
    const eight low =
        __builtin_shufflevector(load_four(b), load_four(b + 4 * row), 0, 1, 2, 3, 4, 5, 6, 7);
    const eight high = __builtin_shufflevector(load_four(b + 8 * row), load_four(b + 12 * row), 0,
                                               1, 2, 3, 4, 5, 6, 7);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
#elif LANES == 8
#define MIX(a, b, x, y)                                                                            \
    __builtin_shufflevector(a, b, x, y, x + 1, y + 1, x + 4, y + 4, x + 5, y + 5)
#define PAIRS(a, b, x)                                                                             \
    __builtin_shufflevector(a, b, x, x + 1, x + 8, x + 9, x + 4, x + 5, x + 12, x + 13)
INLINE vec gather_rows(const float *b, ptrdiff_t row) {
    return __builtin_shufflevector(load_four(b), load_four(b + 4 * row), 0, 1, 2, 3, 4, 5, 6, 7);
}
#else
#define MIX(a, b, x, y) __builtin_shufflevector(a, b, x, y, x + 1, y + 1)
#define PAIRS(a, b, x) __builtin_shufflevector(a, b, x, x + 1, x + 4, x + 5)
INLINE vec gather_rows(const float *b, ptrdiff_t row) {
    (void)row;
    return load_four(b);
}
#endif

/* LANES rows of b, four numbers of each, as four rows of LANES numbers. */
INLINE void turn_block(const float *b, ptrdiff_t row, float *to, ptrdiff_t to_row) {
    const vec r0 = gather_rows(b, row), r1 = gather_rows(b + row, row);
    const vec r2 = gather_rows(b + 2 * row, row), r3 = gather_rows(b + 3 * row, row);
    const vec low01 = MIX(r0, r1, 0, LANES), high01 = MIX(r0, r1, 2, LANES + 2);
    const vec low23 = MIX(r2, r3, 0, LANES), high23 = MIX(r2, r3, 2, LANES + 2);
    store(to, PAIRS(low01, low23, 0));
    store(to + to_row, PAIRS(low01, low23, 2));
    store(to + 2 * to_row, PAIRS(high01, high23, 0));
    store(to + 3 * to_row, PAIRS(high01, high23, 2));
}

/* to[k][j] = b[j][k]. Four blocks behind each other, so that a line of b is fetched once:
 * rows far apart often share the place in the cache that it would have to stay in. */
static void turn(int columns, int depth, const float *b, ptrdiff_t b_row, float *to, int to_row) {
    const int width = (columns + LANES - 1) / LANES;
    int k = 0;
    for (; columns >= LANES && k + 16 <= depth; k += 16)
        for (int j = 0; j < width; j++) {
            const int at = column(j, width, columns);
            UNROLL for (int q = 0; q < 16; q += 4) {
                turn_block(b + at * b_row + k + q, b_row, to + (k + q) * to_row + at, to_row);
            }
        }
    for (; k < depth; k++)
        for (int j = 0; j < to_row; j++)
            to[k * to_row + j] = j < columns ? b[j * b_row + k] : 0;
}

/* to[k][j] = b[k][j]. No processor looks ahead by itself from page to page. */
static void copy(int columns, int depth, const float *b, ptrdiff_t b_row, float *to, int to_row) {
    enum { AHEAD = 8 };
    const int width = (columns + LANES - 1) / LANES;
    for (int k = 0; k < depth; k++, b += b_row, to += to_row) {
        if (columns < LANES) {
            store(to, load_few(b, columns));
            continue;
        }
        for (int j = 0; j < columns && k + AHEAD < depth; j += 16)
            __builtin_prefetch(b + AHEAD * b_row + j);
        for (int j = 0; j < width; j++)
            store(to + column(j, width, columns), load(b + column(j, width, columns)));
    }
}

#if LANES == 16
#include "harness/num/gemm_narrow.h"
#endif

/* --- the product ------------------------------------------------------------ */

/* All rows of c for some of its columns, t->depth terms of their sums. */
static void panel(const ag_product *g, int width, piece t) {
    const int most = rows_most[width], n = (g->m + most - 1) / most;
    int row = 0;
    for (int i = 0; i < n; i++) { /* tiles as equal as can be: a low one wastes its loads */
        const int rows = (g->m - row + n - i - 1) / (n - i);
        tiles[width][rows - 1][g->a_transposed](&t);
        t.a += g->a_transposed ? rows : rows * g->a_row;
        t.c += rows * t.c_row;
        row += rows;
    }
}

/* Some columns of c, with b packed piece by piece. */
static void packed_panel(const ag_product *g, int width, piece t) {
    _Alignas(64) float packed[DEPTH * WIDTH_MAX * LANES];
    const int columns = t.columns, to_row = width ? width * LANES : LANES;
    t.b = packed, t.b_row = to_row;
    t.bias = NULL;
    for (int k = 0; k < g->k; k += DEPTH) {
        const ptrdiff_t first = t.c - g->c;
        t.depth = g->k - k < DEPTH ? g->k - k : DEPTH;
        t.a = g->a + (g->a_transposed ? k * g->a_row : k);
        t.adds = g->adds || k > 0;
        if (k + DEPTH >= g->k) t.bias = g->bias ? g->bias + first : NULL;
        if (g->b_transposed)
            turn(columns, t.depth, g->b + first * g->b_row + k, g->b_row, packed, to_row);
        else
            copy(columns, t.depth, g->b + k * g->b_row + first, g->b_row, packed, to_row);
        panel(g, width, t);
    }
}

void NAME(const ag_product *g) {
#if LANES == 16
    const int left = narrow_columns(g), wide = g->n - left;
    if (left) multiply_narrow(g, left);
#else
    const int wide = g->n;
#endif
    const int vectors = (wide + LANES - 1) / LANES;
    const int panels = (vectors + WIDTH_MAX - 1) / WIDTH_MAX;
    const bool falls_together = g->b_row % APART == 0 && g->m > 2 * ROWS_1;
    int done = 0;
    for (int i = 0, first = 0; i < panels; i++) {
        const int width = (vectors - done + panels - i - 1) / (panels - i);
        const int columns = wide - first < width * LANES ? wide - first : width * LANES;
        const bool few = columns < LANES;
        const piece t = {
            .columns = columns,
            .depth = g->k,
            .a = g->a,
            .a_step = g->a_row,
            .b = g->b_transposed ? NULL : g->b + first,
            .b_row = g->b_row,
            .c = g->c + first,
            .c_row = g->c_row,
            .bias = g->bias ? g->bias + first : NULL,
            .adds = g->adds,
        };
        if (g->b_transposed || falls_together || (few && !MASKS))
            packed_panel(g, few ? 0 : width, t);
        else
            panel(g, few ? 0 : width, t);
        done += width;
        first += columns;
    }
}

#endif /* the double build has a plain loop, gemm.c */
