/* Passes through a net.
 *
 * Layers behind each other that need no other example take the mini-batch piece by piece:
 * what one has written, the next finds in the cache. For pictures the numbers of a layer
 * are megabytes, and activations, poolings and copies wait for memory. It made a step of
 * conv 32, conv 32, pool, conv 64, pool, dense on 28 x 28 pictures, batch 64, 5 % shorter.
 */
#include "harness/base/stop.h"
#include "harness/num/norms.h"
#include "models/net.h"

#include <assert.h>
#include <math.h>

enum { PIECE_BYTES = 384 << 10 /* what one layer of a piece reads and writes: L2 is 1 MiB */ };

static int end_of_run(const ag_net *net, int start) {
    int end = start + 1;
    while (end < net->n_layers && net->layers[end].run == start)
        end++;
    return end;
}

/* Examples of a piece: the largest layer's x, y and derivative fit. */
static int piece_rows(const ag_net *net, int start, int end, int rows) {
    size_t most = 1;
    for (int i = start; i < end; i++) {
        const size_t n = ag_shape_size(net->layers[i].in) + 2 * ag_shape_size(net->layers[i].out);
        if (n > most) most = n;
    }
    const size_t fit = PIECE_BYTES / (most * sizeof(ag_real));
    return end == start + 1 || fit >= (size_t)rows ? rows : fit ? (int)fit : 1;
}

static void shift(ag_real **at, ptrdiff_t by) {
    if (*at) *at += by;
}

/* All that a layer has of each example, `examples` further on. */
static void advance(ag_layer *layer, ptrdiff_t examples) {
    const ptrdiff_t in = examples * (ptrdiff_t)ag_shape_size(layer->in);
    const ptrdiff_t out = examples * (ptrdiff_t)ag_shape_size(layer->out);
    layer->x += in;
    if (layer->x2) layer->x2 += in;
    shift(&layer->dx, in);
    shift(&layer->dx2, in);
    shift(&layer->y, out);
    shift(&layer->dy, out);
    shift(&layer->dydz, out);
}

static bool is_left(const ag_net *net) { return ag_is_stopped(net->mode->stop); }

const ag_real *ag_net_forward(ag_net *net, int rows, const ag_real *x) {
    assert(rows <= net->rows_max);
    const ag_observer *observer = net->mode->observer;
    for (int start = 0, end; start < net->n_layers; start = end) {
        end = end_of_run(net, start);
        const int most = piece_rows(net, start, end, rows);
        for (int first = 0; first < rows && !is_left(net); first += most) {
            const int n = rows - first < most ? rows - first : most;
            for (int i = start; i < end; i++) {
                ag_layer *layer = &net->layers[i];
                if (layer->from == AG_FROM_DATA) layer->x = x;
                layer->piece = (struct ag_piece){first, first + n < rows};
                advance(layer, first);
                layer->kind->forward(layer, n);
                advance(layer, -first);
                if (observer) observer->forward(observer->self, layer, first, n);
            }
        }
    }
    return ag_net_last(net)->y;
}

AG_VECTORIZED(static, add, (size_t n, const ag_real *restrict x, ag_real *restrict sum),
              (n, x, sum)) {
    for (size_t i = 0; i < n; i++)
        sum[i] += x[i];
}

/* What layer i sends to those that another layer has sent to already. */
static void add_to(ag_net *net, const ag_layer *layer, int first, int rows) {
    const size_t one = ag_shape_size(layer->in), at = (size_t)first * one;
    const size_t n = (size_t)rows * one;
    if (layer->adds) add(n, layer->dx + at, net->layers[layer->from].dy + at);
    if (layer->adds2) add(n, layer->dx2 + at, net->layers[layer->skip].dy + at);
}

/* Right after a layer's way back its gradients are in the cache: summing squares there
 * answers whether they are finite and how long they are, and is 1.5 % of a step instead of the
 * 3 that a pass over all of them is on 8 x 128. */
static void square_gradients(ag_layer *layer) {
    for (int role = 0; role < AG_ROLE_COUNT; role++)
        if (role != AG_ROLE_WEIGHT || !layer->kind->borrows)
            layer->gradient_squares[role] =
                ag_sum_squares(layer->slice[role].n, layer->gradient[role]);
}

void ag_net_square_gradients(ag_net *net) {
    for (int i = 0; i < net->n_layers; i++)
        square_gradients(&net->layers[i]);
}

double ag_net_gradient_squares(const ag_net *net) {
    double sum = 0;
    for (int i = 0; i < net->n_layers; i++)
        for (int role = 0; role < AG_ROLE_COUNT; role++)
            sum += net->layers[i].gradient_squares[role];
    return sum;
}

bool ag_net_backward(ag_net *net, int rows) {
    const ag_observer *observer = net->mode->observer;
    for (int last = net->n_layers - 1, start; last >= 0; last = start - 1) {
        start = net->layers[last].run;
        const int most = piece_rows(net, start, last + 1, rows);
        for (int first = 0; first < rows && !is_left(net); first += most) {
            const int n = rows - first < most ? rows - first : most;
            for (int i = last; i >= start; i--) {
                ag_layer *layer = &net->layers[i];
                if (!layer->learns) continue;
                layer->piece = (struct ag_piece){first, first + n < rows};
                advance(layer, first);
                layer->kind->backward(layer, n);
                advance(layer, -first);
                if (observer) observer->backward(observer->self, layer, first, n);
                if (!layer->piece.goes_on) square_gradients(layer);
                add_to(net, layer, first, n);
            }
        }
    }
    return isfinite(ag_net_gradient_squares(net));
}
