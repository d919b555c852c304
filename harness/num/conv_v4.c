/* Convolution for AVX-512: 32 registers of 16 floats. */
#include "harness/base/isa.h"

#if AG_ISA_MAX >= 4
#include <immintrin.h>

#define KERNELS ag_conv_v4
#define NAME "own, x86-64-v4"
#define LANES 16
#define HEIGHT_1 28
#define HEIGHT_2 14
#define STORE_FIRST(p, v, n) _mm512_mask_storeu_ps(p, (__mmask16)((1 << (n)) - 1), (__m512)(v))
#include "harness/num/conv_tile.h"
#endif
