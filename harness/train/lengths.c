#include "harness/train/lengths.h"

static long least(long a, long b) { return a < b ? a : b; }

ag_lengths ag_lengths_of(const ag_training *t, size_t n_examples) {
    const long n = (long)n_examples, batch = least(t->batch_size, n);
    const long per_epoch = t->drop_last ? n - n % batch : n;
    const long per_step = least(batch * (t->accumulate > 1 ? t->accumulate : 1), per_epoch);
    const long steps_per_epoch = (per_epoch + per_step - 1) / per_step;
    const long total_steps = t->steps ? t->steps : t->epochs * steps_per_epoch;
    return (ag_lengths){
        .batch = batch,
        .per_step = per_step,
        .per_epoch = per_epoch,
        .steps_per_epoch = steps_per_epoch,
        .total_steps = total_steps,
        .total_epochs = (total_steps + steps_per_epoch - 1) / steps_per_epoch,
    };
}
