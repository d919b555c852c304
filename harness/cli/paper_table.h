/* The numbers of a paper and ours as a table: all of it for programs, what fits a line for people.
 */
#ifndef AG_PAPER_TABLE_H
#define AG_PAPER_TABLE_H

#include "results/report/claims.h"
#include "results/report/paper_compare.h"
#include "results/store/store.h"

/* brief: intervals in one column, columns that say the same of every number left out, and numbers
 * that there was nothing to compare with. claims: behind the numbers, a column `kind` in front
 * tells them apart; NULL: numbers alone. */
ag_status ag_paper_table(const ag_paper *paper, const ag_paper_result *results,
                         const ag_claim_results *claims, bool brief, ag_arena *arena,
                         ag_table *table, ag_error *err);

#endif
