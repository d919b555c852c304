/* The program: finds the command, hands it its words, and sees to it that what
 * was printed has arrived.
 *
 * This file is built for any x86-64, the rest for x86-64-v2 (scripts/cmake/isa.cmake). */
#include "harness/base/float_mode.h"
#include "harness/base/isa.h"
#include "harness/cli/call.h"
#include "harness/cli/overview.h"
#include "harness/run/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* If the caller has closed 0, 1 or 2, the next file opened would take its number,
 * and what is printed would end up in the store. A stream closed for writing is
 * filled with one that refuses to write. */
static void fill_standard_streams(void) {
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd) _exit(3);
}

static atomic_bool may_end;

/* OpenMP's library ends the program where it has no memory, or gets no thread: with 1, which means
 * failed trials. Not at the hands of a child that leaves in its own way (_exit). */
static void refuse_to_end(void) {
    static const char words[] =
        "actgrid: a library could not go on and ended the program: what was"
        " finished is kept; free some memory, or use fewer threads (-j), and"
        " run again\n";
    if (atomic_load(&may_end)) return;
    (void)!write(STDERR_FILENO, words, sizeof words - 1);
    _exit(3);
}

/* A file that is read as memory (arrays.log) and cannot be: there is nobody to return an error to.
 */
static void on_bad_page(int number, siginfo_t *info, void *context) {
    (void)context;
    static const char words[] = "actgrid: a file could not be read any more (the disk or its"
                                " connection failed, or somebody shortened it): what was finished"
                                " is kept; run again\n";
    if (info->si_code == BUS_ADRERR) {
        (void)!write(STDERR_FILENO, words, sizeof words - 1);
        _exit(3);
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* The reader of a pipe may leave when it has seen enough: we end without a word. A
 * limit on the size of files is an error like a full disk, not the end. */
static void arrange_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(SIGPIPE, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &action, NULL);
    struct sigaction on_bus = {.sa_sigaction = on_bad_page, .sa_flags = SA_SIGINFO};
    sigaction(SIGBUS, &on_bus, NULL);
}

/* A full disk is noticed here at the latest. */
static int check_output(int code) {
    errno = 0;
    const bool failed = ferror(stdout);
    if (fflush(stdout) == 0 && !failed) return code;
    if (code != 0) return code; /* the command has said what is wrong */
    fprintf(stderr, "actgrid: could not write the output: %s\n",
            errno ? strerror(errno) : "the disk may be full");
    return 3;
}

static int print_version(void) {
    printf("actgrid %s (%s)\n", AG_VERSION, ag_machine_revision());
    return 0;
}

static int run_command(const ag_command *command, int n, const char *const *words) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_call call;
    int code = 2;
    switch (ag_call_parse(command, n, words, &arena, &call)) {
    case AG_PARSED_RUN: code = command->run(&call); break;
    case AG_PARSED_HELP:
        ag_command_help(stdout, command);
        code = 0;
        break;
    case AG_PARSED_WRONG: break;
    }
    ag_arena_close(&arena);
    return code;
}

static int dispatch(int n, const char *const *words) {
    if (n == 0) {
        ag_overview_print(stderr);
        return 2;
    }
    if (strcmp(words[0], "--version") == 0 || strcmp(words[0], "-V") == 0) return print_version();
    if (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0) {
        ag_overview_print(stdout);
        return 0;
    }
    const ag_command *command = ag_command_find(words[0]);
    return command ? run_command(command, n - 1, words + 1) : ag_command_unknown(words[0]);
}

/* Before anything else: on an older processor the next function may be its end. 0, or
 * what to exit with. */
static int check_processor(void) {
    if (!ag_isa_runs_here()) {
        fputs("actgrid: this processor is too old: x86-64-v2 (SSE4.2, POPCNT) is needed\n", stderr);
        return 3;
    }
    ag_error err;
    const ag_status status = ag_isa_check(&err);
    if (status != AG_OK) fprintf(stderr, "actgrid: %s\n", err.text);
    return ag_status_exit_code(status);
}

int main(int argc, char **argv) {
    fill_standard_streams();
    const int wrong = check_processor();
    if (wrong) return wrong;
    ag_float_mode_set();
    (void)setlocale(LC_ALL, "C"); /* a decimal point, whatever a library loaded before has set */
    arrange_signals();
    atexit(refuse_to_end);
    const int n = argc > 0 ? argc - 1 : 0;
    const int code = check_output(dispatch(n, (const char *const *)argv + 1));
    atomic_store(&may_end, true);
    return code;
}
