/* Sigmoid: the logistic function, from 0 to 1.
 *
 *     f(x)  = 1 / (1 + e^-x)
 *     f'(x) = f(x) f(-x)          at most 1/4: why deep sigmoid nets starve
 *
 * Written with e = exp(-|x|), which neither overflows nor cancels: f (1 - f) would
 * be 0 from x = 37 on.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    const double e = exp(-fabs(x));
    return x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
}

static double derivative(double x, const double *param) {
    (void)param;
    const double e = exp(-fabs(x));
    return e / ((1.0 + e) * (1.0 + e));
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const ag_dual f = ag_vector_sigmoid(z[i]);
        y[i] = f.value;
        dydz[i] = f.derivative;
    }
}

static const ag_act_point points[] = {
    {-95.0, 5.52108227702853273e-42, 5.52108227702853273e-42},
    {-30.0, 9.35762296883929895e-14, 9.3576229688384233e-14},
    {-10.0, 0.0000453978687024343945, 0.000045395807735951671},
    {-3.0, 0.0474258731775667809, 0.0451766597309121326},
    {-1.0, 0.268941421369995121, 0.196611933241481853},
    {-0.125, 0.468790626626243743, 0.249025975013617474},
    {0.0, 0.5, 0.25},
    {1e-08, 0.5000000025, 0.249999999999999994},
    {0.5, 0.622459331201854565, 0.235003712201594489},
    {2.0, 0.880797077977882444, 0.104993585403506517},
    {10.0, 0.999954602131297566, 0.000045395807735951671},
    {40.0, 0.999999999999999996, 4.24835425529158896e-18},
};

static const char *const aliases[] = {"logistic", NULL};

const ag_activation ag_act_sigmoid = {
    .about =
        {
            .name = "sigmoid",
            .formula = "1 / (1 + exp(-x))",
            .paper = "D. Rumelhart, G. Hinton, R. Williams, 1986, doi:10.1038/323533a0",
            .aliases = aliases,
        },
    .derivative_text = "sigmoid(x)*sigmoid(-x)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};
