#include "models/core/update.h"

#include <string.h>

/* Most often nothing moved, as behind pixels that are always 0. */
double ag_update_change(size_t n, const ag_real *w, const ag_real *old, double sum) {
    if (sum == 0 && memcmp(w, old, n * sizeof *w) == 0) return 0;
    return ag_sum_squared_difference(n, w, old);
}
