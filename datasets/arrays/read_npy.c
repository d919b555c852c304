/* A .npy file. */
#include "datasets/arrays/npy.h"
#include "datasets/arrays/read_arrays.h"
#include "datasets/files/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The first bytes of a file, without the rest. */
static ag_status read_head(const char *path, uint8_t *head, size_t room, size_t *n, ag_error *err) {
    FILE *file = fopen(path, "rb");
    if (!file)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s: %s", path, strerror(errno));
    *n = fread(head, 1, room, file);
    const bool bad = ferror(file);
    fclose(file);
    return bad ? AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s", path) : AG_OK;
}

ag_status ag_read_npy(const char *path, const char *name, bool shape_only, ag_arena *arena,
                      ag_ndarray *array, ag_error *err) {
    (void)name;
    uint8_t head[AG_NPY_HEADER_MAX];
    const uint8_t *bytes = head;
    size_t n = 0, begin;
    ag_ndarray found;
    const int64_t size = ag_file_size(path);
    if (size < 0) return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is not a file", path);
    AG_TRY(read_head(path, head, sizeof head, &n, err));
    AG_TRY(ag_npy_header(path, head, n, (uint64_t)size, &found, &begin, err));
    if (!shape_only) {
        AG_TRY(ag_file_read(path, arena, &bytes, &n, err));
        AG_TRY(ag_npy_header(path, bytes, n, n, &found, &begin, err)); /* may be another by now */
        found.bytes = bytes + begin;
    }
    *array = found;
    return AG_OK;
}
