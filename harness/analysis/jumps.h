/* What happens where two formulas meet. */
#ifndef AG_JUMPS_H
#define AG_JUMPS_H

#include "harness/analysis/traits.h"

/* The seam at x: one-sided differences of the definition, over 0.06 to each side. */
ag_jump ag_jump_at(const ag_choice *choice, double x);

#endif
