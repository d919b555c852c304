/* Bilinear: a gated linear unit without a function in the gate, the product of two linear
 * parts.
 *
 *     y     = a b
 *     dy/da = b          dy/db = a
 */
#include "activations/core/gating.h"

extern const ag_activation ag_act_linear;

static const ag_unit_point points[] = {
    {{-2.0, 0.5}, -1.0, {0.5, -2.0}},
    {{3.0, -1.25}, -3.75, {-1.25, 3.0}},
    {{0.0, 0.0}, 0.0, {0.0, 0.0}},
    {{1e-08, -1e-08}, -1.00000000000000004e-16, {-1.00000000000000002e-8, 1.00000000000000002e-8}},
    {{0.75, 2.0}, 1.5, {2.0, 0.75}},
    {{-1.5, -6.0}, 9.0, {-6.0, -1.5}},
    {{1000.0, 1.0}, 1000.0, {1.0, 1000.0}},
};

static const ag_unit unit = AG_GATED_UNIT(ag_act_linear, points);

const ag_activation ag_act_bilinear = {
    .about =
        {
            .name = "bilinear",
            .formula = "a b, the layer in front makes a and b",
            .paper =
                "Y. Dauphin, A. Fan, M. Auli, D. Grangier, 2016, arXiv:1612.08083; N. Shazeer, "
                "2020, arXiv:2002.05202",
        },
    .unit = &unit,
};
