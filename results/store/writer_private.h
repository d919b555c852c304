/* The thread that writes: takes over finished trials, so that the workers that trained them
 * go on at once, and puts all that wait on the disk together.
 *
 * What a trial waits for is the disk (two fsyncs, 0.2 to 20 ms each); while one batch is on
 * its way the next gathers, so short trials share their fsyncs and long ones do not wait for
 * company. Nothing is acknowledged before it is on the disk for good. */
#ifndef AG_WRITER_PRIVATE_H
#define AG_WRITER_PRIVATE_H

#include "results/store/arrays/log_private.h"

/* A trial on its way: its own copy of the record, without arrays, and these as an entry. */
typedef struct ag_parcel {
    ag_record record;
    ag_log_entry entry;
    ag_receipt receipt;
} ag_parcel;

enum { AG_BATCH_MAX = 64 };

/* Copies what is on its way into `arena`; parcel->record points into it. */
ag_status ag_parcel_pack(const ag_record *record, ag_receipt receipt, ag_arena *arena,
                         ag_parcel *parcel, ag_error *err);

/* Puts n parcels on the disk and acknowledges them; called by one thread at a time. */
typedef ag_status (*ag_parcels_store)(void *self, ag_parcel *parcels, int n, ag_error *err);

typedef struct ag_writer ag_writer;

ag_writer *ag_writer_new(ag_parcels_store store, void *self, ag_arena *arena); /* NULL: no memory */

/* Takes a record over. Waits only while a full batch waits already. Fails with the trouble of
 * a batch before: nothing is written behind a failure. */
ag_status ag_writer_put(ag_writer *writer, const ag_record *record, ag_receipt receipt,
                        ag_error *err);

/* Returns when all that was put is on the disk, or could not be. */
ag_status ag_writer_finish(ag_writer *writer, ag_error *err);

/* Finishes and ends the thread. */
void ag_writer_close(ag_writer *writer);

#endif
