/* Trials that were not finished: what `run` does and says about them. */
#ifndef AG_RESUME_H
#define AG_RESUME_H

#include "harness/cli/command.h"
#include "harness/plan/plan.h"
#include "harness/run/run.h"

/* The value of --checkpoint-every in seconds, 0 for off. false: it is neither, said on stderr. */
bool ag_resume_interval(const ag_call *call, double *seconds);

/* Trials to run, todo[n] of a plan, with what they have to do, and the store that may keep some. */
typedef struct ag_resume {
    const ag_plan *plan;
    const char *folder;
    uint64_t origin; /* of this program: it cannot go on from what another one kept */
    const size_t *todo;
    size_t n;
    double *work;
    bool quiet;
} ag_resume;

/* Takes off work[n] what is done already. Unless `quiet`, says of which trials that is, and that
 * there are others that are not of this plan. */
ag_status ag_resume_look(const ag_resume *resume, ag_arena *arena, ag_error *err);

/* For ag_runner.kept and .note: a line on stderr each. `self` is the ag_meter. */
void ag_resume_kept(void *self, const ag_checkpoint *head);
void ag_resume_note(void *self, const char *sentence);

/* What there is after a run that was stopped, and the command that goes on with it. */
void ag_resume_print(const ag_call *call, const ag_progress *progress);

#endif
