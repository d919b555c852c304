/* Runs a plan on all cores: one trial per core, each trial on one thread. When fewer trials are
 * left than threads, those without one share the work of the trials that have most left.
 *
 * What a trial computes depends on its settings and on nothing else: not on
 * the number of threads, nor on which trials ran before it.
 */
#ifndef AG_RUN_H
#define AG_RUN_H

#include "harness/train/checkpoint.h"
#include "harness/train/train.h"

/* How a run stands, for whoever watches it. */
typedef struct ag_progress {
    size_t finished, diverged, failed;      /* in this run */
    size_t cached;                          /* were there before */
    size_t checkpointed;                    /* stopped, and can go on where they were */
    size_t total;                           /* trials of the plan */
    double seconds;                         /* since the run began */
    double samples;                         /* examples trained on, all trials of this run */
    double training_seconds, probe_seconds; /* sums over trials */
    double flops_done, flops_left;          /* of the trials to run, by the plan's reckoning */
    long shared;                            /* pieces of steps done by threads without a trial */
} ag_progress;

typedef struct ag_runner {
    const ag_plan *plan;
    const size_t *todo; /* positions in plan->trials, in the order to run them */
    size_t n_todo;
    const double *flops; /* [n_todo]: cost of each, for the time left */
    const ag_data *data; /* [plan->n_variants[AG_PART_DATASET]] */
    int n_threads;       /* 0: OMP_NUM_THREADS, otherwise one per core */
    atomic_int
        *stop; /* set by a signal: leave soon, keep what is finished. Set by a failing sink */
    ag_sink sink;
    /* Trials that a keeper has the state of go on from there, and it gets theirs every so many
     * seconds, and when they are stopped; 0: it gets none. All NULL: there is no keeper. */
    ag_keeper keeper;
    double checkpoint_every;
    /* What longer trainings of the same settings go on from: every trial that is finished and can
     * be such a shorter one hands its last state over, unless `keep` is NULL; and a trial that has
     * no state of its own goes on from that of shorter[its place in the plan], a trial_id. 0, or
     * NULL: from the first step. */
    ag_keeper finals;
    const uint64_t *shorter;
    /* Called by one thread at a time. May be NULL. After each trial is in the sink; for each trial
     * that was stopped and can go on from `head`; with a sentence on something that went wrong and
     * does not end the run. */
    void (*report)(void *self, const ag_progress *progress, const ag_record *record);
    void (*kept)(void *self, const ag_checkpoint *head);
    void (*note)(void *self, const char *sentence);
    void *report_self;
} ag_runner;

/* A failed trial does not stop the others; a failing sink does, because results
 * would be lost. AG_STOPPED when `stop` ended it. `progress` says where it came to. */
ag_status ag_run(const ag_runner *runner, ag_progress *progress, ag_error *err);

/* Threads that 0 stands for. */
int ag_run_threads(int n_threads);

/* Cores that this process may use, whatever OMP_NUM_THREADS says: more than so many threads
 * share no trial. */
int ag_run_cores(void);

#endif
