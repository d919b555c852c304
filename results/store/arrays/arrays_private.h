/* What the files that speak to HDF5 share: arrays.c (files, errors), gather.c, survey.c and
 * chunks.c (curves.h5), trial_table.c (its table /trials). A handle is HDF5's hid_t. */
#ifndef AG_ARRAYS_PRIVATE_H
#define AG_ARRAYS_PRIVATE_H

#include "results/store/read/reader_private.h"
#include "results/store/store_private.h"

#include <signal.h>

typedef int64_t ag_h5;

enum { AG_H5_REASON = 128, AG_H5_NAME = 256, AG_H5_CRASHES = 2, AG_H5_CRASH_STACK = 1 << 16 };

/* What HDF5 said last. */
typedef struct ag_h5_ear {
    char reason[AG_H5_REASON];
    long troubles; /* so far */
    int cause;     /* errno of what the disk or the system refused, 0: it was something else */
    bool catches;
    struct sigaction before[AG_H5_CRASHES]; /* what a crash did before it was caught */
    stack_t stack_before;
    char stack[AG_H5_CRASH_STACK]; /* to say it on, when the thread's own is full */
} ag_h5_ear;

/* HDF5 prints its troubles unless told otherwise, per thread, and forgets them at
 * the next call. Between these two the latest is kept in `ear`. catches: between these
 * two a crash is a sentence and exit code 3, as HDF5 1.10 reads through a null pointer when it gets
 * no memory for the context of a call (H5CX_push), and says without end that it cannot say what is
 * wrong when it gets none to begin with (H5E__push_stack), and frees twice what it collects when it
 * gets none later (H5FL_garbage_coll). */
void ag_h5_listen(ag_h5_ear *ear, bool catches);
void ag_h5_stop_listening(void);

/* errno of what the system refused last while listening; 0: nothing. */
int ag_h5_cause(void);

/* How often HDF5 refused something since it is listened to. Most of its calls are not asked each:
 * a property that could not be set would be one that the file lacks. */
long ag_h5_troubles(void);

/* "could not write 'x' (the reason)advice", where what the system refused has an advice of its own:
 * a file that could not be read for that is not damaged. Only while listening. */
ag_status ag_h5_trouble(const char *what, const char *path, const char *advice, ag_error *err);
ag_status ag_h5_no_memory(ag_error *err);
extern const char *const ag_h5_damaged; /* the advice for a file that cannot be read */

ag_h5 ag_h5_create(const char *path);
ag_h5 ag_h5_open(const char *path);
void ag_h5_close(ag_h5 file); /* with all that was opened in it; -1: nothing */

/* --- seal.c ------------------------------------------------------------------------ */

/* Puts the seal behind a complete file. AG_IO. */
ag_status ag_seal_put(const char *path, ag_error *err);

/* Whether the file is as it was when it was sealed; *sealed: false, no seal was found. */
ag_status ag_seal_check(const char *path, bool *sealed, ag_error *err);

/* --- inspect.c --------------------------------------------------------------------- */

/* Whether HDF5 comes through the file without a crash: all but the numbers, or these too. */
ag_status ag_curves_inspect(const char *path, bool numbers, ag_error *err);

/* --- arrays.c ---------------------------------------------------------------------- */

/* Creates the groups of "a/b/name" that are not there yet. */
bool ag_h5_make_groups(ag_h5 file, const char *name);

/* Text attributes of variable length, which h5py hands out as str. */
bool ag_h5_put_text(ag_h5 object, const char *name, const char *value);
const char *ag_h5_get_text(ag_h5 object, const char *name, ag_arena *arena); /* "": none */

/* --- trial_table.c ---------------------------------------------------------------- */

/* Writes the table /trials: a row for each of the n trials of `rows`. */
ag_status ag_h5_put_trials(ag_h5 file, ag_rows *rows, size_t n, const char *path, ag_arena *arena,
                           ag_error *err);

enum { AG_TRIAL_COLUMNS = 12 };

/* That table, and how a row of it stands in memory. Closed with the file. */
typedef struct ag_trial_table {
    ag_h5 set, type;
    size_t width[AG_TRIAL_COLUMNS], offset[AG_TRIAL_COLUMNS], bytes;
} ag_trial_table;

/* Of a file that is there. False: its columns are not those that this program writes. */
bool ag_trial_table_open(ag_h5 file, ag_trial_table *table);
bool ag_trial_table_read(const ag_trial_table *table, int64_t row, void *to); /* [bytes] */

const char *ag_trial_column(int column);
/* Of a row that was read. Its text has no 0 byte at the end. */
ag_sql_value ag_trial_value(const ag_trial_table *table, const void *row, int column);

#endif
