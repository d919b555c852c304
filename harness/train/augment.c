#include "harness/train/augment.h"

#include <string.h>

/* out[i] = in[i + by], zeros where there is no in. */
static void move_row(int n, int by, const ag_real *in, ag_real *out) {
    for (int i = 0; i < n; i++)
        out[i] = i + by >= 0 && i + by < n ? in[i + by] : 0;
}

static void mirror_row(int n, ag_real *x) {
    for (int i = 0; i < n / 2; i++) {
        const ag_real left = x[i];
        x[i] = x[n - 1 - i];
        x[n - 1 - i] = left;
    }
}

static void move(const ag_augmentation *a, int down, int right, bool mirror, ag_real *x) {
    const size_t columns = (size_t)a->shape.columns;
    memcpy(a->room, x, ag_shape_size(a->shape) * sizeof *x);
    for (int c = 0; c < a->shape.channels; c++)
        for (int r = 0; r < a->shape.rows; r++) {
            const size_t channel = (size_t)c * (size_t)a->shape.rows;
            ag_real *out = x + (channel + (size_t)r) * columns;
            if (r + down < 0 || r + down >= a->shape.rows)
                memset(out, 0, columns * sizeof *out);
            else
                move_row(a->shape.columns, right,
                         a->room + (channel + (size_t)(r + down)) * columns, out);
            if (mirror) mirror_row(a->shape.columns, out);
        }
}

void ag_augment(ag_augmentation *a, int rows, ag_real *x) {
    const size_t features = ag_shape_size(a->shape);
    const uint32_t places = 2 * (uint32_t)a->crop + 1;
    for (size_t e = 0; e < (size_t)rows; e++) {
        int down = (int)ag_random_below(&a->stream, places) - a->crop;
        const int right = (int)ag_random_below(&a->stream, places) - a->crop;
        const bool mirror = ag_random_below(&a->stream, 2) == 1 && a->flip;
        if (a->shape.rows == 1) down = 0;
        if (down || right || mirror) move(a, down, right, mirror, x + e * features);
    }
}
