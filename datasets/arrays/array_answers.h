/* What an array of answers says: classes, or numbers to predict. */
#ifndef AG_ARRAY_ANSWERS_H
#define AG_ARRAY_ANSWERS_H

#include "datasets/arrays/ndarray.h"
#include "datasets/dataset.h"

typedef enum ag_array_task {
    AG_ARRAY_TASK_AUTO,
    AG_ARRAY_TASK_CLASSIFICATION,
    AG_ARRAY_TASK_REGRESSION
} ag_array_task;

/* What auto takes for classes: whole numbers [n] or [n, 1] of a whole type, rows of zeros and
 * one 1, [n, classes], of any type, and so many different whole numbers [n] of a float type.
 * Whole numbers must be in two rows each on average. All else is to be predicted. */
enum { AG_ANSWERS_FLOAT_CLASSES_MAX = 20, AG_ANSWERS_ROWS_PER_CLASS = 2 };

typedef struct ag_answers {
    bool regression, one_hot;
    size_t n;            /* classes or targets */
    double *value;       /* [n] of the classes, ascending; NULL for regression and one-hot */
    const char **names;  /* [n], where the values are not 0, 1, 2, ...; else NULL */
    const char *because; /* what auto decided and why; NULL: nothing was left to decide */
} ag_answers;

/* From the training answers. AG_DATA with the place of what does not fit the task. */
ag_status ag_answers_decide(ag_array_task task, const ag_ndarray *y, ag_arena *arena,
                            ag_answers *answers, ag_error *err);

/* Fills part->label or part->target. A class that the training part has not is AG_DATA. */
ag_status ag_answers_read(const ag_answers *answers, const ag_ndarray *y, ag_arena *arena,
                          struct ag_source_part *part, ag_error *err);

#endif
