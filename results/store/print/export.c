/* A table of the store as a file. */
#include "results/store/print/table.h"
#include "results/store/store_private.h"

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

/* Into no file that is there, nor through a link. */
static FILE *create(const char *part) {
    const int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

/* On the disk, or errno. */
static bool close_durably(FILE *out) {
    const bool synced = fflush(out) == 0 && fsync(fileno(out)) == 0;
    const int cause = errno;
    const bool closed = fclose(out) == 0;
    if (!synced) errno = cause;
    return synced && closed;
}

/* The name of a file, and that of its folder. */
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

ag_status ag_table_export(ag_reader *reader, const char *table, ag_format format, const char *path,
                          size_t *n_rows, ag_error *err) {
    ag_arena arena = AG_ARENA_EMPTY;
    const size_t size = strlen(path) + sizeof ".part-" + 20;
    char *part = AG_NEW_ARRAY(&arena, char, size);
    if (!part) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    snprintf(part, size, "%s.part-%ld", path, (long)getpid());
    FILE *out = create(part);
    ag_status status = AG_OK;
    if (out) {
        status = write_rows(reader, table, format, out, n_rows, err);
        if (!close_durably(out) && status == AG_OK) status = ag_file_trouble("write", part, err);
        if (status == AG_OK) status = give_name(part, path, err);
        unlink(part);
        if (status == AG_OK) status = settle_name(path, &arena, err);
    } else {
        status = ag_file_trouble("create", part, err);
    }
    ag_arena_close(&arena);
    return status;
}
