/* A text as a new file: nothing is overwritten, and nothing is written twice. */
#ifndef AG_REPORT_FILE_H
#define AG_REPORT_FILE_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stddef.h>

typedef struct ag_report_file {
    const char *folder, *stem, *ending; /* runs/x, REPORT, .md */
    const char *text;
    size_t n;
} ag_report_file;

/* FOLDER/REPORT.md; if that is there and says something else REPORT-2.md, and so on. *path is the
 * one that says it now, also if it did before. */
ag_status ag_report_file_write(const ag_report_file *file, ag_arena *arena, const char **path,
                               ag_error *err);

#endif
