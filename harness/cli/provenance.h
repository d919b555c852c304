/* Whether numbers of a store come from where this program would make them: the same program, C
 * library, processor and level. Then the same trial gives the same bits; else others are expected.
 */
#ifndef AG_PROVENANCE_H
#define AG_PROVENANCE_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>

typedef struct ag_provenance {
    int environment; /* environment_id */
    bool same;
    const char *words; /* what differs: "git_revision a1b2 was c3d4, isa x86-64-v4 was x86-64-v3" */
} ag_provenance;

/* Of each environment of the store. */
ag_status ag_provenance_read(const char *folder, ag_arena *arena, ag_provenance **list, size_t *n,
                             ag_error *err);

#endif
