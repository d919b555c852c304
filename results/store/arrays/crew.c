#include "results/store/arrays/crew.h"

#include "harness/base/float_mode.h"

#include <signal.h>

enum { SLOTS_MAX = 16 };

struct ag_crew {
    void (*work)(void *self, int slot);
    void *self;
    pthread_mutex_t lock;
    pthread_cond_t more, done;
    pthread_t thread[SLOTS_MAX];
    int n_threads, n_slots;            /* threads: besides the caller */
    unsigned long given, begun, taken; /* jobs so far: given >= begun >= taken */
    bool ready[SLOTS_MAX], leaving;
};

int ag_thread_start(pthread_t *thread, void *(*run)(void *self), void *self) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int code = pthread_create(thread, NULL, run, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static int slot_of(const ag_crew *crew, unsigned long job) {
    return (int)(job % (unsigned long)crew->n_slots);
}

/* The lock is held, but not while the job is done. */
static void do_one(ag_crew *crew) {
    const int slot = slot_of(crew, crew->begun++);
    pthread_mutex_unlock(&crew->lock);
    crew->work(crew->self, slot);
    pthread_mutex_lock(&crew->lock);
    crew->ready[slot] = true;
    pthread_cond_signal(&crew->done); /* one waits for it at the most: the caller */
}

static void *do_all(void *self) {
    ag_crew *crew = self;
    ag_float_mode_set();
    pthread_mutex_lock(&crew->lock);
    while (!crew->leaving)
        if (crew->begun < crew->given)
            do_one(crew);
        else
            pthread_cond_wait(&crew->more, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

ag_crew *ag_crew_new(int n_threads, int n_slots, void (*work)(void *self, int slot), void *self,
                     ag_arena *arena) {
    ag_crew *crew = AG_NEW(arena, ag_crew);
    if (!crew) return NULL;
    crew->work = work;
    crew->self = self;
    crew->n_slots = n_slots < SLOTS_MAX ? n_slots : SLOTS_MAX;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->more, NULL);
    pthread_cond_init(&crew->done, NULL);
    /* One that does not start leaves its work to the others. */
    while (crew->n_threads < n_threads - 1 && crew->n_threads < SLOTS_MAX &&
           ag_thread_start(&crew->thread[crew->n_threads], do_all, crew) == 0)
        crew->n_threads++;
    return crew;
}

/* `given` and `taken` are the caller's own. */
int ag_crew_slot(const ag_crew *crew) {
    return crew->given - crew->taken < (unsigned long)crew->n_slots ? slot_of(crew, crew->given)
                                                                    : -1;
}

void ag_crew_give(ag_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    crew->given++;
    pthread_cond_signal(&crew->more);
    pthread_mutex_unlock(&crew->lock);
}

int ag_crew_take(ag_crew *crew) {
    if (crew->taken == crew->given) return -1;
    const int slot = slot_of(crew, crew->taken);
    pthread_mutex_lock(&crew->lock);
    while (!crew->ready[slot])
        if (crew->begun < crew->given)
            do_one(crew);
        else
            pthread_cond_wait(&crew->done, &crew->lock);
    crew->ready[slot] = false;
    crew->taken++;
    pthread_mutex_unlock(&crew->lock);
    return slot;
}

void ag_crew_close(ag_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    crew->leaving = true;
    pthread_cond_broadcast(&crew->more);
    pthread_mutex_unlock(&crew->lock);
    for (int i = 0; i < crew->n_threads; i++)
        pthread_join(crew->thread[i], NULL);
    pthread_cond_destroy(&crew->done);
    pthread_cond_destroy(&crew->more);
    pthread_mutex_destroy(&crew->lock);
}
