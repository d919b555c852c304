#include "harness/base/team.h"

#include "harness/base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

/* How long somebody looks for work, or for the last chunk, before going to sleep. The parts of a
 * step that nobody shares are shorter than this; a sleeper needs some 50 us to be back. */
static const double PATIENCE = 100e-6;

/* How long a member sleeps before it leaves: other teams may have work. */
enum { SLEEP_NANOSECONDS = 5000000 };

/* The job at hand in one word, so that a chunk is taken by one compare-and-swap: whoever changes
 * it did so while this job was open, and the job stays open until that chunk is done. An old
 * word does no harm: the swap fails, or it is the present word again, and then it is right. */
enum { FIELD = 20 };
#define FIELD_MASK ((UINT64_C(1) << FIELD) - 1)
static uint64_t job_of(uint64_t number, int n_chunks) {
    return number << 2 * FIELD | (uint64_t)n_chunks << FIELD;
}
static bool is_open(uint64_t job) { return (job & FIELD_MASK) < (job >> FIELD & FIELD_MASK); }

struct ag_team {
    /* Written by the owner before it opens a job, read by others after they took a chunk. */
    ag_team_work *work;
    void *context;
    uint64_t number; /* of jobs so far */

    _Alignas(64) atomic_uint_fast64_t job;
    _Alignas(64) atomic_int done; /* chunks of this job, by others than the owner */
    /* bit i: member i is there; the owner always is */
    _Alignas(64) atomic_uint_fast32_t members;
    atomic_bool begun;

    /* To sleep and to wake. Whoever goes to sleep says so first and looks once more; whoever has
     * news for sleepers gives them first and looks for sleepers then: one of the two sees the
     * other (all four in one order, memory_order_seq_cst). */
    atomic_int sleepers;   /* members that wait for a job */
    atomic_bool awaited;   /* the owner waits for `done` */
    pthread_mutex_t mutex; /* held to sleep, and to wake others */
    pthread_cond_t news, finished;
};

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb"); /* `yield` does nothing on most of them */
#endif
}

static void destroy(void *object) {
    ag_team *team = object;
    pthread_cond_destroy(&team->finished);
    pthread_cond_destroy(&team->news);
    pthread_mutex_destroy(&team->mutex);
}

ag_team *ag_team_new(ag_arena *arena) {
    ag_team *team = AG_NEW(arena, ag_team);
    if (!team) return NULL;
    atomic_init(&team->job, 0);
    atomic_init(&team->done, 0);
    atomic_init(&team->members, 1);
    atomic_init(&team->begun, false);
    atomic_init(&team->sleepers, 0);
    atomic_init(&team->awaited, false);
    pthread_condattr_t steady; /* a clock that nobody sets: sleep ends */
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->news, &steady);
    pthread_cond_init(&team->finished, NULL);
    pthread_condattr_destroy(&steady);
    return ag_arena_at_end(arena, destroy, team) ? team : NULL;
}

/* --- chunks -------------------------------------------------------------------- */

/* The next chunk of the open job; -1: none is left. */
static int take(ag_team *team) {
    uint64_t job = atomic_load_explicit(&team->job, memory_order_acquire);
    while (is_open(job))
        if (atomic_compare_exchange_weak_explicit(&team->job, &job, job + 1, memory_order_acq_rel,
                                                  memory_order_acquire))
            return (int)(job & FIELD_MASK);
    return -1;
}

static void wake(ag_team *team, pthread_cond_t *sleepers) {
    pthread_mutex_lock(&team->mutex);
    pthread_cond_broadcast(sleepers);
    pthread_mutex_unlock(&team->mutex);
}

/* --- the owner ------------------------------------------------------------------- */

void ag_team_begin(ag_team *team) { atomic_store(&team->begun, true); }

void ag_team_end(ag_team *team) {
    atomic_store(&team->begun, false);
    if (atomic_load(&team->sleepers)) wake(team, &team->news);
}

/* Until others have done n chunks. */
static void await(ag_team *team, int n) {
    const double began = ag_clock_now();
    for (int i = 1; atomic_load_explicit(&team->done, memory_order_acquire) < n; i++) {
        relax();
        if (i % 64 || ag_clock_now() - began < PATIENCE) continue;
        pthread_mutex_lock(&team->mutex);
        atomic_store(&team->awaited, true);
        while (atomic_load(&team->done) < n)
            pthread_cond_wait(&team->finished, &team->mutex);
        atomic_store(&team->awaited, false);
        pthread_mutex_unlock(&team->mutex);
        return;
    }
}

void ag_team_for(ag_team *team, int n_chunks, ag_team_work *work, void *context) {
    if (!team || n_chunks < 2 || n_chunks > AG_TEAM_CHUNKS_MAX ||
        atomic_load_explicit(&team->members, memory_order_relaxed) == 1) {
        for (int i = 0; i < n_chunks; i++)
            work(context, i, 0);
        return;
    }
    team->work = work;
    team->context = context;
    atomic_store_explicit(&team->done, 0, memory_order_relaxed);
    atomic_store(&team->job, job_of(++team->number, n_chunks));
    if (atomic_load(&team->sleepers)) wake(team, &team->news);
    int mine = 0;
    for (int chunk; (chunk = take(team)) >= 0; mine++)
        work(context, chunk, 0);
    if (mine < n_chunks) await(team, n_chunks - mine);
}

/* --- the others --------------------------------------------------------------------- */

/* A number among the members; 0: all are taken. */
static int join(ag_team *team) {
    uint_fast32_t members = atomic_load(&team->members);
    for (;;) {
        int free = 1;
        while (free < AG_TEAM_MEMBERS_MAX && members >> free & 1)
            free++;
        if (free == AG_TEAM_MEMBERS_MAX) return 0;
        if (atomic_compare_exchange_weak(&team->members, &members, members | UINT32_C(1) << free))
            return free;
    }
}

static bool has_news(ag_team *team) {
    return is_open(atomic_load(&team->job)) || !atomic_load(&team->begun);
}

/* Until there may be a chunk, or the team ends. false: neither came. */
static bool look_for_work(ag_team *team) {
    const double began = ag_clock_now();
    for (int i = 1; !has_news(team); i++) {
        relax();
        if (i % 64 || ag_clock_now() - began < PATIENCE) continue;
        pthread_mutex_lock(&team->mutex);
        atomic_fetch_add(&team->sleepers, 1);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += SLEEP_NANOSECONDS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        int code = 0;
        while (!has_news(team) && code == 0)
            code = pthread_cond_timedwait(&team->news, &team->mutex, &until);
        atomic_fetch_sub(&team->sleepers, 1);
        pthread_mutex_unlock(&team->mutex);
        return has_news(team);
    }
    return true;
}

int ag_team_members(ag_team *team) {
    int n = 0;
    if (!team) return 1;
    for (uint_fast32_t members = atomic_load(&team->members); members; members &= members - 1)
        n++;
    return n;
}

long ag_team_help(ag_team *team, long most) {
    const int member = atomic_load(&team->begun) ? join(team) : 0;
    if (!member) return -1;
    long n = 0;
    while (n != most && atomic_load_explicit(&team->begun, memory_order_acquire)) {
        const int chunk = take(team);
        if (chunk < 0) {
            if (!look_for_work(team)) break;
            continue;
        }
        team->work(team->context, chunk, member);
        n++;
        atomic_fetch_add(&team->done, 1);
        if (atomic_load(&team->awaited)) wake(team, &team->finished);
    }
    atomic_fetch_and(&team->members, ~(UINT32_C(1) << member));
    return n;
}
