/* Which trials of a store are looked at, where it holds several experiments, or both tuned and
 * plain ones. */
#ifndef AG_TRIAL_SET_H
#define AG_TRIAL_SET_H

#include "results/report/choose.h"
#include "results/store/store.h"

typedef struct ag_trial_set {
    const char *phase;        /* "grid", "final"; NULL: as samples are read otherwise */
    const char *experiment;   /* its name; NULL: all of the store */
    const ag_plan *plan;      /* of it; NULL: all */
    const ag_plan *whole;     /* with the trials that it chooses: ag_chosen_of_store() */
    const ag_winner *winners; /* by which; NULL: it is not tuned */
    const char *sql;          /* that row `t` of `trial` is of it, in any phase; NULL: all */
} ag_trial_set;

/* The trials of a plan in the store, with the final ones that follow from what they choose. */
ag_status ag_trial_set_of_plan(const ag_plan *plan, const char *folder, ag_arena *arena,
                               ag_trial_set *set, ag_error *err);

/* Of the experiment of that name that ran last, and of that phase; either may be NULL. AG_NOTFOUND
 * with the nearest right word. */
ag_status ag_trial_set_find(const char *folder, const char *experiment, const char *phase,
                            ag_arena *arena, ag_trial_set *set, ag_error *err);

/* An experiment as its store has it: its JSON, and its file for messages. AG_STORE if this program
 * cannot read it any more. */
ag_status ag_stored_plan_read(const char *name, const char *resolved, const char *file,
                              ag_arena *arena, ag_plan *plan, ag_error *err);

/* `sql` of trials by their ids. NULL: out of memory. */
const char *ag_trial_set_sql(const ag_trial *trials, size_t n, ag_arena *arena);

#endif
