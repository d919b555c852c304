/* The pages of `actgrid help` that are not about one command. */
#include "harness/cli/call.h"
#include "harness/cli/overview.h"
#include "harness/plan/help.h"

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

const ag_topic ag_topics[] = {
    {"experiment", "the keys of an experiment file", ag_plan_help},
    {"environment", "variables that actgrid reads", environment},
    {"exit-codes", "what the program exits with", exit_codes},
};
const int ag_n_topics = AG_COUNT(ag_topics);
