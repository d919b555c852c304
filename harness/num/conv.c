#include "harness/num/conv.h"

#ifndef AG_DOUBLE

#include <assert.h>
#include <dnnl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- What differs between oneDNN 2 (Debian 12) and 3 ---- */

/* All that a description of a convolution takes; weights in the library's order. */
typedef struct plan {
    dnnl_memory_desc_t x, w, b, y; /* 2: the descriptions themselves; 3: handles */
    dnnl_dims_t stride, before, after;
} plan;

#if DNNL_VERSION_MAJOR >= 3

#define VIEW(description) (description)
typedef const_dnnl_memory_desc_t view;

static dnnl_status_t describe(dnnl_memory_desc_t *d, int n, const dnnl_dims_t sizes,
                              dnnl_format_tag_t order) {
    return dnnl_memory_desc_create_with_tag(d, n, sizes, dnnl_f32, order);
}

static void forget(dnnl_memory_desc_t d) {
    if (d) dnnl_memory_desc_destroy(d);
}

static dnnl_status_t choose(const plan *p, ag_conv_pass pass, dnnl_engine_t engine,
                            dnnl_primitive_attr_t attr, dnnl_primitive_desc_t forward,
                            dnnl_primitive_desc_t *chosen) {
    const dnnl_dims_t dilation = {0, 0};
    switch (pass) {
    case AG_CONV_FORWARD:
        return dnnl_convolution_forward_primitive_desc_create(
            chosen, engine, dnnl_forward_training, dnnl_convolution_direct, p->x, p->w, p->b, p->y,
            p->stride, dilation, p->before, p->after, attr);
    case AG_CONV_DATA:
        return dnnl_convolution_backward_data_primitive_desc_create(
            chosen, engine, dnnl_convolution_direct, p->x, p->w, p->y, p->stride, dilation,
            p->before, p->after, forward, attr);
    default:
        return dnnl_convolution_backward_weights_primitive_desc_create(
            chosen, engine, dnnl_convolution_direct, p->x, p->w, p->b, p->y, p->stride, dilation,
            p->before, p->after, forward, attr);
    }
}

#else

#define VIEW(description) (&(description))
typedef const dnnl_memory_desc_t *view;

static dnnl_status_t describe(dnnl_memory_desc_t *d, int n, const dnnl_dims_t sizes,
                              dnnl_format_tag_t order) {
    return dnnl_memory_desc_init_by_tag(d, n, sizes, dnnl_f32, order);
}

static void forget(dnnl_memory_desc_t d) { (void)d; }

static dnnl_status_t choose(const plan *p, ag_conv_pass pass, dnnl_engine_t engine,
                            dnnl_primitive_attr_t attr, dnnl_primitive_desc_t forward,
                            dnnl_primitive_desc_t *chosen) {
    dnnl_convolution_desc_t d;
    dnnl_status_t status;
    if (pass == AG_CONV_FORWARD)
        status = dnnl_convolution_forward_desc_init(&d, dnnl_forward_training,
                                                    dnnl_convolution_direct, &p->x, &p->w, &p->b,
                                                    &p->y, p->stride, p->before, p->after);
    else if (pass == AG_CONV_DATA)
        status = dnnl_convolution_backward_data_desc_init(&d, dnnl_convolution_direct, &p->x, &p->w,
                                                          &p->y, p->stride, p->before, p->after);
    else
        status = dnnl_convolution_backward_weights_desc_init(&d, dnnl_convolution_direct, &p->x,
                                                             &p->w, &p->b, &p->y, p->stride,
                                                             p->before, p->after);
    return status == dnnl_success ? dnnl_primitive_desc_create(chosen, &d, attr, engine, forward)
                                  : status;
}

#endif

/* ---- From here on the same for both ---- */

enum { N_PASSES = 3, ARGS_MAX = 5, KERNEL_NAME = 48 };

/* A primitive and the memory it works on; the library's handles. */
typedef struct call {
    dnnl_primitive_t primitive;
    int n;
    dnnl_exec_arg_t args[ARGS_MAX];
} call;

/* All calls for one number of examples. Reorderings have primitive NULL where there is
 * nothing to reorder. */
typedef struct call_set {
    struct call_set *next;
    int rows;
    char kernel[N_PASSES][KERNEL_NAME];
    call conv[N_PASSES];
    call pack[N_PASSES];   /* forward, data: w to the library's order; weights: dw from it */
    call arrange, restore; /* x to channels last, dx from there */
} call_set;

struct ag_conv {
    ag_conv_geometry g;
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_attr_t attr; /* scratchpads are ours */
    call_set *sets;             /* newest first */
    /* Work space, grown when a new number of examples needs more: floats. */
    struct space {
        float *at;
        size_t bytes;
    } packed, scratch, arranged;
    float *no_bias, *unwanted; /* [units]: zeros; where a db goes that nobody wants */
};

static void close_call(call *c) {
    for (int i = 0; i < c->n; i++)
        dnnl_memory_destroy(c->args[i].memory);
    if (c->primitive) dnnl_primitive_destroy(c->primitive);
    *c = (call){0};
}

static void close_set(call_set *set) {
    for (int p = 0; p < N_PASSES; p++) {
        close_call(&set->conv[p]);
        close_call(&set->pack[p]);
    }
    close_call(&set->arrange);
    close_call(&set->restore);
    free(set);
}

static void close_conv(void *object) {
    ag_conv *conv = object;
    while (conv->sets) {
        call_set *set = conv->sets;
        conv->sets = set->next;
        close_set(set);
    }
    if (conv->attr) dnnl_primitive_attr_destroy(conv->attr);
    if (conv->stream) dnnl_stream_destroy(conv->stream);
    if (conv->engine) dnnl_engine_destroy(conv->engine);
    free(conv->packed.at);
    free(conv->scratch.at);
    free(conv->arranged.at);
}

#define CHECKED(call)                                                                              \
    do {                                                                                           \
        const dnnl_status_t checked = (call);                                                      \
        if (checked != dnnl_success) return checked;                                               \
    } while (0)

static dnnl_status_t reserve(struct space *space, size_t bytes) {
    if (bytes <= space->bytes) return dnnl_success;
    float *more = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!more) return dnnl_out_of_memory;
    free(space->at);
    *space = (struct space){more, bytes};
    return dnnl_success;
}

static dnnl_status_t add_argument(const ag_conv *conv, call *c, int name, view what) {
    dnnl_memory_t memory;
    CHECKED(dnnl_memory_create(&memory, what, conv->engine, DNNL_MEMORY_NONE));
    c->args[c->n++] = (dnnl_exec_arg_t){.arg = name, .memory = memory};
    return dnnl_success;
}

/* A reordering; none if both orders are one. */
static dnnl_status_t make_reorder(const ag_conv *conv, call *c, view from, view to) {
    if (dnnl_memory_desc_equal(from, to)) return dnnl_success;
    dnnl_primitive_desc_t chosen;
    CHECKED(
        dnnl_reorder_primitive_desc_create(&chosen, from, conv->engine, to, conv->engine, NULL));
    const dnnl_status_t status = dnnl_primitive_create(&c->primitive, chosen);
    dnnl_primitive_desc_destroy(chosen);
    CHECKED(status);
    CHECKED(add_argument(conv, c, DNNL_ARG_FROM, from));
    return add_argument(conv, c, DNNL_ARG_TO, to);
}

/* Orders of the arrays as callers have them. */
static dnnl_status_t describe_shape(dnnl_memory_desc_t *d, int rows, ag_shape s,
                                    dnnl_format_tag_t order) {
    return describe(d, 4, (dnnl_dims_t){rows, s.channels, s.rows, s.columns}, order);
}

static dnnl_status_t describe_weights(dnnl_memory_desc_t *d, const ag_conv_geometry *g,
                                      dnnl_format_tag_t order) {
    const dnnl_dims_t sizes = {g->out.channels, g->in.channels, g->kernel_rows, g->kernel_columns};
    return describe(d, 4, sizes, order);
}

static int missing_behind(int in, int out, int kernel, int stride, int before) {
    const int missing = (out - 1) * stride + kernel - in - before;
    return missing > 0 ? missing : 0;
}

static dnnl_status_t make_plan(plan *p, const ag_conv_geometry *g, int rows) {
    *p = (plan){
        .stride = {g->stride_rows, g->stride_columns},
        .before = {g->before_rows, g->before_columns},
        .after = {missing_behind(g->in.rows, g->out.rows, g->kernel_rows, g->stride_rows,
                                 g->before_rows),
                  missing_behind(g->in.columns, g->out.columns, g->kernel_columns,
                                 g->stride_columns, g->before_columns)},
    };
    CHECKED(describe_shape(&p->x, rows, g->in, dnnl_nhwc));
    CHECKED(describe_shape(&p->y, rows, g->out, dnnl_nhwc));
    CHECKED(describe_weights(&p->w, g, dnnl_format_tag_any));
    return describe(&p->b, 1, (dnnl_dims_t){g->out.channels}, dnnl_a);
}

static void drop_plan(plan *p) {
    forget(p->x);
    forget(p->w);
    forget(p->b);
    forget(p->y);
}

/* What the three kinds of convolution read and write; the weights come second. */
static const struct {
    int n, name[4];
    dnnl_query_t what[4];
} arguments[N_PASSES] = {
    {4,
     {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST},
     {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_weights_md, dnnl_query_dst_md}},
    {3,
     {DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC},
     {dnnl_query_diff_dst_md, dnnl_query_weights_md, dnnl_query_diff_src_md}},
    {4,
     {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, DNNL_ARG_DIFF_DST},
     {dnnl_query_src_md, dnnl_query_diff_weights_md, dnnl_query_diff_weights_md,
      dnnl_query_diff_dst_md}},
};

/* The primitive of one pass and the packing of weights that goes with it. */
static dnnl_status_t make_pass(ag_conv *conv, call_set *set, ag_conv_pass pass,
                               dnnl_primitive_desc_t chosen, view weights) {
    call *c = &set->conv[pass];
    const char *kernel;
    CHECKED(dnnl_primitive_desc_query(chosen, dnnl_query_impl_info_str, 0, &kernel));
    snprintf(set->kernel[pass], KERNEL_NAME, "%s", kernel);
    CHECKED(dnnl_primitive_create(&c->primitive, chosen));
    for (int i = 0; i < arguments[pass].n; i++) {
        const bool bias = arguments[pass].name[i] == DNNL_ARG_BIAS ||
                          arguments[pass].name[i] == DNNL_ARG_DIFF_BIAS;
        CHECKED(add_argument(conv, c, arguments[pass].name[i],
                             dnnl_primitive_desc_query_md(chosen, arguments[pass].what[i], bias)));
    }
    view scratch = dnnl_primitive_desc_query_md(chosen, dnnl_query_scratchpad_md, 0);
    CHECKED(add_argument(conv, c, DNNL_ARG_SCRATCHPAD, scratch));
    CHECKED(reserve(&conv->scratch, dnnl_memory_desc_get_size(scratch)));

    view packed = dnnl_primitive_desc_query_md(chosen, arguments[pass].what[1], 0);
    CHECKED(reserve(&conv->packed, dnnl_memory_desc_get_size(packed)));
    const bool unpack = pass == AG_CONV_WEIGHTS;
    return make_reorder(conv, &set->pack[pass], unpack ? packed : weights,
                        unpack ? weights : packed);
}

static dnnl_status_t make_passes(ag_conv *conv, call_set *set, const plan *p, view weights) {
    dnnl_primitive_desc_t forward = NULL;
    for (ag_conv_pass pass = AG_CONV_FORWARD; pass <= AG_CONV_WEIGHTS; pass++) {
        dnnl_primitive_desc_t chosen;
        dnnl_status_t status = choose(p, pass, conv->engine, conv->attr, forward, &chosen);
        if (status == dnnl_success) {
            status = make_pass(conv, set, pass, chosen, weights);
            if (pass == AG_CONV_FORWARD)
                forward = chosen;
            else
                dnnl_primitive_desc_destroy(chosen);
        }
        if (status != dnnl_success) {
            if (forward) dnnl_primitive_desc_destroy(forward);
            return status;
        }
    }
    dnnl_primitive_desc_destroy(forward);
    return dnnl_success;
}

/* Whether x comes channels first, and that is another order than channels last. */
static bool needs_arranging(const ag_conv_geometry *g) {
    return g->in_block == 1 && g->in.channels > 1 && ag_shape_area(g->in) > 1;
}

static dnnl_status_t make_arranging(ag_conv *conv, call_set *set, const plan *p) {
    dnnl_memory_desc_t first;
    CHECKED(describe_shape(&first, set->rows, conv->g.in, dnnl_nchw));
    dnnl_status_t status = make_reorder(conv, &set->arrange, VIEW(first), VIEW(p->x));
    if (status == dnnl_success) status = make_reorder(conv, &set->restore, VIEW(p->x), VIEW(first));
    forget(first);
    CHECKED(status);
    return reserve(&conv->arranged, dnnl_memory_desc_get_size(VIEW(p->x)));
}

static dnnl_status_t fill_set(ag_conv *conv, call_set *set) {
    plan p;
    dnnl_memory_desc_t weights = {0};
    dnnl_status_t status = make_plan(&p, &conv->g, set->rows);
    if (status == dnnl_success) status = describe_weights(&weights, &conv->g, dnnl_ihwo);
    if (status == dnnl_success) status = make_passes(conv, set, &p, VIEW(weights));
    if (status == dnnl_success && needs_arranging(&conv->g)) status = make_arranging(conv, set, &p);
    forget(weights);
    drop_plan(&p);
    return status;
}

static dnnl_status_t add_set(ag_conv *conv, int rows) {
    call_set *set = calloc(1, sizeof *set);
    if (!set) return dnnl_out_of_memory;
    set->rows = rows;
    const dnnl_status_t status = fill_set(conv, set);
    if (status != dnnl_success) {
        close_set(set);
        return status;
    }
    set->next = conv->sets;
    conv->sets = set;
    return dnnl_success;
}

static dnnl_status_t open_handles(ag_conv *conv, int rows_max) {
    CHECKED(dnnl_engine_create(&conv->engine, dnnl_cpu, 0));
    CHECKED(dnnl_stream_create(&conv->stream, conv->engine, dnnl_stream_default_flags));
    CHECKED(dnnl_primitive_attr_create(&conv->attr));
    CHECKED(dnnl_primitive_attr_set_scratchpad_mode(conv->attr, dnnl_scratchpad_mode_user));
    return add_set(conv, rows_max);
}

ag_status ag_conv_open(const ag_conv_geometry *geometry, int rows_max, ag_arena *arena,
                       ag_conv **conv, ag_error *err) {
    const ag_shape in = geometry->in, out = geometry->out;
    assert(geometry->in_block == 1 || geometry->in_block == ag_conv_block(in.channels));
    assert(geometry->out_block == ag_conv_block(out.channels) || ag_shape_area(out) == 1);
    ag_conv *c = AG_NEW(arena, ag_conv);
    if (c) {
        c->g = *geometry;
        c->no_bias = AG_NEW_ARRAY(arena, float, (size_t)out.channels);
        c->unwanted = AG_NEW_ARRAY(arena, float, (size_t)out.channels);
    }
    if (!c || !c->no_bias || !c->unwanted || !ag_arena_at_end(arena, close_conv, c))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a convolution");
    const dnnl_status_t status = open_handles(c, rows_max);
    if (status != dnnl_success)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE,
                       "no memory for a convolution from %d x %d x %d to %d x %d x %d, %d examples "
                       "(status %d of oneDNN)",
                       in.channels, in.rows, in.columns, out.channels, out.rows, out.columns,
                       rows_max, (int)status);
    *conv = c;
    return AG_OK;
}

/* Going on would be with numbers of before; what is finished is in the store, and `run`
 * again completes it. */
static void insist(dnnl_status_t status, int rows) {
    if (status == dnnl_success) return;
    fprintf(stderr,
            "actgrid: out of memory in a convolution of %d examples (status %d of oneDNN)\n", rows,
            (int)status);
    _Exit(3);
}

static call_set *set_for(ag_conv *conv, int rows) {
    for (call_set *set = conv->sets; set; set = set->next)
        if (set->rows == rows) return set;
    insist(add_set(conv, rows), rows);
    return conv->sets;
}

/* The library takes pointers to what it only reads without const. */
static void *readable(const float *x) {
    union {
        const float *looked_at;
        float *given;
    } p = {x};
    return p.given;
}

static dnnl_status_t run(const ag_conv *conv, const call *c, void *const at[ARGS_MAX]) {
    for (int i = 0; i < c->n; i++)
        CHECKED(dnnl_memory_set_data_handle(c->args[i].memory, at[i]));
    return dnnl_primitive_execute(c->primitive, conv->stream, c->n, c->args);
}

/* x in the order `to`, which is x itself where there is nothing to reorder. */
static void *reordered(const ag_conv *conv, const call *c, const float *x, float *to, int rows) {
    if (!c->primitive) return readable(x);
    insist(run(conv, c, (void *[ARGS_MAX]){readable(x), to}), rows);
    return to;
}

void ag_conv_forward(ag_conv *conv, int rows, const ag_real *x, const ag_real *w, const ag_real *b,
                     ag_real *y) {
    const call_set *set = set_for(conv, rows);
    void *const at[ARGS_MAX] = {
        reordered(conv, &set->arrange, x, conv->arranged.at, rows),
        reordered(conv, &set->pack[AG_CONV_FORWARD], w, conv->packed.at, rows),
        b ? readable(b) : conv->no_bias,
        y,
        conv->scratch.at,
    };
    insist(run(conv, &set->conv[AG_CONV_FORWARD], at), rows);
}

void ag_conv_backward_data(ag_conv *conv, int rows, const ag_real *dy, const ag_real *w,
                           ag_real *dx) {
    const call_set *set = set_for(conv, rows);
    float *out = set->restore.primitive ? conv->arranged.at : dx;
    void *const at[ARGS_MAX] = {
        readable(dy),
        reordered(conv, &set->pack[AG_CONV_DATA], w, conv->packed.at, rows),
        out,
        conv->scratch.at,
    };
    insist(run(conv, &set->conv[AG_CONV_DATA], at), rows);
    reordered(conv, &set->restore, out, dx, rows);
}

void ag_conv_backward_weights(ag_conv *conv, int rows, const ag_real *x, const ag_real *dy,
                              ag_real *dw, ag_real *db) {
    const call_set *set = set_for(conv, rows);
    float *out = set->pack[AG_CONV_WEIGHTS].primitive ? conv->packed.at : dw;
    void *const at[ARGS_MAX] = {
        reordered(conv, &set->arrange, x, conv->arranged.at, rows),
        out,
        db ? db : conv->unwanted,
        readable(dy),
        conv->scratch.at,
    };
    insist(run(conv, &set->conv[AG_CONV_WEIGHTS], at), rows);
    reordered(conv, &set->pack[AG_CONV_WEIGHTS], out, dw, rows);
}

const char *ag_conv_kernel(ag_conv *conv, int rows, ag_conv_pass pass) {
    return set_for(conv, rows)->kernel[pass];
}

#endif
