/* What a tuning chose, on its way into the table `selection`. */
#ifndef AG_SELECTION_H
#define AG_SELECTION_H

typedef struct ag_selection {
    const char *settings;    /* JSON of a trial of the phase `final`, with any seed */
    const char *const *over; /* [n_over] dotted keys: what was chosen in it */
    int n_over;
    const char *activation; /* label */
    const char *chosen;     /* JSON */
    const char *label;      /* "learning_rate=0.03" */
    const char *metric;
    double value;           /* NaN: no trial of it finished */
    int seeds, diverged;    /* of the winner */
    int candidates, trials; /* of the group */
    const char *how;
    const char *edge; /* NULL: none */
} ag_selection;

#endif
