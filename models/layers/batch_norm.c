/* Batch normalization: every channel with mean 0 and variance 1 over the examples of a
 * mini-batch and their places, then a gain and a shift that are learned.
 *
 *     y = g (x - m) r + b          r = 1 / sqrt(v + eps)
 *
 *     training     m, v are the mean and the (biased) variance of this batch; running
 *                  ones move a tenth of the way to m and to the unbiased variance
 *     evaluation   m, v are the running ones; they start at 0 and 1
 *
 * With n numbers of a channel in the batch, and sums over them:
 *
 *     db = sum dy      dg = r sum dy (x - m)
 *     dx = g r (dy - db / n - (x - m) r dg / n)       evaluation: dx = g r dy
 *
 * A single number has no variance. PyTorch refuses it; here a training batch with one
 * (the last one of an epoch, of one example) is normalized by the running mean and
 * variance and leaves them alone. A batch size of 1 is refused before training.
 *
 * Two layers, because all examples must have come by before the first can be normalized, and
 * before the first can be sent back:
 *
 *     batch_statistics   its y is x; sums over x going forward. Going back, dx from dy
 *     batch_norm         y. Going back, sums over dy, which it hands on as it is
 *
 * Each does its part with what the layer before it has just made, piece by piece while that is in
 * the cache, and sums are taken two at a time. Over all examples, and sum by sum, batch
 * normalization was 14 % of a step of resnet8.
 *
 * S. Ioffe, C. Szegedy, 2015, arXiv:1502.03167; torch.nn.BatchNorm1d, 2d: eps 1e-5,
 * momentum 0.1.
 */
#include "harness/num/channels.h"
#include "models/layers.h"

#include <math.h>
#include <string.h>

static const double EPSILON = 1e-5, MOMENTUM = 0.1;

/* What both layers know. */
typedef struct batch_norm {
    ag_layer *norm; /* the second one: it has the parameters */
    bool by_batch;  /* this pass normalized by the batch's own statistics */
    double n;       /* numbers of a channel in the batch */
    double *mean, *variance, *sum, *product; /* [channels] */
    double *shift; /* ... a number of the channel, near its mean: what is summed is the rest */
    ag_channel_plane plane;
} batch_norm;

static batch_norm *own_of(const ag_layer *self) { return *(batch_norm **)self->own; }

static ag_channels channels_of(const ag_layer *self, int rows) {
    return (ag_channels){rows, self->in, self->in_block};
}

static void forget(const ag_layer *self, double *a, double *b) {
    memset(a, 0, (size_t)self->in.channels * sizeof *a);
    memset(b, 0, (size_t)self->in.channels * sizeof *b);
}

static double inverse_deviation(double variance) { return 1 / sqrt(variance + EPSILON); }

/* --- batch_statistics -------------------------------------------------------- */

static int rows_min(const ag_layer *self) { return ag_shape_area(self->in) == 1 ? 2 : 1; }

/* Sums around a number of the channel: around 0 they would cancel where a mean is far off. */
static void add_moments(const ag_layer *self, int rows) {
    batch_norm *own = own_of(self);
    if (!self->piece.first) {
        forget(self, own->mean, own->variance);
        for (int c = 0; c < self->in.channels; c++)
            own->shift[c] = (double)self->x[ag_shape_index(self->in, self->in_block, c, 0)];
    }
    ag_channel_add_moments(channels_of(self, rows), self->x, own->shift, own->mean, own->variance);
    if (self->piece.goes_on) return;
    for (int c = 0; c < self->in.channels; c++) {
        const double away = own->mean[c] / own->n, spread = own->variance[c] / own->n - away * away;
        own->mean[c] = own->shift[c] + away;
        own->variance[c] = spread < 0 ? 0 : spread; /* so NaN stays NaN */
    }
}

static void look(ag_layer *self, int rows) {
    batch_norm *own = own_of(self);
    const size_t n = (size_t)rows * ag_shape_size(self->in);
    if (self->y != self->x) memcpy(self->y, self->x, n * sizeof *self->y);
    own->n = ag_channel_count(channels_of(self, self->piece.first + rows));
    own->by_batch = self->mode->training && own->n > 1;
    if (self->mode->training) add_moments(self, rows);
}

static void set_way_back(const ag_layer *self) {
    const batch_norm *own = own_of(self);
    const ag_channel_plane *plane = &own->plane;
    for (int c = 0; c < self->out.channels; c++) {
        const double r = inverse_deviation(own->variance[c]);
        const double factor = (double)own->norm->parameter[AG_ROLE_SCALE][c] * r;
        const double slope = own->by_batch ? -factor * r * r * own->product[c] / own->n : 0;
        const double shift = own->by_batch ? -factor * own->sum[c] / own->n : 0;
        plane->center[c] = (ag_real)own->mean[c];
        plane->factor[c] = (ag_real)factor;
        plane->slope[c] = (ag_real)slope;
        plane->shift[c] = (ag_real)(shift - (own->mean[c] - (double)plane->center[c]) * slope);
    }
}

static void send_back(ag_layer *self, int rows) {
    if (!self->dx) return;
    if (!self->piece.first) set_way_back(self);
    ag_channel_map(channels_of(self, rows), &own_of(self)->plane, self->x, self->dy, self->dx);
}

static const ag_layer_kind statistics_kind = {
    .name = "batch_statistics",
    .in_place = true,
    .by_piece = true,
    .hands_on = true,
    .rows_min = rows_min,
    .forward = look,
    .backward = send_back,
};

/* --- batch_norm ----------------------------------------------------------------- */

static void measure(ag_layer *self) {
    const size_t channels = (size_t)self->out.channels;
    self->slice[AG_ROLE_SCALE].n = self->slice[AG_ROLE_BIAS].n = channels;
    self->statistic_slice.n = 2 * channels; /* running means, then running variances */
}

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    (void)rows_max;
    const size_t channels = (size_t)self->out.channels;
    batch_norm *own = own_of(self);
    double *sums = AG_NEW_ARRAY(arena, double, 5 * channels);
    ag_real *plane = AG_NEW_ARRAY(arena, ag_real, 4 * channels);
    if (!sums || !plane)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for batch normalization");
    own->mean = sums;
    own->variance = sums + channels;
    own->sum = sums + 2 * channels;
    own->product = sums + 3 * channels;
    own->shift = sums + 4 * channels;
    own->plane =
        (ag_channel_plane){plane, plane + channels, plane + 2 * channels, plane + 3 * channels};
    return AG_OK;
}

static size_t bytes(const ag_layer *self, int rows_max) {
    (void)rows_max;
    return (size_t)self->out.channels * (5 * sizeof(double) + 4 * sizeof(ag_real));
}

static void begin(ag_layer *self) {
    for (int c = 0; c < self->out.channels; c++) {
        self->statistic[c] = 0;
        self->statistic[self->out.channels + c] = 1;
    }
}

static void remember(ag_layer *self) {
    const batch_norm *own = own_of(self);
    ag_real *mean = self->statistic, *variance = self->statistic + self->out.channels;
    for (int c = 0; c < self->out.channels; c++) {
        const double unbiased = own->variance[c] * own->n / (own->n - 1);
        mean[c] = (ag_real)((1 - MOMENTUM) * (double)mean[c] + MOMENTUM * own->mean[c]);
        variance[c] = (ag_real)((1 - MOMENTUM) * (double)variance[c] + MOMENTUM * unbiased);
    }
}

static void recall(const ag_layer *self) {
    const batch_norm *own = own_of(self);
    for (int c = 0; c < self->out.channels; c++) {
        own->mean[c] = (double)self->statistic[c];
        own->variance[c] = (double)self->statistic[self->out.channels + c];
    }
}

static void set_way_forward(const ag_layer *self) {
    const batch_norm *own = own_of(self);
    const ag_channel_plane *plane = &own->plane;
    for (int c = 0; c < self->out.channels; c++) {
        const double slope =
            (double)self->parameter[AG_ROLE_SCALE][c] * inverse_deviation(own->variance[c]);
        plane->center[c] = (ag_real)own->mean[c];
        plane->slope[c] = (ag_real)slope;
        /* what rounding the mean to a float leaves out is a shift */
        plane->shift[c] = (ag_real)((double)self->parameter[AG_ROLE_BIAS][c] -
                                    (own->mean[c] - (double)plane->center[c]) * slope);
    }
}

static void forward(ag_layer *self, int rows) {
    const batch_norm *own = own_of(self);
    if (!self->piece.first) {
        if (!own->by_batch)
            recall(self);
        else if (self->mode->remembers)
            remember(self);
        set_way_forward(self);
    }
    ag_channel_map(channels_of(self, rows), &own->plane, self->x, NULL, self->y);
}

static void backward(ag_layer *self, int rows) {
    const batch_norm *own = own_of(self);
    const size_t n = (size_t)rows * ag_shape_size(self->in);
    if (!self->piece.first) forget(self, own->sum, own->product);
    ag_channel_add_slopes(channels_of(self, rows), self->dy, self->x, own->mean, own->sum,
                          own->product);
    for (int c = 0; c < self->out.channels && !self->piece.goes_on; c++) {
        self->gradient[AG_ROLE_BIAS][c] = (ag_real)own->sum[c];
        self->gradient[AG_ROLE_SCALE][c] =
            (ag_real)(own->product[c] * inverse_deviation(own->variance[c]));
    }
    if (self->dx && self->dx != self->dy) memcpy(self->dx, self->dy, n * sizeof *self->dx);
}

/* Sums, squares, subtraction, product, shift: about five for each number. */
static double flops(const ag_layer *self) { return 5.0 * (double)ag_shape_size(self->in); }

const ag_layer_kind ag_layer_batch_norm = {
    .name = "batch_norm",
    .in_place = true,
    .by_piece = true,
    .waits = true,
    .measure = measure,
    .open = open,
    .bytes = bytes,
    .begin = begin,
    .forward = forward,
    .backward = backward,
    .flops = flops,
};

void ag_net_add_batch_norm(ag_net *net) {
    ag_layer *statistics = ag_net_add(net, &statistics_kind, sizeof(batch_norm *));
    ag_layer *norm = ag_net_add(net, &ag_layer_batch_norm, sizeof(batch_norm *));
    batch_norm *own = statistics && norm ? AG_NEW(net->arena, batch_norm) : NULL;
    if (!own) {
        net->failed = true;
        return;
    }
    own->norm = norm;
    *(batch_norm **)statistics->own = *(batch_norm **)norm->own = own;
}
