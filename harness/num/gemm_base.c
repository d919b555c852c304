/* The matrix product for any processor: vectors of 4 floats, of which NEON has 32 and
 * SSE 16. */
#define NAME ag_gemm_base
#define LANES 4
#ifdef __aarch64__
#define ROWS_1 14
#define ROWS_2 14
#define ROWS_3 9
#else
#define ROWS_1 9
#define ROWS_2 4
#define ROWS_3 3
#endif
#include "harness/num/gemm_tile.h"
