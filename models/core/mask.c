#include "models/core/mask.h"

#include "harness/base/random.h"
#include "models/layers.h"

#include <math.h>

enum { PIECE = 1024 }; /* words at a time */

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
    own->kept = AG_NEW_ARRAY(arena, ag_real, (size_t)rows_max * n);
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
    return sizeof(ag_real) * (size_t)rows_max * n +
           (lies_channels_first(self) ? 0 : sizeof(uint32_t) * n);
}

AG_VECTORIZED
static void decide(size_t n, const uint32_t *restrict word, uint32_t threshold,
                   ag_real *restrict kept) {
    for (size_t i = 0; i < n; i++)
        kept[i] = word[i] < threshold ? 0 : 1;
}

bool ag_mask_draw(ag_layer *self, int rows) {
    ag_mask *own = self->own;
    own->on = self->mode->training && own->rate > 0;
    if (!own->on) return false;
    const ag_stream stream =
        ag_stream_open(self->mode->seed, AG_RANDOM_DROPOUT, (uint32_t)self->mode->step);
    const uint32_t threshold = (uint32_t)floor(own->rate * 0x1p32 + 0.5);
    const size_t n = ag_shape_size(self->in), all = (size_t)rows * n;
    uint32_t word[PIECE];
    for (size_t first = 0; first < all; first += PIECE) {
        const size_t count = all - first < PIECE ? all - first : PIECE;
        ag_random_words(&stream, (uint32_t)own->number, (uint32_t)(first / 4), count, word);
        if (!own->place)
            decide(count, word, threshold, own->kept + first);
        else
            for (size_t i = 0; i < count; i++) {
                const size_t e = (first + i) / n;
                own->kept[e * n + own->place[first + i - e * n]] = word[i] < threshold ? 0 : 1;
            }
    }
    return true;
}
