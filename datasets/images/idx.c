#include "datasets/images/idx.h"

#include "datasets/files/files.h"
#include "datasets/files/unpack.h"

enum { TYPE_U8 = 0x08, HEADER_MAX = 4 + 4 * AG_IDX_DIMS_MAX };

static const char *type_name(int code) {
    switch (code) {
    case 0x09: return "signed bytes";
    case 0x0b: return "16-bit integers";
    case 0x0c: return "32-bit integers";
    case 0x0d: return "32-bit floats";
    case 0x0e: return "64-bit floats";
    default: return NULL;
    }
}

static ag_status check_magic(const char *file, const uint8_t *h, size_t got, int n_dims,
                             ag_error *err) {
    if (got < 4)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated: %zu bytes are no IDX file", file,
                       got);
    if (h[0] || h[1] || (h[2] != TYPE_U8 && !type_name(h[2])))
        return AG_FAIL(
            err, AG_DATA, AG_NOWHERE,
            "%s is no IDX file: it starts with %02x %02x %02x %02x, must be 00 00 08 %02x", file,
            h[0], h[1], h[2], h[3], (unsigned)n_dims);
    if (h[2] != TYPE_U8)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s holds %s (type %02x), must be unsigned bytes (08)", file,
                       type_name(h[2]), h[2]);
    if (h[3] != n_dims)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has %d dimensions, must have %d", file, h[3],
                       n_dims);
    return AG_OK;
}

/* Sizes from the header; *total: their product, at most `limit`. */
static ag_status read_sizes(const char *file, const uint8_t *h, int n_dims, uint64_t limit,
                            ag_idx *idx, uint64_t *total, ag_error *err) {
    *total = 1;
    for (int d = 0; d < n_dims; d++) {
        const uint8_t *b = h + 4 + 4 * (size_t)d;
        const uint32_t size =
            (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
        if (size == 0)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "%s says that dimension %d is 0, must be 1 or more", file, d + 1);
        if (size > limit / *total)
            return AG_FAIL(
                err, AG_DATA, AG_NOWHERE,
                "%s is truncated or damaged: dimension %d is %lu, more than the file can hold",
                file, d + 1, (unsigned long)size);
        *total *= size;
        idx->dim[d] = size;
    }
    idx->n_dims = n_dims;
    return AG_OK;
}

ag_status ag_idx_decode(const char *file, const uint8_t *bytes, size_t n, int n_dims,
                        ag_arena *arena, ag_idx *idx, ag_error *err) {
    uint8_t header[HEADER_MAX];
    const size_t n_header = 4 + 4 * (size_t)n_dims;
    size_t got;
    bool more;
    AG_TRY(ag_unpack_check(file, ag_unpack(bytes, n, header, n_header, &got, &more), err));
    AG_TRY(check_magic(file, header, got, n_dims, err));
    if (got < n_header)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated within its header", file);

    ag_idx found = {0};
    uint64_t total;
    AG_TRY(read_sizes(file, header, n_dims, ag_unpack_limit(bytes, n), &found, &total, err));

    uint8_t *all = AG_NEW_ARRAY(arena, uint8_t, n_header + (size_t)total);
    if (!all)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the %llu bytes of %s",
                       (unsigned long long)total, file);
    AG_TRY(ag_unpack_check(file, ag_unpack(bytes, n, all, n_header + (size_t)total, &got, &more),
                           err));
    if (got < n_header + total)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated: %zu of %llu bytes of data", file,
                       got - n_header, (unsigned long long)total);
    if (more)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has bytes behind its end, after %llu of data",
                       file, (unsigned long long)total);
    found.bytes = all + n_header;
    *idx = found;
    return AG_OK;
}

/* What the header says, 1 to AG_IDX_DIMS_MAX; otherwise 1, and the decoder will complain. */
static int dims_of(const uint8_t *bytes, size_t n) {
    uint8_t magic[4] = {0};
    size_t got;
    bool more;
    const bool is = ag_unpack(bytes, n, magic, sizeof magic, &got, &more) == AG_UNPACK_OK;
    return is && magic[3] && magic[3] <= AG_IDX_DIMS_MAX ? magic[3] : 1;
}

ag_status ag_idx_read(const char *path, int n_dims, ag_arena *arena, ag_idx *idx, ag_error *err) {
    ag_arena file = {.fail_after = arena->fail_after};
    const uint8_t *bytes = NULL;
    size_t n = 0;
    ag_status status = ag_file_read(path, &file, &bytes, &n, err);
    if (status == AG_OK)
        status =
            ag_idx_decode(path, bytes, n, n_dims ? n_dims : dims_of(bytes, n), arena, idx, err);
    ag_arena_close(&file);
    return status;
}

static ag_status copy_labels(const char *file, const ag_idx *idx, int n_classes, int32_t *label,
                             ag_error *err) {
    for (size_t i = 0; i < idx->dim[0]; i++) {
        if (idx->bytes[i] >= n_classes)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s: label %zu is %d, must be 0 to %d", file,
                           i, idx->bytes[i], n_classes - 1);
        label[i] = idx->bytes[i];
    }
    return AG_OK;
}

ag_status ag_idx_read_pair(const char *images, const char *labels, ag_shape shape, int n_classes,
                           ag_arena *arena, struct ag_source_part *part, ag_error *err) {
    ag_idx x = {0}, y = {0};
    AG_TRY(ag_idx_read(images, 3, arena, &x, err));
    if (x.dim[1] != (uint32_t)shape.rows || x.dim[2] != (uint32_t)shape.columns)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s holds images of %lu x %lu, must be %d x %d",
                       images, (unsigned long)x.dim[1], (unsigned long)x.dim[2], shape.rows,
                       shape.columns);
    AG_TRY(ag_idx_read(labels, 1, arena, &y, err));
    if (x.dim[0] != y.dim[0])
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s holds %lu labels, but %s holds %lu images",
                       labels, (unsigned long)y.dim[0], images, (unsigned long)x.dim[0]);
    int32_t *label = AG_NEW_ARRAY(arena, int32_t, y.dim[0]);
    if (!label) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the labels of %s", labels);
    AG_TRY(copy_labels(labels, &y, n_classes, label, err));
    *part = (struct ag_source_part){.n = x.dim[0], .x8 = x.bytes, .label = label};
    return AG_OK;
}

ag_status ag_idx_load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    const ag_dataset *set = ag_dataset_of(choice);
    AG_TRY(ag_idx_read_pair(paths[0], paths[1], set->shape, set->n_classes, arena, &source->train,
                            err));
    return ag_idx_read_pair(paths[2], paths[3], set->shape, set->n_classes, arena, &source->test,
                            err);
}
