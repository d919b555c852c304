/* Mean field: the weights and biases that theory of wide nets speaks of, sigma_w^2 and sigma_b^2
 * as its papers draw them (harness/analysis/mean_field.h). With `fan: out` the variance is over
 * the units of the layer, as in some code for it: the same within the net, not at its ends. */
#include "models/core/fill.h"

#include <math.h>

static const char *const fans[] = {"in", "out", NULL};

enum { WEIGHT_VARIANCE, BIAS_VARIANCE, FAN };

static const ag_param params[] = {
    [WEIGHT_VARIANCE] = {.name = "weight_variance",
                         .kind = AG_PARAM_REAL,
                         .standard = 1,
                         .min = 0,
                         .max = 1e6,
                         .meaning = "sigma_w^2: of a weight, times fan"},
    [BIAS_VARIANCE] = {.name = "bias_variance",
                       .kind = AG_PARAM_REAL,
                       .standard = 0,
                       .min = 0,
                       .max = 1e6,
                       .meaning = "sigma_b^2: of a bias"},
    [FAN] = {.name = "fan",
             .kind = AG_PARAM_WORD,
             .words = fans,
             .meaning = "connections of a unit: into it, or of its layer out of each input"},
};

static double variance(const ag_weights_request *r) {
    return r->param[WEIGHT_VARIANCE] / (r->param[FAN] != 0.0 ? r->fan_out : r->fan_in);
}

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    const double deviation = sqrt(r->param[BIAS_VARIANCE]);
    ag_fill_normal(r, random, variance(r), w);
    for (int u = 0; b && u < r->units; u++)
        b[u] = (ag_real)(deviation * ag_random_normal(random));
}

const ag_initializer ag_init_mean_field = {
    .about = {.name = "mean_field",
              .formula = "normal(0, weight_variance / fan), biases normal(0, bias_variance)",
              .paper = "S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein, 2016, "
                       "arXiv:1611.01232",
              .params = params,
              .n_params = AG_COUNT(params)},
    .variance = variance,
    .fill = fill,
};
