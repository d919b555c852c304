/* Ctrl-C and its like while a command trains. */
#ifndef AG_INTERRUPT_H
#define AG_INTERRUPT_H

#include <stdatomic.h>

/* From now on the first SIGINT, SIGTERM or SIGHUP (unless nohup) sets what is returned, and writes
 * `words`, newlines and all, to stderr; the second ends the process. A closed pipe no longer does:
 * progress that nobody reads any more does not end a night's work. */
atomic_int *ag_interrupt_listen(const char *words);

/* What comes behind the training is for a reader, who may have seen enough. */
void ag_interrupt_end(void);

#endif
