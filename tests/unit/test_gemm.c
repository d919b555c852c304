#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
/* The matrix product: every kind against a plain sum, bit for bit where the processor has
 * a fused multiply-add, on every instruction-set level that runs here. */
#include "check.h"
#include "guarded.h"
#include "harness/num/gemm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct numbers {
    ag_real *a, *b, *bias, *c, *before, *zeros;
} numbers;

enum { SIDE = 300, SIZE = SIDE * SIDE };

static void fill(ag_real *x, size_t n, unsigned seed) {
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        x[i] = (ag_real)((double)(seed >> 8) / 0x1p24 - 0.5);
    }
}

/* As gemm.h says it. */
static ag_real expected(const ag_product *p, const ag_real *before, int i, int j, bool fused) {
    ag_real sum = p->adds ? before[i * p->c_row + j] : 0;
    for (int k = 0; k < p->k; k++) {
        const ag_real x = p->a[p->a_transposed ? k * p->a_row + i : i * p->a_row + k];
        const ag_real y = p->b[p->b_transposed ? j * p->b_row + k : k * p->b_row + j];
#ifdef AG_DOUBLE
        (void)fused;
        sum += x * y;
#else
        sum = fused ? fmaf(x, y, sum) : sum + x * y;
#endif
    }
    return sum + (p->bias ? p->bias[j] : 0);
}

static bool fuses(void) {
#ifdef __aarch64__
    return true;
#else
    return ag_isa() >= AG_ISA_V3;
#endif
}

/* `gap`: how much longer stored rows are than they need to be. */
static void check_product(const numbers *x, int how, int m, int n, int k, int gap) {
    const bool ta = how & 1, tb = how & 2;
    const ag_product p = {.m = m,
                          .n = n,
                          .k = k,
                          .a_transposed = ta,
                          .b_transposed = tb,
                          .adds = how & 4,
                          .a = x->a,
                          .a_row = (ta ? m : k) + gap,
                          .b = x->b,
                          .b_row = (tb ? k : n) + gap,
                          .bias = how & 8 ? x->bias : NULL,
                          .c = x->c,
                          .c_row = n + gap};
    const size_t size = (size_t)m * (size_t)(n + gap);
    for (size_t i = 0; i < size; i++) /* what is not read may be anything */
        x->before[i] =
            p.adds || (int)(i % (size_t)(n + gap)) >= n ? (ag_real)(i % 3) : (ag_real)NAN;
    memcpy(x->c, x->before, size * sizeof *x->c);
    ag_gemm(&p);
    int wrong = 0;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n + gap; j++) {
            const ag_real got = x->c[i * p.c_row + j];
            const ag_real want =
                j < n ? expected(&p, x->before, i, j, fuses()) : x->before[i * p.c_row + j];
            wrong += !(got == want);
        }
    CHECK(wrong == 0, "%d x %d x %d, kind %d, gap %d: %d numbers differ", m, n, k, how, gap, wrong);
}

/* Every height and width of a tile and what is left beside it; depths on both sides of
 * a packed piece; rows of b a page apart. */
static void test_products(const numbers *x) {
    static const int sizes[][3] = {{1, 1, 1},    {100, 1, 7},  {7, 33, 16}, {64, 128, 40},
                                   {100, 10, 9}, {10, 3, 257}, {3, 17, 300}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (int how = 0; how < 16; how++)
            check_product(x, how, sizes[s][0], sizes[s][1], sizes[s][2], how % 3);
    for (int m = 1; m <= 30; m++)
        for (int n = 1; n <= 70; n += n < 34 ? 1 : 7)
            check_product(x, (m + n) % 16, m, n, 1 + (m * n) % 21, m % 2);
    for (int m = 14; m <= 115; m += m < 34 ? 1 : 7) /* columns left over in fours, all kinds */
        for (int n = 1; n <= 106; n += n < 13 ? 1 : 3)
            check_product(x, (m + n) % 16, m, n, 30 + (m * n) % 9, m % 2);
    for (int how = 0; how < 16; how++)
        check_product(x, how, 100, 100, 40, 0), check_product(x, how, 35, 39, 290, 3);
    check_product(x, 0, 40, 64, 20, 1024 - 64);
    check_product(x, 4, 31, 50, 20, 1024 - 50);
}

/* Nothing is read or written beside the arrays, whose last rows are as long as they have to be:
 * no gap behind them. */
static void check_inside(const numbers *x, int how, int m, int n, int k, int gap, bool at_start) {
    const bool ta = how & 1, tb = how & 2;
    ag_product p = {.m = m,
                    .n = n,
                    .k = k,
                    .a_transposed = ta,
                    .b_transposed = tb,
                    .adds = how & 4,
                    .a_row = (ta ? m : k) + gap,
                    .b_row = (tb ? k : n) + gap,
                    .c_row = n + gap};
    const size_t n_a = (size_t)(p.a_row * (ta ? k : m) - gap);
    const size_t n_b = (size_t)(p.b_row * (tb ? n : k) - gap);
    const size_t n_c = (size_t)(p.c_row * m - gap);
    const guarded a = guarded_open(n_a, at_start), b = guarded_open(n_b, at_start);
    const guarded c = guarded_open(n_c, at_start), bias = guarded_open((size_t)n, at_start);
    memcpy(a.at, x->a, n_a * sizeof *a.at);
    memcpy(b.at, x->b, n_b * sizeof *b.at);
    memcpy(bias.at, x->bias, (size_t)n * sizeof *bias.at);
    p.a = a.at, p.b = b.at, p.c = c.at, p.bias = how & 8 ? bias.at : NULL;
    ag_gemm(&p);
    const ag_real last = expected(&p, x->zeros, m - 1, n - 1, fuses());
    CHECK(c.at[n_c - 1] == last, "%d x %d x %d, kind %d", m, n, k, how);
    guarded_close(&a), guarded_close(&b), guarded_close(&c), guarded_close(&bias);
}

static void test_inside(const numbers *x) {
    static const int sizes[][3] = {{1, 1, 1},    {1, 10, 1},   {100, 10, 9},
                                   {3, 17, 300}, {29, 31, 16}, {15, 4, 33},
                                   {60, 97, 40}, {2, 5, 256},  {31, 48, 20}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (int how = 0; how < 32; how++)
            check_inside(x, how & 15, sizes[s][0], sizes[s][1], sizes[s][2], how % 3, how & 16);
    for (int how = 0; how < 16; how++) /* packed */
        check_inside(x, how, 40, 50, 20, how & 2 ? 1024 - 20 : 1024 - 50, how & 4);
}

/* A product that takes seconds is left when somebody asks for it. */
static void test_stop(void) {
    enum { LONG = 2200 }; /* two chunks */
    const atomic_int stop = 1;
    ag_real *a = calloc((size_t)LONG * LONG, sizeof(ag_real)),
            *c = calloc((size_t)LONG * LONG, sizeof(ag_real));
    const ag_product p = {.m = LONG,
                          .n = LONG,
                          .k = LONG,
                          .a = a,
                          .b = a,
                          .c = c,
                          .a_row = LONG,
                          .b_row = LONG,
                          .c_row = LONG};
    c[0] = c[LONG * LONG - 1] = 7;
    ag_gemm_shared(NULL, &stop, &p);
    CHECK(c[0] == 7 && c[LONG * LONG - 1] == 7, "it goes on");
    free(a), free(c);
}

int main(void) {
    const size_t room = SIZE;
    numbers x = {malloc(room * sizeof(ag_real)), malloc(room * sizeof(ag_real)),
                 malloc(room * sizeof(ag_real)), malloc(room * sizeof(ag_real)),
                 malloc(room * sizeof(ag_real)), calloc(room, sizeof(ag_real))};
    fill(x.a, room, 1), fill(x.b, room, 2), fill(x.bias, room, 3);
    const ag_isa_level chosen = ag_isa();
    for (ag_isa_level level = AG_ISA_BASE; level <= ag_isa_highest(); level++)
        if (ag_isa_set(level)) test_products(&x), test_inside(&x);
    ag_isa_set(chosen);
    test_stop();
    free(x.a), free(x.b), free(x.bias), free(x.c), free(x.before), free(x.zeros);
    return check_report();
}
