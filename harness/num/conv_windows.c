#include "harness/num/conv_windows.h"

ag_conv_seen ag_conv_sees(const ag_conv_windows *w, int t) {
    const int begin = t * w->stride - w->before;
    const int first = begin < 0 ? -begin : 0;
    const int end = begin + w->kernel > w->size ? w->size - begin : w->kernel;
    return first < end ? (ag_conv_seen){first, end - first} : (ag_conv_seen){0, 0};
}

int ag_conv_alike(const ag_conv_windows *w, int t) {
    const ag_conv_seen seen = ag_conv_sees(w, t);
    for (t++; t < w->n; t++) {
        const ag_conv_seen other = ag_conv_sees(w, t);
        if (other.first != seen.first || other.n != seen.n) break;
    }
    return t;
}

ag_conv_seen ag_conv_seen_by(const ag_conv_windows *w, int k) {
    int first = 0, end = w->n;
    while (first < end && first * w->stride - w->before + k < 0)
        first++;
    while (end > first && (end - 1) * w->stride - w->before + k >= w->size)
        end--;
    return (ag_conv_seen){first, end - first};
}

bool ag_conv_misses_ends_only(const ag_conv_windows *w) {
    for (int t = 0; t < w->n; t++) {
        const ag_conv_seen seen = ag_conv_sees(w, t);
        const int behind = w->kernel - seen.first - seen.n;
        if (seen.first > (t == 0) || behind > (t == w->n - 1)) return false;
    }
    return true;
}

static int parts(int n, int size) { return (n + size - 1) / size; }

/* Window t begins at place stride t - before of x, so the place that stands at `first` in
 * its windows is stride t + first - before. The first such t that is a place of x sees
 * itself and the windows in front of it. */
ag_conv_way_back ag_conv_back(const ag_conv_windows *forward, int first) {
    const int stride = forward->stride, before = forward->before;
    const int t = first >= before ? 0 : parts(before - first, stride);
    const int kernel = forward->kernel > first ? parts(forward->kernel - first, stride) : 0;
    ag_conv_way_back back = {
        .windows = {.kernel = kernel, .size = forward->n, .stride = 1, .before = kernel - 1 - t},
        .place = stride * t + first - before,
    };
    if (back.place < forward->size) back.windows.n = (forward->size - 1 - back.place) / stride + 1;
    return back;
}
