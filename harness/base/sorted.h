/* Lists of 64-bit numbers in ascending order: ids of trials, seeds, hashes. */
#ifndef AG_SORTED_H
#define AG_SORTED_H

#include <stddef.h>
#include <stdint.h>

/* Brings a list into that order. */
void ag_sorted_make(uint64_t *list, size_t n);

/* Where x stands in it; NULL: it does not. */
const uint64_t *ag_sorted_find(const uint64_t *sorted, size_t n, uint64_t x);

#endif
