#include "datasets/arrays/npy.h"

#include <string.h>

/* The header's text and how far it is read. */
typedef struct reader {
    const char *name;
    const char *at, *end;
} reader;

enum { SHOWN = 24 };

/* Some text for a message: what cannot be printed becomes '?'. */
static const char *shown(char text[SHOWN + 1], const char *from, const char *end) {
    size_t n = 0;
    for (; from < end && n < SHOWN && *from != '\n'; from++)
        text[n++] = *from >= ' ' && *from <= '~' ? *from : '?';
    text[n] = 0;
    return text;
}

static ag_status expected(const reader *r, const char *what, ag_error *err) {
    char text[SHOWN + 1];
    return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s: its .npy header has '%s' where %s must be",
                   r->name, shown(text, r->at, r->end), what);
}

static void skip_spaces(reader *r) {
    while (r->at < r->end && *r->at == ' ')
        r->at++;
}

static bool take(reader *r, const char *word) {
    const size_t n = strlen(word);
    skip_spaces(r);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0) return false;
    r->at += n;
    return true;
}

/* 'text' or "text": [*begin, *end) */
static ag_status take_text(reader *r, const char **begin, const char **end, ag_error *err) {
    skip_spaces(r);
    const char quote = r->at < r->end ? *r->at : 0;
    if (quote != '\'' && quote != '"') return expected(r, "a text in quotes", err);
    const char *close = memchr(r->at + 1, quote, (size_t)(r->end - r->at - 1));
    if (!close) return expected(r, "a text with both its quotes", err);
    *begin = r->at + 1;
    *end = close;
    r->at = close + 1;
    return AG_OK;
}

/* --- descr ------------------------------------------------------------------- */

/* What is in an array that holds no numbers; NULL: numbers, or nothing numpy knows. */
static const char *other_kind(char kind) {
    switch (kind) {
    case 'O': return "Python objects (pickled)";
    case 'c': return "complex numbers";
    case 'S':
    case 'a':
    case 'U': return "texts";
    case 'M': return "dates";
    case 'm': return "time spans";
    case 'V': return "raw bytes";
    default: return NULL;
    }
}

static bool kind_of(char letter, size_t size, ag_number_kind *kind) {
    const bool power = size == 1 || size == 2 || size == 4 || size == 8;
    switch (letter) {
    case 'b': *kind = AG_NUMBER_BOOL; return size == 1;
    case 'i': *kind = AG_NUMBER_SIGNED; return power;
    case 'u': *kind = AG_NUMBER_UNSIGNED; return power;
    case 'f': *kind = AG_NUMBER_FLOAT; return power && size > 1;
    default: return false;
    }
}

static bool machine_is_big(void) {
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 0;
}

static ag_status take_descr(reader *r, ag_ndarray *array, ag_error *err) {
    const char *begin = NULL, *end = NULL;
    char text[SHOWN + 1];
    skip_spaces(r);
    if (r->at < r->end && *r->at == '[')
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s holds records of several fields, must hold numbers of one type",
                       r->name);
    AG_TRY(take_text(r, &begin, &end, err));
    shown(text, begin, end);
    const char order = begin < end && strchr("<>|=", *begin) ? *begin++ : '|';
    const char letter = begin < end ? *begin++ : ' ';
    const char *other = other_kind(letter);
    size_t size = 0;
    for (; begin < end && *begin >= '0' && *begin <= '9' && size < 1000; begin++)
        size = 10 * size + (size_t)(*begin - '0');
    if (other)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s holds %s, must hold numbers", r->name, other);
    if (begin != end || !kind_of(letter, size, &array->kind) || (order == '|' && size > 1))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s: its numbers are of type '%s', must be bool, whole numbers of 8 to 64 "
                       "bits or floats of 16 to 64 bits, with their byte order: '<f4'",
                       r->name, text);
    array->size = size;
    array->swapped = size > 1 && order != '=' && (order == '>') != machine_is_big();
    return AG_OK;
}

/* --- fortran_order, shape ------------------------------------------------------ */

static ag_status take_truth(reader *r, bool *truth, ag_error *err) {
    *truth = take(r, "True");
    if (*truth || take(r, "False")) return AG_OK;
    return expected(r, "True or False", err);
}

/* One dimension; *end: there are no more. */
static ag_status take_dimension(reader *r, ag_ndarray *array, bool *end, ag_error *err) {
    *end = take(r, ")");
    if (*end) return AG_OK;
    if (array->n_dims == AG_NDARRAY_DIMS_MAX)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has more than %d dimensions", r->name,
                       AG_NDARRAY_DIMS_MAX);
    if (take(r, "-"))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s says that dimension %d is negative, must be 0 or more", r->name,
                       array->n_dims);
    size_t size = 0;
    const char *first = r->at;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
        const size_t digit = (size_t)(*r->at - '0');
        if (size > (SIZE_MAX - digit) / 10)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "%s says that dimension %d is larger than memory can be", r->name,
                           array->n_dims);
        size = 10 * size + digit;
    }
    if (r->at == first) return expected(r, "a dimension (a whole number)", err);
    (void)take(r, "L"); /* as Python 2 wrote them */
    array->dim[array->n_dims++] = size;
    *end = take(r, ")");
    return *end || take(r, ",") ? AG_OK : expected(r, "a comma or ')'", err);
}

static ag_status take_shape(reader *r, ag_ndarray *array, ag_error *err) {
    bool end = false;
    array->n_dims = 0;
    if (!take(r, "(")) return expected(r, "'('", err);
    while (!end)
        AG_TRY(take_dimension(r, array, &end, err));
    if (array->n_dims == 0)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is a single number, must be an array",
                       r->name);
    return AG_OK;
}

/* --- the dictionary ------------------------------------------------------------- */

enum { DESCR, FORTRAN_ORDER, SHAPE, KEYS };
static const char *const keys[KEYS] = {"descr", "fortran_order", "shape"};

static ag_status take_pair(reader *r, bool seen[KEYS], ag_ndarray *array, bool *fortran,
                           ag_error *err) {
    const char *begin = NULL, *end = NULL;
    AG_TRY(take_text(r, &begin, &end, err));
    int key = 0;
    while (key < KEYS && (strlen(keys[key]) != (size_t)(end - begin) ||
                          memcmp(keys[key], begin, (size_t)(end - begin)) != 0))
        key++;
    if (key == KEYS || seen[key]) {
        char text[SHOWN + 1];
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s: its .npy header has '%s' %s", r->name,
                       shown(text, begin, end), key < KEYS ? "twice" : "as a key");
    }
    seen[key] = true;
    if (!take(r, ":")) return expected(r, "':'", err);
    switch (key) {
    case DESCR: return take_descr(r, array, err);
    case FORTRAN_ORDER: return take_truth(r, fortran, err);
    default: return take_shape(r, array, err);
    }
}

static ag_status take_header(reader *r, ag_ndarray *array, bool *fortran, ag_error *err) {
    bool seen[KEYS] = {false};
    if (!take(r, "{")) return expected(r, "'{'", err);
    while (!take(r, "}")) {
        AG_TRY(take_pair(r, seen, array, fortran, err));
        if (take(r, ",")) continue;
        if (!take(r, "}")) return expected(r, "a comma or '}'", err);
        break;
    }
    for (int k = 0; k < KEYS; k++)
        if (!seen[k])
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s: its .npy header lacks '%s'", r->name,
                           keys[k]);
    skip_spaces(r);
    if (r->end - r->at == 1 && *r->at == '\n') return AG_OK;
    return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s: its .npy header does not end with a line break",
                   r->name);
}

/* --- the file -------------------------------------------------------------------- */

/* Where the header's text begins and ends. */
static ag_status find_header(const char *name, const uint8_t *bytes, size_t n, size_t *begin,
                             size_t *end, ag_error *err) {
    static const uint8_t magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
    if (n < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is no .npy array: it does not begin with \\x93NUMPY", name);
    if (n < 10) return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated within its header", name);
    if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is of version %d.%d of the .npy format, must be 1.0, 2.0 or 3.0", name,
                       bytes[6], bytes[7]);
    const size_t n_length = bytes[6] == 1 ? 2 : 4;
    size_t length = 0;
    *begin = 8 + n_length;
    for (size_t i = 0; i < n_length && *begin <= n; i++)
        length |= (size_t)bytes[8 + i] << 8 * i;
    if (length > AG_NPY_HEADER_MAX - *begin)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s says that its header has %zu bytes, must be %zu at most", name, length,
                       AG_NPY_HEADER_MAX - *begin);
    *end = *begin + length;
    if (*end > n)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated within its header", name);
    return AG_OK;
}

/* Whether the file has as many bytes behind its header as the shape asks for. */
static ag_status check_size(const ag_ndarray *a, uint64_t behind, ag_error *err) {
    char shape[AG_NDARRAY_PLACE_MAX], type[16];
    uint64_t wanted = a->size;
    bool absurd = false, empty = false;
    for (int d = 0; d < a->n_dims; d++)
        empty |= a->dim[d] == 0;
    for (int d = 0; d < a->n_dims && !empty; d++) {
        absurd |= a->dim[d] > UINT64_MAX / wanted;
        wanted = absurd ? UINT64_MAX : wanted * a->dim[d];
    }
    if (empty) wanted = 0;
    if (wanted > behind)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is truncated or damaged: %s of %s do not fit in the %llu bytes behind "
                       "its header",
                       a->name, ag_ndarray_shape(shape, a), ag_ndarray_type(type, a),
                       (unsigned long long)behind);
    if (wanted < behind)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has %llu bytes behind its end", a->name,
                       (unsigned long long)(behind - wanted));
    return AG_OK;
}

ag_status ag_npy_header(const char *name, const uint8_t *bytes, size_t n, uint64_t total,
                        ag_ndarray *array, size_t *begin, ag_error *err) {
    ag_ndarray found = {.name = name};
    size_t text = 0, end = 0;
    bool fortran = false;
    AG_TRY(find_header(name, bytes, n, &text, &end, err));
    reader r = {.name = name, .at = (const char *)bytes + text, .end = (const char *)bytes + end};
    AG_TRY(take_header(&r, &found, &fortran, err));
    AG_TRY(check_size(&found, total - end, err));
    ag_ndarray_lay_out(&found, fortran);
    *array = found;
    *begin = end;
    return AG_OK;
}
