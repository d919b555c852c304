/* A data set of the user's own file whose content is the fuzzer's. */
#ifndef AG_FUZZ_OPENED_H
#define AG_FUZZ_OPENED_H

#include "datasets/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char fuzz_path[] = "/tmp/actgrid-fuzz-XXXXXX";

static inline void fuzz_forget(void) { unlink(fuzz_path); }

/* HDF5 wants a real path, which a file in memory has not. */
static inline void fuzz_write(const uint8_t *bytes, size_t n) {
    static int fd = -1;
    if (fd < 0) {
        fd = mkstemp(fuzz_path);
        atexit(fuzz_forget);
    }
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, bytes, n, 0) != (ssize_t)n) abort();
}

/* Opens `name` with the bytes as its file. What opens must be whole; what does not must say
 * why; neither may take more than `times` the bytes. */
static inline void fuzz_open(const char *name, const uint8_t *bytes, size_t n, size_t times) {
    fuzz_write(bytes, n);
    ag_choice choice = ag_choice_standard(ag_catalogue_find(&ag_datasets, name));
    choice.text[ag_element_param(choice.element, "path")] = fuzz_path;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_data data = {0};
    ag_error err = {0};
    if (ag_dataset_open(&choice, &arena, &data, &err) == AG_OK) {
        const size_t features = ag_shape_size(data.shape);
        volatile float sum = 0;
        for (size_t i = 0; i < data.train.n * features; i++)
            sum = sum + data.train.x[i];
        for (size_t i = 0; data.train.label && i < data.train.n; i++)
            if (data.train.label[i] < 0 || data.train.label[i] >= data.n_classes) abort();
    } else if (!err.text[0])
        abort();
    if (arena.peak > n * times + (1 << 20)) abort();
    ag_arena_close(&arena);
}

#endif
