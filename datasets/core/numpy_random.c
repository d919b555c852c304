#include "datasets/core/numpy_random.h"

#include <math.h>

enum { SHIFT = 397 };

void ag_numpy_seed(ag_numpy_random *r, uint32_t seed) {
    r->state[0] = seed;
    for (uint32_t i = 1; i < AG_NUMPY_WORDS; i++)
        r->state[i] = 1812433253u * (r->state[i - 1] ^ (r->state[i - 1] >> 30)) + i;
    r->next = AG_NUMPY_WORDS;
    r->has_spare = 0;
    r->spare = 0.0;
}

static void refill(ag_numpy_random *r) {
    uint32_t *s = r->state;
    for (int k = 0; k < AG_NUMPY_WORDS; k++) {
        const uint32_t y = (s[k] & 0x80000000u) | (s[(k + 1) % AG_NUMPY_WORDS] & 0x7fffffffu);
        s[k] = s[(k + SHIFT) % AG_NUMPY_WORDS] ^ (y >> 1) ^ ((y & 1u) ? 0x9908b0dfu : 0u);
    }
    r->next = 0;
}

uint32_t ag_numpy_bits(ag_numpy_random *r) {
    if (r->next == AG_NUMPY_WORDS) refill(r);
    uint32_t y = r->state[r->next++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

double ag_numpy_rand(ag_numpy_random *r) {
    const uint32_t high = ag_numpy_bits(r) >> 5, low = ag_numpy_bits(r) >> 6;
    return ((double)high * 67108864.0 + (double)low) / 9007199254740992.0;
}

/* The second number of each pair is given out first, as numpy does. */
double ag_numpy_randn(ag_numpy_random *r) {
    if (r->has_spare) {
        r->has_spare = 0;
        return r->spare;
    }
    double a, b, square;
    do {
        a = 2.0 * ag_numpy_rand(r) - 1.0;
        b = 2.0 * ag_numpy_rand(r) - 1.0;
        square = a * a + b * b;
    } while (square >= 1.0 || square == 0.0);
    const double f = sqrt(-2.0 * log(square) / square);
    r->spare = f * a;
    r->has_spare = 1;
    return f * b;
}

uint32_t ag_numpy_interval(ag_numpy_random *r, uint32_t most) {
    if (most == 0) return 0; /* numpy draws nothing here */
    uint32_t mask = most;
    for (int shift = 1; shift <= 16; shift *= 2)
        mask |= mask >> shift;
    uint32_t value;
    do
        value = ag_numpy_bits(r) & mask;
    while (value > most);
    return value;
}

void ag_numpy_permutation(ag_numpy_random *r, size_t n, uint32_t *items) {
    for (size_t i = 0; i < n; i++)
        items[i] = (uint32_t)i;
    for (size_t i = n; i > 1; i--) {
        const uint32_t j = ag_numpy_interval(r, (uint32_t)(i - 1));
        const uint32_t item = items[i - 1];
        items[i - 1] = items[j];
        items[j] = item;
    }
}
