/* HDF5 files from any bytes. The library is not ours; what is tested is that nothing of what
 * it says is believed beyond what the file can hold. */
#include "opened.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    fuzz_open("hdf5", bytes, n, 1032 * 16);
    return 0;
}
