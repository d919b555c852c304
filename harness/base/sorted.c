#include "harness/base/sorted.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* An empty list may be NULL, which the standard's functions must not be given. */
void ag_sorted_make(uint64_t *list, size_t n) {
    if (n) qsort(list, n, sizeof *list, by_value);
}

const uint64_t *ag_sorted_find(const uint64_t *sorted, size_t n, uint64_t x) {
    return n ? bsearch(&x, sorted, n, sizeof x, by_value) : NULL;
}
