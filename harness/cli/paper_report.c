#include "harness/cli/paper_report.h"

#include "harness/base/glyph.h"
#include "harness/base/wrap.h"
#include "harness/cli/paper_table.h"
#include "harness/cli/report_file.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 96, NO_END = 1 << 28 };

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a report");
}

int ag_paper_report_count(const ag_paper_report *report, ag_agreement agreement) {
    int n = 0;
    for (int i = 0; i < report->of->paper.n_numbers; i++)
        n += report->results[i].agreement == agreement;
    return n;
}

/* --- words ----------------------------------------------------------------------------------- */

/* Where a report goes, and what it is about. */
typedef struct page {
    FILE *out;
    ag_arena *arena;
    const ag_paper_report *report;
    bool markdown, failed;
} page;

/* A copy in one line that commands no terminal. */
static const char *harmless(page *p, const char *text) {
    size_t n = strlen(text);
    while (n && (text[n - 1] == '\n' || text[n - 1] == ' '))
        n--;
    char *line = AG_NEW_ARRAY(p->arena, char, n + 1);
    for (size_t i = 0; line && i < n; i++)
        line[i] = text[i] == '\n' ? ' ' : text[i];
    const char *visible = line ? ag_visible(line, p->arena) : NULL;
    p->failed |= !visible;
    return visible ? visible : "";
}

static void print(page *p, const char *text) { fputs(harmless(p, text), p->out); }

/* `before`, then the text; further lines begin behind the dash of `before`. Markdown has no lines.
 */
static void print_wrapped(page *p, const char *before, const char *text) {
    const int column = (int)strlen(before), indent = (int)strspn(before, " -");
    fputs(before, p->out);
    ag_print_wrapped(p->out, harmless(p, text), column, indent, p->markdown ? NO_END : LINE);
    fputc('\n', p->out);
}

static const char *dash(const page *p) { return p->markdown ? "- " : "  - "; }

static void print_heading(page *p, const char *text) {
    fprintf(p->out, p->markdown ? "\n## %s\n\n" : "\n%s:\n", text);
}

/* --- sections -------------------------------------------------------------------------------- */

static void print_head(page *p) {
    const ag_paper *paper = &p->report->of->paper;
    fputs(p->markdown ? "# " : "", p->out);
    print(p, paper->title);
    fputs(p->markdown ? "\n\n" : "\n", p->out);
    print(p, paper->authors);
    fprintf(p->out, ", %d, ", paper->year);
    print(p, paper->id);
    fputs("\n\n", p->out);
    print_wrapped(p, "", paper->what);
}

static void print_scale(page *p) {
    const ag_reproduction *of = p->report->of;
    fputs("\nScale ", p->out);
    print(p, of->scale->name);
    for (int i = 0; i < of->scale->n_overrides; i++) {
        fputs(i ? " " : ": ", p->out);
        print(p, of->scale->overrides[i]);
    }
    fprintf(p->out, ". %zu trials%s.\n", of->experiment.plan.n_trials,
            of->experiment.plan.tuning ? ", and those that train again what they choose" : "");
}

static void print_counts(page *p) {
    const ag_paper_report *report = p->report;
    const int n = report->of->paper.n_numbers;
    const int differ = ag_paper_report_count(report, AG_AGREEMENT_DIFFERS);
    const int open = ag_paper_report_count(report, AG_AGREEMENT_UNDECIDED);
    const int without = ag_paper_report_count(report, AG_AGREEMENT_NONE);
    fprintf(p->out, "\n%d of %d numbers hold", ag_paper_report_count(report, AG_AGREEMENT_HOLDS),
            n);
    if (differ) fprintf(p->out, ", %d differ%s", differ, differ == 1 ? "s" : "");
    if (open) fprintf(p->out, ", %d undecided", open);
    if (without) fprintf(p->out, ", %d not compared", without);
    fputs(".\n", p->out);
}

/* How many numbers have the reason of number i; 0: one in front of it had it. */
static int share_reason(const ag_paper_report *report, int i) {
    const char *why = report->results[i].why;
    int n = 0;
    for (int j = 0; why && j < report->of->paper.n_numbers; j++) {
        const char *other = report->results[j].why;
        if (!other || strcmp(other, why) != 0) continue;
        if (j < i) return 0;
        n++;
    }
    return n;
}

/* Why numbers were not decided, once for all of the same reason. */
static void print_reasons(page *p) {
    for (int i = 0; i < p->report->of->paper.n_numbers; i++) {
        const ag_paper_result *r = &p->report->results[i];
        const int n = share_reason(p->report, i);
        if (n) fprintf(p->out, "%d %s: %s.\n", n, ag_agreement_names[r->agreement], r->why);
    }
}

static void print_meaning(page *p) {
    const ag_paper *paper = &p->report->of->paper;
    bool sigma = false, other = false;
    for (int i = 0; i < paper->n_numbers; i++) {
        sigma |= paper->numbers[i].tolerance.kind == AG_TOLERANCE_SIGMA;
        other |= paper->numbers[i].tolerance.kind != AG_TOLERANCE_SIGMA;
    }
    fputc('\n', p->out);
    print_wrapped(p, "",
                  "Ours is the mean over the seeds, with its 95 % interval: Student's t, of shares "
                  "Wilson's, of ratios by their logarithms.");
    if (other)
        print_wrapped(p, "",
                      "HOLDS: the whole interval is within the tolerance (+-) of the paper's "
                      "number. DIFFERS: all of it is outside. UNDECIDED: neither.");
    if (sigma)
        print_wrapped(p, "",
                      "Where the tolerance is a number of standard errors of ours, the paper's "
                      "number counts as exact, and HOLDS if our mean is that near.");
}

static bool source_was_said(const ag_paper *paper, int i) {
    for (int j = 0; j < i; j++)
        if (paper->numbers[j].certainty == paper->numbers[i].certainty &&
            strcmp(paper->numbers[j].source, paper->numbers[i].source) == 0)
            return true;
    return false;
}

static void print_sources(page *p) {
    const ag_paper *paper = &p->report->of->paper;
    print_heading(p, "Where the paper's numbers come from");
    for (int i = 0; i < paper->n_numbers; i++) {
        char before[128];
        if (source_was_said(paper, i)) continue;
        const ag_certainty certainty = paper->numbers[i].certainty;
        snprintf(before, sizeof before, "%s%s (%s): ", dash(p), ag_certainty_names[certainty],
                 ag_certainty_words[certainty]);
        print_wrapped(p, before, paper->numbers[i].source);
    }
}

static void print_deviations(page *p) {
    const ag_reproduction *of = p->report->of;
    print_heading(p, "What is different from the paper");
    for (int i = 0; i < of->paper.n_deviations; i++)
        print_wrapped(p, dash(p), of->paper.deviations[i]);
    for (int i = 0; i < of->scale->n_deviations; i++)
        print_wrapped(p, dash(p), of->scale->deviations[i]);
    for (int i = 0; i < of->n_overrides; i++) {
        fprintf(p->out, "%sasked for on the command line: ", dash(p));
        print(p, of->overrides[i]);
        fputc('\n', p->out);
    }
    if (!of->paper.n_deviations && !of->scale->n_deviations && !of->n_overrides)
        print_wrapped(p, dash(p), "nothing that is known");
}

static ag_status print_numbers(page *p, ag_error *err) {
    ag_table table;
    const ag_paper *paper = &p->report->of->paper;
    if (!paper->n_numbers) return AG_OK;
    if (p->markdown)
        print_heading(p, "Numbers");
    else
        fputc('\n', p->out);
    AG_TRY(ag_paper_table(paper, p->report->results, NULL, true, p->arena, &table, err));
    AG_TRY(ag_table_print(p->out, &table, p->report->format, err));
    print_counts(p);
    print_reasons(p);
    print_meaning(p);
    print_sources(p);
    return AG_OK;
}

static void print_claims(page *p) {
    const ag_claim_results *claims = &p->report->claims;
    if (!claims->n) return;
    if (p->markdown) print_heading(p, "Claims");
    fputs(p->markdown ? "```\n" : "\n", p->out);
    ag_claims_print(p->out, claims);
    if (p->markdown) fputs("```\n", p->out);
}

/* An object: what it is of, the numbers, the claims as `compare` has them. */
static ag_status print_json(page *p, ag_error *err) {
    const ag_paper_report *report = p->report;
    const char *const words[] = {"paper", report->of->name, "scale", report->of->scale->name};
    ag_report claims = AG_REPORT(p->arena);
    ag_table table;
    for (int i = 0; i < AG_COUNT(words); i++) {
        fputs(i == 0 ? "{" : i % 2 ? ": " : ", ", p->out);
        ag_print_json_text(p->out, words[i], strlen(words[i]));
    }
    fputs(",\n\"numbers\": ", p->out);
    AG_TRY(ag_paper_table(&report->of->paper, report->results, NULL, false, p->arena, &table, err));
    AG_TRY(ag_table_print(p->out, &table, AG_FORMAT_JSON, err));
    fputs(",\n\"claims\": ", p->out);
    ag_claims_report(&report->claims, &claims);
    if (claims.failed) return no_memory(err);
    if (claims.n_sheets) {
        table = ag_grid_table(&claims.sheets[0]->numbers);
        AG_TRY(ag_table_print(p->out, &table, AG_FORMAT_JSON, err));
    } else {
        fputs("[]\n", p->out);
    }
    fputs("}\n", p->out);
    return AG_OK;
}

ag_status ag_paper_report_print(FILE *out, const ag_paper_report *report, ag_arena *arena,
                                ag_error *err) {
    page p = {
        .out = out, .arena = arena, .report = report, .markdown = report->format == AG_FORMAT_MD};
    if (report->format == AG_FORMAT_JSON) return print_json(&p, err);
    if (!p.markdown && report->format != AG_FORMAT_TABLE) {
        ag_table all;
        AG_TRY(ag_paper_table(&report->of->paper, report->results, &report->claims, false, arena,
                              &all, err));
        return ag_table_print(out, &all, report->format, err);
    }
    print_head(&p);
    print_scale(&p);
    AG_TRY(print_numbers(&p, err));
    print_claims(&p);
    if (p.markdown && report->figure)
        fprintf(out, "\n![%s](%s)\n", report->of->name, report->figure);
    print_deviations(&p);
    return p.failed ? no_memory(err) : AG_OK;
}

ag_status ag_paper_report_write(const ag_paper_report *report, ag_arena *arena, const char **path,
                                ag_error *err) {
    ag_paper_report markdown = *report;
    char *text = NULL;
    size_t n = 0;
    FILE *memory = open_memstream(&text, &n);
    if (!memory) return no_memory(err);
    markdown.format = AG_FORMAT_MD;
    ag_status status = ag_paper_report_print(memory, &markdown, arena, err);
    if (fclose(memory) != 0 && !status) status = no_memory(err);
    const ag_report_file file = {report->folder, "REPORT", ".md", text, n};
    if (!status) status = ag_report_file_write(&file, arena, path, err);
    free(text);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}
