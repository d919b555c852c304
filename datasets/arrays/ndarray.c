#include "datasets/arrays/ndarray.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void ag_ndarray_lay_out(ag_ndarray *a, bool fortran) {
    size_t stride = a->size;
    for (int i = 0; i < a->n_dims; i++) {
        const int d = fortran ? i : a->n_dims - 1 - i;
        a->stride[d] = stride;
        stride *= a->dim[d];
    }
}

size_t ag_ndarray_row_size(const ag_ndarray *a) {
    size_t n = 1;
    for (int d = 1; d < a->n_dims; d++)
        n *= a->dim[d];
    return n;
}

/* --- from bytes to double ---------------------------------------------------- */

static inline void fetch(void *value, const uint8_t *from, size_t size, bool swapped) {
    uint8_t *to = value;
    if (!swapped)
        memcpy(to, from, size);
    else
        for (size_t i = 0; i < size; i++)
            to[i] = from[size - 1 - i];
}

/* binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
static double half(uint16_t h) {
    const int exponent = h >> 10 & 31, fraction = h & 1023;
    double v;
    if (exponent == 31)
        v = fraction ? (double)NAN : HUGE_VAL;
    else if (exponent == 0)
        v = ldexp(fraction, -24);
    else
        v = ldexp(1024 + fraction, exponent - 25);
    return h >> 15 ? -v : v;
}

#define LINE(type, convert)                                                                        \
    for (size_t i = 0; i < n; i++) {                                                               \
        type v;                                                                                    \
        fetch(&v, from + i * stride, sizeof v, a->swapped);                                        \
        out[i] = convert(v);                                                                       \
    }                                                                                              \
    break

#define TO_DOUBLE(v) ((double)(v))
#define TO_TRUTH(v) ((v) ? 1.0 : 0.0)

/* n numbers, `stride` bytes apart. */
static void line(const ag_ndarray *a, const uint8_t *from, size_t stride, size_t n, double *out) {
    switch ((int)a->kind * 16 + (int)a->size) {
    case AG_NUMBER_BOOL * 16 + 1: LINE(uint8_t, TO_TRUTH);
    case AG_NUMBER_SIGNED * 16 + 1: LINE(int8_t, TO_DOUBLE);
    case AG_NUMBER_SIGNED * 16 + 2: LINE(int16_t, TO_DOUBLE);
    case AG_NUMBER_SIGNED * 16 + 4: LINE(int32_t, TO_DOUBLE);
    case AG_NUMBER_SIGNED * 16 + 8: LINE(int64_t, TO_DOUBLE);
    case AG_NUMBER_UNSIGNED * 16 + 1: LINE(uint8_t, TO_DOUBLE);
    case AG_NUMBER_UNSIGNED * 16 + 2: LINE(uint16_t, TO_DOUBLE);
    case AG_NUMBER_UNSIGNED * 16 + 4: LINE(uint32_t, TO_DOUBLE);
    case AG_NUMBER_UNSIGNED * 16 + 8: LINE(uint64_t, TO_DOUBLE);
    case AG_NUMBER_FLOAT * 16 + 2: LINE(uint16_t, half);
    case AG_NUMBER_FLOAT * 16 + 4: LINE(float, TO_DOUBLE);
    case AG_NUMBER_FLOAT * 16 + 8: LINE(double, TO_DOUBLE);
    default: break;
    }
}

void ag_ndarray_row(const ag_ndarray *a, size_t i, double *out) {
    size_t dim[3] = {1, 1, 1}, stride[3] = {0, 0, 0};
    const int inner = a->n_dims - 1;
    for (int d = 0; d < inner && d < 3; d++) {
        dim[3 - inner + d] = a->dim[1 + d];
        stride[3 - inner + d] = a->stride[1 + d];
    }
    const uint8_t *from = a->bytes + i * a->stride[0];
    for (size_t p = 0; p < dim[0]; p++)
        for (size_t q = 0; q < dim[1]; q++, out += dim[2])
            line(a, from + p * stride[0] + q * stride[1], stride[2], dim[2], out);
}

/* --- words -------------------------------------------------------------------- */

const char *ag_ndarray_name(const char *name, const char *file, ag_arena *arena) {
    const size_t size = strlen(name) + strlen(file) + sizeof " of ";
    char *text = AG_NEW_ARRAY(arena, char, size);
    if (text) snprintf(text, size, "%s of %s", name, file);
    return text;
}

const char *ag_ndarray_place(char text[AG_NDARRAY_PLACE_MAX], const ag_ndarray *a, size_t i,
                             size_t k) {
    int at = snprintf(text, AG_NDARRAY_PLACE_MAX, "%.90s: [%zu", a->name, i);
    size_t below = ag_ndarray_row_size(a);
    for (int d = 1; d < a->n_dims && at < AG_NDARRAY_PLACE_MAX; d++) {
        below /= a->dim[d];
        at += snprintf(text + at, (size_t)(AG_NDARRAY_PLACE_MAX - at), ", %zu",
                       k / below % a->dim[d]);
    }
    if (at < AG_NDARRAY_PLACE_MAX - 1) strcat(text, "]");
    return text;
}

const char *ag_ndarray_shape(char text[AG_NDARRAY_PLACE_MAX], const ag_ndarray *a) {
    int at = snprintf(text, AG_NDARRAY_PLACE_MAX, "[");
    for (int d = 0; d < a->n_dims && at < AG_NDARRAY_PLACE_MAX; d++)
        at += snprintf(text + at, (size_t)(AG_NDARRAY_PLACE_MAX - at), "%s%zu", d ? ", " : "",
                       a->dim[d]);
    if (at < AG_NDARRAY_PLACE_MAX - 1) strcat(text, "]");
    return text;
}

const char *ag_ndarray_type(char text[16], const ag_ndarray *a) {
    static const char *const words[] = {"bool", "int", "uint", "float"};
    if (a->kind == AG_NUMBER_BOOL)
        snprintf(text, 16, "bool");
    else
        snprintf(text, 16, "%s%zu", words[a->kind], 8 * a->size);
    return text;
}

ag_status ag_ndarray_finite(const ag_ndarray *a, double *row, ag_error *err) {
    char place[AG_NDARRAY_PLACE_MAX];
    const size_t n = ag_ndarray_row_size(a);
    if (a->kind != AG_NUMBER_FLOAT) return AG_OK;
    for (size_t i = 0; i < a->dim[0]; i++) {
        ag_ndarray_row(a, i, row);
        for (size_t k = 0; k < n; k++)
            if (!isfinite(row[k]))
                return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                               "%s is %s, must be finite (places count from 0)",
                               ag_ndarray_place(place, a, i, k),
                               isnan(row[k]) ? "nan"
                               : row[k] > 0  ? "infinite"
                                             : "minus infinite");
    }
    return AG_OK;
}
