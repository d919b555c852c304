/* Plans out of texts. */
#ifndef AG_PLAN_FIXTURE_H
#define AG_PLAN_FIXTURE_H

#include "check.h"
#include "harness/plan/plan.h"

#include <stdlib.h>
#include <string.h>

/* The shortest experiment; further keys follow. */
#define BASE                                                                                       \
    "dataset: {name: xor, samples: 100}\n"                                                         \
    "model: {type: mlp, depth: 2, width: 8}\n"                                                     \
    "activation: relu\n"                                                                           \
    "initializer: he_normal\n"                                                                     \
    "optimizer: {name: sgd, learning_rate: 0.1}\n"                                                 \
    "training: {epochs: 3}\n"

static ag_arena arena = {.fail_after = -1}; /* of all plans */

/* With words of the command line. */
static inline ag_plan read_words(const char *text, const char *const *words, int n_words) {
    ag_plan plan;
    ag_error err = {0};
    const ag_status status =
        ag_plan_read(&arena, "dir/some file.yaml", text, strlen(text), words, n_words, &plan, &err);
    CHECK(status == AG_OK, "%s: %s\n%s", err.where, err.text, text);
    if (status) exit(check_report());
    return plan;
}

static inline ag_plan read_text(const char *text) { return read_words(text, NULL, 0); }

#endif
