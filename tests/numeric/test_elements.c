/* Optimizers, losses and initializers in the double build: to PyTorch's digits, and
 * gradients of losses against differences. */
#include "elements_check.h"

#include "models/initializer.h"

static void test_points(const ag_element *about) {
    optimizing o;
    optimizing_begin(&o, about);
    optimizing_set(&o, "learning_rate", 0.1);
    const ag_optimizer *optimizer = ag_optimizer_of(&o.choice);
    ag_real w = 1;
    for (int t = 1, k = 0; k < optimizer->n_points; t++) {
        const ag_real gradient = w;
        optimizing_step(&o, t, 1, &gradient, &w);
        if (t != optimizer->points[k].t) continue;
        const double want = optimizer->points[k++].w;
        CHECK(close_to(w, want, 1e-13, 1e-15), "%s: w is %.17g after step %d, not %.17g",
              about->name, w, t, want);
    }
}

/* Fourth-order central difference of the sum over all rows, for every output. */
static void test_loss_derivative(const ag_choice *choice, ag_task task, int n_classes) {
    const ag_loss *loss = ag_loss_of(choice);
    enum { ROWS = 4, TARGETS = 3, UNITS_MAX = 10 };
    const int units = loss->units(task, n_classes, TARGETS);
    if (units == 0) return;
    ag_real z[ROWS * UNITS_MAX], dz[ROWS * UNITS_MAX];
    float target[ROWS * UNITS_MAX];
    int32_t label[ROWS];
    for (int i = 0; i < ROWS * units; i++) {
        z[i] = 2.5 * sin(3.0 * i + 0.5);
        target[i] = (float)cos(5.0 * i);
    }
    for (int e = 0; e < ROWS; e++)
        label[e] = e % (n_classes ? n_classes : 1);
    ag_loss_batch batch = {.rows = ROWS, .units = units, .z = z, .scale = 1.0, .dz = dz};
    batch.label = task == AG_TASK_CLASSES ? label : NULL;
    batch.target = task == AG_TASK_REGRESSION ? target : NULL;
    long correct = 0;
    loss->evaluate(choice->number, &batch, &correct);
    batch.dz = NULL;
    for (int i = 0; i < ROWS * units; i++) {
        static const double h = 1e-3, at[4] = {1, -1, 2, -2}, factor[4] = {8, -8, -1, 1};
        const ag_real here = z[i];
        double difference = 0;
        for (int k = 0; k < 4; k++) {
            z[i] = here + at[k] * h;
            difference += factor[k] / (12 * h) * loss->evaluate(choice->number, &batch, &correct);
        }
        z[i] = here;
        CHECK(close_to(dz[i], difference, 1e-9, 1e-10), "%s: dz[%d] = %.12g, differences %.12g",
              loss->about.name, i, dz[i], difference);
    }
}

static void test_loss_derivatives(const ag_choice *choice) {
    test_loss_derivative(choice, AG_TASK_CLASSES, 2);
    test_loss_derivative(choice, AG_TASK_CLASSES, 10);
    test_loss_derivative(choice, AG_TASK_REGRESSION, 0);
}

/* What is left of the second Gram-Schmidt pass is the grain of ag_real. */
static void test_orthogonal(int fan_in, int units) {
    enum { N_MAX = 200 * 200 };
    static ag_real w[N_MAX], b[200];
    const ag_choice choice = ag_choice_standard(ag_catalogue_find(&ag_initializers, "orthogonal"));
    const ag_weights_request r = {
        .fan_in = fan_in, .fan_out = units, .units = units, .param = choice.number};
    ag_stream random = ag_stream_open(12, AG_RANDOM_TEST, 0);
    ag_initializer_of(&choice)->fill(&r, &random, w, b);
    const bool rows = fan_in <= units;
    const int n = rows ? fan_in : units, length = rows ? units : fan_in;
    double worst = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double product = 0;
            for (int k = 0; k < length; k++)
                product += rows ? w[i * units + k] * w[j * units + k]
                                : w[k * units + i] * w[k * units + j];
            worst = fmax(worst, fabs(product - (i == j)));
        }
    CHECK(worst < 5e-15, "%d x %d: %g from orthogonal", fan_in, units, worst);
}

int main(void) {
    for (int i = 0; i < ag_optimizers.n_items; i++)
        test_points(ag_optimizers.items[i]);
    check_torch_optimizers(1e-14);
    check_update_squares(1e-13);
    check_torch_losses(1e-14);
    for (int i = 0; i < ag_losses.n_items; i++) {
        const ag_loss *loss = (const ag_loss *)(const void *)ag_losses.items[i];
        ag_choice choice = ag_choice_standard(&loss->about);
        test_loss_derivatives(&choice);
        const int smoothing = ag_element_param(&loss->about, "label_smoothing");
        if (smoothing < 0) continue;
        choice.number[smoothing] = 0.125;
        test_loss_derivatives(&choice);
    }
    test_orthogonal(200, 200);
    test_orthogonal(150, 31);
    test_orthogonal(31, 150);
    return check_report();
}
