/* Winners of a tuning on the edge of what was tried: one more value beyond, for all groups. */
#ifndef AG_EXTEND_EDGES_H
#define AG_EXTEND_EDGES_H

#include "harness/cli/tuned.h"

/* How often at most. */
enum { AG_EXTENSIONS_MAX = 3 };

/* Each list of the grid on an end of which the winner of some group lies gets one more value there,
 * as far from the last one as that from the one before, and all groups are to be trained with it:
 * so all have the same candidates again. `wider` is the experiment with these; *more is false if
 * there is none. What was not extended and why is said in `words`, "" for nothing. */
ag_status ag_extend_edges(const ag_tuned *tuned, ag_arena *arena, ag_plan *wider, bool *more,
                          const char **words, ag_error *err);

#endif
