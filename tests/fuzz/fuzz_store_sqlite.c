/* results.sqlite from any bytes, or of its log: asked as `status`, `query` and `export` do, and
 * written to as a run does. The first byte says which of the three files it is. */
#include "stored.h"

#include "results/store/print/table.h"

#include <stdint.h>
#include <sys/stat.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { DATABASE, LOG, JOURNAL, N_FILES };

static const char *const file_names[N_FILES] = {"results.sqlite", "results.sqlite-wal",
                                                "results.sqlite-journal"};

static void seed(int argc, char **argv, const char *name, int what, const char *from) {
    char command[1200];
    snprintf(command, sizeof command, "cd '%s' && { printf '\\%o'; cat '%s'; } >seed", folder,
             (unsigned)what, from);
    if (system(command) != 0) abort();
    stored_seed(argc, argv, name, in_folder("seed"));
}

/* Pages of 512 bytes: a store of all tables is a tenth as large, and hit ten times as often. */
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    stored_make();
    run_sql("whole", "PRAGMA journal_mode = delete; PRAGMA page_size = 512; VACUUM");
    if (check_failed) abort();
    seed(*argc, *argv, "database", DATABASE, "whole/results.sqlite");
    seed(*argc, *argv, "log", LOG, "killed/results.sqlite-wal");
    return 0;
}

static ag_status no_begin(void *self, int n, const char *const *names, ag_error *err) {
    (void)self, (void)n, (void)names, (void)err;
    return AG_OK;
}

static ag_status no_row(void *self, const ag_cell *cells, ag_error *err) {
    (void)self, (void)cells, (void)err;
    return AG_OK;
}

static ag_status no_trial(void *self, const ag_kept *trial, ag_error *err) {
    (void)self, (void)trial, (void)err;
    return AG_OK;
}

static void ask_all(void) {
    static const char *const questions[] = {"SELECT * FROM trial", "@leaderboard", "@convergence",
                                            "SELECT name, sql FROM sqlite_schema"};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_reader *reader;
    ag_error err = {0};
    if (ag_reader_open(in_folder("now"), &arena, &reader, &err) == AG_OK) {
        for (int i = 0; i < AG_COUNT(questions); i++) {
            err.text[0] = '\0';
            const ag_row_sink sink = {no_begin, no_row, NULL};
            if (ag_reader_select(reader, questions[i], 1, sink, &err) != AG_OK && !err.text[0])
                abort();
        }
        ag_reader_close(reader);
    } else if (!err.text[0])
        abort();
    ag_arena_close(&arena);
}

static void write_all(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_store_about about = stored_about();
    ag_rows *rows;
    ag_error err = {0};
    ag_status status = ag_rows_open(in_folder("now"), &about, &arena, &rows, &err);
    if (status == AG_OK) {
        status = ag_rows_each(rows, no_trial, NULL, &err);
        if (status == AG_OK) status = ag_rows_settle(rows, &err);
        ag_rows_close(rows);
    }
    if (status != AG_OK && !err.text[0]) abort();
    ag_arena_close(&arena);
}

/* The database that the log or journal lies beside. */
static void put_database(int what) {
    static char bytes[N_FILES][1 << 20];
    static size_t n[N_FILES];
    if (n[what] == 0) {
        const char *name = what == LOG ? "killed/results.sqlite" : "whole/results.sqlite";
        FILE *f = fopen(in_folder(name), "rb");
        n[what] = f ? fread(bytes[what], 1, sizeof bytes[what], f) : 0;
        if (n[what] == 0 || fclose(f) != 0) abort();
    }
    stored_write(in_folder("now/results.sqlite"), bytes[what], n[what]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const char *const left[] = {"now/results.sqlite",     "now/results.sqlite-wal",
                                       "now/results.sqlite-shm", "now/results.sqlite-journal",
                                       "now/curves.h5",          "now/arrays.log"};
    const int what = n ? bytes[0] % N_FILES : DATABASE;
    char path[64];
    mkdir(in_folder("now"), 0777);
    for (int i = 0; i < AG_COUNT(left); i++)
        unlink(in_folder(left[i]));
    if (what != DATABASE) put_database(what);
    snprintf(path, sizeof path, "now/%s", file_names[what]);
    stored_write(in_folder(path), bytes + (n > 0), n - (n > 0));
    ask_all();
    write_all();
    return 0;
}
