#include "activations/expectation.h"
#include "models/initializer.h"

#include <math.h>

double ag_activation_gain(const ag_choice *activation) {
    if (!activation) return 1.0;
    const double sum = ag_act_expectation(activation, AG_EXPECT_VALUE_SQUARED, 1.0);
    return sum > 0.0 && isfinite(sum) ? 1.0 / sqrt(sum) : 1.0;
}
