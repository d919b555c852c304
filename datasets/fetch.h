/* Downloading the files of a data set from their publishers. */
#ifndef AG_FETCH_H
#define AG_FETCH_H

#include "datasets/dataset.h"

/* Whoever watches. Each function may be NULL. */
typedef struct ag_fetch_watch {
    void *self;
    void (*say)(void *self, const char *sentence); /* what happened to a file or mirror */
    /* Several times per second; false stops the download (AG_STOPPED). */
    bool (*progress)(void *self, const char *file, int64_t got, int64_t total);
} ag_fetch_watch;

/* Every file of the set that is not yet somewhere, complete and right: from the first
 * mirror that gives the published bytes, to ag_dataset_cache_folder, under a temporary
 * name until size and SHA-256 are checked. ACTGRID_MIRROR=URL replaces the mirrors by
 * URL/<folder>/<file>. AG_IO if no mirror gives a file, with what the last one said. */
ag_status ag_dataset_fetch(const ag_dataset *set, const ag_fetch_watch *watch, ag_arena *arena,
                           ag_error *err);

#endif
