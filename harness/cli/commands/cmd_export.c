/* actgrid export: every table of a store as a file. */
#include "harness/base/glyph.h"
#include "harness/cli/command.h"
#include "results/store/print/table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Of the rows of a trial the view with the trial's id, not the table with its number. */
static const char *const TABLES =
    "SELECT CASE WHEN name LIKE '%\\_row' ESCAPE '\\' THEN substr(name, 1, length(name) - 4)"
    " ELSE name END AS name FROM sqlite_schema WHERE type = 'table'"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1";

typedef struct export {
    const ag_call *call;
    ag_reader *reader;
    const char *folder;
    ag_format format;
}
export;

/* folder/table.csv */
static char *path_of(const export *e, const char *table, ag_error *err) {
    const char *ending = ag_format_names[e->format];
    const size_t n = strlen(e->folder) + strlen(table) + strlen(ending) + 3;
    char *path = AG_NEW_ARRAY(e->call->arena, char, n);
    if (path)
        snprintf(path, n, "%s/%s.%s", e->folder, table, ending);
    else
        AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    return path;
}

static ag_status refuse_existing(const export *e, const ag_table *tables, ag_error *err) {
    for (size_t t = 0; t < tables->n_rows; t++) {
        const char *path = path_of(e, tables->cells[t], err);
        struct stat there;
        if (!path) return err->status;
        if (lstat(path, &there) == 0)
            return AG_FAIL(err, AG_IO, AG_NOWHERE,
                           "'%s' exists, and export overwrites nothing: move it, or choose another"
                           " folder with -o",
                           path);
    }
    return AG_OK;
}

static ag_status write_table(const export *e, const char *table, ag_error *err) {
    const char *path = path_of(e, table, err);
    size_t n_rows = 0;
    if (!path) return err->status;
    AG_TRY(ag_table_export(e->reader, table, e->format, path, &n_rows, err));
    ag_print_visible(stdout, path);
    printf("  %zu row%s\n", n_rows, n_rows == 1 ? "" : "s");
    return AG_OK;
}

/* The names of all tables, from the reader that reads them, too. */
typedef struct names {
    ag_arena *arena;
    ag_table *table;
    const char *cells[64];
} names;

static ag_status begin_names(void *self, int n_columns, const char *const *columns, ag_error *err) {
    names *n = self;
    (void)columns;
    (void)err;
    n->table->n_columns = n_columns;
    n->table->cells = n->cells;
    return AG_OK;
}

static ag_status read_name(void *self, const ag_cell *cells, ag_error *err) {
    names *n = self;
    char *copy = AG_NEW_ARRAY(n->arena, char, cells[0].n + 1);
    if (!copy) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a table's name");
    memcpy(copy, cells[0].text, cells[0].n);
    if (n->table->n_rows < (size_t)AG_COUNT(n->cells)) n->cells[n->table->n_rows++] = copy;
    return AG_OK;
}

static ag_status export_all(export *e, ag_error *err) {
    ag_table tables = {0};
    names n = {.arena = e->call->arena, .table = &tables};
    AG_TRY(ag_reader_select(e->reader, TABLES, 0, (ag_row_sink){begin_names, read_name, &n}, err));
    if (mkdir(e->folder, 0777) != 0 && errno != EEXIST)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not create the folder '%s': %s", e->folder,
                       strerror(errno));
    AG_TRY(refuse_existing(e, &tables, err));
    for (size_t t = 0; t < tables.n_rows; t++)
        AG_TRY(write_table(e, tables.cells[t], err));
    return AG_OK;
}

static int run(const ag_call *call) {
    ag_error err = {0};
    const char *name = ag_call_value(call, "format");
    export e = {.call = call, .folder = ag_call_value(call, "output"), .format = AG_FORMAT_CSV};
    if (name && strcmp(name, "csv") != 0 && strcmp(name, "jsonl") != 0)
        return ag_call_usage(call, "--format is '%s', must be csv or jsonl", name);
    if (name && strcmp(name, "jsonl") == 0) e.format = AG_FORMAT_JSONL;
    const char *dir = ag_store_folder(call->words[0], call->arena);
    if (dir && !e.folder) {
        char *folder = AG_NEW_ARRAY(call->arena, char, strlen(dir) + sizeof "/export");
        if (folder) sprintf(folder, "%s/export", dir);
        e.folder = folder;
    }
    if (!dir || !e.folder) return ag_call_no_memory(call);
    if (ag_reader_open(dir, call->arena, &e.reader, &err)) return ag_call_fail(call, &err);
    const ag_status status = export_all(&e, &err);
    ag_reader_close(e.reader);
    return status == AG_OK ? 0 : ag_call_fail(call, &err);
}

static const ag_option options[] = {
    {.name = "output", .letter = 'o', .value = "DIR", .meaning = "where; standard: DIR/export"},
    {.name = "format", .value = "FORMAT", .meaning = "csv (standard) or jsonl"},
};

const ag_command ag_cmd_export = {
    .about = {.name = "export", .formula = "every table of a store as CSV or JSON lines"},
    .arguments = "DIR|NAME",
    .least = 1,
    .most = 1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Writes one file per table, row by row: a store of any size needs no memory. All\n"
            "files show the same moment, also while a run goes on. Nothing is overwritten.\n"
            "Texts are written as they are: one that begins with = is a formula to a\n"
            "spreadsheet that opens the file by itself, so import its columns as text if a\n"
            "store is not your own.\n"
            "\n"
            "    actgrid export quickstart -o tables\n"
            "    actgrid export runs/quickstart --format jsonl\n",
    .run = run,
};
