/* Derivatives against difference quotients of the definition. */
#ifndef AG_SLOPES_H
#define AG_SLOPES_H

#include "harness/base/catalogue.h"

typedef struct ag_slopes {
    double off;               /* largest |f' - difference| / (1 + |f'|) */
    double at;                /* there, */
    double slope, difference; /* where these are */
    int n, skipped;           /* places looked at; where no finite difference could be taken */
} ag_slopes;

#define AG_SLOPES_OFF 1e-8
enum { AG_SLOPES_POINTS = 10000 };

/* f' at AG_SLOPES_POINTS places: most on [-8, 8], the others up to 10,000 on both sides, and at
 * and beside each seam, where differences are one-sided. At a seam
 * whatever lies between both sides will do. */
ag_slopes ag_slopes_of(const ag_choice *choice);

/* A place on [-8, 8] where f or f' jumps and no seam is declared: NAN where there is none. */
double ag_undeclared_seam(const ag_choice *choice);

/* df/dparam[k] of those parameters that can be learned, on [-8, 8]; off is the worst of all,
 * 0 where there are none. */
ag_slopes ag_slopes_of_params(const ag_choice *choice);

#endif
