/* What kind of function an activation is: its range, where it turns, how smooth it is. */
#ifndef AG_TRAITS_H
#define AG_TRAITS_H

#include "activations/activation.h"
#include "activations/expectation.h"
#include "harness/analysis/line.h"

typedef enum ag_monotone {
    AG_MONOTONE_NOT,
    AG_MONOTONE_CONSTANT,
    AG_MONOTONE_INCREASING,
    AG_MONOTONE_DECREASING,
    AG_MONOTONE_NOT_DECREASING, /* with pieces where it is constant */
    AG_MONOTONE_NOT_INCREASING
} ag_monotone;

typedef struct ag_extreme {
    double value; /* infimum or supremum; infinite: there is no bound */
    bool taken;   /* f has this value somewhere, */
    double at;    /* here; not only in the limit */
} ag_extreme;

enum { AG_TURNS_MAX = 4, AG_ORDER_MAX = 4 };

/* Where two formulas meet. */
typedef struct ag_jump {
    double at;
    int order; /* the first derivative that jumps, 0: f itself; above AG_ORDER_MAX: none found */
    double by; /* from left to right; NAN if it is not finite */
} ag_jump;

typedef struct ag_traits {
    ag_intervals undefined;
    ag_extreme low, high;
    double before, after; /* the limits at minus and plus infinity; NAN: none */
    ag_monotone monotone; /* where it is defined */
    int n_turns;          /* where f' changes its sign on [-20, 20]: */
    double turn[AG_TURNS_MAX];
    double mean;  /* E f(z) for z ~ N(0, 1) */
    bool centred; /* which is 0 */
    bool odd, even;
    int n_jumps;
    ag_jump jump[AG_ACT_SEAMS_MAX];
    int smooth; /* how many derivatives are continuous; -1: f itself is not; INT_MAX: no seams */
    ag_intervals overflows, slope_overflows;
} ag_traits;

/* Under N(0, 1); *off grows to what it may be off. NAN where there is no integral, as that of
 * 1 / x, or none to one digit. */
double ag_expected(const ag_choice *choice, ag_expectation what, double *off);

ag_traits ag_traits_of(const ag_choice *choice, const ag_line *line);

#endif
