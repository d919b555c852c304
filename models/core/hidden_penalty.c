#include "models/core/hidden_penalty.h"

#include "harness/base/vectorized.h"

enum { CHUNK = 1 << 14 }; /* numbers of a shared pass that one thread takes, some 2 us */

typedef struct range {
    ag_layer *layer;
    size_t n;
} range;

/* NaN gives no sign: the loss is NaN already. */
AG_VECTORIZED(static, add_signs,
              (size_t n, ag_real share, const ag_real *restrict a, ag_real *restrict da),
              (n, share, a, da)) {
    for (size_t i = 0; i < n; i++)
        da[i] += a[i] > 0 ? share : a[i] < 0 ? -share : 0;
}

static void add_chunk(void *context, int chunk, int member) {
    const range *r = context;
    const size_t first = (size_t)chunk * CHUNK, rest = r->n - first;
    const ag_layer *self = r->layer;
    (void)member;
    add_signs(rest < CHUNK ? rest : CHUNK, (ag_real)self->mode->hidden_l1, self->y + first,
              self->dy + first);
}

void ag_hidden_penalty_add(ag_layer *self, int rows) {
    if (self->mode->hidden_l1 == 0.0 || !self->hidden) return;
    range all = {self, (size_t)rows * ag_shape_size(self->out)};
    ag_team_for(self->mode->team, (int)((all.n + CHUNK - 1) / CHUNK), add_chunk, &all);
}
