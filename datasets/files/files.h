/* Files: read and written as a whole. */
#ifndef AG_FILES_H
#define AG_FILES_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* All of a file. AG_DATA if it cannot be read. */
ag_status ag_file_read(const char *path, ag_arena *arena, const uint8_t **bytes, size_t *n,
                       ag_error *err);

/* Size of a regular file; -1 if there is none. */
int64_t ag_file_size(const char *path);

/* Creates a folder and those above it. AG_IO. */
ag_status ag_data_folder_make(const char *path, ag_error *err);

/* "folder/name", or NULL. */
const char *ag_data_path_join(const char *folder, const char *name, ag_arena *arena);

/* All of a file at once, with the folders above it, by replacing what is there. AG_IO. */
ag_status ag_file_write(const char *path, const uint8_t *bytes, size_t n, ag_arena *arena,
                        ag_error *err);

#endif
