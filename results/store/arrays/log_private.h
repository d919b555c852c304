/* arrays.log: the arrays of finished trials that are not yet in curves.h5.
 *
 * Appended to and never changed, so whatever instant the power fails, what was synced can be
 * read: a head of 16 bytes, then an entry per trial, each with its length and digest. It is
 * written as fast as memory is copied (a file of HDF5 per trial took 1.6 ms, four fifths of
 * what a trial cost), and lives only until it is gathered into curves.h5.
 */
#ifndef AG_LOG_PRIVATE_H
#define AG_LOG_PRIVATE_H

#include "results/store/store_private.h"

/* --- writing ---------------------------------------------------------------------- */

/* The arrays of one trial as they stand in the file. */
typedef struct ag_log_entry {
    const void *bytes;
    size_t n;
} ag_log_entry;

/* Copies the record's arrays. `bytes` is NULL when memory is out. */
ag_log_entry ag_log_entry_of(const ag_record *record, ag_arena *arena);

typedef struct ag_log {
    const char *dir, *path;
    int fd;     /* -1: nothing was written yet */
    size_t end; /* behind the last complete entry */
} ag_log;

/* The file is made with the first entry. False: out of memory. */
bool ag_log_open(ag_log *log, const char *dir, ag_arena *arena);
void ag_log_close(ag_log *log);

/* Whether arrays.log is still the file that was written. */
ag_status ag_log_check_place(const ag_log *log, ag_error *err);

/* On the disk when it returns; on failure nothing of it stays. */
ag_status ag_log_append(ag_log *log, const ag_log_entry *const *entries, int n, ag_error *err);

/* --- reading ------------------------------------------------------------------------ */

/* What an interrupted or ending run left. */
struct ag_leftover {
    const unsigned char *bytes; /* the whole file, in memory as it is needed; NULL: none */
    size_t n;
    bool is_mapped;
    const unsigned char **entry; /* [trials]: where the entry of each id begins, NULL: none */
    size_t n_entries;            /* of trials that are there */
    bool damaged; /* an entry is not as it was written, and not the last of a killed run */
};

/* Looks for entries of ids[n] (ascending); others belong to trials whose rows were never
 * committed and which will run again. */
ag_status ag_leftover_open(const char *dir, const uint64_t *ids, size_t n, ag_arena *arena,
                           ag_leftover *leftover, ag_error *err);
void ag_leftover_close(ag_leftover *leftover);
/* What was read of it need not stay in memory; reading it again brings it back. Called after
 * each entry of so many bytes, in whatever order; `since`: read since the last time, from 0. */
void ag_leftover_was_read(const ag_leftover *leftover, size_t bytes, size_t *since);

/* Removes the file: its content is in curves.h5 now. */
void ag_leftover_remove(const char *dir, ag_arena *arena);

/* The arrays of an entry, one after the other; what they point to lives in the file. */
typedef struct ag_entry_reader {
    const unsigned char *at, *end;
    uint64_t left;
} ag_entry_reader;

ag_entry_reader ag_entry_open(const unsigned char *entry);

/* False behind the last. `axes`: "step, layer". */
bool ag_entry_next(ag_entry_reader *reader, ag_array *array, const char **axes);

#endif
