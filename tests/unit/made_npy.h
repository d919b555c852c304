/* .npy and .npz files made by hand, so that the readers' libraries are not tested against
 * themselves. */
#ifndef AG_MADE_NPY_H
#define AG_MADE_NPY_H

#include "made_gzip.h"

#include <stdio.h>

enum { MADE_NPY_ROOM = 8192 };

typedef struct made_file {
    size_t n;
    uint8_t bytes[MADE_NPY_ROOM];
} made_file;

static inline void made_add(made_file *f, const void *bytes, size_t n) {
    if (n) memcpy(f->bytes + f->n, bytes, n);
    f->n += n;
}

/* A .npy of version 1.0 with this header and this content. */
static inline made_file made_npy(const char *header, const void *data, size_t n) {
    made_file f = {.n = 0};
    made_add(&f, "\x93NUMPY\x01\x00", 8);
    f.n = made_put(f.bytes, f.n, (uint32_t)strlen(header), 2);
    made_add(&f, header, strlen(header));
    made_add(&f, data, n);
    return f;
}

/* The usual header: "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n" */
static inline made_file made_array(const char *type, const char *shape, const void *data,
                                   size_t n) {
    char header[160];
    snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n",
             type, shape);
    return made_npy(header, data, n);
}

/* --- zip, APPNOTE.TXT of PKWARE: members one by one, then what is where ----------------- */

typedef struct made_zip {
    made_file file, directory;
    int n_members;
} made_zip;

/* A stored member; what the headers say of its sizes and method may be a lie. */
typedef struct made_member {
    const char *name;
    uint32_t packed, size; /* 0: as it is */
    int method, flags;
} made_member;

static inline void made_zip_fields(made_file *f, const made_member *m, const made_file *data) {
    const uint32_t size = (uint32_t)data->n;
    f->n = made_put(f->bytes, f->n, 20, 2); /* version needed */
    f->n = made_put(f->bytes, f->n, (uint32_t)m->flags, 2);
    f->n = made_put(f->bytes, f->n, (uint32_t)m->method, 2);
    f->n = made_put(f->bytes, f->n, 0x00210000, 4); /* the first of January 1980 */
    f->n = made_put(f->bytes, f->n, made_crc(data->bytes, data->n), 4);
    f->n = made_put(f->bytes, f->n, m->packed ? m->packed : size, 4);
    f->n = made_put(f->bytes, f->n, m->size ? m->size : size, 4);
    f->n = made_put(f->bytes, f->n, (uint32_t)strlen(m->name), 2);
    f->n = made_put(f->bytes, f->n, 0, 2);
}

static inline void made_zip_add(made_zip *z, made_member m, const made_file *data) {
    const size_t at = z->file.n;
    z->file.n = made_put(z->file.bytes, z->file.n, 0x04034b50, 4);
    made_zip_fields(&z->file, &m, data);
    made_add(&z->file, m.name, strlen(m.name));
    made_add(&z->file, data->bytes, data->n);
    made_file *d = &z->directory;
    d->n = made_put(d->bytes, d->n, 0x02014b50, 4);
    d->n = made_put(d->bytes, d->n, 20, 2);
    made_zip_fields(d, &m, data);
    memset(d->bytes + d->n, 0, 10); /* comment, disk, attributes */
    d->n += 10;
    d->n = made_put(d->bytes, d->n, (uint32_t)at, 4);
    made_add(d, m.name, strlen(m.name));
    z->n_members++;
}

static inline made_file made_zip_end(const made_zip *z) {
    made_file f = z->file;
    made_add(&f, z->directory.bytes, z->directory.n);
    f.n = made_put(f.bytes, f.n, 0x06054b50, 4);
    f.n = made_put(f.bytes, f.n, 0, 4);
    f.n = made_put(f.bytes, f.n, (uint32_t)z->n_members, 2);
    f.n = made_put(f.bytes, f.n, (uint32_t)z->n_members, 2);
    f.n = made_put(f.bytes, f.n, (uint32_t)z->directory.n, 4);
    f.n = made_put(f.bytes, f.n, (uint32_t)z->file.n, 4);
    f.n = made_put(f.bytes, f.n, 0, 2);
    return f;
}

#endif
