/* Convolution for AVX-512: 32 registers of 16 floats. */
#include "harness/base/isa.h"

#if AG_ISA_MAX >= 4
#define KERNELS ag_conv_v4
#define NAME "own, x86-64-v4"
#define LANES 16
#define HEIGHT_1 28
#define HEIGHT_2 14
#include "harness/num/conv_tile.h"
#endif
