#include "datasets/images/cifar.h"

#include "datasets/files/unpack.h"

#include <string.h>

const char *const ag_cifar_class_names[] = {
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck", NULL,
};

/* gzip ends with the size of what it packed, modulo 2^32, little-endian. */
static uint64_t size_in_trailer(const uint8_t *bytes, size_t n) {
    if (n < 18) return 0; /* nothing is packed into less */
    const uint8_t *b = bytes + n - 4;
    return (uint64_t)b[3] << 24 | (uint64_t)b[2] << 16 | (uint64_t)b[1] << 8 | b[0];
}

/* Bytes of the records: what n_records need, or what the file says that it has. */
static ag_status content_size(const char *file, const uint8_t *bytes, size_t n, size_t n_records,
                              size_t *size, ag_error *err) {
    const uint64_t limit = ag_unpack_limit(bytes, n);
    uint64_t wanted = (uint64_t)n_records * AG_CIFAR_RECORD;
    if (!n_records) {
        wanted = ag_is_gzip(bytes, n) ? size_in_trailer(bytes, n) : n;
        if (wanted % AG_CIFAR_RECORD || !wanted)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "%s is no CIFAR-10 file: its %llu bytes are no multiple of %d, a label "
                           "and 32 x 32 pixels in 3 colours",
                           file, (unsigned long long)wanted, AG_CIFAR_RECORD);
    }
    if (wanted > limit)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is truncated or damaged: its %zu bytes cannot hold %llu records", file,
                       n, (unsigned long long)(wanted / AG_CIFAR_RECORD));
    *size = (size_t)wanted;
    return AG_OK;
}

static ag_status check_labels(const char *file, const ag_cifar *cifar, ag_error *err) {
    for (size_t i = 0; i < cifar->n; i++) {
        const int label = cifar->records[i * AG_CIFAR_RECORD];
        if (label >= AG_CIFAR_CLASSES)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "%s: the label of record %zu is %d, must be 0 to %d", file, i, label,
                           AG_CIFAR_CLASSES - 1);
    }
    return AG_OK;
}

ag_status ag_cifar_decode(const char *file, const uint8_t *bytes, size_t n, size_t n_records,
                          ag_arena *arena, ag_cifar *cifar, ag_error *err) {
    size_t size = 0, got = n;
    bool more = false;
    AG_TRY(content_size(file, bytes, n, n_records, &size, err));
    const uint8_t *records = bytes;
    if (ag_is_gzip(bytes, n)) {
        uint8_t *unpacked = AG_NEW_ARRAY(arena, uint8_t, size);
        if (!unpacked)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the %zu bytes of %s", size,
                           file);
        AG_TRY(ag_unpack_check(file, ag_unpack(bytes, n, unpacked, size, &got, &more), err));
        records = unpacked;
    }
    if (got < size)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated: %zu of %zu bytes", file, got,
                       size);
    if (got > size || more)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has bytes behind its end, after %zu records",
                       file, size / AG_CIFAR_RECORD);
    const ag_cifar found = {.n = size / AG_CIFAR_RECORD, .records = records};
    AG_TRY(check_labels(file, &found, err));
    *cifar = found;
    return AG_OK;
}

void ag_cifar_copy(const ag_cifar *cifar, uint8_t *x8, int32_t *label) {
    for (size_t i = 0; i < cifar->n; i++) {
        const uint8_t *record = cifar->records + i * AG_CIFAR_RECORD;
        label[i] = record[0];
        memcpy(x8 + i * AG_CIFAR_PIXELS, record + 1, AG_CIFAR_PIXELS);
    }
}
