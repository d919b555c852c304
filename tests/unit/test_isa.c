/* base/isa: levels, what ACTGRID_ISA may say, and that the chosen copy runs. */
#include "check.h"

#include "harness/base/isa.h"
#include "harness/base/vectorized.h"

#include <stdlib.h>
#include <string.h>

static const ag_isa_level levels[] = {AG_ISA_V2, AG_ISA_V3, AG_ISA_V4};
enum { N_LEVELS = sizeof levels / sizeof *levels };

AG_VECTORIZED_VALUE(static, size_t, sum_of, (size_t n, const float *x), (n, x)) {
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (size_t)x[i];
    return sum;
}

AG_VECTORIZED(static, scale, (size_t n, float factor, float *x), (n, factor, x)) {
    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

static void names(void) {
    CHECK(strcmp(ag_isa_name(AG_ISA_V2), "x86-64-v2") == 0, "%s", ag_isa_name(AG_ISA_V2));
    CHECK(strcmp(ag_isa_name(AG_ISA_V4), "x86-64-v4") == 0, "%s", ag_isa_name(AG_ISA_V4));
    CHECK(strncmp(ag_isa_name(AG_ISA_BASE), "x86-64-", 7) != 0, "%s", ag_isa_name(AG_ISA_BASE));
}

static void ways(void) {
    const ag_isa_level before = ag_isa();
    for (int i = 0; i < N_LEVELS; i++) {
        const bool possible = levels[i] <= ag_isa_highest();
        CHECK(ag_isa_set(levels[i]) == possible, "%s", ag_isa_name(levels[i]));
        CHECK((ag_isa() == levels[i]) == possible, "%s", ag_isa_name(levels[i]));
        float x[37];
        for (int k = 0; k < 37; k++)
            x[k] = (float)k;
        scale(37, 2.0f, x);
        CHECK(sum_of(37, x) == 37 * 36, "%s: %zu", ag_isa_name(levels[i]), sum_of(37, x));
    }
    CHECK(ag_isa_set(AG_ISA_BASE) == (AG_ISA_MAX == AG_ISA_BASE), "no level below the lowest");
    CHECK(ag_isa_set(before) && ag_isa() == before, "as before");
}

/* ACTGRID_ISA is read anew at every check. */
static ag_status says(const char *word, ag_error *err) {
    setenv("ACTGRID_ISA", word, 1);
    *err = (ag_error){0};
    return ag_isa_check(err);
}

static void words(void) {
    char old[64];
    snprintf(old, sizeof old, "%s", ag_isa_asked() ? ag_isa_asked() : "");
    ag_error err;
    CHECK(says("", &err) == AG_OK && !ag_isa_asked(), "empty is unset");
    static const char *const wrong[] = {"v5", "V3", "v", "v33", "avx2", "x86-64", "x86-64-v1", "3"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK(says(wrong[i], &err) == AG_CONFIG, "%s", wrong[i]);
        CHECK(strstr(err.text, wrong[i]) && strstr(err.text, "v2, v3 or v4"), "%s", err.text);
    }
    for (int i = 0; i < N_LEVELS; i++) {
        const char *name = ag_isa_name(levels[i]), *last = strrchr(name, '-') + 1;
        const ag_status want = levels[i] <= ag_isa_highest() ? AG_OK : AG_MACHINE;
        CHECK(says(name, &err) == want, "%s: %s", name, err.text);
        CHECK(says(last, &err) == want, "%s: %s", last, err.text);
    }
    setenv("ACTGRID_ISA", old, 1);
}

int main(void) {
    const char *asked = ag_isa_asked();
    if (asked)
        CHECK(strstr(ag_isa_name(ag_isa()), asked), "%s: %s", asked, ag_isa_name(ag_isa()));
    else
        CHECK(ag_isa() == ag_isa_highest(), "%s", ag_isa_name(ag_isa()));
    CHECK(ag_isa_runs_here(), "or we would not be here");
    CHECK(ag_isa_highest() <= ag_isa_processor() && ag_isa_highest() <= AG_ISA_MAX, "highest");
    names();
    ways();
    words();
    return check_report();
}
