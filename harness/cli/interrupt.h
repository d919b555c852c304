/* Ctrl-C and its like: what the first does changes as a command goes on, the second ends it. */
#ifndef AG_INTERRUPT_H
#define AG_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>

typedef struct ag_interrupt {
    const char *words; /* to stderr, newlines and all */
    bool leaves; /* then and there, with 130: nothing is left to be done that the next run would
                    not do */
} ag_interrupt;

/* From now on the first SIGINT, SIGTERM or SIGHUP (unless nohup) sets what is returned, writes the
 * words, and may leave; the second always does. `how` stays where it is. A closed pipe no longer
 * ends the process: progress that nobody reads any more does not end a night's work. */
atomic_int *ag_interrupt_listen(const ag_interrupt *how);

/* As at the beginning: what comes behind the training is for a reader, who may have seen enough. */
void ag_interrupt_end(void);

#endif
