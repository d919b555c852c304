/* .npy: one array, as numpy writes it. */
#include "datasets/arrays/array_facts.h"

#include <string.h>

static ag_file_likeness recognise(const ag_file_head *head) {
    const bool is = !head->packed && head->n >= 6 && memcmp(head->bytes, "\x93NUMPY", 6) == 0;
    return is ? AG_FILE_CERTAIN : AG_FILE_OTHER;
}

/* Alone it is no data set: examples and answers are two files. */
static ag_status inspect(const char *path, ag_arena *arena, ag_file_facts *facts, ag_error *err) {
    const ag_array_names names = {.n = 1, .name = {"array"}};
    ag_ndarray array;
    AG_TRY(ag_read_npy(path, "array", true, arena, &array, err));
    AG_TRY(ag_array_facts(path, "npy", &names, ag_read_npy, arena, facts, err));
    facts->n_rows = array.dim[0];
    return AG_OK;
}

const ag_file_format ag_format_npy = {
    .about = {.name = "npy",
              .formula = "NPY, an array as numpy writes it",
              .paper = "numpy.lib.format, https://numpy.org/doc/stable/reference/generated/"
                       "numpy.lib.format.html"},
    .recognise = recognise,
    .inspect = inspect,
};
