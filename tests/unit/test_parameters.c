/* Known points for parameters that are not the standard ones, where f is another function for
 * them. Digits from mpmath at 50 digits. */
#include "activations/activation.h"

#include "check.h"

#include <string.h>

typedef struct point {
    double x, value, derivative, by_parameter; /* NAN: not asked */
} point;

static ag_choice choice_of(const char *name, const char *parameter, double number) {
    const ag_element *e = ag_catalogue_find(&ag_activations, name);
    ag_choice choice = ag_choice_standard(e);
    choice.number[ag_element_param(e, parameter)] = number;
    return choice;
}

static bool alike(double got, double want) {
    return isnan(want) ? isnan(got) : close_to(got, want, 1e-13, 1e-300);
}

static void check_points(const ag_choice *choice, int n, const point *points) {
    for (int i = 0; i < n; i++) {
        const point p = points[i];
        const double y = ag_act_value(choice, p.x), d = ag_act_derivative(choice, p.x);
        CHECK(alike(y, p.value), "%s(%g) = %.17g, not %.17g", choice->element->name, p.x, y,
              p.value);
        CHECK(alike(d, p.derivative), "%s'(%g) = %.17g, not %.17g", choice->element->name, p.x, d,
              p.derivative);
        if (!ag_activation_of(choice)->n_learned) continue;
        double dp;
        ag_act_param_derivatives(choice, p.x, &dp);
        CHECK(alike(dp, p.by_parameter), "d %s(%g) = %.17g, not %.17g", choice->element->name, p.x,
              dp, p.by_parameter);
    }
}

static void test_soft_exponential(void) {
    static const point eighth[] = {
        {-7.0, -17.7037834744348684, 9.14285714285714286, 388.655446490235338},
        {-0.25, -0.384073753490884862, 1.04918032786885246, 1.12413128354833094},
        {0.001, -0.12497104722365457, 1.01574403250380904, 1.02359373495835105},
        {40.0, 14.3132152465677931, 0.167101827676240209, 61.3673407714979581},
    };
    static const point half[] = {
        {-1.0, -2.77258872223978124, 4.0, 10.4548225555204375},
        {0.5, 0.0, 1.0, 1.0},
        {3.0, 1.62186043243265753, 0.444444444444444444, 1.46594308708753728},
    };
    static const point steep[] = {
        {-7.0, 0.833351690966233165, 0.0000275364493497471579, 1.4443037025922124},
        {-0.25, 1.29152618586064813, 0.687289278790972199, 1.02443432962773921},
        {0.001, 1.50100075037514067, 1.001501125562711, 1.00000050050028136},
        {40.0, 7.61338259877122856e+25, 1.14200738981568428e+26, 2.99459715551668323e+27},
    };
    static const point none[] = {{-3.0, -3.0, 1.0, 5.5}, {0.0, 0.0, 1.0, 1.0}};
    ag_choice choice = choice_of("soft_exponential", "alpha", -0.125);
    check_points(&choice, AG_COUNT(eighth), eighth);
    choice.number[0] = -0.5;
    check_points(&choice, AG_COUNT(half), half);
    choice.number[0] = 1.5;
    check_points(&choice, AG_COUNT(steep), steep);
    choice.number[0] = 0.0;
    check_points(&choice, AG_COUNT(none), none);

    /* alpha -0.5 ends at -1.5; what lies beyond is no number, in training neither */
    const double nan = (double)NAN;
    const point beyond[] = {{-1.5, -HUGE_VAL, HUGE_VAL, HUGE_VAL}, {-1.75, nan, nan, nan}};
    choice.number[0] = -0.5;
    check_points(&choice, AG_COUNT(beyond), beyond);
    const ag_real z[] = {(ag_real)-1.5, (ag_real)-1.75};
    ag_real y[2], d[2];
    ag_act_evaluate(&choice, 2, z, y, d);
    CHECK(y[0] == -HUGE_VALF && d[0] == HUGE_VALF && isnan(y[1]) && isnan(d[1]), "%g %g %g %g",
          (double)y[0], (double)d[0], (double)y[1], (double)d[1]);
}

static void test_soft_exponential_learns_through_zero(void) {
    enum { N = 3 };
    static const float alpha[N] = {-1e-6F, 0.0F, 1e-6F}, z[N] = {2.0F, 2.0F, 2.0F};
    float y[N], d[N], dalpha[N];
    const ag_choice choice = choice_of("soft_exponential", "alpha", 0.25);
    const float *const p[] = {alpha};
    float *const dydp[] = {dalpha};
    ag_act_evaluate_learned(&choice, N, z, p, y, d, dydp);
    for (int i = 0; i < N; i++)
        CHECK(fabsf(y[i] - 2.0F) < 1e-5F && fabsf(d[i] - 1.0F) < 1e-5F &&
                  fabsf(dalpha[i] - 3.0F) < 2e-5F,
              "%d: %g %g %g", i, (double)y[i], (double)d[i], (double)dalpha[i]);
}

static void test_softplus(void) {
    static const point sharp[] = {
        {-60.0, 3.83382403686099982e-53, 7.66764807372199963e-53, 0},
        {-1.0, 0.0634640055214862482, 0.119202922022117556, 0},
        {0.0, 0.346573590279972655, 0.5, 0},
        {3.0, 3.00123784256886522, 0.997527376843365226, 0},
    };
    static const point cut[] = {
        {2.99, 2.99126281709570074, 0.997477552539230428, 0}, /* 2 x is 5.98 */
        {3.0, 3.00123784256886522, 0.997527376843365226, 0},  /* 6: not above the threshold */
        {3.01, 3.01, 1.0, 0},
    };
    ag_choice choice = choice_of("softplus", "beta", 2.0);
    check_points(&choice, AG_COUNT(sharp), sharp);
    choice.number[1] = 6.0;
    check_points(&choice, AG_COUNT(cut), cut);
}

int main(void) {
    test_soft_exponential();
    test_soft_exponential_learns_through_zero();
    test_softplus();
    return check_report();
}
