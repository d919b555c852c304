/* The reader of .npy headers on any bytes, then of the numbers that a good one describes, as
 * answers and as rows. Neither takes memory that the file does not have. */
#include "datasets/arrays/array_answers.h"
#include "datasets/arrays/npy.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { TIMES = 64, SPARE = 1 << 12 };

static void read_rows(const ag_ndarray *a, ag_arena *arena) {
    const size_t size = ag_ndarray_row_size(a);
    if (a->n_dims > 4 || size == 0 || a->dim[0] == 0) return;
    double *row = AG_NEW_ARRAY(arena, double, size);
    volatile double sum = 0; /* every number is there to be read */
    for (size_t i = 0; row && i < a->dim[0]; i++) {
        ag_ndarray_row(a, i, row);
        for (size_t k = 0; k < size; k++)
            sum = sum + row[k];
    }
    if (a->n_dims > 2) return;
    ag_answers answers;
    struct ag_source_part part = {.n = a->dim[0]};
    ag_error err = {0};
    if (ag_answers_decide(AG_ARRAY_TASK_AUTO, a, arena, &answers, &err) == AG_OK) {
        if (ag_answers_read(&answers, a, arena, &part, &err) != AG_OK) abort();
        for (size_t i = 0; part.label && i < a->dim[0]; i++)
            if (part.label[i] < 0 || (size_t)part.label[i] >= answers.n) abort();
    } else if (!err.text[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_ndarray array;
    size_t begin;
    if (ag_npy_header("input", bytes, n, n, &array, &begin, &err) == AG_OK) {
        array.bytes = bytes + begin;
        read_rows(&array, &arena);
    } else if (!err.text[0])
        abort();
    if (arena.peak > n * TIMES + SPARE) abort();
    ag_arena_close(&arena);
    return 0;
}
