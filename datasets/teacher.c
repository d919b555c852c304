/* A random network as the teacher: whatever it answers to normal inputs is to be learned.
 *
 *     a_0 = x,  x ~ N(0, 1)
 *     a_k = tanh(a_{k-1} W_k)     k = 1 .. depth, `width` units each
 *     out = a_depth V + noise     one number, or as many as there are classes
 *
 *     W ~ N(0, 4 / inputs)        V ~ N(0, 1 / inputs)
 *
 * so that units leave the linear part of tanh; without biases, so that no output is large
 * everywhere. Class: the largest output; classes are as frequent as the teacher makes
 * them. */
#include "datasets/core/generated.h"

#include <math.h>

/* Streams of AG_RANDOM_DATA: the teacher knows neither samples nor noise. */
enum { TEACHER = 0, POINTS = 1, NOISE = 2 };

enum { FEATURES_MAX = 10000, WIDTH_MAX = 10000, DEPTH_MAX = 20, CLASSES_MAX = 1000 };

static const double GAIN = 2.0;

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    (void)arena;
    const double classes = ag_choice_number(choice, "classes", 0);
    const double samples = ag_choice_number(choice, "samples", 0);
    if (classes == 1)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "classes of teacher is 1, must be at least 2, or 0 for a number to predict");
    source->regression = classes == 0;
    source->n_classes = (int)classes;
    source->n_targets = classes == 0;
    return ag_generated_size(choice, samples, ag_choice_number(choice, "features", 0), source, err);
}

/* w [in][out] */
typedef struct layer {
    size_t in, out;
    double *w;
} layer;

typedef struct network {
    int n_layers; /* the last one is linear */
    layer layers[DEPTH_MAX + 1];
    double *a[2]; /* values of a layer, by turns */
} network;

static ag_status build(const ag_choice *choice, size_t in, size_t outputs, ag_arena *arena,
                       network *net, ag_error *err) {
    const size_t width = (size_t)ag_choice_number(choice, "width", 0);
    net->n_layers = (int)ag_choice_number(choice, "depth", 0) + 1;
    const size_t widest = width > outputs ? width : outputs;
    net->a[0] = AG_NEW_ARRAY(arena, double, widest);
    net->a[1] = AG_NEW_ARRAY(arena, double, widest);
    bool ok = net->a[0] && net->a[1];
    ag_stream random = ag_generated_stream(choice, TEACHER);
    for (int k = 0; k < net->n_layers && ok; k++) {
        layer *l = &net->layers[k];
        const bool last = k == net->n_layers - 1;
        *l = (layer){.in = k ? width : in, .out = last ? outputs : width};
        l->w = AG_NEW_ARRAY(arena, double, l->in * l->out);
        ok = l->w;
        const double deviation = (last ? 1.0 : GAIN) / sqrt((double)l->in);
        for (size_t i = 0; ok && i < l->in * l->out; i++)
            l->w[i] = deviation * ag_random_normal(&random);
    }
    return ok ? AG_OK
              : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a teacher of %d layers",
                        net->n_layers);
}

/* The outputs for one x, in the net's own memory. */
static double *answer(const network *net, const double *x) {
    const double *from = x;
    double *to = NULL;
    for (int k = 0; k < net->n_layers; k++, from = to) {
        const layer *l = &net->layers[k];
        to = net->a[k % 2];
        for (size_t u = 0; u < l->out; u++)
            to[u] = 0.0;
        for (size_t i = 0; i < l->in; i++)
            for (size_t u = 0; u < l->out; u++)
                to[u] += from[i] * l->w[i * l->out + u];
        for (size_t u = 0; k < net->n_layers - 1 && u < l->out; u++)
            to[u] = tanh(to[u]);
    }
    return to;
}

static int32_t largest(size_t n, const double *out) {
    size_t best = 0;
    for (size_t u = 1; u < n; u++)
        if (out[u] > out[best]) best = u;
    return (int32_t)best;
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    AG_TRY(ag_generated_begin(choice, arena, source, err));
    const size_t features = ag_shape_size(source->shape);
    const size_t outputs = source->regression ? 1 : (size_t)source->n_classes;
    const double noise = ag_choice_number(choice, "noise", 0);
    network net;
    AG_TRY(build(choice, features, outputs, arena, &net, err));
    ag_stream points = ag_generated_stream(choice, POINTS);
    ag_stream errors = ag_generated_stream(choice, NOISE);
    double *x = source->train.x;
    for (size_t i = 0; i < source->train.n; i++, x += features) {
        for (size_t f = 0; f < features; f++)
            x[f] = ag_random_normal(&points);
        double *out = answer(&net, x);
        for (size_t u = 0; u < outputs; u++)
            out[u] += noise * ag_random_normal(&errors);
        if (source->regression)
            source->train.target[i] = out[0];
        else
            source->train.label[i] = largest(outputs, out);
    }
    return AG_OK;
}

static const ag_param params[] = {
    AG_GENERATED_SAMPLES(2000, ""),
    {.name = "features",
     .kind = AG_PARAM_INT,
     .standard = 10,
     .min = 1,
     .max = FEATURES_MAX,
     .meaning = "numbers of an example"},
    {.name = "width",
     .kind = AG_PARAM_INT,
     .standard = 10,
     .min = 1,
     .max = WIDTH_MAX,
     .meaning = "units of each of the teacher's hidden layers"},
    {.name = "depth",
     .kind = AG_PARAM_INT,
     .standard = 1,
     .min = 1,
     .max = DEPTH_MAX,
     .meaning = "hidden layers of the teacher, all tanh"},
    {.name = "classes",
     .kind = AG_PARAM_INT,
     .standard = 0,
     .max = CLASSES_MAX,
     .meaning = "the teacher's largest output is the class; 0: its one output is to be predicted"},
    AG_GENERATED_NOISE(0, "of the error added to each of the teacher's outputs"),
    AG_GENERATED_SEED("of teacher, points and errors"),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_TARGET_PARAM(1),
    AG_DATASET_PARAMS(0.2, 0),
};

const ag_dataset ag_data_teacher = {
    .about = {.name = "teacher",
              .formula = "what a random tanh network answers to normal inputs, generated",
              .paper = "E. Gardner, B. Derrida, 1989, J. Phys. A 22:1983, "
                       "10.1088/0305-4470/22/12/004",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "none needed: generated",
    .shape = {10, 1, 1},
    .n_train = 2000,
    .describe = describe,
    .load = load,
};
