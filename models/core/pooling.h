/* What poolings share: a window over each channel, without zeros around. */
#ifndef AG_POOLING_H
#define AG_POOLING_H

#include "models/layers.h"

enum { AG_POOL_KERNEL_MAX = 15 }; /* a place in the window fits in a byte */

typedef struct ag_pooling {
    ag_window window;
    uint8_t *largest; /* max: [rows][out] at which place of its window it was */
} ag_pooling;

/* Adds a pooling layer of this kind. */
void ag_net_add_pooling(ag_net *net, const ag_layer_kind *kind, const ag_window *window);

/* One place of the window over one group of channels of one example, wherever the window
 * goes: y[r][c][channel] sees x[x + r row + c column + channel]. */
typedef struct ag_pooling_pass {
    int place;                    /* in the window, from 0 */
    size_t x, y;                  /* where both begin */
    size_t row, column;           /* steps of the window, in numbers of x */
    int n_rows, n_columns, block; /* of y; channels side by side */
} ag_pooling_pass;

/* Calls visit for every example, group of channels and place of the window, in this order. */
void ag_pooling_visit(ag_layer *self, int rows,
                      void (*visit)(ag_layer *self, const ag_pooling_pass *pass));

#endif
