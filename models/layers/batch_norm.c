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
 * S. Ioffe, C. Szegedy, 2015, arXiv:1502.03167; torch.nn.BatchNorm1d, 2d: eps 1e-5,
 * momentum 0.1.
 */
#include "harness/num/channels.h"
#include "models/layers.h"

#include <math.h>

static const double EPSILON = 1e-5, MOMENTUM = 0.1;

typedef struct batch_norm {
    bool by_batch; /* this pass normalized by the batch's own statistics */
    double *mean, *variance, *sum, *product; /* [channels] */
    ag_channel_plane plane;
} batch_norm;

static void measure(ag_layer *self) {
    const size_t channels = (size_t)self->out.channels;
    self->slice[AG_ROLE_SCALE].n = self->slice[AG_ROLE_BIAS].n = channels;
    self->statistic_slice.n = 2 * channels; /* running means, then running variances */
}

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    (void)rows_max;
    const size_t channels = (size_t)self->out.channels;
    batch_norm *own = self->own;
    double *sums = AG_NEW_ARRAY(arena, double, 4 * channels);
    ag_real *plane = AG_NEW_ARRAY(arena, ag_real, 4 * channels);
    if (!sums || !plane)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for batch normalization");
    own->mean = sums;
    own->variance = sums + channels;
    own->sum = sums + 2 * channels;
    own->product = sums + 3 * channels;
    own->plane =
        (ag_channel_plane){plane, plane + channels, plane + 2 * channels, plane + 3 * channels};
    return AG_OK;
}

static size_t bytes(const ag_layer *self, int rows_max) {
    (void)rows_max;
    return 4 * (size_t)self->out.channels * (sizeof(double) + sizeof(ag_real));
}

static void begin(ag_layer *self) {
    for (int c = 0; c < self->out.channels; c++) {
        self->statistic[c] = 0;
        self->statistic[self->out.channels + c] = 1;
    }
}

static int rows_min(const ag_layer *self) { return ag_shape_area(self->in) == 1 ? 2 : 1; }

static void remember(ag_layer *self, double n) {
    const batch_norm *own = self->own;
    ag_real *mean = self->statistic, *variance = self->statistic + self->out.channels;
    for (int c = 0; c < self->out.channels; c++) {
        const double unbiased = own->variance[c] * n / (n - 1);
        mean[c] = (ag_real)((1 - MOMENTUM) * (double)mean[c] + MOMENTUM * own->mean[c]);
        variance[c] = (ag_real)((1 - MOMENTUM) * (double)variance[c] + MOMENTUM * unbiased);
    }
}

static void measure_batch(const ag_layer *self, ag_channels at) {
    const batch_norm *own = self->own;
    const double n = ag_channel_count(at);
    ag_channel_sums(at, self->x, own->mean);
    for (int c = 0; c < self->out.channels; c++)
        own->mean[c] /= n;
    ag_channel_squares(at, self->x, own->mean, own->variance);
    for (int c = 0; c < self->out.channels; c++)
        own->variance[c] /= n;
}

static double inverse_deviation(double variance) { return 1 / sqrt(variance + EPSILON); }

static void forward(ag_layer *self, int rows) {
    batch_norm *own = self->own;
    const ag_channels at = {rows, self->in, self->in_block};
    const int channels = self->out.channels;
    const double n = ag_channel_count(at);
    own->by_batch = self->mode->training && n > 1;
    if (own->by_batch) {
        measure_batch(self, at);
        if (self->mode->remembers) remember(self, n);
    } else {
        for (int c = 0; c < channels; c++) {
            own->mean[c] = (double)self->statistic[c];
            own->variance[c] = (double)self->statistic[channels + c];
        }
    }
    const ag_channel_plane *plane = &own->plane;
    for (int c = 0; c < channels; c++) {
        const double slope =
            (double)self->parameter[AG_ROLE_SCALE][c] * inverse_deviation(own->variance[c]);
        plane->center[c] = (ag_real)own->mean[c];
        plane->slope[c] = (ag_real)slope;
        /* what rounding the mean to a float leaves out is a shift */
        plane->shift[c] = (ag_real)((double)self->parameter[AG_ROLE_BIAS][c] -
                                    (own->mean[c] - (double)plane->center[c]) * slope);
    }
    ag_channel_map(at, plane, self->x, NULL, self->y);
}

static void send_back(ag_layer *self, ag_channels at) {
    const batch_norm *own = self->own;
    const ag_channel_plane *plane = &own->plane;
    const double n = ag_channel_count(at);
    for (int c = 0; c < self->out.channels; c++) {
        const double r = inverse_deviation(own->variance[c]);
        const double factor = (double)self->parameter[AG_ROLE_SCALE][c] * r;
        const double slope = own->by_batch ? -factor * r * r * own->product[c] / n : 0;
        const double shift = own->by_batch ? -factor * own->sum[c] / n : 0;
        plane->center[c] = (ag_real)own->mean[c];
        plane->factor[c] = (ag_real)factor;
        plane->slope[c] = (ag_real)slope;
        plane->shift[c] = (ag_real)(shift - (own->mean[c] - (double)plane->center[c]) * slope);
    }
    ag_channel_map(at, plane, self->x, self->dy, self->dx);
}

static void backward(ag_layer *self, int rows) {
    batch_norm *own = self->own;
    const ag_channels at = {rows, self->in, self->in_block};
    ag_channel_sums(at, self->dy, own->sum);
    ag_channel_products(at, self->dy, self->x, own->mean, own->product);
    for (int c = 0; c < self->out.channels; c++) {
        self->gradient[AG_ROLE_BIAS][c] = (ag_real)own->sum[c];
        self->gradient[AG_ROLE_SCALE][c] =
            (ag_real)(own->product[c] * inverse_deviation(own->variance[c]));
    }
    if (self->dx) send_back(self, at);
}

/* Sums, squares, subtraction, product, shift: about five for each number. */
static double flops(const ag_layer *self) { return 5.0 * (double)ag_shape_size(self->in); }

const ag_layer_kind ag_layer_batch_norm = {
    .name = "batch_norm",
    .measure = measure,
    .open = open,
    .bytes = bytes,
    .begin = begin,
    .rows_min = rows_min,
    .forward = forward,
    .backward = backward,
    .flops = flops,
};

void ag_net_add_batch_norm(ag_net *net) {
    (void)ag_net_add(net, &ag_layer_batch_norm, sizeof(batch_norm));
}
