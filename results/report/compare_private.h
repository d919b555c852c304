/* What the sections of a comparison work on: compare.c reads it, compare_*.c make a sheet each. */
#ifndef AG_COMPARE_PRIVATE_H
#define AG_COMPARE_PRIVATE_H

#include "results/report/compare.h"
#include "results/report/sample_private.h"

#define AG_COMPARE_LEVEL 0.95

/* One activation in a group of blocks. Numbers on the metric's scale; NaN: not defined. */
typedef struct ag_arm {
    ag_by_seed values;
    double std, median, iqm;
    ag_bounds mean; /* with its interval */
    int ran, diverged, failed, without;
    const char *tuned; /* in a group of one block; otherwise "" */
    const char *with;  /* the same for people */
} ag_arm;

/* Blocks that are averaged within a seed: one block, those of one value of --by, or all. */
typedef struct ag_block_group {
    const char *label; /* "depth=8"; "overall" */
    const char *title; /* the same for people: with shorter numbers */
    ag_block_set set;
    int *block;       /* what set points to */
    ag_arm *arms;     /* [n_activations] */
    const int *order; /* [n_activations]: best first; as in the grid if neither end is better */
    int present;      /* of them were in the grid: the first of `order` */
} ag_block_group;

typedef struct ag_comparison {
    const ag_compare_options *options;
    ag_reader *reader;
    ag_arena *arena;
    const ag_metric *metric;
    ag_samples samples;
    ag_block_group *groups; /* the one over all blocks first */
    int n_groups;
    int n_shown;  /* groups that people see: the first of them */
    int baseline; /* -1: none */
} ag_comparison;

ag_status ag_compare_groups(ag_comparison *c, ag_error *err);
ag_status ag_compare_cells(const ag_comparison *c, const ag_block_group *group, ag_report *report,
                           ag_error *err);
ag_status ag_compare_pairs(const ag_comparison *c, const ag_block_group *group, ag_report *report,
                           ag_error *err);
ag_status ag_compare_winners(const ag_comparison *c, ag_report *report, ag_error *err);
ag_status ag_compare_ranks(const ag_comparison *c, ag_report *report, ag_error *err);
ag_status ag_compare_cost(const ag_comparison *c, ag_report *report, ag_error *err);
ag_status ag_compare_budget(const ag_comparison *c, ag_report *report, ag_error *err);
ag_status ag_compare_variance(const ag_comparison *c, ag_report *report, ag_error *err);

/* --- what is said of choices: compare_choice.c ------------------------------------------------ */

/* Not all candidates had the same training: whoever reads what was chosen should know. */
ag_status ag_compare_halved(const ag_comparison *c, ag_report *report, ag_error *err);
/* A best value on the edge of its range: beyond it there may be a better one. */
ag_status ag_compare_edges(const ag_comparison *c, ag_report *report, ag_error *err);

/* Mean of finite numbers with its interval as the options say. n 0 or infinite numbers: NaN ends.
 */
ag_status ag_compare_mean(const ag_comparison *c, int n, const double *x, ag_bounds *out,
                          ag_error *err);

/* --- rounding for people: compare_words.c ---------------------------------------------------- */

/* Decimals that show two digits of a spread; a metric of ratios has three significant ones. */
typedef struct ag_rounding {
    bool ratios;
    int decimals;
} ag_rounding;

ag_rounding ag_rounding_of(const ag_metric *metric, int n, const double *spread);

enum { AG_WORD_MAX = 96 };

const char *ag_round_value(char text[AG_WORD_MAX], ag_rounding rounding, double scaled);
/* The same of a difference: with its sign, or as a ratio. */
const char *ag_round_difference(char text[AG_WORD_MAX], ag_rounding rounding, double scaled);
const char *ag_round_interval(char text[AG_WORD_MAX], ag_rounding rounding, ag_bounds bounds,
                              bool difference);
const char *ag_round_p(char text[AG_WORD_MAX], double p); /* "0.0312", "<0.0001" */

#endif
