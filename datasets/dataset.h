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
    float *x;       /* [n][features] */
    int32_t *label; /* [n] classes, NULL for regression */
    float *target;  /* [n][n_targets] regression, NULL for classes */
} ag_examples;

typedef struct ag_data {
    const char *name;
    ag_shape shape; /* of one example; features = ag_shape_size(shape) */
    bool regression;
    int n_classes;                  /* 0 for regression */
    int n_targets;                  /* 0 for classes */
    const char *const *class_names; /* [n_classes], or NULL */
    /* [n_targets] for regression: a target of the source is mean + deviation times
     * what ag_examples holds. 0 and 1 unless `standardize_target`. NULL for classes. */
    const double *target_mean, *target_deviation;
    const char *note; /* what a reader of the results must know of these data, or NULL */
    ag_examples train, validation, test; /* validation may be empty; test may be empty */
    uint64_t digest;                     /* of all of it after preparation: stored with each run */
} ag_data;

/* What a data set's own file provides, before splitting and scaling: official
 * training and test parts (test.n = 0 where there is none). double, because the
 * published MNIST-1D is. */
typedef struct ag_source {
    ag_shape shape;
    bool regression;
    int n_classes, n_targets;
    const char *const *class_names;
    const char *note; /* as in ag_data */
    struct ag_source_part {
        size_t n;
        double *x;                      /* [n][features]; or NULL and: */
        const uint8_t *x8;              /* [n][features] bytes; x = byte / 255; or NULL and: */
        const struct ag_ndarray *array; /* as a file holds it, [n] by the shape */
        int32_t *label;
        double *target;
    } train, test;
    bool missing;      /* NaN in x stands for no value: the mean of the training examples */
    const void *found; /* from a set's describe to its load */
} ag_source;

/* A file of a data set. */
typedef struct ag_data_file {
    const char *name;   /* "train-images-idx3-ubyte.gz" */
    const char *sha256; /* 64 lower-case hex digits; NULL: see git_sha1 */
    int64_t bytes;
    const char *const *mirrors; /* URLs of its folder, ending in "/", tried in order, then NULL;
                                   no list: see ag_dataset.archive, by_hand */
    /* Instead of sha256, 40 hex digits: SHA-1 of the content, unpacked if it is packed with
     * gzip, as git counts it. `bytes` are then the content's. */
    const char *git_sha1;
    const struct ag_data_file *otherwise; /* serve as well where this one is not found (the same
                                             unpacked, say); the last has no name; or NULL */
    bool optional; /* load may get NULL for its path, and checks it if it is used */
} ag_data_file;

/* A packed tar archive from which files without mirrors come. Its own checksum is not needed:
 * each file's is looked at. */
typedef struct ag_data_archive {
    const char *url, *name;
    int64_t bytes_max; /* what is longer is something else */
} ag_data_archive;

typedef struct ag_dataset {
    ag_element about; /* formula: what it is in one line. params: its own, then
                         AG_DATASET_PARAMS, which every set has */
    const char *licence;
    ag_shape shape;                 /* with standard parameters, for `datasets list` */
    int n_classes;                  /* 0: regression */
    const char *const *class_names; /* [n_classes], or NULL */
    size_t n_train, n_test;         /* with standard parameters, before splitting */
    const ag_data_file *files;
    int n_files;
    const char *folder;             /* of its files below a data folder: "fashion-mnist" */
    const ag_data_archive *archive; /* for files without mirrors, .tar.gz; or NULL and: */
    const char *by_hand;            /* what to do instead, "download ... and ..." */
    bool own_files; /* reads files that parameters name: without them nothing is known */
    /* Shape, classes and counts (n of both parts) for these parameters, without the
     * examples; AG_CONFIG where parameters do not go together. NULL: as above. A set of
     * the user's own files must read them to know: what it finds goes into `arena`, and
     * source->found keeps it for load. */
    ag_status (*describe)(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err);
    /* Reads or makes the examples. paths[n_files] are found and checked; `source` is
     * as describe left it, in the same arena. */
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
 *                  features; feature: one for each; channel: one for each channel;
 *                  range: to -0.5 to 0.5, all features alike.
 *                  Always from the training examples that are left after the
 *                  validation ones are taken out.
 * A set without an official test part holds out `test` (share or number) too. */
extern const char *const ag_standardize_words[]; /* and NULL at the end */
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
        .meaning = "mean 0, variance 1; range: from -0.5 to 0.5; from the training examples only"  \
    }

/* For a set without an official test part, in front of AG_DATASET_PARAMS. */
#define AG_DATASET_TEST_PARAM(standard_test)                                                       \
    {                                                                                              \
        .name = "test", .kind = AG_PARAM_REAL, .standard = (standard_test), .min = 0, .max = 1e9,  \
        .meaning = "share (below 1) or number of examples held out for the final test"             \
    }

/* For a set whose answers may be numbers, in front of AG_DATASET_PARAMS. With true, the
 * mean of the training targets has a mean squared error of 1 on them, whatever their unit. */
#define AG_DATASET_TARGET_PARAM(standard_scaling)                                                  \
    {                                                                                              \
        .name = "standardize_target", .kind = AG_PARAM_FLAG, .standard = (standard_scaling),       \
        .meaning = "regression: each target to mean 0, variance 1, from the training examples "    \
                   "only; losses are then in that unit"                                            \
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
    size_t n_train; /* after the validation and test examples are taken out */
    size_t n_validation, n_test;
} ag_data_outline;
ag_status ag_dataset_outline(const ag_choice *choice, ag_data_outline *outline, ag_error *err);

/* The examples as published: files found and checked, nothing split or scaled. On
 * failure what was taken from the arena stays taken. */
ag_status ag_dataset_source(const ag_choice *choice, ag_arena *arena, ag_source *source,
                            ag_error *err);

/* Row i of a part as numbers: out[features]. */
void ag_source_row(const struct ag_source_part *part, size_t features, size_t i, double *out);

/* Where a file of the set lies: the folders of ACTGRID_DATA (colon-separated),
 * then $XDG_CACHE_HOME/actgrid/datasets (or ~/.cache/...); in each,
 * <folder>/<name> and then <name>, and the same for what is listed in `otherwise`. The
 * first of the right size, because mnist and fashion-mnist use the same names; else the
 * first. NULL if nowhere. The checksum is not looked at. */
const char *ag_dataset_file_path(const ag_dataset *set, int file, ag_arena *arena);

/* The folder that `datasets fetch` fills: $XDG_CACHE_HOME/actgrid/datasets/<folder>.
 * NULL if neither XDG_CACHE_HOME nor HOME says where, or memory is out. */
const char *ag_dataset_cache_folder(const ag_dataset *set, ag_arena *arena);

/* Size and checksum of a file, found as above, against what the set says; AG_DATA names
 * what differs. */
ag_status ag_dataset_file_check(const ag_dataset *set, int file, const char *path, ag_error *err);

/* AG_DATA: that a file is not there and how to get it; `instead`: what else can be done,
 * "; set ...", or "". */
ag_status ag_dataset_file_missing(const ag_dataset *set, int file, const char *instead,
                                  ag_error *err);

#endif
