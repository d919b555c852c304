/* What arrays of a file are, for `datasets info FILE`. */
#ifndef AG_ARRAY_FACTS_H
#define AG_ARRAY_FACTS_H

#include "datasets/arrays/read_arrays.h"
#include "datasets/file_format.h"

/* Reads the named arrays and describes them; those that hold no numbers become warnings. As
 * examples and answers it takes x and y, else the first array of several dimensions and the
 * first other one of as many rows. `set`: the data set that reads such files. */
ag_status ag_array_facts(const char *path, const char *set, const ag_array_names *names,
                         ag_array_reader reader, ag_arena *arena, ag_file_facts *facts,
                         ag_error *err);

#endif
