#include "models/core/drawn.h"

#include "harness/base/random.h"

enum { WORDS = 256 };

bool ag_drawn(const ag_layer *self) {
    return self->mode->training && ag_activation_of(&self->activation)->draw;
}

/* 24 bits, which a float holds: the same number in single and in double precision. */
static ag_real uniform(uint32_t word) { return (ag_real)((double)(word >> 8) * 0x1p-24); }

void ag_drawn_fill(const ag_layer *self, size_t example, ag_real *u) {
    const size_t n = ag_shape_size(self->out), area = ag_shape_area(self->out);
    const ag_stream stream =
        ag_stream_open(self->mode->seed, AG_RANDOM_ACTIVATION, (uint32_t)self->mode->step);
    uint32_t word[WORDS];
    size_t i = 0, block = example * ((n + 3) / 4); /* 4 words each */
    for (int c = 0; c < self->out.channels; c++)
        for (size_t place = 0; place < area; place++, i++) {
            if (i % WORDS == 0) {
                ag_random_words(&stream, (uint32_t)self->n_drawn_before, (uint32_t)block,
                                n - i < WORDS ? n - i : WORDS, word);
                block += WORDS / 4;
            }
            u[ag_shape_index(self->out, self->out_block, c, place)] = uniform(word[i % WORDS]);
        }
}
