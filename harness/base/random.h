/* Random numbers, counter-based: Philox4x32-10 (Salmon et al. 2011), from
 * Random123.
 *
 * A stream is keyed by (seed, purpose, index). Two streams with different keys
 * never touch, so adding a draw to one does not shift another, and two trials
 * with the same seed see the same numbers whatever else differs between them.
 */
#ifndef AG_RANDOM_H
#define AG_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* One number per purpose, for ever: changing one changes every stored result. */
typedef enum ag_purpose {
    AG_RANDOM_SPLIT = 1,       /* which examples are for validation; index 0 */
    AG_RANDOM_ORDER = 2,       /* order of examples; index = epoch */
    AG_RANDOM_WEIGHTS = 3,     /* initial weights; index = layer */
    AG_RANDOM_DROPOUT = 4,     /* index = step */
    AG_RANDOM_AUGMENT = 5,     /* index = step */
    AG_RANDOM_NOISE = 6,       /* index = step; 0: on what the trained net is tested with */
    AG_RANDOM_DATA = 7,        /* generated data sets; index = part */
    AG_RANDOM_BOOTSTRAP = 8,   /* statistics */
    AG_RANDOM_TEST = 9,        /* tests only */
    AG_RANDOM_ACTIVATION = 10, /* what rrelu draws; index = step */
    AG_RANDOM_SEARCH = 11      /* candidates of a tuning; index = which of its axes */
} ag_purpose;

typedef struct ag_stream {
    uint32_t key[2];
    uint32_t counter[4]; /* [0..1] block number, [2] index, [3] purpose */
    uint32_t block[4];
    int used;      /* words of `block` already given out */
    int has_spare; /* a second normal number is waiting */
    double spare;
} ag_stream;

ag_stream ag_stream_open(uint64_t seed, ag_purpose purpose, uint32_t index);

uint32_t ag_random_bits(ag_stream *s);                           /* 32 fair bits */
double ag_random_uniform(ag_stream *s);                          /* [0, 1), 53 bits */
double ag_random_normal(ag_stream *s);                           /* mean 0, variance 1 */
uint32_t ag_random_below(ag_stream *s, uint32_t n);              /* 0 .. n-1 without bias; n > 0 */
void ag_random_shuffle(ag_stream *s, size_t n, uint32_t *items); /* Fisher-Yates; n < 2^32 */

/* Many words at once, for masks: words 4 block .. 4 block + n - 1 of one part of the
 * stream, from its beginning wherever it stands, and leaving it there. Part 0 is what
 * ag_random_bits gives; every other part has words of its own. block, part < 2^32. */
void ag_random_words(const ag_stream *s, uint32_t part, uint32_t block, size_t n, uint32_t *words);

#endif
