#include "harness/cli/interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { INTERRUPTED = 130 };

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { N_SIGNALS = sizeof signals / sizeof *signals };

/* A handler has nothing else to reach. */
static atomic_int stop;
static _Atomic(const ag_interrupt *) now;

static void on_signal(int signal) {
    if (atomic_exchange(&stop, 1)) _exit(128 + signal);
    const ag_interrupt *how = atomic_load(&now);
    (void)!write(STDERR_FILENO, how->words, strlen(how->words));
    if (how->leaves) _exit(INTERRUPTED);
}

/* But not what nohup has switched off. */
static void handle(void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < N_SIGNALS; i++)
        if (sigaction(signals[i], NULL, &before) == 0 &&
            (signals[i] != SIGHUP || before.sa_handler != SIG_IGN))
            sigaction(signals[i], &action, NULL);
}

atomic_int *ag_interrupt_listen(const ag_interrupt *how) {
    if (!atomic_exchange(&now, how)) {
        signal(SIGPIPE, SIG_IGN);
        handle(on_signal);
    }
    return &stop;
}

void ag_interrupt_end(void) {
    if (!atomic_load(&now)) return;
    handle(SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
}
