/* Work in a process of its own: a library that crashes on a damaged file, or never ends,
 * takes nothing else with it. */
#ifndef AG_APART_H
#define AG_APART_H

#include "harness/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct ag_apart {
    int descriptor; /* where what the other process writes is read */
    pid_t process;
} ag_apart;

/* Starts `work` in a copy of this process. What it writes with ag_apart_write arrives here;
 * what it changes in memory does not. It is ended after so much processor time, and with this one.
 * AG_IO. */
ag_status ag_apart_open(void (*work)(void *self, int out), void *self, unsigned cpu_seconds,
                        ag_apart *apart, ag_error *err);

/* The next n bytes; false: the other process ended without them. */
bool ag_apart_read(const ag_apart *apart, void *bytes, size_t n);

/* Ends the other process if it still works, and waits for its end. */
void ag_apart_close(ag_apart *apart);

/* In the other process: false if nobody reads. */
bool ag_apart_write(int out, const void *bytes, size_t n);

#endif
