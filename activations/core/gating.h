/* Gated units, y = a g(b): what glu, reglu, geglu, swiglu and bilinear share. The gate g is
 * another element of the catalogue, with its definition and its float path.
 *
 *     dy/da = g(b)          dy/db = a g'(b)
 *
 * In a net a is the first half of the channels that the layer in front makes, b the second, as
 * torch.nn.functional.glu has it.
 */
#ifndef AG_GATING_H
#define AG_GATING_H

#include "activations/activation.h"

int ag_gating_inputs(const ag_choice *choice);
double ag_gating_value(const ag_choice *choice, const double *z);
void ag_gating_derivatives(const ag_choice *choice, const double *z, double *d);
void ag_gating_evaluate(const ag_choice *choice, size_t count, const float *const *z, float *y,
                        float *const *d);
double ag_gating_to_seam(const ag_choice *choice, const double *z);
double ag_gating_expectation(const ag_choice *choice, int what, double sigma, double *off);

#define AG_GATED_UNIT(gate_of, points_of)                                                          \
    {                                                                                              \
        .inputs = ag_gating_inputs, .value = ag_gating_value,                                      \
        .derivatives = ag_gating_derivatives, .evaluate = ag_gating_evaluate,                      \
        .to_seam = ag_gating_to_seam, .expectation = ag_gating_expectation, .gate = &gate_of,      \
        .points = points_of, .n_points = AG_COUNT(points_of)                                       \
    }

#endif
