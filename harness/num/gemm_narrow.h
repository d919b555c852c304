/* Columns of a product that fill no vector, for AVX-512; gemm_tile.h includes this file. 100
 * columns are six vectors and a quarter, and a seventh for four of them is 14 % of the work. So
 * up to twelve columns that are left over are taken in fours:
 *
 *     a read along its rows    a vector is four rows of c times four columns. Four numbers of
 *                              each row of a are loaded together and come to their columns one
 *                              by one; four numbers of b come to all rows by one load
 *     a read down its columns  a vector is sixteen rows of one column, as they lie in a, times
 *                              one number of b; c is turned round at the end
 *
 * Each number of c is the same chain of sums as in a tile. Measured (EPYC, AVX-512, gcc 12):
 * 100 x 100 x 100 8.2 us and not 8.9, and 7.9 and not 8.7 down its columns; 100 x 10 x 100 1.1
 * and not 1.5.
 */
enum {
    FOUR = 4,
    NARROW_MOST = 12,  /* columns; from 13 on a masked vector is as fast */
    NARROW_BESIDE = 8, /* ... beside whole vectors */
    FOURS_MOST = NARROW_MOST / FOUR,
    NARROW_ROWS = LANES, /* of c, at least */
    NARROW_DEPTH = 32,   /* terms of each sum, at least */
    QUADS_MOST = 8,      /* of rows: with their sums, rows of a and b they fit into registers */
    STACK_MOST = 6       /* vectors of rows, likewise */
};

/* Some rows of the last columns of c. */
typedef struct narrow {
    int rows, columns, depth; /* depth: terms of each sum */
    const float *a;
    ptrdiff_t a_step; /* from row to row of a as stored */
    const float *b;
    ptrdiff_t b_row, b_last; /* b_last: where the last four columns of b are, from b on */
    float *c;
    ptrdiff_t c_row;
    const float *bias; /* NULL: none */
    bool adds;
} narrow;

/* Fours of columns: the last of them ends with c, over what stands in front if need be. */
INLINE int fours_of(int columns) { return (columns + FOUR - 1) / FOUR; }
INLINE int four_at(int f, int fours, int columns) {
    return f + 1 < fours ? f * FOUR : columns - FOUR;
}

/* Those columns of a four that no other has. */
INLINE __mmask8 own_of(int f, int fours, __mmask8 last) { return f + 1 < fours ? 15 : last; }

INLINE vec four_in_all(const float *p) { return (vec)_mm512_broadcast_f32x4(_mm_loadu_ps(p)); }

INLINE vec join_fours(__m128 a, __m128 b, __m128 c, __m128 d) {
    const __m512 low = _mm512_insertf32x4(_mm512_castps128_ps512(a), b, 1);
    return (vec)_mm512_insertf32x4(_mm512_insertf32x4(low, c, 2), d, 3);
}

/* Masked broadcasts instead of insertions were 10 % slower. */
INLINE vec load_fours(const float *p, ptrdiff_t row) {
    return join_fours(_mm_loadu_ps(p), _mm_loadu_ps(p + row), _mm_loadu_ps(p + 2 * row),
                      _mm_loadu_ps(p + 3 * row));
}

/* --- four rows times four columns -------------------------------------------- */

/* The first of the rows of quad q: the last quad ends with them. */
INLINE int quad_at(int q, int quads, int rows) { return q + 1 < quads ? q * FOUR : rows - FOUR; }

INLINE vec load_quad(const float *c, ptrdiff_t row, __mmask8 own) {
    return join_fours(_mm_maskz_loadu_ps(own, c), _mm_maskz_loadu_ps(own, c + row),
                      _mm_maskz_loadu_ps(own, c + 2 * row), _mm_maskz_loadu_ps(own, c + 3 * row));
}

/* Masks of whole vectors: of a masked store of a quarter gcc 12 makes an instruction that fails
 * where the numbers left out are on a page that is not there. */
INLINE void store_quad(float *c, ptrdiff_t row, __mmask8 own, vec v) {
    const __m512 q = (__m512)v;
    if (own == 15) {
        _mm_storeu_ps(c, _mm512_castps512_ps128(q));
        _mm_storeu_ps(c + row, _mm512_extractf32x4_ps(q, 1));
        _mm_storeu_ps(c + 2 * row, _mm512_extractf32x4_ps(q, 2));
        _mm_storeu_ps(c + 3 * row, _mm512_extractf32x4_ps(q, 3));
        return;
    }
    _mm512_mask_storeu_ps(c, own, q);
    _mm512_mask_storeu_ps(c + row, own, _mm512_shuffle_f32x4(q, q, 0x55));
    _mm512_mask_storeu_ps(c + 2 * row, own, _mm512_shuffle_f32x4(q, q, 0xaa));
    _mm512_mask_storeu_ps(c + 3 * row, own, _mm512_shuffle_f32x4(q, q, 0xff));
}

/* The next term of all sums: number j of the four of each row. */
#define QUAD_TERM(j)                                                                               \
    {                                                                                              \
        vec bk[FOURS_MOST];                                                                        \
        UNROLL for (int f = 0; f < fours; f++) {                                                   \
            bk[f] = four_in_all(b + (j)*b_row + (f + 1 < fours ? f * FOUR : b_last));              \
        }                                                                                          \
        UNROLL for (int q = 0; q < quads; q++) {                                                   \
            const vec x = (vec)_mm512_permute_ps((__m512)next[q], (j)*0x55);                       \
            UNROLL for (int f = 0; f < fours; f++) { sum[q][f] += x * bk[f]; }                     \
        }                                                                                          \
    }

INLINE void quads_of(int quads, int fours, const narrow *t) {
    const ptrdiff_t a_row = t->a_step, b_row = t->b_row, b_last = t->b_last, c_row = t->c_row;
    const float *a = t->a, *a_last = t->a + (t->rows - FOUR) * a_row, *b = t->b;
    const int columns = t->columns;
    const __mmask8 last = (__mmask8)(15 << (-columns & 3) & 15);
    vec sum[QUADS_MOST][FOURS_MOST], next[QUADS_MOST];
    UNROLL for (int q = 0; q < quads; q++) {
        UNROLL for (int f = 0; f < fours; f++) { sum[q][f] = (vec){0}; }
    }
    if (t->adds) {
        UNROLL for (int q = 0; q < quads; q++) {
            const float *c = t->c + quad_at(q, quads, t->rows) * c_row;
            UNROLL for (int f = 0; f < fours; f++) {
                sum[q][f] =
                    load_quad(c + four_at(f, fours, columns), c_row, own_of(f, fours, last));
            }
        }
    }
    int k = t->depth;
    for (; k >= FOUR; k -= FOUR, a += FOUR, a_last += FOUR, b += FOUR * b_row) {
        UNROLL for (int q = 0; q < quads; q++) {
            next[q] = load_fours(q + 1 < quads ? a + q * FOUR * a_row : a_last, a_row);
        }
        QUAD_TERM(0)
        QUAD_TERM(1)
        QUAD_TERM(2)
        QUAD_TERM(3)
    }
    for (; k; k--, a++, a_last++, b += b_row) {
        UNROLL for (int q = 0; q < quads; q++) {
            const float *p = q + 1 < quads ? a + q * FOUR * a_row : a_last;
            next[q] = join_fours(_mm_load_ss(p), _mm_load_ss(p + a_row), _mm_load_ss(p + 2 * a_row),
                                 _mm_load_ss(p + 3 * a_row));
        }
        QUAD_TERM(0)
    }
    if (t->bias) {
        UNROLL for (int f = 0; f < fours; f++) {
            const vec bias = four_in_all(t->bias + four_at(f, fours, columns));
            UNROLL for (int q = 0; q < quads; q++) { sum[q][f] += bias; }
        }
    }
    UNROLL for (int q = 0; q < quads; q++) {
        float *c = t->c + quad_at(q, quads, t->rows) * c_row;
        UNROLL for (int f = 0; f < fours; f++) {
            store_quad(c + four_at(f, fours, columns), c_row, own_of(f, fours, last), sum[q][f]);
        }
    }
}

typedef void narrow_function(const narrow *t);

#define QUADS(quads, fours)                                                                        \
    static void quads_##quads##x##fours(const narrow *t) { quads_of(quads, fours, t); }
#define QUADS_ENTRY(quads, fours) [fours - 1][quads - 1] = quads_##quads##x##fours,
#define QUADS_1_TO_8(X, f) X(1, f) X(2, f) X(3, f) X(4, f) X(5, f) X(6, f) X(7, f) X(8, f)

QUADS_1_TO_8(QUADS, 1)
QUADS_1_TO_8(QUADS, 2)
QUADS_1_TO_8(QUADS, 3)

static narrow_function *const quads[FOURS_MOST][QUADS_MOST] = {
    QUADS_1_TO_8(QUADS_ENTRY, 1) QUADS_1_TO_8(QUADS_ENTRY, 2) QUADS_1_TO_8(QUADS_ENTRY, 3)};
static const int quads_most[FOURS_MOST] = {QUADS_MOST, QUADS_MOST, 6};

static void quad_rows(narrow t, int rows) {
    const int fours = fours_of(t.columns), all = (rows + FOUR - 1) / FOUR;
    const int n = (all + quads_most[fours - 1] - 1) / quads_most[fours - 1];
    for (int i = 0, done = 0; i < n; i++) {
        const int count = (all - done + n - i - 1) / (n - i);
        done += count;
        t.rows = i + 1 < n ? count * FOUR : rows - (done - count) * FOUR;
        quads[fours - 1][count - 1](&t);
        t.a += count * FOUR * t.a_step;
        t.c += count * FOUR * t.c_row;
    }
}

/* Fours of columns of b transposed, `depth` numbers of each, as rows. */
static void turn_fours(int columns, int depth, const float *b, ptrdiff_t b_row, float *to) {
    const int fours = fours_of(columns), to_row = fours * FOUR;
    for (int f = 0; f < fours; f++, to += FOUR) {
        const float *from = b + four_at(f, fours, columns) * b_row;
        int k = 0;
        for (; k + FOUR <= depth; k += FOUR) {
            __m128 r0 = _mm_loadu_ps(from + k), r1 = _mm_loadu_ps(from + b_row + k);
            __m128 r2 = _mm_loadu_ps(from + 2 * b_row + k), r3 = _mm_loadu_ps(from + 3 * b_row + k);
            _MM_TRANSPOSE4_PS(r0, r1, r2, r3);
            _mm_store_ps(to + k * to_row, r0);
            _mm_store_ps(to + (k + 1) * to_row, r1);
            _mm_store_ps(to + (k + 2) * to_row, r2);
            _mm_store_ps(to + (k + 3) * to_row, r3);
        }
        for (; k < depth; k++)
            for (int j = 0; j < FOUR; j++)
                to[k * to_row + j] = from[j * b_row + k];
    }
}

/* --- sixteen rows of one column -------------------------------------------------- */

/* Sixteen rows of c of four columns, of which each vector has one. */
INLINE void store_columns(float *c, ptrdiff_t row, const vec v[FOUR]) {
    const __m512 low01 = _mm512_unpacklo_ps((__m512)v[0], (__m512)v[1]);
    const __m512 low23 = _mm512_unpacklo_ps((__m512)v[2], (__m512)v[3]);
    const __m512 high01 = _mm512_unpackhi_ps((__m512)v[0], (__m512)v[1]);
    const __m512 high23 = _mm512_unpackhi_ps((__m512)v[2], (__m512)v[3]);
    store_quad(c, 4 * row, 15, (vec)_mm512_shuffle_ps(low01, low23, 0x44));
    store_quad(c + row, 4 * row, 15, (vec)_mm512_shuffle_ps(low01, low23, 0xee));
    store_quad(c + 2 * row, 4 * row, 15, (vec)_mm512_shuffle_ps(high01, high23, 0x44));
    store_quad(c + 3 * row, 4 * row, 15, (vec)_mm512_shuffle_ps(high01, high23, 0xee));
}

/* The first of the rows of vector v: the last vector ends with them. */
INLINE int stack_at(int v, int stack, int rows) { return v + 1 < stack ? v * LANES : rows - LANES; }

INLINE void stack_of(int stack, const narrow *t) {
    const float *a = t->a, *a_last = t->a + t->rows - LANES, *b = t->b;
    const ptrdiff_t a_row = t->a_step, b_row = t->b_row;
    vec sum[STACK_MOST][FOUR];
    UNROLL for (int v = 0; v < stack; v++) {
        UNROLL for (int j = 0; j < FOUR; j++) { sum[v][j] = (vec){0}; }
    }
    for (int k = t->depth; k; k--, a += a_row, a_last += a_row, b += b_row) {
        vec bk[FOUR];
        UNROLL for (int j = 0; j < FOUR; j++) { bk[j] = b[j] - (vec){0}; }
        UNROLL for (int v = 0; v < stack; v++) {
            const vec x = load(v + 1 < stack ? a + v * LANES : a_last);
            UNROLL for (int j = 0; j < FOUR; j++) { sum[v][j] += x * bk[j]; }
        }
    }
    UNROLL for (int v = 0; v < stack; v++) {
        if (t->bias) {
            UNROLL for (int j = 0; j < FOUR; j++) { sum[v][j] += t->bias[j]; }
        }
        store_columns(t->c + stack_at(v, stack, t->rows) * t->c_row, t->c_row, sum[v]);
    }
}

#define STACK(stack, unused)                                                                       \
    static void stack_##stack(const narrow *t) { stack_of(stack, t); }
#define STACK_ENTRY(stack, unused) [stack - 1] = stack_##stack,

TILES_6(STACK, )

static narrow_function *const stacks[STACK_MOST] = {TILES_6(STACK_ENTRY, )};

static void stack_columns(narrow t, int rows) {
    const int vectors = (rows + LANES - 1) / LANES, n = (vectors + STACK_MOST - 1) / STACK_MOST;
    for (int i = 0, done = 0; i < n; i++) {
        const int count = (vectors - done + n - i - 1) / (n - i);
        done += count;
        t.rows = i + 1 < n ? count * LANES : rows - (done - count) * LANES;
        stacks[count - 1](&t);
        t.a += count * LANES;
        t.c += count * LANES * t.c_row;
    }
}

/* --- which columns, and how ----------------------------------------------------- */

/* How many of the last columns are better taken so. A single vector beside them would load as
 * often as it multiplies: then better two, the second of them masked. Rows of one column leave
 * out sums that go on, as the fours overlap. */
static int narrow_columns(const ag_product *g) {
    const int columns = g->n % LANES, most = g->n < LANES ? NARROW_MOST : NARROW_BESIDE;
    const bool fits = g->n >= FOUR && g->n / LANES != 1 && columns <= most && g->m >= NARROW_ROWS &&
                      g->k >= NARROW_DEPTH;
    return fits && !(g->a_transposed && (g->b_transposed || g->adds)) ? columns : 0;
}

static void multiply_narrow(const ag_product *g, int columns) {
    const int first = g->n - columns, fours = fours_of(columns);
    narrow t = {.columns = columns,
                .depth = g->k,
                .a = g->a,
                .a_step = g->a_row,
                .b = g->b + first,
                .b_row = g->b_row,
                .b_last = columns - FOUR,
                .c = g->c + first,
                .c_row = g->c_row,
                .bias = g->bias ? g->bias + first : NULL,
                .adds = g->adds};
    if (g->a_transposed) {
        for (int f = 0; f < fours; f++) {
            const int at = first + four_at(f, fours, columns);
            t.b = g->b + at;
            t.c = g->c + at;
            t.bias = g->bias ? g->bias + at : NULL;
            stack_columns(t, g->m);
        }
        return;
    }
    if (!g->b_transposed) {
        quad_rows(t, g->m);
        return;
    }
    _Alignas(64) float packed[DEPTH * NARROW_MOST];
    const float *bias = t.bias;
    t.b = packed, t.b_row = fours * FOUR, t.b_last = t.b_row - FOUR;
    for (int k = 0; k < g->k; k += DEPTH) {
        t.depth = g->k - k < DEPTH ? g->k - k : DEPTH;
        t.a = g->a + k;
        t.adds = g->adds || k > 0;
        t.bias = k + DEPTH >= g->k ? bias : NULL;
        turn_fours(columns, t.depth, g->b + first * g->b_row + k, g->b_row, packed);
        quad_rows(t, g->m);
    }
}
