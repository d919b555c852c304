/* Which trials a claim is about, and which of them a store has. Private to results/report. */
#ifndef AG_CLAIM_TRIALS_H
#define AG_CLAIM_TRIALS_H

#include "results/report/claims.h"

/* An experiment that is tuned is judged by its final trials, which follow from what was chosen: of
 * the groups of which nothing is known yet there are none. Another stays as it is. */
ag_status ag_claim_plan(const ag_plan *plan, const char *folder, ag_arena *arena, ag_plan *whole,
                        ag_error *err);

/* What the store says of each trial. */
typedef struct ag_stored_ids {
    size_t n;
    const uint64_t *ids; /* [n] ascending */
    const bool *failed;
} ag_stored_ids;

ag_status ag_stored_ids_read(ag_reader *reader, ag_arena *arena, ag_stored_ids *stored,
                             ag_error *err);

/* Fills planned, done, failed and there. */
ag_status ag_claim_count(const ag_plan *whole, const ag_stored_ids *stored, ag_arena *scratch,
                         ag_claim_result *result, ag_error *err);

/* Ids of what the sides are about, ascending. `right` may be NULL: one side; so may both: of all
 * that is not of phase tune. */
ag_status ag_claim_ids(const ag_plan *whole, const ag_claim_side *left, const ag_claim_side *right,
                       ag_arena *arena, uint64_t **ids, size_t *n, ag_error *err);

#endif
