/* A data set written out for other programs: as published, before splitting and
 * standardizing. */
#ifndef AG_EXPORT_H
#define AG_EXPORT_H

#include "datasets/dataset.h"

#include <stdio.h>

typedef enum ag_export_format {
    AG_EXPORT_CSV, /* f0, ..., label; training rows, then test rows; 17 digits */
    AG_EXPORT_NPZ, /* numpy: x, x_test float64 [n, features] or, of images, [n, c, h, w];
                      y, y_test int64 [n] */
    AG_EXPORT_H5   /* HDF5: the same four */
} ag_export_format;

extern const char *const ag_export_words[]; /* "csv", "npz", "h5", NULL */

/* Writes a new file: complete under its name, or not at all. AG_IO if it exists. For
 * regression y holds float64 [n][n_targets], and csv has target0, ... */
ag_status ag_dataset_export(const ag_source *source, ag_export_format format, const char *path,
                            ag_arena *arena, ag_error *err);

/* As csv to a stream. AG_IO. */
ag_status ag_dataset_print(const ag_source *source, FILE *out, ag_arena *arena, ag_error *err);

#endif
