/* Whether a row of outputs names the right class. */
#ifndef AG_ARGMAX_H
#define AG_ARGMAX_H

#include "harness/num/real.h"

#include <stdbool.h>

/* The largest of z[0 .. units-1] is z[label]; of equal ones the first counts. With
 * a NaN anywhere in the row no class is right. */
static inline bool ag_argmax_is(int units, const ag_real *z, int label) {
    for (int u = 0; u < label; u++)
        if (!(z[u] < z[label])) return false;
    for (int u = label; u < units; u++)
        if (!(z[u] <= z[label])) return false;
    return true;
}

#endif
