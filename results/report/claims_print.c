/* Verdicts as `run` prints them, and the help. */
#include "harness/base/glyph.h"
#include "harness/base/wrap.h"
#include "results/report/claims.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *ag_claim_word(const ag_claim_result *r) {
    return r->there ? ag_verdict_name(r->judged.verdict) : "not yet";
}

static const char *plural(double n) { return n == 1 ? "" : "s"; }

/* What brackets and p are. */
static void print_how(FILE *out, const ag_claim_results *results) {
    const unsigned tests = ag_claims_tests(results);
    char text[256], corrected[48] = "";
    if (results->n > 1)
        snprintf(corrected, sizeof corrected, ", Holm-corrected over %d claims", results->n);
    snprintf(text, sizeof text,
             "in brackets 95 %% t intervals over paired seeds%s; p of the paired t test%s%s",
             tests & 1u << AG_BY_SHARE ? ", of a share against a number Clopper and Pearson's" : "",
             tests & ~(1u << AG_BY_T) ? " where no other is named" : "", corrected);
    ag_print_wrapped(out, text, 0, 0, AG_HELP_COLUMNS);
    fputc('\n', out);
}

static void print_heading(FILE *out, const ag_claim_results *results) {
    fprintf(out, "claims of ");
    ag_print_visible(out, results->experiment);
    const char *before = ": ";
    for (int v = 0; v <= AG_UNDECIDED; v++) {
        if (!results->counts[v]) continue;
        fprintf(out, "%s%d %s", before, results->counts[v], ag_verdict_name((ag_verdict)v));
        before = ", ";
    }
    if (results->missing) fprintf(out, "%s%d not yet", before, results->missing);
    fputc('\n', out);
    if (results->missing < results->n) print_how(out, results);
}

/* NULL: as the heading says. */
static const char *test_word(const ag_judgement *j) {
    switch (j->by) {
    case AG_BY_T: break;
    case AG_BY_SIGNS: return "sign test";
    case AG_BY_SHARE: return j->single ? "exact, of a share" : "a seed as one trial, of a share";
    case AG_BY_SAME_SHARES:
    case AG_BY_PAIRS: return "exact, of pairs";
    case AG_BY_T_AND_FLIPS:
        if (j->relation != AG_RELATION_ALIKE && j->alone != AG_EQUIVALENT)
            return "t and sign flips";
        return "a seed as one trial, of pairs";
    case AG_BY_TWO_SHARES: return "a seed as one trial, of pairs";
    }
    return NULL;
}

static void print_difference(FILE *out, const ag_claim_result *r) {
    const ag_judgement *j = &r->judged;
    const ag_bounds d = j->difference;
    const ag_metric *m = r->metric;
    fprintf(out, r->claim->of_number ? "%.4g: " : "%.4g against %.4g: ", r->left, r->right);
    if (m->scale == AG_SCALE_LOG)
        fprintf(out, "x %.3g", exp(d.estimate));
    else
        fprintf(out, "%+.3g", d.estimate);
    if (j->by_signs && d.low == d.high)
        fprintf(out, " for every seed");
    else if (m->scale == AG_SCALE_LOG)
        fprintf(out, j->by_signs ? ", from %.3g to %.3g" : " [%.3g, %.3g]", exp(d.low),
                exp(d.high));
    else
        fprintf(out, j->by_signs ? ", from %+.3g to %+.3g" : " [%+.3g, %+.3g]", d.low, d.high);
    fprintf(out, ", %d seeds, p = %.2g", j->n, j->p_corrected);
    if (!isnan(j->d_z)) fprintf(out, ", d_z = %.2g", j->d_z);
    if (test_word(j)) fprintf(out, " (%s)", test_word(j));
}

static const char NEXT_LINE[] = "\n              ";

/* What would settle it. */
static void print_seeds(FILE *out, const ag_judgement *j) {
    if (j->verdict != AG_UNDECIDED) return;
    const char *before = NEXT_LINE;
    if (j->alone != AG_UNDECIDED) {
        fprintf(out, "%sit would be %s by itself", before, ag_verdict_name(j->alone));
        before = "; ";
    }
    if (!j->likely) return;
    fprintf(out, "%sabout %d seeds would probably settle it", before, j->likely);
    if (j->least < j->likely) fprintf(out, ", %d at least", j->least);
}

static void print_losses(FILE *out, const ag_claim_result *r) {
    const char *before = NEXT_LINE;
    if (r->diverged && !r->metric->of_diverged) {
        fprintf(out, "%s%d trial%s diverged", before, r->diverged, plural(r->diverged));
        before = ", ";
    }
    if (r->without) {
        fprintf(out, "%s%d trial%s without %s", before, r->without, plural(r->without),
                r->metric->name);
        before = ", ";
    }
    if (r->left_out) fprintf(out, "%s%d seed%s left out", before, r->left_out, plural(r->left_out));
}

static void print_result(FILE *out, const ag_claim_result *r) {
    fprintf(out, "\n%-13s ", ag_claim_word(r));
    ag_print_visible(out, r->claim->text);
    fprintf(out, "\n              ");
    if (!r->there) {
        fprintf(out, "%zu of %zu trials", r->done, r->planned);
        if (r->failed) fprintf(out, ", %zu failed", r->failed);
    } else if (r->judged.n < 2) {
        fprintf(out, "%d seed%s with a value%s, must be 2 or more", r->judged.n,
                plural(r->judged.n), r->claim->of_number ? "" : " on both sides");
    } else {
        print_difference(out, r);
        print_seeds(out, &r->judged);
    }
    if (r->there) print_losses(out, r);
    fputc('\n', out);
}

void ag_claims_print(FILE *out, const ag_claim_results *results) {
    print_heading(out, results);
    for (int c = 0; c < results->n; c++)
        print_result(out, &results->result[c]);
}

/* --- help ------------------------------------------------------------------------------------ */

enum { WIDTH = 78 };

static void print_metrics(FILE *out, ag_scale scale) {
    size_t used = WIDTH;
    for (int m = 0; m < ag_n_metrics; m++) {
        if (ag_metrics[m].scale != scale) continue;
        const size_t n = strlen(ag_metrics[m].name) + 2;
        const bool full = used + n > WIDTH;
        fprintf(out, full ? "\n  %s" : "  %s", ag_metrics[m].name);
        used = full ? n : used + n;
    }
    fputc('\n', out);
}

void ag_claims_help(FILE *out) {
    ag_claim_help(out);
    fprintf(out, "\nMETRIC, compared by differences:");
    print_metrics(out, AG_SCALE_LINEAR);
    fprintf(out, "\ncompared by ratios:");
    print_metrics(out, AG_SCALE_LOG);
}
