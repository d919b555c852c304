/* The matrix product: tiles in registers for float, a plain loop for the double build. */
#ifndef AG_GEMM_H
#define AG_GEMM_H

#include "harness/base/stop.h"
#include "harness/base/team.h"
#include "harness/num/real.h"

#include <stdbool.h>
#include <stddef.h>

/* c[m][n] = op(a) op(b) + bias      op(a) [m][k], op(b) [k][n], bias [n] for each row
 *
 * a is stored [m][k], or [k][m] if transposed; a_row, b_row, c_row are the lengths of the
 * stored rows. */
typedef struct ag_product {
    int m, n, k; /* at least 1 */
    bool a_transposed, b_transposed;
    bool adds; /* to what is in c; without it, c is not read */
    const ag_real *a, *b;
    const ag_real *bias; /* NULL: none */
    ag_real *c;          /* overlaps none of them */
    ptrdiff_t a_row, b_row, c_row;
} ag_product;

/* One thread, no memory taken. In float each number of c is one chain in the order of k,
 * rounded once per term where the processor has a fused multiply-add:
 *
 *     sum = c or 0;   sum = fma(op(a)[i][k], op(b)[k][j], sum);   c = sum + bias[j]
 *
 * so it does not depend on m, n, or where in c it stands, and every instruction set with
 * such an operation gives the same bits (harness/num/gemm_tile.h). */
void ag_gemm(const ag_product *product);

/* The same, and the same bits, by all of a team; NULL: by this thread. Left some 70 ms after *stop
 * is set, with c unfinished. */
void ag_gemm_shared(ag_team *team, const atomic_int *stop, const ag_product *product);

#endif
