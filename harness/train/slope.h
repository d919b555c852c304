/* The gradient of a net against differences of its loss, in the program's own numbers. */
#ifndef AG_SLOPE_H
#define AG_SLOPE_H

#include "models/net.h"

enum { AG_SLOPE_ROWS = 6 };

/* By which share the loss's slope along its gradient is off; 0 where the loss moves too
 * little, or too wildly, to tell. The net is open for AG_SLOPE_ROWS examples or more, has its
 * parameters (which are changed) and two outputs or more: classes. Examples are made here. */
ag_status ag_slope_check(ag_net *net, ag_arena *arena, double *off, ag_error *err);

#endif
