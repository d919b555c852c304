/* Settings that an activation has of its own in a block: what was tuned for it, and what `zip`
 * moves with it (selu with lecun_normal, relu with he_normal). */
#ifndef AG_SAMPLE_OWN_H
#define AG_SAMPLE_OWN_H

#include "results/store/store.h"

/* Keys of experiments, those of an experiment one after the other. */
typedef struct ag_own {
    ag_table keys; /* experiment_id, key, '1' if it was tuned */
} ag_own;

/* tuning.over where the phase is 'final'. Of a zip: if it gives each activation once, and not the
 * data, without which seeds are no pairs. */
ag_status ag_own_read(ag_reader *reader, const char *phase, ag_arena *arena, ag_own *own,
                      ag_error *err);

bool ag_own_is_tuned(const ag_own *own, const char *key);

/* SQL over a row `t` of `trial`: its settings without the seed, the phase, the activation and its
 * own; its own in words, "learning_rate=0.03". NULL: out of memory. */
const char *ag_own_removed(const ag_own *own, ag_arena *arena);
const char *ag_own_in_words(const ag_own *own, ag_arena *arena);

#endif
