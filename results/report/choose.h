/* Which candidate of a tuning is trained again: the best of each group, on validation. */
#ifndef AG_CHOOSE_H
#define AG_CHOOSE_H

#include "harness/base/arena.h"
#include "harness/plan/tuning.h"

typedef struct ag_winner {
    bool
        known; /* all candidates have been trained; otherwise only `rung` and `left` say anything */
    /* The rung that its candidates are in, the last one if `known`; those that were or are to be
     * trained in each rung up to it, [rungs[r].candidates], in order of the file. */
    int rung;
    const size_t *left[AG_RUNGS_MAX];
    size_t point;        /* place among the plan's trials of one seed */
    double value;        /* mean of the metric over its finished trials; NaN: none finished */
    int seeds, diverged; /* trials of it; those that diverged */
    const char *edge; /* "learning_rate=1 is the largest of 5"; NULL: not at an end of a range that
                         has AG_EDGE_LEAST values or more */
    uint64_t least, most; /* bit i: it has the smallest, the largest number of tuning.over[i] */
} ag_winner;

/* Of two values each is at an end, whatever is chosen: that says nothing about the range. */
enum { AG_EDGE_LEAST = 3 };

/* One for each group of a plan with `tuning`, from its trials of the phase `tune` in the store.
 *
 * A candidate of which fewer trials diverged stands before one of which more did, then the better
 * mean decides, then the smaller learning rate if that is chosen, then the order of the file. A
 * failed trial is one that was not trained. So the choice follows from what was trained, not from
 * the order in which it was. Where candidates are halved, the same order decides in each rung, by
 * its trials alone, which of them go on. */
ag_status ag_choose(const ag_plan *plan, const char *folder, ag_arena *arena, ag_winner *winners,
                    ag_error *err);

/* Groups of which the candidates of a rung do not differ more than seeds do, so that the choice
 * among them may be chance: Friedman's test (stats/several.h), exact where that can be counted,
 * with the seeds as blocks, has p above AG_ALIKE_ABOVE. In each block those that diverged are last,
 * and equal. Where no p could be as small, 1 / candidates!^(seeds - 1), nothing is tested. */
#define AG_ALIKE_ABOVE 0.05

typedef struct ag_alike {
    bool *is;      /* [n_groups] */
    int n, tested; /* groups; tested are those that have chosen in this rung */
} ag_alike;

/* winners: what ag_choose said of this store. */
ag_status ag_choose_alike(const ag_plan *plan, const char *folder, const ag_winner *winners,
                          int rung, ag_arena *arena, ag_alike *alike, ag_error *err);

/* The plan with the trials that follow from a choice behind those that are known from the
 * beginning: of each rung, then the final ones. Of groups that are not decided, if `assume`, some
 * candidates that may get so far; otherwise none. The trials of rungs that are settled come first.
 */
ag_status ag_chosen_plan(const ag_plan *plan, const ag_winner *winners, bool assume,
                         ag_arena *arena, ag_plan *whole, ag_error *err);

/* A plan as a store decides it: with the trials that follow from what it chooses there, of groups
 * that are not decided none. One that is not tuned stays as it is, *winners NULL. */
ag_status ag_chosen_of_store(const ag_plan *plan, const char *folder, ag_arena *arena,
                             ag_plan *whole, const ag_winner **winners, ag_error *err);

/* The different numbers that tuning.over[over] has among the candidates, ascending; of all groups,
 * or of one. numbers: room for one of each point. Returns how many. */
int ag_candidate_numbers(const ag_plan *plan, int over, int64_t group, double *numbers);
enum { AG_ALL_GROUPS = -1 };

#endif
