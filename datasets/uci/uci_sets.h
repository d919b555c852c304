/* The sets of the UCI collection: what is in which file, and where that lies. */
#ifndef AG_UCI_SETS_H
#define AG_UCI_SETS_H

#include "datasets/dataset.h"

#include <stdint.h>

typedef enum ag_uci_match {                   /* how a training and a test file were standardized */
                            AG_UCI_ALIKE,     /* each with its own mean and deviation */
                            AG_UCI_TRAIN_RAW, /* only the test file was */
                            AG_UCI_TEST_RAW   /* only the training file was */
} ag_uci_match;

typedef struct ag_uci_file {
    uint32_t n; /* rows; 0: there is no such file */
    int64_t bytes;
    const char *sha256;
} ag_uci_file;

typedef struct ag_uci_set {
    const char *name;
    int features, classes;
    ag_uci_match match;
    ag_uci_file first, second; /* <name>_R.dat; or <name>_train_R.dat, <name>_test_R.dat */
} ag_uci_set;

extern const ag_uci_set ag_uci_sets[];
extern const int ag_n_uci_sets;
extern const char *const ag_uci_names[]; /* of the sets, ends in NULL */

/* The first or second file of a set, size and SHA-256 checked: where
 * uci121/uci121-delgado2014/<set>/ lies in a folder of ACTGRID_DATA or in the cache; what is
 * not there comes from `archive` (a file of the data set `uci`; NULL: there is none), of which
 * all tables are unpacked into the cache at once. AG_DATA. */
ag_status ag_uci_find(const ag_uci_set *set, bool second, const ag_dataset *uci,
                      const char *archive, ag_arena *arena, const char **path, ag_error *err);

#endif
