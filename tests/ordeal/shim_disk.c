/* For LD_PRELOAD: what a program does to the files below a folder, in order, and an end at any of
 * these.
 *
 *   AG_DISK_ROOT   the folder, absolute
 *   AG_DISK_LOG    a file outside of it: every operation is appended, with its bytes, and what the
 *                  program says on stderr, between the operations where it says so (disk.py)
 *   AG_DISK_KILL   N: SIGKILL instead of the N-th operation, counted from 1
 *   AG_DISK_NAME   only operations on files with this in their name are counted
 *   AG_DISK_CUT    0 to 1000: if that is a write, thousandths of it are written before (0)
 *
 * Operations are what changes files, folders or how durable they are; they happen one at a time. A
 * file mapped for writing is compared with what it was at every sync. What libc does inside of
 * itself (fopen, mkstemp) is not seen: no store is written with it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FDS = 1024, MAPPINGS = 16, LOG_FD = 1000, NAME = 2 * PATH_MAX };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static long count, kill_at, cut;
static const char *counted_name = "";
static bool watched[FDS], counted[FDS];

/* A file mapped for writing, and its bytes as last logged. */
static struct mapping {
    unsigned char *at, *copy;
    size_t n;
    long id;
} mappings[MAPPINGS];
static long n_mapped;

/* --- the log ------------------------------------------------------------------------------ */

/* In front of path, other path (rename, link) and bytes. Little-endian, as this machine. */
typedef struct record {
    char kind; /* see disk.py */
    char gap[3];
    int32_t fd;
    int64_t at; /* offset, length or flags */
    uint32_t path, other;
    uint64_t bytes;
} record;

static void note(char kind, int fd, int64_t at, const char *path, const char *other,
                 const void *bytes, size_t n) {
    if (log_fd < 0) return;
    const record head = {
        kind, {0}, fd, at, path ? (uint32_t)strlen(path) : 0, other ? (uint32_t)strlen(other) : 0,
        n};
    const struct iovec parts[] = {{(void *)(uintptr_t)&head, sizeof head},
                                  {(void *)(uintptr_t)path, head.path},
                                  {(void *)(uintptr_t)other, head.other},
                                  {(void *)(uintptr_t)bytes, n}};
    const size_t all = sizeof head + head.path + head.other + n;
    if (syscall(SYS_writev, log_fd, parts, 4) != (long)all) {
        static const char words[] = "shim_disk: the log could not be written\n";
        syscall(SYS_write, STDERR_FILENO, words, sizeof words - 1);
        syscall(SYS_kill, getpid(), SIGABRT);
    }
}

static ssize_t say(void *self, const char *text, size_t n) {
    (void)self;
    pthread_mutex_lock(&lock);
    note('A', STDERR_FILENO, 0, NULL, NULL, text, n);
    for (size_t done = 0; done < n;) {
        const long some = syscall(SYS_write, STDERR_FILENO, text + done, n - done);
        if (some <= 0) break;
        done += (size_t)some;
    }
    pthread_mutex_unlock(&lock);
    return (ssize_t)n;
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("AG_DISK_ROOT"), *log = getenv("AG_DISK_LOG"),
               *instant = getenv("AG_DISK_KILL"), *share = getenv("AG_DISK_CUT"),
               *part = getenv("AG_DISK_NAME");
    if (!folder || !realpath(folder, root)) return;
    root_length = strlen(root);
    kill_at = instant ? atol(instant) : 0;
    cut = share ? atol(share) : 0;
    counted_name = part ? part : "";
    if (!log) return;
    const long fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0666);
    log_fd = (int)syscall(SYS_dup3, (int)fd, LOG_FD, O_CLOEXEC);
    syscall(SYS_close, (int)fd);
    note('S', 0, 0, NULL, NULL, NULL, 0);
    stderr = fopencookie(NULL, "w", (cookie_io_functions_t){.write = say});
    if (stderr) setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
}

/* --- helpers ---------------------------------------------------------------------------------- */

/* The absolute name, if it lies below the root. */
static bool is_watched(int folder, const char *path, char name[NAME]) {
    if (!root_length || !path) return false;
    char base[PATH_MAX] = "";
    if (path[0] != '/') {
        char link[64];
        if (folder == AT_FDCWD)
            snprintf(link, sizeof link, "/proc/self/cwd");
        else
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        const ssize_t n = readlink(link, base, sizeof base - 1);
        if (n < 0) return false;
        base[n] = '\0';
    }
    snprintf(name, NAME, "%s%s%s", base, base[0] ? "/" : "", path);
    return strncmp(name, root, root_length) == 0 &&
           (name[root_length] == '/' || name[root_length] == '\0');
}

static bool has(int fd) { return fd >= 0 && fd < FDS && watched[fd]; }

static void end(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;)
        pause();
}

/* Whether the operation that comes is the one to end at. The lock is held. */
static bool is_last(bool counts) { return counts && ++count == kill_at; }

static bool counts(const char *name) { return strstr(name + root_length, counted_name) != NULL; }

static void enter(bool its_name_counts) {
    pthread_mutex_lock(&lock);
    if (is_last(its_name_counts)) end();
}

/* What the functions return; keeps errno. */
static int leave(int result) {
    const int cause = errno;
    pthread_mutex_unlock(&lock);
    errno = cause;
    return result;
}

static void look_at_mappings(void) {
    for (int i = 0; log_fd >= 0 && i < MAPPINGS; i++) {
        struct mapping *m = &mappings[i];
        enum { PIECE = 512 };
        for (size_t at = 0; m->at && at < m->n; at += PIECE) {
            const size_t n = m->n - at < PIECE ? m->n - at : PIECE;
            if (memcmp(m->at + at, m->copy + at, n) == 0) continue;
            memcpy(m->copy + at, m->at + at, n);
            note('V', (int)m->id, (int64_t)at, NULL, NULL, m->copy + at, n);
        }
    }
}

/* --- files ---------------------------------------------------------------------------------- */

static int open_any(int folder, const char *path, int flags, mode_t mode) {
    char name[NAME];
    if (!is_watched(folder, path, name)) {
        const int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
        if (fd >= 0 && fd < FDS) watched[fd] = false;
        return fd;
    }
    struct stat before;
    pthread_mutex_lock(&lock);
    const bool there = fstatat(folder, path, &before, 0) == 0;
    const bool changes = flags & O_TRUNC || (flags & O_CREAT && !there);
    if (changes && is_last(counts(name))) end();
    const int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0 && fd < FDS) {
        watched[fd] = true;
        counted[fd] = counts(name);
        note('O', fd, flags, name, NULL, NULL, 0);
    }
    return leave(fd);
}

#define MODE_OF(mode, flags)                                                                       \
    mode_t mode = 0;                                                                               \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                           \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode = va_arg(args, mode_t);                                                               \
        va_end(args);                                                                              \
    }

int open(const char *path, int flags, ...) {
    MODE_OF(mode, flags)
    return open_any(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE_OF(mode, flags)
    return open_any(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
    MODE_OF(mode, flags)
    return open_any(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE_OF(mode, flags)
    return open_any(folder, path, flags, mode);
}

int creat(const char *path, mode_t mode) {
    return open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int fd) {
    if (!has(fd)) return (int)syscall(SYS_close, fd);
    pthread_mutex_lock(&lock);
    watched[fd] = false;
    note('C', fd, 0, NULL, NULL, NULL, 0);
    return leave((int)syscall(SYS_close, fd));
}

/* at < 0: where the file stands. */
static ssize_t write_some(int fd, const void *bytes, size_t n, off_t at) {
    return at < 0 ? syscall(SYS_write, fd, bytes, n) : syscall(SYS_pwrite64, fd, bytes, n, at);
}

static ssize_t write_any(int fd, const void *bytes, size_t n, off_t at) {
    if (!has(fd)) return write_some(fd, bytes, n, at);
    pthread_mutex_lock(&lock);
    if (is_last(counted[fd])) {
        if (cut > 0) write_some(fd, bytes, n * (size_t)cut / 1000, at);
        end();
    }
    const ssize_t done = write_some(fd, bytes, n, at);
    const int cause = errno;
    if (done > 0)
        note('W', fd, at < 0 ? lseek(fd, 0, SEEK_CUR) - done : at, NULL, NULL, bytes, (size_t)done);
    pthread_mutex_unlock(&lock);
    errno = cause;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t n) { return write_any(fd, bytes, n, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) {
    return write_any(fd, bytes, n, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t at) {
    return write_any(fd, bytes, n, at);
}

static ssize_t write_parts(int fd, const struct iovec *parts, int n, off_t at) {
    ssize_t all = 0;
    for (int i = 0; i < n; i++) {
        const ssize_t done =
            write_any(fd, parts[i].iov_base, parts[i].iov_len, at < 0 ? at : at + all);
        if (done < 0) return all > 0 ? all : done;
        all += done;
        if ((size_t)done < parts[i].iov_len) break;
    }
    return all;
}

ssize_t writev(int fd, const struct iovec *parts, int n) { return write_parts(fd, parts, n, -1); }
ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at) {
    return write_parts(fd, parts, n, at);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int n, off_t at) {
    return write_parts(fd, parts, n, at);
}

int ftruncate(int fd, off_t length) {
    if (!has(fd)) return (int)syscall(SYS_ftruncate, fd, length);
    enter(counted[fd]);
    const int result = (int)syscall(SYS_ftruncate, fd, length);
    if (result == 0) note('T', fd, length, NULL, NULL, NULL, 0);
    return leave(result);
}

int ftruncate64(int fd, off_t length) { return ftruncate(fd, length); }

int fallocate(int fd, int mode, off_t at, off_t n) {
    if (!has(fd)) return (int)syscall(SYS_fallocate, fd, mode, at, n);
    enter(counted[fd]);
    const int result = (int)syscall(SYS_fallocate, fd, mode, at, n);
    if (result == 0 && !(mode & FALLOC_FL_KEEP_SIZE)) note('G', fd, at + n, NULL, NULL, NULL, 0);
    return leave(result);
}

int fallocate64(int fd, int mode, off_t at, off_t n) { return fallocate(fd, mode, at, n); }
int posix_fallocate(int fd, off_t at, off_t n) { return fallocate(fd, 0, at, n) ? errno : 0; }
int posix_fallocate64(int fd, off_t at, off_t n) { return posix_fallocate(fd, at, n); }

static int sync_any(int fd, long number) {
    if (!has(fd)) return (int)syscall(number, fd);
    enter(counted[fd]);
    look_at_mappings();
    const int result = (int)syscall(number, fd);
    if (result == 0) note('F', fd, 0, NULL, NULL, NULL, 0);
    return leave(result);
}

int fsync(int fd) { return sync_any(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_any(fd, SYS_fdatasync); }

/* --- files in memory ------------------------------------------------------------------------ */

void *mmap64(void *where, size_t n, int protection, int flags, int fd, off_t at) {
    void *result = (void *)syscall(SYS_mmap, where, n, protection, flags, fd, at);
    if (log_fd < 0 || !has(fd) || !(flags & MAP_SHARED) || !(protection & PROT_WRITE) ||
        result == MAP_FAILED)
        return result;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < MAPPINGS; i++) {
        struct mapping *m = &mappings[i];
        if (m->at) continue;
        m->copy = malloc(n);
        if (!m->copy) break;
        memcpy(m->copy, result, n);
        m->at = result;
        m->n = n;
        m->id = ++n_mapped;
        const int64_t what[] = {m->id, at};
        note('Y', fd, 0, NULL, NULL, what, sizeof what);
        break;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

void *mmap(void *where, size_t n, int protection, int flags, int fd, off_t at) {
    return mmap64(where, n, protection, flags, fd, at);
}

int munmap(void *where, size_t n) {
    pthread_mutex_lock(&lock);
    for (int i = 0; i < MAPPINGS; i++) {
        struct mapping *m = &mappings[i];
        if (!m->at || m->at != where) continue;
        look_at_mappings();
        free(m->copy);
        *m = (struct mapping){0};
    }
    return leave((int)syscall(SYS_munmap, where, n));
}

/* --- folders -------------------------------------------------------------------------------- */

static int unlink_any(int folder, const char *path, int flags) {
    char name[NAME];
    if (!is_watched(folder, path, name)) return (int)syscall(SYS_unlinkat, folder, path, flags);
    enter(counts(name));
    const int result = (int)syscall(SYS_unlinkat, folder, path, flags);
    if (result == 0) note(flags & AT_REMOVEDIR ? 'X' : 'U', -1, 0, name, NULL, NULL, 0);
    return leave(result);
}

int unlink(const char *path) { return unlink_any(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return unlink_any(folder, path, flags); }
int rmdir(const char *path) { return unlink_any(AT_FDCWD, path, AT_REMOVEDIR); }

int remove(const char *path) {
    return unlink(path) == 0 || (errno == EISDIR && rmdir(path) == 0) ? 0 : -1;
}

int mkdirat(int folder, const char *path, mode_t mode) {
    char name[NAME];
    if (!is_watched(folder, path, name)) return (int)syscall(SYS_mkdirat, folder, path, mode);
    enter(counts(name));
    const int result = (int)syscall(SYS_mkdirat, folder, path, mode);
    if (result == 0) note('M', -1, 0, name, NULL, NULL, 0);
    return leave(result);
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    char name[NAME], other[NAME];
    if (!is_watched(from_folder, from, name) || !is_watched(to_folder, to, other))
        return (int)syscall(SYS_renameat, from_folder, from, to_folder, to);
    enter(counts(name) || counts(other));
    const int result = (int)syscall(SYS_renameat, from_folder, from, to_folder, to);
    if (result == 0) note('R', -1, 0, name, other, NULL, 0);
    return leave(result);
}

int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int link(const char *from, const char *to) {
    char name[NAME], other[NAME];
    if (!is_watched(AT_FDCWD, from, name) || !is_watched(AT_FDCWD, to, other))
        return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
    enter(counts(name) || counts(other));
    const int result = (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (result == 0) note('L', -1, 0, name, other, NULL, 0);
    return leave(result);
}
