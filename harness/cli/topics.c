/* The pages of `actgrid help` that are not about one command. */
#include "harness/cli/call.h"
#include "harness/cli/overview.h"
#include "harness/plan/help.h"
#include "results/report/claims.h"
#include "results/report/paper.h"
#include "results/store/read/functions.h"

static void exit_codes(FILE *out) {
    fputs("Data go to stdout, everything else to stderr. actgrid exits with\n\n"
          "    0    done; diverged trials are results\n"
          "    1    some trials failed\n"
          "    2    the command line or the experiment file is not valid; nothing was run\n"
          "    3    the environment: missing data, full disk, damaged store, no memory\n"
          "    4    a claim or a verification does not hold\n"
          "    130  interrupted; everything finished so far is kept\n",
          out);
}

static void environment(FILE *out) {
    fputs("    ACTGRID_DATA     folders with data files, separated by colons;\n"
          "                     searched first\n"
          "    ACTGRID_MIRROR   address that `datasets fetch` asks instead of the\n"
          "                     publishers'; files lie there as FOLDER/FILE, see\n"
          "                     `actgrid datasets info NAME`\n"
          "    ACTGRID_ISA      v2, v3 or v4: use no instructions above this level of\n"
          "                     x86-64, though the processor has them; see `actgrid doctor`\n"
          "    XDG_CACHE_HOME   fetched data lie in $XDG_CACHE_HOME/actgrid/datasets;\n"
          "                     if it is not set, in ~/.cache/actgrid/datasets\n"
          "    OMP_NUM_THREADS  how many trials run at a time unless -j says it\n"
          "    NO_COLOR         not empty: no colours, also on a terminal\n",
          out);
}

static void sql(FILE *out) {
    fputs("`actgrid query` knows SQLite's functions and these. Those of a group leave out\n"
          "NULL as avg() does, are NULL where they are not defined, and take OVER. p values\n"
          "are two-sided. d: differences of pairs; first: 1 or 0, of which sample a row is;\n"
          "hit: 1 or 0, 0.5 for a tie. Formulas and sources: results/stats/README.md.\n\n",
          out);
    for (int i = 0; ag_sql_function_at(i); i++) {
        const ag_sql_function *f = ag_sql_function_at(i);
        char call[64];
        snprintf(call, sizeof call, "%s(%s)", f->name, f->arguments);
        fprintf(out, "  %-29s %s\n", call, f->meaning);
    }
    fputs("\nThe smallest of k losses: -expected_best(-loss, k). Numbers that differ alike in\n"
          "decimals do not in binary; ranks should not see it: wilcoxon(round(a - b, 9)).\n\n"
          "    actgrid query NAME \"SELECT activation, count(*) AS n, mean(val_loss),\n"
          "                               ci_low(val_loss), ci_high(val_loss)\n"
          "                        FROM trial WHERE status = 'finished'\n"
          "                        GROUP BY activation\"\n",
          out);
}

const ag_topic ag_topics[] = {
    {"experiment", "the keys of an experiment file", ag_plan_help},
    {"claims", "what an experiment's results are expected to say", ag_claims_help},
    {"paper", "the keys of a published comparison", ag_paper_help},
    {"environment", "variables that actgrid reads", environment},
    {"sql", "functions for queries: statistics", sql},
    {"exit-codes", "what the program exits with", exit_codes},
};
const int ag_n_topics = AG_COUNT(ag_topics);
