/* Convolution in the double build: the sums of conv.h as they stand there. */
#include "harness/num/conv.h"

#ifdef AG_DOUBLE

#include <string.h>

struct ag_conv {
    ag_conv_geometry g;
    const ag_real *w, *b, *w_back; /* of the last calls */
    ag_real *dw, *db;
};

static size_t n_weights(const ag_conv_geometry *g) {
    return (size_t)g->in.channels * (size_t)g->kernel_rows * (size_t)g->kernel_columns *
           (size_t)g->out.channels;
}

void ag_conv_share(ag_conv *conv, ag_team *team, const atomic_int *stop) {
    (void)conv, (void)team, (void)stop;
}

ag_status ag_conv_open(const ag_conv_geometry *geometry, int rows_max, ag_arena *arena,
                       ag_conv **conv, ag_error *err) {
    (void)rows_max;
    *conv = AG_NEW(arena, ag_conv);
    if (!*conv) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a convolution");
    (*conv)->g = *geometry;
    (*conv)->dw = AG_NEW_ARRAY(arena, ag_real, n_weights(geometry));
    (*conv)->db = AG_NEW_ARRAY(arena, ag_real, (size_t)geometry->out.channels);
    if (!(*conv)->dw || !(*conv)->db)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a convolution");
    return AG_OK;
}

/* The arrays of one example that a pass reads and writes. */
typedef struct arrays {
    const ag_real *x, *w, *dy;
    ag_real *y, *dx, *dw;
} arrays;

/* One number of x and the units that see it through one element of the kernel: w[w + u]
 * stands between x[x] and y[y + u step]. */
typedef struct meeting {
    size_t x, w, y, units, step;
} meeting;

typedef void visitor(const arrays *a, meeting m);

/* Visits what meets at the place (r, c) of y. */
static void visit_place(const ag_conv_geometry *g, int r, int c, const arrays *a, visitor *visit) {
    const size_t units = (size_t)g->out.channels;
    const size_t place = (size_t)r * (size_t)g->out.columns + (size_t)c;
    meeting m = {
        .y = ag_shape_index(g->out, g->out_block, 0, place),
        .units = units,
        .step = g->out_block == 1 ? ag_shape_area(g->out) : 1,
    };
    for (int i = 0; i < g->in.channels; i++)
        for (int p = 0; p < g->kernel_rows; p++)
            for (int q = 0; q < g->kernel_columns; q++, m.w += units) {
                const int row = r * g->stride_rows + p - g->before_rows;
                const int column = c * g->stride_columns + q - g->before_columns;
                if (row < 0 || row >= g->in.rows || column < 0 || column >= g->in.columns) continue;
                m.x = ag_shape_index(g->in, g->in_block, i,
                                     (size_t)row * (size_t)g->in.columns + (size_t)column);
                visit(a, m);
            }
}

static void visit_all(const ag_conv_geometry *g, const arrays *a, visitor *visit) {
    for (int r = 0; r < g->out.rows; r++)
        for (int c = 0; c < g->out.columns; c++)
            visit_place(g, r, c, a, visit);
}

static void add_to_y(const arrays *a, meeting m) {
    for (size_t u = 0; u < m.units; u++)
        a->y[m.y + u * m.step] += a->x[m.x] * a->w[m.w + u];
}

static void add_to_dx(const arrays *a, meeting m) {
    for (size_t u = 0; u < m.units; u++)
        a->dx[m.x] += a->dy[m.y + u * m.step] * a->w[m.w + u];
}

static void add_to_dw(const arrays *a, meeting m) {
    for (size_t u = 0; u < m.units; u++)
        a->dw[m.w + u] += a->dy[m.y + u * m.step] * a->x[m.x];
}

static void fill(size_t n, ag_real *x) {
    for (size_t i = 0; i < n; i++)
        x[i] = 0;
}

void ag_conv_forward(ag_conv *conv, int rows, const ag_real *x, const ag_real *w, const ag_real *b,
                     ag_real *y) {
    const ag_conv_geometry *g = &conv->g;
    if (w) conv->w = w, conv->b = b;
    b = conv->b;
    for (int e = 0; e < rows; e++, x += ag_shape_size(g->in), y += ag_shape_size(g->out)) {
        for (int u = 0; u < g->out.channels; u++)
            for (size_t place = 0; place < ag_shape_area(g->out); place++)
                y[ag_shape_index(g->out, g->out_block, u, place)] = b ? b[u] : 0;
        visit_all(g, &(arrays){.x = x, .w = conv->w, .y = y}, add_to_y);
    }
}

void ag_conv_backward_data(ag_conv *conv, int rows, const ag_real *dy, const ag_real *w,
                           ag_real *dx) {
    const ag_conv_geometry *g = &conv->g;
    if (w) conv->w_back = w;
    fill((size_t)rows * ag_shape_size(g->in), dx);
    for (int e = 0; e < rows; e++, dx += ag_shape_size(g->in), dy += ag_shape_size(g->out))
        visit_all(g, &(arrays){.dx = dx, .w = conv->w_back, .dy = dy}, add_to_dx);
}

void ag_conv_weights_begin(ag_conv *conv) {
    fill(n_weights(&conv->g), conv->dw);
    fill((size_t)conv->g.out.channels, conv->db);
}

void ag_conv_weights_add(ag_conv *conv, int rows, const ag_real *x, const ag_real *dy) {
    const ag_conv_geometry *g = &conv->g;
    for (int e = 0; e < rows; e++, x += ag_shape_size(g->in), dy += ag_shape_size(g->out)) {
        visit_all(g, &(arrays){.x = x, .dw = conv->dw, .dy = dy}, add_to_dw);
        for (int u = 0; u < g->out.channels; u++)
            for (size_t place = 0; place < ag_shape_area(g->out); place++)
                conv->db[u] += dy[ag_shape_index(g->out, g->out_block, u, place)];
    }
}

void ag_conv_weights_end(ag_conv *conv, ag_real *dw, ag_real *db) {
    memcpy(dw, conv->dw, n_weights(&conv->g) * sizeof *dw);
    if (db) memcpy(db, conv->db, (size_t)conv->g.out.channels * sizeof *db);
}

void ag_conv_backward_weights(ag_conv *conv, int rows, const ag_real *x, const ag_real *dy,
                              ag_real *dw, ag_real *db) {
    ag_conv_weights_begin(conv);
    ag_conv_weights_add(conv, rows, x, dy);
    ag_conv_weights_end(conv, dw, db);
}

size_t ag_conv_bytes(const ag_conv_geometry *geometry, int rows_max) {
    (void)rows_max;
    return sizeof(ag_real) * (n_weights(geometry) + (size_t)geometry->out.channels);
}

#endif
