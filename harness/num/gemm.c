#include "harness/num/gemm_private.h"

#ifdef AG_DOUBLE

void ag_gemm(const ag_product *p) {
    const ptrdiff_t a_i = p->a_transposed ? 1 : p->a_row, a_k = p->a_transposed ? p->a_row : 1;
    const ptrdiff_t b_k = p->b_transposed ? 1 : p->b_row, b_j = p->b_transposed ? p->b_row : 1;
    for (int i = 0; i < p->m; i++)
        for (int j = 0; j < p->n; j++) {
            ag_real *c = &p->c[i * p->c_row + j];
            ag_real sum = p->adds ? *c : 0;
            for (int k = 0; k < p->k; k++)
                sum += p->a[i * a_i + k * a_k] * p->b[k * b_k + j * b_j];
            *c = sum + (p->bias ? p->bias[j] : 0);
        }
}

#else

void ag_gemm(const ag_product *p) {
#if AG_ISA_MAX >= 4
    if (ag_isa() >= AG_ISA_V4) {
        ag_gemm_v4(p);
        return;
    }
#endif
#if AG_ISA_MAX >= 3
    if (ag_isa() >= AG_ISA_V3) {
        ag_gemm_v3(p);
        return;
    }
#endif
    ag_gemm_base(p);
}

#endif
