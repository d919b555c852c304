/* What `actgrid datasets info FILE` says. */
#ifndef AG_FILE_INFO_H
#define AG_FILE_INFO_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>
#include <stdio.h>

/* Whether info's word is a file rather than the name of a data set. */
bool ag_names_a_file(const char *word);

ag_status ag_file_info(FILE *out, bool json, const char *path, ag_arena *arena, ag_error *err);

#endif
