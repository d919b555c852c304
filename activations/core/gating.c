#include "activations/core/gating.h"

#include "activations/expectation.h"

static const ag_activation *gate_of(const ag_choice *choice) {
    return ag_activation_of(choice)->unit->gate;
}

int ag_gating_inputs(const ag_choice *choice) {
    (void)choice;
    return 2;
}

double ag_gating_value(const ag_choice *choice, const double *z) {
    return z[0] * gate_of(choice)->value(z[1], choice->number);
}

void ag_gating_derivatives(const ag_choice *choice, const double *z, double *d) {
    const ag_activation *gate = gate_of(choice);
    d[0] = gate->value(z[1], choice->number);
    d[1] = z[0] * gate->derivative(z[1], choice->number);
}

/* g(b) and g'(b) stand in d: two products are left. */
AG_VECTORIZED(static, multiply,
              (size_t n, const float *restrict a, const float *restrict g, float *restrict y,
               float *restrict slope),
              (n, a, g, y, slope)) {
    for (size_t i = 0; i < n; i++) {
        y[i] = a[i] * g[i];
        slope[i] = a[i] * slope[i];
    }
}

/* Piece by piece: what the gate has written is in the first cache when it is multiplied. */
void ag_gating_evaluate(const ag_choice *choice, size_t count, const float *const *z, float *y,
                        float *const *d) {
    enum { PIECE = 1024 };
    const ag_activation *gate = gate_of(choice);
    for (size_t i = 0; i < count; i += PIECE) {
        const size_t some = count - i < PIECE ? count - i : PIECE;
        gate->evaluate(some, z[1] + i, d[0] + i, d[1] + i, choice->number);
        multiply(some, z[0] + i, d[0] + i, y + i, d[1] + i);
    }
}

double ag_gating_to_seam(const ag_choice *choice, const double *z) {
    const ag_choice gate = ag_unit_gate(choice);
    return ag_unit_to_seam(&gate, z + 1);
}

double ag_gating_expectation(const ag_choice *choice, int what, double sigma, double *off) {
    *off = 0.0;
    if (what == AG_EXPECT_VALUE) return 0.0; /* E a E g(b), and E a is 0 */
    const ag_choice gate = ag_unit_gate(choice);
    double off_slope;
    const double square = ag_act_expectation_off(&gate, AG_EXPECT_VALUE_SQUARED, sigma, off);
    if (what == AG_EXPECT_VALUE_SQUARED) {
        *off *= sigma * sigma;
        return sigma * sigma * square;
    }
    const double slope = ag_act_expectation_off(&gate, AG_EXPECT_SLOPE_SQUARED, sigma, &off_slope);
    *off += sigma * sigma * off_slope;
    return square + sigma * sigma * slope;
}
