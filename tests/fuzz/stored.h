/* A small store whose files are the fuzzer's, one at a time. */
#ifndef AG_FUZZ_STORED_H
#define AG_FUZZ_STORED_H

#include "results/store/arrays/log_private.h"
#include "store_fixture.h"

enum { STORED = 3 };

static inline void stored_write(const char *path, const void *bytes, size_t n) {
    FILE *f = fopen(path, "wb");
    if (!f || (n && fwrite(bytes, 1, n, f) != n) || fclose(f) != 0) abort();
}

/* The corpus's first file: the file as the program made it. argv[1] is the corpus's folder. */
static inline void stored_seed(int argc, char **argv, const char *name, const char *from) {
    char command[1200];
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-') {
            snprintf(command, sizeof command, "test ! -d '%s' || cp -f '%s' '%s/%s'", argv[i], from,
                     argv[i], name);
            if (system(command) != 0) abort();
            return;
        }
}

/* Stores in /dev/shm: `killed`, with arrays.log and the log of SQLite, and `whole`. */
static inline void stored_make(void) {
    snprintf(folder, sizeof folder, "/dev/shm/actgrid-fuzz-XXXXXX");
    if (!mkdtemp(folder)) abort();
    atexit(remove_folder);
    static const char *const activations[STORED] = {"relu", "tanh", "elu"};
    ag_store *store = open_store("whole", "{}", 0, NULL);
    for (int i = 0; i < STORED; i++) {
        fixture f;
        make(&f, activations[i], 0.1, (uint64_t)i, 0.5);
        put(store, &f);
    }
    copy_store("whole", "killed");
    close_store(store);
    if (check_failed) abort();
}

static inline ag_store_about stored_about(void) {
    static const ag_plan plan = {
        .file = "x.yaml", .name = "test", .description = "", .source = "", .resolved = "{}"};
    return (ag_store_about){
        .plan = &plan, .environment = facts, .n_environment = 2, .n_threads = 1};
}

typedef struct stored_ids {
    uint64_t *id;
    size_t n;
} stored_ids;

static inline void stored_id(void *self, uint64_t id) {
    stored_ids *last = self;
    if (last->n == STORED) abort();
    last->id[last->n++] = id;
}

/* What the next run makes of arrays.log and curves.h5 in `whole`; its rows stay open. What is
 * refused must be said. */
static inline void stored_gather(void) {
    static ag_arena kept = AG_ARENA_EMPTY;
    static ag_rows *rows;
    static uint64_t ids[STORED];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_leftover leftover;
    ag_error err = {0};
    const ag_store_about about = stored_about();
    if (!rows) {
        stored_ids last = {ids, 0};
        if (ag_rows_open(in_folder("whole"), &about, &kept, &rows, &err) ||
            ag_rows_each_id(rows, stored_id, &last, &err) || last.n != STORED)
            abort();
    }
    ag_status status = ag_arrays_check(in_folder("whole"), &arena, &err);
    if (status == AG_OK) {
        status = ag_leftover_open(in_folder("whole"), ids, STORED, &arena, &leftover, &err);
        if (status == AG_OK && (leftover.n_entries > 0 || leftover.damaged))
            status = ag_arrays_gather(
                &(ag_harvest){in_folder("whole"), rows, ids, STORED, &leftover, 1}, &arena, &err);
        ag_leftover_close(&leftover);
    }
    if (status != AG_OK && !err.text[0]) abort();
    ag_arena_close(&arena);
}

#endif
