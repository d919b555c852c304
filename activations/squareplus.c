/* Squareplus: a smooth ReLU of a square root; b = 4 comes near softplus.
 *
 *     f(x)  = (x + r) / 2               r = sqrt(x^2 + b)
 *     f'(x) = (1 + x / r) / 2
 *
 * On the left b / (2 (r - x)), where the sum would cancel; likewise f'. x^2 is bounded, far beyond
 * where f or f' changes.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static const ag_param params[] = {
    {.name = "b",
     .kind = AG_PARAM_REAL,
     .standard = 4.0,
     .min = 0.0001,
     .max = 1000.0,
     .meaning = "width of the bend; near 0: ReLU"},
};

AG_INLINE double bounded(double a) { return a > 1e150 ? 1e150 : a; }

static double value(double x, const double *param) {
    const double a = fabs(x), b = bounded(a), r = sqrt(b * b + param[0]);
    const double left = a > 1e150 ? 0.0 : 0.5 * param[0] / (r + b);
    return x < 0.0 ? left : x + left;
}

static double derivative(double x, const double *param) {
    const double b = bounded(fabs(x)), r = sqrt(b * b + param[0]);
    const double left = 0.5 * param[0] / ((r + b) * r);
    return x < 0.0 ? left : 1.0 - left;
}

/* x^2 + b in double: what follows is then right to 3 ULP. Halves, as the sum may overflow. */
AG_ACT_EVALUATE(evaluate) {
    const float quarter = (float)(0.25 * param[0]), most = 1e17f;
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), bound = a > most ? most : a;
        const float w = (float)((double)bound * (double)bound + param[0]);
        const float r = a > most ? a : sqrtf(w), left = quarter / (0.5f * r + 0.5f * a);
        const float slope = (2.0f * quarter) / (w + a * r);
        y[i] = x < 0.0f ? left : x + left;
        dydz[i] = x < 0.0f ? slope : 1.0f - slope;
    }
}

static const ag_act_point points[] = {
    {-1000000.0, 9.99999999999e-7, 9.99999999997e-13},
    {-30.0, 0.0332963783729082709, 0.00110742107169552198},
    {-3.0, 0.302775637731994647, 0.0839748528310781585},
    {-0.125, 0.939451221367587335, 0.468810856922409733},
    {0.0, 1.0, 0.5},
    {1e-08, 1.00000000500000001, 0.5000000025},
    {2.0, 2.41421356237309505, 0.853553390593273762},
    {40.0, 40.0249843945007857, 0.999376169438922337},
};

const ag_activation ag_act_squareplus = {
    .about =
        {
            .name = "squareplus",
            .formula = "(x + sqrt(x^2 + b)) / 2",
            .paper = "J. Barron, 2021, arXiv:2112.11687",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "(1+x/sqrt(x^2+b))/2",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};
