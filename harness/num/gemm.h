/* The matrix product: oneDNN for float, a plain loop for the double build. */
#ifndef AG_GEMM_H
#define AG_GEMM_H

#include "harness/num/real.h"

#include <stdbool.h>

/* c[m][n] = op(a) op(b) + beta c        op(a) [m][k], op(b) [k][n], row-major
 *
 * a is stored [m][k], or [k][m] if transposed; lda, ldb, ldc are the lengths of
 * the stored rows. beta is 0 or 1; with 0, c is not read. c overlaps neither.
 * One thread; the same bits for the same numbers on the same machine. Where the
 * library cannot get memory for its workspace, ends the program: exit code 3. */
void ag_gemm(bool transpose_a, bool transpose_b, int m, int n, int k, const ag_real *a, int lda,
             const ag_real *b, int ldb, ag_real beta, ag_real *c, int ldc);

/* To be called once by every thread before it computes: keeps libraries from
 * starting threads of their own inside it. */
void ag_num_begin_thread(void);

#ifndef AG_DOUBLE
/* The instructions that oneDNN uses, in its words: "avx512_core_bf16". It follows
 * ACTGRID_ISA (harness/base/isa.h). */
const char *ag_num_library_isa(void);
#endif

/* Whether numbers below FLT_MIN are computed with, and not flushed to zero, on
 * this thread: vanishing gradients are made of them. */
bool ag_num_denormals_alive(void);

#endif
