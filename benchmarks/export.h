/* What another framework needs to train the very same nets, as raw files in a folder.
 *
 *     x.f32, label.i32      training examples, row-major
 *     weights-T.f32         parameters of trial T before the first step: layer after layer,
 *                           of each its weights, biases and scales
 *     order-T.u32           for each epoch the order of its examples
 *
 * Dense weights lie [in][out], those of convolutions [in][rows][columns][out].
 */
#ifndef AG_EXPORT_H
#define AG_EXPORT_H

#include "benchmarks/workload.h"

#include <stdio.h>

/* Writes the files, training each trial once to its end for the orders, and one line of
 * JSON: names of the files, settings, operations, and the loss of every step. */
ag_status ag_export(ag_workload *workload, const char *folder, ag_arena *arena, FILE *out,
                    ag_error *err);

#endif
