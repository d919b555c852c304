/* Where windows stand, in whole numbers: which elements of a kernel meet the picture. */
#ifndef AG_CONV_WINDOWS_H
#define AG_CONV_WINDOWS_H

#include <stdbool.h>

/* n windows of `kernel` elements along one side of a picture of `size` places. The first
 * begins `before` places in front of it, the next `stride` further on. */
typedef struct ag_conv_windows {
    int n, kernel, size, stride, before;
} ag_conv_windows;

/* Elements `first` and the `n` from there on are in the picture, the others outside. */
typedef struct ag_conv_seen {
    int first, n;
} ag_conv_seen;

/* What window t sees: n = 0 for nothing. */
ag_conv_seen ag_conv_sees(const ag_conv_windows *w, int t);

/* The window behind the last one of those from t on that see what t sees. */
int ag_conv_alike(const ag_conv_windows *w, int t);

/* The windows that have element k in the picture: `first` and n from there on. */
ag_conv_seen ag_conv_seen_by(const ag_conv_windows *w, int k);

/* Whether all see all but the first window, which may miss its first element, and the last
 * one, which may miss its last. */
bool ag_conv_misses_ends_only(const ag_conv_windows *w);

/* The windows of a whole side backward. With stride s, every s-th place of x is seen by
 * every s-th element: the places at `first` in their windows, and these are windows on dy. */
typedef struct ag_conv_way_back {
    ag_conv_windows windows;
    int place; /* of x: the first */
} ag_conv_way_back;
ag_conv_way_back ag_conv_back(const ag_conv_windows *forward, int first);

#endif
