/* The matrix product for AVX2: 16 registers of 8 floats. */
#include "harness/base/isa.h"

#if AG_ISA_MAX >= 3
#define NAME ag_gemm_v3
#define LANES 8
#define ROWS_1 14
#define ROWS_2 6
#define ROWS_3 4
#include "harness/num/gemm_tile.h"
#endif
