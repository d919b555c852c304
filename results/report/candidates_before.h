/* Whether a tuning chooses among fewer candidates than it did before: a plain run after one with
 * --extend-edges, or with a longer list on the command line. */
#ifndef AG_CANDIDATES_BEFORE_H
#define AG_CANDIDATES_BEFORE_H

#include "harness/base/arena.h"
#include "harness/plan/tuning.h"

typedef struct ag_candidates_before {
    int n;                    /* candidates of a group before; 0: no more than now */
    int groups;               /* for which there were more */
    const char *const *words; /* [n_words] key=value: the experiment with those candidates */
    int n_words;              /* 0: not in words */
} ag_candidates_before;

/* What the store in `folder` says was chosen last, beside the plan's own candidates. */
ag_status ag_candidates_before_find(const ag_plan *plan, const char *folder, ag_arena *arena,
                                    ag_candidates_before *before, ag_error *err);

#endif
