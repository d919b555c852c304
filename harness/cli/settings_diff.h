/* Which settings two trials do not have in common. */
#ifndef AG_SETTINGS_DIFF_H
#define AG_SETTINGS_DIFF_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stddef.h>

typedef struct ag_settings_pair {
    const char *key;      /* "optimizer.learning_rate" */
    const char *value[2]; /* "0.05"; NULL: this one has no such setting */
} ag_settings_pair;

/* From the JSON of both, as the store has it. Of choices with other names, what only one of them
 * has is not listed. */
ag_status ag_settings_diff(const char *const json[2], ag_arena *arena, ag_settings_pair **pairs,
                           size_t *n, ag_error *err);

#endif
