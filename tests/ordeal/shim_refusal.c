/* A disk that fails. Loaded before a program, it counts what the program asks of the files below a
 * folder and refuses what it is told to:
 *
 *     DISK_FOLDER=/a/b      absolute; other files are left alone
 *     DISK_FAULT=space:N    room for N more bytes, then ENOSPC, until something is removed or cut
 *     DISK_FAULT=from:N:E   the Nth change and all behind it fail with errno E
 *     DISK_FAULT=once:N:E   only the Nth does
 *     DISK_FAULT=kill:N     instead of the Nth change, SIGKILL
 *     DISK_FAULT=short:N    a write takes N bytes at most, every other one is interrupted (EINTR)
 *     DISK_TYPE=0x6969      what statfs says that all folders lie on; not 0: no memory is shared
 *                           through the files of the folder, as on a network: mapping one for that
 *                           fails, and is counted
 *     DISK_COUNT=file       gets, when the program ends: changes asked for, bytes written, mappings
 *
 * A change is: open for writing, write, truncate, sync, rename, unlink, make a folder. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { FILES_MAX = 4096, PATH_BYTES = 4096 };

static struct {
    char folder[PATH_BYTES], kind[8], count_file[PATH_BYTES];
    long at, type;
    int error;
    bool is_on;
    atomic_long changes, written, mapped, writes;
    atomic_bool ours[FILES_MAX]; /* by descriptor */
} disk;

/* ISO C has no conversion from an object to a function. */
#define NEXT(name)                                                                                 \
    static __typeof__(&name) next;                                                                 \
    if (!next) {                                                                                   \
        void *symbol = dlsym(RTLD_NEXT, #name);                                                    \
        memcpy(&next, &symbol, sizeof next);                                                       \
    }

__attribute__((constructor)) static void read_orders(void) {
    const char *folder = getenv("DISK_FOLDER"), *fault = getenv("DISK_FAULT");
    const char *type = getenv("DISK_TYPE"), *count = getenv("DISK_COUNT");
    if (!folder) return;
    disk.is_on = true;
    snprintf(disk.folder, sizeof disk.folder, "%s", folder);
    snprintf(disk.count_file, sizeof disk.count_file, "%s", count ? count : "");
    disk.type = type ? strtol(type, NULL, 0) : 0;
    if (fault && sscanf(fault, "%7[a-z]:%ld:%d", disk.kind, &disk.at, &disk.error) < 2) {
        fputs("shim_refusal: DISK_FAULT is not understood\n", stderr);
        _exit(99);
    }
}

__attribute__((destructor)) static void tell(void) {
    FILE *file = disk.count_file[0] ? fopen(disk.count_file, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld %ld %ld\n", atomic_load(&disk.changes), atomic_load(&disk.written),
            atomic_load(&disk.mapped));
    fclose(file);
}

static bool is_ours(const char *path) {
    char whole[PATH_BYTES];
    if (!disk.is_on || !path) return false;
    if (path[0] != '/') {
        if (!getcwd(whole, sizeof whole)) return false;
        const size_t n = strlen(whole);
        snprintf(whole + n, sizeof whole - n, "/%s", path);
        path = whole;
    }
    return strncmp(path, disk.folder, strlen(disk.folder)) == 0;
}

static bool is_our_file(int fd) { return fd >= 0 && fd < FILES_MAX && atomic_load(&disk.ours[fd]); }

/* One more change: whether it is refused, and then errno. */
static bool refused(void) {
    const long n = atomic_fetch_add(&disk.changes, 1) + 1;
    const bool no = (strcmp(disk.kind, "from") == 0 && n >= disk.at) ||
                    (strcmp(disk.kind, "once") == 0 && n == disk.at);
    if (strcmp(disk.kind, "kill") == 0 && n == disk.at) raise(SIGKILL);
    if (no) errno = disk.error;
    return no;
}

/* How many of n bytes there is room for; below 0: none, and errno. */
static ssize_t room_for(size_t n) {
    if (refused()) return -1;
    if (strcmp(disk.kind, "short") == 0) {
        if (atomic_fetch_add(&disk.writes, 1) % 2) {
            errno = EINTR;
            return -1;
        }
        if (n > (size_t)disk.at) n = (size_t)disk.at;
    }
    const long before = atomic_fetch_add(&disk.written, (long)n);
    if (strcmp(disk.kind, "space") != 0 || before + (long)n <= disk.at) return (ssize_t)n;
    const long fits = before < disk.at ? disk.at - before : 0;
    atomic_fetch_sub(&disk.written, (long)n - fits);
    if (fits == 0) errno = ENOSPC;
    return fits ? fits : -1;
}

/* --- opening ------------------------------------------------------------------------ */

static int note(int fd, bool ours) {
    if (fd >= 0 && fd < FILES_MAX) atomic_store(&disk.ours[fd], ours);
    return fd;
}

/* SQLite's index of its log is memory, not a file that must last. */
static bool may_open(const char *path, int flags) {
    return !is_ours(path) || (flags & O_ACCMODE) == O_RDONLY || strstr(path, "-shm") || !refused();
}

static int mode_of(int flags, va_list args) {
    return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(args, int) : 0;
}

int open(const char *path, int flags, ...) {
    NEXT(open)
    va_list args;
    va_start(args, flags);
    const int mode = mode_of(flags, args);
    va_end(args);
    return may_open(path, flags) ? note(next(path, flags, mode), is_ours(path)) : -1;
}

int open64(const char *path, int flags, ...) {
    NEXT(open64)
    va_list args;
    va_start(args, flags);
    const int mode = mode_of(flags, args);
    va_end(args);
    return may_open(path, flags) ? note(next(path, flags, mode), is_ours(path)) : -1;
}

FILE *fopen(const char *path, const char *mode) {
    NEXT(fopen)
    if (!may_open(path, strpbrk(mode, "wa+") ? O_WRONLY : O_RDONLY)) return NULL;
    FILE *file = next(path, mode);
    if (file) note(fileno(file), is_ours(path));
    return file;
}

int close(int fd) {
    NEXT(close)
    note(fd, false);
    return next(fd);
}

/* --- changing ----------------------------------------------------------------------- */

ssize_t write(int fd, const void *bytes, size_t n) {
    NEXT(write)
    const ssize_t fits = is_our_file(fd) ? room_for(n) : (ssize_t)n;
    return fits < 0 ? -1 : next(fd, bytes, (size_t)fits);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) {
    NEXT(pwrite)
    const ssize_t fits = is_our_file(fd) ? room_for(n) : (ssize_t)n;
    return fits < 0 ? -1 : next(fd, bytes, (size_t)fits, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) {
    NEXT(pwrite64)
    const ssize_t fits = is_our_file(fd) ? room_for(n) : (ssize_t)n;
    return fits < 0 ? -1 : next(fd, bytes, (size_t)fits, at);
}

#define CHANGES_FILE(name, ...)                                                                    \
    NEXT(name)                                                                                     \
    return is_our_file(fd) && refused() ? -1 : next(__VA_ARGS__)

int ftruncate(int fd, off_t n) { CHANGES_FILE(ftruncate, fd, n); }
int ftruncate64(int fd, off64_t n) { CHANGES_FILE(ftruncate64, fd, n); }
int fsync(int fd) { CHANGES_FILE(fsync, fd); }
int fdatasync(int fd) { CHANGES_FILE(fdatasync, fd); }

#define CHANGES_FOLDER(name, ...)                                                                  \
    NEXT(name)                                                                                     \
    return is_ours(path) && refused() ? -1 : next(__VA_ARGS__)

int rename(const char *path, const char *to) { CHANGES_FOLDER(rename, path, to); }
int unlink(const char *path) { CHANGES_FOLDER(unlink, path); }
int mkdir(const char *path, mode_t mode) { CHANGES_FOLDER(mkdir, path, mode); }

/* --- of another kind ---------------------------------------------------------------- */

static int pretend(int code, struct statfs *s) {
    if (code == 0 && disk.type) s->f_type = disk.type;
    return code;
}

int statfs(const char *path, struct statfs *s) {
    NEXT(statfs)
    return pretend(next(path, s), s);
}

static bool may_map(int flags, int fd) {
    if (!disk.type || !(flags & MAP_SHARED) || !is_our_file(fd)) return true;
    atomic_fetch_add(&disk.mapped, 1);
    errno = ENODEV;
    return false;
}

void *mmap(void *at, size_t n, int access, int flags, int fd, off_t from) {
    NEXT(mmap)
    return may_map(flags, fd) ? next(at, n, access, flags, fd, from) : MAP_FAILED;
}

void *mmap64(void *at, size_t n, int access, int flags, int fd, off64_t from) {
    NEXT(mmap64)
    return may_map(flags, fd) ? next(at, n, access, flags, fd, from) : MAP_FAILED;
}
