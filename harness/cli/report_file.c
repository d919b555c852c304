#include "harness/cli/report_file.h"

#include "harness/base/file_draft.h"

#include <errno.h>
#include <string.h>

enum { FILES_MAX = 1000 };

/* room: [n + 1] */
static bool says_the_same(const char *path, const ag_report_file *file, char *room) {
    FILE *f = fopen(path, "rb");
    const size_t there = f ? fread(room, 1, file->n + 1, f) : 0;
    if (f) fclose(f);
    return f && there == file->n && memcmp(room, file->text, file->n) == 0;
}

static ag_status write_new(const char *path, const ag_report_file *file, ag_arena *arena,
                           bool *exists, ag_error *err) {
    ag_file_draft draft;
    ag_error trouble = {0};
    *exists = false;
    AG_TRY(ag_file_draft_open(path, arena, &draft, err));
    FILE *f = ag_file_draft_stream(&draft);
    const bool ok = f && fwrite(file->text, 1, file->n, f) == file->n;
    if ((f && fclose(f) != 0) || !ok) {
        ag_file_draft_drop(&draft);
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not write '%s': %s", path, strerror(errno));
    }
    const ag_status status = ag_file_draft_keep_new(&draft, &trouble);
    *exists = status && errno == EEXIST;
    if (!status || *exists) return AG_OK;
    *err = trouble;
    return ag_pass(err, status, __FILE__, __LINE__);
}

ag_status ag_report_file_write(const ag_report_file *file, ag_arena *arena, const char **path,
                               ag_error *err) {
    const size_t size = strlen(file->folder) + strlen(file->stem) + strlen(file->ending) + 16;
    char *name = AG_NEW_ARRAY(arena, char, size), *room = AG_NEW_ARRAY(arena, char, file->n + 1);
    if (!name || !room) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a report");
    *path = name;
    for (int i = 1; i < FILES_MAX; i++) {
        char number[16] = "";
        bool exists;
        if (i > 1) snprintf(number, sizeof number, "-%d", i);
        snprintf(name, size, "%s/%s%s%s", file->folder, file->stem, number, file->ending);
        if (says_the_same(name, file, room)) return AG_OK;
        AG_TRY(write_new(name, file, arena, &exists, err));
        if (!exists) return AG_OK;
    }
    return AG_FAIL(err, AG_IO, AG_NOWHERE, "'%s' has %d files %s%s already: move some",
                   file->folder, FILES_MAX, file->stem, file->ending);
}
