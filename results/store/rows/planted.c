/* Files that somebody may have put into a store that he sends. SQLite takes what it finds beside a
 * database for its own: through a link results.sqlite-wal it writes into any file of the user,
 * and a journal that speaks of a second one has that deleted, whatever it is. */
#include "results/store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 4096, MAGIC = 8 };

/* How the name of a second journal ends, as the journal itself begins. */
static const unsigned char magic[MAGIC] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};

static bool speaks_of_another(const char *path, off_t size) {
    unsigned char end[MAGIC];
    const int fd = size >= MAGIC ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    const bool read = fd >= 0 && pread(fd, end, MAGIC, size - MAGIC) == MAGIC;
    if (fd >= 0) close(fd);
    return read && memcmp(end, magic, MAGIC) == 0;
}

ag_status ag_database_files_check(const char *path, ag_error *err) {
    static const char *const endings[] = {"-wal", "-shm", "-journal"};
    struct stat file;
    char beside[PATH];
    if (stat(path, &file) == 0 && !S_ISREG(file.st_mode))
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' is no file: move away what is there", path);
    for (int i = 0; i < AG_COUNT(endings); i++) {
        if (snprintf(beside, sizeof beside, "%s%s", path, endings[i]) >= PATH)
            return AG_FAIL(err, AG_IO, AG_NOWHERE, "the name '%.80s...' is too long", path);
        if (lstat(beside, &file) != 0) continue;
        if (!S_ISREG(file.st_mode))
            return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                           "'%s' is a link or no file, which SQLite would write through: remove it",
                           beside);
        if (i == AG_COUNT(endings) - 1 && speaks_of_another(beside, file.st_size))
            return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                           "'%s' would make SQLite delete another file, and is none of actgrid's:"
                           " remove it",
                           beside);
    }
    return AG_OK;
}

void ag_database_remove_cold_journal(const char *path) {
    char beside[PATH], first = 0;
    if (snprintf(beside, sizeof beside, "%s-journal", path) >= PATH) return;
    const int fd = open(beside, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return;
    const bool cold = pread(fd, &first, 1, 0) >= 0 && first == 0;
    close(fd);
    if (cold) unlink(beside);
}
