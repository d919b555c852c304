/* The seal of curves.h5: the last 64 bytes of the file, behind everything that is HDF5's, which
 * says how many bytes stand before it and their digest. HDF5 believes what it reads (two wrong
 * bytes in a text crash it), so a file is compared with its seal before the library sees it.
 *
 * Readers of HDF5 do not look behind its end. A program that opens the file for writing cuts the
 * seal off, and h5repack leaves it out: the file then counts as one without, as those of actgrid
 * 0.4 and before are. */
#include "results/store/arrays/arrays_private.h"

#include "harness/base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SEAL = 64,
    PIECE = 1 << 16 /* bytes read, and digested, together */
};

static void write_seal(char text[SEAL + 1], uint64_t n, uint64_t digest) {
    char words[SEAL];
    snprintf(words, sizeof words, "\nactgrid seal 1: %" PRIu64 " bytes, digest %016" PRIx64, n,
             digest);
    snprintf(text, SEAL + 1, "%-63s\n", words);
}

static bool read_at(int fd, void *bytes, size_t n, uint64_t at) {
    for (size_t done = 0; done < n;) {
        const ssize_t got = pread(fd, (char *)bytes + done, n - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) errno = EIO; /* it was longer a moment ago */
        if (got <= 0) return false;
        done += (size_t)got;
    }
    return true;
}

/* Of the first n bytes. */
static bool digest_of(int fd, uint64_t n, uint64_t *digest) {
    char piece[PIECE];
    *digest = 0;
    for (uint64_t at = 0; at < n; at += PIECE) {
        const size_t some = n - at < PIECE ? (size_t)(n - at) : PIECE;
        if (!read_at(fd, piece, some, at)) return false;
        *digest = ag_digest(piece, some, *digest);
    }
    return true;
}

static bool append(int fd, uint64_t n) {
    char seal[SEAL + 1];
    uint64_t digest;
    if (!digest_of(fd, n, &digest)) return false;
    write_seal(seal, n, digest);
    return lseek(fd, (off_t)n, SEEK_SET) >= 0 && ag_fd_write(fd, seal, SEAL);
}

ag_status ag_seal_put(const char *path, ag_error *err) {
    struct stat file;
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return ag_file_trouble("open", path, err);
    const bool good = fstat(fd, &file) == 0 && append(fd, (uint64_t)file.st_size);
    const int cause = errno;
    close(fd);
    errno = cause;
    return good ? AG_OK : ag_file_trouble("write", path, err);
}

static ag_status broken(const char *path, ag_error *err) {
    return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' is not as it was written%s", path,
                   ag_h5_damaged);
}

static ag_status check(const char *path, int fd, uint64_t n, bool *sealed, ag_error *err) {
    char seal[SEAL], expected[SEAL + 1];
    uint64_t digest, said = 0;
    *sealed = false;
    if (n < SEAL) return AG_OK;
    if (!read_at(fd, seal, SEAL, n - SEAL)) return ag_file_trouble("read", path, err);
    seal[SEAL - 1] = '\0';
    if (sscanf(seal, "\nactgrid seal 1: %" SCNu64, &said) != 1) return AG_OK;
    if (said != n - SEAL) return broken(path, err);
    if (!digest_of(fd, said, &digest)) return ag_file_trouble("read", path, err);
    write_seal(expected, said, digest);
    *sealed = memcmp(seal, expected, SEAL - 1) == 0;
    return *sealed ? AG_OK : broken(path, err);
}

/* O_NONBLOCK: opening a pipe that somebody put there does not wait for its other end. */
ag_status ag_seal_check(const char *path, bool *sealed, ag_error *err) {
    struct stat file;
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return ag_file_trouble("open", path, err);
    ag_status status = AG_OK;
    if (fstat(fd, &file) != 0)
        status = ag_file_trouble("read", path, err);
    else if (!S_ISREG(file.st_mode))
        status =
            AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' is no file: move away what is there", path);
    else
        status = check(path, fd, (uint64_t)file.st_size, sealed, err);
    close(fd);
    return status;
}
