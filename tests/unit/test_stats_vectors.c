/* Samples against R's and SciPy's numbers. */
#include "stats_check.h"

#include "results/stats/describe.h"
#include "results/stats/effect.h"
#include "results/stats/equivalence.h"
#include "results/stats/interval.h"
#include "results/stats/paired.h"
#include "results/stats/unpaired.h"
#include "stats_r.h"
#include "stats_scipy.h"

typedef struct vectors {
    const char *name;
    int n;
    const double *x, *y, *describe, *iqm, *paired_t, *welch, *wilcoxon_normal, *wilcoxon_exact,
        *pratt, *mann_whitney_normal, *mann_whitney_exact, *mann_whitney, *sign, *equivalence,
        *equivalence_two, *pooled_t, *sign_flip, *permutation;
} vectors;

#define R(name, count, flips, permutes)                                                            \
    {                                                                                              \
#name, count, r_##name##_x, r_##name##_y, r_##name##_describe, scipy_##name##_iqm,         \
            r_##name##_paired_t, r_##name##_welch, r_##name##_wilcoxon_normal,                     \
            r_##name##_wilcoxon_exact, scipy_##name##_pratt, r_##name##_mann_whitney_normal,       \
            r_##name##_mann_whitney_exact, scipy_##name##_mann_whitney, r_##name##_sign,           \
            r_##name##_equivalence, r_##name##_equivalence_two, r_##name##_pooled_t, flips,        \
            permutes                                                                               \
    }

static const vectors all[] = {
    R(three, 3, scipy_three_sign_flip, scipy_three_permutation),
    R(five, 5, scipy_five_sign_flip, scipy_five_permutation),
    R(ten, 10, scipy_ten_sign_flip, NULL),
    R(far, 7, scipy_far_sign_flip, scipy_far_permutation),
    R(twenty, 20, NULL, NULL),
};
enum { N_ALL = sizeof all / sizeof all[0] };

static ag_arena arena;
static ag_error err;
#define OK(call) CHECK((call) == AG_OK, "%s", err.text)

static void check_describe(const vectors *v) {
    ag_description d;
    OK(ag_describe(v->n, v->x, &arena, &d, &err));
    const double got[] = {d.mean,   d.std,        d.min, d.max, d.quartile_1,
                          d.median, d.quartile_3, d.iqm, d.mad};
    for (int i = 0; i < 9; i++)
        check_close(v->name, got[i], v->describe[i], 1e-12);
    check_close(v->name, d.iqm, v->iqm[0], 1e-12);
    check_close(v->name, d.mad, v->iqm[1], 1e-12);
}

static void check_paired(const vectors *v, const double *d, const double *rounded) {
    const ag_significance t = ag_paired_t_test(v->n, d);
    check_close(v->name, t.statistic, v->paired_t[0], 1e-10);
    check_p(v->name, t.p, v->paired_t + 1, 1e-10);
    check_close(v->name, ag_cohen_d_z(v->n, d), t.statistic / sqrt(v->n), 1e-12);
    const ag_bounds mean = ag_t_interval(v->n, d, 0.95);
    check_close(v->name, mean.low, v->paired_t[4], 1e-10);
    check_close(v->name, mean.high, v->paired_t[5], 1e-10);

    const ag_significance sign = ag_sign_test(v->n, d);
    check_close(v->name, sign.statistic, v->sign[0], 0);
    check_p(v->name, sign.p, v->sign + 1, 1e-10);

    const ag_two_one_sided e = ag_equivalence_of_pairs(v->n, d, 0.2, 0.05);
    check_close(v->name, e.p_above, v->equivalence[0], 1e-10);
    check_close(v->name, e.p_below, v->equivalence[1], 1e-10);
    check_close(v->name, e.interval.low, v->equivalence[2], 1e-10);
    check_close(v->name, e.interval.high, v->equivalence[3], 1e-10);
    CHECK(ag_within(e.interval, 0.2) == (e.p < 0.05), "%s: two ways, two answers", v->name);

    ag_significance w;
    OK(ag_wilcoxon_test(v->n, rounded, &(ag_wilcoxon){.approximate = true}, &arena, &w, &err));
    check_close(v->name, w.statistic, v->wilcoxon_normal[0], 0);
    check_p(v->name, w.p, v->wilcoxon_normal + 1, 1e-10);
    OK(ag_wilcoxon_test(v->n, rounded, &(ag_wilcoxon){AG_ZEROS_RANKED, true}, &arena, &w, &err));
    check_p(v->name, w.p, v->pratt, 1e-10);
    CHECK(!w.exact, "approximate, and called exact");

    if (v->sign_flip) {
        OK(ag_sign_flip_test(v->n, d, &AG_PERMUTATIONS_STANDARD, &arena, &w, &err));
        check_close(v->name, w.statistic, v->sign_flip[0], 1e-10);
        check_p(v->name, w.p, v->sign_flip + 1, 1e-10);
        CHECK(w.exact, "not exact");
    }
    if (isnan(v->wilcoxon_exact[0])) return;
    OK(ag_wilcoxon_test(v->n, rounded, &(ag_wilcoxon){0}, &arena, &w, &err));
    CHECK(w.exact, "not exact");
    check_close(v->name, w.statistic, v->wilcoxon_exact[0], 0);
    check_p(v->name, w.p, v->wilcoxon_exact + 1, 1e-10);
    ag_shift shift;
    OK(ag_shift_of_pairs(v->n, rounded, 0.95, &arena, &shift, &err));
    check_close(v->name, shift.shift.low, v->wilcoxon_exact[4], 1e-10);
    check_close(v->name, shift.shift.high, v->wilcoxon_exact[5], 1e-10);
    check_close(v->name, shift.shift.estimate, v->wilcoxon_exact[6], 1e-10);
}

static void check_unpaired(const vectors *v) {
    const ag_two_samples two = {v->n, v->n, v->x, v->y};
    const ag_welch welch = ag_welch_test(&two, 0.95);
    check_close(v->name, welch.test.statistic, v->welch[0], 1e-10);
    check_p(v->name, welch.test.p, v->welch + 1, 1e-10);
    check_close(v->name, welch.df, v->welch[4], 1e-10);
    check_close(v->name, welch.difference.low, v->welch[5], 1e-9);
    check_close(v->name, welch.difference.high, v->welch[6], 1e-10);

    const ag_two_one_sided e = ag_equivalence_of_two(&two, 0.2, 0.05);
    check_close(v->name, e.p_above, v->equivalence_two[0], 1e-9);
    check_close(v->name, e.p_below, v->equivalence_two[1], 1e-9);
    check_close(v->name, e.interval.low, v->equivalence_two[2], 1e-9);
    check_close(v->name, e.interval.high, v->equivalence_two[3], 1e-9);

    const double d = v->pooled_t[0] * sqrt(2.0 / v->n); /* t = d / sqrt(1 / n_x + 1 / n_y) */
    check_close(v->name, ag_cohen_d(&two), d, 1e-10);
    check_close(v->name, ag_hedges_g(&two), d * ag_hedges_factor(2 * v->n - 2), 1e-10);

    ag_significance m;
    OK(ag_mann_whitney_test(&two, true, &arena, &m, &err));
    check_close(v->name, m.statistic, v->mann_whitney_normal[0], 0);
    check_p(v->name, m.p, v->mann_whitney_normal + 1, 1e-10);
    check_p(v->name, m.p, v->mann_whitney + 1, 1e-10); /* R and SciPy agree here */
    check_close(v->name, ag_probability_greater(&two), m.statistic / (v->n * v->n), 1e-15);
    if (v->permutation) {
        OK(ag_permutation_test(&two, &AG_PERMUTATIONS_STANDARD, &arena, &m, &err));
        check_close(v->name, m.statistic, v->permutation[0], 1e-10);
        check_p(v->name, m.p, v->permutation + 1, 1e-10);
    }
    if (isnan(v->mann_whitney_exact[0])) return;
    OK(ag_mann_whitney_test(&two, false, &arena, &m, &err));
    check_close(v->name, m.statistic, v->mann_whitney_exact[0], 0);
    check_p(v->name, m.p, v->mann_whitney_exact + 1, 1e-10);
    ag_shift shift;
    OK(ag_shift_of_two(&two, 0.95, &arena, &shift, &err));
    check_close(v->name, shift.shift.low, v->mann_whitney_exact[4], 1e-10);
    check_close(v->name, shift.shift.high, v->mann_whitney_exact[5], 1e-10);
    check_close(v->name, shift.shift.estimate, v->mann_whitney_exact[6], 1e-10);
}

/* Equal values and differences of 0. */
static void check_ties(void) {
    enum { N = 12 };
    double d[N];
    ag_significance w;
    rounded_differences(N, r_accuracy_x, r_accuracy_y, d);
    OK(ag_wilcoxon_test(N, d, &(ag_wilcoxon){.approximate = true}, &arena, &w, &err));
    check_close("ties", w.statistic, r_accuracy_wilcoxon_normal[0], 0);
    check_p("ties", w.p, r_accuracy_wilcoxon_normal + 1, 1e-10);
    OK(ag_wilcoxon_test(N, d, &(ag_wilcoxon){AG_ZEROS_RANKED, true}, &arena, &w, &err));
    check_p("Pratt", w.p, scipy_accuracy_pratt, 1e-10);
    OK(ag_sign_flip_test(N, d, &AG_PERMUTATIONS_STANDARD, &arena, &w, &err));
    check_p("sign flips", w.p, scipy_accuracy_sign_flip + 1, 1e-10);
    const ag_two_samples two = {N, N, r_accuracy_x, r_accuracy_y};
    OK(ag_mann_whitney_test(&two, true, &arena, &w, &err));
    check_close("ties", w.statistic, r_accuracy_mann_whitney_normal[0], 0);
    check_p("ties", w.p, r_accuracy_mann_whitney_normal + 1, 1e-10);
}

int main(void) {
    arena = AG_ARENA_EMPTY;
    for (int i = 0; i < N_ALL; i++) {
        double d[STATS_N_MAX], rounded[STATS_N_MAX];
        for (int k = 0; k < all[i].n; k++)
            d[k] = all[i].x[k] - all[i].y[k];
        rounded_differences(all[i].n, all[i].x, all[i].y, rounded);
        check_describe(&all[i]);
        check_paired(&all[i], d, rounded);
        check_unpaired(&all[i]);
    }
    check_ties();
    CHECK(arena.taken == 0, "%zu bytes are not given back", arena.taken);
    ag_arena_close(&arena);
    return check_report();
}
