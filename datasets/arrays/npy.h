/* numpy's .npy (numpy.org/doc/stable/reference/generated/numpy.lib.format.html):
 *
 *     6 bytes   93 4e 55 4d 50 59, "\x93NUMPY"
 *     2 bytes   version: 1.0, 2.0 or 3.0
 *     2 bytes   (from 2.0: 4) length of the header, little-endian
 *     header    a Python dictionary: {'descr': '<f8', 'fortran_order': False,
 *               'shape': (3, 4), }, then spaces and a line break
 *     numbers   as the header says
 *
 * What is not exactly this, to the last byte, is refused: AG_DATA, with what is wrong. So
 * are Python objects, texts, dates and records: they are no numbers.
 */
#ifndef AG_NPY_H
#define AG_NPY_H

#include "datasets/arrays/ndarray.h"

/* A longer header than this is none that numpy writes for an array of numbers. */
enum { AG_NPY_HEADER_MAX = 4096 };

/* From the first bytes of a file: all of them, or AG_NPY_HEADER_MAX or more; `total`: how
 * many the file has, which must be what its header says. Takes no memory. array->bytes is
 * NULL; the numbers begin at *begin. */
ag_status ag_npy_header(const char *name, const uint8_t *bytes, size_t n, uint64_t total,
                        ag_ndarray *array, size_t *begin, ag_error *err);

#endif
