/* All that is reckoned and measured of one activation, before it is printed. */
#ifndef AG_ACTIVATION_FACTS_H
#define AG_ACTIVATION_FACTS_H

#include "harness/analysis/float_error.h"
#include "harness/analysis/mean_field.h"
#include "harness/analysis/pace.h"
#include "harness/analysis/traits.h"
#include "harness/base/status.h"

enum { AG_FACTS_EDGES = 6, AG_FACTS_DEPTHS = 3 };

/* Weights that nets begin with, of variance sigma_w^2 / fan_in. */
typedef struct ag_depth_row {
    const char *weights; /* "lecun" */
    ag_depth depth;
} ag_depth_row;

/* Of a unit of several inputs, traits, edges and depths are left out: they are about functions
 * of one number. */
typedef struct ag_activation_facts {
    const ag_choice *choice;
    ag_traits traits;
    double mean, square, slope_square; /* E f(z), E f(z)^2, E f'(z)^2 for z ~ N(0, 1); NAN: none */
    double off;                        /* the most that any of these may be */
    double gain;                       /* NAN: none */
    ag_edge_kind edge_kind;
    ag_edge edge[AG_FACTS_EDGES]; /* for sigma_b 0, 0.05, 0.1, 0.2, 0.5, 1 */
    ag_depth_row depth[AG_FACTS_DEPTHS];
    ag_float_error error;
    ag_pace pace; /* in the first cache */
    int n_points; /* where the user wants f and f' */
    const double *points;
} ag_activation_facts;

/* Takes some 0.1 s. */
ag_status ag_activation_facts_of(const ag_choice *choice, ag_arena *arena,
                                 ag_activation_facts *facts, ag_error *err);

/* The line on which a unit of several inputs is shown: z at x. Of a gated unit b moves and a is
 * 1; of others z_1 moves and all others are 0. Returns the number of the input that moves. */
int ag_unit_line(const ag_choice *choice, double x, double *z);

/* f and f' where the user wants them; no f' where there is no f. */
typedef struct ag_fact_point {
    double x, value, derivative;
} ag_fact_point;
ag_fact_point ag_fact_point_at(const ag_activation_facts *facts, int i);

#endif
