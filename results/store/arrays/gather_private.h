/* What the files that make and read curves.h5 share: gather.c (the file as a whole), survey.c
 * (which arrays there are), chunks.c (their numbers), stored.c (opened for reading, for compare/).
 */
#ifndef AG_GATHER_PRIVATE_H
#define AG_GATHER_PRIVATE_H

#include "results/store/arrays/arrays_private.h"
#include "results/store/arrays/log_private.h"

enum { AG_SERIES_MAX = 256 };

/* One dataset of curves.h5: /<name> [trial, size...]. */
typedef struct ag_series {
    const char *name, *unit, *meaning, *axes; /* axes of one trial's part */
    int rank;                                 /* of that part */
    size_t size[AG_ARRAY_RANK_MAX];           /* of the longest trial */
    size_t old_size[AG_ARRAY_RANK_MAX];       /* in the curves.h5 before */
    ag_h5 old_set, new_set;                   /* -1: none */
} ag_series;

typedef struct ag_gathering {
    ag_arena *arena;
    const ag_harvest *harvest;
    const uint64_t *ids; /* these three: of the harvest */
    const ag_leftover *leftover;
    size_t n;
    int64_t *old_row; /* row of each id in the old file, -1: not there */
    const char *old_path;
    ag_h5 old_file, new_file;
    ag_series list[AG_SERIES_MAX]; /* by name */
    int n_series;
    size_t since; /* bytes of arrays.log that were read and are still in memory */
} ag_gathering;

/* NULL: there is none of this name. */
ag_series *ag_series_find(ag_gathering *g, const char *name);

/* Fills old_row, opens old_file if there is one, lists its arrays. */
ag_status ag_survey_old(ag_gathering *g, ag_error *err);

/* Lists those of arrays.log, too. */
ag_status ag_survey_leftover(ag_gathering *g, ag_error *err);

/* Both; a trial whose arrays may have stood where arrays.log is damaged is an error. */
ag_status ag_survey_all(ag_gathering *g, ag_error *err);

/* What is said of the arrays in old_file is what this program writes, and can be in a file of its
 * size: for those who must not take a stranger's word. chunk_steps[n_series]: how many of the first
 * axis stand together. */
ag_status ag_survey_trust(const ag_gathering *g, size_t *chunk_steps, ag_error *err);

/* Rows of an array of old_file (trials) and, of their first axis, n_steps from `step` on. */
typedef struct ag_slab {
    int64_t row;
    size_t n_rows, step, n_steps;
} ag_slab;
bool ag_series_read_old(const ag_series *s, ag_slab slab, float *to);

/* The arrays of a store's trials as they stand, in curves.h5 or still in arrays.log. Its parts
 * point to each other: it stays where it is. */
typedef struct ag_stored_arrays {
    ag_gathering g;
    ag_harvest harvest;
    ag_leftover leftover;
    size_t chunk_steps[AG_SERIES_MAX]; /* as ag_survey_trust */
} ag_stored_arrays;

/* Of the trials ids[n] (ascending), while HDF5 is listened to. A file that is damaged, or that
 * HDF5 would crash on, is an error. Closed by the caller if it is AG_OK. */
ag_status ag_stored_arrays_open(ag_stored_arrays *arrays, const char *dir, const uint64_t *ids,
                                size_t n, ag_arena *arena, ag_error *err);
void ag_stored_arrays_close(ag_stored_arrays *arrays);

/* Makes all arrays in new_file, whose name is `path`, and fills them. */
ag_status ag_chunks_write(ag_gathering *g, const char *path, ag_error *err);

#endif
