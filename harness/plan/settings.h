/* One trial's settings, checked and typed: everything training depends on. */
#ifndef AG_SETTINGS_H
#define AG_SETTINGS_H

#include "harness/base/catalogue.h"
#include "models/family.h"

#include <stdint.h>

typedef enum ag_clip { AG_CLIP_NONE, AG_CLIP_NORM, AG_CLIP_VALUE } ag_clip;

typedef struct ag_training {
    long epochs; /* exactly one of epochs and steps is above 0 */
    long steps;
    int batch_size;
    bool shuffle;   /* a new order of examples each epoch; false: file order */
    ag_choice loss; /* element NULL: auto, see ag_loss_for */
    ag_choice schedule;
    ag_clip clip; /* gradient_clip: none, a number (norm), {norm: x} or {value: x} */
    double clip_limit;
} ag_training;

typedef struct ag_probing {
    bool on;      /* probes: none switches all of them off */
    long every;   /* record gradients every so many steps; 0: the last full batch of each epoch */
    int examples; /* size of the fixed probe batch, from the training part */
    bool histograms, channels;
    uint64_t which; /* bit i: probe i of the catalogue */
} ag_probing;

typedef struct ag_settings {
    ag_choice dataset, model, initializer, optimizer;
    ag_activation_list activation;
    ag_training training;
    ag_probing probes;
    uint64_t seed;
} ag_settings;

#endif
