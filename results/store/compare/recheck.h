/* Does a trial that is trained again give what the store has of it?
 *
 * What it gives now is written into tables in memory as a run would write it into the store, and
 * read back: what is compared is what is stored, to the bit. Arrays are compared with those in
 * curves.h5 or arrays.log. */
#ifndef AG_RECHECK_H
#define AG_RECHECK_H

#include "results/store/store.h"

typedef struct ag_recheck ag_recheck;

enum { AG_RECHECK_WHERE = 160, AG_RECHECK_VALUE = 48 };

typedef struct ag_recheck_result {
    size_t values, different; /* numbers and words of its rows and arrays; of these */
    double largest;           /* relative difference of two numbers, over the larger one; infinite:
                                 only one of the two is a finite number, or there */
    char largest_where[AG_RECHECK_WHERE];
    /* The first that differs, in the order in which training makes them: "epoch 3, layer 2,
     * grad_norm". "": none. */
    char where[AG_RECHECK_WHERE], then[AG_RECHECK_VALUE], now[AG_RECHECK_VALUE];
    bool has_epoch; /* it is of `epoch` */
    bool no_arrays; /* it has some now, and the store none: nothing is said of them */
    long epoch;
} ag_recheck_result;

/* `plan` is that of the records to come; the store is only read. Everything lives in `arena`. */
ag_status ag_recheck_open(const char *folder, const ag_plan *plan, ag_arena *arena,
                          ag_recheck **recheck, ag_error *err);
void ag_recheck_close(ag_recheck *recheck);

/* Compares a record of a trial that says something with what the store has at this moment. Left
 * out are times, how the store counts and the names that a user gave to formulas; unless this
 * program stored the trial (`same_program`), also tables that it has no rows in and arrays that
 * it lacks of a trial of which it has others. */
ag_status ag_recheck_put(ag_recheck *recheck, const ag_record *record, bool same_program,
                         ag_recheck_result *result, ag_error *err);

#endif
