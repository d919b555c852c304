/* GLU, the gated linear unit: a linear part through a sigmoid gate, each with weights of its
 * own.
 *
 *     y     = a sigmoid(b)
 *     dy/da = sigmoid(b)          dy/db = a sigmoid'(b)
 */
#include "activations/core/gating.h"

extern const ag_activation ag_act_sigmoid;

static const ag_unit_point points[] = {
    {{-2.0, 0.5}, -1.24491866240370913, {0.622459331201854565, -0.470007424403188978}},
    {{3.0, -1.25}, 0.668100416475926559, {0.222700138825308853, 0.519314360977491052}},
    {{0.0, 0.0}, 0.0, {0.5, 0.0}},
    {{1e-08, -1e-08}, 4.9999999750000001e-9, {0.4999999975, 2.49999999999999999e-9}},
    {{0.75, 2.0}, 0.660597808483411833, {0.880797077977882444, 0.078745189052629888}},
    {{-1.5, -6.0}, -0.0037089347349521615, {0.00247262315663477433, -0.00369976393704007173}},
    {{40.0, 10.0}, 39.9981840852519026, {0.999954602131297566, 0.00181583230943806684}},
    {{5.0, -20.0}, 1.03057680909510179e-8, {2.06115361819020358e-9, 1.03057680697092467e-8}},
    {{2.0, -95.0}, 1.10421645540570655e-41, {5.52108227702853273e-42, 1.10421645540570655e-41}},
};

static const ag_unit unit = AG_GATED_UNIT(ag_act_sigmoid, points);

const ag_activation ag_act_glu = {
    .about =
        {
            .name = "glu",
            .formula = "a sigmoid(b), the layer in front makes a and b",
            .paper = "Y. Dauphin, A. Fan, M. Auli, D. Grangier, 2016, arXiv:1612.08083",
        },
    .unit = &unit,
};
