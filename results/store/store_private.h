/* What the files of the store share: rows.c and those named in rows_private.h (SQLite, writing),
 * reader.c and query.c (SQLite, reading), log.c (arrays on their way), arrays.c and gather.c
 * (HDF5), store.c (order), lock.c (who writes), file_system.c, writer.c (the thread that writes),
 * checkpoint.c, summary.c. */
#ifndef AG_STORE_PRIVATE_H
#define AG_STORE_PRIVATE_H

#include "harness/base/arena.h"
#include "results/store/store.h"

/* PRAGMA user_version of results/schema.sql; the oldest that a run brings up to date: those before
 * can be asked only. */
enum { AG_STORE_FORMAT = 9, AG_STORE_OLDEST_UPGRADED = 3 };

/* --- summary.c: a trial's own summaries, columns of `trial` ----------------- */

/* Index 0: before the first step; 1: the last epoch. NaN where there is none. */
typedef struct ag_summary {
    double gradient_decay[2], delta_decay[2], dead_fraction[2];
} ag_summary;

ag_summary ag_summary_of(const ag_record *record);

/* Columns of layer_row: how small the weight gradient of layer_rows[layer] became. */
typedef struct ag_vanishing {
    double smallest; /* NaN: no gradient was recorded */
    long epoch;      /* the first with a norm under AG_VANISHED; -1: none */
} ag_vanishing;

#define AG_VANISHED 1e-7

ag_vanishing ag_vanishing_of(const ag_record *record, int layer);

/* --- rows.c ------------------------------------------------------------------ */

typedef struct ag_rows ag_rows;

/* A trial that says something (finished or diverged), as /trials of curves.h5
 * shows it. Valid during the visit. */
typedef struct ag_kept {
    uint64_t id;
    const char *status, *dataset, *model, *activation, *initializer, *optimizer;
    int depth, width, batch_size;
    double learning_rate;
    uint64_t seed;
} ag_kept;

typedef ag_status (*ag_kept_visit)(void *self, const ag_kept *trial, ag_error *err);

/* Opens or creates results.sqlite of the folder, notes experiment and environment. */
ag_status ag_rows_open(const char *dir, const ag_store_about *about, ag_arena *arena,
                       ag_rows **rows, ag_error *err);

/* Ids of all trials that say something, in ascending order of their text. */
ag_status ag_rows_each_id(ag_rows *rows, void (*visit)(void *self, uint64_t id), void *self,
                          ag_error *err);

/* The trials themselves, in the same order. */
ag_status ag_rows_each(ag_rows *rows, ag_kept_visit visit, void *self, ag_error *err);

/* How many trials of the plan are there already, when a run begins. */
ag_status ag_rows_begin_run(ag_rows *rows, size_t planned, size_t done, ag_error *err);

/* n records in one transaction, on the disk when it returns; all or none of them. Fills the
 * means of cells now and then, so that views stay fast while a run goes on. */
ag_status ag_rows_put(ag_rows *rows, const ag_record *const *records, int n, ag_error *err);

/* The end of a run: fills the means of the cells that changed, notes the memory it took. */
ag_status ag_rows_settle(ag_rows *rows, ag_error *err);

/* Whether results.sqlite is still the file that was opened. */
ag_status ag_rows_check_place(ag_rows *rows, ag_error *err);

void ag_rows_close(ag_rows *rows);

/* --- gather.c: curves.h5 -------------------------------------------------------- */

/* Whether the curves.h5 that is there, if one is, can be read: better known before a night of
 * training than after it. */
ag_status ag_arrays_check(const char *dir, ag_arena *arena, ag_error *err);

typedef struct ag_leftover ag_leftover;

/* What goes into curves.h5. */
typedef struct ag_harvest {
    const char *dir;
    ag_rows *rows;
    const uint64_t *ids; /* [n], ascending: the trials of `rows` */
    size_t n;
    const ag_leftover *leftover;
    int n_threads; /* that pack it: the same bytes for any number */
} ag_harvest;

/* Makes a new curves.h5: a row for each of the ids, taken from arrays.log if it stands there, else
 * from the curves.h5 that is there, else NaN. Needs memory for a block of trials, never for all. */
ag_status ag_arrays_gather(const ag_harvest *harvest, ag_arena *arena, ag_error *err);

/* --- planted.c ------------------------------------------------------------------ */

/* Whether a database and what lies beside it may be given to SQLite; the database may be missing.
 */
ag_status ag_database_files_check(const char *path, ag_error *err);

/* A journal that begins with 0, as after a loss of power: SQLite takes nothing back by it, and
 * leaves it where it is, once it writes a log. Not while somebody writes a journal. */
void ag_database_remove_cold_journal(const char *path);

/* --- files.c: names and durability -------------------------------------------- */

/* "a/b" in the arena; NULL: out of memory. */
char *ag_path_join(ag_arena *arena, const char *folder, const char *name);

/* There is no results.sqlite in `dir`, as ag_store_folder gave it: says what there is instead. */
ag_status ag_store_missing(const char *dir, ag_error *err);

/* Creates the folder and what is missing above it: the entries of all these are on the disk when it
 * returns. */
ag_status ag_folder_make(const char *path, ag_error *err);

/* AG_IO: "could not <what> '<path>': " and what errno says, and what to do about it. */
ag_status ag_file_trouble(const char *what, const char *path, ag_error *err);

/* "; " and what to do about an errno; "" where its words are enough. */
const char *ag_file_advice(int cause);

/* Not whether it can be looked at: a file that is hidden by a failing disk is not gone. */
ag_status ag_file_is_there(const char *path, bool *there, ag_error *err);

/* Puts the entries of a folder on the disk: after a rename, before relying on it. */
ag_status ag_folder_sync(const char *path, ag_error *err);

/* Puts the folder's own entry, in the folder above, on the disk. One above that may not be read is
 * left alone: what it holds was not made by us. */
ag_status ag_folder_settle(const char *path, ag_error *err);

/* Whether fd is the file of this name, and not one that was removed or renamed meanwhile. */
bool ag_fd_is_at(int fd, const char *path);

/* All n bytes, or false and errno. */
bool ag_fd_write(int fd, const void *bytes, size_t n);

/* Gives a complete file its final name, durably: fsync, rename, fsync of the folder. */
ag_status ag_file_settle(const char *folder, const char *temporary, const char *final,
                         ag_error *err);

#endif
