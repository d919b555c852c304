#include "harness/train/precheck.h"

#include "models/initializer.h"
#include "models/layers.h"
#include "models/loss.h"

#include <math.h>
#include <string.h>

enum { N_POINTS = 401, INPUTS = 4, UNITS = 5, CLASSES = 3, ROWS = 6 };

static bool near_seam(const ag_activation *act, double x, double gap) {
    for (int i = 0; i < act->n_seams; i++)
        if (fabs(x - act->seams[i]) <= gap) return true;
    return false;
}

/* Points from -8 to 8, not on round numbers, where seams like to be. */
static double point(int i) { return -8.0 + 16.0 * (i + 0.37) / N_POINTS; }

static ag_status check_derivative(const ag_choice *choice, ag_error *err) {
    const ag_activation *act = ag_activation_of(choice);
    const double h = 1e-3, *p = choice->number;
    /* Seams are known for the standard parameters only; others may move them. */
    int misses = 0;
    for (int i = 0; i < N_POINTS; i++) {
        const double x = point(i);
        if (near_seam(act, x, 2 * h)) continue;
        const double d = (8 * (act->value(x + h, p) - act->value(x - h, p)) -
                          (act->value(x + 2 * h, p) - act->value(x - 2 * h, p))) /
                         (12 * h);
        const double f = act->derivative(x, p);
        if (fabs(f - d) <= 1e-6 * (1 + fabs(d))) continue;
        if (++misses > 2)
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                           "the derivative of %s at %g is %.9g, differences of its value say %.9g",
                           act->about.name, x, f, d);
    }
    return AG_OK;
}

static ag_status check_float_path(const ag_choice *choice, ag_error *err) {
    const ag_activation *act = ag_activation_of(choice);
    ag_real z[N_POINTS], y[N_POINTS], dydz[N_POINTS];
    for (int i = 0; i < N_POINTS; i++)
        z[i] = (ag_real)point(i);
    ag_act_evaluate(choice, N_POINTS, z, y, dydz);
    for (int i = 0; i < N_POINTS; i++) {
        const double x = (double)z[i], value = act->value(x, choice->number),
                     derivative = act->derivative(x, choice->number);
        const double tolerance = 1e-5;
        if (fabs((double)y[i] - value) > tolerance * (1 + fabs(value)) ||
            fabs((double)dydz[i] - derivative) > tolerance * (1 + fabs(derivative)))
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                           "%s at %g computes %.9g and %.9g in training, by definition it is %.9g "
                           "and %.9g",
                           act->about.name, x, (double)y[i], (double)dydz[i], value, derivative);
    }
    return AG_OK;
}

typedef struct tiny {
    ag_net net;
    ag_choice loss;
    ag_real x[ROWS * INPUTS];
    int32_t label[ROWS];
} tiny;

static double tiny_loss(tiny *t, bool gradient) {
    long correct = 0;
    const ag_real *z = ag_net_forward(&t->net, ROWS, t->x);
    const ag_loss_batch batch = {.rows = ROWS,
                                 .units = CLASSES,
                                 .z = z,
                                 .label = t->label,
                                 .scale = 1.0 / ROWS,
                                 .dz = gradient ? ag_net_last(&t->net)->dy : NULL};
    const double sum = ag_loss_of(&t->loss)->evaluate(t->loss.number, &batch, &correct);
    if (gradient) ag_net_backward(&t->net, ROWS);
    return sum / ROWS;
}

static ag_status build_tiny(tiny *t, const ag_choice *activation, ag_arena *arena, ag_error *err) {
    AG_TRY(ag_net_begin(&t->net, (ag_shape){INPUTS, 1, 1}, 3, arena, err));
    ag_net_add_dense(&t->net, UNITS, true, "hidden1");
    ag_net_add_activation(&t->net, activation);
    ag_net_add_dense(&t->net, CLASSES, true, "output");
    AG_TRY(ag_net_measure(&t->net, err));
    AG_TRY(ag_net_open(&t->net, ROWS, arena, err));
    t->loss = ag_choice_standard(&ag_loss_for(AG_TASK_CLASSES, CLASSES)->about);
    ag_stream random = ag_stream_open(1, AG_RANDOM_TEST, 0);
    for (size_t i = 0; i < t->net.n_parameters; i++)
        t->net.parameters[i] += (ag_real)(0.5 * ag_random_normal(&random));
    for (int i = 0; i < ROWS * INPUTS; i++)
        t->x[i] = (ag_real)ag_random_normal(&random);
    for (int e = 0; e < ROWS; e++)
        t->label[e] = e % CLASSES;
    return AG_OK;
}

/* The loss's slope along its own gradient is the gradient's squared length. In
 * float, over a step that moves the loss by about a hundredth; a kink inside the
 * step costs accuracy, hence several step lengths of which one must fit. */
static ag_status check_net(const ag_choice *activation, ag_arena *arena, ag_error *err) {
    const ag_activation *act = ag_activation_of(activation);
    if (act->forward_only) return AG_OK;
    tiny *t = AG_NEW(arena, tiny);
    if (!t) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
    AG_TRY(build_tiny(t, activation, arena, err));
    const size_t n = t->net.n_parameters;
    ag_real *start = AG_NEW_ARRAY(arena, ag_real, n), *g = AG_NEW_ARRAY(arena, ag_real, n);
    if (!start || !g) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
    tiny_loss(t, true);
    memcpy(start, t->net.parameters, n * sizeof *start);
    memcpy(g, t->net.gradients, n * sizeof *g);
    double squared = 0, best = HUGE_VAL;
    for (size_t i = 0; i < n; i++)
        squared += (double)g[i] * (double)g[i];
    for (double change = 0.04; change > 0.002; change /= 2) {
        const double h = change / squared;
        for (size_t i = 0; i < n; i++)
            t->net.parameters[i] = start[i] + (ag_real)h * g[i];
        const double up = tiny_loss(t, false);
        for (size_t i = 0; i < n; i++)
            t->net.parameters[i] = start[i] - (ag_real)h * g[i];
        const double down = tiny_loss(t, false);
        best = fmin(best, fabs((up - down) / (2 * h) / squared - 1));
    }
    if (!(best < 0.02))
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "the gradient of a tiny net with %s is %.2g %% off its differences",
                       act->about.name, 100 * best);
    return AG_OK;
}

ag_status ag_precheck_activation(const ag_choice *activation, ag_arena *arena, ag_error *err) {
    AG_TRY(check_derivative(activation, err));
    AG_TRY(check_float_path(activation, err));
    AG_TRY(check_net(activation, arena, err));
    return AG_OK;
}

ag_status ag_precheck(const ag_plan *plan, ag_arena *arena, ag_error *err) {
    for (int v = 0; v < plan->n_variants[AG_PART_ACTIVATION]; v++) {
        const ag_activation_list *list = &plan->variants[AG_PART_ACTIVATION][v].is.activation;
        for (int i = 0; i < list->n; i++) {
            const ag_mark mark = ag_arena_mark(arena);
            const ag_status status = ag_precheck_activation(&list->items[i], arena, err);
            ag_arena_release(arena, mark);
            if (status) return ag_pass(err, status, __FILE__, __LINE__);
        }
    }
    return AG_OK;
}
