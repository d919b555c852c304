#include "harness/analysis/traits.h"

#include "activations/expectation.h"
#include "harness/analysis/jumps.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

static const double NEAR = 20.0;

/* --- range -------------------------------------------------------------------- */

/* f, turned over for the supremum: its least value is looked for. */
static double turned(const ag_choice *choice, double x, double sign) {
    return sign * ag_act_value(choice, x);
}

/* Least value between a and b, by golden sections; the place where it is. */
static double least_between(const ag_choice *choice, double a, double b, double sign) {
    const double ratio = 0.61803398874989484820;
    double c = b - ratio * (b - a), d = a + ratio * (b - a);
    double fc = turned(choice, c, sign), fd = turned(choice, d, sign);
    for (int i = 0; i < 80 && c < d; i++) {
        if (fc <= fd) {
            b = d;
            d = c;
            fd = fc;
            c = b - ratio * (b - a);
            fc = turned(choice, c, sign);
        } else {
            a = c;
            c = d;
            fc = fd;
            d = a + ratio * (b - a);
            fd = turned(choice, d, sign);
        }
    }
    return fc <= fd ? c : d;
}

/* The sample with the least sign f; the one nearest to 0 of several. -1: there is none. */
static int least_sample(const ag_line *line, double sign, double within) {
    int best = -1;
    for (int i = 0; i < line->n; i++) {
        if (isnan(line->f[i]) || fabs((double)line->x[i]) > within) continue;
        const double gain = best < 0 ? -1.0 : sign * (line->f[i] - line->f[best]);
        if (gain < 0.0 || (gain == 0.0 && fabsf(line->x[i]) < fabsf(line->x[best]))) best = i;
    }
    return best;
}

/* Whether f stays at its least value, or has it at x only: not so where it creeps up to a
 * limit that rounding reaches first. */
static bool really_there(const ag_choice *choice, double x, double sign) {
    if (fabs(x) > NEAR) return false;
    if (ag_act_derivative(choice, x) == 0.0) return true;
    const double f = turned(choice, x, sign), gap = 1e-3;
    const double left = turned(choice, x - gap, sign), right = turned(choice, x + gap, sign);
    return !(left <= f) && !(right <= f);
}

/* Infimum of sign f. A function without limit that grows beyond all that it was up to
 * FAR has no bound. */
static ag_extreme infimum(const ag_choice *choice, const ag_line *line, const ag_traits *traits,
                          double sign) {
    const double FAR = 1e4;
    const int best = least_sample(line, sign, (double)FLT_MAX),
              within = least_sample(line, sign, FAR);
    if (best < 0) return (ag_extreme){(double)NAN, false, 0.0};
    ag_extreme e = {.value = sign * line->f[best], .at = (double)line->x[best]};
    if (fabs(e.at) <= FAR) {
        const double a = best ? (double)line->x[best - 1] : e.at,
                     b = best + 1 < line->n ? (double)line->x[best + 1] : e.at;
        const double x = least_between(choice, a, b, sign), f = turned(choice, x, sign);
        if (f < e.value) e = (ag_extreme){.value = f, .at = x};
    }
    e.taken = isfinite(e.value) && really_there(choice, e.at, sign);
    const double limit = fmin(sign * traits->before, sign * traits->after); /* of the numbers */
    const bool grows =
        (e.at < -FAR && isnan(traits->before)) || (e.at > FAR && isnan(traits->after));
    if (limit <= e.value && !e.taken) e.value = limit;
    if (e.value < -1e30 || (grows && e.value < 2.0 * fmin(sign * line->f[within], -1e-3)))
        e = (ag_extreme){-HUGE_VAL, false, 0.0};
    e.value *= sign;
    return e;
}

/* --- up and down --------------------------------------------------------------- */

static ag_monotone monotone_of(const ag_line *line) {
    bool up = false, down = false, flat = false;
    double steepest = 0.0;
    int before = -1;
    for (int i = 0; i < line->n; i++)
        if (fabs((double)line->x[i]) <= NEAR && isfinite(line->df[i]))
            steepest = fmax(steepest, fabs(line->df[i]));
    for (int i = 0; i < line->n; i++) {
        const bool near = fabs((double)line->x[i]) <= NEAR;
        if (!isfinite(line->f[i])) continue;
        flat |= near && line->df[i] == 0.0 && before >= 0 && line->f[before] == line->f[i];
        up |= line->df[i] > 1e-12 * steepest;
        down |= line->df[i] < -1e-12 * steepest;
        if (before >= 0) {
            const double rounding = 1e-13 * fmax(fabs(line->f[i]), fabs(line->f[before]));
            up |= line->f[i] - line->f[before] > rounding;
            down |= line->f[before] - line->f[i] > rounding;
        }
        before = i;
    }
    if (up && down) return AG_MONOTONE_NOT;
    if (up) return flat ? AG_MONOTONE_NOT_DECREASING : AG_MONOTONE_INCREASING;
    if (down) return flat ? AG_MONOTONE_NOT_INCREASING : AG_MONOTONE_DECREASING;
    return AG_MONOTONE_CONSTANT;
}

/* Between a and b, where f' has different signs. */
static double sign_change(const ag_choice *choice, double a, double b) {
    const bool negative = ag_act_derivative(choice, a) < 0.0;
    for (int i = 0; i < 100; i++) {
        const double middle = 0.5 * (a + b);
        if (middle == a || middle == b) break;
        if ((ag_act_derivative(choice, middle) < 0.0) == negative)
            a = middle;
        else
            b = middle;
    }
    return fabs(a) < fabs(b) ? a : b;
}

static void find_turns(const ag_choice *choice, const ag_line *line, ag_traits *traits) {
    double steepest = 0.0;
    int before = -1;
    for (int i = 0; i < line->n; i++) {
        if (fabs((double)line->x[i]) > NEAR) continue;
        if (isnan(line->df[i])) before = -1;
        if (isfinite(line->df[i])) steepest = fmax(steepest, fabs(line->df[i]));
    }
    for (int i = 0; i < line->n; i++) {
        if (fabs((double)line->x[i]) > NEAR || !(fabs(line->df[i]) > 1e-13 * steepest)) continue;
        if (before >= 0 && (line->df[i] < 0.0) != (line->df[before] < 0.0)) {
            if (traits->n_turns < AG_TURNS_MAX)
                traits->turn[traits->n_turns] =
                    sign_change(choice, (double)line->x[before], (double)line->x[i]);
            traits->n_turns++;
        }
        before = i;
    }
}

/* --- symmetry, smoothness ------------------------------------------------------- */

static void find_symmetry(const ag_choice *choice, ag_traits *traits) {
    traits->odd = traits->even = true;
    for (int i = 1; i <= 200; i++) {
        const double x = 0.0437 * i, right = ag_act_value(choice, x),
                     left = ag_act_value(choice, -x);
        const double rounding = 1e-12 * (fabs(left) + fabs(right));
        const bool numbers = isfinite(rounding); /* NaN: neither odd nor even */
        traits->odd &= numbers ? fabs(left + right) <= rounding : left == -right;
        traits->even &= numbers ? fabs(left - right) <= rounding : left == right;
    }
    if (traits->even && ag_act_value(choice, 0.0) != 0.0) traits->odd = false;
}

static int by_place(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void find_jumps(const ag_choice *choice, ag_traits *traits) {
    double seam[AG_ACT_SEAMS_MAX];
    const int n = ag_act_seams(choice, seam);
    qsort(seam, (size_t)n, sizeof *seam, by_place);
    traits->smooth = INT_MAX;
    for (int i = 0; i < n; i++) {
        if (i && seam[i] == seam[i - 1]) continue; /* of two terms that bend at one place */
        const ag_jump jump = ag_jump_at(choice, seam[i]);
        traits->jump[traits->n_jumps++] = jump;
        if (jump.order - 1 < traits->smooth) traits->smooth = jump.order - 1;
    }
}

double ag_expected(const ag_choice *choice, ag_expectation what, double *off) {
    double own;
    const double e = ag_act_expectation_off(choice, what, 1.0, &own);
    if (!isfinite(e) || own > 0.1 * (1.0 + fabs(e))) return (double)NAN;
    *off = fmax(*off, own);
    return e;
}

ag_traits ag_traits_of(const ag_choice *choice, const ag_line *line) {
    double off = 0.0;
    ag_traits traits = {.before = ag_act_value(choice, -HUGE_VAL),
                        .after = ag_act_value(choice, HUGE_VAL),
                        .monotone = monotone_of(line),
                        .mean = ag_expected(choice, AG_EXPECT_VALUE, &off)};
    traits.low = infimum(choice, line, &traits, 1.0);
    traits.high = infimum(choice, line, &traits, -1.0);
    const double square = ag_expected(choice, AG_EXPECT_VALUE_SQUARED, &off);
    traits.centred = fabs(traits.mean) <= 1e-9 * sqrt(square) + off;
    find_turns(choice, line, &traits);
    find_symmetry(choice, &traits);
    find_jumps(choice, &traits);
    traits.undefined = ag_line_where(choice, line, AG_LINE_UNDEFINED);
    traits.overflows = ag_line_where(choice, line, AG_LINE_OVERFLOWS);
    traits.slope_overflows = ag_line_where(choice, line, AG_LINE_SLOPE_OVERFLOWS);
    return traits;
}
