/* Trials that were not finished: what `run` does and says about them. */
#ifndef AG_RESUME_H
#define AG_RESUME_H

#include "harness/cli/command.h"
#include "harness/plan/plan.h"
#include "harness/run/run.h"

/* The value of --checkpoint-every in seconds, 0 for off. false: it is neither, said on stderr. */
bool ag_resume_interval(const ag_call *call, double *seconds);

/* "0123456789abcdef at step 340 of 1000" on stderr. */
void ag_resume_print_place(const ag_checkpoint *head);

/* For ag_runner.kept and .note: a line on stderr each. `self` is the ag_meter. */
void ag_resume_kept(void *self, const ag_checkpoint *head);
void ag_resume_note(void *self, const char *sentence);

/* What there is after a run that was stopped, and the command that goes on with it. */
void ag_resume_print(const ag_call *call, const ag_progress *progress);

/* The command line again with more words behind its own, and the end of the line, on stderr. */
void ag_resume_print_command(const ag_call *call, const char *const *more, int n_more);

#endif
