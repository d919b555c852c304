/* MNIST-1D: ten digits drawn with one line of 12 points, then padded, stretched,
 * scaled, rotated, sheared and made noisy: 40 numbers each. A few seconds of
 * training tell linear models (32 %), MLPs (68 %) and CNNs (94 %) apart.
 *
 * Generated number for number as the authors' program does, which draws from
 * numpy's legacy generator: with standard parameters this is the frozen data set
 * of 5,000 examples. Constants from github.com/greydanus/mnist1d (Apache-2.0, see
 * NOTICE). Values are standardised over all examples, training and test together,
 * because the published ones are.
 */
#include "datasets/core/numpy_random.h"
#include "datasets/dataset.h"

#include <math.h>
#include <string.h>

enum { CLASSES = 10, POINTS = 12, PAD_LEAST = 36, PAD_MOST = 60, SHIFT_MOST = 48, LENGTH = 40 };
enum { LONG = POINTS + PAD_MOST, RADIUS = 8 }; /* RADIUS: 4 standard deviations of the filter */

static const double SCALE = 0.4, CORRELATED_NOISE = 0.25, NOISE = 0.02, SHEAR = 0.75;
static const double FILTER_SIGMA = 2.0;

static const double digits[CLASSES][POINTS] = {
    {5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5},
    {5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5},
    {5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5},
    {5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5},
    {5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5},
    {5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5},
    {5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5},
    {5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5},
    {5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5},
    {5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5},
};

static const char *const class_names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL};

/* Mean and population deviation, in two passes. */
static void moments(size_t n, const double *x, double *mean, double *deviation) {
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    *mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - *mean) * (x[i] - *mean);
    *deviation = sqrt(squares / (double)n);
}

/* A digit with mean 0 and deviation 1, then moved to start at 0 and shrunk. */
static void template_of(int digit, double out[POINTS]) {
    double mean, deviation, ignored;
    moments(POINTS, digits[digit], &mean, &deviation);
    for (int i = 0; i < POINTS; i++)
        out[i] = digits[digit][i] - mean;
    moments(POINTS, out, &ignored, &deviation);
    for (int i = 0; i < POINTS; i++)
        out[i] /= deviation;
    const double first = out[0];
    for (int i = 0; i < POINTS; i++)
        out[i] = (out[i] - first) / 6.0;
}

/* np.linspace(from, to, n)[i] */
static double grid(double from, double to, int n, int i) {
    return i == n - 1 ? to : (double)i * ((to - from) / (double)(n - 1)) + from;
}

/* np.interp from n points to n_out, both evenly spaced over [0, 1]. */
static void resample(int n, const double *y, int n_out, double *out) {
    int j = 0;
    for (int i = 0; i < n_out; i++) {
        const double x = grid(0.0, 1.0, n_out, i);
        while (j < n - 1 && grid(0.0, 1.0, n, j + 1) <= x)
            j++;
        const double knot = grid(0.0, 1.0, n, j);
        if (j == n - 1 || knot == x)
            out[i] = y[j];
        else
            out[i] = (y[j + 1] - y[j]) / (grid(0.0, 1.0, n, j + 1) - knot) * (x - knot) + y[j];
    }
}

/* Gaussian filter; beyond the ends the signal is mirrored, edge values twice. */
static void smooth(double x[LONG]) {
    double padded[LONG + 2 * RADIUS], kernel[2 * RADIUS + 1], sum = 0.0;
    for (int k = -RADIUS; k <= RADIUS; k++)
        sum += kernel[k + RADIUS] = exp(-0.5 * k * k / (FILTER_SIGMA * FILTER_SIGMA));
    for (int i = 0; i < RADIUS; i++) {
        padded[i] = x[RADIUS - 1 - i];
        padded[RADIUS + LONG + i] = x[LONG - 1 - i];
    }
    memcpy(padded + RADIUS, x, LONG * sizeof *x);
    for (int i = 0; i < LONG; i++) {
        x[i] = 0.0;
        for (int k = 0; k <= 2 * RADIUS; k++)
            x[i] += kernel[k] / sum * padded[i + k];
    }
}

/* One example of a digit. The order of the draws is part of the recipe. */
static void draw(ag_numpy_random *r, const double digit[POINTS], double out[LENGTH]) {
    double padded[LONG] = {0}, x[LONG], rotated[LONG], noise[LONG];

    for (int i = 0; i < POINTS; i++)
        padded[i] = digit[i] + 1e-8; /* so that no point of the digit is exactly 0 */
    const int pad = PAD_LEAST + (int)(ag_numpy_rand(r) * (PAD_MOST - PAD_LEAST + 1));
    resample(POINTS + pad, padded, LONG, x);

    const double scale = 1.0 + SCALE * (ag_numpy_rand(r) - 0.5);
    for (int i = 0; i < LONG; i++)
        x[i] *= scale;

    const int shift = (int)ag_numpy_interval(r, SHIFT_MOST - 1);
    for (int i = 0; i < LONG; i++)
        rotated[(i + shift) % LONG] = x[i];

    for (int i = 0; i < LONG; i++)
        noise[i] = CORRELATED_NOISE * ag_numpy_randn(r);
    smooth(noise);
    for (int i = 0; i < LONG; i++)
        x[i] = rotated[i] != 0.0 ? rotated[i] : noise[i];
    for (int i = 0; i < LONG; i++)
        x[i] += NOISE * ag_numpy_randn(r);

    const double shear = SHEAR * (ag_numpy_rand(r) - 0.5);
    for (int i = 0; i < LONG; i++)
        x[i] -= shear * grid(-0.5, 0.5, LONG, i);
    resample(LONG, x, LENGTH, out);
}

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    (void)arena;
    const double samples = ag_choice_number(choice, "samples", 0);
    if (fmod(samples, CLASSES) != 0.0)
        return AG_FAIL(
            err, AG_CONFIG, AG_NOWHERE,
            "samples of mnist1d is %.0f, must be a multiple of 10: as many of each digit", samples);
    source->train.n = (size_t)samples / 5 * 4; /* the first 80 %, exact for multiples of 5 */
    source->test.n = (size_t)samples / 5;
    return AG_OK;
}

/* All examples in the published order, not yet standardised. */
static void generate(ag_numpy_random *r, size_t n, double *drawn, uint32_t *order, double *x,
                     int32_t *label) {
    for (int c = 0; c < CLASSES; c++) {
        double digit[POINTS];
        template_of(c, digit);
        for (size_t e = 0; e < n / CLASSES; e++)
            draw(r, digit, drawn + ((size_t)c * (n / CLASSES) + e) * LENGTH);
    }
    ag_numpy_permutation(r, n, order);
    for (size_t i = 0; i < n; i++) {
        memcpy(x + i * LENGTH, drawn + (size_t)order[i] * LENGTH, LENGTH * sizeof *x);
        label[i] = (int32_t)(order[i] / (n / CLASSES));
    }
}

static void standardise(size_t n, double *x) {
    double mean, deviation;
    moments(n, x, &mean, &deviation);
    for (size_t i = 0; i < n; i++)
        x[i] = (x[i] - mean) / deviation;
}

/* One order of the 40 positions for all examples: what a convolution lives on is
 * gone, an MLP does not notice. As in the published benchmark it comes from a
 * freshly seeded generator. */
static void shuffle_positions(uint32_t seed, size_t n, double *x) {
    ag_numpy_random r;
    uint32_t order[LENGTH];
    ag_numpy_seed(&r, seed);
    ag_numpy_permutation(&r, LENGTH, order);
    for (size_t e = 0; e < n; e++) {
        double row[LENGTH];
        memcpy(row, x + e * LENGTH, sizeof row);
        for (int i = 0; i < LENGTH; i++)
            x[e * LENGTH + (size_t)i] = row[order[i]];
    }
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    const size_t n = source->train.n + source->test.n;
    const uint32_t seed = (uint32_t)ag_choice_number(choice, "seed", 0);
    double *x = AG_NEW_ARRAY(arena, double, n *LENGTH);
    double *drawn = AG_NEW_ARRAY(arena, double, n *LENGTH);
    uint32_t *order = AG_NEW_ARRAY(arena, uint32_t, n);
    int32_t *label = AG_NEW_ARRAY(arena, int32_t, n);
    if (!x || !drawn || !order || !label)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %zu examples of mnist1d", n);

    ag_numpy_random r;
    ag_numpy_seed(&r, seed);
    generate(&r, n, drawn, order, x, label);
    standardise(n * LENGTH, x);
    if (ag_choice_number(choice, "shuffled", 0) != 0.0) shuffle_positions(seed, n, x);

    source->train.x = x;
    source->train.label = label;
    source->test.x = x + source->train.n * LENGTH;
    source->test.label = label + source->train.n;
    return AG_OK;
}

static const ag_param params[] = {
    {.name = "samples",
     .kind = AG_PARAM_INT,
     .standard = 5000,
     .min = 10,
     .max = 1e6,
     .meaning = "examples, a multiple of 10; four fifths are the training part"},
    {.name = "seed",
     .kind = AG_PARAM_INT,
     .standard = 42,
     .min = 0,
     .max = 4294967295.0,
     .meaning = "of the generator; 42 gives the published set"},
    {.name = "shuffled",
     .kind = AG_PARAM_FLAG,
     .standard = 0,
     .max = 1,
     .meaning = "the 40 positions in another order, the same for all examples"},
    AG_DATASET_PARAMS(0.1, 0),
};

const ag_dataset ag_data_mnist1d = {
    .about = {.name = "mnist1d",
              .formula = "ten digits as noisy lines of 40 points, generated",
              .paper = "S. Greydanus, D. Kobak, 2024, ICML, Scaling down deep learning with "
                       "MNIST-1D, arXiv:2011.14439",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "Apache-2.0 (recipe and templates)",
    .shape = {1, 1, LENGTH},
    .n_classes = CLASSES,
    .class_names = class_names,
    .n_train = 4000,
    .n_test = 1000,
    .describe = describe,
    .load = load,
};
