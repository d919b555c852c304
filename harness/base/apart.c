#include "harness/base/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* No last words of a dying library, no core file, no signals that are meant for the
 * program's own handlers. */
static void be_quiet(unsigned cpu_seconds) {
    static const int signals[] = {SIGPIPE, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU};
    static const int of_the_program[] = {SIGINT, SIGTERM, SIGHUP}; /* which ends this one */
    const struct rlimit no_core = {0, 0}, cpu = {cpu_seconds, cpu_seconds};
    const int null = open("/dev/null", O_WRONLY);
    if (null >= 0) dup2(null, STDERR_FILENO);
    setrlimit(RLIMIT_CORE, &no_core);
    setrlimit(RLIMIT_CPU, &cpu);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
    for (size_t i = 0; i < sizeof of_the_program / sizeof *of_the_program; i++)
        signal(of_the_program[i], SIG_IGN);
}

/* Also when the program is killed: what is open here is open as long as this process is, and with
 * it a store's lock is held. */
static void end_with(pid_t program) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != program) _exit(0); /* too late */
}

ag_status ag_apart_open(void (*work)(void *self, int out), void *self, unsigned cpu_seconds,
                        ag_apart *apart, ag_error *err) {
    int ends[2];
    if (pipe(ends) != 0)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "cannot open a pipe: %s", strerror(errno));
    const pid_t program = getpid(), process = fork();
    if (process == 0) {
        close(ends[0]);
        end_with(program);
        be_quiet(cpu_seconds);
        work(self, ends[1]);
        _exit(0);
    }
    const int reason = errno;
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "cannot start a process: %s", strerror(reason));
    }
    *apart = (ag_apart){.descriptor = ends[0], .process = process};
    return AG_OK;
}

bool ag_apart_read(const ag_apart *apart, void *bytes, size_t n) {
    for (size_t done = 0; done < n;) {
        const ssize_t got = read(apart->descriptor, (uint8_t *)bytes + done, n - done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        done += (size_t)got;
    }
    return true;
}

void ag_apart_close(ag_apart *apart) {
    close(apart->descriptor);
    kill(apart->process, SIGKILL); /* nobody has waited for it: the number is still its own */
    while (waitpid(apart->process, NULL, 0) < 0 && errno == EINTR)
        ;
}

bool ag_apart_write(int out, const void *bytes, size_t n) {
    for (size_t done = 0; done < n;) {
        const ssize_t wrote = write(out, (const uint8_t *)bytes + done, n - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        done += (size_t)wrote;
    }
    return true;
}
