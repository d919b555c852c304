#include "harness/num/gemm.h"

#include <float.h>
#include <omp.h>
#include <stdio.h>

#ifdef AG_DOUBLE

void ag_gemm(bool transpose_a, bool transpose_b, int m, int n, int k, const ag_real *a, int lda,
             const ag_real *b, int ldb, ag_real beta, ag_real *c, int ldc) {
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int p = 0; p < k; p++)
                sum += (transpose_a ? a[p * lda + i] : a[i * lda + p]) *
                       (transpose_b ? b[j * ldb + p] : b[p * ldb + j]);
            c[i * ldc + j] = sum + (beta == 0 ? 0 : beta * c[i * ldc + j]);
        }
}

#else

#include "harness/base/isa.h"

#include <dnnl.h>
#include <stdlib.h>

/* The library takes all that the processor has, or less if it is told before its
 * first use: where our level is not the highest, it follows. After ag_isa_chosen. */
__attribute__((constructor)) static void limit_library(void) {
    if (ag_isa() == AG_ISA_V3) dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
    if (ag_isa() == AG_ISA_V2) dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
}

const char *ag_num_library_isa(void) {
    switch (dnnl_get_effective_cpu_isa()) {
    case dnnl_cpu_isa_sse41: return "sse41";
    case dnnl_cpu_isa_avx: return "avx";
    case dnnl_cpu_isa_avx2: return "avx2";
    case dnnl_cpu_isa_avx2_vnni: return "avx2_vnni";
    case dnnl_cpu_isa_avx512_core: return "avx512_core";
    case dnnl_cpu_isa_avx512_core_vnni: return "avx512_core_vnni";
    case dnnl_cpu_isa_avx512_core_bf16: return "avx512_core_bf16";
    case dnnl_cpu_isa_avx512_core_amx: return "avx512_core_amx";
    default: return "other";
    }
}

void ag_gemm(bool transpose_a, bool transpose_b, int m, int n, int k, const ag_real *a, int lda,
             const ag_real *b, int ldb, ag_real beta, ag_real *c, int ldc) {
    const dnnl_status_t status = dnnl_sgemm(transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n,
                                            k, 1.0f, a, lda, b, ldb, beta, c, ldc);
    if (status == dnnl_success) return;
    /* Memory for its workspace. Going on would be with numbers of before; what is
     * finished is in the store, and `run` again completes it. */
    fprintf(stderr, "actgrid: out of memory in a product of %d x %d x %d (status %d of oneDNN)\n",
            m, k, n, (int)status);
    _Exit(3);
}

#endif

void ag_num_begin_thread(void) { omp_set_num_threads(1); }

bool ag_num_denormals_alive(void) {
    volatile float smallest = FLT_MIN;
    volatile float half = smallest / 2.0f;
    return half > 0.0f && half * 2.0f == smallest;
}
