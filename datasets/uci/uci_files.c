/* Where the tables of the UCI collection lie: unpacked, or in the archive. */
#include "datasets/files/files.h"
#include "datasets/files/tar.h"
#include "datasets/uci/uci_sets.h"

#include <stdio.h>
#include <string.h>

#define ARCHIVE_FOLDER "uci121-delgado2014"

enum { FILE_NAME_MAX = 96, FOLDER_MAX = 96 };

/* One file of one set, as if it were a data set: it lies below the folders of data sets
 * where the unpacked archive would have it. */
typedef struct table_file {
    char name[FILE_NAME_MAX], folder[FOLDER_MAX];
    ag_data_file file;
    ag_dataset set;
} table_file;

static void name_file(const ag_uci_set *set, bool second, table_file *f) {
    const char *part = set->second.n ? (second ? "_test" : "_train") : "";
    const ag_uci_file *of = second ? &set->second : &set->first;
    snprintf(f->name, sizeof f->name, "%s%s_R.dat", set->name, part);
    snprintf(f->folder, sizeof f->folder, "uci121/" ARCHIVE_FOLDER "/%s", set->name);
    f->file = (ag_data_file){.name = f->name, .sha256 = of->sha256, .bytes = of->bytes};
    f->set = (ag_dataset){
        .about = {.name = "uci"}, .files = &f->file, .n_files = 1, .folder = f->folder};
}

static bool is_table(const void *self, const char *name) {
    (void)self;
    const size_t n = strlen(name), n_end = strlen("_R.dat");
    return n > n_end && strcmp(name + n - n_end, "_R.dat") == 0 && !strstr(name, "..") &&
           strncmp(name, ARCHIVE_FOLDER "/", strlen(ARCHIVE_FOLDER "/")) == 0;
}

/* Into the cache `self`, where name_file's folders are. */
static ag_status keep_table(const void *self, const char *name, const uint8_t *bytes, size_t n,
                            ag_error *err) {
    ag_arena arena = AG_ARENA_EMPTY;
    const char *path = ag_data_path_join(self, name, &arena);
    ag_status status = AG_OK;
    if (!path)
        status = AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a file name");
    else if (ag_file_size(path) != (int64_t)n)
        status = ag_file_write(path, bytes, n, &arena, err);
    ag_arena_close(&arena);
    return status;
}

/* All tables at once: unpacking takes as long for one of them. */
static ag_status unpack(const ag_dataset *uci, const char *archive, ag_arena *arena,
                        ag_error *err) {
    static const ag_dataset root = {.folder = "uci121"};
    const char *folder = ag_dataset_cache_folder(&root, arena);
    if (!folder)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "there is no place for the tables of %s: neither XDG_CACHE_HOME nor HOME is "
                       "set; or unpack it where it lies: tar -xJf",
                       archive);
    AG_TRY(ag_dataset_file_check(uci, 0, archive, err));
    const ag_tar_visitor visitor = {.self = folder, .wants = is_table, .visit = keep_table};
    return ag_tar_xz_read(archive, &visitor, err);
}

ag_status ag_uci_find(const ag_uci_set *set, bool second, const ag_dataset *uci,
                      const char *archive, ag_arena *arena, const char **path, ag_error *err) {
    table_file f;
    name_file(set, second, &f);
    *path = ag_dataset_file_path(&f.set, 0, arena);
    if ((!*path || ag_file_size(*path) != f.file.bytes) && archive) {
        AG_TRY(unpack(uci, archive, arena, err));
        *path = ag_dataset_file_path(&f.set, 0, arena);
    }
    if (*path) return ag_dataset_file_check(&f.set, 0, *path, err);
    return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                   "%s of uci is not there: neither uci121/" ARCHIVE_FOLDER
                   ".tar.xz nor what it unpacks to lies in a folder of ACTGRID_DATA; 'actgrid "
                   "datasets fetch uci' says more",
                   f.name);
}
