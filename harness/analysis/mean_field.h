/* Wide nets at initialisation: mean-field theory.
 *
 * Weights of a layer ~ N(0, sigma_w^2 / fan_in), biases ~ N(0, sigma_b^2). As the width grows,
 * what goes into a layer is normal with variance q and, for two inputs, correlation c:
 *
 *     q' = sigma_w^2 E f(sqrt(q) z)^2 + sigma_b^2
 *     c' = (sigma_w^2 E f(u1) f(u2) + sigma_b^2) / q      u1, u2 of variance q, correlation c
 *
 * (B. Poole et al. 2016, arXiv:1606.05340). chi_1 = sigma_w^2 E f'(sqrt(q) z)^2 at the fixed
 * point q*: the slope of c' at c = 1, and what the square of a gradient is multiplied by in each
 * layer. Below 1 all inputs become alike and gradients vanish (order), above 1 they are torn
 * apart and gradients explode (chaos). c goes to c* as e^(-layers / xi), xi = -1 / log(slope of
 * c' at c*); nets much deeper than xi do not train (S. Schoenholz et al. 2016,
 * arXiv:1611.01232). At the edge, chi_1 = 1, it is infinite; S. Hayou et al. 2019,
 * arXiv:1902.06853, compare activations there. */
#ifndef AG_MEAN_FIELD_H
#define AG_MEAN_FIELD_H

#include "harness/base/arena.h"
#include "harness/base/catalogue.h"

typedef enum ag_edge_kind {
    AG_EDGE_LINE,       /* a sigma_w for each sigma_b, or for some */
    AG_EDGE_SCALE_FREE, /* f(a x) = a f(x) for a > 0: only sigma_b = 0, where every q is kept */
    AG_EDGE_JUMPS,      /* f jumps: two inputs, however alike, part: chi_1 is infinite */
    AG_EDGE_FLAT,       /* f' = 0: chi_1 is 0 for every sigma_w */
    AG_EDGE_UNDEFINED   /* no finite expectations */
} ag_edge_kind;

/* A point of the edge of chaos. */
typedef struct ag_edge {
    double sigma_b, sigma_w; /* sigma_w NAN: there is none for this sigma_b */
    double q;                /* the fixed point */
    double slope;            /* dq'/dq there: above 1, q runs away from it; below 0, it swings */
    double depth;            /* -1 / log |slope|: layers in which a distance from q* falls by e;
                              * negative: grows. infinite for 1 */
} ag_edge;

ag_edge_kind ag_edge_kind_of(const ag_choice *choice);

/* With the smallest q, where there are several. For AG_EDGE_SCALE_FREE q is 1, of any that would
 * do. For the other kinds but AG_EDGE_LINE there is none. */
ag_edge ag_edge_at(const ag_choice *choice, double sigma_b);

/* What becomes of inputs of variance 1. */
typedef struct ag_depth {
    double sigma_w, sigma_b;
    double q;     /* q*; 0: it dies away; NAN: undefined; infinite: it grows without bound, up to
                   * 1e8 and to where f oscillates too often to be integrated */
    double chi_1; /* NAN where q has no finite fixed point */
    double c;     /* c*, 1 in order */
    double xi;    /* infinite at the edge */
    double xi_low,
        xi_high; /* it lies between these; apart by less than 1e-5 where that can be had */
} ag_depth;

/* scratch: 3 MB. c and xi are NAN where memory is out. */
ag_depth ag_depth_of(const ag_choice *choice, double sigma_w, double sigma_b, ag_arena *scratch);

#endif
