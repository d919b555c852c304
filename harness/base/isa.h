/* Instruction-set levels: which copy of a vectorised function runs.
 *
 * The program holds each such function once per level (vectorized.h) and chooses
 * the level before main: what the processor has, or less if ACTGRID_ISA says so.
 * Functions without fused multiply-add give the same bits on every level.
 *
 *     v2  SSE4.2           4 floats at a time; what the rest of the program is built for
 *     v3  AVX2, FMA        8
 *     v4  AVX-512 (F, BW, CD, DQ, VL)    16
 */
#ifndef AG_ISA_H
#define AG_ISA_H

#include "harness/base/status.h"

#include <stdbool.h>

/* In order: a processor of a level has all levels below it. */
typedef enum ag_isa_level {
    AG_ISA_BASE = 0, /* no x86-64, or one older than v2 */
    AG_ISA_V2 = 2,
    AG_ISA_V3 = 3,
    AG_ISA_V4 = 4
} ag_isa_level;

/* AG_ISA_MAX, from the build (scripts/cmake/isa.cmake): the highest level that the
 * compiler can write code for; 0 where there are no levels. */

/* The one variable of the program that is neither const nor handed from function to
 * function: it is set before main and never while the program computes. Read it by
 * ag_isa(). */
extern ag_isa_level ag_isa_chosen;

static inline ag_isa_level ag_isa(void) { return ag_isa_chosen; }

/* The highest level of this processor, whatever was built or asked for. */
ag_isa_level ag_isa_processor(void);

/* The highest level that can run here: what the processor has and the program holds. */
ag_isa_level ag_isa_highest(void);

/* What ACTGRID_ISA asks for, or NULL where it is unset or empty. */
const char *ag_isa_asked(void);

/* "x86-64-v3"; for AG_ISA_BASE what the compiler built for: "aarch64". */
const char *ag_isa_name(ag_isa_level level);

/* Whether this processor can run the program at all. Its code is for any x86-64. */
bool ag_isa_runs_here(void);

/* What is wrong with ACTGRID_ISA: AG_CONFIG for a word that is no level, AG_MACHINE for a
 * level that does not run here. Until it is asked, a wrong word chooses nothing. */
ag_status ag_isa_check(ag_error *err);

/* For tests, between two computations and with one thread: another level. False, and
 * nothing happens, if it does not run here. */
bool ag_isa_set(ag_isa_level level);

#endif
