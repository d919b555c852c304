/* The random numbers of numpy's legacy RandomState, which published generators of
 * data sets use: the 32-bit Mersenne Twister (Matsumoto and Nishimura 1998,
 * doi:10.1145/272991.272995) and numpy's way of making numbers of its words. For
 * reproducing those sets only; everything of our own draws from harness/base/random.h.
 */
#ifndef AG_NUMPY_RANDOM_H
#define AG_NUMPY_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum { AG_NUMPY_WORDS = 624 };

typedef struct ag_numpy_random {
    uint32_t state[AG_NUMPY_WORDS];
    int next;      /* words of `state` already given out */
    int has_spare; /* a second normal number is waiting */
    double spare;
} ag_numpy_random;

void ag_numpy_seed(ag_numpy_random *r, uint32_t seed); /* np.random.seed(seed) */
uint32_t ag_numpy_bits(ag_numpy_random *r);            /* 32 fair bits */
double ag_numpy_rand(ag_numpy_random *r);              /* np.random.rand(): [0, 1), 53 bits */
double ag_numpy_randn(ag_numpy_random *r);             /* np.random.randn(): polar method */

/* 0 .. most, both included: what np.random.choice and randint draw from. */
uint32_t ag_numpy_interval(ag_numpy_random *r, uint32_t most);

/* np.random.permutation(n) */
void ag_numpy_permutation(ag_numpy_random *r, size_t n, uint32_t *items);

#endif
