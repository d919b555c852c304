/* A table of the store as a file. */
#include "results/store/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

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

/* link refuses to replace a file that came into being meanwhile; rename would not, but serves
 * where there are no links. */
static ag_status give_name(const char *part, const char *path, ag_error *err) {
    if (link(part, path) == 0) return AG_OK;
    if (errno == EEXIST || access(path, F_OK) == 0)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "'%s' came into being meanwhile: not replaced",
                       path);
    if (rename(part, path) != 0)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not create '%s': %s", path, strerror(errno));
    return AG_OK;
}

/* Into no other file, through a link that somebody put there. */
static FILE *create(const char *part) {
    const int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

ag_status ag_table_export(ag_reader *reader, const char *table, ag_format format, const char *path,
                          size_t *n_rows, ag_error *err) {
    ag_arena arena = AG_ARENA_EMPTY;
    char *part = AG_NEW_ARRAY(&arena, char, strlen(path) + sizeof ".part");
    if (!part) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    strcat(strcpy(part, path), ".part");
    FILE *out = create(part);
    ag_status status = AG_OK;
    if (out) {
        status = write_rows(reader, table, format, out, n_rows, err);
        if (fclose(out) != 0 && status == AG_OK)
            status =
                AG_FAIL(err, AG_IO, AG_NOWHERE, "could not write '%s': %s", part, strerror(errno));
        if (status == AG_OK) status = give_name(part, path, err);
        unlink(part);
    } else {
        status =
            AG_FAIL(err, AG_IO, AG_NOWHERE, "could not create '%s': %s", part, strerror(errno));
    }
    ag_arena_close(&arena);
    return status;
}
