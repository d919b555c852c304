/* Convolution for AVX-512: 32 registers of 16 floats. */
#include "harness/base/isa.h"

#if AG_ISA_MAX >= 4
#define KERNELS ag_conv_v4
#define NAME "own, x86-64-v4"
#define LANES 16
#define HEIGHT 14
#define TILES X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)
#include "harness/num/conv_tile.h"
#endif
