/* Noise on the inputs, in the unit of the prepared data. */
#ifndef AG_NOISE_H
#define AG_NOISE_H

#include "harness/base/random.h"
#include "harness/num/real.h"

#include <stdbool.h>

typedef struct ag_noise {
    ag_stream stream;
    bool uniform;      /* from -level to level; otherwise normal with this standard deviation */
    double level;      /* 0: none */
    uint64_t position; /* numbers drawn so far, one for each value */
} ag_noise;

/* x += noise. The draws do not depend on the level: two levels from the same stream give
 * the same noise, scaled. */
void ag_noise_add(ag_noise *noise, size_t n, ag_real *x);

/* The standard normal number of a word. Words in order give numbers in order; ~word gives
 * the same with the other sign. */
double ag_noise_normal_of(uint32_t word);

#endif
