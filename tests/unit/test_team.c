/* Teams: every chunk is done once, by one member; the numbers are those of one thread, however
 * many there are and whenever they come and go; whoever waits is woken. */
#include "check.h"

#include "harness/base/random.h"
#include "harness/base/team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { JOBS = 3000, CHUNKS_MAX = 40, GRAIN = 50, HELPERS_MAX = 20, VALUES = CHUNKS_MAX * GRAIN };

static void sleep_for(double seconds) {
    const struct timespec pause = {.tv_nsec = (long)(seconds * 1e9)};
    nanosleep(&pause, NULL);
}

typedef struct helper {
    ag_team *team;
    const atomic_int *over;
    uint64_t seed;
    bool comes_and_goes;
    long done;
    pthread_t thread;
} helper;

static void *help(void *self) {
    helper *h = self;
    ag_stream random = ag_stream_open(h->seed, AG_RANDOM_TEST, 0);
    while (!atomic_load(h->over)) {
        const long most = h->comes_and_goes ? (long)(ag_random_bits(&random) % 20) : -1;
        const long n = ag_team_help(h->team, most);
        if (n > 0) h->done += n;
        if (n < 0) sleep_for(20e-6);
    }
    return NULL;
}

/* --- one job -------------------------------------------------------------------------- */

typedef struct job {
    float *values; /* [n_chunks * GRAIN] */
    int number, n_chunks;
    atomic_int times[CHUNKS_MAX];
    atomic_int busy[AG_TEAM_MEMBERS_MAX]; /* member is in a chunk */
    atomic_int wrong;
    int member[CHUNKS_MAX];
    bool slow;
} job;

/* A recurrence whose result depends on all that came before in this chunk, and on values of the
 * job before. */
static void chunk_of(void *context, int chunk, int member) {
    job *j = context;
    if (member < 0 || member >= AG_TEAM_MEMBERS_MAX || atomic_fetch_add(&j->busy[member], 1))
        atomic_fetch_add(&j->wrong, 1);
    atomic_fetch_add(&j->times[chunk], 1);
    j->member[chunk] = member;
    if (j->slow && member) sleep_for(300e-6); /* the owner is done first, and sleeps */
    float x = (float)chunk;
    for (int i = chunk * GRAIN; i < (chunk + 1) * GRAIN; i++) {
        x = 0.9F * x + 0.1F * j->values[i] + (float)j->number / (float)(i + 1);
        j->values[i] = x;
    }
    atomic_fetch_sub(&j->busy[member], 1);
}

static void run_jobs(ag_team *team, uint64_t seed, bool pauses, float values[VALUES],
                     bool others[JOBS]) {
    static job j;
    ag_stream random = ag_stream_open(seed, AG_RANDOM_TEST, 1);
    memset(values, 0, VALUES * sizeof *values);
    for (int k = 0; k < JOBS; k++) {
        memset(&j, 0, sizeof j);
        j.values = values;
        j.number = k;
        j.n_chunks = (int)(ag_random_bits(&random) % (CHUNKS_MAX + 1));
        const uint32_t dice = ag_random_bits(&random);
        j.slow = pauses && dice % 100 == 0;
        if (pauses && dice % 100 == 1) sleep_for(300e-6); /* the others go to sleep */
        ag_team_for(team, j.n_chunks, chunk_of, &j);
        int wrong = atomic_load(&j.wrong);
        for (int c = 0; c < CHUNKS_MAX; c++) {
            wrong += atomic_load(&j.times[c]) != (c < j.n_chunks);
            others[k] |= j.member[c] > 0;
        }
        if (wrong) CHECK(!wrong, "job %d: %d chunks not done once, by one member", k, wrong);
    }
}

static float alone[VALUES];

static void test_members(int n_helpers, bool comes_and_goes) {
    static float values[VALUES];
    static bool others[JOBS];
    static helper h[HELPERS_MAX];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_team *team = ag_team_new(&arena);
    atomic_int over = 0;
    memset(others, 0, sizeof others);
    for (int i = 0; i < n_helpers; i++) {
        h[i] = (helper){team, &over, (uint64_t)i, comes_and_goes, 0, 0};
        pthread_create(&h[i].thread, NULL, help, &h[i]);
    }
    ag_team_begin(team);
    for (int i = 0; i < 20000 && n_helpers && ag_team_members(team) == 1; i++)
        sleep_for(100e-6); /* on a busy machine all jobs are done before a helper runs */
    run_jobs(team, 7, true, values, others);
    ag_team_end(team);
    atomic_store(&over, 1);
    long done = 0;
    for (int i = 0; i < n_helpers; i++) {
        pthread_join(h[i].thread, NULL);
        done += h[i].done;
    }
    int shared = 0;
    for (int k = 0; k < JOBS; k++)
        shared += others[k];
    CHECK(memcmp(values, alone, sizeof alone) == 0, "%d helpers%s: other numbers", n_helpers,
          comes_and_goes ? " that come and go" : "");
    CHECK((shared > 0) == (n_helpers > 0) && (done > 0) == (n_helpers > 0),
          "%d helpers did %ld chunks of %d jobs", n_helpers, done, shared);
    ag_arena_close(&arena);
}

/* --- joining ---------------------------------------------------------------------------- */

static void count(void *context, int chunk, int member) {
    (void)chunk;
    ((int *)context)[member]++;
}

static void test_nothing_to_join(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_team *team = ag_team_new(&arena);
    int n[AG_TEAM_MEMBERS_MAX] = {0};
    CHECK(ag_team_help(team, -1) == -1, "not begun");
    ag_team_begin(team);
    CHECK(ag_team_help(team, 0) == 0, "nothing is all it wanted to do");
    ag_team_for(team, 5, count, n);
    ag_team_end(team);
    CHECK(ag_team_help(team, -1) == -1, "ended");
    ag_team_for(team, 3, count, n);
    ag_team_for(NULL, 4, count, n);
    ag_team_for(NULL, 0, count, n);
    CHECK(n[0] == 12, "%d chunks", n[0]);
    ag_arena_close(&arena);
}

/* More chunks than a job word holds: the owner's alone, though there is somebody. */
static void test_too_many_to_share(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_team *team = ag_team_new(&arena);
    int n[AG_TEAM_MEMBERS_MAX] = {0};
    atomic_int over = 0;
    helper h = {.team = team, .over = &over};
    ag_team_begin(team);
    pthread_create(&h.thread, NULL, help, &h);
    for (int i = 0; i < 20000 && ag_team_members(team) == 1; i++)
        sleep_for(100e-6);
    ag_team_for(team, AG_TEAM_CHUNKS_MAX + 2, count, n);
    ag_team_end(team);
    atomic_store(&over, 1);
    pthread_join(h.thread, NULL);
    CHECK(n[0] == AG_TEAM_CHUNKS_MAX + 2 && h.done == 0, "%d chunks, %ld", n[0], h.done);
    ag_arena_close(&arena);
}

/* Teams one after the other, with the same helpers: the next trial of a run. */
static void test_begun_again(void) {
    static job j;
    static float values[VALUES];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_team *team = ag_team_new(&arena);
    atomic_int over = 0;
    helper h = {.team = team, .over = &over};
    pthread_create(&h.thread, NULL, help, &h);
    for (int k = 0; k < 200; k++) {
        memset(&j, 0, sizeof j);
        j.values = values;
        j.n_chunks = CHUNKS_MAX;
        ag_team_begin(team);
        ag_team_for(team, CHUNKS_MAX, chunk_of, &j);
        if (k % 10 == 0) sleep_for(200e-6);
        ag_team_for(team, CHUNKS_MAX, chunk_of, &j);
        ag_team_end(team);
        for (int c = 0; c < CHUNKS_MAX; c++)
            CHECK(atomic_load(&j.times[c]) == 2, "chunk %d", c);
    }
    atomic_store(&over, 1);
    pthread_join(h.thread, NULL);
    ag_arena_close(&arena);
}

static void test_no_memory(void) {
    for (long k = 0; k < 2; k++) {
        ag_arena arena = AG_ARENA_EMPTY;
        arena.fail_after = k;
        CHECK(ag_team_new(&arena) == NULL, "piece %ld", k);
        ag_arena_close(&arena);
    }
}

int main(void) {
    static bool others[JOBS];
    run_jobs(NULL, 7, true, alone, others);
    static const int helpers[] = {0, 1, 2, 7, HELPERS_MAX}; /* more than may join, at last */
    for (int i = 0; i < (int)(sizeof helpers / sizeof *helpers); i++)
        for (int go = 0; go < 2; go++)
            test_members(helpers[i], go);
    test_nothing_to_join();
    test_too_many_to_share();
    test_begun_again();
    test_no_memory();
    return check_report();
}
