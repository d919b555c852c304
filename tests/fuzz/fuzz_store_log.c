/* arrays.log from any bytes, as the next run finds it. Bytes behind a good head are hardly ever
 * found with the right digest: half of the inputs get it, so that what stands inside is read. */
#include "harness/base/digest.h"
#include "stored.h"

#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    stored_make();
    stored_seed(*argc, *argv, "log", in_folder("killed/arrays.log"));
    return 0;
}

/* As log.c: of each entry mark, trial_id, number of arrays, bytes, digest. */
static void give_digests(uint8_t *bytes, size_t n) {
    enum { FILE_HEAD = 16, ENTRY_HEAD = 40 };
    for (size_t at = FILE_HEAD; n - at >= ENTRY_HEAD && at <= n;) {
        uint64_t head[5];
        memcpy(head, bytes + at, sizeof head);
        if (head[3] > n - at - ENTRY_HEAD) return;
        head[4] = ag_digest(bytes + at + ENTRY_HEAD, head[3], head[1]);
        memcpy(bytes + at, head, sizeof head);
        at += ENTRY_HEAD + head[3];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    uint8_t *copy = malloc(n + 1);
    if (!copy) abort();
    memcpy(copy, bytes, n);
    if (n > 16 && n % 2) give_digests(copy, n);
    unlink(in_folder("whole/curves.h5"));
    unlink(in_folder("whole/arrays.log"));
    stored_write(in_folder("whole/arrays.log"), copy, n);
    free(copy);
    stored_gather();
    return 0;
}
