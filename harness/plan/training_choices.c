/* What `training` can choose from besides losses and schedules. Each element is named
 * after its first parameter, so that {norm: 5} says both. */
#include "harness/plan/schema.h"

#define ONE(parameter) .params = (parameter), .n_params = AG_COUNT(parameter)
#define ELEMENTS(list) .items = list, .n_items = AG_COUNT(list)

/* --- gradient_clip ------------------------------------------------------------ */

static const ag_param norm[] = {{.name = "norm",
                                 .kind = AG_PARAM_REAL,
                                 .required = true,
                                 .standard = 1,
                                 .min = 1e-12,
                                 .max = 1e12,
                                 .meaning = "largest norm of all gradients together"}};
static const ag_param value[] = {{.name = "value",
                                  .kind = AG_PARAM_REAL,
                                  .required = true,
                                  .standard = 1,
                                  .min = 1e-12,
                                  .max = 1e12,
                                  .meaning = "largest size of a single gradient"}};
const ag_element ag_clip_norm = {
    .name = "norm", .formula = "all gradients scaled down to this norm", ONE(norm)};
const ag_element ag_clip_value = {
    .name = "value", .formula = "each gradient cut to -value .. value", ONE(value)};
static const ag_element *const clips[] = {&ag_clip_norm, &ag_clip_value};
const ag_catalogue ag_clips = {"gradient clip", "gradient clips", ELEMENTS(clips)};

/* --- early_stopping ------------------------------------------------------------- */

static const char *const metrics[] = {"val_loss", "val_accuracy", NULL};
static const ag_param patience[] = {
    [AG_STOP_PATIENCE] = {.name = "patience",
                          .kind = AG_PARAM_INT,
                          .required = true,
                          .standard = 5,
                          .min = 1,
                          .max = 100000,
                          .meaning = "epochs without improvement after which training ends"},
    [AG_STOP_METRIC] = {.name = "metric",
                        .kind = AG_PARAM_WORD,
                        .words = metrics,
                        .meaning = "what must improve: measured on the validation part"},
    [AG_STOP_MIN_DELTA] = {.name = "min_delta",
                           .kind = AG_PARAM_REAL,
                           .min = 0,
                           .max = 1e6,
                           .meaning = "smaller improvements do not count"},
};
const ag_element ag_stop_patience = {
    .name = "patience", .formula = "ends when validation does not improve", ONE(patience)};
static const ag_element *const stops[] = {&ag_stop_patience};
const ag_catalogue ag_stops = {"rule for early stopping", "rules for early stopping",
                               ELEMENTS(stops)};

/* --- noise ------------------------------------------------------------------------ */

static const ag_param normal[] = {{.name = "normal",
                                   .kind = AG_PARAM_REAL,
                                   .required = true,
                                   .min = 0,
                                   .max = 1e6,
                                   .meaning = "standard deviation, in units of the inputs"}};
static const ag_param uniform[] = {{.name = "uniform",
                                    .kind = AG_PARAM_REAL,
                                    .required = true,
                                    .min = 0,
                                    .max = 1e6,
                                    .meaning = "from -a to a, in units of the inputs"}};
const ag_element ag_noise_normal = {
    .name = "normal", .formula = "x + normal(0, normal^2)", ONE(normal)};
const ag_element ag_noise_uniform = {
    .name = "uniform", .formula = "x + uniform(-uniform, uniform)", ONE(uniform)};
static const ag_param hidden[] = {{.name = "hidden",
                                   .kind = AG_PARAM_REAL,
                                   .required = true,
                                   .min = 0,
                                   .max = 1e6,
                                   .meaning = "from -a to a, in units of the activations"}};
const ag_element ag_noise_hidden = {
    .name = "hidden",
    .formula = "each hidden unit + uniform(-hidden, hidden), one number for the mini-batch",
    ONE(hidden)};
static const ag_element *const noises[] = {&ag_noise_normal, &ag_noise_uniform, &ag_noise_hidden};
const ag_catalogue ag_noises = {"noise", "noises", ELEMENTS(noises)};

/* --- augment ------------------------------------------------------------------------ */

static const ag_param image[] = {
    [AG_AUGMENT_CROP] = {.name = "crop",
                         .kind = AG_PARAM_INT,
                         .min = 0,
                         .max = 1024,
                         .meaning = "moved by up to so many pixels each way; zeros come in"},
    [AG_AUGMENT_FLIP] = {.name = "flip",
                         .kind = AG_PARAM_FLAG,
                         .meaning = "mirrored left to right with probability 1/2"},
};
const ag_element ag_augment_image = {
    .name = "image", .formula = "each example moved and mirrored at random", ONE(image)};
static const ag_element *const augmentations[] = {&ag_augment_image};
const ag_catalogue ag_augmentations = {"augmentation", "augmentations", ELEMENTS(augmentations)};

/* --- robustness ----------------------------------------------------------------------- */

enum { LEVELS_MAX = 100 };
static const ag_param level[] = {{.kind = AG_PARAM_REAL, .min = 0, .max = 1e6}};
#define LEVELS(parameter, what)                                                                    \
    {                                                                                              \
        {                                                                                          \
            .name = (parameter), .kind = AG_PARAM_LIST, .required = true, .min = 1,                \
            .max = LEVELS_MAX, .items = level, .n_items = 1, .meaning = (what)                     \
        }                                                                                          \
    }
static const ag_param normal_levels[] = LEVELS("normal", "standard deviations of the noise");
static const ag_param uniform_levels[] = LEVELS("uniform", "noise from -level to level");
const ag_element ag_robustness_normal = {
    .name = "normal", .formula = "evaluated with normal noise", ONE(normal_levels)};
const ag_element ag_robustness_uniform = {
    .name = "uniform", .formula = "evaluated with uniform noise", ONE(uniform_levels)};
static const ag_element *const robustnesses[] = {&ag_robustness_normal, &ag_robustness_uniform};
const ag_catalogue ag_robustnesses = {"kind of noise", "kinds of noise", ELEMENTS(robustnesses)};
