/* The matrix product for AVX-512: 32 registers of 16 floats. */
#include "harness/base/isa.h"

#if AG_ISA_MAX >= 4
#define NAME ag_gemm_v4
#define LANES 16
#define ROWS_1 14
#define ROWS_2 14
#define ROWS_3 9
#include "harness/num/gemm_tile.h"
#endif
