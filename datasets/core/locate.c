/* Where files of data sets are looked for. */
#include "datasets/core/files.h"
#include "datasets/core/sha256.h"
#include "datasets/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* $XDG_CACHE_HOME/actgrid/datasets; the variable counts only if absolute (XDG Base
 * Directory Specification). NULL if there is no such place. */
static const char *cache_root(ag_arena *arena) {
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && cache[0] == '/') return ag_data_path_join(cache, "actgrid/datasets", arena);
    if (home && home[0] == '/') return ag_data_path_join(home, ".cache/actgrid/datasets", arena);
    return NULL;
}

const char *ag_dataset_cache_folder(const ag_dataset *set, ag_arena *arena) {
    const char *root = cache_root(arena);
    return root ? ag_data_path_join(root, set->folder, arena) : NULL;
}

/* The best candidate so far. */
typedef struct search {
    const ag_dataset *set;
    const ag_data_file *file;
    const char *path; /* NULL: none yet */
    bool right_size;
} search;

static void look_at(search *s, const char *path) {
    if (!path || s->right_size) return;
    const int64_t bytes = ag_file_size(path);
    if (bytes < 0) return;
    s->right_size = bytes == s->file->bytes;
    if (!s->path || s->right_size) s->path = path;
}

static void look_in(search *s, const char *root, ag_arena *arena) {
    const char *folder = ag_data_path_join(root, s->set->folder, arena);
    if (folder) look_at(s, ag_data_path_join(folder, s->file->name, arena));
    look_at(s, ag_data_path_join(root, s->file->name, arena));
}

const char *ag_dataset_file_path(const ag_dataset *set, int file, ag_arena *arena) {
    search s = {.set = set, .file = &set->files[file]};
    const char *list = getenv("ACTGRID_DATA");
    while (list && *list) {
        const size_t n = strcspn(list, ":");
        char *root = AG_NEW_ARRAY(arena, char, n + 1);
        if (n && root) {
            memcpy(root, list, n);
            look_in(&s, root, arena);
        }
        list += list[n] ? n + 1 : n;
    }
    const char *root = cache_root(arena);
    if (root) look_in(&s, root, arena);
    return s.path;
}

ag_status ag_dataset_file_check(const ag_dataset *set, int file, const char *path, ag_error *err) {
    const ag_data_file *f = &set->files[file];
    const int64_t bytes = ag_file_size(path);
    if (bytes < 0) return AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s", path);
    if (bytes != f->bytes)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is %s: it has %lld bytes, must have %lld; remove it and run 'actgrid "
                       "datasets fetch %s'",
                       path, bytes < f->bytes ? "truncated" : "not the published file",
                       (long long)bytes, (long long)f->bytes, set->about.name);
    char sha256[AG_SHA256_TEXT];
    AG_TRY(ag_sha256_file(path, sha256, err));
    if (strcmp(sha256, f->sha256) != 0)
        return AG_FAIL(
            err, AG_DATA, AG_NOWHERE,
            "%s is damaged or not the published file: its SHA-256 starts with %.12s, must "
            "be %.12s...; remove it and run 'actgrid datasets fetch %s'",
            path, sha256, f->sha256, set->about.name);
    return AG_OK;
}
