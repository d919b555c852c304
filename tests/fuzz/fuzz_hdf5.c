/* HDF5 files from any bytes. The library is not ours, and crashes on some of them: in a
 * process of its own, which is the point. What is tested is that this one survives, and that
 * nothing of what the library says is believed beyond what the file can hold. */
#include "opened.h"

#include <pthread.h>
#include <sanitizer/common_interface_defs.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What the library's process dies of is no finding and leaves no file. */
static void no_finding(void) { __sanitizer_set_death_callback(NULL); }

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    return pthread_atfork(NULL, NULL, no_finding);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    fuzz_open("hdf5", bytes, n, 1032 * 16);
    return 0;
}
