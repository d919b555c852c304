/* A seam from both sides.
 *
 * f and f' are looked at beside the seam; higher derivatives are one-sided differences of f',
 * over NODES points, with B. Fornberg's weights (1988, Mathematics of Computation 51(184)). */
#include "harness/analysis/jumps.h"

#include <float.h>
#include <math.h>

enum { NODES = 7 };

/* By order of the derivative, of values at 0, 1, ..., 6 for the place 0. */
static const double weight[][NODES] = {
    {0.0},
    {-49.0 / 20, 6.0, -15.0 / 2, 20.0 / 3, -15.0 / 4, 6.0 / 5, -1.0 / 6},
    {203.0 / 45, -87.0 / 5, 117.0 / 4, -254.0 / 9, 33.0 / 2, -27.0 / 5, 137.0 / 180},
    {-49.0 / 8, 29.0, -461.0 / 8, 62.0, -307.0 / 8, 13.0, -15.0 / 8},
};

/* Step of the differences for each order of f', and what their own errors may come to:
 * rounding, 1e-15 / step^order, and what is left out. */
static const double steps[] = {0.0, 1e-3, 4e-3, 1e-2}, noise[] = {1e-9, 1e-8, 1e-5, 1e-3};

double ag_one_sided(double (*of)(const ag_choice *choice, double x), const ag_choice *choice,
                    double x, int order, double step, double beside) {
    double sum = 0.0;
    for (int i = 0; i < NODES; i++)
        sum += weight[order][i] * of(choice, x + (i ? i * step : copysign(beside, step)));
    return sum / pow(step, order);
}

/* The derivative of f of order + 1 at a seam, from one side: +1 or -1. */
static double from_side(const ag_choice *choice, double x, int order, double side) {
    return ag_one_sided(ag_act_derivative, choice, x, order, side * steps[order],
                        1e-12 * fmax(1.0, fabs(x)));
}

ag_jump ag_jump_at(const ag_choice *choice, double x) {
    const double beside = 1e-9 * fmax(1.0, fabs(x));
    const double left = ag_act_value(choice, x - beside), right = ag_act_value(choice, x + beside);
    double slope[2];
    for (int side = 0; side < 2; side++)
        slope[side] = ag_act_derivative(choice, side ? x + beside : x - beside);
    const double rise = beside * (fabs(slope[0]) + fabs(slope[1]));
    if (!(fabs(right - left) <= 2.0 * rise + 1e-12 * fmax(1.0, fabs(left))))
        return (ag_jump){x, 0, isfinite(right - left) ? right - left : (double)NAN};
    for (int order = 0; order < AG_ORDER_MAX; order++) {
        const double a = order ? from_side(choice, x, order, -1.0) : slope[0];
        const double b = order ? from_side(choice, x, order, 1.0) : slope[1];
        const double allowed = noise[order] * (1.0 + fabs(a) + fabs(b)) +
                               (order ? 0.0 : 1e3 * beside * (1.0 + fabs(a)));
        if (!(fabs(b - a) <= allowed))
            return (ag_jump){x, order + 1, isfinite(b - a) ? b - a : (double)NAN};
    }
    return (ag_jump){x, AG_ORDER_MAX + 1, 0.0};
}
