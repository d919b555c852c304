/* Activation: one scalar function on every element.
 *
 *     y[e][u] = f(x[e][u])          dx[e][u] = dy[e][u] f'(x[e][u])
 *
 * Value and derivative are computed together, going forward; the derivative is
 * kept, and the way back is one multiplication. Dead, saturated and zero units
 * are read off the same array (harness/probes).
 *
 * Each learned parameter p is one for the net, for the layer or for each channel:
 *
 *     dp[c] = sum over e and the elements u of channel c of dy[e][u] df/dp(x[e][u])
 *
 * What is random in training (core/drawn.h) is drawn for every number, going forward.
 *
 * One for the net: the first layer with this activation has it, those behind it
 * borrow it, and their gradients add up.
 */
#include "harness/num/channels.h"
#include "harness/num/norms.h"
#include "models/core/drawn.h"
#include "models/core/hidden_noise.h"
#include "models/core/hidden_penalty.h"
#include "models/layers.h"

#include <string.h>

/* Values of one learned parameter: one for each channel, or a single one. */
static size_t n_values(const ag_layer *self) {
    return ag_act_learned(&self->activation) == AG_LEARNED_PER_CHANNEL ? (size_t)self->out.channels
                                                                       : 1;
}

static void measure(ag_layer *self) {
    const size_t n_learned = (size_t)ag_act_n_learned(&self->activation);
    self->slice[AG_ROLE_LEARNED].n = self->lender ? 0 : n_learned * n_values(self);
}

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    const size_t n = ag_shape_size(self->out), all = (size_t)rows_max * n;
    const size_t n_learned = (size_t)ag_act_n_learned(&self->activation);
    const bool draws = ag_activation_of(&self->activation)->draw;
    self->dydz = AG_NEW_ARRAY(arena, ag_real, all);
    self->rows_max = rows_max;
    if (n_learned) {
        self->dydp = AG_NEW_ARRAY(arena, ag_real, n_learned * all);
        self->p = AG_NEW_ARRAY(arena, ag_real, n_learned * n);
        self->own = AG_NEW_ARRAY(arena, double, n_values(self));
    }
    if (draws) self->p = AG_NEW_ARRAY(arena, ag_real, n);
    if (!self->dydz || (draws && !self->p) ||
        (n_learned && (!self->dydp || !self->p || !self->own)))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for an activation layer");
    return AG_OK;
}

static size_t bytes(const ag_layer *self, int rows_max) {
    const size_t n = sizeof(ag_real) * ag_shape_size(self->out);
    const size_t n_learned = (size_t)ag_act_n_learned(&self->activation);
    const size_t drawn = ag_activation_of(&self->activation)->draw ? 1 : 0;
    return n * ((size_t)rows_max * (1 + n_learned) + n_learned + drawn);
}

/* The shape that a learned parameter sees: its channels, or the layer as one. */
static ag_shape learned_shape(const ag_layer *self, int *block) {
    *block = self->out_block;
    if (n_values(self) == (size_t)self->out.channels) return self->out;
    *block = 1;
    return (ag_shape){1, 1, (int)ag_shape_size(self->out)};
}

/* Where df/dp of parameter k begins. */
static ag_real *dydp_of(const ag_layer *self, int k) {
    return self->dydp + (size_t)k * (size_t)self->rows_max * ag_shape_size(self->out);
}

static void forward_learned(ag_layer *self, int rows) {
    const size_t n = ag_shape_size(self->out);
    const int n_learned = ag_act_n_learned(&self->activation);
    const ag_real *p[AG_PARAMS_MAX];
    ag_real *dydp[AG_PARAMS_MAX];
    int block;
    const ag_shape shape = learned_shape(self, &block);
    for (int k = 0; k < n_learned; k++) {
        ag_real *spread = self->p + (size_t)k * n;
        ag_channel_spread(shape, block,
                          self->parameter[AG_ROLE_LEARNED] + (size_t)k * n_values(self), spread);
        p[k] = spread;
    }
    for (size_t e = 0; e < (size_t)rows; e++) {
        for (int k = 0; k < n_learned; k++)
            dydp[k] = dydp_of(self, k) + e * n;
        ag_act_evaluate_learned(&self->activation, n, self->x + e * n, p, self->y + e * n,
                                self->dydz + e * n, dydp);
    }
}

static void forward_drawn(ag_layer *self, int rows) {
    const size_t n = ag_shape_size(self->out);
    for (size_t e = 0; e < (size_t)rows; e++) {
        ag_drawn_fill(self, (size_t)self->piece.first + e, self->p);
        ag_act_evaluate_drawn(&self->activation, n, self->x + e * n, self->p, self->y + e * n,
                              self->dydz + e * n);
    }
}

/* Elements of a shared pass; of a chunk: some 4 us of an exponential and what is around it. */
enum { CHUNK = 1 << 14 };

typedef struct range {
    ag_layer *layer;
    size_t n;
} range;

static int chunks_of(const range *r) { return (int)((r->n + CHUNK - 1) / CHUNK); }

static size_t chunk_size(const range *r, size_t first) {
    return r->n - first < CHUNK ? r->n - first : CHUNK;
}

static void evaluate(void *context, int chunk, int member) {
    const range *r = context;
    const size_t first = (size_t)chunk * CHUNK;
    ag_layer *self = r->layer;
    (void)member;
    ag_act_evaluate(&self->activation, chunk_size(r, first), self->x + first, self->y + first,
                    self->dydz + first);
}

static void forward(ag_layer *self, int rows) {
    range all = {self, (size_t)rows * ag_shape_size(self->out)};
    if (self->dydp)
        forward_learned(self, rows);
    else if (ag_drawn(self))
        forward_drawn(self, rows);
    else if (ag_team_members(self->mode->team) == 1)
        ag_act_evaluate(&self->activation, all.n, self->x, self->y, self->dydz);
    else
        ag_team_for(self->mode->team, chunks_of(&all), evaluate, &all);
    ag_hidden_noise_add(self, rows);
}

AG_VECTORIZED(static, multiply, (size_t n, const ag_real *restrict a, ag_real *restrict product),
              (n, a, product)) {
    for (size_t i = 0; i < n; i++)
        product[i] *= a[i];
}

enum { LANES = 64, RUN = 32 * LANES };

/* The same, and the sum of squares of what comes out: the numbers are in registers and the
 * loop waits for the cache. */
AG_VECTORIZED_VALUE(static, double, multiply_and_sum,
                    (size_t n, const ag_real *restrict a, ag_real *restrict product),
                    (n, a, product)) {
    double total[LANES] = {0};
    for (size_t from = 0; from < n; from += RUN) {
        const size_t to = n - from < RUN ? n : from + RUN, whole = to - (to - from) % LANES;
        ag_real squares[LANES] = {0};
        for (size_t i = from; i < whole; i += LANES)
            for (size_t j = 0; j < LANES; j++) {
                product[i + j] *= a[i + j];
                squares[j] += product[i + j] * product[i + j];
            }
        for (size_t j = 0; whole + j < to; j++) {
            product[whole + j] *= a[whole + j];
            squares[j] += product[whole + j] * product[whole + j];
        }
        for (size_t j = 0; j < LANES; j++)
            total[j] += (double)squares[j];
    }
    double sum = 0;
    for (size_t j = 0; j < LANES; j++)
        sum += total[j];
    return sum;
}

static void learn(ag_layer *self, int rows) {
    int block;
    const ag_shape shape = learned_shape(self, &block);
    const size_t n = n_values(self);
    double *sum = self->own;
    for (int k = 0; k < ag_act_n_learned(&self->activation); k++) {
        ag_real *gradient = self->gradient[AG_ROLE_LEARNED] + (size_t)k * n;
        ag_channel_products((ag_channels){rows, shape, block}, self->dy, dydp_of(self, k), NULL,
                            sum);
        for (size_t c = 0; c < n; c++)
            gradient[c] = (ag_real)(self->shared ? (double)gradient[c] + sum[c] : sum[c]);
    }
}

static void multiply_chunk(void *context, int chunk, int member) {
    const range *r = context;
    const size_t first = (size_t)chunk * CHUNK;
    (void)member;
    multiply(chunk_size(r, first), r->layer->dydz + first, r->layer->dx + first);
}

static void backward(ag_layer *self, int rows) {
    ag_hidden_penalty_add(self, rows);
    if (self->dydp) learn(self, rows);
    const size_t n = (size_t)rows * ag_shape_size(self->out);
    if (!self->dx) return;
    if (self->dx != self->dy) memcpy(self->dx, self->dy, n * sizeof *self->dx);
    if (!self->mode->observer) {
        range all = {self, n};
        if (ag_team_members(self->mode->team) == 1)
            multiply(n, self->dydz, self->dx);
        else
            ag_team_for(self->mode->team, chunks_of(&all), multiply_chunk, &all);
        return;
    }
    self->dx_squares = multiply_and_sum(n, self->dydz, self->dx);
    if (!ag_squares_hold(n, self->dx_squares))
        self->dx_squares = ag_sum_products(n, self->dx, self->dx);
}

const ag_layer_kind ag_layer_activation = {
    .name = "activation",
    .by_piece = true,
    .in_place = true,
    .measure = measure,
    .open = open,
    .bytes = bytes,
    .forward = forward,
    .backward = backward,
};

/* The first layer with this activation lends its parameters to all that follow. */
static void borrow(ag_net *net, ag_layer *layer) {
    if (ag_act_learned(&layer->activation) != AG_LEARNED_SHARED) return;
    for (int i = 0; &net->layers[i] != layer; i++) {
        ag_layer *other = &net->layers[i];
        if (other->kind != &ag_layer_activation ||
            !ag_choice_same(&other->activation, &layer->activation))
            continue;
        if (!layer->lender) layer->lender = other;
        other->shared = true;
    }
}

static ag_layer *add_scalar(ag_net *net, const ag_choice *activation) {
    ag_layer *layer = ag_net_add(net, &ag_layer_activation, 0);
    if (!layer) return NULL;
    layer->activation = *activation;
    borrow(net, layer);
    for (int i = 0; &net->layers[i] != layer; i++)
        layer->n_drawn_before += net->layers[i].kind == &ag_layer_activation &&
                                 ag_activation_of(&net->layers[i].activation)->draw;
    return layer;
}

void ag_net_add_activation(ag_net *net, const ag_choice *activation) {
    ag_layer *layer = ag_activation_of(activation)->unit ? ag_net_add_unit(net, activation)
                                                         : add_scalar(net, activation);
    if (layer) layer->hidden = true;
    if (!layer || !net->n_stages) return;
    ag_stage *stage = &net->stages[net->n_stages - 1];
    stage->activation = layer;
    stage->preactivation = &net->layers[layer->from];
    stage->units = layer->out.channels;
}
