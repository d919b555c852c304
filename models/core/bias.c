#include "models/core/bias.h"

AG_VECTORIZED(extern, ag_bias_add,
              (int rows, int units, const ag_real *restrict b, ag_real *restrict y),
              (rows, units, b, y)) {
    for (int e = 0; e < rows; e++, y += units)
        for (int u = 0; u < units; u++)
            y[u] += b[u];
}

AG_VECTORIZED(extern, ag_bias_gradient,
              (int rows, int units, const ag_real *restrict dy, ag_real *restrict db),
              (rows, units, dy, db)) {
    for (int u = 0; u < units; u++)
        db[u] = 0;
    for (int e = 0; e < rows; e++, dy += units)
        for (int u = 0; u < units; u++)
            db[u] += dy[u];
}
