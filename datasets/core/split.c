#include "datasets/core/split.h"

#include "harness/base/random.h"

#include <math.h>
#include <stdbool.h>

ag_status ag_split_count(const char *set, const char *param, double value, size_t n, size_t *count,
                         ag_error *err) {
    if (value >= 1.0 && value != floor(value))
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%s of %s is %g, must be a share below 1 or a whole number", param, set,
                       value);
    const double wanted = value < 1.0 ? floor(value * (double)n + 0.5) : value;
    if (value > 0.0 && wanted < 1.0)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%s of %s is %g, which of %zu examples is none; 0 holds out none", param,
                       set, value, n);
    if (wanted >= (double)n)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%s of %s holds out %.0f of %zu examples: nothing is left to train on",
                       param, set, wanted, n);
    *count = (size_t)wanted;
    return AG_OK;
}

/* Shares `count` among the classes in proportion to their sizes, exactly: the whole
 * parts first, then one each where the remainder is largest (lower class first). As long as
 * it can be, no class is held out whole: what is not trained on cannot be predicted. */
static void share_out(size_t count, size_t n, int n_classes, const size_t *size, size_t *quota) {
    size_t given = 0;
    for (int c = 0; c < n_classes; c++)
        given += quota[c] = (size_t)((uint64_t)size[c] * count / n);
    for (; given < count; given++) {
        int best = -1;
        bool best_stays = false;
        int64_t most = 0;
        for (int c = 0; c < n_classes; c++) {
            const bool stays = quota[c] + 1 < size[c];
            const int64_t due = (int64_t)((uint64_t)size[c] * count - (uint64_t)quota[c] * n);
            if (quota[c] == size[c] || stays < best_stays) continue;
            if (best >= 0 && stays == best_stays && due <= most) continue;
            best = c;
            best_stays = stays;
            most = due;
        }
        quota[best]++; /* there is one: count is below n */
    }
}

/* places[start[c]] .. places[start[c + 1]]: the places in `from` of class c, ascending.
 * start[n_classes + 1] is 0 before. */
static void sort_by_class(const ag_subset *from, const int32_t *label, int n_classes, size_t *start,
                          uint32_t *places) {
    for (size_t i = 0; i < from->n; i++)
        start[(label ? label[from->index[i]] : 0) + 1]++;
    for (int c = 0; c < n_classes; c++)
        start[c + 1] += start[c];
    for (size_t i = from->n; i > 0; i--) /* from behind, each class fills from its end */
        places[--start[(label ? label[from->index[i - 1]] : 0) + 1]] = (uint32_t)(i - 1);
    for (int c = 0; c < n_classes; c++) /* now start[c + 1] is where class c begins */
        start[c] = start[c + 1];
    start[n_classes] = from->n;
}

ag_status ag_split_hold_out(const int32_t *label, int n_classes, size_t count, uint64_t seed,
                            uint32_t index, ag_arena *arena, ag_subset *from, ag_subset *held,
                            ag_error *err) {
    const size_t n = from->n;
    if (!label) n_classes = 1;
    *held = (ag_subset){0};
    if (count == 0) return AG_OK;
    size_t *start = AG_NEW_ARRAY(arena, size_t, (size_t)n_classes + 1);
    size_t *size = AG_NEW_ARRAY(arena, size_t, (size_t)n_classes);
    size_t *quota = AG_NEW_ARRAY(arena, size_t, (size_t)n_classes);
    uint32_t *places = AG_NEW_ARRAY(arena, uint32_t, n);
    bool *out = AG_NEW_ARRAY(arena, bool, n);
    uint32_t *chosen = AG_NEW_ARRAY(arena, uint32_t, count);
    if (!start || !size || !quota || !places || !out || !chosen)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to split %zu examples", n);

    sort_by_class(from, label, n_classes, start, places);
    for (int c = 0; c < n_classes; c++)
        size[c] = start[c + 1] - start[c];
    share_out(count, n, n_classes, size, quota);

    ag_stream stream = ag_stream_open(seed, AG_RANDOM_SPLIT, index);
    for (int c = 0; c < n_classes; c++) {
        ag_random_shuffle(&stream, size[c], places + start[c]);
        for (size_t k = 0; k < quota[c]; k++)
            out[places[start[c] + k]] = true;
    }

    size_t n_kept = 0, n_held = 0;
    for (size_t i = 0; i < n; i++) {
        if (out[i])
            chosen[n_held++] = from->index[i];
        else
            from->index[n_kept++] = from->index[i];
    }
    from->n = n_kept;
    *held = (ag_subset){.n = n_held, .index = chosen};
    return AG_OK;
}
