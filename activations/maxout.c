/* Maxout: the largest of k pre-activations, a convex function that the net shapes itself:
 * k linear pieces. No value of it saturates, and no unit dies.
 *
 *     y = max(z_1, ..., z_k)
 *     dy/dz_j = 1 for the largest, of several equal ones the first; 0 for the others
 *
 * In a net piece j is channels j width to (j + 1) width - 1 of the layer in front.
 */
#include "activations/activation.h"
#include "activations/core/normal_integral.h"
#include "activations/expectation.h"

#include <math.h>

enum { PIECES };

static const ag_param params[] = {
    [PIECES] = {.name = "pieces",
                .kind = AG_PARAM_INT,
                .standard = 2,
                .min = 2,
                .max = AG_UNIT_INPUTS_MAX,
                .meaning = "pre-activations of a unit, k in the paper"},
};

static int inputs(const ag_choice *choice) { return (int)choice->number[PIECES]; }

/* The first of the largest; the first NaN, if there is one. */
static int largest(const ag_choice *choice, const double *z) {
    int best = 0;
    for (int k = 1; k < inputs(choice) && z[best] == z[best]; k++)
        if (!(z[k] <= z[best])) best = k;
    return best;
}

static double value(const ag_choice *choice, const double *z) { return z[largest(choice, z)]; }

static void derivatives(const ag_choice *choice, const double *z, double *d) {
    const int best = largest(choice, z);
    const double nan_or_0 = z[best] == z[best] ? 0.0 : z[best];
    for (int k = 0; k < inputs(choice); k++)
        d[k] = k == best ? 1.0 + nan_or_0 : nan_or_0;
}

/* Of two pieces: all in one pass. */
AG_VECTORIZED(static, larger_of_two,
              (size_t n, const float *restrict a, const float *restrict b, float *restrict y,
               float *restrict da, float *restrict db),
              (n, a, b, y, da, db)) {
    for (size_t i = 0; i < n; i++) {
        const float first = a[i] >= b[i] ? 1.0f : 0.0f, nan = a[i] + b[i];
        const float best = a[i] >= b[i] ? a[i] : b[i];
        const bool none = (a[i] != a[i]) | (b[i] != b[i]);
        y[i] = none ? nan : best;
        da[i] = none ? nan : first;
        db[i] = none ? nan : 1.0f - first;
    }
}

/* y, and in `best` the number of the piece that it is. */
AG_VECTORIZED(static, take_larger,
              (size_t n, float number, const float *restrict z, float *restrict y,
               float *restrict best),
              (n, number, z, y, best)) {
    for (size_t i = 0; i < n; i++) {
        const bool larger = !(z[i] <= y[i]) & (y[i] == y[i]);
        y[i] = larger ? z[i] : y[i];
        best[i] = larger ? number : best[i];
    }
}

AG_VECTORIZED(static, mark,
              (size_t n, float number, const float *restrict y, const float *restrict best,
               float *restrict d),
              (n, number, y, best, d)) {
    for (size_t i = 0; i < n; i++) {
        const float slope = best[i] == number ? 1.0f : 0.0f;
        d[i] = y[i] == y[i] ? slope : y[i];
    }
}

static void evaluate(const ag_choice *choice, size_t count, const float *const *z, float *y,
                     float *const *d) {
    enum { PIECE = 512 };
    float best[PIECE];
    const int n = inputs(choice);
    if (n == 2) {
        larger_of_two(count, z[0], z[1], y, d[0], d[1]);
        return;
    }
    for (size_t from = 0; from < count; from += PIECE) {
        const size_t some = count - from < PIECE ? count - from : PIECE;
        for (size_t i = 0; i < some; i++) {
            y[from + i] = z[0][from + i];
            best[i] = 0.0f;
        }
        for (int k = 1; k < n; k++)
            take_larger(some, (float)k, z[k] + from, y + from, best);
        for (int k = 0; k < n; k++)
            mark(some, (float)k, y + from, best, d[k] + from);
    }
}

/* The two largest meet when one moves as far as they are apart. */
static double to_seam(const ag_choice *choice, const double *z) {
    const int best = largest(choice, z);
    double nearest = HUGE_VAL;
    for (int k = 0; k < inputs(choice); k++)
        if (k != best) nearest = fmin(nearest, z[best] - z[k]);
    return nearest;
}

/* The density of the largest of k is k phi(u) Phi(u)^(k - 1). */
static double of_largest(const void *context, double u) {
    const int k = *(const int *)context;
    return k * pow(0.5 * erfc(-u * 0.70710678118654752440), k - 1);
}

static double mean_of(const void *context, double u) { return u * of_largest(context, u); }

static double square_of(const void *context, double u) { return u * u * of_largest(context, u); }

static double expectation(const ag_choice *choice, int what, double sigma, double *off) {
    const int n = inputs(choice);
    *off = 0.0;
    if (what == AG_EXPECT_SLOPE_SQUARED) return 1.0; /* one piece is the largest */
    const double scale = what == AG_EXPECT_VALUE ? sigma : sigma * sigma;
    const double e =
        ag_normal_integral(what == AG_EXPECT_VALUE ? mean_of : square_of, &n, 1.0, 0, NULL, off);
    *off *= scale;
    return scale * e;
}

static const ag_unit_point points[] = {
    {{-2.0, 0.5}, 0.5, {0.0, 1.0}},      {{3.0, -1.25}, 3.0, {1.0, 0.0}},
    {{0.0, 0.0}, 0.0, {1.0, 0.0}},       {{1e-08, -1e-08}, 1.00000000000000002e-8, {1.0, 0.0}},
    {{0.75, 2.0}, 2.0, {0.0, 1.0}},      {{-1.5, -6.0}, -1.5, {1.0, 0.0}},
    {{1000.0, 1.0}, 1000.0, {1.0, 0.0}}, {{-7.0, -7.0}, -7.0, {1.0, 0.0}},
    {{-7.0, -6.5}, -6.5, {0.0, 1.0}},
};

static const ag_unit unit = {
    .inputs = inputs,
    .value = value,
    .derivatives = derivatives,
    .evaluate = evaluate,
    .to_seam = to_seam,
    .expectation = expectation,
    .points = points,
    .n_points = AG_COUNT(points),
};

const ag_activation ag_act_maxout = {
    .about =
        {
            .name = "maxout",
            .formula = "max(z_1, ..., z_k), k = pieces; the layer in front is k times as wide",
            .paper = "I. Goodfellow, D. Warde-Farley, M. Mirza, A. Courville, Y. Bengio, 2013, "
                     "arXiv:1302.4389",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .unit = &unit,
};
