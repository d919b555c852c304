/* What is said of activations: against what is known of them, and for every one in the catalogue
 * against a plain look at it. */
#include "activations/activation.h"
#include "harness/analysis/check.h"
#include "harness/analysis/float_error.h"
#include "harness/analysis/jumps.h"
#include "harness/analysis/pace.h"
#include "harness/analysis/traits.h"

#include "check.h"

#include <float.h>
#include <limits.h>
#include <string.h>

static ag_arena arena;

static ag_choice standard(const char *name) {
    return ag_choice_standard(ag_catalogue_find(&ag_activations, name));
}

static ag_traits traits_of(const ag_choice *choice) {
    const ag_mark mark = ag_arena_mark(&arena);
    const ag_traits t = ag_traits_of(choice, ag_line_sampled(choice, &arena));
    ag_arena_release(&arena, mark);
    return t;
}

static void test_known(void) {
    static const struct {
        const char *name;
        double low, high;
        bool low_taken, high_taken;
        ag_monotone monotone;
        int smooth, n_turns;
    } known[] = {
        {"relu", 0, HUGE_VAL, true, false, AG_MONOTONE_NOT_DECREASING, 0, 0},
        {"linear", -HUGE_VAL, HUGE_VAL, false, false, AG_MONOTONE_INCREASING, INT_MAX, 0},
        {"sigmoid", 0, 1, false, false, AG_MONOTONE_INCREASING, INT_MAX, 0},
        {"tanh", -1, 1, false, false, AG_MONOTONE_INCREASING, INT_MAX, 0},
        {"elu", -1, HUGE_VAL, false, false, AG_MONOTONE_INCREASING, 1, 0},
        {"selu", -1.7580993408473766, HUGE_VAL, false, false, AG_MONOTONE_INCREASING, 0, 0},
        {"step", 0, 1, true, true, AG_MONOTONE_NOT_DECREASING, -1, 0},
        {"softplus", 0, HUGE_VAL, false, false, AG_MONOTONE_INCREASING, INT_MAX, 0},
        {"gelu", -0.169971207479, HUGE_VAL, true, false, AG_MONOTONE_NOT, INT_MAX, 1},
        {"swish", -0.278464542761, HUGE_VAL, true, false, AG_MONOTONE_NOT, INT_MAX, 1},
        {"relu6", 0, 6, true, true, AG_MONOTONE_NOT_DECREASING, 0, 0},
        {"erf", -1, 1, false, false, AG_MONOTONE_INCREASING, INT_MAX, 0},
        {"gaussian", 0, 1, false, true, AG_MONOTONE_NOT, INT_MAX, 1},
        {"sine", -1, 1, true, true, AG_MONOTONE_NOT, INT_MAX, 12},
        {"relu_squared", 0, HUGE_VAL, true, false, AG_MONOTONE_NOT_DECREASING, 1, 0},
        {"lisht", 0, HUGE_VAL, true, false, AG_MONOTONE_NOT, INT_MAX, 1},
    };
    for (int i = 0; i < AG_COUNT(known); i++) {
        if (!ag_catalogue_find(&ag_activations, known[i].name)) {
            CHECK(i >= 10, "%s is missing", known[i].name);
            continue;
        }
        const ag_choice choice = standard(known[i].name);
        const ag_traits t = traits_of(&choice);
        const char *name = known[i].name;
        CHECK(close_to(t.low.value, known[i].low, 1e-10, 1e-30), "%s: low %.12g", name,
              t.low.value);
        CHECK(close_to(t.high.value, known[i].high, 1e-10, 0), "%s: high %.12g", name,
              t.high.value);
        CHECK(t.low.taken == known[i].low_taken && t.high.taken == known[i].high_taken,
              "%s: taken %d %d", name, t.low.taken, t.high.taken);
        CHECK(t.monotone == known[i].monotone, "%s: %d", name, t.monotone);
        CHECK(t.smooth == known[i].smooth, "%s: %d", name, t.smooth);
        CHECK(t.n_turns == known[i].n_turns, "%s: %d turns", name, t.n_turns);
        CHECK(t.undefined.n == 0 && t.overflows.n <= 2, "%s", name);
    }
}

/* Whatever else is in the catalogue: nothing looked at lies outside of its range, and what is
 * called monotone or bounded is so at places of another grid. */
static void test_all(void) {
    for (int k = 0; k < ag_activations.n_items; k++) {
        const ag_choice choice = ag_choice_standard(ag_activations.items[k]);
        if (ag_act_inputs(&choice) > 1) continue; /* traits are of functions of one number */
        const char *name = choice.element->name;
        const ag_traits t = traits_of(&choice);
        double before = (double)NAN;
        bool up = false, down = false;
        for (int i = -5000; i <= 5000; i++) {
            const double f = ag_act_value(&choice, 0.00377 * i);
            CHECK(f >= t.low.value - 1e-9 && f <= t.high.value + 1e-9, "%s(%g) = %g, range %g, %g",
                  name, 0.00377 * i, f, t.low.value, t.high.value);
            up |= f > before + 1e-12;
            down |= f < before - 1e-12;
            before = f;
        }
        const bool rises = t.monotone == AG_MONOTONE_INCREASING ||
                           t.monotone == AG_MONOTONE_NOT_DECREASING,
                   falls = t.monotone == AG_MONOTONE_DECREASING ||
                           t.monotone == AG_MONOTONE_NOT_INCREASING;
        CHECK(!(rises && down) && !(falls && up), "%s", name);
        if (t.monotone == AG_MONOTONE_CONSTANT) CHECK(!up && !down, "%s", name);
        for (int i = 0; i < t.n_jumps; i++)
            CHECK(t.jump[i].order <= AG_ORDER_MAX || ag_activation_of(&choice)->seams_of,
                  "%s: nothing jumps at %g", name, t.jump[i].at);
        CHECK(t.undefined.n == 0, "%s is undefined somewhere", name);
    }
}

/* --- functions that no catalogue would have ------------------------------------------ */

/* What each test below looks at; an activation knows its parameters only. */
typedef double (*function)(double x, const double *param);

static ag_traits traits_with(function value, function derivative, const double *seam, int n_seams) {
    const ag_activation act = {.about = {.name = "made"},
                               .value = value,
                               .derivative = derivative,
                               .seams = seam,
                               .n_seams = n_seams};
    const ag_choice choice = {.element = &act.about};
    return traits_of(&choice);
}

#define FUNCTION(name, formula)                                                                    \
    static double name(double x, __attribute__((unused)) const double *param) { return formula; }

FUNCTION(root, sqrt(x))
FUNCTION(root_slope, 0.5 / sqrt(x))
FUNCTION(logarithm, x < 0.0 ? (double)NAN : log(x))
FUNCTION(logarithm_slope, x < 0.0 ? (double)NAN : 1.0 / x)
FUNCTION(square, x *x)
FUNCTION(square_slope, 2.0 * x)
FUNCTION(exponential, exp(x))
FUNCTION(wave, x *sin(x))
FUNCTION(wave_slope, sin(x) + x * cos(x))
FUNCTION(nothing, (double)NAN + x)
FUNCTION(constant, x != x ? x : 2.0)
FUNCTION(zero, x != x ? x : 0.0)
FUNCTION(cubed_end, x > 1.0 ? pow(x - 1.0, 3) : 0.0 * x)
FUNCTION(cubed_end_slope, x > 1.0 ? 3.0 * (x - 1.0) * (x - 1.0) : 0.0 * x)
FUNCTION(fourth_end, x > 1.0 ? pow(x - 1.0, 4) : 0.0 * x)
FUNCTION(fourth_end_slope, x > 1.0 ? 4.0 * pow(x - 1.0, 3) : 0.0 * x)

static void test_undefined(void) {
    ag_traits t = traits_with(root, root_slope, NULL, 0);
    CHECK(t.undefined.n == 1 && t.undefined.at[0].from == -FLT_MAX &&
              ag_float_after(t.undefined.at[0].to) == 0,
          "sqrt: %d, to %g", t.undefined.n, (double)t.undefined.at[0].to);
    CHECK(t.low.value == 0 && t.low.taken && isinf(t.high.value), "sqrt: %g, %g", t.low.value,
          t.high.value);
    CHECK(t.monotone == AG_MONOTONE_INCREASING && isnan(t.mean), "sqrt: %d", t.monotone);
    t = traits_with(logarithm, logarithm_slope, NULL, 0);
    CHECK(t.undefined.n == 1 && t.low.value == -HUGE_VAL && t.high.value == HUGE_VAL, "log");
    CHECK(t.overflows.n == 1 && t.overflows.at[0].from == 0, "log is -infinity at 0");
    t = traits_with(nothing, nothing, NULL, 0);
    CHECK(t.undefined.n == 1 && isnan(t.low.value) && t.undefined.at[0].to == FLT_MAX, "NaN");
}

static void test_large(void) {
    ag_traits t = traits_with(exponential, exponential, NULL, 0);
    CHECK(t.low.value == 0 && !t.low.taken && t.high.value == HUGE_VAL, "exp: %g", t.low.value);
    CHECK(t.overflows.n == 1 && close_to((double)t.overflows.at[0].from, 88.722839, 1e-6, 0),
          "exp: %d, %.9g", t.overflows.n, (double)t.overflows.at[0].from);
    t = traits_with(square, square_slope, NULL, 0);
    CHECK(t.low.value == 0 && t.low.taken && t.even && t.n_turns == 1, "square");
    CHECK(t.overflows.n == 2 && close_to((double)t.overflows.at[1].from, 1.8446743e19, 1e-6, 0),
          "square: %g", (double)t.overflows.at[1].from);
    t = traits_with(wave, wave_slope, NULL, 0);
    CHECK(t.low.value == -HUGE_VAL && t.high.value == HUGE_VAL, "x sin x: %g, %g", t.low.value,
          t.high.value);
    CHECK(isnan(t.after) && t.monotone == AG_MONOTONE_NOT && t.n_turns > AG_TURNS_MAX, "x sin x");
    t = traits_with(constant, zero, NULL, 0);
    CHECK(t.monotone == AG_MONOTONE_CONSTANT && t.low.value == 2 && t.low.taken && t.high.taken,
          "constant");
}

static void test_jumps(void) {
    static const double at_one[] = {1.0};
    ag_traits t = traits_with(cubed_end, cubed_end_slope, at_one, 1);
    CHECK(t.smooth == 2 && close_to(t.jump[0].by, 6, 1e-4, 0), "%d, by %g", t.smooth, t.jump[0].by);
    t = traits_with(fourth_end, fourth_end_slope, at_one, 1);
    CHECK(t.smooth == 3 && close_to(t.jump[0].by, 24, 1e-3, 0), "%d, by %g", t.smooth,
          t.jump[0].by);
    t = traits_with(square, square_slope, at_one, 1); /* a seam where nothing jumps */
    CHECK(t.smooth >= AG_ORDER_MAX && t.smooth != INT_MAX, "%d", t.smooth);
    t = traits_with(wave, wave_slope, at_one, 1);
    CHECK(t.smooth >= AG_ORDER_MAX, "%d, by %g", t.smooth, t.jump[0].by);
}

static void test_ulps(void) {
    CHECK(ag_ulps(1.0F, 1.0) == 0 && ag_ulps((float)NAN, (double)NAN) == 0, "none");
    CHECK(close_to(ag_ulps(1.0F + FLT_EPSILON, 1.0), 1, 1e-12, 0), "one");
    CHECK(isinf(ag_ulps(1.0F, (double)NAN)) && isinf(ag_ulps((float)NAN, 1.0)), "NaN");
    CHECK(isinf(ag_ulps(HUGE_VALF, 1.0)) && ag_ulps(HUGE_VALF, 1e39) == 0, "infinity");
}

/* A float path that is wrong at one sign is seen, and a right one is not. */
static void wrong(size_t n, const float *z, float *y, float *dydz, const double *param) {
    (void)param;
    for (size_t i = 0; i < n; i++) {
        const float x = z[i];
        y[i] = x * x;
        dydz[i] = x < 0.0F ? x : 2.0F * x;
    }
}

static void test_float_error(void) {
    const ag_activation act = {
        .about = {.name = "made"}, .value = square, .derivative = square_slope, .evaluate = wrong};
    const ag_choice choice = {.element = &act.about}, gelu = standard("gelu");
    ag_float_error e;
    CHECK(ag_float_error_of(&choice, &arena, &e), "memory");
    CHECK(e.ulp <= 0.5 && e.slope_ulp > 1e6 && e.slope_at < 0, "%g %g", e.ulp, e.slope_ulp);
    CHECK(ag_float_error_of(&gelu, &arena, &e), "memory");
    CHECK(e.ulp > 0.4 && e.ulp <= AG_FLOAT_ULP && e.slope_ulp <= AG_FLOAT_ULP, "%g %g", e.ulp,
          e.slope_ulp);
    CHECK(e.slope_near_zero > 0 && e.slope_near_zero <= AG_FLOAT_NEAR_ZERO, "%g",
          e.slope_near_zero);
}

/* --- checks that must fail ------------------------------------------------------------ */

static ag_activation_check checked(const ag_activation *act) {
    const ag_choice choice = {.element = &act->about};
    ag_activation_check check;
    CHECK(ag_activation_checked(&choice, &arena, &check), "memory");
    return check;
}

FUNCTION(almost, 1.0 / (1.0 + exp(-x)))
FUNCTION(almost_slope, 1.000001 / (2.0 + exp(-x) + exp(x)))
FUNCTION(forgets_nan, x > 0.0 ? x : 0.0)
FUNCTION(forgets_nan_slope, x > 0.0 ? 1.0 : 0.0)
FUNCTION(kink, x > 1.0 ? 2.0 * x - 1.0 : x)
FUNCTION(kink_slope, x > 1.0 ? 2.0 : x != x ? x : 1.0)
FUNCTION(kink_between, x > 1.0 ? 2.0 : x == 1.0 ? 1.5 : x != x ? x : 1.0)
FUNCTION(kink_beside, x > 1.0 ? 2.0 : x == 1.0 ? 2.5 : x != x ? x : 1.0)

static void test_checks(void) {
    static const double at_one[] = {1.0};
    ag_activation act = {.about = {.name = "made"}, .value = square, .derivative = square_slope};
    ag_activation_check c = checked(&act);
    CHECK(c.good && c.slopes.n == AG_SLOPES_POINTS && c.slopes.off < 1e-9, "square: %s", c.fault);
    act.evaluate = wrong;
    c = checked(&act);
    CHECK(!c.good && c.slopes.off < 1e-9, "square in float");
    act = (ag_activation){.about = {.name = "made"}, .value = almost, .derivative = almost_slope};
    c = checked(&act);
    CHECK(!c.good && c.slopes.off > 1e-7, "sigmoid whose slope is 1e-6 off: %g", c.slopes.off);
    act = (ag_activation){
        .about = {.name = "made"}, .value = forgets_nan, .derivative = forgets_nan_slope};
    c = checked(&act);
    CHECK(!c.good && !c.nan_stays, "NaN: %s", c.fault);
    act = (ag_activation){.about = {.name = "made"}, .value = kink, .derivative = kink_slope};
    CHECK(!checked(&act).good, "a seam that is not declared");
    act.seams = at_one;
    act.n_seams = 1;
    c = checked(&act);
    CHECK(c.good, "a seam: %s", c.fault);
    act.derivative = kink_between;
    CHECK(checked(&act).good, "at the seam, a slope between both");
    act.derivative = kink_beside;
    CHECK(!checked(&act).good, "at the seam, a slope that is neither side's");
}

static void test_alike(void) {
    ag_alike found[4];
    ag_choice swish = standard("swish");
    swish.number[0] = 1.702;
    ag_activation act = {.about = {.name = "made"}, .value = almost, .derivative = almost};
    const ag_choice choice = {.element = &act.about};
    CHECK(ag_alike_find(&choice, 4, found) >= 1 && strcmp(found[0].element->name, "sigmoid") == 0 &&
              found[0].param == -1,
          "sigmoid");
    CHECK(ag_alike_find(&swish, 4, found) >= 1 &&
              strcmp(found[0].element->name, "gelu_sigmoid") == 0,
          "swish");
    const ag_choice gelu = standard("gelu");
    CHECK(ag_alike_find(&gelu, 4, found) == 0, "gelu is %s", found[0].element->name);
    act.value = nothing;
    CHECK(ag_alike_find(&choice, 4, found) == 0, "nothing is like what is undefined");
}

static void test_pace(void) {
    const ag_choice gelu = standard("gelu");
    ag_pace_bench *bench = ag_pace_open(AG_PACE_L1, &arena);
    const ag_pace p = ag_pace_of(bench, &gelu, 3, 1e-4);
    CHECK(p.forward.least > 0 && p.forward.least <= p.forward.median &&
              p.forward.median <= p.forward.most,
          "%g %g %g", p.forward.least, p.forward.median, p.forward.most);
    CHECK(p.forward.median > p.identity.median && p.backward.median > 0, "%g %g %g",
          p.forward.median, p.identity.median, p.backward.median);
}

int main(void) {
    arena = AG_ARENA_EMPTY;
    test_known();
    test_all();
    test_undefined();
    test_large();
    test_jumps();
    test_ulps();
    test_float_error();
    test_checks();
    test_alike();
    test_pace();
    ag_arena_close(&arena);
    return check_report();
}
