/* The CSV reader on any bytes: from the cells to the examples. The first two bytes choose
 * how it is read. What is accepted must be complete: every label a class, every number
 * finite or, where missing values may be, NaN. */
#include "datasets/table/csv_examples.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(const ag_csv_coding *coding, const struct ag_source_part *part) {
    for (size_t i = 0; i < part->n * coding->n_features; i++)
        if (!isfinite(part->x[i]) &&
            !(isnan(part->x[i]) && coding->wishes.missing == AG_CSV_MISSING_MEAN))
            abort();
    for (size_t i = 0; i < part->n; i++)
        if (part->label && (part->label[i] < 0 || (size_t)part->label[i] >= coding->n_classes))
            abort();
    for (size_t i = 0; i < part->n * coding->n_targets; i++)
        if (!isfinite(part->target[i])) abort();
}

static ag_status read_all(const char *bytes, size_t n, const ag_csv_format *format,
                          const ag_csv_wishes *wishes, ag_arena *arena, ag_error *err) {
    ag_csv_table table;
    ag_csv_coding coding;
    struct ag_source_part part;
    AG_TRY(ag_csv_open("input", bytes, n, format, "y", arena, &table, err));
    AG_TRY(ag_csv_assign(wishes, &table, err));
    AG_TRY(ag_csv_survey(&table, wishes->missing == AG_CSV_MISSING_DROP, arena, err));
    AG_TRY(ag_csv_code(wishes, &table, arena, &coding, err));
    AG_TRY(ag_csv_examples(&coding, &table, arena, &part, err));
    check(&coding, &part);
    return AG_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const char separators[] = {0, ',', ';', '\t', '|', ' ', 0, 0};
    static const char *const targets[] = {"y", "1", "-1", "1, -1"};
    if (n < 2) return 0;
    const ag_csv_format format = {.header = (ag_csv_header)(bytes[0] % 3),
                                  .separator = separators[bytes[0] >> 2 & 7],
                                  .decimal_comma = bytes[0] & 64,
                                  .comments = bytes[0] & 128};
    const ag_csv_wishes wishes = {.target = targets[bytes[1] & 3],
                                  .ignore = bytes[1] & 4 ? "2" : "",
                                  .categorical = bytes[1] & 8 ? "3" : "",
                                  .missing = (ag_csv_missing)((bytes[1] >> 4 & 3) % 3),
                                  .task = (ag_csv_task)((bytes[1] >> 6) % 3),
                                  .categories_max = 5};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    const ag_status status =
        read_all((const char *)bytes + 2, n - 2, &format, &wishes, &arena, &err);
    if (status != AG_OK && !err.text[0]) abort();
    if (arena.peak > 1000000 + 2000 * n) abort(); /* not more than the file can mean */
    ag_arena_close(&arena);
    return 0;
}
