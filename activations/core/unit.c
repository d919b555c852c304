/* Any activation as a unit: a scalar function is one of a single pre-activation. */
#include "activations/activation.h"

#include <math.h>

int ag_act_inputs(const ag_choice *choice) {
    const ag_unit *unit = ag_activation_of(choice)->unit;
    return unit ? unit->inputs(choice) : 1;
}

double ag_unit_value(const ag_choice *choice, const double *z) {
    const ag_unit *unit = ag_activation_of(choice)->unit;
    return unit ? unit->value(choice, z) : ag_act_value(choice, z[0]);
}

void ag_unit_derivatives(const ag_choice *choice, const double *z, double *d) {
    const ag_unit *unit = ag_activation_of(choice)->unit;
    if (unit)
        unit->derivatives(choice, z, d);
    else
        d[0] = ag_act_derivative(choice, z[0]);
}

double ag_unit_to_seam(const ag_choice *choice, const double *z) {
    const ag_unit *unit = ag_activation_of(choice)->unit;
    if (unit) return unit->to_seam(choice, z);
    double seam[AG_ACT_SEAMS_MAX], nearest = HUGE_VAL;
    for (int i = ag_act_seams(choice, seam) - 1; i >= 0; i--)
        nearest = fmin(nearest, fabs(z[0] - seam[i]));
    return nearest;
}

void ag_unit_evaluate(const ag_choice *choice, size_t count, const ag_real *const *z, ag_real *y,
                      ag_real *const *d) {
    const ag_unit *unit = ag_activation_of(choice)->unit;
    if (!unit) {
        ag_act_evaluate(choice, count, z[0], y, d[0]);
        return;
    }
#ifndef AG_DOUBLE
    unit->evaluate(choice, count, z, y, d);
#else
    const int n = unit->inputs(choice);
    for (size_t i = 0; i < count; i++) {
        double own[AG_UNIT_INPUTS_MAX], slope[AG_UNIT_INPUTS_MAX];
        for (int k = 0; k < n; k++)
            own[k] = z[k][i];
        y[i] = unit->value(choice, own);
        unit->derivatives(choice, own, slope);
        for (int k = 0; k < n; k++)
            d[k][i] = slope[k];
    }
#endif
}

ag_choice ag_unit_gate(const ag_choice *choice) {
    const ag_activation *gate = ag_activation_of(choice)->unit->gate;
    ag_choice own = ag_choice_standard(&gate->about);
    for (int i = 0; i < choice->element->n_params; i++)
        own.number[i] = choice->number[i];
    return own;
}
