/* ag_real: what weights, activations and gradients are made of.
 *
 * float in the program; double in the second build of the same sources, which
 * the numeric tests use, where a difference quotient is worth 1e-7 and not 1e-2.
 */
#ifndef AG_REAL_H
#define AG_REAL_H

#include "harness/base/vectorized.h"

#ifdef AG_DOUBLE
typedef double ag_real;
#else
typedef float ag_real;
#endif

#endif
