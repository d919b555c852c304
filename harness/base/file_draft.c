#include "harness/base/file_draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ag_status cannot_write(const char *path, int reason, ag_error *err) {
    const ag_status status =
        AG_FAIL(err, AG_IO, AG_NOWHERE, "cannot write %s: %s", path, strerror(reason));
    errno = reason;
    return status;
}

/* Process numbers come again, after a kill and on other machines that see the folder: a name that
 * is taken is another's, and the next is tried. */
enum { NAMES = 1000 };

ag_status ag_file_draft_open(const char *path, ag_arena *arena, ag_file_draft *draft,
                             ag_error *err) {
    const size_t size = strlen(path) + sizeof ".part--" + 20 + 3;
    char *temporary = AG_NEW_ARRAY(arena, char, size);
    if (!temporary) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a file name");
    snprintf(temporary, size, "%s.part-%ld", path, (long)getpid());
    const size_t n = strlen(temporary);
    int fd = -1;
    for (int i = 1; i <= NAMES; i++) {
        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) break;
        snprintf(temporary + n, size - n, "-%d", i);
    }
    if (fd < 0) return cannot_write(path, errno, err);
    *draft = (ag_file_draft){.path = path, .temporary = temporary, .descriptor = fd};
    return AG_OK;
}

FILE *ag_file_draft_stream(const ag_file_draft *draft) {
    const int fd = fcntl(draft->descriptor, F_DUPFD_CLOEXEC, 0);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (fd >= 0 && !out) {
        const int reason = errno;
        close(fd);
        errno = reason;
    }
    return out;
}

void ag_file_draft_drop(ag_file_draft *draft) {
    close(draft->descriptor);
    unlink(draft->temporary);
}

/* The folder's entry is on the disk only after this. Some file systems refuse it
 * for folders; then it is as safe as it gets. */
static void sync_folder(const char *path) {
    char folder[4096] = ".";
    const char *slash = strrchr(path, '/');
    if (slash == path)
        strcpy(folder, "/");
    else if (slash && (size_t)(slash - path) < sizeof folder) {
        memcpy(folder, path, (size_t)(slash - path));
        folder[slash - path] = 0;
    }
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    fsync(fd);
    close(fd);
}

/* What was written, and what has the temporary name now: libzip writes a file of its own and
 * renames it. */
static bool sync_file(const ag_file_draft *draft) {
    struct stat written, named;
    if (fsync(draft->descriptor) != 0 || fstat(draft->descriptor, &written) != 0 ||
        stat(draft->temporary, &named) != 0)
        return false;
    if (written.st_dev == named.st_dev && written.st_ino == named.st_ino) return true;
    const int fd = open(draft->temporary, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    const bool done = fsync(fd) == 0;
    const int reason = errno;
    close(fd);
    errno = reason;
    return done;
}

static ag_status finish(ag_file_draft *draft, ag_error *err) {
    const bool written = sync_file(draft);
    int reason = errno;
    const bool closed = close(draft->descriptor) == 0;
    if (written && closed) return AG_OK;
    if (written) reason = errno;
    unlink(draft->temporary);
    return cannot_write(draft->path, reason, err);
}

ag_status ag_file_draft_replace(ag_file_draft *draft, ag_error *err) {
    AG_TRY(finish(draft, err));
    if (rename(draft->temporary, draft->path) != 0) {
        const int reason = errno;
        unlink(draft->temporary);
        return cannot_write(draft->path, reason, err);
    }
    sync_folder(draft->path);
    return AG_OK;
}

/* A hard link is the one way to name a file that fails if the name is taken. Where
 * there are none (FAT, some network folders), look and rename. */
ag_status ag_file_draft_keep_new(ag_file_draft *draft, ag_error *err) {
    AG_TRY(finish(draft, err));
    int reason = link(draft->temporary, draft->path) == 0 ? 0 : errno;
    if (reason && reason != EEXIST) {
        struct stat s;
        if (lstat(draft->path, &s) == 0)
            reason = EEXIST;
        else
            reason = rename(draft->temporary, draft->path) == 0 ? 0 : errno;
    }
    unlink(draft->temporary);
    if (reason == EEXIST) {
        const ag_status status =
            AG_FAIL(err, AG_IO, AG_NOWHERE, "%s exists; nothing is overwritten", draft->path);
        errno = EEXIST;
        return status;
    }
    if (reason) return cannot_write(draft->path, reason, err);
    sync_folder(draft->path);
    return AG_OK;
}
