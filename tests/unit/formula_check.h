/* Formulas for the tests: compiled with parameters a and b, or without. */
#ifndef AG_FORMULA_CHECK_H
#define AG_FORMULA_CHECK_H

#include "activations/formula/formula.h"
#include "check.h"
#include "harness/base/random.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static ag_arena arena = {.fail_after = -1};

static const ag_formula_param parameters[] = {{.name = "a", .init = 0.7, .min = -9, .max = 9},
                                              {.name = "b", .init = -1.31, .min = -9, .max = 9}};

static inline ag_status compile(const char *text, int n_params, ag_choice *choice, ag_error *err) {
    const ag_formula_spec spec = {.text = text,
                                  .place = {"f", 1, 1},
                                  .one_line = true,
                                  .n_params = n_params,
                                  .n_learned = n_params,
                                  .params = parameters,
                                  .learned = AG_LEARNED_PER_CHANNEL,
                                  .learning_rate_factor = 1};
    *err = (ag_error){0};
    return ag_formula_choice(&arena, &spec, choice, err);
}

static inline uint64_t below(ag_stream *random, uint64_t n) {
    return (uint64_t)(ag_random_uniform(random) * (double)n) % n;
}

#endif
