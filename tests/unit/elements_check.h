/* Optimizers and losses against PyTorch: the same checks for the float build
 * (tests/unit) and the double build (tests/numeric), which differ in tolerance. */
#ifndef AG_ELEMENTS_CHECK_H
#define AG_ELEMENTS_CHECK_H

#include "models/loss.h"
#include "models/optimizer.h"
#include "tests/golden/torch_elements.h"

#include "check.h"

#include <string.h>

enum { STATE_ROOM = 64 };

/* An optimizer with its settings and state for up to STATE_ROOM weights. */
typedef struct optimizing {
    ag_choice choice;
    ag_real block[AG_OPTIMIZER_STATE_MAX][STATE_ROOM];
} optimizing;

static inline void optimizing_begin(optimizing *o, const ag_element *element) {
    memset(o, 0, sizeof *o);
    o->choice = ag_choice_standard(element);
}

static inline void optimizing_set(optimizing *o, const char *name, double value) {
    const int i = ag_element_param(o->choice.element, name);
    CHECK(i >= 0, "%s has no %s", o->choice.element->name, name);
    if (i >= 0) o->choice.number[i] = value;
}

static inline ag_update_squares optimizing_step(optimizing *o, long t, size_t n,
                                                const ag_real *gradient, ag_real *w) {
    ag_update update = {.param = o->choice.number,
                        .learning_rate = ag_choice_number(&o->choice, "learning_rate", 0),
                        .weight_decay = ag_choice_number(&o->choice, "weight_decay", 0),
                        .t = t,
                        .n = n,
                        .gradient = gradient,
                        .w = w};
    for (int k = 0; k < AG_OPTIMIZER_STATE_MAX; k++)
        update.state[k] = o->block[k];
    return ag_optimizer_of(&o->choice)->step(&update);
}

/* Length of a - b over length of b. */
static inline double distance(int n, const ag_real *a, const double *b) {
    double difference = 0, length = 0;
    for (int i = 0; i < n; i++) {
        difference += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        length += b[i] * b[i];
    }
    return sqrt(difference / length);
}

static inline void check_torch_optimizers(double tolerance) {
    for (int c = 0; c < AG_COUNT(torch_optimizer_cases); c++) {
        const torch_optimizer_case *want = &torch_optimizer_cases[c];
        const ag_element *element = ag_catalogue_find(&ag_optimizers, want->optimizer);
        CHECK(element != NULL, "no optimizer '%s'", want->optimizer);
        if (!element) continue;
        optimizing o;
        optimizing_begin(&o, element);
        for (int i = 0; i < TORCH_SETTINGS && want->set[i].name; i++)
            optimizing_set(&o, want->set[i].name, want->set[i].value);
        ag_real w[TORCH_WEIGHTS], gradient[TORCH_WEIGHTS];
        for (int i = 0; i < TORCH_WEIGHTS; i++)
            w[i] = (ag_real)torch_start[i];
        for (int t = 1, seen = 0; t <= TORCH_STEPS; t++) {
            for (int i = 0; i < TORCH_WEIGHTS; i++)
                gradient[i] = (ag_real)torch_gradients[t - 1][i];
            optimizing_step(&o, t, TORCH_WEIGHTS, gradient, w);
            if (t != torch_seen_at[seen]) continue;
            const double far = distance(TORCH_WEIGHTS, w, want->w[seen++]);
            CHECK(far <= tolerance, "case %d, %s, step %d: %.2g from PyTorch", c, want->optimizer,
                  t, far);
        }
    }
}

/* What every step says about the weights it made, against plain sums: around the lengths
 * of lanes and runs, for numbers whose squares are no floats, where little or nothing
 * moves. */
static inline void check_update_squares(double tolerance) {
    enum { MOST = 2500 };
    static const size_t lengths[] = {1, 15, 16, 17, 1023, 1024, 1040, MOST};
    static const double sizes[] = {1, 1e-25, 1e25};
    static ag_real w[MOST], old[MOST], gradient[MOST], state[AG_OPTIMIZER_STATE_MAX][MOST];
    for (int o = 0; o < ag_optimizers.n_items; o++)
        for (int k = 0; k < AG_COUNT(lengths) * AG_COUNT(sizes); k++) {
            const size_t n = lengths[k % AG_COUNT(lengths)];
            const double size = sizes[k / AG_COUNT(lengths)];
            const ag_choice choice = ag_choice_standard(ag_optimizers.items[o]);
            ag_update update = {.param = choice.number,
                                .learning_rate = 0.01 * (size > 1 ? size : 1),
                                .weight_decay = size > 1 ? 0 : 0.01,
                                .t = 1,
                                .n = n,
                                .gradient = gradient,
                                .w = w};
            for (int s = 0; s < AG_OPTIMIZER_STATE_MAX; s++) {
                memset(state[s], 0, sizeof state[s]);
                update.state[s] = state[s];
            }
            for (size_t i = 0; i < n; i++) { /* the first half lies at 0 and stays there */
                const double x = i < n / 2 ? 0 : sin((double)i + 1);
                w[i] = old[i] = (ag_real)(size * x);
                gradient[i] = (ag_real)((size < 1 ? size : 1) * x);
            }
            const ag_update_squares got = ag_optimizer_of(&choice)->step(&update);
            double weights = 0, change = 0;
            for (size_t i = 0; i < n; i++) {
                const double moved = (double)w[i] - (double)old[i];
                weights += (double)w[i] * (double)w[i];
                change += moved * moved;
            }
            CHECK(change > 0, "%s moved nothing", choice.element->name);
            CHECK(fabs(got.weights - weights) <= tolerance * weights &&
                      fabs(got.change - change) <= tolerance * change,
                  "%s, %zu of %g: %g and %g, not %g and %g", choice.element->name, n, size,
                  got.weights, got.change, weights, change);
            w[n / 3] = (ag_real)NAN;
            CHECK(isnan(ag_optimizer_of(&choice)->step(&update).weights), "%s: NaN",
                  choice.element->name);
        }
}

static inline void check_torch_losses(double tolerance) {
    for (int c = 0; c < AG_COUNT(torch_loss_cases); c++) {
        const torch_loss_case *want = &torch_loss_cases[c];
        const ag_element *element = ag_catalogue_find(&ag_losses, want->loss);
        CHECK(element != NULL, "no loss '%s'", want->loss);
        if (!element) continue;
        ag_choice choice = ag_choice_standard(element);
        for (int i = 0; i < TORCH_SETTINGS && want->set[i].name; i++)
            choice.number[ag_element_param(element, want->set[i].name)] = want->set[i].value;
        const int n = TORCH_ROWS * want->units;
        ag_real z[TORCH_ROWS * TORCH_UNITS], dz[TORCH_ROWS * TORCH_UNITS];
        float target[TORCH_ROWS * TORCH_UNITS];
        for (int i = 0; i < n; i++) {
            z[i] = (ag_real)want->z[i];
            target[i] = (float)torch_targets[i];
        }
        const int32_t *label = want->units == 1 ? torch_labels_of_two : torch_labels;
        long correct = 0;
        const ag_loss_batch batch = {.rows = TORCH_ROWS,
                                     .units = want->units,
                                     .z = z,
                                     .label = want->regression ? NULL : label,
                                     .target = want->regression ? target : NULL,
                                     .scale = 1.0 / TORCH_ROWS,
                                     .dz = dz};
        const double sum = ag_loss_of(&choice)->evaluate(choice.number, &batch, &correct);
        CHECK(close_to(sum / TORCH_ROWS, want->value, tolerance, 0),
              "case %d, %s: %.17g, not %.17g", c, want->loss, sum / TORCH_ROWS, want->value);
        const double far = distance(n, dz, want->dz);
        CHECK(far <= tolerance, "case %d, %s: gradient %.2g from PyTorch", c, want->loss, far);
        for (int i = 0; i < n; i++)
            CHECK(close_to((double)dz[i], want->dz[i], 10 * tolerance, 1e-16),
                  "case %d, %s: dz[%d]", c, want->loss, i);
    }
}

#endif
