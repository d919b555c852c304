/* ReGLU: a gated linear unit whose gate is a ReLU.
 *
 *     y     = a relu(b)
 *     dy/da = relu(b)          dy/db = a relu'(b)
 */
#include "activations/core/gating.h"

extern const ag_activation ag_act_relu;

static const ag_unit_point points[] = {
    {{-2.0, 0.5}, -1.0, {0.5, -2.0}},       {{3.0, -1.25}, 0.0, {0.0, 0.0}},
    {{0.0, 0.0}, 0.0, {0.0, 0.0}},          {{1e-08, -1e-08}, 0.0, {0.0, 0.0}},
    {{0.75, 2.0}, 1.5, {2.0, 0.75}},        {{-1.5, -6.0}, 0.0, {0.0, 0.0}},
    {{1000.0, 1.0}, 1000.0, {1.0, 1000.0}},
};

static const ag_unit unit = AG_GATED_UNIT(ag_act_relu, points);

const ag_activation ag_act_reglu = {
    .about =
        {
            .name = "reglu",
            .formula = "a max(b, 0), the layer in front makes a and b",
            .paper = "N. Shazeer, 2020, arXiv:2002.05202",
        },
    .unit = &unit,
};
