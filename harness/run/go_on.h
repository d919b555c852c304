/* One trial, from where it stands to its end or to where it is stopped. */
#ifndef AG_GO_ON_H
#define AG_GO_ON_H

#include "harness/run/run.h"

typedef struct ag_stretch {
    const ag_runner *runner;
    const ag_trial *trial;
    ag_arena *arena;
    ag_team *team;          /* see ag_host */
    double work;            /* operations to do, by the plan's reckoning */
    _Atomic double *left;   /* those not done yet, for others to see; NULL: nobody looks */
    atomic_int *complained; /* that a checkpoint could not be written: once a run is enough */

    ag_settings settings;
    ag_training_run run;
    ag_effort before; /* what it had taken when it was taken up again */
    char started_at[AG_TIMESTAMP_MAX];
    ag_checkpoint head; /* what is kept of it now; steps 0: nothing */
    double kept_at;     /* on the clock: since then it would lose what it did */
    bool is_final_kept;
} ag_stretch;

/* Fills the lower half of *s. false: stopped by a signal; then s->head says what is kept.
 * `record` may point to what is in *s, in its arena and in `trouble`. */
bool ag_go_on(ag_stretch *s, ag_record *record, ag_error *trouble);

#endif
