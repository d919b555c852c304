/* Names and durability: what the rest of the store needs from the file system. */
#include "results/store/store_private.h"

#include "harness/base/nearest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *ag_path_join(ag_arena *arena, const char *folder, const char *name) {
    const size_t n = strlen(folder) + strlen(name) + 2;
    char *path = AG_NEW_ARRAY(arena, char, n);
    if (path) snprintf(path, n, "%s/%s", folder, name);
    return path;
}

const char *ag_store_folder(const char *name, ag_arena *arena) {
    struct stat at;
    if (stat(name, &at) == 0 || strchr(name, '/')) return name;
    const char *path = ag_path_join(arena, "runs", name);
    return path && stat(path, &at) != 0 ? name : path;
}

ag_status ag_store_missing(const char *dir, ag_error *err) {
    struct stat at;
    char hint[AG_HINT_MAX];
    if (stat(dir, &at) == 0)
        return AG_FAIL(
            err, AG_STORE, AG_NOWHERE,
            "there is no store in '%s': it has no results.sqlite; `actgrid run` makes one", dir);
    if (strchr(dir, '/'))
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "there is no store: no folder '%s'", dir);
    ag_nearest nearest = ag_nearest_begin(dir);
    DIR *runs = opendir("runs");
    for (struct dirent *entry; runs && (entry = readdir(runs));)
        ag_nearest_offer(&nearest, entry->d_name);
    if (runs) closedir(runs);
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "there is no store '%s': no folder of this name is here or in runs/%s", dir,
                   ag_nearest_hint(hint, &nearest, "; `actgrid run` makes one"));
}

const char *ag_file_advice(int cause) {
    switch (cause) {
    case ENOSPC:
    case EDQUOT: return "; what was finished is kept: free some space and run again";
    case EFBIG: return "; what was finished is kept: allow larger files (ulimit -f) and run again";
    case EMFILE:
    case ENFILE:
        return "; what was finished is kept: allow more open files (ulimit -n) and run again";
    case ENOMEM: return "; what was finished is kept: free some memory and run again";
    case EROFS: return "; a folder that may be written is needed, such as another with -o DIR";
    case EACCES:
    case EPERM: return "; change its permissions, or run with another folder (-o DIR)";
    case EIO:
    case ESTALE:
        return "; what was finished is kept: the disk or its connection fails, see the system's "
               "log";
    default: return "";
    }
}

bool ag_store_is_sealed(const char *dir) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error ignored;
    const char *log = ag_path_join(&arena, dir, "arrays.log");
    bool waits = true;
    const bool known = log && ag_file_is_there(log, &waits, &ignored) == AG_OK;
    const bool closed = access(dir, W_OK) != 0 && (errno == EROFS || errno == EACCES);
    ag_arena_close(&arena);
    return known && !waits && closed;
}

ag_status ag_file_trouble(const char *what, const char *path, ag_error *err) {
    const int cause = errno;
    return AG_FAIL(err, cause == ENOMEM ? AG_NOMEM : AG_IO, AG_NOWHERE, "could not %s '%s': %s%s",
                   what, path, strerror(cause), ag_file_advice(cause));
}

ag_status ag_file_is_there(const char *path, bool *there, ag_error *err) {
    struct stat at;
    *there = lstat(path, &at) == 0;
    return *there || errno == ENOENT ? AG_OK : ag_file_trouble("look at", path, err);
}

ag_status ag_folder_sync(const char *path, ag_error *err) {
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return ag_file_trouble("open", path, err);
    /* Some network file systems cannot sync a folder and say EINVAL. */
    const bool failed = fsync(fd) != 0 && errno != EINVAL;
    const int cause = errno;
    close(fd);
    errno = cause;
    return failed ? ag_file_trouble("sync", path, err) : AG_OK;
}

static ag_status must_be_folder(const char *path, ag_error *err) {
    struct stat at;
    if (stat(path, &at) != 0) return ag_file_trouble("create", path, err);
    if (S_ISDIR(at.st_mode)) return AG_OK;
    return AG_FAIL(err, AG_IO, AG_NOWHERE, "'%s' is a file, must be a folder", path);
}

ag_status ag_folder_settle(const char *path, ag_error *err) {
    char above[PATH_MAX];
    if (snprintf(above, sizeof above, "%s/..", path) >= (int)sizeof above) return AG_OK;
    if (access(above, R_OK) != 0 && errno == EACCES) return AG_OK;
    return ag_folder_sync(above, err);
}

/* The folder `path`, of which `above` is the beginning up to the last but one name. Its entry, and
 * that of `above` before: another run may have made that, and been killed or not come so far. */
static ag_status make_one(const char *path, const char *above, ag_error *err) {
    struct stat at;
    if (stat(path, &at) == 0) return must_be_folder(path, err);
    AG_TRY(ag_folder_settle(above, err));
    if (mkdir(path, 0777) != 0) {
        if (errno != EEXIST) return ag_file_trouble("create", path, err);
        AG_TRY(must_be_folder(path, err));
    }
    return ag_folder_settle(path, err);
}

ag_status ag_folder_make(const char *path, ag_error *err) {
    char part[PATH_MAX], above[PATH_MAX] = "";
    const size_t n = strlen(path);
    if (n == 0 || n >= sizeof part)
        return AG_FAIL(err, AG_IO, AG_NOWHERE,
                       "a folder's name is %zu bytes long, must be 1 to %zu", n, sizeof part - 1);
    strcpy(above, path[0] == '/' ? "/" : ".");
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0') continue;
        memcpy(part, path, i);
        part[i] = '\0';
        AG_TRY(make_one(part, above, err));
        strcpy(above, part);
    }
    return AG_OK;
}

bool ag_fd_is_at(int fd, const char *path) {
    struct stat a, b;
    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

bool ag_fd_write(int fd, const void *bytes, size_t n) {
    for (const char *at = bytes; n > 0;) {
        const ssize_t done = write(fd, at, n);
        if (done < 0 && errno == EINTR) continue;
        if (done == 0) errno = ENOSPC;
        if (done <= 0) return false;
        at += done;
        n -= (size_t)done;
    }
    return true;
}

ag_status ag_file_settle(const char *folder, const char *temporary, const char *final,
                         ag_error *err) {
    const int fd = open(temporary, O_RDWR | O_CLOEXEC);
    if (fd < 0) return ag_file_trouble("open", temporary, err);
    const bool failed = fsync(fd) != 0;
    const int cause = errno;
    close(fd);
    errno = cause;
    if (failed) return ag_file_trouble("write", temporary, err);
    if (rename(temporary, final) != 0) return ag_file_trouble("rename", temporary, err);
    return ag_folder_sync(folder, err);
}
