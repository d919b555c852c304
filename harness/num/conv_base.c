/* Convolution for whatever the build is for: vectors of 4 floats (SSE, NEON), and 16
 * registers at least. */
#define KERNELS ag_conv_base
#define NAME "own"
#define LANES 4
#define HEIGHT_1 12
#define HEIGHT_2 6
#include "harness/num/conv_tile.h"
