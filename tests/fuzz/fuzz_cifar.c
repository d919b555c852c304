/* The reader of CIFAR-10 records on any bytes, plain or gzip. The first byte says how many
 * records the caller wants (0: as many as there are). */
#include "datasets/files/unpack.h"
#include "datasets/images/cifar.h"

#include <stdlib.h>

enum { ROUNDED = 256 }; /* what the arena adds to one piece */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    if (n == 0) return 0;
    const size_t wanted = bytes[0] % 4;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_cifar cifar;
    const ag_status status =
        ag_cifar_decode("input", bytes + 1, n - 1, wanted, &arena, &cifar, &err);
    if (arena.peak > ag_unpack_limit(bytes + 1, n - 1) + ROUNDED) abort();
    if (status == AG_OK) {
        volatile uint8_t sum = 0; /* every byte is there to be read, every label in range */
        for (size_t i = 0; i < cifar.n * AG_CIFAR_RECORD; i++)
            sum = (uint8_t)(sum + cifar.records[i]);
        for (size_t i = 0; i < cifar.n; i++)
            if (cifar.records[i * AG_CIFAR_RECORD] >= AG_CIFAR_CLASSES) abort();
        if (cifar.n == 0 || (wanted && cifar.n != wanted)) abort();
    } else if (!err.text[0])
        abort();
    ag_arena_close(&arena);
    return 0;
}
