/* What happens where two formulas meet. */
#ifndef AG_JUMPS_H
#define AG_JUMPS_H

#include "harness/analysis/traits.h"

/* The seam at x: one-sided differences of the definition, over 0.06 to each side. */
ag_jump ag_jump_at(const ag_choice *choice, double x);

/* The derivative of `of` at x of order 1 to 3 from one side, from x and six places `step` apart;
 * step below 0: from the left. `beside`: how far from x the first place is, so that a jump at x
 * belongs to neither side. Errors: 1e-15 / step^order, and step^(7 - order). */
double ag_one_sided(double (*of)(const ag_choice *choice, double x), const ag_choice *choice,
                    double x, int order, double step, double beside);

#endif
