/* Claims as a sheet of a report. */
#include "harness/config/writer.h"
#include "results/report/claims.h"
#include "results/report/compare_private.h"

#include <math.h>
#include <string.h>

static const char *plural(int n) { return n == 1 ? "" : "s"; }

/* --- for programs ---------------------------------------------------------------------------- */

static const ag_column numbers[] = {{"item", false},
                                    {"verdict", false},
                                    {"verdict_alone", false},
                                    {"metric", false},
                                    {"scale", false},
                                    {"test", false},
                                    {"left", true},
                                    {"right", true},
                                    {"difference", true},
                                    {"low", true},
                                    {"high", true},
                                    {"margin", true},
                                    {"n", true},
                                    {"settings", true},
                                    {"p", true},
                                    {"p_corrected", true},
                                    {"p_sign_flip", true},
                                    {"d_z", true},
                                    {"seeds_likely", true},
                                    {"seeds_least", true},
                                    {"seeds_most", true},
                                    {"left_out", true},
                                    {"diverged", true},
                                    {"without", true},
                                    {"ran", true},
                                    {"planned", true},
                                    {"failed", true}};

static const char *const test_names[] = {[AG_BY_T] = "t",
                                         [AG_BY_SIGNS] = "sign",
                                         [AG_BY_SHARE] = "binomial",
                                         [AG_BY_SAME_SHARES] = "share",
                                         [AG_BY_PAIRS] = "mcnemar",
                                         [AG_BY_T_AND_FLIPS] = "t_flips",
                                         [AG_BY_TWO_SHARES] = "two_shares"};

/* Nothing where it is not known. */
static void put_count(ag_grid *grid, int n, bool known) {
    ag_grid_number(grid, known ? n : (double)NAN);
}

/* Differences of logarithms as ratios. */
static void put_bounds(ag_grid *grid, const ag_claim_result *r) {
    const ag_bounds d = r->judged.difference;
    const double margin = r->judged.margin > 0 ? r->judged.margin : (double)NAN;
    ag_grid_number(grid, ag_metric_unscaled(r->metric, d.estimate));
    ag_grid_number(grid, ag_metric_unscaled(r->metric, d.low));
    ag_grid_number(grid, ag_metric_unscaled(r->metric, d.high));
    ag_grid_number(grid, ag_metric_unscaled(r->metric, margin));
}

static void put_numbers(ag_grid *grid, const ag_claim_result *r) {
    const ag_judgement *j = &r->judged;
    const bool tested = ag_claim_is_tested(r), open = tested && j->verdict == AG_UNDECIDED;
    ag_grid_text(grid, r->claim->text);
    ag_grid_text(grid, r->there ? ag_verdict_name(j->verdict) : NULL);
    ag_grid_text(grid, tested ? ag_verdict_name(j->alone) : NULL);
    ag_grid_text(grid, r->metric->name);
    ag_grid_text(grid, r->metric->scale == AG_SCALE_LOG ? "ratio" : "difference");
    ag_grid_text(grid, tested ? test_names[j->by] : NULL);
    ag_grid_number(grid, r->left);
    ag_grid_number(grid, r->right);
    put_bounds(grid, r);
    put_count(grid, j->n, r->there);
    put_count(grid, r->settings, r->there);
    ag_grid_number(grid, tested ? j->p : (double)NAN);
    ag_grid_number(grid, tested ? j->p_corrected : (double)NAN);
    ag_grid_number(grid, j->p_flip);
    ag_grid_number(grid, j->d_z);
    put_count(grid, j->likely, open && j->likely);
    put_count(grid, j->least, open && j->least);
    put_count(grid, j->most, open && j->most);
    put_count(grid, r->left_out, r->there);
    put_count(grid, r->diverged, r->there);
    put_count(grid, r->without, r->there);
    ag_grid_whole(grid, (long)(r->done + r->failed));
    ag_grid_whole(grid, (long)r->planned);
    ag_grid_whole(grid, (long)r->failed);
}

/* --- for people ------------------------------------------------------------------------------ */

static const ag_column words[] = {
    {"claim", true}, {"verdict", false}, {"difference", true}, {"95 % interval", false},
    {"n", true},     {"p Holm", true},   {"d_z", true},        {"seeds needed", false},
};

static void put_words(ag_grid *grid, int number, const ag_claim_result *r) {
    const ag_judgement *j = &r->judged;
    const bool tested = ag_claim_is_tested(r);
    char text[AG_WORD_MAX];
    const double width = j->difference.high - j->difference.low;
    const ag_rounding rounding = ag_rounding_of(r->metric, 1, &width), plain = {false, 2};
    ag_grid_whole(grid, number);
    ag_grid_text(grid, ag_claim_word(r));
    ag_grid_text(grid, ag_round_difference(text, rounding, j->difference.estimate));
    ag_grid_text(grid, j->by_signs ? "-" : ag_round_interval(text, rounding, j->difference, true));
    put_count(grid, j->n, r->there);
    ag_grid_text(grid, tested ? ag_round_p(text, j->p_corrected) : NULL);
    ag_grid_text(grid, ag_round_difference(text, plain, j->d_z));
    if (tested && j->likely && j->least < j->likely)
        ag_grid_format(grid, "%d (%d at least)", j->likely, j->least);
    else if (tested && j->likely)
        ag_grid_whole(grid, j->likely);
    else
        ag_grid_text(grid, NULL);
}

/* After "yes or no". NULL: says nothing of it. */
static const char *words_of(const ag_judgement *j) {
    switch (j->by) {
    case AG_BY_T:
    case AG_BY_SIGNS: break;
    case AG_BY_SHARE:
        return j->single ? "one trial a seed: exact binomial test, interval of Clopper and Pearson"
                         : "several trials a seed, which count as one that says yes in part: "
                           "binomial test, interval of Clopper and Pearson, or what Markov's "
                           "inequality says of seeds that hardly differ";
    case AG_BY_SAME_SHARES:
        return "all seeds say the same; p is the exact probability of it, were the share on the "
               "other side";
    case AG_BY_PAIRS:
        return "in pairs: McNemar's exact test, of a margin two intervals of Clopper and Pearson; "
               "the t interval must agree";
    case AG_BY_T_AND_FLIPS:
        return "in pairs, several trials a seed: p of the t test and, where up to 30 seeds differ, "
               "not below that of sign flips; of a margin two intervals of Clopper and Pearson, a "
               "seed counts as one trial; the t interval must agree";
    case AG_BY_TWO_SHARES:
        return "in pairs, not as many trials on both sides: two intervals of Clopper and Pearson, "
               "a seed counts as one trial; the t interval must agree";
    }
    return NULL;
}

static bool are_tested_alike(const ag_claim_result *a, const ag_claim_result *b) {
    const char *its = ag_claim_is_tested(a) ? words_of(&a->judged) : NULL,
               *other = ag_claim_is_tested(b) ? words_of(&b->judged) : NULL;
    return its && other && strcmp(its, other) == 0;
}

/* Once for all that are tested as claim c is, which is the first of them. */
static void note_yes_or_no(ag_report *report, ag_sheet *sheet, const ag_claim_results *results,
                           int c) {
    const ag_claim_result *r = results->result;
    ag_writer claims = AG_WRITER(report->arena);
    for (int k = 0; k < c; k++)
        if (are_tested_alike(&r[k], &r[c])) return;
    for (int k = c; k < results->n; k++)
        if (are_tested_alike(&r[k], &r[c]))
            ag_write_format(&claims, "%s%d", k > c ? ", " : "", k + 1);
    report->failed |= claims.failed;
    if (claims.text && !claims.failed)
        ag_report_note(report, sheet, "%s: yes or no, %s.", claims.text, words_of(&r[c].judged));
}

static void note_test(ag_report *report, ag_sheet *sheet, const ag_claim_results *results, int c) {
    const ag_judgement *j = &results->result[c].judged;
    if (!ag_claim_is_tested(&results->result[c])) return;
    if (j->by == AG_BY_SIGNS)
        ag_report_note(report, sheet,
                       "%d: the differences are all equal, or infinite; p is that of the exact "
                       "sign test, at least %.3g with %d seeds.",
                       c + 1, ldexp(2, -j->n), j->n);
    else if (words_of(j))
        note_yes_or_no(report, sheet, results, c);
}

static void note_result(ag_report *report, ag_sheet *sheet, int number, const ag_claim_result *r) {
    if (!r->there)
        ag_report_note(report, sheet, "%d: %zu of %zu trials are done, %zu failed.", number,
                       r->done, r->planned, r->failed);
    else if (r->left_out || r->without || (r->diverged && !r->metric->of_diverged))
        ag_report_note(
            report, sheet, "%d: %d trial%s diverged, %d without a value; %d seed%s left out.",
            number, r->diverged, plural(r->diverged), r->without, r->left_out, plural(r->left_out));
}

void ag_claims_report(const ag_claim_results *results, ag_report *report) {
    if (!results->n) return;
    ag_sheet *sheet = ag_report_sheet(report, "claims", "claims of %.80s", results->experiment);
    ag_grid_columns(&sheet->numbers, report->arena, numbers, AG_COUNT(numbers));
    ag_grid_columns(&sheet->words, report->arena, words, AG_COUNT(words));
    for (int c = 0; c < results->n; c++) {
        put_numbers(&sheet->numbers, &results->result[c]);
        put_words(&sheet->words, c + 1, &results->result[c]);
    }
    ag_report_note(report, sheet,
                   "p Holm: paired t test%s, corrected over %d claim%s; seeds needed: for 80 %% "
                   "power.",
                   ag_claims_tests(results) & ~(1u << AG_BY_T) ? " where no other is named" : "",
                   results->n, plural(results->n));
    for (int c = 0; c < results->n; c++)
        ag_report_note(report, sheet, "%d: %s", c + 1, results->result[c].claim->text);
    for (int c = 0; c < results->n; c++)
        note_result(report, sheet, c + 1, &results->result[c]);
    for (int c = 0; c < results->n; c++)
        note_test(report, sheet, results, c);
}
