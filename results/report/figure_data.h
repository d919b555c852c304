/* What all figures of a store start from: samples, panels, styles, notes. */
#ifndef AG_FIGURE_DATA_H
#define AG_FIGURE_DATA_H

#include "results/report/figure.h"
#include "results/report/page.h"
#include "results/report/report.h"
#include "results/report/style.h"

typedef struct ag_figure_data {
    const ag_figure_request *request;
    const ag_metric *metric;
    const char *phase;      /* of its trials: grid, final or tune */
    ag_reader *reader;      /* all figures show the same moment */
    ag_samples samples;     /* of the metric */
    ag_samples trials;      /* numbers of the finished trials instead of values */
    int n_activations;      /* of samples */
    const ag_style *styles; /* [n_activations] the same in all figures of the store */
    const bool *named;      /* [n_activations] drawn with its name; all, unless there are many */
    int n_named;
} ag_figure_data;

ag_status ag_figure_data_read(const ag_figure_request *request, ag_reader *reader, ag_arena *arena,
                              ag_figure_data *data, ag_error *err);

/* The same of the trials among which settings were chosen, by a metric of validation: what tuning
 * varied varies between blocks there. Without trials of the phase: no blocks. The request lives as
 * long as the data. */
ag_status ag_figure_data_of_tuning(const ag_figure_data *data, ag_figure_request *request,
                                   ag_arena *arena, ag_figure_data *tuning, ag_error *err);

/* The rows of a figure's CSV, all of them. */
ag_status ag_figure_numbers(const ag_grid *numbers, ag_drawn *drawn, ag_error *err);

/* Its own or the pale one. */
const ag_style *ag_figure_style(const ag_figure_data *data, int activation);

/* --- panels ------------------------------------------------------------------------ */

/* Blocks that are shown together: averaged within each seed. */
typedef struct ag_panel {
    const char *label; /* "depth 8, initializer he_normal"; "" if there is one panel for all */
    const char *title; /* the same as it is drawn: with shorter numbers */
    ag_block_set blocks;
    int depth; /* -1: its blocks have several */
} ag_panel;

typedef struct ag_panels {
    int n;
    const ag_panel *panel;
    int left_out;     /* panels beyond AG_PANELS_MAX */
    int averaged;     /* most blocks in a panel; along an axis, at one place of it */
    const char *over; /* keys that differ within a panel, ", " between them; "" if none does */
} ag_panels;

enum { AG_PANELS_MAX = 12 };

/* As the request says; otherwise as many of the keys that vary as make no more than `most` panels:
 * data set and depth first. along: the key on an axis of the figure, which makes no panels; NULL:
 * none. */
ag_status ag_panels_of(const ag_figure_data *data, const char *along, int most, ag_arena *arena,
                       ag_panels *panels, ag_error *err);

/* Place of a key among those that vary, -1: it does not. Also by its end: depth. */
int ag_varying_find(const ag_varying *varying, const char *key);

/* --- over seeds --------------------------------------------------------------------- */

/* One value for each seed as mean and t interval of 95 %, on the metric's scale and back. */
typedef struct ag_over_seeds {
    int n;                  /* seeds; 0: no numbers */
    double mean, low, high; /* NaN where n is too small */
    int blocks;             /* that were averaged */
    int left_out;           /* seeds that lack one of them */
} ag_over_seeds;

#define AG_FIGURE_LEVEL 0.95

/* The t interval of two is 12.7 standard errors on each side: it is not drawn. */
enum { AG_BAND_SEEDS = 3 };

ag_status ag_over_seeds_of(const ag_samples *samples, const ag_block_set *blocks, int activation,
                           ag_arena *scratch, ag_over_seeds *out, ag_error *err);

/* --- notes -------------------------------------------------------------------------- */

/* What is said below every figure: seeds, interval, what was averaged, what is left out. */
typedef struct ag_figure_words {
    const char *mean;     /* what shows it: "lines" */
    const char *interval; /* "bands"; NULL: nothing does */
    ag_scale scale;       /* of the numbers */
} ag_figure_words;

/* words NULL: every seed is drawn, in the style of its own. */
ag_status ag_figure_notes(const ag_figure_data *data, const ag_panels *panels,
                          const ag_figure_words *words, ag_page *page, ag_arena *arena,
                          ag_error *err);

/* Who is grey, and why; nothing unless there are many. */
ag_status ag_figure_note_named(const ag_figure_data *data, ag_page *page, ag_arena *arena,
                               ag_error *err);

/* Which trials are in no number: diverged, failed. */
ag_status ag_figure_note_missing(const ag_figure_data *data, ag_page *page, ag_arena *arena,
                                 ag_error *err);

/* Experiments of the store by name, for the line below the title. */
ag_status ag_figure_origin(const ag_figure_data *data, ag_arena *arena, const char **text,
                           ag_error *err);

#endif
