/* store/arrays: HDF5 that crashes is a sentence and exit code 3, also where it fills the stack:
 * without memory to begin with, 1.10 calls itself until there is none left (scripts/ordeal memory,
 * seed 2026). */
#define _XOPEN_SOURCE 700 /* sigaltstack */
#include "check.h"

#include "results/store/arrays/arrays_private.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each call needs the one within it, and none is the last: which a compiler cannot know. */
static int without_end(int depth) {
    volatile char here[4096];
    here[0] = 1;
    return here[0] ? without_end(depth + 1) + here[0] : depth;
}

static int through_null(void) {
    int *volatile nowhere = NULL;
    return *nowhere;
}

static int of_itself(void) { abort(); }
static int full_stack(void) { return without_end(0); }

/* Exit code of a process that listens and crashes; 0: somebody else catches crashes. */
static int code_of(int (*crash)(void)) {
    const pid_t process = fork();
    if (process == 0) {
        const struct rlimit small = {.rlim_cur = 1 << 20, .rlim_max = 1 << 20}, none = {0};
        ag_h5_ear ear;
        setrlimit(RLIMIT_STACK, &small);
        setrlimit(RLIMIT_CORE, &none);
        (void)!freopen("/dev/null", "w", stderr);
        ag_h5_listen(&ear, true);
        if (!ear.catches) _exit(0);
        _exit(crash());
    }
    int status = 0;
    CHECK(process > 0 && waitpid(process, &status, 0) == process, "no process");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void) {
    const int null = code_of(through_null), full = code_of(full_stack), own = code_of(of_itself);
    CHECK(null == 3 || null == 0, "a null pointer ends it with %d", null);
    CHECK(full == null, "a full stack ends it with %d", full);
    CHECK(own == null, "abort, as of memory freed twice, ends it with %d", own);
    ag_h5_ear ear;
    struct sigaction after;
    stack_t stack;
    ag_h5_listen(&ear, true);
    ag_h5_stop_listening();
    CHECK(sigaction(SIGSEGV, NULL, &after) == 0 && after.sa_handler == ear.before[0].sa_handler,
          "crashes are caught still");
    CHECK(sigaltstack(NULL, &stack) == 0 && stack.ss_sp != ear.stack, "a stack that is gone");
    return check_report();
}
