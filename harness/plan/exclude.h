/* `exclude`: points of the grid that are left out. Private to harness/plan. */
#ifndef AG_EXCLUDE_H
#define AG_EXCLUDE_H

#include "harness/plan/variant.h"

/* One key of a rule, answered for every variant of its part. */
typedef struct ag_rule_key {
    ag_path path;
    ag_part part;
    const ag_node *value;
    const unsigned char *match; /* [variants of the part] 1: matches */
} ag_rule_key;

typedef struct ag_rule {
    ag_place place;
    int n_keys;
    ag_rule_key *keys;
    size_t hits;
} ag_rule;

typedef struct ag_rules {
    ag_rule *rule;
    int n;
} ag_rules;

/* Reads `exclude` (NULL: no rules) and answers each key for each variant. Unknown
 * keys and names are errors with the nearest word. */
ag_status ag_rules_read(ag_arena *arena, const ag_node *exclude, const ag_plan *plan,
                        ag_rules *rules, ag_error *err);

/* One key with its value, `node`, answered for each variant of its part. `where` is what it stands
 * in, for messages. */
ag_status ag_rule_key_read(ag_arena *arena, const ag_node *node, const char *where,
                           const ag_plan *plan, ag_rule_key *key, ag_error *err);

/* Whether a rule takes this point out; counts the hit. */
bool ag_rules_exclude(ag_rules *rules, const uint32_t variant[AG_PARTS]);

#endif
