/* The store: runs/<name>/results.sqlite for questions, curves.h5 for arrays.
 *
 * A trial exists if and only if its row in `trial` does. Its arrays are written
 * first (appended to arrays.log, fdatasync), the rows are committed last,
 * synchronous=FULL. Trials that arrive while the disk works are written together.
 * Whatever instant the power fails, nothing that was reported finished is lost
 * and no file needs repair. Closing gathers the arrays into curves.h5.
 */
#ifndef AG_STORE_H
#define AG_STORE_H

#include "harness/record/keeper.h"
#include "harness/record/record.h"
#include "results/store/selection.h"

typedef struct ag_store ag_store;

typedef struct ag_pair {
    const char *key, *value;
} ag_pair;

/* What the store says about where its numbers come from. */
typedef struct ag_store_about {
    const ag_plan *plan; /* name, description, source, resolved */
    /* Rows of the table `environment`. `data.<label of a data set>` is the digest of its data: a
     * store whose trials were trained on other data of this label refuses to be opened. */
    const ag_pair *environment;
    int n_environment;
    const ag_selection
        *selections; /* what a tuning has chosen: in the table `selection` from now */
    int n_selections;
    int n_threads; /* that closing may use; 0: one */
    /* Digest of what the bits of a trial depend on besides its settings and data, and the same in
     * a few words: checkpoints of another origin are of no use. NULL: "". */
    uint64_t origin;
    const char *origin_words;
} ag_store_about;

/* Opens runs/<name> for writing, creating it if it is not there. A second writer
 * is refused with the process that holds it. Left-over arrays of an interrupted
 * run are gathered; temporary files are removed. */
ag_status ag_store_open(const char *dir, const ag_store_about *about, ag_store **store,
                        ag_error *err);

/* Whether `dir` may not be written, and no run left anything there that waits for the next. */
bool ag_store_is_sealed(const char *dir);

/* Whether the trial is there and says something (finished or diverged). Failed
 * ones are tried again and then replaced. O(1). Not while a sink is in use. */
bool ag_store_has(const ag_store *store, uint64_t trial_id);

/* When this returns AG_OK the trial is on the disk, for good. */
ag_status ag_store_put(ag_store *store, const ag_record *record, ag_error *err);

/* For a run: takes trials over, writes them in a thread of its own, and says when they are on
 * the disk. */
ag_sink ag_store_sink(ag_store *store);

/* What is kept of trials in DIR/checkpoints. */
typedef enum ag_state_kind {
    AG_STATE_UNFINISHED, /* <trial_id>.ckpt: dropped when the trial is stored */
    AG_STATE_FINAL,      /* <trial_id>.final: where a longer training goes on; stays */
    AG_STATE_KINDS
} ag_state_kind;

/* Keeps states in DIR/checkpoints, while the store is open. */
ag_keeper ag_store_keeper(ag_store *store, ag_state_kind kind);

typedef struct ag_checkpoint_file {
    ag_checkpoint about; /* of a damaged one: its trial_id only */
    uint64_t origin;
    bool sound; /* its head is; the rest shows when it is fetched */
} ag_checkpoint_file;

/* What is kept in `dir` of trials that are not finished, by trial_id; nothing if there is no such
 * folder. */
ag_status ag_store_checkpoints(const char *dir, ag_arena *arena, ag_checkpoint_file **files,
                               size_t *n, ag_error *err);

/* The final state of a trial. false: there is none. */
bool ag_store_final(const char *dir, uint64_t trial_id, ag_checkpoint_file *file);

/* How many there are, and the bytes of their files. */
void ag_store_finals(const char *dir, size_t *n, uint64_t *bytes);

/* Gathers the arrays into curves.h5 and closes. The store is gone afterwards,
 * also on failure. */
ag_status ag_store_close(ag_store *store, ag_error *err);

enum { AG_HOLDER_MAX = 384 };

/* Whether somebody has the store open for writing, and who: "process 12 on host
 * since 2026-03-01T12:34:56Z". */
bool ag_store_holder(const char *dir, char holder[AG_HOLDER_MAX]);

/* The folder of a store by its path or, if there is no such folder, by its name
 * below runs/. A path that is neither comes back as it is. NULL: out of memory. */
const char *ag_store_folder(const char *name, ag_arena *arena);

/* --- reading ------------------------------------------------------------- */

typedef enum ag_cell_kind { AG_CELL_NULL, AG_CELL_NUMBER, AG_CELL_TEXT } ag_cell_kind;

/* Numbers are written so that they read back as the same bits; infinity is "inf".
 * Text is whatever bytes the store holds; printing makes it harmless. */
typedef struct ag_cell {
    ag_cell_kind kind;
    const char *text; /* ends in a 0 byte; NULL for NULL */
    size_t n;         /* bytes */
} ag_cell;

/* Receives a result row by row. What is passed is valid during the call only. */
typedef struct ag_row_sink {
    ag_status (*begin)(void *self, int n_columns, const char *const *columns, ag_error *err);
    ag_status (*row)(void *self, const ag_cell *cells, ag_error *err);
    void *self;
} ag_row_sink;

/* An existing store as it is at this moment: all reads see the same trials, also
 * while a run goes on. */
typedef struct ag_reader ag_reader;

ag_status ag_reader_open(const char *dir, ag_arena *arena, ag_reader **reader, ag_error *err);
void ag_reader_close(ag_reader *reader);

/* Ids of the trials that say something (finished or diverged), ascending; none if
 * nothing was ever stored in `dir`. Not under the clock. */
ag_status ag_store_ids(const char *dir, ag_arena *arena, uint64_t **ids, size_t *n, ag_error *err);

/* How long a training is: exactly one of these is above 0. */
typedef struct ag_length {
    long epochs, steps;
} ag_length;

typedef struct ag_finished {
    const uint64_t *ids; /* [n] of finished trials, ascending */
    size_t n;
    const ag_length *lengths; /* [n_lengths] that they were to have: different ones */
    size_t n_lengths;
} ag_finished;

/* Finished trials, for who looks for one by its settings; none where a run into `dir` would be
 * refused for its age. */
ag_status ag_store_finished(const char *dir, ag_arena *arena, ag_finished *finished, ag_error *err);

/* Runs one SELECT, read-only: anything that would change something, ATTACH and
 * load_extension are refused. Stopped after `seconds`; 0: no limit. "@name" runs
 * the shipped query of that name. Besides SQLite's functions there are those of
 * read/functions.h. */
ag_status ag_reader_select(ag_reader *reader, const char *sql, double seconds, ag_row_sink sink,
                           ag_error *err);

/* What all queries of this process may take of memory while they run, so that none takes the
 * machine's: one that needs more is refused. Text and Markdown tables come on top. */
void ag_reader_limit_memory(size_t bytes);

/* The result of a query: text cells, NULL for NULL. */
typedef struct ag_table {
    int n_columns;
    const char *const *columns;
    size_t n_rows;
    const char *const *cells; /* [n_rows][n_columns] */
    const bool *numeric;      /* [n_columns]: all cells are numbers or NULL */
} ag_table;

enum { AG_TABLE_BYTES_MAX = 1 << 30 };

/* Opens, selects, closes. The table lives in `arena`; one that needs more than
 * AG_TABLE_BYTES_MAX is refused. */
ag_status ag_store_query(const char *dir, const char *sql, double seconds, ag_arena *arena,
                         ag_table *table, ag_error *err);

/* The same of an open store: answers to several questions are of the same moment. */
ag_status ag_reader_query(ag_reader *reader, const char *sql, double seconds, ag_arena *arena,
                          ag_table *table, ag_error *err);

/* The shipped queries: results/queries/<name>.sql; the first comment line of each
 * is its question. */
typedef struct ag_shipped_query {
    const char *name, *question, *sql;
} ag_shipped_query;
extern const ag_shipped_query ag_shipped_queries[];
extern const int ag_n_shipped_queries;

#endif
