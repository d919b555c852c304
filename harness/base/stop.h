/* A flag that somebody sets who wants work to be left: Ctrl-C. What is left is not to be used. */
#ifndef AG_STOP_H
#define AG_STOP_H

#include <stdatomic.h>
#include <stdbool.h>

/* NULL: never. */
static inline bool ag_is_stopped(const atomic_int *stop) {
    return stop && atomic_load_explicit(stop, memory_order_relaxed);
}

#endif
