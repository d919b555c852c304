/* Jobs that several threads do, and that come back in the order in which they were given: while
 * some are done the caller prepares the next and puts away those before. Nobody spins. */
#ifndef AG_CREW_H
#define AG_CREW_H

#include "harness/base/arena.h"

#include <pthread.h>

typedef struct ag_crew ag_crew;

/* `work` does the job of a slot, in any thread; there are n_slots of them, n_threads work, one of
 * which is the caller while it waits. NULL: out of memory. */
ag_crew *ag_crew_new(int n_threads, int n_slots, void (*work)(void *self, int slot), void *self,
                     ag_arena *arena);

/* The slot of the next job; -1: all are in use. The caller prepares it, then gives it. */
int ag_crew_slot(const ag_crew *crew);
void ag_crew_give(ag_crew *crew);

/* Waits for the job given first of those that did not come back, and lends a hand. Its slot is the
 * caller's until the next job is given. -1: there is none. */
int ag_crew_take(ag_crew *crew);

/* Ends the threads; jobs that did not come back may never be done. */
void ag_crew_close(ag_crew *crew);

/* A thread that receives no signals: those that were there before know what to do. 0, or what
 * errno would be. */
int ag_thread_start(pthread_t *thread, void *(*run)(void *self), void *self);

#endif
