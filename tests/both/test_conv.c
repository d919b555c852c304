#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
/* Convolutions against the sum that defines them, in float and in double: a walk of
 * geometries, what depends on the batch, what is not finite; on every
 * instruction set that runs here. */
#include "check.h"
#include "guarded.h"
#include "harness/base/catalogue.h"
#include "harness/base/isa.h"
#include "harness/base/random.h"
#include "harness/num/conv.h"

#include <string.h>

enum { ROWS = 3, UNITS_MAX = 64 };

static const double tolerance = sizeof(ag_real) == sizeof(float) ? 1e-5 : 1e-13;

typedef struct problem {
    ag_conv_geometry g;
    char name[120];
    ag_arena arena;
    ag_conv *conv;
    size_t n_x, n_y, n_w;
    ag_real *x, *w, *b, *dy;           /* given */
    ag_real *y, *dx, *dw, *db;         /* computed */
    double *want_y, *want_dx, *want_w; /* want_w: dw, then db */
} problem;

/* Output of `in` for a kernel with `before` and `after` zeros around. */
static int out_size(int in, int kernel, int stride, int before, int after) {
    return (in + before + after - kernel) / stride + 1;
}

static ag_conv_geometry square(int in, int out, int size, int kernel, int stride, int before,
                               int after) {
    const int side = out_size(size, kernel, stride, before, after);
    return (ag_conv_geometry){
        .in = {in, size, size},
        .out = {out, side, side},
        .in_block = ag_conv_block(in),
        .out_block = ag_conv_block(out),
        .kernel_rows = kernel,
        .kernel_columns = kernel,
        .stride_rows = stride,
        .stride_columns = stride,
        .before_rows = before,
        .before_columns = before,
    };
}

static ag_conv_geometry line(int in, int out, int size, int kernel, int stride, int before,
                             int after) {
    ag_conv_geometry g = square(in, out, size, kernel, stride, before, after);
    g.in.rows = g.out.rows = g.kernel_rows = g.stride_rows = 1;
    g.before_rows = 0;
    return g;
}

static size_t weight_count(const ag_conv_geometry *g) {
    return (size_t)g->in.channels * (size_t)g->kernel_rows * (size_t)g->kernel_columns *
           (size_t)g->out.channels;
}

static void fill(ag_stream *random, size_t n, ag_real *a) {
    for (size_t i = 0; i < n; i++)
        a[i] = (ag_real)ag_random_normal(random);
}

static void problem_open(problem *p, ag_conv_geometry g) {
    ag_error err = {0};
    *p = (problem){.g = g, .arena = AG_ARENA_EMPTY};
    snprintf(p->name, sizeof p->name, "%d x %d x %d (block %d) to %d, kernel %d x %d, stride %d",
             g.in.channels, g.in.rows, g.in.columns, g.in_block, g.out.channels, g.kernel_rows,
             g.kernel_columns, g.stride_columns);
    p->n_x = ROWS * ag_shape_size(g.in);
    p->n_y = ROWS * ag_shape_size(g.out);
    p->n_w = weight_count(&g);
    p->x = AG_NEW_ARRAY(&p->arena, ag_real, p->n_x);
    p->dx = AG_NEW_ARRAY(&p->arena, ag_real, p->n_x);
    p->y = AG_NEW_ARRAY(&p->arena, ag_real, p->n_y);
    p->dy = AG_NEW_ARRAY(&p->arena, ag_real, p->n_y);
    p->w = AG_NEW_ARRAY(&p->arena, ag_real, p->n_w);
    p->dw = AG_NEW_ARRAY(&p->arena, ag_real, p->n_w);
    p->b = AG_NEW_ARRAY(&p->arena, ag_real, UNITS_MAX);
    p->db = AG_NEW_ARRAY(&p->arena, ag_real, UNITS_MAX);
    p->want_y = AG_NEW_ARRAY(&p->arena, double, p->n_y);
    p->want_dx = AG_NEW_ARRAY(&p->arena, double, p->n_x);
    p->want_w = AG_NEW_ARRAY(&p->arena, double, p->n_w + UNITS_MAX);
    ag_stream random = ag_stream_open(11, AG_RANDOM_TEST, (uint32_t)p->n_w);
    fill(&random, p->n_x, p->x);
    fill(&random, p->n_y, p->dy);
    fill(&random, p->n_w, p->w);
    fill(&random, UNITS_MAX, p->b);
    CHECK(ag_conv_open(&p->g, ROWS, &p->arena, &p->conv, &err) == AG_OK, "%s", err.text);
}

static size_t index_of(ag_shape s, int block, int e, int channel, int row, int column) {
    return (size_t)e * ag_shape_size(s) +
           ag_shape_index(s, block, channel, (size_t)row * (size_t)s.columns + (size_t)column);
}

/* Everything that one element of the kernel does, for one example. */
static void expect_element(problem *p, int e, int i, int row, int column, int o) {
    const ag_conv_geometry *g = &p->g;
    const int position = (i * g->kernel_rows + row) * g->kernel_columns + column;
    const size_t w = (size_t)position * (size_t)g->out.channels + (size_t)o;
    for (int r = 0; r < g->out.rows; r++)
        for (int c = 0; c < g->out.columns; c++) {
            const int xr = r * g->stride_rows + row - g->before_rows;
            const int xc = c * g->stride_columns + column - g->before_columns;
            if (xr < 0 || xr >= g->in.rows || xc < 0 || xc >= g->in.columns) continue;
            const size_t x = index_of(g->in, g->in_block, e, i, xr, xc);
            const size_t y = index_of(g->out, g->out_block, e, o, r, c);
            p->want_y[y] += (double)p->x[x] * (double)p->w[w];
            p->want_dx[x] += (double)p->dy[y] * (double)p->w[w];
            p->want_w[w] += (double)p->dy[y] * (double)p->x[x];
        }
}

static void expect(problem *p) {
    const ag_conv_geometry *g = &p->g;
    for (int e = 0; e < ROWS; e++)
        for (int o = 0; o < g->out.channels; o++) {
            for (int r = 0; r < g->out.rows; r++)
                for (int c = 0; c < g->out.columns; c++) {
                    const size_t y = index_of(g->out, g->out_block, e, o, r, c);
                    p->want_y[y] += (double)p->b[o];
                    p->want_w[p->n_w + (size_t)o] += (double)p->dy[y];
                }
            for (int i = 0; i < g->in.channels; i++)
                for (int k = 0; k < g->kernel_rows * g->kernel_columns; k++)
                    expect_element(p, e, i, k / g->kernel_columns, k % g->kernel_columns, o);
        }
}

static void compare(const problem *p, const char *what, size_t n, const ag_real *got,
                    const double *want) {
    double apart = 0, norm = 0;
    for (size_t i = 0; i < n; i++) {
        apart += ((double)got[i] - want[i]) * ((double)got[i] - want[i]);
        norm += want[i] * want[i];
    }
    CHECK(sqrt(apart) <= tolerance * sqrt(norm), "%s: %s is %.2g of its norm off", p->name, what,
          sqrt(apart / norm));
}

static void compute(problem *p) {
    ag_conv_forward(p->conv, ROWS, p->x, p->w, p->b, p->y);
    ag_conv_backward_data(p->conv, ROWS, p->dy, p->w, p->dx);
    ag_conv_backward_weights(p->conv, ROWS, p->x, p->dy, p->dw, p->db);
}

/* Each example by itself, and again: the same bits. */
static void check_bits(problem *p) {
    ag_real *again = AG_NEW_ARRAY(&p->arena, ag_real, p->n_x + p->n_y + p->n_w);
    const size_t x = p->n_x / ROWS, y = p->n_y / ROWS;
    for (size_t e = 0; e < ROWS; e++) {
        ag_conv_forward(p->conv, 1, p->x + e * x, p->w, p->b, again);
        CHECK(memcmp(again, p->y + e * y, y * sizeof *again) == 0, "%s: y of example %zu alone",
              p->name, e);
        ag_conv_backward_data(p->conv, 1, p->dy + e * y, p->w, again);
        CHECK(memcmp(again, p->dx + e * x, x * sizeof *again) == 0, "%s: dx of example %zu alone",
              p->name, e);
    }
    ag_conv_backward_weights(p->conv, ROWS, p->x, p->dy, again, NULL);
    CHECK(memcmp(again, p->dw, p->n_w * sizeof *again) == 0, "%s: dw again", p->name);
    ag_conv_forward(p->conv, ROWS, p->x, p->w, p->b, again);
    CHECK(memcmp(again, p->y, p->n_y * sizeof *again) == 0, "%s: y again", p->name);
}

static void check_geometry(ag_conv_geometry g) {
    problem p;
    problem_open(&p, g);
    expect(&p);
    compute(&p);
    compare(&p, "y", p.n_y, p.y, p.want_y);
    compare(&p, "dx", p.n_x, p.dx, p.want_dx);
    compare(&p, "dw", p.n_w, p.dw, p.want_w);
    compare(&p, "db", (size_t)g.out.channels, p.db, p.want_w + p.n_w);
    check_bits(&p);
    ag_arena_close(&p.arena);
}

static void test_geometries(void) {
    static const int channels[][2] = {{1, 3}, {3, 16}, {5, 7}, {16, 32}, {8, 8}, {25, 10}};
    for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++)
        for (int kernel = 1; kernel <= 5; kernel++)
            for (int stride = 1; stride <= 2; stride++)
                for (int pad = 0; pad < (kernel > 1 ? 2 : 1); pad++) {
                    const int in = channels[i][0], out = channels[i][1];
                    const int before = pad * ((kernel - 1) / 2), after = pad * (kernel / 2);
                    ag_conv_geometry g = square(in, out, 7, kernel, stride, before, after);
                    check_geometry(g);
                    check_geometry(line(in, out, 13, kernel, stride, before, after));
                    if (in == 1 || in == 8) continue;
                    g.in_block = 1;
                    check_geometry(g);
                }
}

static void test_unequal_sides(void) {
    ag_conv_geometry g = square(4, 6, 9, 3, 1, 1, 1);
    g.in.columns = 12;
    g.kernel_columns = 5;
    g.stride_columns = 2;
    g.before_columns = 0;
    g.out.columns = out_size(12, 5, 2, 0, 0);
    check_geometry(g);
    check_geometry(square(16, 120 - UNITS_MAX, 5, 5, 1, 0, 0)); /* to one place, as LeNet-5 */
    check_geometry(square(3, 4, 1, 1, 1, 0, 0));
}

/* Rows of several tiles whose first and last window see less, with and without room for
 * them in between. */
static void test_edges(void) {
    check_geometry(square(9, 20, 33, 3, 1, 1, 1));
    check_geometry(square(16, 40, 15, 3, 2, 1, 1));
    check_geometry(square(8, 16, 16, 2, 1, 1, 0));
    check_geometry(square(8, 33, 16, 2, 1, 0, 1));
    check_geometry(square(12, 6, 14, 4, 2, 1, 1));
    check_geometry(line(25, 25, 40, 3, 2, 1, 1));
    check_geometry(line(10, 32, 30, 3, 1, 1, 1));
}

/* What nobody draws and everybody may ask for: more zeros around than the kernel is wide,
 * steps over what no window sees, kernels larger than the picture, one channel. */
static void test_extremes(void) {
    static const int channels[][2] = {{1, 2}, {3, 8}, {16, 24}, {17, 33}};
    static const struct {
        int size, kernel, stride, before, after;
    } how[] = {
        {6, 1, 1, 3, 3},  {6, 1, 3, 0, 0},  {6, 3, 1, 30, 30},  {9, 3, 31, 1, 1},   {9, 2, 5, 0, 0},
        {6, 6, 1, 0, 0},  {6, 6, 31, 0, 0}, {2, 3, 2, 1, 1},    {1, 3, 1, 1, 1},    {7, 7, 1, 3, 3},
        {9, 11, 3, 5, 5}, {5, 15, 1, 7, 7}, {5, 31, 1, 15, 15}, {3, 31, 7, 30, 30},
    };
    for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++)
        for (size_t k = 0; k < sizeof how / sizeof how[0]; k++) {
            const int in = channels[i][0], out = channels[i][1];
            check_geometry(square(in, out, how[k].size, how[k].kernel, how[k].stride, how[k].before,
                                  how[k].after));
            check_geometry(line(in, out, 3 * how[k].size, how[k].kernel, how[k].stride,
                                how[k].before, how[k].after));
        }
}

/* Nothing is read or written beside what it is given. */
static void check_inside(ag_conv_geometry g, bool at_start) {
    problem p;
    problem_open(&p, g);
    compute(&p);
    const size_t units = (size_t)g.out.channels;
    const guarded x = guarded_open(p.n_x, at_start), dx = guarded_open(p.n_x, at_start);
    const guarded y = guarded_open(p.n_y, at_start), dy = guarded_open(p.n_y, at_start);
    const guarded w = guarded_open(p.n_w, at_start), dw = guarded_open(p.n_w, at_start);
    const guarded b = guarded_open(units, at_start), db = guarded_open(units, at_start);
    memcpy(x.at, p.x, p.n_x * sizeof *p.x);
    memcpy(dy.at, p.dy, p.n_y * sizeof *p.dy);
    memcpy(w.at, p.w, p.n_w * sizeof *p.w);
    memcpy(b.at, p.b, units * sizeof *p.b);
    ag_conv_forward(p.conv, ROWS, x.at, w.at, b.at, y.at);
    ag_conv_backward_data(p.conv, ROWS, dy.at, w.at, dx.at);
    ag_conv_backward_weights(p.conv, ROWS, x.at, dy.at, dw.at, db.at);
    CHECK(memcmp(y.at, p.y, p.n_y * sizeof *p.y) == 0 &&
              memcmp(dx.at, p.dx, p.n_x * sizeof *p.x) == 0 &&
              memcmp(dw.at, p.dw, p.n_w * sizeof *p.w) == 0,
          "%s: other numbers at another place", p.name);
    const guarded *all[] = {&x, &dx, &y, &dy, &w, &dw, &b, &db};
    for (int i = 0; i < AG_COUNT(all); i++)
        guarded_close(all[i]);
    ag_arena_close(&p.arena);
}

static void test_inside(void) {
    for (int at_start = 0; at_start < 2; at_start++) {
        check_inside(square(9, 20, 33, 3, 1, 1, 1), at_start);
        check_inside(square(16, 32, 15, 3, 2, 1, 1), at_start);
        check_inside(square(12, 6, 14, 4, 2, 1, 1), at_start);
        check_inside(square(3, 5, 7, 5, 1, 2, 2), at_start);
        check_inside(square(8, 33, 16, 2, 1, 0, 1), at_start);
        check_inside(square(16, 3, 1, 1, 1, 0, 0), at_start);
        check_inside(square(17, 1, 9, 3, 31, 1, 1), at_start);
        check_inside(line(25, 25, 40, 3, 2, 1, 1), at_start);
        check_inside(line(10, 32, 30, 3, 1, 1, 1), at_start);
        check_inside(line(1, 2, 13, 5, 1, 0, 0), at_start);
    }
}

/* What is not finite in x is not finite in what sees it, and nowhere else. */
static void check_not_finite(ag_conv_geometry g, ag_real bad) {
    problem p;
    problem_open(&p, g);
    const int row = g.in.rows / 2, column = g.in.columns / 2;
    p.x[index_of(g.in, g.in_block, 1, g.in.channels - 1, row, column)] = bad;
    expect(&p);
    compute(&p);
    for (size_t i = 0; i < p.n_y; i++)
        CHECK(!isfinite((double)p.y[i]) == !isfinite(p.want_y[i]), "%s: %g in x, y[%zu] is %g",
              p.name, (double)bad, i, (double)p.y[i]);
    for (size_t i = 0; i < p.n_w; i++)
        CHECK(!isfinite((double)p.dw[i]) == !isfinite(p.want_w[i]), "%s: %g in x, dw[%zu] is %g",
              p.name, (double)bad, i, (double)p.dw[i]);
    ag_arena_close(&p.arena);
}

static void test_not_finite(void) {
    const ag_real bad[] = {(ag_real)NAN, (ag_real)INFINITY};
    for (int i = 0; i < 2; i++) {
        check_not_finite(square(16, 16, 7, 3, 1, 1, 1), bad[i]);
        check_not_finite(square(3, 5, 7, 3, 2, 1, 1), bad[i]);
        check_not_finite(line(1, 25, 13, 5, 2, 1, 1), bad[i]);
        check_not_finite(square(8, 10, 6, 1, 1, 0, 0), bad[i]);
    }
}

/* y of a large batch, and of the same examples in pieces: the order of sums must not
 * depend on the number of examples. */
static void check_pieces(ag_conv_geometry g, int piece) {
    enum { MANY = 50 };
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_conv *conv;
    const size_t n_x = ag_shape_size(g.in), n_y = ag_shape_size(g.out);
    const size_t n_w = weight_count(&g);
    ag_real *x = AG_NEW_ARRAY(&arena, ag_real, MANY * n_x);
    ag_real *w = AG_NEW_ARRAY(&arena, ag_real, n_w);
    ag_real *y = AG_NEW_ARRAY(&arena, ag_real, MANY * n_y);
    ag_real *part = AG_NEW_ARRAY(&arena, ag_real, MANY * n_y);
    ag_stream random = ag_stream_open(12, AG_RANDOM_TEST, 0);
    fill(&random, MANY * n_x, x);
    fill(&random, n_w, w);
    CHECK(ag_conv_open(&g, MANY, &arena, &conv, &err) == AG_OK, "%s", err.text);
    ag_conv_forward(conv, MANY, x, w, NULL, y);
    for (int first = 0; first < MANY; first += piece) {
        const int rows = first + piece > MANY ? MANY - first : piece;
        ag_conv_forward(conv, rows, x + (size_t)first * n_x, w, NULL, part + (size_t)first * n_y);
    }
    CHECK(memcmp(y, part, MANY * n_y * sizeof *y) == 0, "%d to %d channels, %d x %d, pieces of %d",
          g.in.channels, g.out.channels, g.in.rows, g.in.columns, piece);
    ag_arena_close(&arena);
}

static void test_pieces(void) {
    for (int piece = 1; piece < 50; piece = piece * 3 + 1) {
        check_pieces(square(3, 48, 12, 3, 1, 1, 1), piece);
        check_pieces(square(32, 32, 8, 3, 2, 1, 1), piece);
        check_pieces(square(96, 10, 6, 1, 1, 0, 0), piece);
        check_pieces(line(25, 25, 19, 3, 2, 1, 1), piece);
        check_pieces(square(16, 20, 5, 5, 1, 0, 0), piece);
    }
}

/* No bias is a bias of zeros. */
static void test_no_bias(void) {
    problem p;
    problem_open(&p, square(5, 7, 6, 3, 1, 1, 1));
    memset(p.b, 0, UNITS_MAX * sizeof *p.b);
    expect(&p);
    ag_conv_forward(p.conv, ROWS, p.x, p.w, NULL, p.y);
    compare(&p, "y without bias", p.n_y, p.y, p.want_y);
    ag_arena_close(&p.arena);
}

static void test_out_of_memory(void) {
    const ag_conv_geometry g = square(5, 7, 6, 3, 1, 1, 1);
    for (long k = 0, failed = 1; failed; k++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_error err = {0};
        ag_conv *conv;
        arena.fail_after = k;
        const ag_status status = ag_conv_open(&g, ROWS, &arena, &conv, &err);
        failed = status != AG_OK;
        CHECK(status == AG_OK || status == AG_NOMEM, "piece %ld: %s", k, err.text);
        ag_arena_close(&arena);
    }
}

/* Left before the first pictures: nothing is written. */
static void test_stop(void) {
    const ag_conv_geometry g = square(5, 7, 6, 3, 1, 1, 1);
    const atomic_int stop = 1;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_conv *conv;
    const size_t n_x = ag_shape_size(g.in), n_y = ag_shape_size(g.out), n_w = weight_count(&g);
    ag_real *x = AG_NEW_ARRAY(&arena, ag_real, n_x), *y = AG_NEW_ARRAY(&arena, ag_real, n_y);
    ag_real *w = AG_NEW_ARRAY(&arena, ag_real, n_w), *dw = AG_NEW_ARRAY(&arena, ag_real, n_w);
    ag_stream random = ag_stream_open(13, AG_RANDOM_TEST, 0);
    fill(&random, n_x, x), fill(&random, n_w, w);
    CHECK(ag_conv_open(&g, 1, &arena, &conv, &err) == AG_OK, "%s", err.text);
    ag_conv_share(conv, NULL, &stop);
    ag_conv_forward(conv, 1, x, w, NULL, y);
    fill(&random, n_y, y);
    const ag_real before = y[0];
    ag_conv_forward(conv, 1, x, w, NULL, y);
    CHECK(y[0] == before, "forward goes on");
    ag_conv_backward_weights(conv, 1, x, y, dw, NULL);
    for (size_t i = 0; i < n_w; i++)
        CHECK(dw[i] == 0, "backward to the weights goes on");
    memset(x, 0, n_x * sizeof *x);
    ag_conv_backward_data(conv, 1, y, w, x);
    CHECK(x[0] == 0, "backward to the data goes on");
    ag_conv_share(conv, NULL, NULL);
    ag_conv_forward(conv, 1, x, w, NULL, y);
    CHECK(y[0] != before, "nobody asks it to stop any more");
    ag_arena_close(&arena);
}

int main(void) {
    for (ag_isa_level level = AG_ISA_V4;; level--) {
        if (ag_isa_set(level)) {
            test_geometries();
            test_unequal_sides();
            test_edges();
            test_extremes();
            test_inside();
            test_not_finite();
            test_pieces();
            test_no_bias();
            test_out_of_memory();
            if (sizeof(ag_real) == sizeof(float)) test_stop(); /* double: plain loops */
        }
        if (level == AG_ISA_BASE || sizeof(ag_real) != sizeof(float)) break; /* double: one */
    }
    return check_report();
}
