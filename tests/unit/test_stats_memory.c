/* Memory that runs out at the first request, the second, ...: a sentence each time, or the right
 * answer. */
#include "stats_check.h"

#include "results/stats/budget.h"
#include "results/stats/describe.h"
#include "results/stats/effect.h"
#include "results/stats/paired.h"
#include "results/stats/several.h"
#include "results/stats/unpaired.h"
#include "results/stats/variance.h"

#include <string.h>

enum { N = 12 };
static double x[N], y[N];
static const int sizes[] = {4, 8}, level[N] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
static const int other[N] = {0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0};
static const ag_two_samples two = {N, N, x, y};
static const ag_bootstrap how = {.resamples = 50, .level = 0.95};

typedef struct answers {
    double number[24];
} answers;

static ag_status describe(ag_arena *a, answers *out, ag_error *err) {
    ag_description d;
    AG_TRY(ag_describe(N, x, a, &d, err));
    out->number[0] = d.iqm;
    return AG_OK;
}

static ag_status intervals(ag_arena *a, answers *out, ag_error *err) {
    ag_bounds b[4];
    AG_TRY(ag_bootstrap_sample(N, x, &how, a, &b[0], err));
    AG_TRY(ag_bootstrap_cells(&(ag_cells){2, sizes, x}, &how, a, &b[1], err));
    AG_TRY(ag_bootstrap_two(&two, AG_CONTRAST_DIFFERENCE, &how, a, &b[2], err));
    AG_TRY(ag_bootstrap_paired_ratio(&two, &how, a, &b[3], err));
    for (int i = 0; i < 4; i++)
        out->number[i] = b[i].low;
    return AG_OK;
}

static ag_status tests(ag_arena *a, answers *out, ag_error *err) {
    ag_significance s[4];
    const ag_permutations drawn = AG_PERMUTATIONS_STANDARD;
    AG_TRY(ag_sign_flip_test(N, x, &drawn, a, &s[0], err));
    AG_TRY(ag_wilcoxon_test(N, x, &(ag_wilcoxon){0}, a, &s[1], err));
    AG_TRY(ag_mann_whitney_test(&two, false, a, &s[2], err));
    AG_TRY(ag_permutation_test(&two, &drawn, a, &s[3], err));
    for (int i = 0; i < 4; i++)
        out->number[i] = s[i].p.two_sided;
    return AG_OK;
}

static ag_status shifts(ag_arena *a, answers *out, ag_error *err) {
    ag_shift s[2];
    AG_TRY(ag_shift_of_pairs(N, x, 0.95, a, &s[0], err));
    AG_TRY(ag_shift_of_two(&two, 0.95, a, &s[1], err));
    out->number[0] = s[0].shift.low;
    out->number[1] = s[1].shift.low;
    return AG_OK;
}

static ag_status tables(ag_arena *a, answers *out, ag_error *err) {
    ag_friedman f;
    ag_bounds b;
    AG_TRY(ag_friedman_test(&(ag_blocks){4, 3, x, true}, out->number, a, &f, err));
    AG_TRY(ag_adjust(AG_HOLM, 3, y, out->number + 3, a, err));
    AG_TRY(ag_expected_best(&(ag_search){N, x, y, true}, out->number + 6, a, err));
    AG_TRY(ag_expected_best_interval(&(ag_search){N, x, y, true}, 3, &how, a, &b, err));
    out->number[18] = f.p_exact;
    out->number[19] = b.low;
    return AG_OK;
}

static ag_status shares(ag_arena *a, answers *out, ag_error *err) {
    const ag_factor factors[] = {{"a", 3, level}, {"b", 2, other}};
    ag_variance v;
    AG_TRY(ag_variance_of(&(ag_factorial){N, x, 2, factors, 1}, a, &v, err));
    out->number[0] = v.terms[0].squares;
    out->number[1] = v.terms[1].squares;
    return AG_OK;
}

static ag_status (*const all[])(ag_arena *a, answers *out, ag_error *err) = {
    describe, intervals, tests, shifts, tables, shares};

int main(void) {
    ag_stream s = ag_stream_open(1, AG_RANDOM_TEST, 0);
    for (int i = 0; i < N; i++) {
        x[i] = ag_random_normal(&s);
        y[i] = ag_random_uniform(&s);
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_error err = {0};
        answers want = {{0}};
        CHECK(all[i](&arena, &want, &err) == AG_OK, "%s", err.text);
        ag_arena_close(&arena);
        long failed = 0;
        for (bool done = false; !done; failed += !done) {
            answers got = {{0}};
            arena = AG_ARENA_EMPTY;
            arena.fail_after = failed;
            const ag_status status = all[i](&arena, &got, &err);
            done = status == AG_OK;
            CHECK(done || (status == AG_NOMEM && strstr(err.text, "no memory")), "%zu, %ld: %s", i,
                  failed, err.text);
            CHECK(!done || memcmp(&got, &want, sizeof got) == 0, "%zu: another answer", i);
            ag_arena_close(&arena);
        }
        CHECK(failed > 0, "%zu asks for no memory", i);
    }
    return check_report();
}
