/* Convolution for AVX2 with fused multiply-add: 16 registers of 8 floats. */
#include "harness/base/isa.h"

#if AG_ISA_MAX >= 3
#define KERNELS ag_conv_v3
#define NAME "own, x86-64-v3"
#define LANES 8
#define HEIGHT 6
#define TILES X(1) X(2) X(3) X(4) X(5) X(6)
#include "harness/num/conv_tile.h"
#endif
