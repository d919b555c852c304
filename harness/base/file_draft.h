/* A file in the making: written under a temporary name in the folder of its own, so that it appears
 * complete or not at all. */
#ifndef AG_FILE_DRAFT_H
#define AG_FILE_DRAFT_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdio.h>

typedef struct ag_file_draft {
    const char *path, *temporary; /* temporary: the path with ".part-" and a number behind it */
    int descriptor;               /* open for writing */
} ag_file_draft;

/* A new file: into none that is there, nor through a link. `path` is kept, not copied. Afterwards
 * call one of the last three below. All of these fail with AG_IO, and errno says why; this one with
 * AG_NOMEM, too. */
ag_status ag_file_draft_open(const char *path, ag_arena *arena, ag_file_draft *draft,
                             ag_error *err);

/* A stream into the draft, to be closed before the draft is; or NULL and errno. */
FILE *ag_file_draft_stream(const ag_file_draft *draft);

/* To the disk, then under its name, by replacing what is there. */
ag_status ag_file_draft_replace(ag_file_draft *draft, ag_error *err);
/* The same, or not at all if something is there, a link to nowhere included: errno is EEXIST. */
ag_status ag_file_draft_keep_new(ag_file_draft *draft, ag_error *err);
void ag_file_draft_drop(ag_file_draft *draft);

#endif
