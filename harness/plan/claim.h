/* Claims of an experiment: sentences about its results that the store supports or contradicts.
 *
 *     gradient_decay(relu) > gradient_decay(sigmoid) at model.depth=16
 *     val_accuracy(gelu) ~= val_accuracy(swish) within 0.005
 *     dead_fraction(relu) > 0.4
 *     val_loss(relu at initializer=he_normal) < val_loss(relu at initializer=glorot_uniform)
 *
 * Here they are read and held against the grid; what they come to is results/report/claims.h. */
#ifndef AG_CLAIM_H
#define AG_CLAIM_H

#include "harness/plan/plan.h"

#include <stdio.h>

enum { AG_CLAIMS_MAX = 100, AG_CLAIM_KEYS_MAX = 8 };

typedef enum ag_claim_relation {
    AG_CLAIM_GREATER,
    AG_CLAIM_LESS,
    AG_CLAIM_ALIKE
} ag_claim_relation;

/* `model.depth=16`, `initializer=he_normal` */
typedef struct ag_claim_key {
    const char *key, *value; /* as written */
    ag_place key_place, value_place;
} ag_claim_key;

/* The trials that one side is about. */
typedef struct ag_claim_side {
    const char *activation; /* the label of its variant */
    ag_place place;
    const ag_claim_key *at; /* [n_at] its own settings, then those of the whole claim */
    int n_at;
    const unsigned char *match[AG_PARTS]; /* [variants of the part] 1: meant; NULL: all are */
    size_t n_trials;                      /* of the plan */
} ag_claim_side;

struct ag_claim {
    const char *text;   /* as written, in one line */
    const char *metric; /* a name; which ones there are, results/report/metric.h knows */
    ag_place metric_place;
    ag_claim_relation relation;
    ag_claim_side left, right;
    bool of_number; /* `right` is this number: */
    double number;
    ag_place number_place;
    double margin; /* of `within`: above 0; 0: none was given */
    bool percent;  /* `within 10%`: a margin of ratios; margin is 10 */
    ag_place margin_place;
    bool apart; /* no point of the grid differs in the activation alone: each side is averaged
                   over its own points */
};

/* Whether the side is about this trial of the plan. */
bool ag_claim_has(const ag_claim_side *side, const ag_trial *trial);

/* `actgrid help claims`, but for the metrics. */
void ag_claim_help(FILE *out);

#endif
