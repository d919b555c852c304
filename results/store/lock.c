#define _DEFAULT_SOURCE /* flock */
#include "results/store/lock_private.h"

#include "harness/base/clock.h"
#include "results/store/file_system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 352, HOST_BYTES = 256, TRIES = 20 };

static const struct timespec PAUSE = {.tv_nsec = 10000000};

/* --- what the file says ---------------------------------------------------------------- */

/* "12 host 2026-03-01T12:34:56Z 8765\n": the last is when process 12 was started, in ticks since
 * the machine was, so that another one of the same number is told from it. */
typedef struct holder {
    long pid;
    unsigned long long started; /* 0: not known */
    char host[HOST_BYTES], since[AG_TIMESTAMP_MAX];
} holder;

static bool read_holder(int fd, holder *h) {
    char line[LINE_MAX_BYTES] = "";
    *h = (holder){0};
    return pread(fd, line, sizeof line - 1, 0) > 0 &&
           sscanf(line, "%ld %255s %31s %llu", &h->pid, h->host, h->since, &h->started) >= 3;
}

static void name_holder(int fd, char text[AG_HOLDER_MAX]) {
    holder h;
    if (read_holder(fd, &h))
        snprintf(text, AG_HOLDER_MAX, "process %ld on %s since %s", h.pid, h.host, h.since);
    else
        snprintf(text, AG_HOLDER_MAX, "another process");
}

/* Field 22 of /proc/<pid>/stat; the second may hold anything between brackets. 0: no such process.
 */
static unsigned long long start_of(long pid) {
    char path[64], text[1024] = "";
    unsigned long long ticks = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    const size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file) fclose(file);
    const char *at = n ? strrchr(text, ')') : NULL;
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at && sscanf(at, "%llu", &ticks) == 1 ? ticks : 0;
}

static void own_host(char host[HOST_BYTES]) {
    memset(host, 0, HOST_BYTES);
    gethostname(host, HOST_BYTES - 1);
    if (!host[0]) strcpy(host, "?");
    for (char *c = host; *c; c++)
        if (*c == ' ') *c = '_';
}

typedef enum life { DEAD, ALIVE, ELSEWHERE } life;

/* Of the process that the file names, where no lock tells. */
static life look_at(int fd) {
    holder h;
    char host[HOST_BYTES];
    own_host(host);
    if (!read_holder(fd, &h)) return DEAD;
    if (strcmp(h.host, host) != 0) return ELSEWHERE;
    const unsigned long long started = start_of(h.pid);
    return started && (!h.started || started == h.started) && h.pid != (long)getpid() ? ALIVE
                                                                                      : DEAD;
}

/* --- taking it --------------------------------------------------------------------------- */

static bool no_locks_here(int cause) {
    return cause == ENOLCK || cause == ENOSYS || cause == EOPNOTSUPP || cause == EINVAL;
}

static ag_status in_use(const ag_lock *lock, ag_error *err) {
    char who[AG_HOLDER_MAX];
    name_holder(lock->fd, who);
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "'%s' is in use by %s: wait until it ends, or choose"
                   " another folder with -o DIR",
                   lock->dir, who);
}

/* Opens and locks. *exists: the file system has locks. `status` holds a shared one for an instant
 * while it asks, and somebody may remove the file: so, patience. */
static ag_status lock_file(ag_lock *lock, bool *exists, ag_error *err) {
    for (int tries = 0;; tries++) {
        lock->fd = open(lock->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
        if (lock->fd < 0) return ag_file_trouble("create", lock->path, err);
        const bool locked = flock(lock->fd, LOCK_EX | LOCK_NB) == 0;
        const int cause = locked ? 0 : errno;
        *exists = locked || !no_locks_here(cause);
        if ((locked || !*exists) && ag_fd_is_at(lock->fd, lock->path)) return AG_OK;
        errno = cause;
        if (!locked && cause != EWOULDBLOCK && cause != EINTR && *exists)
            return ag_file_trouble("lock", lock->path, err);
        if (tries >= TRIES) return in_use(lock, err);
        close(lock->fd);
        lock->fd = -1;
        nanosleep(&PAUSE, NULL);
    }
}

static ag_status refuse_others(const ag_lock *lock, const ag_file_system *fs, ag_error *err) {
    char who[AG_HOLDER_MAX];
    switch (look_at(lock->fd)) {
    case DEAD: return AG_OK;
    case ALIVE: return in_use(lock, err);
    case ELSEWHERE: break;
    }
    name_holder(lock->fd, who);
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "'%s' was left as in use by %s, and on %s no lock tells whether that still runs:"
                   " if it does not, remove '%s' and run again",
                   lock->dir, who, fs->name, lock->path);
}

static ag_status write_holder(const ag_lock *lock, ag_error *err) {
    char line[LINE_MAX_BYTES], host[HOST_BYTES], now[AG_TIMESTAMP_MAX];
    own_host(host);
    const int n = snprintf(line, sizeof line, "%ld %s %s %llu\n", (long)getpid(), host,
                           ag_clock_stamp(now), start_of((long)getpid()));
    if (ftruncate(lock->fd, 0) != 0 || lseek(lock->fd, 0, SEEK_SET) != 0 ||
        !ag_fd_write(lock->fd, line, (size_t)n))
        return ag_file_trouble("write", lock->path, err);
    return AG_OK;
}

/* Without locks, two that begin in the same instant both find nobody: the one that wrote last
 * stays. */
static ag_status look_again(const ag_lock *lock, ag_error *err) {
    holder h;
    for (int i = 0; i < TRIES; i++)
        nanosleep(&PAUSE, NULL);
    if (ag_fd_is_at(lock->fd, lock->path) && read_holder(lock->fd, &h) && h.pid == (long)getpid())
        return AG_OK;
    return in_use(lock, err);
}

ag_status ag_lock_take(ag_lock *lock, const char *dir, ag_arena *arena, ag_error *err) {
    bool exists = true;
    ag_file_system fs;
    *lock = (ag_lock){.dir = dir, .path = ag_path_join(arena, dir, "lock"), .fd = -1};
    if (!lock->path) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    ag_file_system_of(dir, &fs);
    ag_status status = lock_file(lock, &exists, err);
    const bool tells = exists && (!fs.is_remote || fs.locks_reach);
    if (status == AG_OK && !tells) status = refuse_others(lock, &fs, err);
    if (status == AG_OK) status = write_holder(lock, err);
    if (status == AG_OK && !exists) status = look_again(lock, err);
    if (status == AG_OK) return AG_OK;
    if (lock->fd >= 0) close(lock->fd);
    lock->fd = -1;
    return status;
}

void ag_lock_release(ag_lock *lock) {
    if (lock->fd < 0) return;
    (void)!ftruncate(lock->fd, 0); /* nobody: what another machine would have to believe */
    close(lock->fd);               /* and with it goes the lock */
    lock->fd = -1;
}

ag_status ag_lock_check(const ag_lock *lock, ag_error *err) {
    struct stat at;
    if (ag_fd_is_at(lock->fd, lock->path)) return AG_OK;
    if (stat(lock->dir, &at) != 0 && errno == ENOENT)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "the folder '%s' was removed or renamed while the run went on: what was"
                       " finished is in it, if it is anywhere; run again with -o DIR",
                       lock->dir);
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "'%s' was removed or replaced while the run went on, so that another run could"
                   " write to the store: what was finished before is kept; run again",
                   lock->path);
}

bool ag_store_holder(const char *dir, char text[AG_HOLDER_MAX]) {
    ag_arena arena = AG_ARENA_EMPTY;
    const char *path = ag_path_join(&arena, dir, "lock");
    const int fd = path ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
    ag_arena_close(&arena);
    if (fd < 0) return false;
    ag_file_system fs;
    ag_file_system_of(dir, &fs);
    const bool free_here = flock(fd, LOCK_SH | LOCK_NB) == 0;
    bool held = !free_here && errno == EWOULDBLOCK;
    if (!held && (!free_here || (fs.is_remote && !fs.locks_reach))) held = look_at(fd) != DEAD;
    if (held) name_holder(fd, text);
    close(fd);
    return held;
}
