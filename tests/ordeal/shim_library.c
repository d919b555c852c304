/* A library with side effects, for LD_PRELOAD: what it changes as it is loaded, it changes for the
 * program.
 *
 *     AG_LIBRARY        words: ftz, daz (small numbers are flushed to zero, as results or as
 * operands: what is linked with -ffast-math sets both), up (rounding), locale (that of the
 *                       environment, for all that prints and reads numbers)
 *     AG_LIBRARY_AT     load: when it is loaded (and threads inherit it); threads: in every new
 * thread; maps: whenever memory is mapped, so also in the middle of a trial
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

static bool asks(const char *variable, const char *word) {
    const char *words = getenv(variable);
    return words && strstr(words, word);
}

static void change_mode(void) {
#if defined(__x86_64__)
    if (asks("AG_LIBRARY", "ftz")) _mm_setcsr(_mm_getcsr() | 0x8000u);
    if (asks("AG_LIBRARY", "daz")) _mm_setcsr(_mm_getcsr() | 0x0040u);
#endif
    if (asks("AG_LIBRARY", "up")) fesetround(FE_UPWARD);
}

__attribute__((constructor)) static void load(void) {
    if (asks("AG_LIBRARY", "locale")) setlocale(LC_ALL, "");
    if (asks("AG_LIBRARY_AT", "load")) change_mode();
}

/* What a thread is to do. */
typedef struct task {
    void *(*run)(void *self);
    void *self;
} task;

static void *change_and_run(void *self) {
    const task t = *(const task *)self;
    free(self);
    change_mode();
    return t.run(t.self);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *self) {
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&create = dlsym(RTLD_NEXT, "pthread_create");
    task *t = asks("AG_LIBRARY_AT", "threads") ? malloc(sizeof *t) : NULL;
    if (!t) return create(thread, how, run, self);
    *t = (task){run, self};
    return create(thread, how, change_and_run, t);
}

void *mmap(void *at, size_t n, int protection, int flags, int file, off_t offset) {
    void *(*map)(void *, size_t, int, int, int, off_t);
    *(void **)&map = dlsym(RTLD_NEXT, "mmap");
    if (asks("AG_LIBRARY_AT", "maps")) change_mode();
    return map(at, n, protection, flags, file, offset);
}
