/* Trials of a plan that the store has from other experiments: they are the same by their ids. */
#ifndef AG_LENDERS_H
#define AG_LENDERS_H

#include "harness/plan/plan.h"

#include <stdio.h>

typedef struct ag_lender {
    const char *name; /* of an experiment */
    size_t n;         /* trials of the plan that it trained */
} ag_lender;

typedef struct ag_lenders {
    ag_lender *at; /* [n], in the order in which they came; some may have none */
    size_t n;
} ag_lenders;

/* `folder` has a store. */
ag_status ag_lenders_find(const ag_plan *plan, const char *folder, ag_arena *arena,
                          ag_lenders *lenders, ag_error *err);

/* " (of these 12 from experiment first, 3 from second)", or nothing. */
void ag_lenders_print(FILE *out, const ag_lenders *lenders);

#endif
