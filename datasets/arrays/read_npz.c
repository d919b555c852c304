/* A .npz file: a zip archive with one .npy for each array. */
#include "datasets/arrays/npy.h"
#include "datasets/arrays/read_arrays.h"
#include "datasets/files/files.h"

#include <stdio.h>
#include <string.h>
#include <zip.h>

enum { DEFLATE_RATIO = 1032, NAMES_MAX = 160 };

/* Without ".npy" at its end. */
static size_t name_length(const char *name) {
    const size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".npy") == 0 ? n - 4 : n;
}

/* The names of an archive's arrays, without ".npy": "images, labels". */
static const char *names_of(zip_t *zip, char text[NAMES_MAX]) {
    const zip_int64_t n = zip_get_num_entries(zip, 0);
    size_t used = 0;
    text[0] = 0;
    for (zip_int64_t i = 0; i < n && used < NAMES_MAX; i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, 0);
        if (!name) continue;
        const size_t length = name_length(name);
        used += (size_t)snprintf(text + used, NAMES_MAX - used, "%s%.*s", used ? ", " : "",
                                 (int)(length < NAMES_MAX ? length : NAMES_MAX), name);
    }
    return text[0] ? text : "nothing";
}

/* "x" is kept in "x.npy". */
static ag_status find_member(zip_t *zip, const char *path, const char *name, zip_int64_t *place,
                             ag_error *err) {
    char file[1024], names[NAMES_MAX];
    *place = -1;
    if ((size_t)snprintf(file, sizeof file, "%s.npy", name) < sizeof file)
        *place = zip_name_locate(zip, file, 0);
    if (*place < 0) *place = zip_name_locate(zip, name, 0);
    if (*place >= 0) return AG_OK;
    return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "%.100s has no array '%.60s'; it has %s", path,
                   name, names_of(zip, names));
}

/* What the archive says of a member must be possible before it is believed. */
static ag_status check_member(const char *name, const zip_stat_t *s, int64_t file_size,
                              ag_error *err) {
    const zip_uint64_t all =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if ((s->valid & all) != all)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is damaged: its size is not known", name);
    if (s->encryption_method != ZIP_EM_NONE)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is encrypted, must not be", name);
    if (s->comp_method != ZIP_CM_STORE && s->comp_method != ZIP_CM_DEFLATE)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is packed by method %u of zip, must be stored or deflated", name,
                       (unsigned)s->comp_method);
    const uint64_t limit =
        s->comp_method == ZIP_CM_STORE ? s->comp_size : s->comp_size * DEFLATE_RATIO;
    if (s->comp_size > (uint64_t)file_size || s->size > limit)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is damaged: %llu bytes cannot be packed into %llu of a file of %lld",
                       name, (unsigned long long)s->size, (unsigned long long)s->comp_size,
                       (long long)file_size);
    return AG_OK;
}

/* libzip gives what it has, which may be less than what is asked for. */
static ag_status read_bytes(zip_file_t *member, const char *name, uint8_t *out, size_t n,
                            ag_error *err) {
    for (size_t done = 0; done < n;) {
        const zip_int64_t got = zip_fread(member, out + done, n - done);
        if (got < 0)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is damaged: %s", name,
                           zip_file_strerror(member));
        if (got == 0)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated: %zu of %zu bytes", name,
                           done, n);
        done += (size_t)got;
    }
    return AG_OK;
}

/* Reading to the very end is what has the checksum looked at. */
static ag_status check_end(zip_file_t *member, const char *name, ag_error *err) {
    uint8_t more;
    const zip_int64_t got = zip_fread(member, &more, 1);
    if (got == 0) return AG_OK;
    return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is damaged: %s", name,
                   got < 0 ? zip_file_strerror(member) : "there is more than its size says");
}

static ag_status read_member(zip_file_t *member, const char *name, uint64_t size, bool shape_only,
                             ag_arena *arena, ag_ndarray *array, ag_error *err) {
    uint8_t head[AG_NPY_HEADER_MAX];
    const size_t n = size < sizeof head ? (size_t)size : sizeof head;
    size_t begin = 0;
    ag_ndarray found;
    AG_TRY(read_bytes(member, name, head, n, err));
    AG_TRY(ag_npy_header(name, head, n, size, &found, &begin, err));
    if (!shape_only) {
        const size_t n_data = (size_t)size - begin;
        uint8_t *data = AG_NEW_ARRAY(arena, uint8_t, n_data);
        if (!data)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the %zu bytes of %s", n_data,
                           name);
        if (n > begin) memcpy(data, head + begin, n - begin);
        AG_TRY(read_bytes(member, name, data + (n - begin), n_data - (n - begin), err));
        AG_TRY(check_end(member, name, err));
        found.bytes = data;
    }
    *array = found;
    return AG_OK;
}

static ag_status read_from(zip_t *zip, const char *path, const char *name, bool shape_only,
                           ag_arena *arena, ag_ndarray *array, ag_error *err) {
    zip_int64_t place;
    zip_stat_t s;
    AG_TRY(find_member(zip, path, name, &place, err));
    const char *full = ag_ndarray_name(name, path, arena);
    if (!full) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a name");
    zip_stat_init(&s);
    zip_file_t *member = NULL;
    if (zip_stat_index(zip, (zip_uint64_t)place, 0, &s) == 0) {
        AG_TRY(check_member(full, &s, ag_file_size(path), err));
        member = zip_fopen_index(zip, (zip_uint64_t)place, 0);
    }
    if (!member)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is damaged: %s", full, zip_strerror(zip));
    const ag_status status = read_member(member, full, s.size, shape_only, arena, array, err);
    zip_fclose(member);
    return status;
}

static ag_status open_zip(const char *path, zip_t **zip, ag_error *err) {
    int code = 0;
    if (ag_file_size(path) < 0) return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is not a file", path);
    *zip = zip_open(path, ZIP_RDONLY, &code);
    if (*zip) return AG_OK;
    zip_error_t why;
    zip_error_init_with_code(&why, code);
    const ag_status status = AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is no .npz file, or damaged: %s",
                                     path, zip_error_strerror(&why));
    zip_error_fini(&why);
    return status;
}

static ag_status list(zip_t *zip, const char *path, ag_arena *arena, ag_array_names *names,
                      ag_error *err) {
    const zip_int64_t n = zip_get_num_entries(zip, 0);
    for (zip_int64_t i = 0; i < n; i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, 0);
        if (!name || names->n == AG_ARRAY_NAMES_MAX) {
            names->left_out++;
            continue;
        }
        const size_t length = name_length(name);
        char *copy = AG_NEW_ARRAY(arena, char, length + 1);
        if (!copy) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the names in %s", path);
        memcpy(copy, name, length);
        names->name[names->n++] = copy;
    }
    return AG_OK;
}

ag_status ag_list_npz(const char *path, ag_arena *arena, ag_array_names *names, ag_error *err) {
    zip_t *zip = NULL;
    AG_TRY(open_zip(path, &zip, err));
    *names = (ag_array_names){0};
    const ag_status status = list(zip, path, arena, names, err);
    zip_discard(zip);
    return status;
}

ag_status ag_read_npz(const char *path, const char *name, bool shape_only, ag_arena *arena,
                      ag_ndarray *array, ag_error *err) {
    zip_t *zip = NULL;
    AG_TRY(open_zip(path, &zip, err));
    const ag_status status = read_from(zip, path, name, shape_only, arena, array, err);
    zip_discard(zip);
    return status;
}
