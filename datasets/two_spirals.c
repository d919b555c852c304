/* Two spirals, one inside the other: two numbers, two classes, and a boundary that
 * winds around the origin.
 *
 * Lang and Witbrock's 194 points (samples = 194, noise = 0, turns = 3): for t = 0..96
 *
 *     angle = t pi / 16     radius = 6.5 (104 - t) / 104
 *     x = radius sin(angle)     y = radius cos(angle)
 *
 * and the other spiral at (-x, -y). Here t runs over 0..96 in as many equal steps as
 * there are samples, the angle is scaled to the number of turns, and normal noise is
 * added. Neighbouring arms are 6 / (2 turns) apart.
 */
#include "datasets/core/generated.h"

#include <math.h>

static const double LAST = 96.0, RADIUS = 6.5, CENTRE = 104.0, TURNS = 3.0;
static const double PI = 3.14159265358979323846;

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    AG_TRY(ag_generated_begin(choice, arena, source, err));
    double *x = source->train.x;
    const size_t n = source->train.n, per_spiral = (n + 1) / 2;
    const double noise = ag_choice_number(choice, "noise", 0);
    const double turns = ag_choice_number(choice, "turns", TURNS);
    ag_stream random = ag_generated_stream(choice, 0);
    for (size_t i = 0; i < n; i++) { /* the spirals in turn, from the outside in */
        const size_t place = i / 2;
        const double t = (double)place * LAST / (double)(per_spiral - 1);
        const double angle = t * PI / 16.0 * (turns / TURNS);
        const double radius = RADIUS * (CENTRE - t) / CENTRE;
        const double side = i % 2 ? -1.0 : 1.0;
        x[2 * i] = side * radius * sin(angle) + noise * ag_random_normal(&random);
        x[2 * i + 1] = side * radius * cos(angle) + noise * ag_random_normal(&random);
        source->train.label[i] = (int32_t)(i % 2);
    }
    return AG_OK;
}

static const ag_param params[] = {
    AG_GENERATED_SAMPLES(2000, "; 194 in the paper"),
    AG_GENERATED_NOISE(0.1, "around the spiral, whose radius is 6.5; 0 in the paper"),
    {.name = "turns",
     .kind = AG_PARAM_REAL,
     .standard = 3,
     .max = 1e3,
     .meaning = "of each spiral"},
    AG_GENERATED_SEED("of the noise"),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_PARAMS(0.2, 2),
};

const ag_dataset ag_data_two_spirals = {
    .about = {.name = "two_spirals",
              .formula = "two interlocking spirals in the plane, generated",
              .paper = "K. Lang, M. Witbrock, 1988, Learning to tell two spirals apart, "
                       "Connectionist Models Summer School",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "none needed: generated",
    .shape = {2, 1, 1},
    .n_classes = 2,
    .n_train = 2000,
    .describe = ag_generated_describe,
    .load = load,
};
