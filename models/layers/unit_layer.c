/* Units of several pre-activations: gated units and maxout.
 *
 *     y[e][u] = f(x[e][u], x[e][width + u], x[e][2 width + u], ...)       u < width
 *     dx[e][k width + u] = dy[e][u] df/dx_k
 *
 * x has n times the channels of y: its first `width` are the units' first pre-activations (a of
 * a gated unit), the next `width` their second ones, as torch.nn.functional.glu has it.
 *
 * The derivatives by each pre-activation are kept, and the way back is one multiplication for
 * each. dydz has the one of them that is farthest from 0: a unit none of whose inputs moves it
 * is dead, a value that none moves is saturated (harness/probes).
 */
#include "harness/num/norms.h"
#include "models/core/hidden_noise.h"
#include "models/core/hidden_penalty.h"
#include "models/layers.h"

#include <assert.h>
#include <tgmath.h>

/* Derivatives by pre-activation k stand like y, from slopes + k rows_max size(y) on. */
typedef struct units {
    int n; /* pre-activations of one */
    ag_real *slopes;
} units;

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    units *own = self->own;
    const size_t all = (size_t)rows_max * ag_shape_size(self->out);
    self->rows_max = rows_max;
    self->dydz = AG_NEW_ARRAY(arena, ag_real, all);
    own->slopes = AG_NEW_ARRAY(arena, ag_real, (size_t)own->n * all);
    if (!self->dydz || !own->slopes)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for units");
    return AG_OK;
}

static size_t bytes(const ag_layer *self, int rows_max) {
    const size_t n = (size_t)((const units *)self->own)->n;
    return (n + 1) * (size_t)rows_max * ag_shape_size(self->out) * sizeof(ag_real);
}

/* --- where things lie -------------------------------------------------------- */

/* Lines: stretches of `run` channels side by side, in x as in y, one line for each place of each
 * group of channels of each example. In y they follow each other; in x they are `step` apart,
 * those of pre-activation k from x[k] on. */
typedef struct lines {
    size_t n, run, y, step;
    size_t x[AG_UNIT_INPUTS_MAX];
} lines;

/* Numbers of a piece of the work, about. */
enum { CHUNK = 1 << 14 };

/* A mini-batch as blocks of lines that are evenly apart, and each block in chunks. */
typedef struct work {
    ag_layer *layer;
    size_t blocks, lines, at_once; /* lines of a block, of a chunk */
} work;

static bool channels_last(const ag_layer *self) { return self->in_block == self->in.channels; }

static work work_of(ag_layer *self, int rows) {
    const size_t area = ag_shape_area(self->out), run = (size_t)self->out_block;
    const size_t groups = (size_t)self->out.channels / run;
    work w = {.layer = self, .blocks = (size_t)rows * groups, .lines = area};
    if (channels_last(self)) w = (work){.layer = self, .blocks = 1, .lines = (size_t)rows * area};
    w.at_once = run < CHUNK ? CHUNK / run : 1;
    return w;
}

static int chunks_of(const work *w) {
    return (int)(w->blocks * ((w->lines + w->at_once - 1) / w->at_once));
}

static lines lines_of(const work *w, int chunk) {
    const ag_layer *self = w->layer;
    const size_t per_block = (w->lines + w->at_once - 1) / w->at_once;
    const size_t block = (size_t)chunk / per_block, run = (size_t)self->out_block;
    const size_t first = (size_t)chunk % per_block * w->at_once;
    lines l = {.n = w->lines - first < w->at_once ? w->lines - first : w->at_once,
               .run = run,
               .y = (block * w->lines + first) * run,
               .step = (size_t)self->in_block};
    const size_t groups = channels_last(self) ? 1 : (size_t)self->out.channels / run;
    const size_t example = block / groups * ag_shape_size(self->in);
    for (int k = 0; k < ((const units *)self->own)->n; k++) {
        const int channel = k * self->out.channels + (int)(block % groups * run);
        l.x[k] = example + first * l.step + ag_shape_index(self->in, self->in_block, channel, 0);
    }
    return l;
}

/* --- forward ------------------------------------------------------------------ */

/* Lines side by side. */
AG_VECTORIZED(static, gather,
              (size_t n, size_t run, size_t step, const ag_real *restrict x, ag_real *restrict z),
              (n, run, step, x, z)) {
    for (size_t l = 0; l < n; l++, x += step, z += run)
        for (size_t i = 0; i < run; i++)
            z[i] = x[i];
}

/* The larger; NaN if one of them is. */
AG_INLINE ag_real larger(ag_real a, ag_real b) { return a > b || a != a ? a : b; }

/* steepest = the largest |slope|: of the first two, and of those and another. */
AG_VECTORIZED(static, steeper_of,
              (size_t n, const ag_real *restrict a, const ag_real *restrict b,
               ag_real *restrict steepest),
              (n, a, b, steepest)) {
    for (size_t i = 0; i < n; i++)
        steepest[i] = larger(fabs(a[i]), fabs(b[i]));
}

AG_VECTORIZED(static, take_steeper,
              (size_t n, const ag_real *restrict slope, ag_real *restrict steepest),
              (n, slope, steepest)) {
    for (size_t i = 0; i < n; i++)
        steepest[i] = larger(fabs(slope[i]), steepest[i]);
}

/* `count` units from y[at] on, whose pre-activation k is in z[k]. */
static void evaluate_some(ag_layer *self, size_t at, size_t count, const ag_real *const *z) {
    const units *own = self->own;
    const size_t all = (size_t)self->rows_max * ag_shape_size(self->out);
    const size_t before = (size_t)self->piece.first * ag_shape_size(self->out);
    ag_real *slope[AG_UNIT_INPUTS_MAX];
    for (int k = 0; k < own->n; k++)
        slope[k] = own->slopes + (size_t)k * all + before + at;
    ag_unit_evaluate(&self->activation, count, z, self->y + at, slope);
    steeper_of(count, slope[0], slope[1], self->dydz + at);
    for (int k = 2; k < own->n; k++)
        take_steeper(count, slope[k], self->dydz + at);
}

static void evaluate_chunk(void *context, int chunk, int member) {
    enum { SOME = 512 }; /* numbers of each pre-activation that are evaluated together */
    const work *w = context;
    ag_layer *self = w->layer;
    const lines l = lines_of(w, chunk);
    const int n = ((const units *)self->own)->n;
    const size_t at_once = l.run < SOME ? SOME / l.run : 1;
    ag_real copy[AG_UNIT_INPUTS_MAX][SOME];
    const ag_real *z[AG_UNIT_INPUTS_MAX];
    (void)member;
    for (size_t line = 0; line < l.n; line += at_once) {
        const size_t some = l.n - line < at_once ? l.n - line : at_once;
        const bool copied = some > 1;
        for (int k = 0; k < n; k++) {
            const ag_real *x = self->x + l.x[k] + line * l.step;
            if (copied) gather(some, l.run, l.step, x, copy[k]);
            z[k] = copied ? copy[k] : x;
        }
        evaluate_some(self, l.y + line * l.run, some * l.run, z);
    }
}

static void forward(ag_layer *self, int rows) {
    work w = work_of(self, rows);
    ag_team_for(self->mode->team, chunks_of(&w), evaluate_chunk, &w);
    ag_hidden_noise_add(self, rows);
}

/* --- backward ------------------------------------------------------------------ */

AG_VECTORIZED(static, send_back,
              (const lines *l, int k, const ag_real *restrict slope, const ag_real *restrict dy,
               ag_real *restrict dx),
              (l, k, slope, dy, dx)) {
    const size_t run = l->run;
    dx += l->x[k];
    for (size_t line = 0; line < l->n; line++, dx += l->step, dy += run, slope += run)
        for (size_t i = 0; i < run; i++)
            dx[i] = dy[i] * slope[i];
}

static void send_back_chunk(void *context, int chunk, int member) {
    const work *w = context;
    const ag_layer *self = w->layer;
    const units *own = self->own;
    const lines l = lines_of(w, chunk);
    const size_t size = ag_shape_size(self->out);
    const size_t at = (size_t)self->piece.first * size + l.y;
    (void)member;
    for (int k = 0; k < own->n; k++)
        send_back(&l, k, own->slopes + (size_t)k * (size_t)self->rows_max * size + at,
                  self->dy + l.y, self->dx);
}

static void backward(ag_layer *self, int rows) {
    if (!self->dx) return;
    ag_hidden_penalty_add(self, rows);
    work w = work_of(self, rows);
    ag_team_for(self->mode->team, chunks_of(&w), send_back_chunk, &w);
    if (self->mode->observer)
        self->dx_squares = ag_sum_squares((size_t)rows * ag_shape_size(self->in), self->dx);
}

const ag_layer_kind ag_layer_unit = {
    .name = "unit",
    .by_piece = true,
    .open = open,
    .bytes = bytes,
    .forward = forward,
    .backward = backward,
};

/* Channels that lie side by side in x, of one pre-activation: as they come in y. */
static int common_divisor(int a, int b) { return b ? common_divisor(b, a % b) : a; }

ag_layer *ag_net_add_unit(ag_net *net, const ag_choice *activation) {
    ag_layer *layer = ag_net_add(net, &ag_layer_unit, sizeof(units));
    if (!layer) return NULL;
    const int n = ag_act_inputs(activation);
    assert(layer->in.channels % n == 0);
    layer->activation = *activation;
    *(units *)layer->own = (units){.n = n};
    layer->out.channels /= n;
    layer->out_block = common_divisor(layer->in_block, layer->out.channels);
    return layer;
}
