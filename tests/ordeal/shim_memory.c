/* Memory that runs out. Loaded before a program, it counts what the program asks for from the
 * beginning of main to its end, and refuses what it is told to:
 *
 *     MEMORY_FAULT=from:N   the Nth request and all behind it
 *     MEMORY_FAULT=once:N   only the Nth
 *     MEMORY_COUNT=file     gets, when main ends: how many there were
 *
 * A request is malloc and its relatives, mmap, and a thread, which needs a stack. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The C library's own, which dlsym needs, too. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *old, size_t n);
void *__libc_memalign(size_t align, size_t n);

/* What the program would have called had this not been here. */
void *memalign(size_t align, size_t n);
int __libc_start_main(int (*entry)(int, char **, char **), int n, char **words, void (*begin)(void),
                      void (*end)(void), void (*loader_end)(void), void *stack);

static struct {
    atomic_bool counts;
    atomic_long asked;
    long from, once;
    int (*entry)(int, char **, char **);
} memory;

#define NEXT(name)                                                                                 \
    static __typeof__(&name) next;                                                                 \
    if (!next) {                                                                                   \
        void *symbol = dlsym(RTLD_NEXT, #name);                                                    \
        memcpy(&next, &symbol, sizeof next);                                                       \
    }

static bool refused(void) {
    if (!atomic_load(&memory.counts)) return false;
    const long n = atomic_fetch_add(&memory.asked, 1) + 1;
    const bool no = (memory.from && n >= memory.from) || n == memory.once;
    if (no) errno = ENOMEM;
    return no;
}

void *malloc(size_t n) { return refused() ? NULL : __libc_malloc(n); }
void *calloc(size_t count, size_t n) { return refused() ? NULL : __libc_calloc(count, n); }
void *realloc(void *old, size_t n) { return refused() ? NULL : __libc_realloc(old, n); }
void *memalign(size_t align, size_t n) { return refused() ? NULL : __libc_memalign(align, n); }
void *aligned_alloc(size_t align, size_t n) { return memalign(align, n); }

int posix_memalign(void **out, size_t align, size_t n) {
    void *at = memalign(align, n);
    if (!at) return ENOMEM;
    *out = at;
    return 0;
}

void *mmap(void *at, size_t n, int access, int flags, int fd, off_t from) {
    NEXT(mmap)
    return refused() ? MAP_FAILED : next(at, n, access, flags, fd, from);
}

void *mmap64(void *at, size_t n, int access, int flags, int fd, off64_t from) {
    NEXT(mmap64)
    return refused() ? MAP_FAILED : next(at, n, access, flags, fd, from);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *self) {
    NEXT(pthread_create)
    return refused() ? EAGAIN : next(thread, how, run, self);
}

static void tell(void) {
    const char *path = getenv("MEMORY_COUNT");
    const int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    char text[32];
    const int n = snprintf(text, sizeof text, "%ld\n", atomic_load(&memory.asked));
    if (fd >= 0 && write(fd, text, (size_t)n) == n) close(fd);
}

static int run_main(int n, char **words, char **environment) {
    const char *fault = getenv("MEMORY_FAULT");
    const bool once = fault && strncmp(fault, "once:", 5) == 0;
    *(once ? &memory.once : &memory.from) = fault ? strtol(fault + 5, NULL, 10) : 0;
    atomic_store(&memory.counts, true);
    const int code = memory.entry(n, words, environment);
    atomic_store(&memory.counts, false);
    tell();
    return code;
}

int __libc_start_main(int (*entry)(int, char **, char **), int n, char **words, void (*begin)(void),
                      void (*end)(void), void (*loader_end)(void), void *stack) {
    NEXT(__libc_start_main)
    memory.entry = entry;
    return next(run_main, n, words, begin, end, loader_end, stack);
}
