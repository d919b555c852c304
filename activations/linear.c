/* Linear: hands on what it gets. A net of these is one linear map, whatever its
 * depth, so it shows what depth costs without what it buys.
 *
 *     f(x)  = x
 *     f'(x) = 1
 */
#include "activations/activation.h"

static double value(double x, const double *param) {
    (void)param;
    return x;
}

static double derivative(double x, const double *param) {
    (void)param;
    return x != x ? x : 1.0; /* a NaN must not turn into a healthy 1 */
}

/* Not AG_ACT_EVALUATE: there is no chain of operations, memory is all it waits for. */
AG_VECTORIZED(static, evaluate,
              (size_t n, const float *z, float *y, float *dydz,
               __attribute__((unused)) const double *param),
              (n, z, y, dydz, param)) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i];
        y[i] = x;
        dydz[i] = x != x ? x : 1.0f;
    }
}

static const ag_act_point points[] = {
    {-1000.0, -1000.0, 1.0}, {-3.5, -3.5, 1.0},
    {0.0, 0.0, 1.0},         {1e-08, 1.00000000000000002e-8, 1.0},
    {2.25, 2.25, 1.0},
};

static const char *const aliases[] = {"identity", NULL};

const ag_activation ag_act_linear = {
    .about =
        {
            .name = "linear",
            .formula = "x",
            .paper = "folklore",
            .aliases = aliases,
        },
    .derivative_text = "1",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};
