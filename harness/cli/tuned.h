/* A tuned experiment as it stands in a folder: what has been chosen, and the trials that follow. */
#ifndef AG_TUNED_H
#define AG_TUNED_H

#include "harness/cli/experiment.h"
#include "results/report/choose.h"
#include "results/store/selection.h"

typedef struct ag_tuned {
    const char *folder;
    const ag_plan *plan;      /* its trials are those of the phase `tune` */
    const ag_winner *winners; /* [n_groups] */
    int n_known;              /* groups of which it is known what is chosen */
    size_t n_due; /* trials of the phase `tune` that must be trained, whatever is chosen later */
} ag_tuned;

/* Looks into the store; there may be none. */
ag_status ag_tuned_look(const ag_plan *plan, const char *folder, ag_arena *arena, ag_tuned *tuned,
                        ag_error *err);

/* The experiment with the trials that follow from a choice, and its costs: of groups that are not
 * decided those of the first candidates stand for what will be chosen if `assume`, otherwise none.
 * Its first n_due trials are those. */
ag_status ag_tuned_whole(const ag_tuned *tuned, bool assume, ag_arena *arena, ag_experiment *whole,
                         ag_error *err);

/* The experiment as `run` and `plan` see it before anything is chosen; one without `tuning` stays
 * as it is. Makes its costs. */
ag_status ag_tuned_prepare(ag_experiment *experiment, const char *folder, ag_arena *arena,
                           ag_error *err);

/* How far the phases of a stored experiment are: its `resolved` text, and of how many trials in all
 * how many are done. false: it is not tuned, or this program cannot read it any more. */
typedef struct ag_phase_counts {
    size_t planned[AG_PHASES], done[AG_PHASES];
    const ag_rung *rungs; /* [n_rungs] of phase tune; n_rungs 1: it has none */
    int n_rungs;
    size_t rung_planned[AG_RUNGS_MAX], rung_done[AG_RUNGS_MAX];
} ag_phase_counts;

ag_status ag_tuned_count(const char *resolved, const char *folder, size_t planned, size_t done,
                         ag_arena *arena, ag_phase_counts *counts, bool *tuned, ag_error *err);

/* For the store. */
ag_status ag_tuned_selections(const ag_tuned *tuned, ag_arena *arena, const ag_selection **list,
                              int *n, ag_error *err);

/* Of which groups what went on from a rung, or was chosen in the last one, may be chance: a line on
 * stderr, or nothing. */
ag_status ag_tuned_print_alike(const ag_tuned *tuned, int rung, ag_arena *arena, ag_error *err);

/* What was chosen for each group, on stderr; winners on an edge are marked, and what that means is
 * said; so is where the choice may be chance. */
ag_status ag_tuned_print(const ag_tuned *tuned, ag_arena *arena, ag_error *err);

#endif
