/* A published comparison: what the paper says, as data, beside the experiment that does it again.
 *
 * experiments/papers/NAME.yaml is an ordinary experiment, NAME.paper.yaml what is read here:
 *
 *     title: ...        authors: ...      year: 2019      id: arXiv:1903.06733
 *     what: a paragraph on what was compared
 *     figure: box                                 one of `plot`, for the report
 *     by: initializer                             a panel for each value of these keys
 *     deviations: [...]                           from the paper, at every scale
 *     scales:
 *       reduced: {overrides: [seeds=5], deviations: [...]}
 *       full: {}
 *     numbers:
 *       - what: mean training loss
 *         metric: mean_train_loss                 of results/report/metric.h; or a column of the
 *         epoch: 10                               table epoch, of layer_epoch with `layer: 2`
 *         at: {activation: relu, model.depth: 8}
 *         over: {activation: tanh}                the ratio to these trials, seed by seed; or
 *         minus: {activation: tanh}               the difference; what differs from `at`
 *         paper: 1.3369
 *         tolerance: 0.02                         or 15%, or {sigma: 4, most: 0.05}
 *         certainty: verified
 *         source: notebook of the authors, output of cell 14
 */
#ifndef AG_PAPER_H
#define AG_PAPER_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>
#include <stdio.h>

/* Where a number comes from. What nobody has checked is none of these and cannot be printed. */
typedef enum ag_certainty {
    AG_CERTAINTY_VERIFIED,  /* read in the paper or in the authors' code */
    AG_CERTAINTY_SECONDARY, /* read in a summary of it */
    AG_CERTAINTY_FIGURE,    /* read off a figure of the authors */
    AG_CERTAINTY_COMPUTED   /* from the paper's definitions, computed by others than this program */
} ag_certainty;

/* "verified", and the same for people: "as published". */
extern const char *const ag_certainty_names[];
extern const char *const ag_certainty_words[];

/* How far apart the paper's number and ours may be. */
typedef enum ag_tolerance_kind {
    AG_TOLERANCE_ABSOLUTE,
    AG_TOLERANCE_RELATIVE, /* `number` is a share of the paper's number */
    AG_TOLERANCE_SIGMA     /* `number` standard errors of ours, which may be `most` together: for a
                              number that is exact, where only the seeds limit what can be seen */
} ag_tolerance_kind;

typedef struct ag_tolerance {
    ag_tolerance_kind kind;
    double number, most;
} ag_tolerance;

/* Settings that choose trials: `activation` is a label, other keys as in an experiment file. */
typedef struct ag_paper_key {
    const char *key, *value;
    ag_place place;
} ag_paper_key;

typedef struct ag_paper_cell {
    const char *activation; /* NULL: of a second cell, that of the first */
    const ag_paper_key *keys;
    int n_keys;
    ag_place place;
} ag_paper_cell;

typedef enum ag_paper_relation { AG_PAPER_ALONE, AG_PAPER_OVER, AG_PAPER_MINUS } ag_paper_relation;

enum { AG_EPOCH_NONE = -1, AG_LAYER_NONE = 0 };

typedef struct ag_paper_number {
    const char *what, *metric, *source;
    ag_place place, metric_place;
    long epoch; /* AG_EPOCH_NONE: none */
    int layer;  /* from 1; AG_LAYER_NONE: none */
    ag_paper_cell at, other;
    ag_paper_relation relation; /* to `other` */
    double paper;
    ag_tolerance tolerance;
    ag_certainty certainty;
} ag_paper_number;

typedef struct ag_paper_scale {
    const char *name;
    const char *const *overrides; /* words as `run` takes them */
    int n_overrides;
    const char *const *deviations;
    int n_deviations;
} ag_paper_scale;

typedef struct ag_paper {
    const char *title, *authors, *id, *what;
    int year;
    const char *figure, *by; /* NULL: none */
    const char *const *deviations;
    int n_deviations;
    const ag_paper_scale *scales;
    int n_scales;
    const ag_paper_number *numbers;
    int n_numbers;
} ag_paper;

/* Everything but the metrics, which paper_compare.h looks up. `file` and `bytes` must stay. */
ag_status ag_paper_read(ag_arena *arena, const char *file, const char *bytes, size_t n,
                        ag_paper *paper, ag_error *err);

/* The scale of that name, with the nearest right word if there is none. */
ag_status ag_paper_scale_find(const ag_paper *paper, const char *name, const ag_paper_scale **scale,
                              ag_error *err);

/* `actgrid help paper`: every key of such a file. */
void ag_paper_help(FILE *out);

#endif
