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

int ag_part_find(const char *name) {
    for (int p = 0; p < AG_PARTS; p++)
        if (strcmp(ag_part_names[p], name) == 0) return p;
    return -1;
}

static const ag_param limit[] = {{
    .name = "limit",
    .kind = AG_PARAM_REAL,
    .standard = 1,
    .min = 1e-12,
    .max = 1e12,
    .meaning = "largest norm of all gradients together, or size of a single one",
}};
static const ag_element clip_none = {.name = "none", .formula = "gradients as they are"};
static const ag_element clip_norm = {.name = "norm",
                                     .formula = "all gradients scaled down to this norm",
                                     .params = limit,
                                     .n_params = AG_COUNT(limit)};
static const ag_element clip_value = {.name = "value",
                                      .formula = "each gradient cut to -limit .. limit",
                                      .params = limit,
                                      .n_params = AG_COUNT(limit)};
static const ag_element *const clips[] = {
    [AG_CLIP_NONE] = &clip_none, [AG_CLIP_NORM] = &clip_norm, [AG_CLIP_VALUE] = &clip_value};
const ag_catalogue ag_clips = {"gradient clip", "gradient clips", clips, AG_COUNT(clips)};

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
     .must_be = "absent",
     .meaning = "not available yet"},
    {.key = "claims",
     .kind = AG_FIELD_NODE,
     .offset = ROOT(claims),
     .must_be = "absent",
     .meaning = "not available yet"},
};
const int ag_n_root_fields = AG_COUNT(ag_root_fields);

#define TRAINING(member) offsetof(ag_training_form, member)
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
     .meaning = "examples in one step"},
    {.key = "shuffle",
     .kind = AG_FIELD_FLAG,
     .offset = TRAINING(shuffle),
     .standard = 1,
     .meaning = "a new order of examples each epoch; false: the order of the file"},
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
     .must_be = "none, a number (norm), {norm: x} or {value: x}",
     .meaning = "limit on the gradients"},
};

#define PROBES(member) offsetof(ag_probes_form, member)
static const ag_field probes_fields[] = {
    {.key = "every",
     .kind = AG_FIELD_NODE,
     .offset = PROBES(every),
     .word = "epoch",
     .must_be = "epoch, none, or a number of steps",
     .meaning = "how often gradients are recorded; none: no probes at all"},
    {.key = "which",
     .kind = AG_FIELD_NODE,
     .offset = PROBES(which),
     .catalogue = &ag_probes,
     .word = "all",
     .must_be = "all, or a list of names",
     .meaning = "which probes"},
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
