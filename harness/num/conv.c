#include "harness/num/conv.h"

#ifndef AG_DOUBLE

#include "harness/base/isa.h"
#include "harness/num/conv_private.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* Pictures as the kernels read them: channels last, with the zeros around that windows
 * see. Copied some at a time, so that they are read from a near cache. */
typedef struct frame {
    ag_shape shape; /* of the pictures */
    int block;      /* their order */
    int rows, columns, before_rows, before_columns;
    bool copied; /* false: there are no zeros around, and the pictures themselves are read */
    int group;   /* pictures at a time */
    float *at;   /* [group][rows][columns][channels]; what is zero stays so */
} frame;

/* Places of y that see the same elements of the kernel: all of them going forward. Going
 * backward with stride s, every s-th row and column sees every s-th element. */
typedef struct phase {
    int rows, columns;               /* of y */
    int kernel_rows, kernel_columns; /* elements it sees */
    int first_row, first_column;     /* ... the first of them */
    ptrdiff_t x, y;                  /* where its first window and its first place begin */
    float *w;                        /* [block][kernel row][kernel column][x's channel][u] */
} phase;

/* Forward, or backward to dx, which is a convolution, too: of dy, by the kernel turned
 * round. x is what is read, y what is written. */
typedef struct pass {
    frame x;
    int to_rows, to_columns, to_channels;
    int stride_rows, stride_columns; /* of the windows on x */
    int apart_rows, apart_columns;   /* of a phase's places in y */
    int n_phases;
    phase *phases;
} pass;

struct ag_conv {
    ag_conv_geometry g;
    const ag_conv_kernels *kernels;
    pass forward, backward;
    float *bias;     /* [units, padded] */
    float *no_bias;  /* [input channels, padded]: zeros */
    float *gradient; /* [block][kernel row][kernel column][input channel][u]: dw, packed */
    float *sums;     /* [units, padded]: db */
    float *full;     /* dy with units padded to whole vectors, a group; NULL: they are whole */
    float *arranged; /* dx channels last, a group; NULL: that is how it lies */
};

enum {
    NEAR = 32 << 10, /* bytes of pictures that are worked on together, with luck in L1 */
    FAR = 256 << 10  /* ... where the weights fill L2: each group reads them all again */
};

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }
static int parts(int n, int size) { return (n + size - 1) / size; }

/* ROWS_LEAST: rows of y that are summed before their sum is added to what is there. */
enum { ROWS_LEAST = 2 };

static const ag_conv_kernels *choose_kernels(void) {
#if AG_ISA_MAX >= 4
    if (ag_isa() >= AG_ISA_V4) return &ag_conv_v4;
#endif
#if AG_ISA_MAX >= 3
    if (ag_isa() >= AG_ISA_V3) return &ag_conv_v3;
#endif
    return &ag_conv_base;
}

/* --- blocks of channels ------------------------------------------------------ */

/* Channels from `first` on. */
typedef struct block {
    int first, vectors, units, width; /* width: units, padded to whole vectors */
} block;

static int block_size(const ag_conv *conv) { return AG_CONV_VECTORS * conv->kernels->lanes; }

static block block_at(const ag_conv *conv, int channels, int first) {
    const int units = least(channels - first, block_size(conv)), lanes = conv->kernels->lanes;
    const int vectors = parts(units, lanes);
    return (block){first, vectors, units, vectors * lanes};
}

static int padded(const ag_conv *conv, int channels) {
    return parts(channels, conv->kernels->lanes) * conv->kernels->lanes;
}

static size_t weights_size(const ag_conv *conv) {
    const ag_conv_geometry *g = &conv->g;
    return (size_t)g->in.channels * (size_t)g->kernel_rows * (size_t)g->kernel_columns *
           (size_t)padded(conv, g->out.channels);
}

/* --- pictures ------------------------------------------------------------------ */

static size_t frame_row(const frame *f) { return (size_t)f->columns * (size_t)f->shape.channels; }

static size_t frame_size(const frame *f) { return (size_t)f->rows * frame_row(f); }

/* `rows` x `columns` of the padded picture are seen. */
static frame frame_of(ag_shape shape, int order, int rows, int columns, int before_rows,
                      int before_columns) {
    const bool last = order == shape.channels || ag_shape_area(shape) == 1;
    frame f = {shape, order, rows, columns, before_rows, before_columns, .copied = true};
    if (last && before_rows + before_columns == 0 && rows <= shape.rows &&
        columns <= shape.columns) {
        f.copied = false;
        f.rows = shape.rows;
        f.columns = shape.columns;
    }
    return f;
}

static void set_group(frame *f, size_t weights, int rows_max) {
    const size_t together = weights * sizeof(float) > FAR ? FAR : NEAR;
    const size_t n = together / (frame_size(f) * sizeof(float));
    f->group = n < 1 ? 1 : n > (size_t)rows_max ? rows_max : (int)n;
}

static void copy_picture(const frame *f, const float *x, float *to) {
    const int channels = f->shape.channels, columns = f->shape.columns;
    const int rows = least(f->shape.rows, f->rows - f->before_rows);
    const int seen = least(columns, f->columns - f->before_columns);
    const size_t area = ag_shape_area(f->shape);
    to += (size_t)f->before_rows * frame_row(f) + (size_t)f->before_columns * (size_t)channels;
    for (int r = 0; r < rows; r++, to += frame_row(f)) {
        if (f->block == channels) {
            memcpy(to, x + (size_t)r * (size_t)columns * (size_t)channels,
                   (size_t)most(seen, 0) * (size_t)channels * sizeof *to);
            continue;
        }
        for (int c = 0; c < seen; c++)
            for (int i = 0; i < channels; i++)
                to[c * channels + i] = x[(size_t)i * area + (size_t)(r * columns + c)];
    }
}

/* Pictures `first` and the `n` from there on, as kernels read them. */
static const float *show(const frame *f, const float *x, int n) {
    if (!f->copied) return x;
    for (int e = 0; e < n; e++)
        copy_picture(f, x + (size_t)e * ag_shape_size(f->shape), f->at + (size_t)e * frame_size(f));
    return f->at;
}

/* Tiles of sums lie along the first axis, and are low where it is short. */
static void sort_axes(ag_conv_axis axis[AG_CONV_AXES]) {
    enum { SHORT = 6 };
    if (axis[0].n >= SHORT) return;
    const int longest = axis[1].n > axis[2].n ? 1 : 2;
    if (axis[longest].n <= axis[0].n) return;
    const ag_conv_axis first = axis[0];
    axis[0] = axis[longest];
    axis[longest] = first;
}

/* --- forward and backward to dx ------------------------------------------------ */

static void run_phase(const ag_conv *conv, const pass *p, const phase *h, const float *x, int n,
                      const float *bias, float *y) {
    const ptrdiff_t channels = p->x.shape.channels, row = (ptrdiff_t)frame_row(&p->x);
    const ptrdiff_t to = p->to_channels, size = to * p->to_rows * p->to_columns;
    ag_conv_run run = {
        .w = h->w,
        .x = x + h->x,
        .x_row = row,
        .rows = h->kernel_rows,
        .depth = h->kernel_columns * (int)channels,
        .axis = {{h->columns, p->stride_columns * channels, p->apart_columns * to},
                 {h->rows, p->stride_rows * row, p->apart_rows * p->to_columns * to},
                 {n, (ptrdiff_t)frame_size(&p->x), size}},
    };
    sort_axes(run.axis);
    for (int first = 0; first < p->to_channels; first += block_size(conv)) {
        const block b = block_at(conv, p->to_channels, first);
        run.vectors = b.vectors;
        run.units = b.units;
        run.bias = bias + first;
        run.y = y + h->y + first;
        conv->kernels->correlate(&run);
        run.w += (ptrdiff_t)run.rows * run.depth * b.width;
    }
}

static void run_pass(const ag_conv *conv, const pass *p, int rows, const float *x,
                     const float *bias, float *y) {
    const size_t from = ag_shape_size(p->x.shape);
    const size_t to = (size_t)p->to_rows * (size_t)p->to_columns * (size_t)p->to_channels;
    for (int e = 0; e < rows; e += p->x.group) {
        const int n = least(rows - e, p->x.group);
        const float *seen = show(&p->x, x + (size_t)e * from, n);
        for (int h = 0; h < p->n_phases; h++)
            run_phase(conv, p, &p->phases[h], seen, n, bias, y + (size_t)e * to);
    }
}

/* The weights [i][p][q][o] as `forward` reads them. */
static void pack_forward(const ag_conv *conv, const float *w) {
    const ag_conv_geometry *g = &conv->g;
    const int area = g->kernel_rows * g->kernel_columns, units = g->out.channels;
    float *to = conv->forward.phases[0].w;
    for (int first = 0; first < units; first += block_size(conv)) {
        const block b = block_at(conv, units, first);
        for (int k = 0; k < area; k++)
            for (int i = 0; i < g->in.channels; i++, to += b.width)
                memcpy(to, w + ((size_t)i * (size_t)area + (size_t)k) * (size_t)units + first,
                       (size_t)b.units * sizeof *to);
    }
}

/* ... as one phase of `backward` does: turned round, and [o] where [i] was. Some units at
 * a time, so that what is written together stays near. */
static void pack_phase(const ag_conv *conv, const phase *h, const float *w) {
    enum { TOGETHER = 16 };
    const ag_conv_geometry *g = &conv->g;
    const int units = g->out.channels;
    const size_t area = (size_t)g->kernel_rows * (size_t)g->kernel_columns;
    float *to = h->w;
    for (int first = 0; first < g->in.channels; first += block_size(conv)) {
        const block b = block_at(conv, g->in.channels, first);
        for (int j = h->kernel_rows - 1; j >= 0; j--)
            for (int l = h->kernel_columns - 1; l >= 0; l--, to += units * b.width) {
                const int p = h->first_row + j * g->stride_rows;
                const int q = h->first_column + l * g->stride_columns;
                const float *from =
                    w +
                    ((size_t)first * area + (size_t)(p * g->kernel_columns + q)) * (size_t)units;
                for (int o = 0; o < units; o += TOGETHER)
                    for (int i = 0; i < b.units; i++)
                        for (int u = o; u < least(o + TOGETHER, units); u++)
                            to[u * b.width + i] =
                                from[(size_t)i * area * (size_t)units + (size_t)u];
            }
    }
}

void ag_conv_forward(ag_conv *conv, int rows, const ag_real *x, const ag_real *w, const ag_real *b,
                     ag_real *y) {
    const size_t units = (size_t)conv->g.out.channels;
    if (w) pack_forward(conv, w);
    if (w && b) memcpy(conv->bias, b, units * sizeof *b);
    if (w && !b) memset(conv->bias, 0, units * sizeof *conv->bias);
    run_pass(conv, &conv->forward, rows, x, conv->bias, y);
}

/* Channels last to channels first. */
static void arrange(ag_shape s, const float *from, float *to) {
    for (size_t place = 0; place < ag_shape_area(s); place++)
        for (int c = 0; c < s.channels; c++)
            to[(size_t)c * ag_shape_area(s) + place] = *from++;
}

void ag_conv_backward_data(ag_conv *conv, int rows, const ag_real *dy, const ag_real *w,
                           ag_real *dx) {
    const pass *p = &conv->backward;
    for (int h = 0; w && h < p->n_phases; h++)
        pack_phase(conv, &p->phases[h], w);
    if (!conv->arranged) {
        run_pass(conv, p, rows, dy, conv->no_bias, dx);
        return;
    }
    const size_t n_x = ag_shape_size(conv->g.in), n_y = ag_shape_size(conv->g.out);
    for (int e = 0; e < rows; e++) {
        run_pass(conv, p, 1, dy + (size_t)e * n_y, conv->no_bias, conv->arranged);
        arrange(conv->g.in, conv->arranged, dx + (size_t)e * n_x);
    }
}

/* --- backward to the weights --------------------------------------------------- */

/* Units padded to whole vectors. */
static const float *fill_units(const ag_conv *conv, const float *dy, int n) {
    if (!conv->full) return dy;
    const size_t units = (size_t)conv->g.out.channels, width = (size_t)padded(conv, (int)units);
    const size_t places = (size_t)n * ag_shape_area(conv->g.out);
    for (size_t place = 0; place < places; place++)
        memcpy(conv->full + place * width, dy + place * units, units * sizeof *dy);
    return conv->full;
}

/* Rows of y whose windows and whose own numbers are worked on together. */
static int rows_near(const ag_conv *conv) {
    const ag_conv_geometry *g = &conv->g;
    const size_t x = frame_row(&conv->forward.x) * (size_t)g->stride_rows;
    const size_t y = (size_t)g->out.columns * (size_t)block_size(conv);
    const size_t n = NEAR / ((x + y) * sizeof(float));
    const int rows = n > (size_t)g->out.rows ? g->out.rows : (int)n;
    return parts(g->out.rows, parts(g->out.rows, most(rows, ROWS_LEAST)));
}

/* What `n` pictures add for some rows of y. */
static void gather_rows(const ag_conv *conv, const float *x, const float *dy, int n, int first_row,
                        int rows) {
    static const float one = 1;
    const ag_conv_geometry *g = &conv->g;
    const frame *f = &conv->forward.x;
    const int units = g->out.channels, area = g->in.channels * g->kernel_rows * g->kernel_columns;
    const ptrdiff_t width = padded(conv, units), row = (ptrdiff_t)frame_row(f);
    const ptrdiff_t y_row = width * g->out.columns;
    ag_conv_gathering own = {
        .axis = {{g->out.columns, g->stride_columns * g->in.channels, width},
                 {rows, g->stride_rows * row, y_row},
                 {n, (ptrdiff_t)frame_size(f), y_row * g->out.rows}},
    };
    sort_axes(own.axis);
    ag_conv_gathering sums = own;
    for (int i = 0; i < AG_CONV_AXES; i++)
        sums.axis[i].x = 0;
    sums.x = &one;
    sums.depth = 1;
    own.depth = g->kernel_columns * g->in.channels;
    x += first_row * g->stride_rows * row;
    dy += first_row * y_row;
    for (int first = 0; first < units; first += block_size(conv)) {
        const block b = block_at(conv, units, first);
        own.vectors = sums.vectors = b.vectors;
        own.dy = sums.dy = dy + first;
        sums.dw = conv->sums + first;
        conv->kernels->gather(&sums);
        for (int p = 0; p < g->kernel_rows; p++) {
            own.x = x + p * row;
            own.dw = conv->gradient + (ptrdiff_t)first * area + (ptrdiff_t)p * own.depth * b.width;
            conv->kernels->gather(&own);
        }
    }
}

static void unpack(const ag_conv *conv, float *dw) {
    const ag_conv_geometry *g = &conv->g;
    const int area = g->kernel_rows * g->kernel_columns, units = g->out.channels;
    const float *from = conv->gradient;
    for (int first = 0; first < units; first += block_size(conv)) {
        const block b = block_at(conv, units, first);
        for (int k = 0; k < area; k++)
            for (int i = 0; i < g->in.channels; i++, from += b.width)
                memcpy(dw + ((size_t)i * (size_t)area + (size_t)k) * (size_t)units + first, from,
                       (size_t)b.units * sizeof *dw);
    }
}

void ag_conv_weights_begin(ag_conv *conv) {
    memset(conv->gradient, 0, weights_size(conv) * sizeof *conv->gradient);
    memset(conv->sums, 0, (size_t)padded(conv, conv->g.out.channels) * sizeof *conv->sums);
}

void ag_conv_weights_add(ag_conv *conv, int rows, const ag_real *x, const ag_real *dy) {
    const ag_conv_geometry *g = &conv->g;
    const frame *f = &conv->forward.x;
    const int step = rows_near(conv);
    for (int e = 0; e < rows; e += f->group) {
        const int n = least(rows - e, f->group);
        const float *seen = show(f, x + (size_t)e * ag_shape_size(g->in), n);
        const float *whole = fill_units(conv, dy + (size_t)e * ag_shape_size(g->out), n);
        for (int r = 0; r < g->out.rows; r += step)
            gather_rows(conv, seen, whole, n, r, least(step, g->out.rows - r));
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

/* --- opening --------------------------------------------------------------------- */

/* Elements of a kernel that places see whose windows begin `first` elements off the step. */
static int elements(int kernel, int stride, int first) {
    return kernel > first ? parts(kernel - first, stride) : 0;
}

/* Of one direction. Window t of y begins at place stride t - before of x, so the place
 * that stands at `first` in its windows is stride t + first - before. */
typedef struct span {
    int n, kernel; /* places of the phase, elements they see */
    int x, y;      /* where both begin: in the frame of dy, in dx */
} span;

static span span_of(int in, int kernel, int stride, int before, int first) {
    const int t = first >= before ? 0 : parts(before - first, stride);
    span s = {.kernel = elements(kernel, stride, first), .y = stride * t + first - before};
    if (s.y < in) s.n = (in - 1 - s.y) / stride + 1;
    if (s.kernel) s.x = t + elements(kernel, stride, 0) - s.kernel;
    return s;
}

static void set_forward(ag_conv *conv, pass *p) {
    const ag_conv_geometry *g = &conv->g;
    const int rows = (g->out.rows - 1) * g->stride_rows + g->kernel_rows;
    const int columns = (g->out.columns - 1) * g->stride_columns + g->kernel_columns;
    *p = (pass){
        .x = frame_of(g->in, g->in_block, rows, columns, g->before_rows, g->before_columns),
        .to_rows = g->out.rows,
        .to_columns = g->out.columns,
        .to_channels = g->out.channels,
        .stride_rows = g->stride_rows,
        .stride_columns = g->stride_columns,
        .apart_rows = 1,
        .apart_columns = 1,
        .n_phases = 1,
    };
}

static void set_backward(ag_conv *conv, pass *p) {
    const ag_conv_geometry *g = &conv->g;
    const int around_rows = elements(g->kernel_rows, g->stride_rows, 0) - 1;
    const int around_columns = elements(g->kernel_columns, g->stride_columns, 0) - 1;
    const int rows = (g->in.rows - 1 + g->before_rows) / g->stride_rows + 1;
    const int columns = (g->in.columns - 1 + g->before_columns) / g->stride_columns + 1;
    *p = (pass){
        .x = frame_of(g->out, g->out.channels, rows + around_rows, columns + around_columns,
                      around_rows, around_columns),
        .to_rows = g->in.rows,
        .to_columns = g->in.columns,
        .to_channels = g->in.channels,
        .stride_rows = 1,
        .stride_columns = 1,
        .apart_rows = g->stride_rows,
        .apart_columns = g->stride_columns,
        .n_phases = g->stride_rows * g->stride_columns,
    };
}

static void set_phases(const ag_conv *conv) {
    const ag_conv_geometry *g = &conv->g;
    const pass *b = &conv->backward;
    conv->forward.phases[0] = (phase){
        .rows = g->out.rows,
        .columns = g->out.columns,
        .kernel_rows = g->kernel_rows,
        .kernel_columns = g->kernel_columns,
        .w = conv->forward.phases[0].w,
    };
    float *w = b->phases[0].w;
    for (int i = 0; i < b->n_phases; i++) {
        phase *h = &b->phases[i];
        *h = (phase){.first_row = i / g->stride_columns, .first_column = i % g->stride_columns};
        const span r =
            span_of(g->in.rows, g->kernel_rows, g->stride_rows, g->before_rows, h->first_row);
        const span c = span_of(g->in.columns, g->kernel_columns, g->stride_columns,
                               g->before_columns, h->first_column);
        h->rows = r.n;
        h->columns = c.n;
        h->kernel_rows = c.kernel ? r.kernel : 0;
        h->kernel_columns = r.kernel ? c.kernel : 0;
        h->x = r.x * (ptrdiff_t)frame_row(&b->x) + (ptrdiff_t)c.x * b->x.shape.channels;
        h->y = (r.y * (ptrdiff_t)g->in.columns + c.y) * g->in.channels;
        h->w = w;
        w += (ptrdiff_t)h->kernel_rows * h->kernel_columns * g->out.channels *
             padded(conv, g->in.channels);
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
    set_group(&conv->forward.x, weights_size(conv), rows_max);
    set_group(&conv->backward.x, weights_size(conv), rows_max);
}

/* Numbers of all arrays, in the order of struct ag_conv. */
typedef struct needs {
    size_t phases, x, dy, w, w_back, bias, no_bias, gradient, sums, full, arranged;
} needs;

static size_t frame_needs(const frame *f) {
    return f->copied ? (size_t)f->group * frame_size(f) : 0;
}

static needs needs_of(const ag_conv *conv) {
    const ag_conv_geometry *g = &conv->g;
    const size_t in = (size_t)padded(conv, g->in.channels);
    const size_t units = (size_t)padded(conv, g->out.channels);
    const size_t area = (size_t)g->kernel_rows * (size_t)g->kernel_columns;
    const bool whole = units == (size_t)g->out.channels;
    const bool last = g->in_block == g->in.channels || ag_shape_area(g->in) == 1;
    return (needs){
        .phases = 1 + (size_t)conv->backward.n_phases,
        .x = frame_needs(&conv->forward.x),
        .dy = frame_needs(&conv->backward.x),
        .w = weights_size(conv),
        .w_back = area * (size_t)g->out.channels * in,
        .bias = units,
        .no_bias = in,
        .gradient = weights_size(conv),
        .sums = units,
        .full = whole ? 0 : (size_t)conv->forward.x.group * ag_shape_area(g->out) * units,
        .arranged = last ? 0 : ag_shape_size(g->in),
    };
}

size_t ag_conv_bytes(const ag_conv_geometry *geometry, int rows_max) {
    ag_conv conv;
    measure(&conv, geometry, rows_max);
    const needs n = needs_of(&conv);
    return n.phases * sizeof(phase) + (n.x + n.dy + n.w + n.w_back + n.bias + n.no_bias +
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
        phase *phases = AG_NEW_ARRAY(arena, phase, n.phases);
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
