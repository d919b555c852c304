/* .npz files from any bytes: zip, the arrays in it, and the examples that they make. */
#include "opened.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    fuzz_open("npz", bytes, n, 1032 * 16); /* deflate, and a byte that becomes a float or more */
    return 0;
}
