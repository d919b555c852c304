#include "results/store/writer_private.h"

#include "harness/base/float_mode.h"
#include "results/store/arrays/crew.h"

#include <string.h>

/* A batch is full with so many bytes, however few trials they are. KEEP_BYTES: one of so few leaves
 * its memory to the next, which costs less than asking the system for it page by page. */
enum { BATCH_BYTES = 32 << 20, KEEP_BYTES = 2 << 20 };

typedef struct batch {
    ag_arena arena;
    ag_parcel parcel[AG_BATCH_MAX];
    int n;
} batch;

struct ag_writer {
    ag_parcels_store store;
    void *self;
    pthread_t thread;
    bool started, leaving, busy; /* busy: a batch is on its way to the disk */
    pthread_mutex_t lock;
    pthread_cond_t work, progress; /* something was put; a batch was written */
    batch two[2];
    int filling; /* the batch that gathers; the other is on its way */
    ag_status status;
    ag_error trouble; /* what went wrong first */
};

ag_writer *ag_writer_new(ag_parcels_store store, void *self, ag_arena *arena) {
    ag_writer *w = AG_NEW(arena, ag_writer);
    if (!w) return NULL;
    w->store = store;
    w->self = self;
    for (int i = 0; i < 2; i++)
        w->two[i].arena = AG_ARENA_EMPTY;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->work, NULL);
    pthread_cond_init(&w->progress, NULL);
    return w;
}

static bool is_full(const batch *b) {
    return b->n == AG_BATCH_MAX || b->arena.taken >= BATCH_BYTES;
}

/* Writes the batch that gathered. The lock is held, but not while the disk works. */
static void write_batch(ag_writer *w) {
    batch *b = &w->two[w->filling];
    w->filling = 1 - w->filling;
    w->busy = true;
    pthread_cond_broadcast(&w->progress); /* there is room again */
    if (w->status == AG_OK) {
        ag_error trouble = {0};
        pthread_mutex_unlock(&w->lock);
        const ag_status status = w->store(w->self, b->parcel, b->n, &trouble);
        pthread_mutex_lock(&w->lock);
        if (status != AG_OK) {
            w->status = status;
            w->trouble = trouble;
        }
    }
    b->n = 0;
    if (b->arena.taken > KEEP_BYTES)
        ag_arena_close(&b->arena);
    else
        ag_arena_reset(&b->arena);
    w->busy = false;
    pthread_cond_broadcast(&w->progress);
}

static void *write_all(void *self) {
    ag_writer *w = self;
    ag_float_mode_set(); /* SQLite's means and sums are computed here */
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (w->two[w->filling].n == 0 && !w->leaving)
            pthread_cond_wait(&w->work, &w->lock);
        if (w->two[w->filling].n == 0) break;
        write_batch(w);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static ag_status start(ag_writer *w, ag_error *err) {
    const int code = ag_thread_start(&w->thread, write_all, w);
    if (code != 0)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not start the thread that writes: %s",
                       strerror(code));
    w->started = true;
    return AG_OK;
}

/* The lock is held. */
static ag_status trouble_of(const ag_writer *w, ag_error *err) {
    if (w->status != AG_OK) *err = w->trouble;
    return w->status;
}

ag_status ag_writer_put(ag_writer *w, const ag_record *record, ag_receipt receipt, ag_error *err) {
    pthread_mutex_lock(&w->lock);
    while (w->status == AG_OK && is_full(&w->two[w->filling]))
        pthread_cond_wait(&w->progress, &w->lock);
    ag_status status = trouble_of(w, err);
    batch *b = &w->two[w->filling];
    if (status == AG_OK) status = ag_parcel_pack(record, receipt, &b->arena, &b->parcel[b->n], err);
    if (status == AG_OK && !w->started) status = start(w, err);
    if (status == AG_OK) {
        b->n++;
        pthread_cond_signal(&w->work);
    }
    pthread_mutex_unlock(&w->lock);
    return status;
}

ag_status ag_writer_finish(ag_writer *w, ag_error *err) {
    pthread_mutex_lock(&w->lock);
    while (w->busy || w->two[w->filling].n > 0)
        pthread_cond_wait(&w->progress, &w->lock);
    const ag_status status = trouble_of(w, err);
    pthread_mutex_unlock(&w->lock);
    return status;
}

void ag_writer_close(ag_writer *w) {
    pthread_mutex_lock(&w->lock);
    w->leaving = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    if (w->started) pthread_join(w->thread, NULL);
    for (int i = 0; i < 2; i++)
        ag_arena_close(&w->two[i].arena);
    pthread_cond_destroy(&w->progress);
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->lock);
}
