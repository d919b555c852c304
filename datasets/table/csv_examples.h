/* From the columns of a CSV file to examples: which are features, what is predicted, and
 * which number stands for which text. */
#ifndef AG_CSV_EXAMPLES_H
#define AG_CSV_EXAMPLES_H

#include "datasets/dataset.h"
#include "datasets/table/csv_table.h"

typedef enum ag_csv_task {
    AG_CSV_TASK_AUTO,
    AG_CSV_TASK_CLASSIFICATION,
    AG_CSV_TASK_REGRESSION
} ag_csv_task;

typedef enum ag_csv_missing {
    AG_CSV_MISSING_ERROR,
    AG_CSV_MISSING_DROP, /* rows without a value in some column that is used */
    AG_CSV_MISSING_MEAN  /* numbers become NaN, see impute.h; texts a category of their own */
} ag_csv_missing;

/* What auto takes for classes if all targets are whole numbers: so many different ones at
 * most, each in two rows on average. */
enum { AG_CSV_CLASSES_AUTO = 20, AG_CSV_ROWS_PER_CLASS = 2 };
enum { AG_CSV_NOTE_MAX = 384 };

/* Lists are names or numbers of columns with commas between; see ag_csv_find. */
typedef struct ag_csv_wishes {
    const char *target, *ignore, *categorical;
    ag_csv_task task;
    ag_csv_missing missing;
    size_t categories_max; /* of one column */
} ag_csv_wishes;

/* The values of a column as numbers from 0: in numeric order if all are numbers (1 and 1.0
 * are the same), else in the order of their bytes. */
typedef struct ag_csv_codes {
    size_t n;          /* 0: the column's cells are numbers themselves */
    int32_t *code;     /* [distinct.n] */
    const char **name; /* [n] */
    long missing;      /* what stands for no value; -1: nothing does */
} ag_csv_codes;

typedef struct ag_csv_coding {
    ag_csv_wishes wishes;
    const ag_csv_table *table; /* of the training examples */
    ag_csv_codes *codes;       /* [n_columns] */
    bool regression;
    size_t n_classes, n_targets, n_features;
    const char *const *class_names;
    char note[AG_CSV_NOTE_MAX]; /* what was decided for the user; "" for nothing */
} ag_csv_coding;

/* Whether targets of `n_distinct` different whole numbers are taken for classes. */
bool ag_csv_are_classes(size_t n_distinct, size_t n_rows);

/* The codes of a column's `distinct`, which must be complete. */
ag_status ag_csv_code_column(const ag_csv_table *table, const ag_csv_column *column,
                             ag_arena *arena, ag_csv_codes *codes, ag_error *err);

/* Gives the columns their roles, before the survey. AG_CONFIG with the nearest name. */
ag_status ag_csv_assign(const ag_csv_wishes *wishes, ag_csv_table *table, ag_error *err);

/* After the survey. AG_DATA with the place of what does not fit, and the remedies. */
ag_status ag_csv_code(const ag_csv_wishes *wishes, const ag_csv_table *table, ag_arena *arena,
                      ag_csv_coding *coding, ag_error *err);

/* What happened to missing values goes into the note: of the training table, or of the test
 * file's. */
void ag_csv_note_missing(ag_csv_coding *coding, const ag_csv_table *table);

/* The rows of `table`, the training table or one with the same columns, as examples; one
 * that has what the training table has not is AG_DATA. */
ag_status ag_csv_examples(const ag_csv_coding *coding, const ag_csv_table *table, ag_arena *arena,
                          struct ag_source_part *part, ag_error *err);

/* A file of a known format as one part. With coding->table NULL it is coded anew, else read
 * as that table was. */
ag_status ag_csv_read(const char *path, const ag_csv_format *format, const ag_csv_wishes *wishes,
                      ag_arena *arena, ag_csv_coding *coding, struct ag_source_part *part,
                      ag_error *err);

#endif
