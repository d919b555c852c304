#include "results/stats/subsets.h"

#include <assert.h>
#include <string.h>

static void merge(int64_t n_a, const double *a, int64_t n_b, const double *b, double more,
                  double *out) {
    int64_t i = 0, j = 0;
    while (i < n_a || j < n_b) {
        const bool from_a = j == n_b || (i < n_a && a[i] <= b[j] + more);
        *out++ = from_a ? a[i++] : b[j++] + more;
    }
}

/* With each number more: subsets of k are the old ones of k, and the old ones of k - 1 with it. */
bool ag_subsets_make(int n, const double *x, ag_arena *arena, ag_subsets *out) {
    assert(n >= 0 && n <= 15);
    *out = (ag_subsets){n, AG_NEW_ARRAY(arena, int64_t, (size_t)n + 1),
                        AG_NEW_ARRAY(arena, double *, (size_t)n + 1)};
    double *merged = AG_NEW_ARRAY(arena, double, 6435); /* the most: 15 over 7 */
    if (!out->size || !out->sum || !merged) return false;
    int64_t room = 1; /* n over k */
    for (int k = 0; k <= n; k++) {
        out->sum[k] = AG_NEW_ARRAY(arena, double, (size_t)room);
        if (!out->sum[k]) return false;
        room = room * (n - k) / (k + 1);
    }
    out->size[0] = 1; /* the empty one, sum 0 */
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k > 0; k--) {
            merge(out->size[k], out->sum[k], out->size[k - 1], out->sum[k - 1], x[i], merged);
            out->size[k] += out->size[k - 1];
            memcpy(out->sum[k], merged, (size_t)out->size[k] * sizeof *merged);
        }
    return true;
}

int64_t ag_pairs_reaching(int64_t n_a, const double *a, int64_t n_b, const double *b,
                          double least) {
    int64_t pairs = 0, j = n_b;
    for (int64_t i = 0; i < n_a; i++) {
        while (j > 0 && a[i] + b[j - 1] >= least)
            j--;
        pairs += n_b - j;
    }
    return pairs;
}
