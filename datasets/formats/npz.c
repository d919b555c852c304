/* .npz: a zip archive of arrays, as numpy writes it. */
#include "datasets/arrays/array_facts.h"

#include <string.h>

/* A zip archive whose first member is an array; others are not ours. */
static ag_file_likeness recognise(const ag_file_head *head) {
    enum { NAME_LENGTH_AT = 26, NAME_AT = 30 };
    const uint8_t *b = head->bytes;
    if (head->packed || head->n < NAME_AT || memcmp(b, "PK\x03\x04", 4) != 0) return AG_FILE_OTHER;
    const size_t n = (size_t)b[NAME_LENGTH_AT] | (size_t)b[NAME_LENGTH_AT + 1] << 8;
    if (n < 4 || n > head->n - NAME_AT) return AG_FILE_OTHER;
    return memcmp(b + NAME_AT + n - 4, ".npy", 4) == 0 ? AG_FILE_CERTAIN : AG_FILE_OTHER;
}

static ag_status inspect(const char *path, ag_arena *arena, ag_file_facts *facts, ag_error *err) {
    ag_array_names names;
    AG_TRY(ag_list_npz(path, arena, &names, err));
    return ag_array_facts(path, "npz", &names, ag_read_npz, arena, facts, err);
}

const ag_file_format ag_format_npz = {
    .about = {.name = "npz",
              .formula = "NPZ, arrays as numpy archives them",
              .paper = "numpy.lib.format, https://numpy.org/doc/stable/reference/generated/"
                       "numpy.lib.format.html"},
    .recognise = recognise,
    .inspect = inspect,
};
