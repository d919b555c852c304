/* Training stored trials again, and comparing what they give with what the store has. */
#ifndef AG_VERIFY_H
#define AG_VERIFY_H

#include "harness/cli/progress.h"
#include "harness/cli/provenance.h"
#include "harness/cli/stored.h"
#include "results/store/compare/recheck.h"

typedef enum ag_verdict {
    AG_VERDICT_NONE,      /* it was not its turn before the end */
    AG_VERDICT_SAME,      /* the same bits */
    AG_VERDICT_DIFFERENT, /* from where they should be the same */
    AG_VERDICT_OTHER,     /* others, as expected: see ag_provenance */
    AG_VERDICT_CANNOT,    /* it cannot be trained again */
    AG_VERDICTS
} ag_verdict;

typedef struct ag_verified {
    ag_verdict verdict;
    const char *why;                 /* CANNOT */
    const ag_recheck_result *result; /* DIFFERENT, OTHER */
    const ag_provenance *from;       /* NULL: the store does not say */
} ag_verified;

typedef struct ag_verification {
    const char *folder;
    ag_arena *arena;
    size_t there;            /* trials that say something */
    size_t failed;           /* and those that do not */
    ag_stored_trial *stored; /* [n] chosen ones */
    ag_verified *verified;   /* [n] */
    size_t n;
    ag_provenance *provenance; /* [n_provenance] */
    size_t n_provenance;
    size_t count[AG_VERDICTS];
    double values;                    /* compared and the same */
    size_t without_arrays;            /* trained again, and the store has no arrays of them */
    const ag_recheck_result *largest; /* OTHER: whose relative difference is */
    ag_replay replay;
    size_t *of; /* [replay.plan.n_trials] which of the n it is */
    ag_recheck *recheck;
    ag_meter meter;
} ag_verification;

/* How many of them: below 1 a share, else a number; all: HUGE_VAL. Which ones follows from the
 * trials' ids and the seed, so that they are the same in a store that has grown. */
typedef struct ag_sample {
    double amount;
    uint64_t seed;
} ag_sample;

/* Chooses trials and opens their data. */
ag_status ag_verify_open(const char *folder, const ag_sample *sample, ag_arena *arena,
                         ag_verification *v, ag_error *err);

/* Trains them, and fills in verdicts and counts. AG_STOPPED: by a signal; what there is holds. */
ag_status ag_verify_run(ag_verification *v, int n_threads, ag_error *err);

#endif
