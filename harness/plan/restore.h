/* Trials out of the settings that a store keeps of them: the way back from
 * ag_plan_settings_json. */
#ifndef AG_RESTORE_H
#define AG_RESTORE_H

#include "harness/plan/plan.h"

typedef struct ag_restored {
    uint64_t id;          /* as it was stored */
    const char *settings; /* JSON, as it was stored */
    const char *file;     /* the experiment file, at whose folder paths of data begin; "": none */
    /* What becomes of it: */
    const ag_trial *trial; /* in plan->trials; NULL: */
    const char *trouble;   /* why it cannot be trained again, in one sentence */
} ag_restored;

/* Makes a plan of those of the n trials that this program can train: the same settings, the same
 * id. The plan has no axes, and no names that a user gave: not the experiment's, nor a formula's.
 * What does not fit the data's files is said when they are opened. `file` must outlive the plan. */
ag_status ag_plan_restore(ag_restored *trials, size_t n, ag_arena *arena, ag_plan *plan,
                          ag_error *err);

#endif
