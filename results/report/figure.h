/* Figures of a store: one file figures/<name>.c each, found by the build.
 *
 * A figure reads numbers, keeps all of them for its CSV, and draws the same ones. What all of them
 * need is read once (figure_data.h). */
#ifndef AG_FIGURE_H
#define AG_FIGURE_H

#include "harness/base/catalogue.h"
#include "results/report/sample.h"
#include "results/report/svg.h"

typedef struct ag_figure_request {
    const char *store;       /* folder */
    ag_trial_set set;        /* which trials; {0}: as of the whole store */
    const ag_metric *metric; /* NULL: the usual one of the store */
    const ag_condition *at;
    int n_at;
    const char *by; /* keys of panels, with commas between; NULL: chosen by the figure */
} ag_figure_request;

typedef struct ag_drawn {
    ag_svg svg;
    ag_table data; /* the numbers that are drawn, and how many trials they rest on */
} ag_drawn;

struct ag_figure_data;

typedef struct ag_figure {
    ag_element about; /* formula: what it shows */
    bool of_metric;   /* it draws the metric that is asked for */
    /* AG_NOTFOUND, with the reason, if the store has nothing for this figure. */
    ag_status (*draw)(const struct ag_figure_data *data, ag_arena *arena, ag_drawn *drawn,
                      ag_error *err);
} ag_figure;

extern const ag_catalogue ag_figures;

static inline const ag_figure *ag_figure_of(const ag_element *element) {
    return (const ag_figure *)element; /* `about` is its first member */
}

#endif
