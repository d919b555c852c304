/* Poolings against their definition, in every order of channels; what is not finite and
 * what is equal. */
#include "check.h"
#include "harness/base/random.h"
#include "models/layers.h"

#include <string.h>

enum { ROWS = 2 };

static const double tolerance = sizeof(ag_real) == sizeof(float) ? 1e-6 : 1e-14;

typedef enum pooling { MAX, AVERAGE, GLOBAL } pooling;
static const char *const names[] = {"max", "average", "global"};

typedef struct problem {
    ag_arena arena;
    ag_net net;
    ag_layer *layer;
    ag_shape in, out;
    ag_window window;
    ag_real *x, *dx;
} problem;

/* A net of one pooling layer, whose x lies in groups of `block`. */
static void problem_open(problem *p, pooling kind, ag_shape in, int block, int kernel, int stride) {
    ag_error err = {0};
    *p = (problem){.arena = AG_ARENA_EMPTY, .in = in};
    p->window = ag_window_for(in, kernel, stride, 0);
    CHECK(ag_net_begin(&p->net, in, 1, &p->arena, &err) == AG_OK, "%s", err.text);
    if (kind == MAX)
        ag_net_add_max_pool(&p->net, &p->window);
    else if (kind == AVERAGE)
        ag_net_add_average_pool(&p->net, &p->window);
    else
        ag_net_add_global_average_pool(&p->net);
    p->layer = ag_net_last(&p->net);
    p->out = p->layer->out;
    p->layer->in_block = block;
    if (ag_shape_area(p->out) > 1) p->layer->out_block = block;
    CHECK(ag_net_measure(&p->net, &err) == AG_OK, "%s", err.text);
    p->layer->learns = true; /* so that it gets a dy */
    CHECK(ag_net_open(&p->net, ROWS, &p->arena, &err) == AG_OK, "%s", err.text);
    p->x = AG_NEW_ARRAY(&p->arena, ag_real, ROWS * ag_shape_size(in));
    p->layer->dx = p->dx = AG_NEW_ARRAY(&p->arena, ag_real, ROWS * ag_shape_size(in));
}

static size_t x_index(const problem *p, int e, int c, int row, int column) {
    return (size_t)e * ag_shape_size(p->in) +
           ag_shape_index(p->in, p->layer->in_block, c,
                          (size_t)row * (size_t)p->in.columns + (size_t)column);
}

static size_t y_index(const problem *p, int e, int c, int row, int column) {
    return (size_t)e * ag_shape_size(p->out) +
           ag_shape_index(p->out, p->layer->out_block, c,
                          (size_t)row * (size_t)p->out.columns + (size_t)column);
}

/* One y by the definition; its dy is added to want_dx. */
static double expect(const problem *p, pooling kind, double dy, double *want_dx, int e, int c,
                     int r, int k) {
    const ag_span rows = kind == GLOBAL ? (ag_span){.kernel = p->in.rows} : p->window.rows;
    const ag_span columns = kind == GLOBAL ? (ag_span){.kernel = p->in.columns} : p->window.columns;
    double sum = 0, largest = -HUGE_VAL;
    size_t where = 0;
    for (int i = 0; i < rows.kernel; i++)
        for (int j = 0; j < columns.kernel; j++) {
            const size_t at = x_index(p, e, c, r * rows.stride + i, k * columns.stride + j);
            sum += (double)p->x[at];
            if ((double)p->x[at] > largest) {
                largest = (double)p->x[at];
                where = at;
            }
            if (kind != MAX) want_dx[at] += dy / (rows.kernel * columns.kernel);
        }
    if (kind != MAX) return sum / (rows.kernel * columns.kernel);
    want_dx[where] += dy;
    return largest;
}

static void check_pooling(pooling kind, ag_shape in, int block, int kernel, int stride) {
    problem p;
    problem_open(&p, kind, in, block, kernel, stride);
    ag_stream random = ag_stream_open(4, AG_RANDOM_TEST, 0);
    const size_t n_x = ROWS * ag_shape_size(in), n_y = ROWS * ag_shape_size(p.out);
    for (size_t i = 0; i < n_x; i++)
        p.x[i] = (ag_real)ag_random_normal(&random);
    for (size_t i = 0; i < n_y; i++)
        p.layer->dy[i] = (ag_real)ag_random_normal(&random);
    const ag_real *y = ag_net_forward(&p.net, ROWS, p.x);
    ag_net_backward(&p.net, ROWS);
    double *want_dx = AG_NEW_ARRAY(&p.arena, double, n_x);
    for (int e = 0; e < ROWS; e++)
        for (int c = 0; c < in.channels; c++)
            for (int place = 0; place < (int)ag_shape_area(p.out); place++) {
                const int r = place / p.out.columns, k = place % p.out.columns;
                const size_t i = y_index(&p, e, c, r, k);
                const double want = expect(&p, kind, (double)p.layer->dy[i], want_dx, e, c, r, k);
                CHECK(close_to((double)y[i], want, tolerance, tolerance),
                      "%s, block %d, kernel %d, y[%zu] is %g, not %g", names[kind], block, kernel,
                      i, (double)y[i], want);
            }
    for (size_t i = 0; i < n_x; i++)
        CHECK(close_to((double)p.dx[i], want_dx[i], tolerance, tolerance),
              "%s, block %d, kernel %d, dx[%zu] is %g, not %g", names[kind], block, kernel, i,
              (double)p.dx[i], want_dx[i]);
    ag_arena_close(&p.arena);
}

static void test_definition(void) {
    static const ag_shape shapes[] = {{4, 7, 6}, {6, 1, 9}, {128, 4, 4}};
    static const int blocks[][3] = {{1, 2, 4}, {1, 3, 6}, {1, 16, 128}};
    for (int kind = MAX; kind <= GLOBAL; kind++)
        for (int s = 0; s < 3; s++)
            for (int b = 0; b < 3; b++) {
                check_pooling((pooling)kind, shapes[s], blocks[s][b], 2, 2);
                check_pooling((pooling)kind, shapes[s], blocks[s][b], 3, 1);
                check_pooling((pooling)kind, shapes[s], blocks[s][b], 3, 2);
                check_pooling((pooling)kind, shapes[s], blocks[s][b], 4, 4);
            }
}

/* A NaN anywhere in a window is its result; of equal numbers the first is it. */
static void test_not_a_number(void) {
    for (int kind = MAX; kind <= GLOBAL; kind++)
        for (int bad = 0; bad < 4; bad++) {
            problem p;
            problem_open(&p, (pooling)kind, (ag_shape){1, 2, 2}, 1, 2, 2);
            for (int i = 0; i < 4; i++)
                p.x[i] = i == bad ? (ag_real)NAN : (ag_real)i;
            CHECK(isnan(ag_net_forward(&p.net, 1, p.x)[0]), "%s of NaN at %d", names[kind], bad);
            ag_arena_close(&p.arena);
        }
}

static void test_equal(void) {
    problem p;
    problem_open(&p, MAX, (ag_shape){1, 2, 2}, 1, 2, 2);
    const ag_real x[4] = {-1, 3, 3, 3}, want[4] = {0, 2, 0, 0};
    memcpy(p.x, x, sizeof x);
    CHECK(ag_net_forward(&p.net, 1, p.x)[0] == 3, "largest");
    p.layer->dy[0] = 2;
    ag_net_backward(&p.net, 1);
    CHECK(memcmp(p.dx, want, sizeof want) == 0, "not to the first");
    ag_arena_close(&p.arena);
}

static void test_windows(void) {
    const ag_shape in = {3, 7, 9};
    for (int kernel = 1; kernel <= 5; kernel++)
        for (int stride = 1; stride <= 3; stride++) {
            const ag_window same = ag_window_for(in, kernel, stride, AG_PADDING_SAME);
            const ag_shape out = ag_window_out(in, &same, 5);
            CHECK(out.channels == 5 && out.rows == (7 + stride - 1) / stride &&
                      out.columns == (9 + stride - 1) / stride,
                  "same, kernel %d, stride %d: %d x %d", kernel, stride, out.rows, out.columns);
        }
    const ag_window wide = ag_window_for(in, 8, 1, 0);
    CHECK(ag_window_out(in, &wide, 1).rows == 0, "a window larger than the picture fits");
    CHECK(ag_window_out(in, &wide, 1).columns == 2, "and so it does not where it does");
    const ag_window line = ag_window_for((ag_shape){2, 1, 9}, 4, 2, 1);
    CHECK(line.rows.kernel == 1 && line.rows.stride == 1 && line.rows.before == 0, "one row");
    CHECK(ag_window_out((ag_shape){2, 1, 9}, &line, 1).columns == 4, "4 places");
}

int main(void) {
    test_definition();
    test_not_a_number();
    test_equal();
    test_windows();
    return check_report();
}
