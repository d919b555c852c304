/* Before the first trial: are the derivatives right, in this program, on this
 * machine? A wrong one would make every number of a sweep worthless. */
#ifndef AG_PRECHECK_H
#define AG_PRECHECK_H

#include "harness/plan/plan.h"

/* For every activation of the plan: the derivative against differences of the
 * value, the float path against the definition, and the gradient of a tiny net
 * against differences of its loss; that of every model too, as long as it costs
 * milliseconds. AG_CONFIG names the activation and the place on its axis where it
 * does not hold, or the model. */
ag_status ag_precheck(const ag_plan *plan, ag_arena *arena, ag_error *err);

/* One activation. */
ag_status ag_precheck_activation(const ag_choice *activation, ag_arena *arena, ag_error *err);

#endif
