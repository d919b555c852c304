/* What recheck.c (rows) and recheck_arrays.c share. */
#ifndef AG_RECHECK_PRIVATE_H
#define AG_RECHECK_PRIVATE_H

#include "results/store/compare/recheck.h"

typedef struct ag_stored_arrays ag_stored_arrays;

/* Of all trials of the store. Closed by the caller, with ag_stored_arrays_close, if it is AG_OK. */
ag_status ag_recheck_arrays_open(const char *folder, ag_arena *arena, ag_stored_arrays **arrays,
                                 ag_error *err);

/* Adds what the record's arrays say to the result; of a trial without any there, that it has none.
 */
ag_status ag_recheck_arrays_compare(ag_stored_arrays *arrays, const ag_record *record,
                                    bool same_program, ag_arena *scratch, ag_recheck_result *result,
                                    ag_error *err);

/* Counts a difference at a place, written down by `where` if it is the first, or the largest so
 * far. Whether it is the first. */
bool ag_recheck_count(ag_recheck_result *result, double relative,
                      void (*where)(const void *self, char text[AG_RECHECK_WHERE]),
                      const void *self);

/* |x - y| over the larger one; infinite unless both are finite. */
double ag_recheck_relative(double x, double y);

#endif
