#include "models/core/bias.h"

enum { SIDE_BY_SIDE = 64, A_FEW = 16 }; /* sums that stay in registers */

/* db[0 .. count-1]. With a count that the compiler knows, the sums stay in registers. */
AG_INLINE void sum_columns(int rows, int units, int count, const ag_real *restrict dy,
                           ag_real *restrict db) {
    ag_real sum[SIDE_BY_SIDE] = {0};
    for (int e = 0; e < rows; e++, dy += units)
        for (int u = 0; u < count; u++)
            sum[u] += dy[u];
    for (int u = 0; u < count; u++)
        db[u] = sum[u];
}

AG_VECTORIZED(extern, ag_bias_gradient, (int rows, int units, const ag_real *dy, ag_real *db),
              (rows, units, dy, db)) {
    int u = 0;
    for (; u + SIDE_BY_SIDE <= units; u += SIDE_BY_SIDE)
        sum_columns(rows, units, SIDE_BY_SIDE, dy + u, db + u);
    for (; u + A_FEW <= units; u += A_FEW)
        sum_columns(rows, units, A_FEW, dy + u, db + u);
    if (u < units) sum_columns(rows, units, units - u, dy + u, db + u);
}
