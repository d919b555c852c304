/* Where files of data sets are looked for. */
#include "datasets/dataset.h"
#include "datasets/files/files.h"
#include "datasets/files/sha256.h"
#include "datasets/files/unpack.h"

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

/* The file itself, then what serves as well; NULL behind the last. */
static const ag_data_file *form_at(const ag_data_file *file, int i) {
    if (i == 0 || !file->otherwise) return i ? NULL : file;
    return file->otherwise[i - 1].name ? &file->otherwise[i - 1] : NULL;
}

static bool ends_with(const char *text, const char *end) {
    const size_t n = strlen(text), n_end = strlen(end);
    return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

/* Nobody published the size of what others packed; their content's is checked. */
static bool size_is_free(const ag_data_file *file) {
    return !file->sha256 && ends_with(file->name, ".gz");
}

static void look_at(search *s, const ag_data_file *file, const char *path) {
    if (!path || s->right_size) return;
    const int64_t bytes = ag_file_size(path);
    if (bytes < 0) return;
    s->right_size = bytes == file->bytes || size_is_free(file);
    if (!s->path || s->right_size) s->path = path;
}

static void look_in(search *s, const char *root, ag_arena *arena) {
    const char *folder = ag_data_path_join(root, s->set->folder, arena);
    const ag_data_file *form;
    for (int i = 0; (form = form_at(s->file, i)); i++) {
        if (folder) look_at(s, form, ag_data_path_join(folder, form->name, arena));
        look_at(s, form, ag_data_path_join(root, form->name, arena));
    }
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

ag_status ag_dataset_file_missing(const ag_dataset *set, int file, const char *instead,
                                  ag_error *err) {
    const char *list = getenv("ACTGRID_DATA");
    const bool given = list && *list;
    return AG_FAIL(
        err, AG_DATA, AG_NOWHERE,
        "%s of %s is not there; run 'actgrid datasets fetch %s', or name a folder that has "
        "%s/ in ACTGRID_DATA (now %s%.100s%s)%s",
        set->files[file].name, set->about.name, set->about.name, set->folder,
        given ? "'" : "not set", given ? list : "", given ? "'" : "", instead);
}

/* Which of the forms of a file lies at the path. */
static const ag_data_file *form_of(const ag_data_file *file, const char *path) {
    const ag_data_file *form;
    for (int i = 0; (form = form_at(file, i)); i++)
        if (ends_with(path, form->name)) return form;
    return file;
}

static ag_status damaged(const ag_dataset *set, const char *path, const char *what,
                         const char *digest, const char *wanted, ag_error *err) {
    return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                   "%s is damaged or not the published file: its %s starts with %.12s, must "
                   "be %.12s...; remove it and run 'actgrid datasets fetch %s'",
                   path, what, digest, wanted, set->about.name);
}

/* By its content, which may be packed. Bytes and content end with this function. */
static ag_status check_content(const ag_dataset *set, const ag_data_file *form, const char *path,
                               ag_arena *scratch, ag_error *err) {
    const size_t wanted = (size_t)form->bytes;
    const uint8_t *bytes;
    size_t n, got;
    bool more;
    char sha1[AG_GIT_SHA1_TEXT];
    AG_TRY(ag_file_read(path, scratch, &bytes, &n, err));
    if (ag_unpack_limit(bytes, n) < wanted)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is not the published file: its %zu bytes cannot hold %zu", path, n,
                       wanted);
    uint8_t *content = AG_NEW_ARRAY(scratch, uint8_t, wanted);
    if (!content)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the %zu bytes of %s", wanted,
                       path);
    AG_TRY(ag_unpack_check(path, ag_unpack(bytes, n, content, wanted, &got, &more), err));
    if (got != wanted || more)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is not the published file: it holds %s than the %zu bytes published",
                       path, more ? "more" : "less", wanted);
    AG_TRY(ag_git_sha1(content, wanted, sha1, err));
    if (strcmp(sha1, form->git_sha1) == 0) return AG_OK;
    return damaged(set, path, "git blob SHA-1", sha1, form->git_sha1, err);
}

ag_status ag_dataset_file_check(const ag_dataset *set, int file, const char *path, ag_error *err) {
    const ag_data_file *f = form_of(&set->files[file], path);
    const int64_t bytes = ag_file_size(path);
    if (bytes < 0) return AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s", path);
    if (bytes != f->bytes && !size_is_free(f))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is %s: it has %lld bytes, must have %lld; remove it and run 'actgrid "
                       "datasets fetch %s'",
                       path, bytes < f->bytes ? "truncated" : "not the published file",
                       (long long)bytes, (long long)f->bytes, set->about.name);
    if (!f->sha256) {
        ag_arena scratch = AG_ARENA_EMPTY;
        const ag_status status = check_content(set, f, path, &scratch, err);
        ag_arena_close(&scratch);
        return status;
    }
    char sha256[AG_SHA256_TEXT];
    AG_TRY(ag_sha256_file(path, sha256, err));
    if (strcmp(sha256, f->sha256) == 0) return AG_OK;
    return damaged(set, path, "SHA-256", sha256, f->sha256, err);
}
