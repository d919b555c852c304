/* Between gemm.c, which chooses an instruction set, and the files that are compiled
 * for one. */
#ifndef AG_GEMM_PRIVATE_H
#define AG_GEMM_PRIVATE_H

#include "harness/num/gemm.h"

void ag_gemm_v4(const ag_product *p);   /* x86-64-v4: AVX-512 */
void ag_gemm_v3(const ag_product *p);   /* x86-64-v3: AVX2 and fused multiply-add */
void ag_gemm_base(const ag_product *p); /* what every processor of the build has */

#endif
