/* actgrid diff DIR TRIAL TRIAL: two stored trials trained again, step by step, up to where they
 * part and a little beyond. */
#ifndef AG_SIDE_BY_SIDE_H
#define AG_SIDE_BY_SIDE_H

#include "harness/cli/command.h"

/* Takes --steps and --json of the call. Returns the exit code: 4 if they part, or end otherwise. */
int ag_side_by_side(const ag_call *call, const char *store, const char *one, const char *other);

#endif
