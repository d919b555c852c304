#include "models/core/window.h"

static ag_span span_for(int kernel, int stride, int padding) {
    ag_span span = {kernel, stride, padding, padding};
    if (padding == AG_PADDING_SAME) {
        span.before = (kernel - 1) / 2;
        span.after = kernel / 2;
    }
    return span;
}

ag_window ag_window_for(ag_shape data, int kernel, int stride, int padding) {
    ag_window window = {{1, 1, 0, 0}, span_for(kernel, stride, padding)};
    if (data.rows > 1) window.rows = window.columns;
    return window;
}

static int places(int in, const ag_span *span) {
    const int room = in + span->before + span->after - span->kernel;
    return room < 0 ? 0 : room / span->stride + 1;
}

ag_shape ag_window_out(ag_shape in, const ag_window *window, int channels) {
    return (ag_shape){channels, places(in.rows, &window->rows),
                      places(in.columns, &window->columns)};
}
