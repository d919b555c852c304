#include "results/stats/bootstrap.h"

#include "harness/base/random.h"
#include "results/stats/describe.h"
#include "results/stats/distributions.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* --- draws ----------------------------------------------------------------------- */

enum { WORDS = 1024 };

/* Random words in large pieces: several at once are made faster. */
typedef struct draws {
    ag_stream stream;
    uint32_t part, block; /* the next ones */
    int used;
    uint32_t words[WORDS];
} draws;

static uint32_t next_word(draws *d) {
    if (d->used == WORDS) {
        ag_random_words(&d->stream, d->part, d->block, WORDS, d->words);
        d->block += WORDS / 4;
        if (d->block == 0) d->part++; /* 2^32 blocks lie behind */
        d->used = 0;
    }
    return d->words[d->used++];
}

/* One of n, each as likely as the next to within n / 2^32: no resample of fewer than millions of
 * numbers could show it. */
static int draw(draws *d, int n) { return (int)((uint64_t)next_word(d) * (uint32_t)n >> 32); }

static void resample(const ag_resampling *of, draws *d, int *count) {
    memset(count, 0, (size_t)of->n * sizeof *count);
    for (int s = 0, first = 0; s < of->n_strata; first += of->sizes[s++])
        for (int i = 0; i < of->sizes[s]; i++) {
            const int item = first + draw(d, of->sizes[s]);
            count[of->slot ? of->slot[item] : item]++;
        }
}

/* --- ends ------------------------------------------------------------------------- */

/* sum L^3 / n^3 / 6 / (sum L^2 / n^2)^1.5 over items, n the size of the item's stratum, L = (n - 1)
 * (mean of the stratum's jackknife values - the item's). */
static double acceleration_of(const ag_resampling *of, int *count, double *jackknife) {
    double cubes = 0, squares = 0;
    for (int i = 0; i < of->n; i++)
        count[i] = 1;
    for (int s = 0, first = 0; s < of->n_strata; first += of->sizes[s++]) {
        const int n = of->sizes[s];
        if (n < 2) continue;
        for (int i = 0; i < n; i++) {
            const int slot = of->slot ? of->slot[first + i] : first + i;
            count[slot]--;
            jackknife[i] = of->value(of, count);
            count[slot]++;
        }
        const double mean = ag_mean(n, jackknife);
        for (int i = 0; i < n; i++) {
            const double l = (n - 1) * (mean - jackknife[i]) / n;
            cubes += l * l * l;
            squares += l * l;
        }
    }
    const double acceleration = cubes / (6 * pow(squares, 1.5));
    return isfinite(acceleration) ? acceleration : 0; /* 0 / 0: all values are equal */
}

/* Which share of the resamples BCa takes where the percentile method takes `level`. */
static double bca_level(double level, double bias, double acceleration) {
    const double z = bias + ag_normal_quantile(level), scale = 1 - acceleration * z;
    if (scale <= 0) return z > 0;
    return ag_normal_cdf(bias + z / scale);
}

/* Moves the k-th smallest (from 0) to place k, none larger before it and none smaller behind: Hoare
 * 1961, a tenth of the time of sorting. */
static void select_place(int n, double *x, int k) {
    for (int first = 0, last = n - 1; first < last;) {
        const double pivot = x[first + (last - first) / 2];
        int i = first, j = last;
        while (i <= j) {
            while (x[i] < pivot)
                i++;
            while (x[j] > pivot)
                j--;
            if (i > j) break;
            const double moved = x[i];
            x[i++] = x[j];
            x[j--] = moved;
        }
        if (k > j && k < i) return;
        if (k <= j)
            last = j;
        else
            first = i;
    }
}

/* ag_quantile, of numbers in any order; changes it. */
static double quantile(int n, double *x, double p) {
    const int below = (int)(p * (n - 1));
    select_place(n, x, below);
    if (below + 1 >= n) return x[below];
    double next = x[below + 1];
    for (int i = below + 2; i < n; i++)
        next = x[i] < next ? x[i] : next;
    return x[below] + (p * (n - 1) - below) * (next - x[below]);
}

ag_bounds ag_bootstrap_bounds(double estimate, double *values, double acceleration,
                              const ag_bootstrap *how) {
    const int n = how->resamples;
    double low = (1 - how->level) / 2, high = 1 - low;
    if (how->ends == AG_BOOTSTRAP_BCA) {
        double below = 0;
        for (int i = 0; i < n; i++)
            below += values[i] < estimate ? 1 : values[i] == estimate ? 0.5 : 0;
        const double bias = ag_normal_quantile(fmin(fmax(below, 0.5), n - 0.5) / n);
        low = bca_level(low, bias, acceleration);
        high = bca_level(high, bias, acceleration);
    }
    return (ag_bounds){estimate, quantile(n, values, low), quantile(n, values, high)};
}

ag_status ag_bootstrap_interval(const ag_resampling *of, const ag_bootstrap *how, ag_arena *scratch,
                                ag_bounds *out, ag_error *err) {
    assert(how->resamples >= 2 && how->resamples <= 10000000 && how->level > 0 && how->level < 1);
    const ag_mark mark = ag_arena_mark(scratch);
    int *count = AG_NEW_ARRAY(scratch, int, (size_t)of->n);
    double *jackknife = AG_NEW_ARRAY(scratch, double, (size_t)of->n);
    double *values = AG_NEW_ARRAY(scratch, double, (size_t)how->resamples);
    draws *d = AG_NEW(scratch, draws);
    if (!count || !jackknife || !values || !d)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d resamples of %d numbers",
                       how->resamples, of->n);

    int largest = 0;
    for (int s = 0; s < of->n_strata; s++)
        largest = of->sizes[s] > largest ? of->sizes[s] : largest;
    for (int i = 0; i < of->n; i++)
        count[i] = 1;
    *out = (ag_bounds){of->value(of, count), (double)NAN, (double)NAN};
    *d = (draws){.stream = ag_stream_open(how->seed, AG_RANDOM_BOOTSTRAP, 0), .used = WORDS};

    bool defined = largest > 1 && isfinite(out->estimate);
    for (int r = 0; defined && r < how->resamples; r++) {
        resample(of, d, count);
        values[r] = of->value(of, count);
        defined = isfinite(values[r]);
    }
    if (defined) {
        const bool bca = how->ends == AG_BOOTSTRAP_BCA;
        const double acceleration = bca ? acceleration_of(of, count, jackknife) : 0;
        *out = ag_bootstrap_bounds(out->estimate, values, acceleration, how);
    }
    ag_arena_release(scratch, mark);
    return AG_OK;
}
