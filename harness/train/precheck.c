#include "harness/train/precheck.h"

#include "datasets/dataset.h"
#include "harness/base/random.h"
#include "harness/train/slope.h"
#include "models/initializer.h"
#include "models/layers.h"

#include <math.h>
#include <string.h>

enum { N_POINTS = 401, INPUTS = 4, UNITS = 5, CLASSES = 3 };

static const double AGREES = 0.02; /* a gradient with its differences, in float */

/* Operations that all models together may cost, some tens of milliseconds, and passes that
 * one takes, as a share of a pass forward and backward. */
static const double FLOPS_MAX = 3e8, PASSES = 5;

/* Points from -8 to 8, not on round numbers, where seams like to be; of each input k of a unit
 * in an order of its own. */
static double point(int i, int k) {
    const int place = (int)((long)i * (1 + 37 * k) % N_POINTS); /* N_POINTS is prime */
    return -8.0 + 16.0 * (place + 0.37) / N_POINTS;
}

static double at(const ag_choice *choice, const double *z, int k, double h) {
    double moved[AG_UNIT_INPUTS_MAX];
    memcpy(moved, z, (size_t)ag_act_inputs(choice) * sizeof *z);
    moved[k] += h;
    return ag_unit_value(choice, moved);
}

/* By input k. */
static double difference(const ag_choice *choice, const double *z, int k, double h) {
    return (8 * (at(choice, z, k, h) - at(choice, z, k, -h)) -
            (at(choice, z, k, 2 * h) - at(choice, z, k, -2 * h))) /
           (12 * h);
}

/* Whether there is a derivative by every input where there is a value. */
static bool has_slopes(const ag_choice *choice, const double *z) {
    double slope[AG_UNIT_INPUTS_MAX];
    bool all = true;
    ag_unit_derivatives(choice, z, slope);
    for (int k = 0; k < ag_act_inputs(choice); k++)
        all &= !isnan(slope[k]);
    return all || isnan(ag_unit_value(choice, z));
}

/* Units whose input is 0 are no exception: those of dark corners of a picture, at the start. */
static ag_status check_zero(const ag_choice *choice, ag_error *err) {
    const double z[AG_UNIT_INPUTS_MAX] = {0};
    const bool value = !isnan(ag_unit_value(choice, z));
    if (value && has_slopes(choice, z)) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                   "%s has no %s at 0: a net with it cannot be trained; where(x == 0, ..., ...) "
                   "can give it one",
                   choice->element->name, value ? "derivative" : "value");
}

/* Nets come farther than the other points: to where exp(exp(exp(x))) is no number any more. */
static ag_status check_far(const ag_choice *choice, ag_error *err) {
    const double near = 8.37, farther = 1.29, end = 200.0;
    for (double x = near; x < end; x *= farther)
        for (int side = -1; side <= 1; side += 2) {
            const double z[AG_UNIT_INPUTS_MAX] = {side * x};
            if (!has_slopes(choice, z))
                return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                               "%s has a value and no derivative at %g: a net with it cannot be "
                               "trained",
                               choice->element->name, z[0]);
        }
    return AG_OK;
}

/* Wide differences round less, narrow ones bend less: one of them must fit. */
static ag_status check_derivative(const ag_choice *choice, ag_error *err) {
    const ag_activation *act = ag_activation_of(choice);
    const double wide = 1e-3, narrow = 2e-5;
    const int n = ag_act_inputs(choice);
    double z[AG_UNIT_INPUTS_MAX], slope[AG_UNIT_INPUTS_MAX];
    int misses = 0;
    for (int i = 0; i < N_POINTS; i++) {
        for (int k = 0; k < n; k++)
            z[k] = point(i, k);
        if (isnan(ag_unit_value(choice, z)))
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                           "%s has no value at %g: a net with it cannot be trained",
                           act->about.name, z[0]);
        if (ag_unit_to_seam(choice, z) <= 2 * wide) continue;
        ag_unit_derivatives(choice, z, slope);
        for (int k = 0; k < n; k++) {
            const double f = slope[k], d = difference(choice, z, k, wide);
            const double fine = difference(choice, z, k, narrow);
            if (fabs(f - d) <= 1e-6 * (1 + fabs(d)) || fabs(f - fine) <= 1e-6 * (1 + fabs(fine)))
                continue;
            if (++misses > 2)
                return AG_FAIL(
                    err, AG_CONFIG, AG_NOWHERE,
                    "the derivative of %s at %g is %.9g, differences of its value say %.9g",
                    act->about.name, z[k], f, d);
        }
    }
    return AG_OK;
}

static bool near_enough(ag_real got, double want) {
    return fabs((double)got - want) <= 1e-5 * (1 + fabs(want));
}

static ag_status check_float_path(const ag_choice *choice, ag_error *err) {
    const ag_activation *act = ag_activation_of(choice);
    const int n = ag_act_inputs(choice);
    ag_real z[AG_UNIT_INPUTS_MAX][N_POINTS], y[N_POINTS], d[AG_UNIT_INPUTS_MAX][N_POINTS];
    const ag_real *z_at[AG_UNIT_INPUTS_MAX];
    ag_real *d_at[AG_UNIT_INPUTS_MAX];
    for (int k = 0; k < n; k++) {
        z_at[k] = z[k];
        d_at[k] = d[k];
        for (int i = 0; i < N_POINTS; i++)
            z[k][i] = (ag_real)point(i, k);
    }
    ag_unit_evaluate(choice, N_POINTS, z_at, y, d_at);
    for (int i = 0; i < N_POINTS; i++) {
        double x[AG_UNIT_INPUTS_MAX], slope[AG_UNIT_INPUTS_MAX];
        for (int k = 0; k < n; k++)
            x[k] = (double)z[k][i];
        const double value = ag_unit_value(choice, x);
        ag_unit_derivatives(choice, x, slope);
        for (int k = 0; k < n; k++)
            if (!near_enough(y[i], value) || !near_enough(d[k][i], slope[k]))
                return AG_FAIL(
                    err, AG_CONFIG, AG_NOWHERE,
                    "%s at %g computes %.9g and %.9g in training, by definition it is %.9g "
                    "and %.9g",
                    act->about.name, x[k], (double)y[i], (double)d[k][i], value, slope[k]);
    }
    return AG_OK;
}

/* One hidden layer, with biases and weights of all signs. */
static ag_status check_net(const ag_choice *activation, ag_arena *arena, ag_error *err) {
    const ag_activation *act = ag_activation_of(activation);
    if (act->forward_only) return AG_OK;
    ag_net net;
    AG_TRY(ag_net_begin(&net, (ag_shape){INPUTS, 1, 1}, 3, arena, err));
    ag_net_add_dense(&net, UNITS * ag_act_inputs(activation), true, "hidden1");
    ag_net_add_activation(&net, activation);
    ag_net_add_dense(&net, CLASSES, true, "output");
    AG_TRY(ag_net_measure(&net, err));
    AG_TRY(ag_net_open(&net, AG_SLOPE_ROWS, arena, err));
    ag_stream random = ag_stream_open(1, AG_RANDOM_TEST, 0);
    for (size_t i = 0; i < net.n_parameters; i++)
        net.parameters[i] += (ag_real)(0.5 * ag_random_normal(&random));
    double off;
    AG_TRY(ag_slope_check(&net, arena, &off, err));
    if (!(off < AGREES))
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "the gradient of a tiny net with %s is %.2g %% off its differences",
                       act->about.name, 100 * off);
    return AG_OK;
}

ag_status ag_precheck_activation(const ag_choice *activation, ag_arena *arena, ag_error *err) {
    AG_TRY(check_zero(activation, err));
    AG_TRY(check_far(activation, err));
    AG_TRY(check_derivative(activation, err));
    AG_TRY(check_float_path(activation, err));
    AG_TRY(check_net(activation, arena, err));
    return AG_OK;
}

/* Activations have been checked: here it is tanh, which has no kinks, in all layers. */
static ag_status check_model(const ag_variant *model, ag_shape shape, double *flops,
                             ag_arena *arena, ag_error *err) {
    const ag_choice tanh_choice = ag_choice_standard(ag_catalogue_find(&ag_activations, "tanh"));
    const ag_choice he = ag_choice_standard(ag_catalogue_find(&ag_initializers, "he_normal"));
    const ag_activation_list activations = {&tanh_choice, 1};
    ag_net net;
    ag_error misfit = {0};
    const ag_family *family = ag_family_of(&model->is.choice);
    const ag_status status =
        family->build(&model->is.choice, &activations, shape, CLASSES, arena, &net, &misfit);
    if (status == AG_NOMEM) return AG_FAIL(err, status, AG_NOWHERE, "%s", misfit.text);
    if (status) return AG_OK; /* not with these data: the plan knows with which */
    const double cost = PASSES * AG_SLOPE_ROWS * ag_net_flops(&net);
    if (cost > *flops) return AG_OK;
    *flops -= cost;
    AG_TRY(ag_net_open(&net, AG_SLOPE_ROWS, arena, err));
    ag_net_initialize(&net, &he, 1);
    ag_stream random = ag_stream_open(1, AG_RANDOM_TEST, 0);
    for (size_t i = net.role[AG_ROLE_BIAS].offset; i < net.n_parameters; i++)
        net.parameters[i] += (ag_real)(0.1 * ag_random_normal(&random));
    double off;
    AG_TRY(ag_slope_check(&net, arena, &off, err));
    if (!(off < AGREES))
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "the gradient of %s is %.2g %% off its differences", model->label,
                       100 * off);
    return AG_OK;
}

/* Every model on the plan's first data set, as long as that costs milliseconds. */
static ag_status check_models(const ag_plan *plan, ag_arena *arena, ag_error *err) {
    ag_data_outline outline;
    ag_error missing = {0};
    double flops = FLOPS_MAX;
    const ag_choice *data = &plan->variants[AG_PART_DATASET][0].is.choice;
    if (ag_dataset_outline(data, &outline, &missing)) return AG_OK; /* said when it is opened */
    for (int v = 0; v < plan->n_variants[AG_PART_MODEL]; v++) {
        const ag_mark mark = ag_arena_mark(arena);
        const ag_status status =
            check_model(&plan->variants[AG_PART_MODEL][v], outline.shape, &flops, arena, err);
        ag_arena_release(arena, mark);
        if (status) return ag_pass(err, status, __FILE__, __LINE__);
    }
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
    return check_models(plan, arena, err);
}
