/* The processor as the thread that computes finds it. */
#ifndef AG_PROCESSOR_H
#define AG_PROCESSOR_H

#include <stdbool.h>

/* Whether numbers below FLT_MIN are computed with, and not flushed to zero, on
 * this thread: vanishing gradients are made of them. */
bool ag_num_denormals_alive(void);

#endif
