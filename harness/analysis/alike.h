/* Which known functions a function is. */
#ifndef AG_ALIKE_H
#define AG_ALIKE_H

#include "harness/base/catalogue.h"

typedef struct ag_alike {
    const ag_element *element;
    int param;    /* the one that was fitted; -1: all have their standard values */
    double value; /* of it */
} ag_alike;

/* Elements of the catalogue with the same values on [-24, 24], to 1e-11: with their standard
 * parameters, or with one of them fitted. The element of the choice itself is none. At most
 * `most` of them, those with standard parameters first; returns how many. */
int ag_alike_find(const ag_choice *choice, int most, ag_alike *found);

#endif
