/* GEGLU: a gated linear unit whose gate is a GELU, the exact one.
 *
 *     y     = a gelu(b)
 *     dy/da = gelu(b)          dy/db = a gelu'(b)
 */
#include "activations/core/gating.h"

extern const ag_activation ag_act_gelu;

static const ag_unit_point points[] = {
    {{-2.0, 0.5}, -0.691462461274013104, {0.345731230637006552, -1.73499024931232569}},
    {{3.0, -1.25}, -0.396186651250707216, {-0.132062217083569072, -0.367984749208266371}},
    {{0.0, 0.0}, 0.0, {0.0, 0.0}},
    {{1e-08, -1e-08}, -4.99999996010577217e-17, {-4.99999996010577206e-9, 4.99999992021154402e-9}},
    {{0.75, 2.0}, 1.46587480207773119, {1.95449973610364159, 0.813923850808647673}},
    {{-1.5, -6.0}, 8.87928880533928327e-9, {-5.91952587022618884e-9, 5.32030641808530222e-8}},
    {{40.0, 10.0}, 400.0, {10.0, 40.0}},
    {{5.0, -20.0}, -2.7536241186062337e-87, {-5.50724823721246739e-88, -5.50718024156673202e-86}},
    {{2.0, -13.0}, -1.59046274388296872e-37, {-7.95231371941484359e-38, -2.06746088802267123e-36}},
};

static const ag_unit unit = AG_GATED_UNIT(ag_act_gelu, points);

const ag_activation ag_act_geglu = {
    .about =
        {
            .name = "geglu",
            .formula = "a b Phi(b), Phi the standard normal distribution; the layer in front makes "
                       "a and b",
            .paper = "N. Shazeer, 2020, arXiv:2002.05202",
        },
    .unit = &unit,
};
