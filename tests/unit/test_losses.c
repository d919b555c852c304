/* Every loss of the catalogue in float; tests/numeric/test_elements.c has its
 * derivatives by differences and PyTorch's digits. */
#include "elements_check.h"

#include <float.h>

static const ag_loss *loss_named(const char *name) {
    const ag_element *element = ag_catalogue_find(&ag_losses, name);
    CHECK(element != NULL, "no loss '%s'", name);
    return (const ag_loss *)(const void *)(element ? element : ag_losses.items[0]);
}

/* One example; the gradient into dz, whether it was right into *correct. */
static double one(const ag_loss *loss, int units, const ag_real *z, int32_t label, ag_real *dz,
                  long *correct) {
    *correct = 0;
    const ag_choice choice = ag_choice_standard(&loss->about);
    const ag_loss_batch batch = {
        .rows = 1, .units = units, .z = z, .label = &label, .scale = 1.0, .dz = dz};
    return loss->evaluate(choice.number, &batch, correct);
}

static void test_described(const ag_loss *loss) {
    CHECK(loss->about.formula && loss->about.paper, "%s", loss->about.name);
    const bool classes = loss->units(AG_TASK_CLASSES, 2, 0) > 0;
    const bool regression = loss->units(AG_TASK_REGRESSION, 0, 3) > 0;
    CHECK(classes || regression, "%s fits no task", loss->about.name);
}

/* Finite for finite outputs however large; NaN in any place gives NaN and is never
 * right; the same with and without gradient. */
static void test_extremes(const ag_loss *loss) {
    static const float values[] = {-FLT_MAX, -1e4f, -90.0f, 0.0f, 90.0f, 1e4f, FLT_MAX};
    const int units = loss->units(AG_TASK_CLASSES, 2, 0);
    if (units == 0) return;
    long correct;
    for (int a = 0; a < AG_COUNT(values); a++)
        for (int c = 0; c < AG_COUNT(values); c++)
            for (int32_t label = 0; label < 2; label++) {
                const ag_real z[2] = {values[a], values[c]};
                ag_real dz[2] = {0, 0};
                const double value = one(loss, units, z, label, dz, &correct);
                CHECK(isfinite(value) && value >= 0, "%s(%g, %g) = %g", loss->about.name,
                      (double)z[0], (double)z[1], value);
                CHECK(isfinite((double)dz[0]) && isfinite((double)dz[1]), "%s'(%g, %g)",
                      loss->about.name, (double)z[0], (double)z[1]);
                CHECK(one(loss, units, z, label, NULL, &correct) == value, "%s without gradient",
                      loss->about.name);
            }
    for (int place = 0; place < units; place++)
        for (int32_t label = 0; label < 2; label++) {
            ag_real z[2] = {0.5f, 0.25f}, dz[2];
            z[place] = (ag_real)NAN;
            CHECK(isnan(one(loss, units, z, label, dz, &correct)), "%s(NaN)", loss->about.name);
            CHECK(isnan((double)dz[place]), "%s'(NaN)", loss->about.name);
            CHECK(correct == 0, "%s: NaN counted as right", loss->about.name);
        }
}

/* A batch is the sum of its rows, `scale` scales the gradient only, and `correct`
 * is added to. Many rows: the product of their sums of exponentials is no double. */
static void test_batch(const ag_loss *loss, int n_rows, int n_classes) {
    enum { ROWS = 300, CLASSES = 130 };
    const int classes = loss->units(AG_TASK_CLASSES, n_classes, 0) ? n_classes : 2;
    const int units = loss->units(AG_TASK_CLASSES, classes, 0);
    if (units == 0) return;
    static ag_real z[ROWS * CLASSES], dz[ROWS * CLASSES];
    int32_t label[ROWS];
    for (int i = 0; i < n_rows * units; i++)
        z[i] = (ag_real)sin(7.0 * i + 1.0);
    for (int e = 0; e < n_rows; e++)
        label[e] = e % classes;
    long correct = 1000, expected = 1000;
    const ag_choice choice = ag_choice_standard(&loss->about);
    const ag_loss_batch batch = {
        .rows = n_rows, .units = units, .z = z, .label = label, .scale = 0.25, .dz = dz};
    const double sum = loss->evaluate(choice.number, &batch, &correct);
    double rows = 0;
    int wrong = 0;
    for (int e = 0; e < n_rows; e++) {
        ag_real alone[CLASSES];
        long right;
        rows += one(loss, units, z + e * units, label[e], alone, &right);
        expected += right;
        for (int u = 0; u < units; u++)
            wrong += !close_to((double)dz[e * units + u], 0.25 * (double)alone[u], 1e-6, 1e-12);
    }
    CHECK(wrong == 0, "%s: %d gradients differ", loss->about.name, wrong);
    CHECK(close_to(sum, rows, 1e-13, 0), "%s: %g, rows %g", loss->about.name, sum, rows);
    CHECK(correct == expected, "%s: %ld right, not %ld", loss->about.name, correct, expected);
}

static void test_known(void) {
    long correct;
    ag_real dz[70];
    const ag_loss *loss = loss_named("cross_entropy");
    const ag_real even[4] = {3, 3, 3, 3};
    CHECK(close_to(one(loss, 4, even, 2, dz, &correct), log(4), 1e-7, 0), "log 4");
    CHECK(close_to((double)dz[2], -0.75, 1e-6, 0) && close_to((double)dz[0], 0.25, 1e-6, 0),
          "even");
    CHECK(correct == 0, "of equal outputs the first counts");
    one(loss, 4, even, 0, dz, &correct);
    CHECK(correct == 1, "of equal outputs the first counts");
    const ag_real thirds[2] = {0, 0.69314718f}; /* probabilities 1/3 and 2/3 */
    CHECK(close_to(one(loss, 2, thirds, 1, dz, &correct), log(1.5), 1e-6, 0), "log 3/2");
    CHECK(close_to((double)dz[0], 1.0 / 3, 1e-6, 0), "%g", (double)dz[0]);
    CHECK(correct == 1, "the largest");
    const ag_real sure[2] = {0, 40}; /* 1 - p is e^-40: lost if it were computed as that */
    CHECK(close_to(one(loss, 2, sure, 1, dz, &correct), exp(-40), 1e-5, 0), "sure");
    CHECK(close_to((double)dz[1], -exp(-40), 1e-5, 0), "sure: %g", (double)dz[1]);
    ag_real many[70]; /* more units than one block */
    for (int u = 0; u < 70; u++)
        many[u] = 0;
    CHECK(close_to(one(loss, 70, many, 69, dz, &correct), log(70), 1e-7, 0), "log 70");
    CHECK(close_to((double)dz[69], 1.0 / 70 - 1, 1e-6, 0), "%g", (double)dz[69]);

    loss = loss_named("binary_cross_entropy");
    const ag_real z0 = 0, z3 = 3;
    CHECK(close_to(one(loss, 1, &z0, 1, dz, &correct), log(2), 1e-14, 0), "log 2");
    CHECK(correct == 0 && dz[0] == (ag_real)-0.5, "a tie is class 0; %g", (double)dz[0]);
    one(loss, 1, &z0, 0, dz, &correct);
    CHECK(correct == 1, "a tie is class 0");
    CHECK(close_to(one(loss, 1, &z3, 1, dz, &correct), log1p(exp(-3)), 1e-14, 0), "3");
    CHECK(correct == 1, "3 is class 1");
    CHECK(close_to(one(loss, 1, &z3, 0, dz, &correct), 3 + log1p(exp(-3)), 1e-14, 0), "3 for 0");
    CHECK(correct == 0, "3 is not class 0");

    loss = loss_named("mean_squared_error");
    const ag_real z[2] = {1, -2};
    CHECK(one(loss, 2, z, 0, dz, &correct) == 2.0, "((1 - 1)^2 + (-2 - 0)^2) / 2");
    CHECK(dz[0] == 0 && dz[1] == -2 && correct == 1, "%g %g", (double)dz[0], (double)dz[1]);
    const float target[4] = {1, 1, 1, 0};
    const ag_real two[4] = {1, 3, 0, 0};
    correct = 0;
    const ag_loss_batch batch = {
        .rows = 2, .units = 2, .z = two, .target = target, .scale = 1, .dz = dz};
    CHECK(loss->evaluate(NULL, &batch, &correct) == 2.5, "regression");
    CHECK(dz[0] == 0 && dz[1] == 2 && dz[2] == -1 && dz[3] == 0, "regression");
    CHECK(correct == 0, "regression has no right and wrong");
}

/* What is reported is what is minimised, without smoothing. */
static void test_reported(void) {
    ag_choice smooth = ag_choice_standard(&loss_named("cross_entropy")->about);
    smooth.number[ag_element_param(smooth.element, "label_smoothing")] = 0.1;
    const ag_choice plain = ag_loss_reported(&smooth);
    CHECK(plain.element == smooth.element && ag_choice_number(&plain, "label_smoothing", 9) == 0,
          "without smoothing");
    ag_choice huber = ag_choice_standard(&loss_named("huber")->about);
    huber.number[0] = 3;
    CHECK(ag_loss_reported(&huber).number[0] == 3, "delta stays");
}

static void test_auto(void) {
    CHECK(ag_loss_for(AG_TASK_CLASSES, 2) == loss_named("binary_cross_entropy"), "two classes");
    CHECK(ag_loss_for(AG_TASK_CLASSES, 10) == loss_named("cross_entropy"), "ten classes");
    CHECK(ag_loss_for(AG_TASK_REGRESSION, 0) == loss_named("mean_squared_error"), "regression");
    static const struct {
        const char *name;
        int of_2, of_10, of_3_targets;
    } units[] = {{"cross_entropy", 2, 10, 0},
                 {"binary_cross_entropy", 1, 0, 0},
                 {"mean_squared_error", 2, 10, 3},
                 {"mean_absolute_error", 2, 10, 3},
                 {"huber", 2, 10, 3}};
    for (int i = 0; i < AG_COUNT(units); i++) {
        const ag_loss *loss = loss_named(units[i].name);
        CHECK(loss->units(AG_TASK_CLASSES, 2, 0) == units[i].of_2, "%s", units[i].name);
        CHECK(loss->units(AG_TASK_CLASSES, 10, 0) == units[i].of_10, "%s", units[i].name);
        CHECK(loss->units(AG_TASK_REGRESSION, 0, 3) == units[i].of_3_targets, "%s", units[i].name);
    }
}

int main(void) {
    for (int i = 0; i < ag_losses.n_items; i++) {
        const ag_loss *loss = (const ag_loss *)(const void *)ag_losses.items[i];
        test_described(loss);
        test_extremes(loss);
        test_batch(loss, 5, 3);
        test_batch(loss, 300, 130);
    }
    test_known();
    test_reported();
    test_auto();
    check_torch_losses(1e-6);
    return check_report();
}
