/* Any bytes as a formula: an activation or a message, never a crash, a leak or a hang. What is
 * accepted is printed and read again as itself, and computes. Corpus: tests/cases/formula. */
#include "activations/formula/formula.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

static ag_status read(ag_arena *arena, const char *text, ag_choice *choice, ag_error *err) {
    static const ag_formula_param params[] = {{.name = "a", .init = 1, .min = -9, .max = 9}};
    const bool used = strstr(text, "a ") || strstr(text, "a*"); /* else it would be refused */
    const ag_formula_spec spec = {.text = text,
                                  .n_params = used,
                                  .n_learned = used,
                                  .params = params,
                                  .learned = AG_LEARNED_SHARED};
    return ag_formula_choice(arena, &spec, choice, err);
}

static void compute(const ag_choice *choice) {
    float z[40], y[40], dydz[40];
    double seam[AG_ACT_SEAMS_MAX];
    for (int i = 0; i < 40; i++)
        z[i] = ldexpf((float)(i - 20), (i % 7 - 3) * 10);
    z[0] = NAN;
    z[1] = INFINITY;
    z[2] = -INFINITY;
    ag_act_evaluate(choice, 40, z, y, dydz);
    if (!isnan(y[0]) || !isnan(dydz[0])) abort();
    if (ag_act_seams(choice, seam) > AG_ACT_SEAMS_MAX) abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n) {
    if (n > 4 * AG_FORMULA_TEXT_MAX) return 0;
    ag_arena arena = AG_ARENA_EMPTY;
    char *text = AG_NEW_ARRAY(&arena, char, n + 1);
    if (!text) abort();
    memcpy(text, bytes, n);
    ag_choice choice, again;
    ag_error err = {0};
    if (read(&arena, text, &choice, &err) == AG_OK) {
        compute(&choice);
        const char *canonical = choice.element->formula;
        if (read(&arena, canonical, &again, &err) == AG_OK &&
            strcmp(again.element->formula, canonical) != 0)
            abort();
    } else if (!err.text[0])
        abort();
    ag_arena_close(&arena);
    return 0;
}
