/* The folder of pieces: one file of arrays per trial that is not yet in curves.h5. */
#include "harness/base/digest.h"
#include "results/store/store_private.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const ag_pieces_folder = "pieces";

enum { ID_DIGITS = AG_ID_TEXT - 1 };

char *ag_piece_path(const char *dir, uint64_t id, bool temporary, ag_arena *arena) {
    char name[64], digits[AG_ID_TEXT];
    snprintf(name, sizeof name, "%s/%s.%s", ag_pieces_folder, ag_id_text(digits, id),
             temporary ? "tmp" : "h5");
    return ag_path_join(arena, dir, name);
}

/* Place of id among ids[n], n if it is not there. */
static size_t place_of(const uint64_t *ids, size_t n, uint64_t id) {
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && ids[low] == id ? low : n;
}

/* 16 hex digits and .h5 or .tmp; other files are not ours and stay. */
static bool is_ours(const char *name, bool *temporary) {
    if (strspn(name, "0123456789abcdef") != ID_DIGITS) return false;
    *temporary = strcmp(name + ID_DIGITS, ".tmp") == 0;
    return *temporary || strcmp(name + ID_DIGITS, ".h5") == 0;
}

static void look_at(DIR *folder, const char *name, const uint64_t *ids, size_t n, bool *has_piece,
                    size_t *n_pieces) {
    bool temporary;
    if (!is_ours(name, &temporary)) return;
    const size_t at = place_of(ids, n, strtoull(name, NULL, 16));
    if (temporary || at == n) {
        unlinkat(dirfd(folder), name, 0);
        return;
    }
    has_piece[at] = true;
    ++*n_pieces;
}

ag_status ag_pieces_find(const char *dir, const uint64_t *ids, size_t n, bool *has_piece,
                         size_t *n_pieces, ag_arena *arena, ag_error *err) {
    *n_pieces = 0;
    const char *path = ag_path_join(arena, dir, ag_pieces_folder);
    if (!path) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    DIR *folder = opendir(path);
    if (!folder && errno == ENOENT) return AG_OK;
    if (!folder)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not read '%s': %s", path, strerror(errno));
    for (const struct dirent *entry; (entry = readdir(folder));)
        look_at(folder, entry->d_name, ids, n, has_piece, n_pieces);
    closedir(folder);
    return AG_OK;
}

void ag_pieces_remove(const char *dir, const uint64_t *ids, size_t n, const bool *has_piece,
                      ag_arena *arena) {
    for (size_t i = 0; i < n; i++) {
        if (!has_piece[i]) continue;
        const ag_mark mark = ag_arena_mark(arena);
        const char *path = ag_piece_path(dir, ids[i], false, arena);
        if (path) unlink(path); /* one that stays is gathered again, to the same bytes */
        ag_arena_release(arena, mark);
    }
    const char *folder = ag_path_join(arena, dir, ag_pieces_folder);
    if (folder) rmdir(folder);
}
