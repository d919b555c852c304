/* Convolution for whatever the build is for: vectors of 4 floats (SSE, NEON), and 16
 * registers at least. */
#define KERNELS ag_conv_base
#define NAME "own"
#define LANES 4
#define HEIGHT 6
#define TILES X(1) X(2) X(3) X(4) X(5) X(6)
#include "harness/num/conv_tile.h"
