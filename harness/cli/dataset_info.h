/* What `actgrid datasets list` and `info` say. */
#ifndef AG_DATASET_INFO_H
#define AG_DATASET_INFO_H

#include "datasets/dataset.h"

#include <stdio.h>

/* A line for each set, or a JSON array: name, size, and where its files are. */
void ag_dataset_list(FILE *out, bool json, ag_arena *arena);

/* Everything about a set with these parameters. What can only be known by reading is
 * left out (null in JSON) where files are missing; a damaged file is an error. */
ag_status ag_dataset_info(FILE *out, bool json, const ag_choice *choice, ag_arena *arena,
                          ag_error *err);

#endif
