/* Biases of layers that have one for each unit. */
#ifndef AG_BIAS_H
#define AG_BIAS_H

#include "harness/num/real.h"

/* db[u] = sum_e dy[e][u]       dy [rows][units] */
void ag_bias_gradient(int rows, int units, const ag_real *dy, ag_real *db);

#endif
