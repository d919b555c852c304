/* An experiment run into a folder: what its store lacks is trained, progress goes to stderr. */
#ifndef AG_DRIVE_H
#define AG_DRIVE_H

#include "harness/cli/command.h"
#include "harness/cli/experiment.h"
#include "harness/cli/progress.h"

typedef struct ag_drive_options {
    const char *folder;
    int threads;             /* trials at a time; 0: one per core */
    double checkpoint_every; /* seconds; 0: never */
    bool keep_final;         /* where trials end, so that longer ones can go on from there */
    bool extend_edges;       /* where a tuning chose a value on an edge: see extend_edges.h */
    ag_progress_mode mode;   /* AG_PROGRESS_NONE: nothing on stderr but what goes wrong */
    const ag_call *call;     /* the command that goes on with a run that was stopped */
} ag_drive_options;

/* The experiment has its costs, and as trials those that its file gives: where it is tuned, the
 * ones that follow from the choice are added here. `progress` says how far it came; its trials that
 * failed are no error. Ctrl-C and its like stop it: AG_STOPPED, and what is to be said about it has
 * been said. They stay with what they meant at the end until the caller says otherwise
 * (interrupt.h). */
ag_status ag_drive(const ag_experiment *experiment, const ag_drive_options *options,
                   ag_arena *arena, ag_progress *progress, ag_error *err);

#endif
