#include "harness/base/random.h"

#include "harness/base/vectorized.h"

#include <Random123/philox.h>
#include <math.h>

ag_stream ag_stream_open(uint64_t seed, ag_purpose purpose, uint32_t index) {
    return (ag_stream){
        .key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
        .counter = {0, 0, index, (uint32_t)purpose},
        .used = 4,
    };
}

uint32_t ag_random_bits(ag_stream *s) {
    if (s->used == 4) {
        const philox4x32_ctr_t counter = {
            {s->counter[0], s->counter[1], s->counter[2], s->counter[3]}};
        const philox4x32_key_t key = {{s->key[0], s->key[1]}};
        const philox4x32_ctr_t out = philox4x32(counter, key);
        for (int i = 0; i < 4; i++)
            s->block[i] = out.v[i];
        if (++s->counter[0] == 0) s->counter[1]++;
        s->used = 0;
    }
    return s->block[s->used++];
}

enum { BLOCKS = 16, BLOCK_WORDS = 4 * BLOCKS };

/* BLOCKS blocks one after the other, as many at a time as a vector holds. */
AG_VECTORIZED(static, make_blocks,
              (const ag_stream *s, uint32_t part, uint32_t block, uint32_t words[BLOCK_WORDS]),
              (s, part, block, words)) {
    const philox4x32_key_t key = {{s->key[0], s->key[1]}};
    uint32_t word[4][BLOCKS];
    for (uint32_t k = 0; k < BLOCKS; k++) {
        const philox4x32_ctr_t counter = {{block + k, part, s->counter[2], s->counter[3]}};
        const philox4x32_ctr_t out = philox4x32(counter, key);
        for (int i = 0; i < 4; i++)
            word[i][k] = out.v[i];
    }
    for (int k = 0; k < BLOCKS; k++)
        for (int i = 0; i < 4; i++)
            words[4 * k + i] = word[i][k];
}

void ag_random_words(const ag_stream *s, uint32_t part, uint32_t block, size_t n, uint32_t *words) {
    for (; n >= BLOCK_WORDS; n -= BLOCK_WORDS, words += BLOCK_WORDS, block += BLOCKS)
        make_blocks(s, part, block, words);
    if (!n) return;
    uint32_t last[BLOCK_WORDS];
    make_blocks(s, part, block, last);
    for (size_t i = 0; i < n; i++)
        words[i] = last[i];
}

double ag_random_uniform(ag_stream *s) {
    const uint64_t high = ag_random_bits(s) >> 5, low = ag_random_bits(s) >> 6;
    return (double)(high << 26 | low) * 0x1p-53;
}

/* Polar method (Marsaglia and Bray 1964): no sine or cosine, whose last bit
 * differs between mathematical libraries more often than the logarithm's. */
double ag_random_normal(ag_stream *s) {
    if (s->has_spare) {
        s->has_spare = 0;
        return s->spare;
    }
    double x, y, r;
    do {
        x = 2.0 * ag_random_uniform(s) - 1.0;
        y = 2.0 * ag_random_uniform(s) - 1.0;
        r = x * x + y * y;
    } while (r >= 1.0 || r == 0.0);
    const double f = sqrt(-2.0 * log(r) / r);
    s->spare = f * y;
    s->has_spare = 1;
    return f * x;
}

/* Lemire 2019, Fast random integer generation in an interval. */
uint32_t ag_random_below(ag_stream *s, uint32_t n) {
    uint64_t m = (uint64_t)ag_random_bits(s) * n;
    if ((uint32_t)m < n) {
        const uint32_t threshold = (0u - n) % n;
        while ((uint32_t)m < threshold)
            m = (uint64_t)ag_random_bits(s) * n;
    }
    return (uint32_t)(m >> 32);
}

void ag_random_shuffle(ag_stream *s, size_t n, uint32_t *items) {
    for (size_t i = n; i > 1; i--) {
        const size_t j = ag_random_below(s, (uint32_t)i);
        const uint32_t item = items[i - 1];
        items[i - 1] = items[j];
        items[j] = item;
    }
}
