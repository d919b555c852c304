/* Whether a row of outputs names the right class. */
#ifndef AG_ARGMAX_H
#define AG_ARGMAX_H

#include "harness/num/real.h"

#include <stdbool.h>

/* The largest of z[0 .. units-1] is z[label]; of equal ones the first counts. With
 * a NaN anywhere in the row no class is right. */
static inline bool ag_argmax_is(int units, const ag_real *z, int label) {
    bool right = true; /* no early return: a branch that nobody can predict costs more */
    for (int u = 0; u < label; u++)
        right &= z[u] < z[label];
    for (int u = label; u < units; u++)
        right &= z[u] <= z[label];
    return right;
}

#endif
