#include "datasets/files/files.h"

#include "harness/base/file_draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int64_t ag_file_size(const char *path) {
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode) ? (int64_t)s.st_size : -1;
}

static ag_status read_all(int fd, const char *path, uint8_t *out, size_t n, ag_error *err) {
    for (size_t done = 0; done < n;) {
        const ssize_t got = read(fd, out + done, n - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s: %s", path, strerror(errno));
        if (got == 0)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s became shorter while it was read", path);
        done += (size_t)got;
    }
    return AG_OK;
}

ag_status ag_file_read(const char *path, ag_arena *arena, const uint8_t **bytes, size_t *n,
                       ag_error *err) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s: %s", path, strerror(errno));
    struct stat s;
    ag_status status = AG_OK;
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
        status = AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is not a file", path);
    uint8_t *all = NULL;
    if (status == AG_OK && !(all = AG_NEW_ARRAY(arena, uint8_t, (size_t)s.st_size)))
        status = AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the %lld bytes of %s",
                         (long long)s.st_size, path);
    if (status == AG_OK) status = read_all(fd, path, all, (size_t)s.st_size, err);
    close(fd);
    if (status != AG_OK) return status;
    *bytes = all;
    *n = (size_t)s.st_size;
    return AG_OK;
}

const char *ag_data_path_join(const char *folder, const char *name, ag_arena *arena) {
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = AG_NEW_ARRAY(arena, char, size);
    if (path) snprintf(path, size, "%s/%s", folder, name);
    return path;
}

ag_status ag_data_folder_make(const char *path, ag_error *err) {
    char part[4096];
    const size_t n = strlen(path);
    if (n >= sizeof part)
        return AG_FAIL(err, AG_IO, AG_NOWHERE,
                       "the folder name has %zu characters, must be below %zu", n, sizeof part);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0777) == 0 || errno == EEXIST) continue;
        const int reason = errno;
        struct stat s; /* a read-only parent that exists says EROFS, not EEXIST */
        if (stat(part, &s) == 0 && S_ISDIR(s.st_mode)) continue;
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "cannot create the folder %s: %s", part,
                       strerror(reason));
    }
    return AG_OK;
}

static ag_status write_bytes(const ag_file_draft *draft, const uint8_t *bytes, size_t n,
                             ag_error *err) {
    for (size_t done = 0; done < n;) {
        const ssize_t put = write(draft->descriptor, bytes + done, n - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0)
            return AG_FAIL(err, AG_IO, AG_NOWHERE, "cannot write %s: %s", draft->path,
                           strerror(errno));
        done += (size_t)put;
    }
    return AG_OK;
}

ag_status ag_file_write(const char *path, const uint8_t *bytes, size_t n, ag_arena *arena,
                        ag_error *err) {
    const char *slash = strrchr(path, '/');
    ag_file_draft draft;
    if (slash && slash > path) {
        const size_t length = (size_t)(slash - path);
        char *folder = AG_NEW_ARRAY(arena, char, length + 1);
        if (!folder) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a file name");
        AG_TRY(ag_data_folder_make(memcpy(folder, path, length), err));
    }
    AG_TRY(ag_file_draft_open(path, arena, &draft, err));
    const ag_status status = write_bytes(&draft, bytes, n, err);
    if (status == AG_OK) return ag_file_draft_replace(&draft, err);
    ag_file_draft_drop(&draft);
    return status;
}
