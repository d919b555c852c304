/* Numbers of a trial that activations are compared by: a row of metric.c each, walked by the tests,
 * by `compare --metrics`, by claims and by figures. */
#ifndef AG_METRIC_H
#define AG_METRIC_H

#include "harness/base/status.h"

#include <stdbool.h>

typedef enum ag_better { AG_BETTER_LARGER, AG_BETTER_SMALLER, AG_BETTER_NEITHER } ag_better;

/* On which scale differences are taken, averaged and tested. */
typedef enum ag_scale {
    AG_SCALE_LINEAR,
    AG_SCALE_LOG /* of natural logarithms: a ratio. gradient_decay, seconds, ... */
} ag_scale;

typedef struct ag_metric {
    const char *name;  /* "val_accuracy" */
    const char *title; /* "validation accuracy", for people: axis, headings */
    const char *unit;  /* "" if none */
    const char *sql;   /* over a row `t` of `trial`; may select from the tables of its rows */
    ag_better better;
    ag_scale scale;
    double least; /* differences below this are rounding: values are rounded to it before ranking;
                     0: as they are */
    bool of_diverged; /* also of diverged trials: diverged (0 or 1), steps, seconds */
    bool of_test;     /* of the test part: never chosen by */
    bool yes_or_no;   /* every value is 0 or 1: the mean is a share of trials */
} ag_metric;

extern const ag_metric ag_metrics[];
extern const int ag_n_metrics;

const ag_metric *ag_metric_find(const char *name); /* NULL: none */

/* The same, with the nearest right word if there is none. `place`: of the word. */
ag_status ag_metric_wanted(const char *name, ag_place place, const ag_metric **metric,
                           ag_error *err);

/* A value on the scale of the metric, and back. The logarithm of 0 is -infinity, of what is below
 * NaN. */
double ag_metric_scaled(const ag_metric *metric, double value);
double ag_metric_unscaled(const ag_metric *metric, double scaled);

/* Whether a is better than b; of a metric of which neither end is, the larger one counts. */
static inline bool ag_metric_better(const ag_metric *metric, double a, double b) {
    return metric->better == AG_BETTER_SMALLER ? a < b : a > b;
}

/* x on the metric's scale, in steps of `least`: so that differences that are equal in decimals are
 * equal in binary, before they are ranked. On a scale of logarithms x itself. */
double ag_metric_rounded(const ag_metric *metric, double x);

#endif
