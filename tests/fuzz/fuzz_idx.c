/* The IDX reader on any bytes, plain or gzip. The first byte says how many dimensions
 * the caller wants. What is accepted must be as large as it says. */
#include "datasets/images/idx.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    if (n == 0) return 0;
    const int n_dims = 1 + bytes[0] % AG_IDX_DIMS_MAX;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_idx idx;
    const ag_status status = ag_idx_decode("input", bytes + 1, n - 1, n_dims, &arena, &idx, &err);
    if (status == AG_OK) {
        size_t total = 1;
        for (int d = 0; d < idx.n_dims; d++)
            total *= idx.dim[d];
        volatile uint8_t sum = 0; /* every byte is there to be read */
        for (size_t i = 0; i < total; i++)
            sum = (uint8_t)(sum + idx.bytes[i]);
        if (idx.n_dims != n_dims) abort();
    } else if (!err.text[0])
        abort();
    ag_arena_close(&arena);
    return 0;
}
