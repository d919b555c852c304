/* One trial's settings, checked and typed: everything training depends on. */
#ifndef AG_SETTINGS_H
#define AG_SETTINGS_H

#include "harness/base/catalogue.h"
#include "models/family.h"

#include <stdint.h>

/* Which part of an experiment a trial belongs to (tuning.h). It is one of its settings: a trial of
 * AG_PHASE_TUNE does not see the test part. */
typedef enum ag_phase { AG_PHASE_GRID, AG_PHASE_TUNE, AG_PHASE_FINAL, AG_PHASES } ag_phase;
extern const char *const ag_phase_names[AG_PHASES + 1]; /* "grid", ...; ends in NULL */

/* Order of the training examples. */
typedef enum ag_shuffle {
    AG_SHUFFLE_NEVER, /* that of the data set */
    AG_SHUFFLE_EACH,  /* a new one each epoch */
    AG_SHUFFLE_ONCE   /* that of the first epoch, always */
} ag_shuffle;

/* Choices of training that are no catalogue of their own: training_choices.c has the
 * parameters. number[0] is what the element is named after. */
extern const ag_element ag_clip_norm, ag_clip_value;
extern const ag_element ag_noise_normal, ag_noise_uniform, ag_noise_hidden; /* number[0]: level */
extern const ag_element ag_robustness_normal, ag_robustness_uniform;        /* list[0]: levels */
extern const ag_element ag_stop_patience; /* number[]: AG_STOP_... */
extern const ag_element ag_augment_image; /* number[]: AG_AUGMENT_... */
enum { AG_STOP_PATIENCE, AG_STOP_METRIC, AG_STOP_MIN_DELTA };
enum { AG_STOP_VAL_LOSS, AG_STOP_VAL_ACCURACY }; /* of AG_STOP_METRIC */
enum { AG_AUGMENT_CROP, AG_AUGMENT_FLIP };

/* Read and written by the table of schema.c. */
typedef struct ag_training {
    long epochs; /* exactly one of epochs and steps is above 0 */
    long steps;
    int batch_size;
    int accumulate;       /* mini-batches of one step; 0 and 1: one */
    int shuffle;          /* ag_shuffle */
    bool drop_last;       /* no mini-batch of fewer examples */
    double l1, l2;        /* penalties on weights */
    double activation_l1; /* on values of hidden units */
    ag_choice loss;       /* element NULL: auto, see ag_loss_for */
    ag_choice schedule;
    ag_choice gradient_clip, early_stopping, noise, augment, robustness; /* element NULL: none */
} ag_training;

/* Whether these settings can be trained on data of this shape and these sizes; AG_CONFIG
 * at `place` otherwise. */
ag_status ag_training_fits(const ag_training *training, ag_shape shape, size_t n_validation,
                           size_t n_test, bool regression, ag_place place, ag_error *err);

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
    ag_phase phase;
} ag_settings;

#endif
