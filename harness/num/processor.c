#include "harness/num/processor.h"

#include <float.h>
#include <omp.h>

#ifndef AG_DOUBLE

#include "harness/base/isa.h"

#include <dnnl.h>

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

#endif

void ag_num_begin_thread(void) { omp_set_num_threads(1); }

bool ag_num_denormals_alive(void) {
    volatile float smallest = FLT_MIN;
    volatile float half = smallest / 2.0f;
    return half > 0.0f && half * 2.0f == smallest;
}
