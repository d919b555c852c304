/* A data set: examples for training, validation and test, and what they are.
 *
 * One file each in this folder. Generated sets need no files; the others name
 * theirs with size and SHA-256, and a file that differs is refused by name.
 */
#ifndef AG_DATASET_H
#define AG_DATASET_H

#include "harness/base/arena.h"
#include "harness/base/catalogue.h"
#include "harness/base/status.h"
#include "harness/num/shape.h"

#include <stdint.h>

/* Examples, row-major, read-only for everybody once opened. */
typedef struct ag_examples {
    size_t n;
    float *x;        /* [n][features] */
    int32_t *label;  /* [n] classes, NULL for regression */
    float *target;   /* [n][n_targets] regression, NULL for classes */
} ag_examples;

typedef struct ag_data {
    const char *name;
    ag_shape shape;   /* of one example; features = ag_shape_size(shape) */
    bool regression;
    int n_classes;    /* 0 for regression */
    int n_targets;    /* 0 for classes */
    const char *const *class_names; /* [n_classes], or NULL */
    ag_examples train, validation, test; /* validation may be empty; test may be empty */
    uint64_t digest;  /* of all of it after preparation: stored with each run */
} ag_data;

/* What a data set's own file provides, before splitting and scaling: official
 * training and test parts (test.n = 0 where there is none). double, because the
 * published MNIST-1D is. */
typedef struct ag_source {
    ag_shape shape;
    bool regression;
    int n_classes, n_targets;
    const char *const *class_names;
    struct ag_source_part {
        size_t n;
        double *x;         /* [n][features]; or NULL and: */
        const uint8_t *x8; /* [n][features] bytes; x = byte / 255 */
        int32_t *label;
        double *target;
    } train, test;
} ag_source;

/* A file of a data set. */
typedef struct ag_data_file {
    const char *name;   /* "train-images-idx3-ubyte.gz" */
    const char *sha256; /* 64 lower-case hex digits */
    int64_t bytes;
    const char *const *mirrors; /* URLs, tried in order, ends in NULL */
} ag_data_file;

typedef struct ag_dataset {
    ag_element about; /* formula: what it is in one line. params: its own, then
                         AG_DATASET_PARAMS, which every set has */
    const char *licence;
    ag_shape shape; /* with standard parameters, for `datasets list` */
    int n_classes;  /* 0: regression */
    size_t n_train, n_test; /* with standard parameters, before splitting */
    const ag_data_file *files;
    int n_files;
    const char *folder; /* of its files below a data folder: "fashion-mnist" */
    /* Reads or makes the examples. paths[n_files] are found and checked. */
    ag_status (*load)(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err);
} ag_dataset;

extern const ag_catalogue ag_datasets;

static inline const ag_dataset *ag_dataset_of(const ag_choice *choice) {
    return (const ag_dataset *)(const void *)choice->element;
}

/* Parameters of every data set, to be put last in each one's list:
 *     validation   share of the training part (below 1) or number of examples (1 and
 *                  above) held out for choices; drawn by split_seed, stratified by class
 *     split_seed   which of the training examples are held out
 *     standardize  none: as they come; global: one mean and deviation for all
 *                  features; feature: one for each. Always from the training
 *                  examples that are left after the validation ones are taken out.
 * A set without an official test part holds out `test` (share or number) too. */
extern const char *const ag_standardize_words[]; /* "none", "global", "feature", NULL */
#define AG_DATASET_PARAMS(standard_validation, standard_scaling)                                   \
    {.name = "validation",                                                                         \
     .kind = AG_PARAM_REAL,                                                                        \
     .standard = (standard_validation),                                                            \
     .min = 0,                                                                                     \
     .max = 1e9,                                                                                   \
     .meaning = "share (below 1) or number of training examples held out for choices"},            \
        {.name = "split_seed",                                                                     \
         .kind = AG_PARAM_INT,                                                                     \
         .standard = 0,                                                                            \
         .min = 0,                                                                                 \
         .max = 4294967295.0,                                                                      \
         .meaning = "which examples are held out"},                                                \
    {                                                                                              \
        .name = "standardize", .kind = AG_PARAM_WORD, .standard = (standard_scaling),              \
        .words = ag_standardize_words,                                                             \
        .meaning = "mean 0, variance 1, from the training examples only"                           \
    }

/* Finds, checks, reads, splits and scales. The data live in `arena`. A missing
 * file is AG_DATA and says how to get it. */
ag_status ag_dataset_open(const ag_choice *choice, ag_arena *arena, ag_data *data, ag_error *err);

/* Shape, classes and number of examples that ag_dataset_open would give, as far
 * as they are known without reading: for the plan. */
typedef struct ag_data_outline {
    ag_shape shape;
    bool regression;
    int n_classes, n_targets;
    size_t n_train; /* after the validation examples are taken out */
} ag_data_outline;
ag_status ag_dataset_outline(const ag_choice *choice, ag_data_outline *outline, ag_error *err);

/* Where a file of the set lies: the folders of ACTGRID_DATA (colon-separated),
 * then $XDG_CACHE_HOME/actgrid/datasets (or ~/.cache/...); in each,
 * <folder>/<name> and then <name>. NULL if nowhere. Size and checksum are not looked at. */
const char *ag_dataset_file_path(const ag_dataset *set, int file, ag_arena *arena);

#endif
