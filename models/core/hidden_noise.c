#include "models/core/hidden_noise.h"

#include "harness/base/random.h"

enum { WORDS = 256 };

/* Between -1 and 1; 24 bits, which a float holds: the same number in both precisions. */
static double symmetric(uint32_t word) { return ((double)(word >> 8) + 0.5) * 0x1p-23 - 1.0; }

static void add_to_channel(ag_layer *self, int rows, int channel, ag_real number) {
    const size_t n = ag_shape_size(self->out), area = ag_shape_area(self->out);
    for (size_t e = 0; e < (size_t)rows; e++)
        for (size_t place = 0; place < area; place++)
            self->y[e * n + ag_shape_index(self->out, self->out_block, channel, place)] += number;
}

void ag_hidden_noise_add(ag_layer *self, int rows) {
    const double level = self->mode->hidden_noise;
    if (level == 0.0 || !self->hidden) return;
    const ag_stream stream =
        ag_stream_open(self->mode->seed, AG_RANDOM_NOISE, (uint32_t)self->mode->step);
    uint32_t word[WORDS];
    for (int c = 0; c < self->out.channels; c++) {
        const int rest = self->out.channels - c;
        if (c % WORDS == 0)
            ag_random_words(&stream, (uint32_t)self->stage, (uint32_t)c / 4,
                            (size_t)(rest < WORDS ? rest : WORDS), word);
        add_to_channel(self, rows, c, (ag_real)(level * symmetric(word[c % WORDS])));
    }
}
