/* The processor as the thread that computes finds it. */
#ifndef AG_PROCESSOR_H
#define AG_PROCESSOR_H

#include <stdbool.h>

/* To be called once by every thread before it computes: keeps libraries from
 * starting threads of their own inside it. */
void ag_num_begin_thread(void);

#ifndef AG_DOUBLE
/* The instructions that oneDNN uses, in its words: "avx512_core_bf16". It follows
 * ACTGRID_ISA (harness/base/isa.h). */
const char *ag_num_library_isa(void);
#endif

/* Whether numbers below FLT_MIN are computed with, and not flushed to zero, on
 * this thread: vanishing gradients are made of them. */
bool ag_num_denormals_alive(void);

#endif
