/* Two activations at a time, seed by seed. */
#include "results/report/compare_private.h"

#include "results/stats/effect.h"
#include "results/stats/paired.h"
#include "results/stats/several.h"

#include <math.h>
#include <stdio.h>

enum { PAIRS_SHOWN = 15, WINNERS_SHOWN = 40, SEEDS_EXACT = AG_SIGN_FLIP_EXACT };

typedef struct pair {
    int a, b;
    int n, blocks, left_out;
    ag_bounds difference; /* on the metric's scale */
    double effect;        /* d_z without its bias (Hedges) */
    ag_p_values flip, wilcoxon, t;
    bool exact;
    double corrected; /* of flip.two_sided */
    double won;       /* seeds in which a is better, ties 1/2 */
    ag_bounds share;  /* of them, Wilson */
    double better;    /* P(a better than b), of all pairs of seeds */
} pair;

/* --- one pair -------------------------------------------------------------------------------- */

static ag_status test(const ag_comparison *c, pair *p, double *d, ag_error *err) {
    bool finite = true;
    const double none = (double)NAN;
    for (int i = 0; i < p->n; i++) {
        d[i] = ag_metric_rounded(c->metric, d[i]);
        finite &= (bool)isfinite(d[i]);
    }
    ag_significance s;
    const ag_permutations how = AG_PERMUTATIONS_STANDARD;
    const ag_wilcoxon ranks = {AG_ZEROS_DROPPED, false};
    p->flip = p->t = (ag_p_values){none, none, none};
    if (finite) {
        AG_TRY(ag_sign_flip_test(p->n, d, &how, c->arena, &s, err));
        p->flip = s.p;
        p->exact = s.exact;
        p->t = ag_paired_t_test(p->n, d).p;
        p->effect = ag_hedges_factor(p->n - 1) * ag_cohen_d_z(p->n, d);
    }
    AG_TRY(ag_wilcoxon_test(p->n, d, &ranks, c->arena, &s, err));
    p->wilcoxon = s.p;
    return AG_OK;
}

/* Values as they are ranked: those that are equal in decimals are ties. */
static const double *rounded(const ag_comparison *c, const ag_by_seed *values) {
    double *x = AG_NEW_ARRAY(c->arena, double, (size_t)values->n + 1);
    for (int i = 0; x && i < values->n; i++)
        x[i] = ag_metric_rounded(c->metric, values->value[i]);
    return x;
}

/* Which is better more often: of the same seed, and of any two. */
static ag_status count_wins(const ag_comparison *c, const ag_block_group *group, pair *p,
                            const double *d, ag_error *err) {
    const double sign = c->metric->better == AG_BETTER_SMALLER ? -1 : 1;
    const ag_by_seed *x = &group->arms[p->a].values, *y = &group->arms[p->b].values;
    for (int i = 0; i < p->n; i++)
        p->won += d[i] == 0 ? 0.5 : sign * d[i] > 0;
    p->share = ag_wilson_interval(p->won, p->n, AG_COMPARE_LEVEL);
    const ag_mark mark = ag_arena_mark(c->arena);
    const ag_two_samples both = {x->n, y->n, rounded(c, x), rounded(c, y)};
    if (!both.x || !both.y) return ag_samples_no_memory(err);
    p->better = ag_probability_greater(&both);
    if (sign < 0) p->better = 1 - p->better;
    ag_arena_release(c->arena, mark);
    return AG_OK;
}

static ag_status fill(const ag_comparison *c, const ag_block_group *group, pair *p, ag_error *err) {
    const double none = (double)NAN;
    ag_by_seed d;
    AG_TRY(ag_sample_pairs_over(&c->samples, &group->set, p->a, p->b, c->arena, &d, err));
    p->n = d.n;
    p->blocks = d.blocks;
    p->left_out = d.left_out;
    p->effect = p->corrected = p->better = none;
    p->share = (ag_bounds){none, none, none};
    p->flip = p->wilcoxon = p->t = (ag_p_values){none, none, none};
    AG_TRY(ag_compare_mean(c, d.n, d.value, &p->difference, err));
    if (d.n == 0) return AG_OK;
    AG_TRY(test(c, p, d.value, err));
    return count_wins(c, group, p, d.value, err);
}

/* --- all of a group -------------------------------------------------------------------------- */

static int list(const ag_comparison *c, const ag_block_group *group, pair *pairs) {
    int n = 0;
    for (int i = 0; i < group->present; i++) {
        if (c->baseline >= 0) {
            if (group->order[i] == c->baseline || group->arms[c->baseline].ran == 0) continue;
            pairs[n++] = (pair){.a = group->order[i], .b = c->baseline};
            continue;
        }
        for (int k = i + 1; k < group->present; k++)
            pairs[n++] = (pair){.a = group->order[i], .b = group->order[k]};
    }
    return n;
}

static ag_status correct(const ag_comparison *c, pair *pairs, int n, int *tested, ag_error *err) {
    double *p = AG_NEW_ARRAY(c->arena, double, (size_t)n + 1);
    if (!p) return ag_samples_no_memory(err);
    *tested = 0;
    for (int i = 0; i < n; i++) {
        p[i] = pairs[i].flip.two_sided;
        *tested += !isnan(p[i]);
    }
    AG_TRY(ag_adjust(AG_HOLM, n, p, p, c->arena, err));
    for (int i = 0; i < n; i++)
        pairs[i].corrected = p[i];
    return AG_OK;
}

static ag_status fill_all(const ag_comparison *c, const ag_block_group *group, pair **pairs, int *n,
                          int *tested, ag_error *err) {
    const size_t room = (size_t)group->present * (size_t)group->present;
    *pairs = AG_NEW_ARRAY(c->arena, pair, room + 1);
    if (!*pairs) return ag_samples_no_memory(err);
    *n = list(c, group, *pairs);
    for (int i = 0; i < *n; i++)
        AG_TRY(fill(c, group, &(*pairs)[i], err));
    return correct(c, *pairs, *n, tested, err);
}

/* --- for programs ---------------------------------------------------------------------------- */

static const ag_column numbers[] = {
    {"block", false},      {"activation", false}, {"item", false},  {"n", true},
    {"difference", true},  {"low", true},         {"high", true},   {"effect", true},
    {"p_sign_flip", true}, {"exact", true},       {"p_holm", true}, {"tested", true},
    {"p_wilcoxon", true},  {"p_t", true},         {"won", true},    {"won_low", true},
    {"won_high", true},    {"p_better", true},    {"blocks", true}, {"left_out", true},
};

static void put_numbers(const ag_comparison *c, const ag_block_group *group, const pair *p,
                        int tested, ag_grid *grid) {
    const ag_metric *metric = c->metric;
    ag_grid_text(grid, group->label);
    ag_grid_text(grid, c->samples.activations[p->a]);
    ag_grid_text(grid, c->samples.activations[p->b]);
    ag_grid_whole(grid, p->n);
    ag_grid_number(grid, ag_metric_unscaled(metric, p->difference.estimate));
    ag_grid_number(grid, ag_metric_unscaled(metric, p->difference.low));
    ag_grid_number(grid, ag_metric_unscaled(metric, p->difference.high));
    ag_grid_number(grid, p->effect);
    ag_grid_number(grid, p->flip.two_sided);
    ag_grid_flag(grid, p->exact);
    ag_grid_number(grid, p->corrected);
    ag_grid_whole(grid, tested);
    ag_grid_number(grid, p->wilcoxon.two_sided);
    ag_grid_number(grid, p->t.two_sided);
    ag_grid_number(grid, p->n ? p->won / p->n : (double)NAN);
    ag_grid_number(grid, p->share.low);
    ag_grid_number(grid, p->share.high);
    ag_grid_number(grid, p->better);
    ag_grid_whole(grid, p->blocks);
    ag_grid_whole(grid, p->left_out);
}

/* --- for people ------------------------------------------------------------------------------ */

static ag_rounding rounding_of(const ag_comparison *c, const pair *pairs, int n) {
    enum { MOST = 256 };
    double spread[MOST];
    int m = 0;
    for (int i = 0; i < n && m < MOST; i++)
        spread[m++] = pairs[i].difference.high - pairs[i].difference.low;
    return ag_rounding_of(c->metric, m, spread);
}

static void put_words(const ag_comparison *c, const pair *p, ag_rounding rounding, ag_grid *grid) {
    char text[AG_WORD_MAX];
    const ag_rounding plain = {false, 2};
    ag_grid_text(grid, c->samples.activations[p->a]);
    ag_grid_text(grid, c->samples.activations[p->b]);
    ag_grid_whole(grid, p->n);
    ag_grid_text(grid, ag_round_difference(text, rounding, p->difference.estimate));
    ag_grid_text(grid, ag_round_interval(text, rounding, p->difference, true));
    ag_grid_text(grid, ag_round_difference(text, plain, p->effect));
    ag_grid_text(grid, ag_round_p(text, p->flip.two_sided));
    ag_grid_text(grid, ag_round_p(text, p->wilcoxon.two_sided));
    ag_grid_text(grid, ag_round_p(text, p->corrected));
    if (p->n)
        ag_grid_format(grid, "%g/%d", p->won, p->n);
    else
        ag_grid_text(grid, NULL);
    ag_grid_text(grid, ag_round_value(text, plain, p->better));
}

static void begin_words(const ag_comparison *c, ag_rounding rounding, ag_grid *grid) {
    const ag_column columns[] = {
        {"activation", false},
        {"against", false},
        {"n", true},
        {rounding.ratios ? "ratio" : "difference", true},
        {"95 % interval", false},
        {"g", true},
        {"p", true},
        {"p Wilcoxon", true},
        {"p Holm", true},
        {"won", true},
        {c->metric->better == AG_BETTER_NEITHER ? "P(greater)" : "P(better)", true}};
    ag_grid_columns(grid, c->arena, columns, AG_COUNT(columns));
}

/* The fewest seeds with which the exact test of `tested` pairs can be below alpha after Holm. */
static int seeds_wanted(int tested, double alpha) {
    int n = 1;
    while (n < SEEDS_EXACT && ldexp(2.0 * tested, -n) >= alpha)
        n++;
    return n;
}

static void note_power(ag_report *report, ag_sheet *sheet, const pair *pairs, int n, int tested) {
    int most = 0;
    for (int i = 0; i < n; i++)
        if (pairs[i].n > most) most = pairs[i].n;
    if (tested == 0 || most == 0 || most > SEEDS_EXACT) return;
    const double least = ldexp(2, -most), holm = tested * least;
    char with_holm[48] = "";
    if (tested > 1)
        snprintf(with_holm, sizeof with_holm, "; with Holm over %d, %d", tested,
                 seeds_wanted(tested, 0.05));
    if (least >= 0.05)
        ag_report_note(report, sheet,
                       "%d seed%s cannot reach p < 0.05: the least p of the exact tests is %.4g. "
                       "The fewest that can are 6%s.",
                       most, most == 1 ? "" : "s", least < 1 ? least : 1, with_holm);
    else if (holm >= 0.05)
        ag_report_note(report, sheet,
                       "With %d seeds and Holm over %d pairs no corrected p can be below %.4g: "
                       "%d seeds are the fewest that can reach 0.05, or fewer pairs (--baseline).",
                       most, tested, holm < 1 ? holm : 1, seeds_wanted(tested, 0.05));
}

static void note_left_out(ag_report *report, ag_sheet *sheet, const pair *pairs, int n) {
    int fewest = 0, most = 0;
    for (int i = 0; i < n; i++) {
        fewest = i == 0 || pairs[i].left_out < fewest ? pairs[i].left_out : fewest;
        most = pairs[i].left_out > most ? pairs[i].left_out : most;
    }
    if (most > 0)
        ag_report_note(report, sheet,
                       "Seeds that lack one of the blocks (diverged, failed, not run) are left out:"
                       " %d to %d for a pair.",
                       fewest, most);
}

static void title_of(const ag_comparison *c, const ag_block_group *group, char title[256]) {
    const bool ratios = c->metric->scale == AG_SCALE_LOG;
    const char *what = ratios ? "ratios" : "differences";
    const char *label = c->n_groups > 1 ? group->title : "pairs";
    if (c->baseline >= 0)
        snprintf(title, 256, "%.80s: %s to %.60s, seed by seed", label, what,
                 c->samples.activations[c->baseline]);
    else
        snprintf(title, 256, "%.80s: %s, seed by seed", label, what);
}

ag_status ag_compare_pairs(const ag_comparison *c, const ag_block_group *group, ag_report *report,
                           ag_error *err) {
    pair *pairs;
    int n, tested;
    char title[256];
    if (group->present < 2) return AG_OK;
    AG_TRY(fill_all(c, group, &pairs, &n, &tested, err));
    if (n == 0) return AG_OK;
    title_of(c, group, title);
    ag_sheet *sheet = ag_report_sheet(report, "pairs", "%s", title);
    const ag_rounding rounding = rounding_of(c, pairs, n);
    ag_grid_columns(&sheet->numbers, c->arena, numbers, AG_COUNT(numbers));
    begin_words(c, rounding, &sheet->words);
    const bool leader_only = c->baseline < 0 && n > PAIRS_SHOWN && !c->options->all_pairs;
    for (int i = 0; i < n; i++) {
        put_numbers(c, group, &pairs[i], tested, &sheet->numbers);
        if (leader_only && pairs[i].a != group->order[0]) continue;
        put_words(c, &pairs[i], rounding, &sheet->words);
    }
    if (leader_only && c->options->for_people)
        ag_report_note(report, sheet,
                       "Shown: the first against the others; all %d pairs were tested, --all-pairs "
                       "shows them.",
                       n);
    if (tested)
        ag_report_note(report, sheet, "p Holm: p corrected over %d pair%s.", tested,
                       tested == 1 ? "" : "s");
    else
        ag_report_note(report, sheet, "No pair has a seed in common.");
    note_power(report, sheet, pairs, n, tested);
    note_left_out(report, sheet, pairs, n);
    return AG_OK;
}

/* --- one line for each group ----------------------------------------------------------------- */

/* For people, when there are too many groups to show each. */
ag_status ag_compare_winners(const ag_comparison *c, ag_report *report, ag_error *err) {
    static const ag_column columns[] = {
        {"block", false},         {"n", true},        {"first", false},     {"mean", true},
        {"95 % interval", false}, {"against", false}, {"difference", true}, {"p Holm", true}};
    ag_sheet *sheet = ag_report_sheet(report, "winners", "Each block by itself");
    ag_grid_columns(&sheet->words, c->arena, columns, AG_COUNT(columns));
    for (int g = 1; g < c->n_groups && g <= WINNERS_SHOWN; g++) {
        const ag_block_group *group = &c->groups[g];
        char text[AG_WORD_MAX];
        pair *pairs;
        int n, tested;
        if (group->present < 2) continue;
        AG_TRY(fill_all(c, group, &pairs, &n, &tested, err));
        if (n == 0) continue;
        const ag_arm *first = &group->arms[pairs[0].a];
        const ag_rounding rounding = ag_rounding_of(c->metric, 1, &first->std);
        ag_grid_text(&sheet->words, group->title);
        ag_grid_whole(&sheet->words, first->values.n);
        ag_grid_text(&sheet->words, c->samples.activations[pairs[0].a]);
        ag_grid_text(&sheet->words, ag_round_value(text, rounding, first->mean.estimate));
        ag_grid_text(&sheet->words, ag_round_interval(text, rounding, first->mean, false));
        ag_grid_text(&sheet->words, c->samples.activations[pairs[0].b]);
        ag_grid_text(&sheet->words,
                     ag_round_difference(text, rounding, pairs[0].difference.estimate));
        ag_grid_text(&sheet->words, ag_round_p(text, pairs[0].corrected));
    }
    if (c->n_groups > WINNERS_SHOWN + 1)
        ag_report_note(report, sheet, "%d more blocks are not shown.",
                       c->n_groups - 1 - WINNERS_SHOWN);
    ag_report_note(report, sheet,
                   "p Holm: of the first against the second, corrected over all pairs of the "
                   "block. --at or --by shows blocks in full, csv and json have all.");
    return AG_OK;
}
