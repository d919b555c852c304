#include "harness/analysis/check.h"

#include "activations/activation.h"
#include "harness/analysis/unit_check.h"
#include "harness/num/vector.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* Keeps the first. */
__attribute__((format(printf, 2, 3))) static void fault(ag_activation_check *check,
                                                        const char *format, ...) {
    if (check->fault[0]) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(check->fault, sizeof check->fault, format, arguments);
    va_end(arguments);
}

/* --- NaN, infinities, the ends of the floats ------------------------------------------ */

/* Of different payloads and signs. */
static bool nan_stays(const ag_choice *choice) {
    enum { N = 4 };
    static const uint32_t kinds[N] = {0x7fc00000u, 0xffc00000u, 0x7fc00001u, 0x7fffffffu};
    float x[N], y[N], d[N];
    for (int i = 0; i < N; i++)
        x[i] = ag_bits_to_float(kinds[i]);
    ag_act_evaluate(choice, N, x, y, d);
    bool stays =
        isnan(ag_act_value(choice, (double)NAN)) && isnan(ag_act_derivative(choice, (double)NAN));
    for (int i = 0; i < N; i++)
        stays = stays && isnan(y[i]) && isnan(d[i]);
    return stays;
}

static bool near(float got, double want, bool typed) {
    return ag_ulps(got, want) <= AG_FLOAT_ULP ||
           (typed && fabs((double)got - want) <= AG_FLOAT_TYPED * (1.0 + fabs(want)));
}

static void check_ends(const ag_choice *choice, ag_activation_check *check) {
    static const float ends[] = {-HUGE_VALF, -FLT_MAX, -1e4F, -FLT_MIN, -0.0F,
                                 0.0F,       FLT_MIN,  1e4F,  FLT_MAX,  HUGE_VALF};
    check->limits_agree = true;
    for (int i = 0; i < AG_COUNT(ends); i++) {
        const double x = (double)ends[i], f = ag_act_value(choice, x),
                     df = ag_act_derivative(choice, x);
        float y, d;
        ag_act_evaluate(choice, 1, &ends[i], &y, &d);
        const bool typed = ag_activation_of(choice)->typed != NULL;
        const bool agrees = near(y, f, typed) && near(d, df, typed);
        if (!agrees)
            fault(check, "at %g the float path says %g and %g, the definition %g and %g", x,
                  (double)y, (double)d, f, df);
        check->limits_agree &= agrees;
    }
}

/* --- a parameter for each element -------------------------------------------------------- */

static void check_learned(const ag_choice *choice, ag_activation_check *check) {
    enum { N = 512 };
    static const float spread = 0.03125F; /* of x; exact */
    const int n_learned = ag_activation_of(choice)->n_learned;
    float x[N], y[N], d[N], p[AG_PARAMS_MAX][N], dydp[AG_PARAMS_MAX][N];
    const float *p_at[AG_PARAMS_MAX];
    float *dydp_at[AG_PARAMS_MAX];
    ag_choice own = *choice;
    for (int k = 0; k < n_learned; k++) {
        p_at[k] = p[k];
        dydp_at[k] = dydp[k];
        own.number[k] = (double)(float)choice->number[k];
    }
    for (int i = 0; i < N; i++) {
        x[i] = spread * ((float)(i - N / 2) + 0.37F);
        for (int k = 0; k < n_learned; k++)
            p[k][i] = (float)choice->number[k];
    }
    ag_act_evaluate_learned(choice, N, x, p_at, y, d, dydp_at);
    for (int i = 0; i < N; i++) {
        double dp[AG_PARAMS_MAX];
        ag_act_param_derivatives(&own, (double)x[i], dp);
        for (int k = 0; k < n_learned; k++) {
            const double ulp = ag_ulps(dydp[k][i], dp[k]);
            if (fabs((double)dydp[k][i] - dp[k]) <= AG_FLOAT_NEAR_ZERO) continue;
            check->params_ulp = fmax(check->params_ulp, ulp);
            if (ulp > AG_CHECK_PARAMS_ULP)
                fault(check, "df/d%s at %g: the float path says %.9g, the definition %.9g",
                      choice->element->params[k].name, (double)x[i], (double)dydp[k][i], dp[k]);
        }
    }
}

/* --- the verdict -------------------------------------------------------------------------- */

static void judge_slopes(ag_activation_check *check, const char *what, const ag_slopes *s) {
    if (!(s->off <= AG_SLOPES_OFF))
        fault(check, "%s at %.9g is %.9g, differences say %.9g", what, s->at, s->slope,
              s->difference);
}

static void judge_errors(ag_activation_check *check, bool typed) {
    const ag_float_error *e = &check->error;
    if (typed) {
        if (!(e->typed <= AG_FLOAT_TYPED)) fault(check, "the float path is %.2g off", e->typed);
        return;
    }
    if (!(e->ulp <= AG_FLOAT_ULP))
        fault(check, "f at %.9g is %.3g ULP off in float", e->at, e->ulp);
    if (!(e->slope_ulp <= AG_FLOAT_ULP))
        fault(check, "f' at %.9g is %.3g ULP off in float", e->slope_at, e->slope_ulp);
    const double near_zero = fmax(e->near_zero, e->slope_near_zero);
    if (!(near_zero <= AG_FLOAT_NEAR_ZERO))
        fault(check, "%s is %.2g off in float where it crosses zero",
              e->near_zero > AG_FLOAT_NEAR_ZERO ? "f" : "f'", near_zero);
}

/* Judged as a function of its inputs: it has no other parameters that are learned, and seams are
 * no places on a line. */
static void check_unit(const ag_choice *choice, ag_activation_check *check) {
    int input = 0;
    *check = (ag_activation_check){.slopes = ag_unit_slopes(choice, &input),
                                   .undeclared = (double)NAN,
                                   .nan_stays = ag_unit_nan_stays(choice)};
    char what[32];
    snprintf(what, sizeof what, "dy/dz_%d", input + 1);
    judge_slopes(check, what, &check->slopes);
    ag_unit_float_error(choice, &check->error);
    const ag_float_error *e = &check->error;
    if (!(e->ulp <= AG_UNIT_ULP && e->slope_ulp <= AG_UNIT_ULP))
        fault(check, "y is %.3g, a derivative %.3g ULP off in float", e->ulp, e->slope_ulp);
    if (!(fmax(e->near_zero, e->slope_near_zero) <= AG_FLOAT_NEAR_ZERO))
        fault(check, "y or a derivative is %.2g off in float",
              fmax(e->near_zero, e->slope_near_zero));
    if (!check->nan_stays) fault(check, "a NaN becomes a number");
    check->limits_agree = ag_unit_limits_agree(choice);
    if (!check->limits_agree)
        fault(check, "at infinities or the ends of the floats, the float path is another function");
    check->good = !check->fault[0];
}

bool ag_activation_checked(const ag_choice *choice, ag_arena *scratch, ag_activation_check *check) {
    if (ag_act_inputs(choice) > 1) {
        check_unit(choice, check);
        return true;
    }
    *check = (ag_activation_check){.slopes = ag_slopes_of(choice),
                                   .params = ag_slopes_of_params(choice),
                                   .undeclared = ag_undeclared_seam(choice),
                                   .nan_stays = nan_stays(choice)};
    if (!ag_float_error_of(choice, scratch, &check->error)) return false;
    judge_slopes(check, "f'", &check->slopes);
    judge_slopes(check, "the derivative by a parameter", &check->params);
    judge_errors(check, ag_activation_of(choice)->typed != NULL);
    if (!isnan(check->undeclared) && !ag_activation_of(choice)->typed)
        fault(check, "f or f' jumps at %.9g, which is none of its seams", check->undeclared);
    if (!check->nan_stays) fault(check, "a NaN becomes a number");
    check_ends(choice, check);
    if (ag_activation_of(choice)->n_learned) check_learned(choice, check);
    check->n_alike = ag_alike_find(choice, AG_CHECK_ALIKE, check->alike);
    check->good = !check->fault[0];
    return true;
}
