/* Every activation of several inputs in the catalogue: known points, derivatives against
 * differences, gates against the functions they are, NaN, the float path, expectations. */
#include "activations/activation.h"
#include "activations/expectation.h"
#include "check.h"
#include "harness/analysis/check.h"
#include "harness/analysis/unit_check.h"
#include "harness/base/random.h"

#include <string.h>

static ag_choice named(const char *name) {
    return ag_choice_standard(ag_catalogue_find(&ag_activations, name));
}

static ag_choice maxout_of(int pieces) {
    ag_choice choice = named("maxout");
    choice.number[ag_element_param(choice.element, "pieces")] = pieces;
    return choice;
}

static void test_described(const ag_choice *choice) {
    const ag_activation *act = ag_activation_of(choice);
    const int n = ag_act_inputs(choice);
    CHECK(n == 2, "%s: points have two inputs, it has %d", act->about.name, n);
    CHECK(!act->value && !act->derivative && !act->evaluate && !act->n_learned && !act->draw &&
              !act->typed && !act->n_points && !act->n_seams && !act->seams_of,
          "%s is no scalar function", act->about.name);
    CHECK(ag_element_param(choice->element, "learned") < 0, "%s", act->about.name);
}

static void test_known_points(const ag_choice *choice) {
    const ag_unit *unit = ag_activation_of(choice)->unit;
    for (int i = 0; i < unit->n_points; i++) {
        const ag_unit_point *p = &unit->points[i];
        double d[2];
        ag_unit_derivatives(choice, p->z, d);
        CHECK(close_to(ag_unit_value(choice, p->z), p->value, 1e-13, 1e-300), "%s(%g, %g) = %.17g",
              choice->element->name, p->z[0], p->z[1], ag_unit_value(choice, p->z));
        for (int k = 0; k < 2; k++)
            CHECK(close_to(d[k], p->derivative[k], 1e-13, 1e-300), "%s(%g, %g): %.17g by input %d",
                  choice->element->name, p->z[0], p->z[1], d[k], k + 1);
    }
}

/* Plain differences of two points, where no seam is near. */
static void test_derivatives(const ag_choice *choice) {
    const int n = ag_act_inputs(choice);
    ag_stream random = ag_stream_open(21, AG_RANDOM_TEST, 0);
    const double h = 1e-5;
    int compared = 0;
    for (int i = 0; i < 300; i++) {
        double z[AG_UNIT_INPUTS_MAX], d[AG_UNIT_INPUTS_MAX];
        for (int k = 0; k < n; k++)
            z[k] = 2 * ag_random_normal(&random);
        if (ag_unit_to_seam(choice, z) < 2 * h) continue;
        ag_unit_derivatives(choice, z, d);
        for (int k = 0; k < n; k++, compared++) {
            const double at = z[k];
            z[k] = at + h;
            const double up = ag_unit_value(choice, z);
            z[k] = at - h;
            const double difference = (up - ag_unit_value(choice, z)) / (2 * h);
            z[k] = at;
            CHECK(close_to(d[k], difference, 1e-8, 1e-8), "%s by input %d: %.12g, not %.12g",
                  choice->element->name, k + 1, d[k], difference);
        }
    }
    CHECK(compared > 500, "%s: %d compared", choice->element->name, compared);
}

/* y = a g(b), with the gate's own functions. */
static void test_gate(const ag_choice *choice) {
    if (!ag_activation_of(choice)->unit->gate) return;
    const ag_choice gate = ag_unit_gate(choice);
    for (int i = -60; i <= 60; i++) {
        const double z[2] = {0.7 * (i % 5) - 1.3, 0.13 * i};
        double d[2];
        ag_unit_derivatives(choice, z, d);
        const double g = ag_act_value(&gate, z[1]);
        CHECK(ag_unit_value(choice, z) == z[0] * g && d[0] == g &&
                  d[1] == z[0] * ag_act_derivative(&gate, z[1]),
              "%s(%g, %g)", choice->element->name, z[0], z[1]);
    }
}

static void test_checked(const ag_choice *choice) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_activation_check check;
    CHECK(ag_activation_checked(choice, &arena, &check), "memory");
    CHECK(check.good, "%s: %s", choice->element->name, check.fault);
    CHECK(check.slopes.n > 9900 && check.slopes.skipped < check.slopes.n / 100, "%d of %d skipped",
          check.slopes.skipped, check.slopes.n);
    ag_arena_close(&arena);
}

/* What is made of a unit does not depend on its place, its neighbours, or how many there are. */
static void test_place(const ag_choice *choice) {
    enum { N = 1100 };
    static float z[AG_UNIT_INPUTS_MAX][N], y[N], d[AG_UNIT_INPUTS_MAX][N], y1[N],
        d1[AG_UNIT_INPUTS_MAX][N];
    const int n = ag_act_inputs(choice);
    const float *z_at[AG_UNIT_INPUTS_MAX];
    float *d_at[AG_UNIT_INPUTS_MAX];
    for (size_t i = 0; i < N; i++) {
        for (int k = 0; k < n; k++) {
            z[k][i] = 12.0f * sinf((float)(7 * (int)i + 3 * k)) * (i % 5 == 0 ? 8.0f : 1.0f);
            z_at[k] = &z[k][i];
            d_at[k] = &d1[k][i];
        }
        ag_unit_evaluate(choice, 1, z_at, &y1[i], d_at);
    }
    for (size_t from = 0; from < 20; from++)
        for (size_t count = 1; from + count <= N; count += count < 70 ? 1 : 103) {
            for (int k = 0; k < n; k++) {
                z_at[k] = z[k] + from;
                d_at[k] = d[k];
            }
            ag_unit_evaluate(choice, count, z_at, y, d_at);
            bool same = memcmp(y, y1 + from, count * sizeof *y) == 0;
            for (int k = 0; k < n; k++)
                same = same && memcmp(d[k], d1[k] + from, count * sizeof *y) == 0;
            CHECK(same, "%s, %d from %d", choice->element->name, (int)count, (int)from);
        }
}

/* Of several that are the largest the first; a NaN wherever it stands. */
static void test_maxout(void) {
    const ag_choice four = maxout_of(4);
    double d[4];
    const double tied[4] = {-1, 2, 2, 1}, none[4] = {5, 1, (double)NAN, 7};
    CHECK(ag_act_inputs(&four) == 4, "%d", ag_act_inputs(&four));
    CHECK(ag_unit_value(&four, tied) == 2 && ag_unit_to_seam(&four, tied) == 0, "tied");
    ag_unit_derivatives(&four, tied, d);
    CHECK(d[0] == 0 && d[1] == 1 && d[2] == 0 && d[3] == 0, "the first");
    ag_unit_derivatives(&four, none, d);
    CHECK(isnan(ag_unit_value(&four, none)) && isnan(d[0]) && isnan(d[3]), "NaN");
}

/* In closed form: of the largest of n normal numbers (David and Nagaraja 2003, section 3.2), and
 * of products of independent ones. */
static void test_expectations(void) {
    const double pi = 3.14159265358979323846;
    const ag_choice glu = named("glu"), sigmoid = named("sigmoid");
    const struct {
        ag_choice choice;
        double sigma, mean, square, slope;
    } known[] = {
        {maxout_of(2), 1, 1 / sqrt(pi), 1, 1},
        {maxout_of(3), 2, 3 / sqrt(pi), 4 * (1 + sqrt(3) / (2 * pi)), 1},
        {maxout_of(4), 1, 1.02937537300396, 1.55132889542179, 1},
        {named("bilinear"), 1, 0, 1, 2},
        {named("bilinear"), 2, 0, 16, 8},
        {named("reglu"), 1, 0, 0.5, 1},
        {named("reglu"), 3, 0, 40.5, 9},
        {glu, 1, 0, ag_act_expectation(&sigmoid, AG_EXPECT_VALUE_SQUARED, 1),
         ag_act_expectation(&sigmoid, AG_EXPECT_VALUE_SQUARED, 1) +
             ag_act_expectation(&sigmoid, AG_EXPECT_SLOPE_SQUARED, 1)},
    };
    for (int i = 0; i < AG_COUNT(known); i++) {
        const ag_choice *c = &known[i].choice;
        const double s = known[i].sigma, mean = ag_act_expectation(c, AG_EXPECT_VALUE, s),
                     square = ag_act_expectation(c, AG_EXPECT_VALUE_SQUARED, s),
                     slope = ag_act_expectation(c, AG_EXPECT_SLOPE_SQUARED, s);
        CHECK(close_to(mean, known[i].mean, 1e-12, 1e-14), "%d: E y %.15g", i, mean);
        CHECK(close_to(square, known[i].square, 1e-12, 0), "%d: E y^2 %.15g", i, square);
        CHECK(close_to(slope, known[i].slope, 1e-12, 0), "%d: E slope^2 %.15g", i, slope);
    }
}

/* And by drawing, to four standard errors. */
static void test_drawn(const ag_choice *choice) {
    enum { N = 200000 };
    ag_stream random = ag_stream_open(5, AG_RANDOM_TEST, 0);
    double sum[3] = {0}, squares[3] = {0};
    for (int i = 0; i < N; i++) {
        double z[AG_UNIT_INPUTS_MAX], d[AG_UNIT_INPUTS_MAX], x[3] = {0};
        for (int k = 0; k < ag_act_inputs(choice); k++)
            z[k] = 1.5 * ag_random_normal(&random);
        x[0] = ag_unit_value(choice, z);
        x[1] = x[0] * x[0];
        ag_unit_derivatives(choice, z, d);
        for (int k = 0; k < ag_act_inputs(choice); k++)
            x[2] += d[k] * d[k];
        for (int j = 0; j < 3; j++) {
            sum[j] += x[j];
            squares[j] += x[j] * x[j];
        }
    }
    for (int j = 0; j < 3; j++) {
        const double mean = sum[j] / N, variance = squares[j] / N - mean * mean;
        const double want = ag_act_expectation(choice, (ag_expectation)j, 1.5);
        CHECK(fabs(mean - want) <= 4 * sqrt(fmax(variance, 0) / N) + 1e-12, "%s: %g, drawn %g",
              choice->element->name, want, mean);
    }
}

static void test_choice(const ag_choice *choice) {
    test_derivatives(choice);
    test_gate(choice);
    test_checked(choice);
    test_place(choice);
    test_drawn(choice);
}

/* A float path of another function, derivatives of another, a NaN that is lost: noticed. */
static double twice(const ag_choice *choice, const double *z) {
    (void)choice;
    return 2.1 * z[0] * z[1];
}

static void no_gate(const ag_choice *choice, const double *z, double *d) {
    (void)choice;
    d[0] = z[1];
    d[1] = 0;
}

static void lost(const ag_choice *choice, size_t count, const float *const *z, float *y,
                 float *const *d) {
    (void)choice;
    for (size_t i = 0; i < count; i++) {
        const float a = z[0][i] > -1e30f ? z[0][i] : 0.0f;
        y[i] = a * z[1][i];
        d[0][i] = z[1][i];
        d[1][i] = a;
    }
}

static void test_noticed(void) {
    const ag_choice bilinear = named("bilinear");
    const ag_unit right = *ag_activation_of(&bilinear)->unit;
    for (int i = 0; i < 3; i++) {
        ag_unit unit = right;
        if (i == 0) unit.value = twice;
        if (i == 1) unit.derivatives = no_gate;
        if (i == 2) unit.evaluate = lost;
        const ag_activation act = {.about = {.name = "made"}, .unit = &unit};
        ag_choice made = bilinear;
        made.element = &act.about;
        ag_arena arena = AG_ARENA_EMPTY;
        ag_activation_check check;
        CHECK(ag_activation_checked(&made, &arena, &check) && !check.good, "fault %d", i);
        ag_arena_close(&arena);
    }
}

int main(void) {
    int n = 0;
    for (int i = 0; i < ag_activations.n_items; i++) {
        ag_choice choice = ag_choice_standard(ag_activations.items[i]);
        if (!ag_activation_of(&choice)->unit) {
            CHECK(ag_act_inputs(&choice) == 1, "%s", choice.element->name);
            continue;
        }
        n++;
        test_described(&choice);
        test_known_points(&choice);
        test_choice(&choice);
        static const double others[] = {0.3, 1.7, -0.6, 3, 7, 16};
        for (int k = 0; k < choice.element->n_params; k++)
            for (int j = 0; j < AG_COUNT(others); j++) {
                const ag_param *p = &choice.element->params[k];
                ag_choice other = choice;
                if (others[j] < p->min || others[j] > p->max ||
                    (p->kind == AG_PARAM_INT && others[j] != floor(others[j])))
                    continue;
                other.number[k] = others[j];
                test_choice(&other);
            }
    }
    CHECK(n >= 6, "%d units", n);
    test_maxout();
    test_expectations();
    test_noticed();
    return check_report();
}
