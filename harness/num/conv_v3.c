/* Convolution for AVX2 with fused multiply-add: 16 registers of 8 floats. */
#include "harness/base/isa.h"

#if AG_ISA_MAX >= 3
#include <immintrin.h>

#define KERNELS ag_conv_v3
#define NAME "own, x86-64-v3"
#define LANES 8
#define HEIGHT_1 12
#define HEIGHT_2 6
#define STORE_FIRST(p, v, n)                                                                       \
    _mm256_maskstore_ps(                                                                           \
        p, _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)),    \
        (__m256)(v))
#include "harness/num/conv_tile.h"
#endif
