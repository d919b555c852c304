/* Convolution for whatever the build is for: vectors of 4 floats (SSE, NEON), and 16
 * registers at least. */
#include <string.h>

#define KERNELS ag_conv_base
#define NAME "own"
#define LANES 4
#define HEIGHT_1 12
#define HEIGHT_2 6
#define STORE_FIRST(p, v, n) memcpy(p, &(v), (size_t)(n) * sizeof *(p))
#include "harness/num/conv_tile.h"
