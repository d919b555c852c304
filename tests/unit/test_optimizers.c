/* Every optimizer of the catalogue in float; tests/numeric/test_elements.c holds the
 * double build to PyTorch's digits. */
#include "elements_check.h"

static void test_described(const ag_element *about) {
    const ag_choice choice = ag_choice_standard(about);
    const ag_optimizer *optimizer = ag_optimizer_of(&choice);
    CHECK(about->formula && about->paper, "%s", about->name);
    CHECK(about->n_params <= AG_PARAMS_MAX, "%s", about->name);
    CHECK(ag_element_param(about, "learning_rate") >= 0, "%s", about->name);
    CHECK(ag_element_param(about, "weight_decay") >= 0, "%s", about->name);
    CHECK(optimizer->n_state <= AG_OPTIMIZER_STATE_MAX, "%s", about->name);
    CHECK(optimizer->n_points >= 3, "%s has %d known points", about->name, optimizer->n_points);
    for (int i = 0; i < about->n_params; i++) {
        const ag_param *p = &about->params[i];
        CHECK(p->name && p->meaning && p->meaning[0], "%s: parameter %d", about->name, i);
        CHECK(p->min <= p->standard && p->standard <= p->max, "%s: %s", about->name, p->name);
    }
}

/* On w^2 / 2 from w = 1, learning rate 0.1. */
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
        CHECK(close_to((double)w, want, 1e-4, 3e-7), "%s: w is %.9g after step %d, not %.9g",
              about->name, (double)w, t, want);
    }
}

/* A bowl ten times as steep one way as the other: down to where the step size rules. */
static void test_bowl(const ag_element *about) {
    optimizing o;
    optimizing_begin(&o, about);
    optimizing_set(&o, "learning_rate", 0.02);
    optimizing_set(&o, "weight_decay", 0);
    ag_real w[2] = {1.0f, -0.5f};
    for (long t = 1; t <= 2000; t++) {
        const ag_real gradient[2] = {w[0], 10 * w[1]};
        optimizing_step(&o, t, 2, gradient, w);
    }
    CHECK(fabs((double)w[0]) < 0.02 && fabs((double)w[1]) < 0.02, "%s: ended at %g, %g",
          about->name, (double)w[0], (double)w[1]);
}

/* Every weight on its own: n at once are n alone, whatever the vector width. */
static void test_elementwise(const ag_element *about) {
    enum { N = 37, STEPS = 3 };
    optimizing all;
    optimizing_begin(&all, about);
    ag_real w[N], gradient[N];
    for (int i = 0; i < N; i++) {
        w[i] = (ag_real)(0.1f * (float)i - 1.0f);
        gradient[i] = (ag_real)(0.3f * (float)(i % 7) - 1.0f);
    }
    for (int t = 1; t <= STEPS; t++)
        optimizing_step(&all, t, N, gradient, w);
    for (int i = 0; i < N; i++) {
        optimizing one;
        optimizing_begin(&one, about);
        ag_real alone = (ag_real)(0.1f * (float)i - 1.0f);
        for (int t = 1; t <= STEPS; t++)
            optimizing_step(&one, t, 1, &gradient[i], &alone);
        CHECK(memcmp(&alone, &w[i], sizeof alone) == 0, "%s: weight %d", about->name, i);
    }
}

/* Weight decay alone shrinks; learning rate 0 moves nothing; NaN is not healed. */
static void test_edges(const ag_element *about) {
    optimizing o;
    const ag_real zero = 0, one = 1, bad = (ag_real)NAN;
    ag_real w = 1;
    optimizing_begin(&o, about);
    optimizing_set(&o, "learning_rate", 0.01);
    optimizing_set(&o, "weight_decay", 0.5);
    optimizing_step(&o, 1, 1, &zero, &w);
    CHECK(w < 1 && w > 0, "%s: decayed to %g", about->name, (double)w);

    w = 1;
    optimizing_begin(&o, about);
    optimizing_set(&o, "learning_rate", 0);
    optimizing_step(&o, 1, 1, &one, &w);
    CHECK(w == 1, "%s: learning rate 0 moved to %g", about->name, (double)w);

    optimizing_begin(&o, about);
    optimizing_step(&o, 1, 1, &bad, &w);
    CHECK(isnan((double)w), "%s: NaN became %g", about->name, (double)w);

    w = 1;
    optimizing_begin(&o, about);
    optimizing_set(&o, "weight_decay", 0);
    for (int k = 0; k < AG_OPTIMIZER_STATE_MAX; k++)
        CHECK(o.block[k][0] == 0, "%s: state %d", about->name, k);
    optimizing_step(&o, 1, 1, &zero, &w);
    CHECK(w == 1, "%s: no gradient moved to %g", about->name, (double)w);
}

/* It has no effect after the first step, and none on weights without gradient. */
static void test_rmsprop_initial(void) {
    optimizing o;
    optimizing_begin(&o, ag_catalogue_find(&ag_optimizers, "rmsprop"));
    optimizing_set(&o, "initial", 1);
    optimizing_set(&o, "alpha", 0.4);
    optimizing_set(&o, "learning_rate", 0.5);
    const ag_real gradient = 2;
    ag_real w = 0;
    optimizing_step(&o, 1, 1, &gradient, &w); /* s = 0.4 + 0.6 4 = 2.8 */
    CHECK(close_to((double)w, -1 / sqrt(2.8), 1e-6, 0), "first step %g", (double)w);
    optimizing_step(&o, 2, 1, &gradient, &w); /* s = 0.4 2.8 + 2.4 = 3.52 */
    CHECK(close_to((double)w, -1 / sqrt(2.8) - 1 / sqrt(3.52), 1e-6, 0), "second %g", (double)w);
}

int main(void) {
    CHECK(ag_optimizers.n_items >= 4, "%d optimizers", ag_optimizers.n_items);
    for (int i = 0; i < ag_optimizers.n_items; i++) {
        const ag_element *about = ag_optimizers.items[i];
        test_described(about);
        test_points(about);
        test_bowl(about);
        test_elementwise(about);
        test_edges(about);
    }
    test_rmsprop_initial();
    check_torch_optimizers(1e-6);
    check_update_squares(5e-6);
    return check_report();
}
