/* What is synced when: whatever is reported is on the disk, with its name and the names of the
 * folders above it. scripts/ordeal loses power at any instant of a run; this looks at single steps.
 */
#define _DEFAULT_SOURCE /* syscall */
#include "results/store/print/table.h"
#include "results/store/store_private.h"
#include "store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Every sync of this program, in order: of which file or folder, and how much of it there was. */
enum { SYNCS = 4096, WATCHED = 8 };
static struct {
    ino_t file;
    off_t bytes;
    bool there[WATCHED]; /* which of the watched names existed */
} syncs[SYNCS];
static int n_syncs, n_watched;
static const char *watched[WATCHED];

static int note_sync(int fd) {
    struct stat at;
    if (n_syncs < SYNCS && fstat(fd, &at) == 0) {
        syncs[n_syncs].file = at.st_ino;
        syncs[n_syncs].bytes = at.st_size;
        for (int i = 0; i < n_watched; i++)
            syncs[n_syncs].there[i] = access(watched[i], F_OK) == 0;
        n_syncs++;
    }
    return (int)syscall(SYS_fsync, fd);
}

int fsync(int fd) { return note_sync(fd); }
int fdatasync(int fd) { return note_sync(fd); }

static void watch(const char *const *names, int n) {
    n_syncs = 0;
    n_watched = n;
    for (int i = 0; i < n; i++)
        watched[i] = names[i];
}

/* Whether the folder was synced when it had the i-th of the watched names. */
static bool has_name(const char *holder, int i) {
    struct stat at;
    if (stat(holder, &at) != 0) return false;
    for (int s = 0; s < n_syncs; s++)
        if (syncs[s].file == at.st_ino && syncs[s].there[i]) return true;
    return false;
}

static bool has_bytes(const char *path) {
    struct stat at;
    if (stat(path, &at) != 0) return false;
    for (int s = 0; s < n_syncs; s++)
        if (syncs[s].file == at.st_ino && syncs[s].bytes == at.st_size) return true;
    return false;
}

static void test_folders(void) {
    static const char *const names[] = {"one", "one/two", "one/two/three", "one/two/other"};
    ag_error err = {0};
    watch(names, 4);
    CHECK(ag_folder_make("one/two/three", &err) == AG_OK, "%s", err.text);
    CHECK(has_name(".", 0) && has_name("one", 1) && has_name("one/two", 2), "%d syncs", n_syncs);
    /* Whoever made `two` may have been killed before it was synced. */
    watch(names, 4);
    CHECK(ag_folder_make("one/two/other/", &err) == AG_OK, "%s", err.text);
    CHECK(has_name("one", 1) && has_name("one/two", 3), "%d syncs", n_syncs);
    CHECK(!has_name(".", 0), "what was synced before `two` was made is synced again");
    watch(names, 4);
    CHECK(ag_folder_make("./one/two//other", &err) == AG_OK && n_syncs == 0, "%d syncs", n_syncs);
    CHECK(ag_folder_make("", &err) != AG_OK, "a folder without a name");
}

static void test_export(void) {
    static const char *const names[] = {"there", "there/trial.csv", "trial.csv"};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_reader *reader;
    fixture f;
    ag_store *store = open_store("store", "{}", 0, NULL);
    make(&f, "relu", 0.1, 1, 0.5);
    put(store, &f);
    close_store(store);
    char path[512];
    snprintf(path, sizeof path, "%s/store", folder);
    CHECK(ag_reader_open(path, &arena, &reader, &err) == AG_OK, "%s", err.text);
    CHECK(mkdir("there", 0777) == 0, "there");
    for (int i = 1; i <= 2; i++) {
        size_t n_rows = 0;
        watch(names, 3);
        CHECK(ag_table_export(reader, "trial", AG_FORMAT_CSV, names[i], &n_rows, &err) == AG_OK &&
                  n_rows == 1,
              "%s", err.text);
        CHECK(has_bytes(names[i]), "%s", names[i]);
        CHECK(has_name(i == 1 ? "there" : ".", i), "%s", names[i]);
    }
    CHECK(has_name(".", 0), "the folder of the tables");
    size_t n_rows = 0;
    CHECK(ag_table_export(reader, "epoch", AG_FORMAT_CSV, "trial.csv", &n_rows, &err) == AG_IO &&
              strstr(err.text, "'trial.csv' came into being meanwhile: not replaced"),
          "%s", err.text);
    CHECK(ag_table_export(reader, "trial", AG_FORMAT_CSV, "no/x.csv", &n_rows, &err) == AG_IO &&
              strstr(err.text, "could not create 'no/x.csv': No such file"),
          "%s", err.text);
    ag_reader_close(reader);
    ag_arena_close(&arena);
}

int main(void) {
    new_folder();
    CHECK(chdir(folder) == 0, "%s", folder);
    test_folders();
    test_export();
    CHECK(chdir("/") == 0, "/");
    remove_folder();
    return check_report();
}
