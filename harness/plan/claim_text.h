/* The text of a claim, taken apart. Private to harness/plan. */
#ifndef AG_CLAIM_TEXT_H
#define AG_CLAIM_TEXT_H

#include "harness/plan/claim.h"

/* Where the text stands. */
typedef struct ag_claim_source {
    const char *text;
    ag_place place; /* of its first character; */
    bool exact;     /* and its others follow in the same line of the file */
} ag_claim_source;

/* One side as written: the activation is not looked up yet, `at` has room for AG_CLAIM_KEYS_MAX.
 */
typedef struct ag_claim_parts {
    ag_claim_side left, right;
    ag_claim_key left_at[AG_CLAIM_KEYS_MAX], right_at[AG_CLAIM_KEYS_MAX];
} ag_claim_parts;

/* Reads the text into `claim` (metric, relation, number, margin) and `parts`. AG_CONFIG at the
 * column of the word that is wrong. */
ag_status ag_claim_parse(const ag_claim_source *source, ag_arena *arena, ag_claim *claim,
                         ag_claim_parts *parts, ag_error *err);

#endif
