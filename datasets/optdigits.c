/* Optdigits: handwritten digits of 43 people, 32 x 32 bitmaps counted in blocks of 4 x 4. The
 * 1,797 of the test part are scikit-learn's digits. */
#include "datasets/table/csv_examples.h"

static const char *const class_names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL};

static const char *const aliases[] = {"digits", NULL};

static const char *const mirrors[] = {
    "https://archive.ics.uci.edu/ml/machine-learning-databases/optdigits/",
    NULL,
};

static const ag_data_file files[] = {
    {.name = "optdigits.tra",
     .sha256 = "e1b683cc211604fe8fd8c4417e6a69f31380e0c61d4af22e93cc21e9257ffedd",
     .bytes = 563639,
     .mirrors = mirrors},
    {.name = "optdigits.tes",
     .sha256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8",
     .bytes = 264712,
     .mirrors = mirrors},
};

/* 64 counts from 0 to 16, row by row, then the digit. */
static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    static const ag_csv_format format = {.header = AG_CSV_HEADER_FALSE, .separator = ','};
    static const ag_csv_wishes wishes = {.target = "-1",
                                         .ignore = "",
                                         .categorical = "",
                                         .task = AG_CSV_TASK_CLASSIFICATION,
                                         .categories_max = 1};
    (void)choice;
    ag_csv_coding coding = {0};
    AG_TRY(ag_csv_read(paths[0], &format, &wishes, arena, &coding, &source->train, err));
    return ag_csv_read(paths[1], &format, &wishes, arena, &coding, &source->test, err);
}

static const ag_param params[] = {AG_DATASET_PARAMS(0.1, 1)};

const ag_dataset ag_data_optdigits = {
    .about = {.name = "optdigits",
              .formula = "handwritten digits, 8 x 8 counts of 0 to 16",
              .paper = "E. Alpaydin, C. Kaynak, 1998, Kybernetika 34:369, doi:10.24432/C50P49",
              .aliases = aliases,
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "CC BY 4.0, UCI Machine Learning Repository",
    .shape = {1, 8, 8},
    .n_classes = 10,
    .class_names = class_names,
    .n_train = 3823,
    .n_test = 1797,
    .files = files,
    .n_files = AG_COUNT(files),
    .folder = "optdigits",
    .load = load,
};
