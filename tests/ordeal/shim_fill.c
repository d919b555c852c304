/* Memory with something in it, for LD_PRELOAD: what malloc and its like, mmap and the stack give
 * holds AG_FILL before it is written, and what is freed holds it afterwards. A program that reads
 * what it has not written then sees other numbers.
 *
 *     AG_FILL    0x00 to 0xff: each byte (0xff: a NaN in every float); random: bytes drawn from
 * AG_SEED
 *
 * Memory of calloc is not touched, nor is that of mmap with a file behind it: they promise what
 * they hold. An anonymous mmap promises zeros too; nobody here asks for them (arena.c). */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { STACK = 256 << 10 /* of each thread, filled before it begins */ };

static atomic_uint_fast64_t drawn;
static atomic_int kind = -2; /* a byte; -1: random; -2: not read yet */

static void fill(void *memory, size_t n) {
    int byte = atomic_load(&kind);
    if (byte == -2) {
        const char *word = getenv("AG_FILL"), *seed = getenv("AG_SEED");
        byte = word && strcmp(word, "random") == 0 ? -1
               : word                              ? (int)strtol(word, NULL, 0) & 255
                                                   : 0;
        atomic_store(&drawn, seed ? strtoull(seed, NULL, 10) + 1 : 1);
        atomic_store(&kind, byte);
    }
    if (byte >= 0) {
        memset(memory, byte, n);
        return;
    }
    uint64_t x = atomic_fetch_add(&drawn, UINT64_C(0x9E3779B97F4A7C15));
    for (unsigned char *at = memory; n > 0;) { /* xorshift */
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        const size_t some = n < sizeof x ? n : sizeof x;
        memcpy(at, &x, some);
        at += some, n -= some;
    }
}

/* glibc's own names of what is hidden here: no way round through dlsym, which takes memory itself.
 */
extern void *__libc_malloc(size_t n);
extern void *__libc_realloc(void *memory, size_t n);
extern void *__libc_memalign(size_t align, size_t n);
extern void __libc_free(void *memory);

static void *filled(void *memory) {
    if (memory) fill(memory, malloc_usable_size(memory));
    return memory;
}

void *malloc(size_t n) { return filled(__libc_malloc(n)); }
void *memalign(size_t align, size_t n) { return filled(__libc_memalign(align, n)); }
void *aligned_alloc(size_t align, size_t n) { return filled(__libc_memalign(align, n)); }

int posix_memalign(void **memory, size_t align, size_t n) {
    void *got = filled(__libc_memalign(align, n));
    if (!got) return ENOMEM;
    *memory = got;
    return 0;
}

void *realloc(void *memory, size_t n) {
    const size_t before = memory ? malloc_usable_size(memory) : 0;
    unsigned char *got = __libc_realloc(memory, n);
    const size_t now = got ? malloc_usable_size(got) : 0;
    if (now > before) fill(got + before, now - before);
    return got;
}

void free(void *memory) {
    if (memory) fill(memory, malloc_usable_size(memory));
    __libc_free(memory);
}

void *mmap(void *at, size_t n, int protection, int flags, int file, off_t offset) {
    static void *(*map)(void *, size_t, int, int, int, off_t);
    if (!map) *(void **)&map = dlsym(RTLD_NEXT, "mmap");
    void *got = map(at, n, protection, flags, file, offset);
    const bool is_ours =
        flags & MAP_ANONYMOUS && protection & PROT_WRITE && !(flags & MAP_NORESERVE);
    if (got != MAP_FAILED && is_ours) fill(got, n);
    return got;
}

/* --- stacks ----------------------------------------------------------------------------------- */

__attribute__((noinline)) static void fill_stack(void) {
    unsigned char below[STACK];
    fill(below, sizeof below);
    __asm__ volatile("" : : "r"(below) : "memory"); /* it is wanted */
}

typedef struct task {
    void *(*run)(void *self);
    void *self;
} task;

static void *fill_and_run(void *self) {
    const task t = *(const task *)self;
    free(self);
    fill_stack();
    return t.run(t.self);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *self) {
    static int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!create) *(void **)&create = dlsym(RTLD_NEXT, "pthread_create");
    task *t = malloc(sizeof *t);
    if (!t) return create(thread, how, run, self);
    *t = (task){run, self};
    return create(thread, how, fill_and_run, t);
}

__attribute__((constructor)) static void begin(void) { fill_stack(); }
