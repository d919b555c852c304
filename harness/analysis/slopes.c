#include "harness/analysis/slopes.h"

#include "activations/activation.h"
#include "harness/analysis/jumps.h"

#include <math.h>

/* --- difference quotients ---------------------------------------------------------- */

/* Steps of central differences: a wide one rounds less, a narrow one bends less. */
static const double step[] = {1e-3, 1e-4, 2e-5, 2e-6};

static double central(const ag_choice *c, double x, double h) {
    const double near = ag_act_value(c, x + h) - ag_act_value(c, x - h);
    const double far = ag_act_value(c, x + 2 * h) - ag_act_value(c, x - 2 * h);
    return (8.0 * near - far) / (12.0 * h);
}

/* h below 0: from the left. */
static double one_sided(const ag_choice *c, double x, double h) {
    return ag_one_sided(ag_act_value, c, x, 1, h, 0.0);
}

/* Whether f is not defined at x, or ceases to be close to it: there it may be as steep as it likes,
 * and no difference follows. */
static bool at_an_end(const ag_choice *c, double x) {
    const double close = 0.02;
    return isnan(ag_act_value(c, x)) || isnan(ag_act_value(c, x - close)) ||
           isnan(ag_act_value(c, x + close));
}

static void keep_best(double difference, double slope, double *best) {
    if (!isfinite(difference)) return;
    if (isnan(*best) || fabs(difference - slope) < fabs(*best - slope)) *best = difference;
}

/* The largest error so far, and the place. A slope that is NaN where f is a number is wrong. */
static void note(ag_slopes *s, double x, double slope, double difference) {
    s->n++;
    if (isnan(difference)) {
        s->skipped++;
        return;
    }
    const double off = isnan(slope)   ? HUGE_VAL
                       : isinf(slope) ? 0.0 /* f has a vertical tangent: no difference says so */
                                      : fabs(slope - difference) / (1.0 + fabs(slope));
    if (off > s->off || s->n == s->skipped + 1)
        *s = (ag_slopes){off, x, slope, difference, s->n, s->skipped};
}

/* --- f' ------------------------------------------------------------------------------ */

typedef struct seams {
    int n;
    double at[AG_ACT_SEAMS_MAX];
} seams;

/* Room from x to the next seam on one side (side 1 or -1), that at x itself apart. */
static double room(const seams *s, double x, double side) {
    double least = HUGE_VAL;
    for (int i = 0; i < s->n; i++)
        if (side * (s->at[i] - x) > 0.0) least = fmin(least, side * (s->at[i] - x));
    return least;
}

static double best_difference(const ag_choice *c, const seams *s, double x, double slope) {
    const double left = room(s, x, -1.0), right = room(s, x, 1.0), wide = fmax(1.0, fabs(x));
    bool at_seam = false;
    for (int i = 0; i < s->n; i++)
        at_seam |= s->at[i] == x;
    double best = (double)NAN, side[2] = {(double)NAN, (double)NAN};
    const double good = 0.01 * AG_SLOPES_OFF * (1.0 + fabs(slope));
    /* beside a seam where f is as steep as a root */
    const double close = fmin(left, right) / 256.0;
    if (!at_seam && close < step[3] && close > 1e-9) keep_best(central(c, x, close), slope, &best);
    for (int i = 0; i < AG_COUNT(step); i++) {
        const double h = step[i];
        if (!at_seam && 2.0 * h < fmin(left, right)) keep_best(central(c, x, h), slope, &best);
        if (!at_seam && wide > 8.0 && 2.0 * h * wide < fmin(left, right))
            keep_best(central(c, x, h * wide), slope, &best);
        if (at_seam || 2.0 * h >= fmin(left, right)) {
            const double least = 1e-7;
            const double to_right = fmin(h, right / 7.0), to_left = fmin(h, left / 7.0);
            if (to_right > least && (at_seam || right >= left))
                keep_best(side[1] = one_sided(c, x, to_right), slope, &best);
            if (to_left > least && (at_seam || left > right))
                keep_best(side[0] = one_sided(c, x, -to_left), slope, &best);
            if (at_seam && (slope - side[0]) * (slope - side[1]) <= 0.0) return slope;
        }
        if (fabs(best - slope) <= good) break;
    }
    return best;
}

static void look_at(const ag_choice *c, const seams *s, double x, ag_slopes *slopes) {
    if (slopes->n >= AG_SLOPES_POINTS || at_an_end(c, x)) return;
    const double slope = ag_act_derivative(c, x);
    note(slopes, x, slope, best_difference(c, s, x, slope));
}

ag_slopes ag_slopes_of(const ag_choice *choice) {
    static const double beside[] = {1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 2e-3, 5e-3, 1e-2};
    enum { FAR = 750 }; /* on each side, from 8 to 10,000 */
    seams s;
    s.n = ag_act_seams(choice, s.at);
    ag_slopes slopes = {0};
    for (int i = 0; i < s.n; i++) {
        look_at(choice, &s, s.at[i], &slopes);
        for (int j = 0; j < AG_COUNT(beside); j++) {
            look_at(choice, &s, s.at[i] - beside[j], &slopes);
            look_at(choice, &s, s.at[i] + beside[j], &slopes);
        }
    }
    for (int i = 0; i < FAR; i++) {
        const double x = 8.0 * pow(1250.0, (i + 0.37) / FAR);
        look_at(choice, &s, x, &slopes);
        look_at(choice, &s, -x, &slopes);
    }
    const int rest = AG_SLOPES_POINTS - slopes.n;
    for (int i = 0; i < rest; i++)
        look_at(choice, &s, -8.0 + 16.0 * (i + 0.37) / rest, &slopes);
    return slopes;
}

/* --- seams that nobody declared ----------------------------------------------------------- */

typedef double function(const ag_choice *choice, double x);

/* Between a and b a function changes by `change`. Halves the interval, keeping the half that
 * changes more: where almost all is left in the end it jumps there. */
static double jump_between(const ag_choice *c, function *of, double a, double b, double change) {
    double fa = of(c, a), fb = of(c, b);
    while (b - a > 1e-9) {
        const double middle = 0.5 * (a + b), f = of(c, middle);
        const bool left = fabs(f - fa) > fabs(fb - f);
        if (left) {
            b = middle;
            fb = f;
        } else {
            a = middle;
            fa = f;
        }
        if (!(fabs(fb - fa) > 0.3 * change)) return (double)NAN;
    }
    return b;
}

static bool near_any(const seams *s, double x) {
    for (int i = 0; i < s->n; i++)
        if (fabs(s->at[i] - x) < 1e-6) return true;
    return false;
}

double ag_undeclared_seam(const ag_choice *choice) {
    enum { N = 4000 };
    static function *const functions[] = {ag_act_value, ag_act_derivative};
    seams s;
    s.n = ag_act_seams(choice, s.at);
    for (int k = 0; k < AG_COUNT(functions); k++) {
        double before = functions[k](choice, -8.0);
        for (int i = 1; i <= N; i++) {
            const double a = -8.0 + 16.0 * (i - 1) / N, b = -8.0 + 16.0 * i / N;
            const double now = functions[k](choice, b), change = fabs(now - before);
            before = now;
            if (!(change > 1e-3 && isfinite(change))) continue; /* what is less is no kink to see */
            const double at = jump_between(choice, functions[k], a, b, change);
            if (!isnan(at) && !near_any(&s, at)) return at;
        }
    }
    return (double)NAN;
}

/* --- parameters ------------------------------------------------------------------------ */

/* The difference of f by parameter k at x; NAN where a seam would pass x on the way. */
static double by_param(const ag_choice *choice, int k, double x, double h) {
    double y[4];
    bool passes = false;
    const double offset[] = {-2.0 * h, -h, h, 2.0 * h};
    seams s, moved;
    s.n = ag_act_seams(choice, s.at);
    for (int i = 0; i < 4; i++) {
        ag_choice other = *choice;
        other.number[k] += offset[i];
        y[i] = ag_act_value(&other, x);
        moved.n = ag_act_seams(&other, moved.at);
        passes |= moved.n != s.n;
        for (int j = 0; j < moved.n && j < s.n; j++)
            passes |= (moved.at[j] < x) != (s.at[j] < x) || fabs(moved.at[j] - x) < 1e-9;
    }
    return passes ? (double)NAN : (8.0 * (y[2] - y[1]) - (y[3] - y[0])) / (12.0 * h);
}

ag_slopes ag_slopes_of_params(const ag_choice *choice) {
    enum { POINTS = 400 };
    const int n = ag_activation_of(choice)->n_learned;
    ag_slopes slopes = {0};
    for (int i = 0; i < POINTS && n > 0; i++) {
        const double x = -8.0 + 16.0 * (i + 0.37) / POINTS;
        double dp[AG_PARAMS_MAX];
        if (at_an_end(choice, x)) continue;
        ag_act_param_derivatives(choice, x, dp);
        for (int k = 0; k < n; k++) {
            double best = (double)NAN;
            for (int j = 0; j < 3; j++)
                keep_best(by_param(choice, k, x, step[j]), dp[k], &best);
            note(&slopes, x, dp[k], best);
        }
    }
    return slopes;
}
