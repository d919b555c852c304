/* Whether HDF5 can read the curves.h5 that is there. HDF5 1.10 crashes on damaged files, and a
 * store may come from somebody else: so a process of its own reads first what this one would
 * read, and all numbers of a file that has no seal. */
#include "harness/base/apart.h"
#include "results/store/arrays/gather_private.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* No honest file takes longer; a damaged one may never end. */
enum { CPU_SECONDS = 3, CPU_BYTES_PER_SECOND = 5000000, BLOCK_BYTES = 1 << 20 };

typedef struct question {
    const char *path;
    bool numbers; /* all of them, too */
} question;

typedef struct reply {
    ag_status status;
    char text[sizeof((ag_error *)0)->text];
} reply;

/* All numbers of an array, some trials at a time. */
static bool read_numbers(const ag_series *s, ag_arena *arena) {
    const hid_t space = H5Dget_space(s->old_set);
    hsize_t size[AG_ARRAY_RANK_MAX + 1] = {0};
    H5Sget_simple_extent_dims(space, size, NULL);
    H5Sclose(space);
    size_t row = 1;
    for (int a = 0; a < s->rank; a++)
        row *= s->old_size[a];
    const size_t n = row ? (size_t)size[0] : 0, most = BLOCK_BYTES / sizeof(float);
    const size_t some = row < most ? most / row : 1;
    ag_slab slab = {.n_rows = some < n ? some : n, .n_steps = s->old_size[0]};
    float *to = n ? AG_NEW_ARRAY(arena, float, slab.n_rows *row) : NULL;
    bool good = to || n == 0;
    for (size_t at = 0; at < n && good; at += slab.n_rows) {
        slab.row = (int64_t)at;
        slab.n_rows = some < n - at ? some : n - at;
        good = ag_series_read_old(s, slab, to);
    }
    return good;
}

static ag_status read_all(const question *q, ag_gathering *g, ag_error *err) {
    size_t steps[AG_SERIES_MAX];
    AG_TRY(ag_survey_old(g, err));
    AG_TRY(ag_survey_trust(g, steps, err));
    for (int i = 0; i < g->n_series && q->numbers; i++) {
        const ag_mark mark = ag_arena_mark(g->arena);
        if (!read_numbers(&g->list[i], g->arena))
            return ag_h5_trouble("read", q->path, ag_h5_damaged, err);
        ag_arena_release(g->arena, mark);
    }
    return AG_OK;
}

/* In the other process, with which all that is open ends. */
static void answer(void *self, int out) {
    const question *q = self;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    reply r = {.status = AG_NOMEM};
    const ag_harvest none = {0};
    ag_gathering *g = AG_NEW(&arena, ag_gathering);
    if (g) {
        *g = (ag_gathering){.arena = &arena, .harvest = &none, .old_path = q->path, .old_file = -1};
        ag_h5_ear ear;
        ag_h5_listen(&ear, false);
        r.status = read_all(q, g, &err);
    }
    memcpy(r.text, err.text, sizeof r.text);
    ag_apart_write(out, &r, sizeof r);
}

ag_status ag_curves_inspect(const char *path, bool numbers, ag_error *err) {
    struct stat file = {0};
    question q = {path, numbers};
    reply r;
    ag_apart apart;
    if (stat(path, &file) != 0) return ag_file_trouble("read", path, err);
    const unsigned seconds = CPU_SECONDS + (unsigned)(file.st_size / CPU_BYTES_PER_SECOND);
    AG_TRY(ag_apart_open(answer, &q, seconds, &apart, err));
    const bool whole = ag_apart_read(&apart, &r, sizeof r);
    ag_apart_close(&apart);
    if (!whole)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "the HDF5 library crashes on '%s' or never ends: unless memory is out, it is"
                       " damaged: move it away and run again, the rows in results.sqlite are"
                       " complete without it",
                       path);
    r.text[sizeof r.text - 1] = '\0';
    return r.status == AG_OK ? AG_OK
                             : AG_FAIL(err, r.status, AG_NOWHERE, "%s",
                                       r.text[0] ? r.text : ag_status_words(r.status));
}
