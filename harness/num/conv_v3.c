/* Convolution for AVX2 with fused multiply-add: 16 registers of 8 floats. */
#include "harness/base/isa.h"

#if AG_ISA_MAX >= 3
#define KERNELS ag_conv_v3
#define NAME "own, x86-64-v3"
#define LANES 8
#define HEIGHT_1 12
#define HEIGHT_2 6
#include "harness/num/conv_tile.h"
#endif
