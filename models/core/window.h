/* A window that moves over pictures and signals: what convolutions and poolings share. */
#ifndef AG_WINDOW_H
#define AG_WINDOW_H

#include "harness/num/shape.h"

/* Of one direction: rows or columns. */
typedef struct ag_span {
    int kernel, stride;
    int before, after; /* zeros in front of the first place and behind the last */
} ag_span;

typedef struct ag_window {
    ag_span rows, columns;
} ag_window;

/* Zeros on each side, or this: kernel - 1 in all, the smaller half in front, so that a
 * stride of 1 keeps the size and s gives the s-th part, rounded up. */
enum { AG_PADDING_SAME = -1 };

/* A square window for nets on these data. Signals (one row) have one along their columns
 * only; a picture of which one row is left is no signal. */
ag_window ag_window_for(ag_shape data, int kernel, int stride, int padding);

/* What it makes of `in`, with this many channels; what is left over at the far end is
 * not seen. A size of 0: the window is larger than the picture. */
ag_shape ag_window_out(ag_shape in, const ag_window *window, int channels);

#endif
