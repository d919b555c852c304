/* A table of the store as a file. */
#include "harness/base/file_draft.h"
#include "results/store/print/table.h"
#include "results/store/store_private.h"

#include <errno.h>
#include <stdlib.h>

enum { NAME_MAX_BYTES = 120 };

static ag_status write_rows(ag_reader *reader, const char *table, ag_format format, FILE *out,
                            size_t *n_rows, ag_error *err) {
    char sql[NAME_MAX_BYTES + 40]; /* names of our own schema: letters and _ */
    snprintf(sql, sizeof sql, "SELECT * FROM \"%.*s\"", NAME_MAX_BYTES, table);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_printer printer = {.out = out, .format = format, .arena = &arena, .new_file = true};
    ag_status status = ag_reader_select(reader, sql, 0, ag_printer_sink(&printer), err);
    if (status == AG_OK) status = ag_printer_end(&printer, err);
    *n_rows = printer.n_rows;
    ag_arena_close(&arena);
    return status;
}

/* The name of a file, and that of its folder. The draft has synced the first where that can be
 * done; here it must be. */
static ag_status settle_name(const char *path, ag_arena *arena, ag_error *err) {
    char *folder = AG_NEW_ARRAY(arena, char, strlen(path) + 2);
    if (!folder) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    char *slash = strrchr(strcpy(folder, path), '/');
    if (slash)
        slash[slash == folder] = '\0';
    else
        strcpy(folder, ".");
    AG_TRY(ag_folder_sync(folder, err));
    return ag_folder_settle(folder, err);
}

/* Of `path` or its draft; errno says what. */
static ag_status trouble(const char *path, ag_error *err) {
    if (errno != EEXIST) return ag_file_trouble("write", path, err);
    return AG_FAIL(err, AG_IO, AG_NOWHERE, "'%s' came into being meanwhile: not replaced", path);
}

static ag_status fill(const ag_file_draft *draft, ag_reader *reader, const char *table,
                      ag_format format, size_t *n_rows, ag_error *err) {
    FILE *out = ag_file_draft_stream(draft);
    if (!out) return trouble(draft->path, err);
    const ag_status status = write_rows(reader, table, format, out, n_rows, err);
    if (fclose(out) != 0 && status == AG_OK) return trouble(draft->path, err);
    return status;
}

ag_status ag_table_export(ag_reader *reader, const char *table, ag_format format, const char *path,
                          size_t *n_rows, ag_error *err) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_file_draft draft;
    ag_status status = ag_file_draft_open(path, &arena, &draft, err);
    if (status == AG_OK) {
        status = fill(&draft, reader, table, format, n_rows, err);
        if (status != AG_OK)
            ag_file_draft_drop(&draft);
        else if (ag_file_draft_keep_new(&draft, err) != AG_OK)
            status = trouble(path, err);
        else
            status = settle_name(path, &arena, err);
    } else if (status == AG_IO) {
        status = ag_file_trouble("create", path, err);
    }
    ag_arena_close(&arena);
    return status;
}
