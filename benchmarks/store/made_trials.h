/* Trials of a sweep that nobody trained: numbers as a real one leaves them, made in
 * microseconds. For measuring the store at a size that training takes a week for. */
#ifndef AG_MADE_TRIALS_H
#define AG_MADE_TRIALS_H

#include "harness/base/arena.h"
#include "harness/record/record.h"

typedef struct ag_made_size {
    int trials, epochs, layers, seeds; /* a cell has `seeds` trials; the last cell may have fewer */
    int steps;                         /* of an epoch, each with a loss in curves.h5 */
} ag_made_size;

typedef struct ag_made_sweep {
    ag_made_size size;
    ag_plan plan;
    ag_trial *trials; /* in the order they arrive: seeds vary slowest, as in a run */
} ag_made_sweep;

/* False: out of memory. */
bool ag_made_sweep_init(ag_made_sweep *sweep, ag_made_size size, ag_arena *arena);

/* Fills `record` with trial i; what it points to lives in `arena`. One in a hundred
 * diverged half-way, one in a thousand failed. False: out of memory. */
bool ag_made_record(const ag_made_sweep *sweep, int i, ag_arena *arena, ag_record *record);

#endif
