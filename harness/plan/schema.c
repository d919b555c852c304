#include "harness/plan/schema.h"

#include "datasets/dataset.h"
#include "harness/probes/probe.h"
#include "models/initializer.h"
#include "models/loss.h"
#include "models/optimizer.h"
#include "models/schedule.h"

#include <string.h>

const double AG_SEED_MAX = 9007199254740991.0;

const char *const ag_part_names[AG_PARTS] = {
    "dataset", "model", "activation", "initializer", "optimizer", "training", "probes",
};

const char *const ag_phase_names[AG_PHASES + 1] = {"grid", "tune", "final", NULL};

int ag_part_find(const char *name) {
    for (int p = 0; p < AG_PARTS; p++)
        if (strcmp(ag_part_names[p], name) == 0) return p;
    return -1;
}

const char *ag_plan_late_standard(const char *key) {
    for (int p = 0; p < AG_PARTS; p++) {
        const size_t n = strlen(ag_part_names[p]);
        if (strncmp(key, ag_part_names[p], n) != 0 || key[n] != '.') continue;
        for (int i = 0; i < ag_part_schemas[p].n_fields; i++) {
            const ag_field *f = &ag_part_schemas[p].fields[i];
            if (f->late && strcmp(f->key, key + n + 1) == 0) return f->word;
        }
    }
    return NULL;
}

#define CHOICE "a name, or {name: ..., parameters}"

#define ROOT(member) offsetof(ag_root_form, member)
const ag_field ag_root_fields[] = {
    {.key = "name",
     .kind = AG_FIELD_TEXT,
     .offset = ROOT(name),
     .must_be = "letters, digits, - _ and .",
     .meaning = "of the experiment and of its folder below runs/; the file's name if absent"},
    {.key = "description",
     .kind = AG_FIELD_TEXT,
     .offset = ROOT(description),
     .must_be = "a text",
     .meaning = "the question it asks"},
    {.key = "dataset",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(part[AG_PART_DATASET]),
     .required = true,
     .catalogue = &ag_datasets,
     .must_be = CHOICE,
     .meaning = "what is learned"},
    {.key = "model",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(part[AG_PART_MODEL]),
     .required = true,
     .catalogue = &ag_models,
     .must_be = "{type: ..., parameters}",
     .meaning = "the family of networks and its size"},
    {.key = "activation",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(part[AG_PART_ACTIVATION]),
     .required = true,
     .catalogue = &ag_activations,
     .must_be = CHOICE ", or {layers: [one per hidden layer]}",
     .meaning = "of the hidden layers"},
    {.key = "initializer",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(part[AG_PART_INITIALIZER]),
     .required = true,
     .catalogue = &ag_initializers,
     .must_be = CHOICE,
     .meaning = "how the weights start"},
    {.key = "optimizer",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(part[AG_PART_OPTIMIZER]),
     .required = true,
     .catalogue = &ag_optimizers,
     .must_be = CHOICE,
     .meaning = "what one step does to the weights"},
    {.key = "training",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(part[AG_PART_TRAINING]),
     .required = true,
     .must_be = "a map, see below",
     .meaning = "how long, in which batches, on which loss"},
    {.key = "probes",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(part[AG_PART_PROBES]),
     .word = "every epoch, all of them",
     .must_be = "none, or a map, see below",
     .meaning = "what is measured in every layer"},
    {.key = "seeds",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(seeds),
     .word = "1",
     .must_be = "a count (5: seeds 0 to 4), a list, or range()",
     .meaning = "every point of the grid is trained once with each"},
    {.key = "seed",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(seed),
     .must_be = "a whole number from 0",
     .meaning = "instead of seeds: this one only"},
    {.key = "phase",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(phase),
     .word = "grid",
     .must_be = "grid, tune (no test part) or final",
     .meaning = "in the settings of a stored trial: which part of a tuning it was"},
    {.key = "grid",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(grid),
     .must_be = "a map from dotted keys to lists",
     .meaning = "the product of all lists is trained"},
    {.key = "zip",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(zip),
     .must_be = "a list of maps from dotted keys to lists of equal length",
     .meaning = "keys that move together: one axis for each map"},
    {.key = "exclude",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(exclude),
     .must_be = "a list of maps from dotted keys to a value or a list",
     .meaning = "points where all keys of one map match are left out"},
    {.key = "tuning",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(tuning),
     .must_be = "a map, see below",
     .meaning =
         "what is chosen for each activation by itself, on validation, before it is compared"},
    {.key = "claims",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(claims),
     .must_be = "a list of claims, see `actgrid help claims`",
     .meaning = "what the results are expected to say"},
};
const int ag_n_root_fields = AG_COUNT(ag_root_fields);

#define TUNING(member) offsetof(ag_tuning_form, member)
const char *const ag_tuning_metrics[] = {"val_accuracy",      "val_loss",      "val_r2",
                                         "best_val_accuracy", "best_val_loss", NULL};
const ag_field ag_tuning_fields[] = {
    {.key = "over",
     .kind = AG_FIELD_NODE,
     .offset = TUNING(over),
     .required = true,
     .must_be = "a list of dotted keys of the grid",
     .meaning = "what is chosen; all else of the grid stays"},
    {.key = "metric",
     .kind = AG_FIELD_WORD,
     .offset = TUNING(metric),
     .required = true,
     .words = ag_tuning_metrics,
     .meaning = "by what: its mean over the seeds, of validation; losses should be small"},
    {.key = "seeds",
     .kind = AG_FIELD_NODE,
     .offset = TUNING(seeds),
     .word = "3",
     .must_be = "a count (3: seeds 1000 to 1002), a list, or range()",
     .meaning = "each candidate is trained with each, without the test part"},
    {.key = "final_seeds",
     .kind = AG_FIELD_NODE,
     .offset = TUNING(final_seeds),
     .word = "10",
     .must_be = "a count (10: seeds 0 to 9), a list, or range(); none of seeds",
     .meaning = "what is chosen is trained again with each, and compared"},
    {.key = "search",
     .kind = AG_FIELD_CHOICE,
     .offset = TUNING(search),
     .catalogue = &ag_searches,
     .word = "grid",
     .must_be = "grid, {random: N} or {sobol: N}",
     .meaning = "every point of the lists, or so many draws from lists and ranges"},
    {.key = "halving",
     .kind = AG_FIELD_CHOICE,
     .offset = TUNING(halving),
     .catalogue = &ag_halvings,
     .word = "none",
     .must_be = "none, or {eta: 3, rungs: 3}",
     .meaning = "successive halving: all candidates are trained for a part of the training, one "
                "of eta goes on to eta times that part, so many rungs"},
};
const int ag_n_tuning_fields = AG_COUNT(ag_tuning_fields);

#define TRAINING(member) offsetof(ag_training, member)
static const char *const shuffles[] = {
    [AG_SHUFFLE_NEVER] = "false",
    [AG_SHUFFLE_EACH] = "true",
    [AG_SHUFFLE_ONCE] = "once",
    NULL,
};
static const ag_field training_fields[] = {
    {.key = "epochs",
     .kind = AG_FIELD_LONG,
     .offset = TRAINING(epochs),
     .min = 1,
     .max = 100000,
     .word = "",
     .meaning = "passes over the training examples; this or steps"},
    {.key = "steps",
     .kind = AG_FIELD_LONG,
     .offset = TRAINING(steps),
     .min = 1,
     .max = 1e9,
     .word = "",
     .meaning = "updates of the weights; this or epochs"},
    {.key = "batch_size",
     .kind = AG_FIELD_INT,
     .offset = TRAINING(batch_size),
     .standard = 128,
     .min = 1,
     .max = 1e6,
     .meaning = "examples of a mini-batch: of a step, unless accumulate"},
    {.key = "accumulate",
     .kind = AG_FIELD_INT,
     .offset = TRAINING(accumulate),
     .standard = 1,
     .min = 1,
     .max = 100000,
     .meaning = "mini-batches whose gradients are averaged for one step"},
    {.key = "shuffle",
     .kind = AG_FIELD_WORD,
     .offset = TRAINING(shuffle),
     .standard = AG_SHUFFLE_EACH,
     .words = shuffles,
     .meaning = "a new order of examples each epoch; false: that of the data; once: a random "
                "one for all epochs"},
    {.key = "drop_last",
     .kind = AG_FIELD_FLAG,
     .offset = TRAINING(drop_last),
     .meaning = "leave out the epoch's last mini-batch if it is short"},
    {.key = "l1",
     .kind = AG_FIELD_REAL,
     .offset = TRAINING(l1),
     .max = 1e6,
     .meaning = "penalty on weights: gradient + l1 sign(w), before clipping; not in the losses"},
    {.key = "l2",
     .kind = AG_FIELD_REAL,
     .offset = TRAINING(l2),
     .max = 1e6,
     .meaning = "penalty on weights: gradient + l2 w, before clipping; not on biases, as "
                "weight_decay is"},
    {.key = "activation_l1",
     .kind = AG_FIELD_REAL,
     .offset = TRAINING(activation_l1),
     .max = 1e6,
     .late = true,
     .word = "0",
     .meaning = "penalty on activations: activation_l1 times the sum of |a| over all hidden units, "
                "mean over the mini-batch; before dropout; not in the losses, but in gradients "
                "that are recorded"},
    {.key = "loss",
     .kind = AG_FIELD_CHOICE,
     .offset = TRAINING(loss),
     .catalogue = &ag_losses,
     .word = "auto",
     .meaning = "what is minimised, {name: cross_entropy, label_smoothing: 0.1}; auto: what fits "
                "the data"},
    {.key = "schedule",
     .kind = AG_FIELD_CHOICE,
     .offset = TRAINING(schedule),
     .catalogue = &ag_schedules,
     .word = "constant",
     .meaning = "the learning rate over the steps"},
    {.key = "gradient_clip",
     .kind = AG_FIELD_CHOICE,
     .offset = TRAINING(gradient_clip),
     .catalogue = &ag_clips,
     .word = "none",
     .number_means = "norm",
     .must_be = "none, a number (norm), {norm: x} or {value: x}",
     .meaning = "limit on the gradients"},
    {.key = "early_stopping",
     .kind = AG_FIELD_CHOICE,
     .offset = TRAINING(early_stopping),
     .catalogue = &ag_stops,
     .word = "none",
     .number_means = "patience",
     .must_be = "none, a number of epochs, or {patience: 5, metric: val_loss or val_accuracy, "
                "min_delta: 0}",
     .meaning = "end when validation no longer improves; the best epoch's weights are kept and "
                "tested"},
    {.key = "noise",
     .kind = AG_FIELD_CHOICE,
     .offset = TRAINING(noise),
     .catalogue = &ag_noises,
     .word = "none",
     .number_means = "normal",
     .must_be = "none, a number (normal), {normal: x}, {uniform: x} or {hidden: x}",
     .meaning = "added in each training step: to the prepared inputs; hidden: to each hidden "
                "unit, uniform, one number for the mini-batch"},
    {.key = "augment",
     .kind = AG_FIELD_CHOICE,
     .offset = TRAINING(augment),
     .catalogue = &ag_augmentations,
     .word = "none",
     .must_be = "none, or {crop: pixels, flip: true or false}",
     .meaning = "training examples moved and mirrored at random; zeros of the prepared data "
                "come in"},
    {.key = "robustness",
     .kind = AG_FIELD_CHOICE,
     .offset = TRAINING(robustness),
     .catalogue = &ag_robustnesses,
     .word = "none",
     .must_be = "none, {normal: [0, 0.5, 1]} or {uniform: [0, 0.5, 1]}",
     .meaning = "the trained net on the test part with so much noise: table robustness"},
};

#define PROBES(member) offsetof(ag_probes_form, member)
static const ag_field probes_fields[] = {
    {.key = "every",
     .kind = AG_FIELD_NODE,
     .offset = PROBES(every),
     .word = "epoch",
     .must_be = "epoch, none, or a number of steps",
     .meaning = "how often gradients are recorded, with a number of steps every probe; none: no "
                "probes at all"},
    {.key = "which",
     .kind = AG_FIELD_NODE,
     .offset = PROBES(which),
     .catalogue = &ag_probes,
     .word = "all",
     .must_be = "all, or a list of names: [all, singular_mean]",
     .meaning = "which probes; all: but those on request, singular_mean and activation_median"},
    {.key = "examples",
     .kind = AG_FIELD_INT,
     .offset = PROBES(examples),
     .standard = 256,
     .min = 1,
     .max = 100000,
     .meaning = "size of the fixed batch that activations are measured on"},
    {.key = "histograms",
     .kind = AG_FIELD_FLAG,
     .offset = PROBES(histograms),
     .standard = 0,
     .meaning = "record distributions too"},
    {.key = "channels",
     .kind = AG_FIELD_FLAG,
     .offset = PROBES(channels),
     .standard = 0,
     .meaning = "record mean, deviation and death of every unit or channel too"},
};

#define FIELDS(table) .fields = (table), .n_fields = AG_COUNT(table)
const ag_part_schema ag_part_schemas[AG_PARTS] = {
    [AG_PART_DATASET] = {.catalogue = &ag_datasets, .name_key = "name"},
    [AG_PART_MODEL] = {.catalogue = &ag_models, .name_key = "type"},
    [AG_PART_ACTIVATION] = {.catalogue = &ag_activations, .name_key = "name", .list_key = "layers"},
    [AG_PART_INITIALIZER] = {.catalogue = &ag_initializers, .name_key = "name"},
    [AG_PART_OPTIMIZER] = {.catalogue = &ag_optimizers, .name_key = "name"},
    [AG_PART_TRAINING] = {.name_key = "name", FIELDS(training_fields)},
    [AG_PART_PROBES] = {.name_key = "every", .list_key = "which", FIELDS(probes_fields)},
};
