/* Candidates that are drawn, where a tuning does not try every point. Private to harness/plan. */
#ifndef AG_DRAWS_H
#define AG_DRAWS_H

#include "harness/plan/expand.h"

/* The axes that are tuned become one, on which their keys move together: a choice for each draw, of
 * a number from a range or one of a list. What is drawn depends on the seed of the search and on
 * what it is over, so that all groups have the same candidates; more draws are these and others. */
ag_status ag_draws_make(ag_draft *d, const ag_choice *search, ag_error *err);

/* What has not become draws must be no range. */
ag_status ag_draws_refuse_ranges(const ag_draft *d, ag_error *err);

#endif
