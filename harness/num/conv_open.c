/* Opening a convolution: the kernels of its instruction set, which pictures they can read as
 * they are, the phases of the way back, and the memory that it takes. */
#include "harness/num/conv.h"

#ifndef AG_DOUBLE

#include "harness/base/isa.h"
#include "harness/num/conv_parts.h"

#include <assert.h>

static const ag_conv_kernels *choose_kernels(void) {
#if AG_ISA_MAX >= 4
    if (ag_isa() >= AG_ISA_V4) return &ag_conv_v4;
#endif
#if AG_ISA_MAX >= 3
    if (ag_isa() >= AG_ISA_V3) return &ag_conv_v3;
#endif
    return &ag_conv_base;
}

/* Whether windows can be read from the pictures themselves: they lie channels last, and
 * the kernels know what to do where a window sees less of a row (conv_private.h). Tiles of
 * few channels would have little to do between such places. */
static bool read_as_is(ag_shape shape, int order, const ag_conv_windows *columns) {
    enum { FEW = 8 };
    if (order != shape.channels && ag_shape_area(shape) > 1) return false;
    if (columns->n == 0) return true;
    const bool all = ag_conv_sees(columns, 0).n == columns->kernel &&
                     ag_conv_sees(columns, columns->n - 1).n == columns->kernel;
    return all || (shape.channels >= FEW && columns->n >= AG_CONV_SHORT &&
                   ag_conv_misses_ends_only(columns));
}

static void set_group(ag_conv_frame *f, size_t weights, int rows_max) {
    const size_t together = weights * sizeof(float) > AG_CONV_FAR ? AG_CONV_FAR : AG_CONV_NEAR;
    const size_t n = together / (ag_conv_frame_size(f) * sizeof(float));
    f->group = n < 1 ? 1 : n > (size_t)rows_max ? rows_max : (int)n;
}

static ag_conv_windows rows_of(const ag_conv_geometry *g) {
    return (ag_conv_windows){g->out.rows, g->kernel_rows, g->in.rows, g->stride_rows,
                             g->before_rows};
}

static ag_conv_windows columns_of(const ag_conv_geometry *g) {
    return (ag_conv_windows){g->out.columns, g->kernel_columns, g->in.columns, g->stride_columns,
                             g->before_columns};
}

/* Of pictures that are read as they are. */
static ag_conv_frame frame_of(ag_shape shape, int order) {
    return (ag_conv_frame){shape, order, .rows = shape.rows, .columns = shape.columns};
}

static void set_forward(ag_conv *conv, ag_conv_pass *p) {
    const ag_conv_geometry *g = &conv->g;
    const ag_conv_windows rows = rows_of(g), columns = columns_of(g);
    *p = (ag_conv_pass){
        .x = frame_of(g->in, g->in_block),
        .to_rows = g->out.rows,
        .to_columns = g->out.columns,
        .to_channels = g->out.channels,
        .apart_rows = 1,
        .apart_columns = 1,
        .n_phases = 1,
    };
    if (read_as_is(g->in, g->in_block, &columns)) return;
    p->x.copied = true;
    p->x.rows = (rows.n - 1) * rows.stride + rows.kernel;
    p->x.columns = (columns.n - 1) * columns.stride + columns.kernel;
    p->x.before_rows = rows.before;
    p->x.before_columns = columns.before;
}

static void set_backward(ag_conv *conv, ag_conv_pass *p) {
    const ag_conv_geometry *g = &conv->g;
    const ag_conv_windows rows = rows_of(g), columns = columns_of(g);
    *p = (ag_conv_pass){
        .x = frame_of(g->out, g->out.channels),
        .to_rows = g->in.rows,
        .to_columns = g->in.columns,
        .to_channels = g->in.channels,
        .apart_rows = g->stride_rows,
        .apart_columns = g->stride_columns,
        .n_phases = g->stride_rows * g->stride_columns,
    };
    bool as_is = true;
    for (int i = 0; i < columns.stride; i++) {
        const ag_conv_windows back = ag_conv_back(&columns, i).windows;
        as_is = as_is && read_as_is(g->out, g->out.channels, &back);
    }
    if (as_is) return;
    p->x.copied = true;
    p->x.before_rows = ag_conv_back(&rows, 0).windows.kernel - 1;
    p->x.before_columns = ag_conv_back(&columns, 0).windows.kernel - 1;
    p->x.rows = (g->in.rows - 1 + rows.before) / rows.stride + 1 + p->x.before_rows;
    p->x.columns = (g->in.columns - 1 + columns.before) / columns.stride + 1 + p->x.before_columns;
}

/* The same windows on the frame. */
static void place_on_frame(const ag_conv_frame *f, ag_conv_phase *h) {
    h->rows.size = f->rows;
    h->rows.before -= f->before_rows;
    h->columns.size = f->columns;
    h->columns.before -= f->before_columns;
}

static void set_phases(const ag_conv *conv) {
    const ag_conv_geometry *g = &conv->g;
    const ag_conv_pass *b = &conv->backward;
    const ag_conv_windows rows = rows_of(g), columns = columns_of(g);
    ag_conv_phase *all = &conv->forward.phases[0];
    *all = (ag_conv_phase){.rows = rows, .columns = columns, .w = all->w};
    place_on_frame(&conv->forward.x, all);
    float *w = b->phases[0].w;
    for (int i = 0; i < b->n_phases; i++) {
        ag_conv_phase *h = &b->phases[i];
        *h = (ag_conv_phase){.first_row = i / g->stride_columns,
                             .first_column = i % g->stride_columns};
        const ag_conv_way_back r = ag_conv_back(&rows, h->first_row);
        const ag_conv_way_back c = ag_conv_back(&columns, h->first_column);
        h->rows = r.windows;
        h->columns = c.windows;
        if (!h->rows.kernel || !h->columns.kernel) h->rows.kernel = h->columns.kernel = 0;
        place_on_frame(&b->x, h);
        h->y = (r.place * (ptrdiff_t)g->in.columns + c.place) * g->in.channels;
        h->w = w;
        w += (ptrdiff_t)h->rows.kernel * h->columns.kernel * g->out.channels *
             ag_conv_padded(conv, g->in.channels);
    }
}

/* A picture whose windows are single places is a row of them. */
static ag_conv_geometry simplified(ag_conv_geometry g) {
    const bool single = g.kernel_rows == 1 && g.kernel_columns == 1 && g.stride_rows == 1 &&
                        g.stride_columns == 1 && g.before_rows == 0 && g.before_columns == 0;
    if (single && g.in.rows == g.out.rows && g.in.columns == g.out.columns) {
        g.in.columns = g.out.columns = g.in.rows * g.in.columns;
        g.in.rows = g.out.rows = 1;
    }
    return g;
}

static void measure(ag_conv *conv, const ag_conv_geometry *geometry, int rows_max) {
    *conv = (ag_conv){.g = simplified(*geometry), .kernels = choose_kernels()};
    assert(conv->g.out_block == conv->g.out.channels || ag_shape_area(conv->g.out) == 1);
    set_forward(conv, &conv->forward);
    set_backward(conv, &conv->backward);
    set_group(&conv->forward.x, ag_conv_weights_size(conv), rows_max);
    set_group(&conv->backward.x, ag_conv_weights_size(conv), rows_max);
}

/* Numbers of all arrays, in the order of struct ag_conv. */
typedef struct needs {
    size_t phases, x, dy, w, w_back, bias, no_bias, gradient, sums, full, arranged;
} needs;

static size_t frame_needs(const ag_conv_frame *f) {
    return f->copied ? (size_t)f->group * ag_conv_frame_size(f) : 0;
}

static needs needs_of(const ag_conv *conv) {
    const ag_conv_geometry *g = &conv->g;
    const size_t in = (size_t)ag_conv_padded(conv, g->in.channels);
    const size_t units = (size_t)ag_conv_padded(conv, g->out.channels);
    const size_t area = (size_t)g->kernel_rows * (size_t)g->kernel_columns;
    const bool whole = units == (size_t)g->out.channels;
    const bool last = g->in_block == g->in.channels || ag_shape_area(g->in) == 1;
    return (needs){
        .phases = 1 + (size_t)conv->backward.n_phases,
        .x = frame_needs(&conv->forward.x),
        .dy = frame_needs(&conv->backward.x),
        .w = ag_conv_weights_size(conv),
        .w_back = area * (size_t)g->out.channels * in,
        .bias = units,
        .no_bias = in,
        .gradient = ag_conv_weights_size(conv),
        .sums = units,
        .full = whole ? 0 : (size_t)conv->forward.x.group * ag_shape_area(g->out) * units,
        .arranged = last ? 0 : ag_shape_size(g->in),
    };
}

size_t ag_conv_bytes(const ag_conv_geometry *geometry, int rows_max) {
    ag_conv conv;
    measure(&conv, geometry, rows_max);
    const needs n = needs_of(&conv);
    return n.phases * sizeof(ag_conv_phase) + (n.x + n.dy + n.w + n.w_back + n.bias + n.no_bias +
                                               n.gradient + n.sums + n.full + n.arranged) *
                                                  sizeof(float);
}

/* NULL for nothing, and *ok false where memory is out. */
static float *numbers(ag_arena *arena, size_t n, bool *ok) {
    float *at = n ? AG_NEW_ARRAY(arena, float, n) : NULL;
    if (n && !at) *ok = false;
    return at;
}

ag_status ag_conv_open(const ag_conv_geometry *geometry, int rows_max, ag_arena *arena,
                       ag_conv **conv, ag_error *err) {
    ag_conv *c = AG_NEW(arena, ag_conv);
    bool ok = c != NULL;
    if (ok) {
        measure(c, geometry, rows_max);
        const needs n = needs_of(c);
        ag_conv_phase *phases = AG_NEW_ARRAY(arena, ag_conv_phase, n.phases);
        float *w = numbers(arena, n.w, &ok), *back = numbers(arena, n.w_back, &ok);
        c->forward.x.at = numbers(arena, n.x, &ok);
        c->backward.x.at = numbers(arena, n.dy, &ok);
        c->bias = numbers(arena, n.bias, &ok);
        c->no_bias = numbers(arena, n.no_bias, &ok);
        c->gradient = numbers(arena, n.gradient, &ok);
        c->sums = numbers(arena, n.sums, &ok);
        c->full = numbers(arena, n.full, &ok);
        c->arranged = numbers(arena, n.arranged, &ok);
        ok = ok && phases;
        if (ok) {
            c->forward.phases = phases;
            c->backward.phases = phases + 1;
            c->forward.phases[0].w = w;
            c->backward.phases[0].w = back;
            set_phases(c);
        }
    }
    *conv = c;
    return ok ? AG_OK
              : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a convolution of %d examples",
                        rows_max);
}

#endif
