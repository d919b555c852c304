#include "harness/train/slope.h"

#include "harness/base/random.h"
#include "harness/num/norms.h"
#include "models/loss.h"

#include <math.h>
#include <string.h>

/* Shares of the parameters' length between which a step may lie, and of the slope by which
 * two may differ that are the same. */
static const double NEAR = 1e-5, FAR = 0.1, SAME = 0.01;

typedef struct problem {
    ag_net *net;
    ag_choice loss;
    int outputs;
    ag_real *x;
    int32_t label[AG_SLOPE_ROWS];
    ag_real *start, *g; /* parameters and their gradient where it begins */
} problem;

static ag_status make_problem(ag_net *net, problem *p, ag_arena *arena, ag_error *err) {
    const size_t n = (size_t)AG_SLOPE_ROWS * ag_shape_size(net->in);
    *p = (problem){
        .net = net,
        .outputs = (int)ag_shape_size(ag_net_last(net)->out),
        .x = AG_NEW_ARRAY(arena, ag_real, n),
        .start = AG_NEW_ARRAY(arena, ag_real, net->n_parameters),
        .g = AG_NEW_ARRAY(arena, ag_real, net->n_parameters),
    };
    if (!p->x || !p->start || !p->g)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory to check a gradient");
    p->loss = ag_choice_standard(ag_catalogue_find(&ag_losses, "cross_entropy"));
    ag_stream random = ag_stream_open(2, AG_RANDOM_TEST, 0);
    for (size_t i = 0; i < n; i++)
        p->x[i] = (ag_real)ag_random_normal(&random);
    for (int e = 0; e < AG_SLOPE_ROWS; e++)
        p->label[e] = e % p->outputs;
    return AG_OK;
}

static double loss_of(problem *p, bool gradient) {
    long correct = 0;
    *p->net->mode = (ag_mode){.training = true, .seed = 1, .step = 1};
    const ag_loss_batch batch = {.rows = AG_SLOPE_ROWS,
                                 .units = p->outputs,
                                 .z = ag_net_forward(p->net, AG_SLOPE_ROWS, p->x),
                                 .label = p->label,
                                 .scale = 1.0 / AG_SLOPE_ROWS,
                                 .dz = gradient ? ag_net_last(p->net)->dy : NULL};
    const double sum = ag_loss_of(&p->loss)->evaluate(p->loss.number, &batch, &correct);
    if (gradient) ag_net_backward(p->net, AG_SLOPE_ROWS);
    return sum / AG_SLOPE_ROWS;
}

static double loss_at(problem *p, double h) {
    for (size_t i = 0; i < p->net->n_parameters; i++)
        p->net->parameters[i] = p->start[i] + (ag_real)h * p->g[i];
    return loss_of(p, false);
}

/* The slope along the gradient is the gradient's squared length. Over a step that moves the
 * loss by about a hundredth; a kink inside the step costs accuracy, hence several step
 * lengths of which one must fit. Nothing is decided where parameters would have to move by
 * a tenth of their length, because the net is flat and the loss's last digits would decide,
 * or by less than their own last digits; nor where no two steps, one twice as long as the
 * other, give one slope: in nets of hundreds of layers the loss bends on its way, or
 * rounding alone moves it. */
ag_status ag_slope_check(ag_net *net, ag_arena *arena, double *off, ag_error *err) {
    problem p;
    AG_TRY(make_problem(net, &p, arena, err));
    const size_t n = net->n_parameters;
    loss_of(&p, true);
    memcpy(p.start, net->parameters, n * sizeof *p.start);
    memcpy(p.g, net->gradients, n * sizeof *p.g);
    const double squared = ag_sum_squares(n, p.g);
    const double once = sqrt(ag_sum_squares(n, p.start) / squared); /* moves by their length */
    double least = HUGE_VAL, last = (double)NAN;
    bool decided = false;
    for (double change = 0.04; change > 0.002; change /= 2) {
        const double h = change / squared;
        if (!(h > NEAR * once && h < FAR * once)) continue;
        const double share = (loss_at(&p, h) - loss_at(&p, -h)) / (2 * h) / squared;
        least = fmin(least, fabs(share - 1));
        decided |= fabs(share - last) < SAME;
        last = share;
    }
    *off = decided ? least : 0;
    return AG_OK;
}
