/* HDF5: arrays in groups. */
#include "datasets/arrays/array_facts.h"

#include <string.h>

static ag_file_likeness recognise(const ag_file_head *head) {
    const bool is =
        !head->packed && head->n >= 8 && memcmp(head->bytes, "\x89HDF\r\n\x1a\n", 8) == 0;
    return is ? AG_FILE_CERTAIN : AG_FILE_OTHER;
}

static ag_status inspect(const char *path, ag_arena *arena, ag_file_facts *facts, ag_error *err) {
    ag_array_names names;
    AG_TRY(ag_list_hdf5(path, arena, &names, err));
    return ag_array_facts(path, "hdf5", &names, ag_read_hdf5, arena, facts, err);
}

const ag_file_format ag_format_hdf5 = {
    .about = {.name = "hdf5",
              .formula = "HDF5, arrays in groups",
              .paper = "The HDF Group, HDF5 file format specification, "
                       "https://www.hdfgroup.org/solutions/hdf5"},
    .recognise = recognise,
    .inspect = inspect,
};
