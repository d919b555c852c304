#include "results/report/style.h"

#include "harness/base/catalogue.h"

#include <string.h>

static const char *const colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                      "#E69F00", "#56B4E9", "#000000", "#882255"};
static const char *const dashes[] = {NULL, "7 3", "2 3", "9 3 2 3", "12 4", "5 2 1.5 2 1.5 2"};

/* Their places among the colours, whatever else there is. */
static const char *const known[] = {"relu",       "sigmoid", "tanh", "gelu", "swish",
                                    "leaky_relu", "elu",     "selu", "mish", "softplus"};

const ag_style ag_style_pale = {.colour = "#C4C4C4", .marker = AG_MARKER_CIRCLE};

/* With 8 colours and 6 dashes, number + 3 round takes each pair once in 48. */
static ag_style style_of(int number) {
    const int colour = number % AG_COUNT(colours), round = number / AG_COUNT(colours);
    return (ag_style){colours[colour], dashes[(number + 3 * round) % AG_COUNT(dashes)],
                      (ag_marker)((number + 2 * round) % AG_MARKERS), number};
}

/* relu of relu(slope=0.1) */
static bool is_named(const char *label, const char *name) {
    const size_t n = strlen(name);
    return strncmp(label, name, n) == 0 && (label[n] == '\0' || label[n] == '(');
}

/* The label that takes a known place: of several the first by name. -1: none. */
static int owner(int n, const char *const *labels, const char *name) {
    int best = -1;
    for (int i = 0; i < n; i++)
        if (is_named(labels[i], name) && (best < 0 || strcmp(labels[i], labels[best]) < 0))
            best = i;
    return best;
}

bool ag_styles_of(int n, const char *const *labels, ag_style *styles, ag_arena *scratch) {
    const ag_mark mark = ag_arena_mark(scratch);
    const int n_numbers = n + AG_COUNT(known);
    bool *taken = AG_NEW_ARRAY(scratch, bool, (size_t)n_numbers);
    bool *done = AG_NEW_ARRAY(scratch, bool, (size_t)n + 1);
    if (!taken || !done) return false;
    for (int k = 0; k < AG_COUNT(known); k++) {
        const int i = owner(n, labels, known[k]);
        if (i < 0) continue;
        styles[i] = style_of(k);
        taken[k] = done[i] = true;
    }
    for (int number = 0;; number++) {
        int next = -1;
        for (int i = 0; i < n; i++)
            if (!done[i] && (next < 0 || strcmp(labels[i], labels[next]) < 0)) next = i;
        if (next < 0) break;
        while (taken[number])
            number++;
        styles[next] = style_of(number);
        done[next] = true;
    }
    ag_arena_release(scratch, mark);
    return true;
}
