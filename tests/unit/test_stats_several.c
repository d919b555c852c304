/* Corrections, Friedman, groups, verdicts and seeds, budgets, shares of variance. */
#include "stats_check.h"

#include "results/stats/budget.h"
#include "results/stats/describe.h"
#include "results/stats/equivalence.h"
#include "results/stats/several.h"
#include "results/stats/variance.h"
#include "stats_r.h"

#include <string.h>

static ag_arena arena;
static ag_error err;
#define OK(call) CHECK((call) == AG_OK, "%s", err.text)

static void check_adjusted(void) {
    static const struct {
        ag_correction how;
        const double *want;
        const char *name;
    } cases[] = {{AG_HOLM, r_holm, "Holm"},
                 {AG_HOCHBERG, r_hochberg, "Hochberg"},
                 {AG_BENJAMINI_HOCHBERG, r_benjamini_hochberg, "Benjamini-Hochberg"}};
    for (int c = 0; c < 3; c++) {
        double p[10], got[10];
        memcpy(p, r_p, sizeof r_p);
        p[9] = (double)NAN;
        OK(ag_adjust(cases[c].how, 10, p, got, &arena, &err));
        for (int i = 0; i < 9; i++)
            check_close(cases[c].name, got[i], cases[c].want[i], 1e-12);
        CHECK(isnan(got[9]), "%s: NaN became %g", cases[c].name, got[9]);
        OK(ag_adjust(cases[c].how, 10, p, p, &arena, &err)); /* in place */
        CHECK(memcmp(p, got, 9 * sizeof *p) == 0, "%s: other numbers in place", cases[c].name);
    }
    OK(ag_adjust(AG_HOLM, 0, NULL, NULL, &arena, &err));
}

static void check_friedman(void) {
    static const struct {
        const double *x, *want;
    } tables[] = {{r_table, r_table_friedman}, {r_tied, r_tied_friedman}};
    for (int t = 0; t < 2; t++) {
        double average[4];
        ag_friedman f;
        OK(ag_friedman_test(&(ag_blocks){6, 4, tables[t].x, false}, average, &arena, &f, &err));
        check_close("chi squared", f.chi_squared, tables[t].want[0], 1e-10);
        check_close("p", f.p_chi_squared, tables[t].want[1], 1e-10);
        for (int j = 0; j < 4; j++)
            check_close("average rank", average[j], tables[t].want[2 + j], 1e-12);
        check_close("F", f.f, 5 * f.chi_squared / (18 - f.chi_squared), 1e-12);
        double other[4];
        ag_friedman g;
        OK(ag_friedman_test(&(ag_blocks){6, 4, tables[t].x, true}, other, &arena, &g, &err));
        check_close("other way round", g.chi_squared, f.chi_squared, 1e-12);
        for (int j = 0; j < 4; j++)
            check_close("other way round", other[j], 5 - average[j], 1e-12);
    }
    /* Demsar 2006, 3.2.2: average ranks of four classifiers on 14 sets; chi2 9.28, F 3.69 */
    const double ranks[4] = {3.143, 2.000, 2.893, 1.964};
    double squares = 0;
    for (int j = 0; j < 4; j++)
        squares += ranks[j] * ranks[j];
    const double chi = 12.0 * 14 / 20 * (squares - 25);
    CHECK(fabs(chi - 9.28) < 0.02, "%g", chi);
    CHECK(fabs(ag_nemenyi_distance(4, 14, 0.05) - 1.25) < 0.006, "%g",
          ag_nemenyi_distance(4, 14, 0.05));
    CHECK(fabs(ag_nemenyi_distance(4, 14, 0.10) - 1.12) < 0.006, "%g",
          ag_nemenyi_distance(4, 14, 0.10));

    double average[4], same[12];
    ag_friedman f;
    for (int i = 0; i < 12; i++)
        same[i] = 0.5;
    OK(ag_friedman_test(&(ag_blocks){3, 4, same, true}, average, &arena, &f, &err));
    CHECK(isnan(f.chi_squared) && isnan(f.p_f) && f.p_exact == 1, "all equal: %g", f.chi_squared);
}

static void check_groups(void) {
    const double rank[5] = {4.5, 1.2, 2.0, 3.1, 1.2};
    int order[5];
    bool differ[25];
    ag_group groups[5];
    ag_order_by_rank(5, rank, order);
    CHECK(order[0] == 1 && order[1] == 4 && order[2] == 2 && order[3] == 3 && order[4] == 0,
          "%d %d %d %d %d", order[0], order[1], order[2], order[3], order[4]);
    for (int i = 0; i < 25; i++)
        differ[i] = fabs(rank[i / 5] - rank[i % 5]) >= 1.5;
    int n = ag_groups_alike(5, order, differ, groups);
    CHECK(n == 3 && groups[0].first == 0 && groups[0].last == 2 && groups[1].first == 2 &&
              groups[1].last == 3 && groups[2].first == 3 && groups[2].last == 4,
          "%d groups", n);
    for (int i = 0; i < 25; i++)
        differ[i] = i / 5 != i % 5;
    CHECK(ag_groups_alike(5, order, differ, groups) == 0, "all differ");
    memset(differ, 0, sizeof differ);
    n = ag_groups_alike(5, order, differ, groups);
    CHECK(n == 1 && groups[0].first == 0 && groups[0].last == 4, "nothing differs");
}

static void check_verdicts(void) {
    static const struct {
        ag_relation relation;
        double low, high, margin;
        ag_verdict want;
    } cases[] = {
        {AG_RELATION_GREATER, 0.1, 0.5, 0, AG_SUPPORTED},
        {AG_RELATION_GREATER, 0, 0.5, 0, AG_UNDECIDED},
        {AG_RELATION_GREATER, -0.5, -0.1, 0, AG_CONTRADICTED},
        {AG_RELATION_LESS, -0.5, -0.1, 0, AG_SUPPORTED},
        {AG_RELATION_LESS, 0.1, 0.5, 0, AG_CONTRADICTED},
        {AG_RELATION_LESS, -0.1, 0.5, 0.2, AG_UNDECIDED},
        {AG_RELATION_GREATER, 0.01, 0.05, 0.1, AG_EQUIVALENT},
        {AG_RELATION_GREATER, -0.05, -0.01, 0.1, AG_EQUIVALENT},
        {AG_RELATION_GREATER, 0.05, 0.15, 0.1, AG_SUPPORTED},
        {AG_RELATION_ALIKE, -0.05, 0.05, 0.1, AG_EQUIVALENT},
        {AG_RELATION_ALIKE, -0.1, 0.05, 0.1, AG_UNDECIDED},
        {AG_RELATION_ALIKE, 0.05, 0.2, 0.1, AG_UNDECIDED},
        {AG_RELATION_ALIKE, 0.11, 0.2, 0.1, AG_CONTRADICTED},
        {AG_RELATION_ALIKE, -0.2, -0.11, 0.1, AG_CONTRADICTED},
        {AG_RELATION_GREATER, (double)NAN, (double)NAN, 0.1, AG_UNDECIDED},
        {AG_RELATION_GREATER, 0, 0, 0, AG_UNDECIDED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const ag_verdict got = ag_verdict_of(
            cases[i].relation, (ag_bounds){0, cases[i].low, cases[i].high}, cases[i].margin);
        CHECK(got == cases[i].want, "case %zu: %s, not %s", i, ag_verdict_name(got),
              ag_verdict_name(cases[i].want));
    }
}

static void check_seeds(void) {
    for (double d = 0.1; d < 4; d *= 1.7) {
        const int n = ag_pairs_needed(d, 0.05, 0.8);
        CHECK(ag_paired_power(n, d, 0.05) >= 0.8, "%d pairs for %g are too few", n, d);
        CHECK(n == 2 || ag_paired_power(n - 1, d, 0.05) < 0.8, "%d pairs for %g: one too many", n,
              d);
        CHECK(ag_pairs_needed(-d, 0.05, 0.8) == n, "%g and %g differ", d, -d);
    }
    CHECK(ag_pairs_needed(0.5, 0.05, 0.8) == 34, "%d", ag_pairs_needed(0.5, 0.05, 0.8)); /* Cohen */
    CHECK(ag_pairs_needed(0.0025, 0.05, 0.8) == 0, "more than %d", AG_SEEDS_MAX); /* 1,255,824 */
    CHECK(ag_pairs_needed(1e-4, 0.05, 0.8) == 0 && ag_pairs_needed(0, 0.05, 0.8) == 0, "too many");
    double d[10];
    for (int i = 0; i < 10; i++)
        d[i] = r_ten_x[i] - r_ten_y[i];
    const ag_seeds s = ag_seeds_needed(10, d, 0.05, 0.8);
    CHECK(s.least >= 2 && s.least <= s.likely && (s.most == 0 || s.likely <= s.most), "%d %d %d",
          s.least, s.likely, s.most);
    CHECK(s.d_z.low < s.d_z.estimate && s.d_z.estimate < s.d_z.high, "%g %g %g", s.d_z.low,
          s.d_z.estimate, s.d_z.high);
    /* the interval of d_z contains 0 if and only if that of the mean does */
    const ag_bounds mean = ag_t_interval(10, d, 0.95);
    CHECK((s.d_z.low > 0) == (mean.low > 0), "%g, %g", s.d_z.low, mean.low);
    const double same[3] = {1, 1, 1};
    CHECK(ag_seeds_needed(3, same, 0.05, 0.8).likely == 0, "all equal");
}

/* Over all subsets of k, one by one; equals share their mean. */
static void check_budget(void) {
    const double by[6] = {0.7, 0.9, 0.7, 0.2, -HUGE_VAL, 0.8},
                 value[6] = {0.65, 0.8, 0.75, 0.3, 0.1, 0.85};
    for (int largest = 0; largest < 2; largest++) {
        double best[6], chosen_by[6];
        for (int i = 0; i < 6; i++)
            chosen_by[i] = largest ? by[i] : -by[i];
        const ag_search search = {6, chosen_by, value, largest};
        OK(ag_expected_best(&search, best, &arena, &err));
        for (int k = 1; k <= 6; k++) {
            double sum = 0, ways = 0;
            for (unsigned set = 0; set < 64; set++) {
                double top = -HUGE_VAL, worth = 0, n_top = 0;
                int size = 0;
                for (int i = 0; i < 6; i++)
                    if (set >> i & 1) {
                        size++;
                        top = fmax(top, by[i]);
                    }
                if (size != k) continue;
                for (int i = 0; i < 6; i++)
                    if ((set >> i & 1) && by[i] == top) {
                        worth += value[i];
                        n_top++;
                    }
                sum += worth / n_top;
                ways++;
            }
            check_close("best of k", best[k - 1], sum / ways, 1e-12);
            ag_bounds b;
            ag_bootstrap how = AG_BOOTSTRAP_STANDARD;
            how.resamples = 500;
            OK(ag_expected_best_interval(&search, k, &how, &arena, &b, &err));
            check_close("estimate", b.estimate, best[k - 1], 1e-12);
            CHECK(b.low <= b.estimate && b.estimate <= b.high, "%g %g %g", b.low, b.estimate,
                  b.high);
        }
    }
}

/* --- variance ------------------------------------------------------------------------------ */

enum { N_FACTORIAL = 48, N_WITHOUT = 6, N_UNEVEN = 3 };

typedef struct levels {
    int n, a[N_FACTORIAL], b[N_FACTORIAL], c[N_FACTORIAL];
    double y[N_FACTORIAL];
} levels;

static levels factorial_without(int n_without) {
    levels l = {0};
    for (int i = 0; i < N_FACTORIAL; i++) {
        bool left_out = false;
        for (int w = 0; w < n_without; w++)
            left_out |= (int)r_factorial_without[w] == i;
        if (left_out) continue;
        l.a[l.n] = (int)r_factorial_a[i];
        l.b[l.n] = (int)r_factorial_b[i];
        l.c[l.n] = (int)r_factorial_c[i];
        l.y[l.n++] = r_factorial_y[i];
    }
    return l;
}

static ag_status variance_of(const levels *l, int order, ag_variance *v) {
    const ag_factor factors[3] = {
        {"activation", 3, l->a}, {"initializer", 2, l->b}, {"depth", 4, l->c}};
    return ag_variance_of(&(ag_factorial){l->n, l->y, 3, factors, order}, &arena, v, &err);
}

static void check_variance(void) {
    ag_variance v;
    levels l = factorial_without(0);
    OK(variance_of(&l, 2, &v));
    CHECK(v.balanced && v.n_terms == 6, "%d terms", v.n_terms);
    double sum = v.residual;
    for (int t = 0; t < 6; t++) {
        check_close("balanced", v.terms[t].squares, r_factorial_balanced[t], 1e-10);
        check_close("p", v.terms[t].p, r_factorial_p[t], 1e-9);
        check_close("eta", v.terms[t].eta_squared, v.terms[t].squares / r_factorial_balanced[7],
                    1e-12);
        sum += v.terms[t].squares;
    }
    check_close("residual", v.residual, r_factorial_balanced[6], 1e-10);
    check_close("sum", sum, v.total, 1e-12);

    OK(variance_of(&l, 3, &v));
    CHECK(v.n_terms == 7 && v.terms[6].factors == 7 && v.terms[6].df == (int)r_factorial_third[2] &&
              v.residual_df == (int)r_factorial_third[3],
          "%d terms", v.n_terms);
    check_close("third order", v.terms[6].squares, r_factorial_third[0], 1e-10);
    check_close("its p", v.terms[6].p, r_factorial_third[4], 1e-9);
    check_close("residual", v.residual, r_factorial_third[1], 1e-10);
    const double square = v.residual / v.residual_df; /* omega^2, as Hays writes it */
    check_close("omega", v.terms[0].omega_squared,
                (v.terms[0].squares - 2 * square) / (v.total + square), 1e-12);

    l = factorial_without(N_UNEVEN);
    OK(variance_of(&l, 2, &v));
    for (int t = 0; t < 6; t++)
        check_close("uneven", v.terms[t].squares, r_factorial_uneven[t], 1e-10);

    l = factorial_without(N_WITHOUT);
    OK(variance_of(&l, 2, &v));
    CHECK(!v.balanced, "called balanced");
    for (int t = 0; t < 6; t++)
        check_close("type II", v.terms[t].squares, r_factorial_type_two[t], 1e-10);
    check_close("residual", v.residual, r_factorial_type_two[6], 1e-10);
    check_close("total", v.total, r_factorial_type_two[7], 1e-10);
}

static void check_refused(const char *part) {
    CHECK(err.status == AG_CONFIG && strstr(err.text, part), "'%s' has no '%s'", err.text, part);
}

static void check_refusals(void) {
    ag_variance v;
    levels l = factorial_without(0);
    for (int i = 0; i < l.n; i++)
        l.b[i] = 1;
    CHECK(variance_of(&l, 1, &v) != AG_OK, "one level");
    check_refused("'initializer' has the same value in all 48 trials");

    levels one = {0}; /* one seed: all three together leave nothing */
    l = factorial_without(0);
    for (int i = 0; i < l.n; i += 2) {
        one.a[one.n] = l.a[i];
        one.b[one.n] = l.b[i];
        one.c[one.n] = l.c[i];
        one.y[one.n++] = l.y[i];
    }
    OK(variance_of(&one, 2, &v));
    CHECK(variance_of(&one, 3, &v) != AG_OK, "no residual");
    check_refused("more seeds");

    levels gap = {0}; /* no trial of activation 0 at depth 3 */
    for (int i = 0; i < l.n; i++) {
        if (l.a[i] == 0 && l.c[i] == 3) continue;
        gap.a[gap.n] = l.a[i];
        gap.b[gap.n] = l.b[i];
        gap.c[gap.n] = l.c[i];
        gap.y[gap.n++] = l.y[i];
    }
    OK(variance_of(&gap, 1, &v));
    CHECK(variance_of(&gap, 2, &v) != AG_OK, "a missing combination");
    check_refused("'activation x depth' cannot be told");
    ag_arena_reset(&arena);
}

int main(void) {
    arena = AG_ARENA_EMPTY;
    check_adjusted();
    check_friedman();
    check_groups();
    check_verdicts();
    check_seeds();
    check_budget();
    check_variance();
    CHECK(arena.taken == 0, "%zu bytes are not given back", arena.taken);
    check_refusals();
    ag_arena_close(&arena);
    return check_report();
}
