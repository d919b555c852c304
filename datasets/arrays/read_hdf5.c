/* HDF5 files, through a process of its own. */
#include "datasets/arrays/hdf5_answer.h"
#include "datasets/arrays/read_arrays.h"
#include "datasets/files/files.h"
#include "harness/base/apart.h"

#include <string.h>

/* No honest file takes longer; a damaged one may never end. */
enum { CPU_SECONDS = 30, CPU_BYTES_PER_SECOND = 5000000 };

static ag_status receive_reply(const ag_apart *apart, const ag_hdf5_request *q, ag_hdf5_reply *r,
                               ag_error *err) {
    if (!ag_apart_read(apart, r, sizeof *r))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is damaged: the HDF5 library crashes on it",
                       q->path);
    r->text[sizeof r->text - 1] = 0;
    return r->status == AG_OK ? AG_OK : AG_FAIL(err, r->status, AG_NOWHERE, "%s", r->text);
}

static ag_status receive(const ag_apart *apart, const ag_hdf5_request *q, ag_arena *arena,
                         ag_ndarray *array, ag_error *err) {
    ag_hdf5_reply r;
    AG_TRY(receive_reply(apart, q, &r, err));
    ag_ndarray found = r.array;
    found.name = q->full;
    ag_ndarray_lay_out(&found, false);
    if (!q->shape_only) {
        uint8_t *bytes = AG_NEW_ARRAY(arena, uint8_t, r.n_bytes);
        if (!bytes)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the %zu bytes of %s",
                           r.n_bytes, q->full);
        if (!ag_apart_read(apart, bytes, r.n_bytes))
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is damaged: its numbers cannot be read",
                           q->full);
        found.bytes = bytes;
    }
    *array = found;
    return AG_OK;
}

static ag_status receive_names(const ag_apart *apart, const ag_hdf5_request *q, ag_arena *arena,
                               ag_array_names *names, ag_error *err) {
    ag_hdf5_reply r;
    char name[AG_HDF5_NAME_ROOM];
    AG_TRY(receive_reply(apart, q, &r, err));
    for (size_t n = 0;;) {
        if (n == AG_HDF5_NAME_ROOM || !ag_apart_read(apart, &name[n], 1))
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "%s is damaged: its list of datasets has no "
                           "end",
                           q->path);
        if (name[n++]) continue;
        if (n == 1) return AG_OK;
        if (names->n < AG_ARRAY_NAMES_MAX) {
            char *copy = AG_NEW_ARRAY(arena, char, n);
            if (!copy)
                return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the names in %s", q->path);
            names->name[names->n++] = memcpy(copy, name, n);
        } else
            names->left_out++;
        n = 0;
    }
}

static ag_status ask(void (*work)(void *self, int out), ag_hdf5_request *q, ag_apart *apart,
                     ag_error *err) {
    q->file_size = ag_file_size(q->path);
    if (q->file_size < 0) return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is not a file", q->path);
    const unsigned seconds = CPU_SECONDS + (unsigned)(q->file_size / CPU_BYTES_PER_SECOND);
    return ag_apart_open(work, q, seconds, apart, err);
}

ag_status ag_list_hdf5(const char *path, ag_arena *arena, ag_array_names *names, ag_error *err) {
    ag_hdf5_request q = {.path = path};
    ag_apart apart;
    AG_TRY(ask(ag_hdf5_answer_names, &q, &apart, err));
    *names = (ag_array_names){0};
    const ag_status status = receive_names(&apart, &q, arena, names, err);
    ag_apart_close(&apart);
    return status;
}

ag_status ag_read_hdf5(const char *path, const char *name, bool shape_only, ag_arena *arena,
                       ag_ndarray *array, ag_error *err) {
    ag_hdf5_request q = {.path = path,
                         .name = name,
                         .full = ag_ndarray_name(name, path, arena),
                         .shape_only = shape_only};
    ag_apart apart;
    if (!q.full) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a name");
    AG_TRY(ask(ag_hdf5_answer, &q, &apart, err));
    const ag_status status = receive(&apart, &q, arena, array, err);
    ag_apart_close(&apart);
    return status;
}
