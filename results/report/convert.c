#include "results/report/convert.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char PROGRAM[] = "rsvg-convert";

bool ag_can_convert(void) {
    const char *path = getenv("PATH");
    char name[4096];
    while (path && *path) {
        const size_t n = strcspn(path, ":");
        const int length = snprintf(name, sizeof name, "%.*s/%s", (int)n, path, PROGRAM);
        if (n && length > 0 && (size_t)length < sizeof name && access(name, X_OK) == 0) return true;
        path += n + (path[n] == ':');
    }
    return false;
}

/* 0, or why not. */
static int start(FILE *svg, const char *format, int descriptor, pid_t *process) {
    char name[sizeof PROGRAM], kind[8];
    snprintf(name, sizeof name, "%s", PROGRAM);
    snprintf(kind, sizeof kind, "%s", format);
    char dash_f[] = "-f", zoom[] = "--zoom=2"; /* of pixels; PDF has none */
    char *const words[] = {name, dash_f, kind, strcmp(format, "png") == 0 ? zoom : NULL, NULL};
    posix_spawn_file_actions_t actions;
    int reason = posix_spawn_file_actions_init(&actions);
    if (reason) return reason;
    reason = posix_spawn_file_actions_adddup2(&actions, fileno(svg), STDIN_FILENO);
    if (!reason) reason = posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO);
    if (!reason) reason = posix_spawnp(process, PROGRAM, &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return reason;
}

static ag_status run(FILE *svg, const char *format, int descriptor, ag_error *err) {
    pid_t process;
    const int reason = start(svg, format, descriptor, &process);
    if (reason)
        return AG_FAIL(err, AG_MACHINE, AG_NOWHERE, "could not start %s: %s", PROGRAM,
                       strerror(reason));
    int ended;
    while (waitpid(process, &ended, 0) < 0)
        if (errno != EINTR)
            return AG_FAIL(err, AG_MACHINE, AG_NOWHERE, "could not wait for %s: %s", PROGRAM,
                           strerror(errno));
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0) return AG_OK;
    return AG_FAIL(err, AG_MACHINE, AG_NOWHERE, "%s made no %s of a figure (%s %d)", PROGRAM,
                   format, WIFEXITED(ended) ? "exit code" : "signal",
                   WIFEXITED(ended) ? WEXITSTATUS(ended) : WTERMSIG(ended));
}

ag_status ag_convert(const char *svg, size_t n, const char *format, int descriptor, ag_error *err) {
    FILE *in = tmpfile();
    if (!in)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not create a temporary file: %s",
                       strerror(errno));
    ag_status status = AG_OK;
    if (fwrite(svg, 1, n, in) != n || fflush(in) != 0)
        status = AG_FAIL(err, AG_IO, AG_NOWHERE, "could not write a temporary file: %s",
                         strerror(errno));
    rewind(in);
    if (status == AG_OK) status = run(in, format, descriptor, err);
    fclose(in);
    return status;
}
