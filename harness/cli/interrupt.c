#include "harness/cli/interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static atomic_int stop; /* a handler has nothing else to reach */
static const char *saying;

/* The first signal asks the workers to leave; the second does not ask. */
static void on_signal(int signal) {
    if (atomic_exchange(&stop, 1)) _exit(128 + signal);
    (void)!write(STDERR_FILENO, saying, strlen(saying));
}

atomic_int *ag_interrupt_listen(const char *words) {
    saying = words;
    struct sigaction action = {.sa_handler = on_signal}, before;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) /* nohup */
        sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    return &stop;
}

void ag_interrupt_end(void) { signal(SIGPIPE, SIG_DFL); }
