/* Any bytes as an experiment file: a plan or a message, never a crash, a leak or a
 * hang. What stands behind a zero byte is taken as words of the command line, one
 * per line. Corpus: tests/cases/config. */
#include "harness/plan/plan.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

enum { WORDS_MAX = 8, WORDS_BYTES = 4096 };

/* Grids that are legal and merely large would only slow the search down. */
static bool is_large(const char *bytes, size_t n) {
    size_t digits = 0, large = 0;
    for (size_t i = 0; i < n; i++) {
        digits = bytes[i] >= '0' && bytes[i] <= '9' ? digits + 1 : 0;
        large += digits == 5;
    }
    return large > 0;
}

static void use(const ag_plan *plan, ag_arena *arena) {
    const ag_trial *last = &plan->trials[plan->n_trials - 1];
    const char *json = ag_plan_settings_json(plan, last, arena);
    const char *label = ag_plan_trial_label(plan, last, arena);
    const ag_settings settings = ag_plan_settings(plan, last);
    if (!json || !label || !settings.model.element) __builtin_trap();

    /* A trial's settings are an experiment of one trial with the same id. */
    ag_plan again;
    ag_error err = {0};
    if (ag_plan_read(arena, "again", json, strlen(json), NULL, 0, &again, &err)) __builtin_trap();
    if (again.n_trials != 1 || again.trials[0].id != last->id) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n) {
    char text[WORDS_BYTES] = "";
    const char *words[WORDS_MAX];
    int n_words = 0;
    const unsigned char *zero = n ? memchr(bytes, 0, n) : NULL;
    size_t n_file = n;
    if (zero && (size_t)(bytes + n - zero) < sizeof text) {
        n_file = (size_t)(zero - bytes);
        memcpy(text, zero + 1, n - n_file - 1);
        for (char *w = strtok(text, "\n"); w && n_words < WORDS_MAX; w = strtok(NULL, "\n"))
            words[n_words++] = w;
    }
    if (is_large((const char *)bytes, n)) return 0;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_plan plan;
    if (ag_plan_read(&arena, "fuzz", (const char *)bytes, n_file, words, n_words, &plan, &err) ==
        AG_OK)
        use(&plan, &arena);
    ag_arena_close(&arena);
    return 0;
}
