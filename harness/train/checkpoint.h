/* Where the training of a trial stands between two steps, as blocks of memory: all that another
 * process needs to go on to the same bits.
 *
 * Each module that keeps something from step to step names its blocks in one function
 * ag_..._state, through which they go out when the state is saved and come in when it is loaded:
 * the two cannot differ. What follows from the settings (the order of the examples, the learning
 * rate) is made again, and no pointer is among them. Nor is anything that depends on how long the
 * training is going to be: of arrays over steps and epochs the part that is done, in that order.
 */
#ifndef AG_CHECKPOINT_H
#define AG_CHECKPOINT_H

#include "harness/record/keeper.h"
#include "harness/train/train.h"

/* Takes the blocks, one after the other. */
typedef struct ag_transfer {
    void (*block)(struct ag_transfer *self, void *at, size_t bytes);
    ag_outlet *out;          /* saving */
    const unsigned char *in; /* loading: what is left */
    size_t left;             /* bytes of that */
    bool failed;             /* what was loaded is not the state of this trial */
} ag_transfer;

static inline void ag_transfer_block(ag_transfer *transfer, void *at, size_t bytes) {
    transfer->block(transfer, at, bytes);
}

/* Whether there is something to keep: epoch 0 is done, and it has not diverged. */
bool ag_checkpoint_is_worth(const ag_training_run *run);

/* Whether a longer training of the same settings goes through this state, and through none of this
 * run's that is later: the end of its last whole epoch (an epoch cut short has a last step that is
 * recorded), and a learning rate that does not depend on the length. */
bool ag_checkpoint_is_final(const ag_training_run *run);

/* Whether trainings that differ from this one in their length only begin with the same steps. */
bool ag_checkpoint_can_be_extended(const ag_training *training);

/* The state of a run that paused, was stopped or is done, to its keeper. *head has what training
 * does not know, trial_id and started_at; the rest of it is filled in. */
ag_status ag_checkpoint_save(ag_training_run *run, const ag_keeper *keeper, ag_checkpoint *head,
                             ag_error *err);

/* The state of a run that was opened and not started; it may be that of a shorter training of the
 * same settings. false: it is neither, and the run has to be opened anew. */
bool ag_checkpoint_load(ag_training_run *run, const ag_kept_state *kept);

#endif
