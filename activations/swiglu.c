/* SwiGLU: a gated linear unit whose gate is a swish, of the sharpness beta.
 *
 *     y     = a swish(b)
 *     dy/da = swish(b)          dy/db = a swish'(b)
 */
#include "activations/core/gating.h"

extern const ag_activation ag_act_swish;

static const ag_param params[] = {
    {.name = "beta",
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = -100.0,
     .max = 100.0,
     .meaning = "sharpness of the gate"},
};

static const ag_unit_point points[] = {
    {{-2.0, 0.5}, -0.622459331201854565, {0.311229665600927282, -1.47992237460530362}},
    {{3.0, -1.25}, -0.835125520594908199, {-0.278375173531636066, 0.0189574652540627437}},
    {{0.0, 0.0}, 0.0, {0.0, 0.0}},
    {{1e-08, -1e-08}, -4.99999997500000021e-17, {-4.9999999750000001e-9, 4.9999999500000001e-9}},
    {{0.75, 2.0}, 1.32119561696682367, {1.76159415595576489, 0.818088186588671609}},
    {{-1.5, -6.0}, 0.022253608409712969, {-0.014835738939808646, 0.0184896488872882689}},
    {{40.0, 10.0}, 399.981840852519026, {9.99954602131297566, 40.0163424083462833}},
    {{5.0, -20.0}, -2.06115361819020358e-7, {-4.12230723638040716e-8, -1.95809593303233916e-7}},
    {{2.0, -95.0}, -1.04900563263542122e-39, {-5.2450281631771061e-40, -1.03796346808136415e-39}},
};

static const ag_unit unit = AG_GATED_UNIT(ag_act_swish, points);

const ag_activation ag_act_swiglu = {
    .about =
        {
            .name = "swiglu",
            .formula = "a b sigmoid(beta b), the layer in front makes a and b",
            .paper = "N. Shazeer, 2020, arXiv:2002.05202",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .unit = &unit,
};
