#include "models/core/mask.h"

#include "harness/base/random.h"
#include "models/layers.h"

#include <math.h>
#include <string.h>

/* Values at a time. Half a word decides about one value, so that GROUP words serve two
 * groups of values: the first by their lower halves, the second by their upper ones. */
enum { PIECE = 1024, GROUP = 64, SERVED = 2 * GROUP };

static bool is_dropout(const ag_layer_kind *kind) {
    return kind == &ag_layer_dropout || kind == &ag_layer_alpha_dropout;
}

void ag_mask_add(ag_net *net, const ag_layer_kind *kind, double rate) {
    int number = 0;
    for (int i = 0; i < net->n_layers; i++)
        number += is_dropout(net->layers[i].kind);
    ag_layer *layer = ag_net_add(net, kind, sizeof(ag_mask));
    if (layer) *(ag_mask *)layer->own = (ag_mask){.rate = rate, .number = number};
}

static bool lies_channels_first(const ag_layer *self) {
    return ag_shape_area(self->in) == 1 || self->in_block == 1;
}

ag_status ag_mask_open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    const size_t n = ag_shape_size(self->in), area = ag_shape_area(self->in);
    ag_mask *own = self->own;
    own->kept = AG_NEW_ARRAY(arena, unsigned char, (size_t)rows_max *n);
    if (!lies_channels_first(self)) own->place = AG_NEW_ARRAY(arena, uint32_t, n);
    if (!own->kept || (!lies_channels_first(self) && !own->place))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for dropout");
    for (size_t i = 0; own->place && i < n; i++)
        own->place[i] =
            (uint32_t)ag_shape_index(self->in, self->in_block, (int)(i / area), i % area);
    return AG_OK;
}

size_t ag_mask_bytes(const ag_layer *self, int rows_max) {
    const size_t n = ag_shape_size(self->in);
    return (size_t)rows_max * n + (lies_channels_first(self) ? 0 : sizeof(uint32_t) * n);
}

/* kept[i]: whether number i, 16 bits of it, is at least the threshold. Says whether one
 * is equal: whether more bits would be needed to tell. */
AG_VECTORIZED_VALUE(static, bool, decide,
                    (const uint32_t word[PIECE / 2], uint32_t threshold, unsigned char kept[PIECE]),
                    (word, threshold, kept)) {
    uint32_t equal = 0;
    for (int g = 0; g < PIECE / 2 / GROUP; g++, word += GROUP, kept += SERVED)
        for (int i = 0; i < GROUP; i++) {
            const uint32_t low = word[i] & 0xffff, high = word[i] >> 16;
            kept[i] = low >= threshold;
            kept[GROUP + i] = high >= threshold;
            equal |= (low == threshold) | (high == threshold);
        }
    return equal != 0;
}

/* The piece again, value by value: 16 bits more for those that stand on the threshold. */
static void decide_exactly(const ag_stream *stream, uint32_t part, uint32_t block,
                           uint64_t threshold, unsigned char kept[PIECE]) {
    uint32_t word[PIECE / 2], more[PIECE / 2];
    ag_random_words(stream, part, block, PIECE / 2, word);
    ag_random_words(stream, part + 1, block, PIECE / 2, more);
    for (int i = 0; i < PIECE; i++) {
        const int k = i / SERVED * GROUP + i % GROUP, shift = i / GROUP % 2 * 16;
        const uint32_t high = word[k] >> shift & 0xffff, low = more[k] >> shift & 0xffff;
        kept[i] = (high << 16 | low) >= threshold;
    }
}

/* Values number first .. first + PIECE - 1 of the mini-batch. */
static void draw_piece(const ag_mask *own, const ag_stream *stream, size_t first,
                       unsigned char kept[PIECE]) {
    const uint64_t threshold = (uint64_t)floor(own->rate * 0x1p32 + 0.5);
    const uint32_t part = 2 * (uint32_t)own->number, block = (uint32_t)(first / 8);
    uint32_t word[PIECE / 2];
    ag_random_words(stream, part, block, PIECE / 2, word);
    if (decide(word, (uint32_t)(threshold >> 16), kept))
        decide_exactly(stream, part, block, threshold, kept);
}

/* Values number first .. first + count - 1, counted channels first, to where they lie. */
static void put(const ag_mask *own, size_t n, size_t first, size_t count,
                const unsigned char *kept) {
    for (size_t done = 0, run; done < count; done += run) {
        const size_t i = (first + done) % n;
        const uint32_t *place = own->place + i;
        unsigned char *example = own->kept + (first + done - i);
        run = count - done < n - i ? count - done : n - i;
        for (size_t k = 0; k < run; k++)
            example[place[k]] = kept[done + k];
    }
}

bool ag_mask_draw(ag_layer *self, int rows) {
    ag_mask *own = self->own;
    own->on = self->mode->training && own->rate > 0;
    if (!own->on) return false;
    const ag_stream stream =
        ag_stream_open(self->mode->seed, AG_RANDOM_DROPOUT, (uint32_t)self->mode->step);
    const size_t n = ag_shape_size(self->in), all = (size_t)rows * n;
    unsigned char kept[PIECE];
    for (size_t first = 0; first < all; first += PIECE) {
        const size_t count = all - first < PIECE ? all - first : PIECE;
        draw_piece(own, &stream, first, kept);
        if (own->place)
            put(own, n, first, count, kept);
        else
            memcpy(own->kept + first, kept, count);
    }
    return true;
}
