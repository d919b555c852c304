/* base/file_draft: a file appears complete or not at all, and takes nobody's place unasked. */
#define _DEFAULT_SOURCE /* syscall */
#include "made_folder.h"

#include "harness/base/catalogue.h"
#include "harness/base/file_draft.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static ag_arena arena;

/* Of what was synced last, and before that; of a draft: the file, then its folder. */
static ino_t synced[2];

int fsync(int fd) {
    struct stat at;
    synced[0] = synced[1];
    synced[1] = fstat(fd, &at) == 0 ? at.st_ino : 0;
    return (int)syscall(SYS_fsync, fd);
}

static void check_synced(const char *path) {
    struct stat file, above;
    CHECK(stat(path, &file) == 0 && stat(".", &above) == 0, "%s", path);
    CHECK(synced[0] == file.st_ino && synced[1] == above.st_ino, "%s is not on the disk", path);
}

static bool there(const char *path) {
    struct stat s;
    return lstat(path, &s) == 0;
}

static bool holds(const char *path, const char *want) {
    char text[64] = "";
    FILE *file = fopen(path, "r");
    const size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file) fclose(file);
    return file && n == strlen(want) && memcmp(text, want, n) == 0;
}

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    CHECK(file && fputs(text, file) >= 0, "write %s", path);
    if (file) fclose(file);
}

/* Every other one through a stream. */
static ag_file_draft drafted(const char *path, const char *text) {
    static int n_drafts;
    ag_file_draft draft = {0};
    ag_error err = {0};
    CHECK(ag_file_draft_open(path, &arena, &draft, &err) == AG_OK, "%s", err.text);
    if (n_drafts++ % 2) {
        FILE *out = ag_file_draft_stream(&draft);
        CHECK(out && fputs(text, out) >= 0 && fclose(out) == 0, "the stream of %s", path);
    } else {
        const size_t n = strlen(text);
        CHECK(write(draft.descriptor, text, n) == (ssize_t)n, "write %s", draft.temporary);
    }
    CHECK(there(draft.temporary) && strncmp(draft.temporary, path, strlen(path)) == 0,
          "%s beside %s", draft.temporary, path);
    return draft;
}

static void test_replace(void) {
    static const char *const texts[] = {"a", "longer", "b"};
    ag_error err = {0};
    for (int i = 0; i < AG_COUNT(texts); i++) {
        ag_file_draft draft = drafted("replaced", texts[i]);
        CHECK(i ? holds("replaced", texts[i - 1]) : !there("replaced"), "before it is complete");
        CHECK(ag_file_draft_replace(&draft, &err) == AG_OK, "%s", err.text);
        check_synced("replaced");
        CHECK(holds("replaced", texts[i]) && !there(draft.temporary), "%s", texts[i]);
    }
    CHECK(mkdir("folder", 0777) == 0, "folder");
    ag_file_draft draft = drafted("folder", "a");
    CHECK(ag_file_draft_replace(&draft, &err) == AG_IO && errno == EISDIR, "%s", err.text);
    CHECK(!there(draft.temporary), "%s stays", draft.temporary);
    rmdir("folder");
}

static void test_keep_new(void) {
    ag_error err = {0};
    ag_file_draft first = drafted("kept", "first"), second = drafted("kept", "second");
    CHECK(strcmp(first.temporary, second.temporary) != 0, "two drafts, one name");
    CHECK(ag_file_draft_keep_new(&first, &err) == AG_OK, "%s", err.text);
    check_synced("kept");
    CHECK(ag_file_draft_keep_new(&second, &err) == AG_IO && errno == EEXIST, "%d", errno);
    CHECK(strcmp(err.text, "kept exists; nothing is overwritten") == 0, "%s", err.text);
    CHECK(holds("kept", "first"), "it was replaced");
    CHECK(!there(first.temporary) && !there(second.temporary), "a temporary file stays");
    CHECK(symlink("nowhere", "link") == 0, "link");
    ag_file_draft through = drafted("link", "a");
    CHECK(ag_file_draft_keep_new(&through, &err) == AG_IO && errno == EEXIST, "%s", err.text);
    CHECK(there("link") && !there("nowhere") && !there(through.temporary), "through a link");
}

/* Where a killed process of the same number left its own, or somebody laid a link. */
static void test_taken_names(void) {
    ag_error err = {0};
    char taken[64], link[80];
    snprintf(taken, sizeof taken, "new.part-%ld", (long)getpid());
    snprintf(link, sizeof link, "%s-1", taken);
    write_text(taken, "another's");
    write_text("victim", "safe");
    CHECK(symlink("victim", link) == 0, "link");
    ag_file_draft draft = drafted("new", "mine");
    CHECK(ag_file_draft_keep_new(&draft, &err) == AG_OK, "%s", err.text);
    CHECK(holds("new", "mine") && holds(taken, "another's") && holds("victim", "safe"),
          "a file that was there was written to");
}

/* As libzip does it: another file, renamed to the temporary name. */
static void test_renamed_into(void) {
    ag_error err = {0};
    ag_file_draft draft = drafted("zip", "a");
    write_text("other", "the library's");
    CHECK(rename("other", draft.temporary) == 0, "rename");
    CHECK(ag_file_draft_keep_new(&draft, &err) == AG_OK, "%s", err.text);
    check_synced("zip");
    CHECK(holds("zip", "the library's"), "not the one that has the name");
}

static void test_mode(void) {
    ag_error err = {0};
    struct stat s;
    const mode_t before = umask(027);
    ag_file_draft draft = drafted("mode", "a");
    umask(before);
    CHECK(ag_file_draft_replace(&draft, &err) == AG_OK, "%s", err.text);
    CHECK(stat("mode", &s) == 0 && (s.st_mode & 0777) == 0640, "mode %o", (unsigned)s.st_mode);
}

static void test_failures(void) {
    ag_error err = {0};
    ag_file_draft draft;
    CHECK(ag_file_draft_open("no/file", &arena, &draft, &err) == AG_IO && errno == ENOENT, "%d",
          errno);
    CHECK(strcmp(err.text, "cannot write no/file: No such file or directory") == 0, "%s", err.text);
    draft = drafted("dropped", "a");
    ag_file_draft_drop(&draft);
    CHECK(!there("dropped") && !there(draft.temporary), "dropped, and there");
    /* what cannot be synced does not get its name */
    for (int keeps = 0; keeps < 2; keeps++) {
        draft = drafted("lost", "a");
        close(draft.descriptor);
        CHECK((keeps ? ag_file_draft_keep_new : ag_file_draft_replace)(&draft, &err) == AG_IO &&
                  errno == EBADF,
              "%d", errno);
        CHECK(!there("lost") && !there(draft.temporary), "lost, and there");
    }
    CHECK(!ag_file_draft_stream(&draft) && errno == EBADF, "a stream into nothing");
}

int main(void) {
    arena = AG_ARENA_EMPTY;
    made_folder_open();
    CHECK(chdir(made_folder) == 0, "%s", made_folder);
    test_replace();
    test_keep_new();
    test_taken_names();
    test_renamed_into();
    test_mode();
    test_failures();
    ag_arena_close(&arena);
    made_folder_close();
    return check_report();
}
