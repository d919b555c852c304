/* What the files that make curves.h5 share: gather.c (the file as a whole), survey.c (which arrays
 * there are), chunks.c (their numbers). */
#ifndef AG_GATHER_PRIVATE_H
#define AG_GATHER_PRIVATE_H

#include "results/store/arrays_private.h"
#include "results/store/log_private.h"

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

/* Makes all arrays in new_file, whose name is `path`, and fills them. */
ag_status ag_chunks_write(ag_gathering *g, const char *path, ag_error *err);

#endif
