/* curves.h5 from any bytes, as the next run finds it. The library that reads it is not ours and
 * crashes on some: in a process of its own, which is the point. What comes through there is
 * gathered here, with arrays.log, and must not crash. */
#include "stored.h"

#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What the library's process dies of is no finding and leaves no file. */
static void no_finding(void) { __sanitizer_set_death_callback(NULL); }

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    char without_seal[400];
    stored_make();
    stored_seed(*argc, *argv, "sealed", in_folder("whole/curves.h5"));
    snprintf(without_seal, sizeof without_seal, "cd '%s' && head -c -64 whole/curves.h5 >bare",
             folder);
    if (system(without_seal) != 0) abort();
    stored_seed(*argc, *argv, "bare", in_folder("bare"));
    return pthread_atfork(NULL, NULL, no_finding);
}

/* With arrays.log the file is gathered, without it looked at only. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    char log[320];
    unlink(in_folder("whole/curves.h5"));
    stored_write(in_folder("whole/curves.h5"), bytes, n);
    snprintf(log, sizeof log, "%s/killed/arrays.log", folder);
    unlink(in_folder("whole/arrays.log"));
    if (n % 2 && link(log, in_folder("whole/arrays.log")) != 0) abort();
    stored_gather();
    return 0;
}
