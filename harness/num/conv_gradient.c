/* Convolution backward to the weights: what each element of the kernel has seen, times dy. */
#include "harness/num/conv.h"

#ifndef AG_DOUBLE

#include "harness/num/conv_parts.h"

#include <string.h>

/* Rows of y that are summed before their sum is added to what is there. */
enum { ROWS_LEAST = 2 };

/* Numbers that the kernels read behind the units of a place: of the next one, into lanes
 * that nobody looks at. */
static size_t read_behind(const ag_conv *conv) {
    return (size_t)(ag_conv_padded(conv, conv->g.out.channels) - conv->g.out.channels);
}

/* Units padded to whole vectors: for the last picture, behind which may be nothing. */
static const float *fill_units(const ag_conv *conv, const float *dy, int n) {
    const size_t units = (size_t)conv->g.out.channels, width = units + read_behind(conv);
    const size_t places = (size_t)n * ag_shape_area(conv->g.out);
    for (size_t place = 0; place < places; place++)
        memcpy(conv->full + place * width, dy + place * units, units * sizeof *dy);
    return conv->full;
}

/* Pictures of the next group, when `left` are left: the last one alone where it is filled
 * up, all where one is smaller than what is read behind it. */
static int group_of(const ag_conv *conv, int left) {
    const int n = ag_conv_least(left, conv->forward.x.group);
    const bool alone = conv->full && read_behind(conv) <= ag_shape_size(conv->g.out);
    return alone && n == left && n > 1 ? n - 1 : n;
}

static bool is_filled(const ag_conv *conv, int left) {
    return conv->full && (left == 1 || read_behind(conv) > ag_shape_size(conv->g.out));
}

/* Rows of y whose windows and whose own numbers are worked on together. */
static int rows_near(const ag_conv *conv) {
    const ag_conv_geometry *g = &conv->g;
    const size_t x = ag_conv_frame_row(&conv->forward.x) * (size_t)g->stride_rows;
    const size_t y = (size_t)g->out.columns * (size_t)ag_conv_channels_most(conv);
    const size_t n = AG_CONV_NEAR / ((x + y) * sizeof(float));
    const int rows = n > (size_t)g->out.rows ? g->out.rows : (int)n;
    return ag_conv_parts(g->out.rows, ag_conv_parts(g->out.rows, ag_conv_most(rows, ROWS_LEAST)));
}

/* Windows of some pictures and rows of y, and what their gathering begins with. */
typedef struct region {
    const float *x, *dy; /* of the first picture */
    ptrdiff_t y_place;   /* from one place of dy to the next */
    int n;
    ag_conv_seen rows; /* of y */
} region;

/* Adds what elements (p, q) to (p, q + elements - 1) of the kernel see, to one block. */
static void gather_elements(const ag_conv *conv, const region *at, ag_conv_channels b, int p, int q,
                            int elements) {
    const ag_conv_geometry *g = &conv->g;
    const ag_conv_frame *f = &conv->forward.x;
    const ag_conv_phase *h = &conv->forward.phases[0];
    const int channels = g->in.channels, area = channels * g->kernel_rows * g->kernel_columns;
    const ag_conv_seen columns = ag_conv_seen_by(&h->columns, q);
    const ag_conv_seen all = ag_conv_seen_by(&h->rows, p);
    const int first = ag_conv_most(all.first, at->rows.first);
    const int end = ag_conv_least(all.first + all.n, at->rows.first + at->rows.n);
    if (first >= end || columns.n == 0) return;
    const ptrdiff_t row = (ptrdiff_t)ag_conv_frame_row(f);
    const ptrdiff_t width = at->y_place, y_row = width * g->out.columns;
    ag_conv_gathering own = {
        .x = at->x + (first * h->rows.stride - h->rows.before + p) * row +
             (columns.first * h->columns.stride - h->columns.before + q) * (ptrdiff_t)channels,
        .dy = at->dy + first * y_row + columns.first * width + b.first,
        .dw = conv->gradient + (ptrdiff_t)b.first * area +
              (ptrdiff_t)(p * g->kernel_columns + q) * channels * b.width,
        .depth = elements * channels,
        .vectors = b.vectors,
        .axis = {{columns.n, h->columns.stride * channels, width},
                 {end - first, h->rows.stride * row, y_row},
                 {at->n, (ptrdiff_t)ag_conv_frame_size(f), y_row * g->out.rows}},
    };
    ag_conv_sort_axes(own.axis);
    conv->kernels->gather(&own);
}

static void gather_sums(const ag_conv *conv, const region *at, ag_conv_channels b) {
    static const float one = 1;
    const ag_conv_geometry *g = &conv->g;
    const ptrdiff_t width = at->y_place, y_row = width * g->out.columns;
    ag_conv_gathering sums = {
        .x = &one,
        .dy = at->dy + at->rows.first * y_row + b.first,
        .dw = conv->sums + b.first,
        .depth = 1,
        .vectors = b.vectors,
        .axis = {{g->out.columns, 0, width},
                 {at->rows.n, 0, y_row},
                 {at->n, 0, y_row * g->out.rows}},
    };
    ag_conv_sort_axes(sums.axis);
    conv->kernels->gather(&sums);
}

/* Elements of a row of the kernel lie side by side in x. They are taken together where all
 * windows see all of them, otherwise each with the places that see it. */
static int elements_together(const ag_conv *conv) {
    const ag_conv_windows *columns = &conv->forward.phases[0].columns;
    const bool all = ag_conv_sees(columns, 0).n == columns->kernel &&
                     ag_conv_sees(columns, columns->n - 1).n == columns->kernel;
    return all ? columns->kernel : 1;
}

static void gather_region(const ag_conv *conv, const region *at) {
    const ag_conv_geometry *g = &conv->g;
    const int together = elements_together(conv);
    for (int first = 0; first < g->out.channels; first += ag_conv_channels_most(conv)) {
        const ag_conv_channels b = ag_conv_channels_at(conv, g->out.channels, first);
        gather_sums(conv, at, b);
        for (int p = 0; p < g->kernel_rows; p++)
            for (int q = 0; q < g->kernel_columns; q += together)
                gather_elements(conv, at, b, p, q, together);
    }
}

static void unpack(const ag_conv *conv, float *dw) {
    const ag_conv_geometry *g = &conv->g;
    const int area = g->kernel_rows * g->kernel_columns, units = g->out.channels;
    const float *from = conv->gradient;
    for (int first = 0; first < units; first += ag_conv_channels_most(conv)) {
        const ag_conv_channels b = ag_conv_channels_at(conv, units, first);
        for (int k = 0; k < area; k++)
            for (int i = 0; i < g->in.channels; i++, from += b.width)
                memcpy(dw + ((size_t)i * (size_t)area + (size_t)k) * (size_t)units + first, from,
                       (size_t)b.units * sizeof *dw);
    }
}

void ag_conv_weights_begin(ag_conv *conv) {
    memset(conv->gradient, 0, ag_conv_weights_size(conv) * sizeof *conv->gradient);
    memset(conv->sums, 0, (size_t)ag_conv_padded(conv, conv->g.out.channels) * sizeof *conv->sums);
}

/* Shared, by blocks of units and elements of the kernel: each over all pictures in the order
 * in which one thread would add them. */
typedef struct shared_gathering {
    const ag_conv *conv;
    int rows;
    const float *x, *dy;
} shared_gathering;

/* Of a block: the sums, and each time some elements. */
static int chunks_of_block(const ag_conv *conv) {
    return 1 + conv->g.kernel_rows * (conv->g.kernel_columns / elements_together(conv));
}

static void gather_chunk(void *context, int chunk, int member) {
    const shared_gathering *s = context;
    const ag_conv *conv = s->conv;
    const ag_conv_geometry *g = &conv->g;
    (void)member;
    const int together = elements_together(conv), group = conv->forward.x.group;
    const int per_row = g->kernel_columns / together, step = rows_near(conv);
    const int at = chunk % chunks_of_block(conv), element = at - 1;
    const int first = chunk / chunks_of_block(conv) * ag_conv_channels_most(conv);
    const ag_conv_channels b = ag_conv_channels_at(conv, g->out.channels, first);
    for (int e = 0; e < s->rows && !ag_is_stopped(conv->stop); e += group)
        for (int r = 0; r < g->out.rows; r += step) {
            const region here = {.x = s->x + (size_t)e * ag_shape_size(g->in),
                                 .dy = s->dy + (size_t)e * ag_shape_size(g->out),
                                 .y_place = g->out.channels,
                                 .n = ag_conv_least(s->rows - e, group),
                                 .rows = {r, ag_conv_least(step, g->out.rows - r)}};
            if (at == 0)
                gather_sums(conv, &here, b);
            else
                gather_elements(conv, &here, b, element / per_row, element % per_row * together,
                                together);
        }
}

void ag_conv_weights_add(ag_conv *conv, int rows, const ag_real *x, const ag_real *dy) {
    const ag_conv_geometry *g = &conv->g;
    const ag_conv_frame *f = &conv->forward.x;
    const int step = rows_near(conv);
    if (!f->copied && !conv->full && ag_conv_shared(conv, rows)) {
        shared_gathering all = {conv, rows, x, dy};
        const int blocks = ag_conv_parts(g->out.channels, ag_conv_channels_most(conv));
        ag_team_for(conv->team, blocks * chunks_of_block(conv), gather_chunk, &all);
        return;
    }
    for (int e = 0, n; e < rows && !ag_is_stopped(conv->stop); e += n) {
        n = group_of(conv, rows - e);
        region at = {.x = ag_conv_show(f, x + (size_t)e * ag_shape_size(g->in), n),
                     .dy = dy + (size_t)e * ag_shape_size(g->out),
                     .y_place = g->out.channels,
                     .n = n};
        if (is_filled(conv, rows - e)) {
            at.dy = fill_units(conv, at.dy, n);
            at.y_place = ag_conv_padded(conv, g->out.channels);
        }
        for (int r = 0; r < g->out.rows; r += step) {
            at.rows = (ag_conv_seen){r, ag_conv_least(step, g->out.rows - r)};
            gather_region(conv, &at);
        }
    }
}

void ag_conv_weights_end(ag_conv *conv, ag_real *dw, ag_real *db) {
    unpack(conv, dw);
    if (db) memcpy(db, conv->sums, (size_t)conv->g.out.channels * sizeof *db);
}

void ag_conv_backward_weights(ag_conv *conv, int rows, const ag_real *x, const ag_real *dy,
                              ag_real *dw, ag_real *db) {
    ag_conv_weights_begin(conv);
    ag_conv_weights_add(conv, rows, x, dy);
    ag_conv_weights_end(conv, dw, db);
}

#endif
