/* What a reproduction says at its end: the paper's numbers beside ours, what is different, and how
 * sure each is. As text for a terminal, and as the Markdown of REPORT.md. */
#ifndef AG_PAPER_REPORT_H
#define AG_PAPER_REPORT_H

#include "harness/cli/reproduction.h"
#include "results/report/claims.h"
#include "results/store/print/table.h"

typedef struct ag_paper_report {
    const ag_reproduction *of;
    const ag_paper_result *results; /* [paper.n_numbers] */
    ag_claim_results claims;        /* n = 0: the experiment has none */
    const char *folder;             /* of the store */
    const char *figure;             /* its file there, NULL: none */
    ag_format format;               /* of the numbers; of text and Markdown with all around them */
} ag_paper_report;

ag_status ag_paper_report_print(FILE *out, const ag_paper_report *report, ag_arena *arena,
                                ag_error *err);

/* Writes DIR/REPORT.md, or if that is there and says something else REPORT-2.md, ...: *path is what
 * says it now. */
ag_status ag_paper_report_write(const ag_paper_report *report, ag_arena *arena, const char **path,
                                ag_error *err);

/* Numbers of that kind. */
int ag_paper_report_count(const ag_paper_report *report, ag_agreement agreement);

#endif
