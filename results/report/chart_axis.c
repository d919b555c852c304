#include "results/report/chart_axis.h"

#include <math.h>
#include <stdio.h>

double ag_chart_axis_at(const ag_chart_axis *axis, double value) {
    if (axis->kind == AG_AXIS_LINEAR)
        return axis->from +
               (value - axis->low) / (axis->high - axis->low) * (axis->to - axis->from);
    if (value <= 0) return axis->zero;
    const double low = log10(axis->low);
    return axis->from + (log10(value) - low) / (log10(axis->high) - low) * (axis->to - axis->from);
}

void ag_chart_axis_widen(ag_chart_axis *axis) {
    if (axis->kind == AG_AXIS_LOG) {
        const double decades = log10(axis->high) - log10(axis->low);
        const double margin = pow(10.0, decades > 0 ? fmax(0.04 * decades, 0.01) : 0.5);
        axis->low = fmax(axis->low / margin, 5e-324); /* the smallest there is */
        axis->high = fmin(axis->high * margin, 1e308);
        return;
    }
    const double span = axis->high - axis->low;
    /* Below 1e-9 of the values digits of ticks would all be equal. */
    const double least = 1e-9 * fmax(fabs(axis->low), fabs(axis->high));
    const double margin =
        span > least ? 0.05 * span : fmax(0.1 * fmax(fabs(axis->low), fabs(axis->high)), 1e-3);
    axis->low -= margin;
    axis->high += margin;
}

/* 1, 2 or 5 times a power of ten, the smallest that needs no more than `most` ticks. */
static double step_of(double range, int most) {
    const double rough = range / fmax(most - 1, 1), power = pow(10.0, floor(log10(rough)));
    const double times = rough / power;
    return power * (times <= 1.0 ? 1.0 : times <= 2.0 ? 2.0 : times <= 5.0 ? 5.0 : 10.0);
}

static int ticks_at(const ag_chart_axis *axis, double step, ag_tick *ticks) {
    const double largest = fmax(fabs(axis->low), fabs(axis->high));
    const int digits = step < 1.0 ? (int)fmin(ceil(-log10(step) - 1e-9), 15.0) : 0;
    int n = 0;
    for (double i = ceil(axis->low / step - 1e-9); i * step <= axis->high + 1e-9 * step; i++) {
        if (n == AG_TICKS_MAX) break;
        ticks[n].value = i * step + 0.0; /* no -0 */
        if (largest >= 1e6 || largest < 1e-4)
            snprintf(ticks[n].label, AG_TICK_LABEL, "%.6g", ticks[n].value);
        else
            snprintf(ticks[n].label, AG_TICK_LABEL, "%.*f", digits, ticks[n].value);
        n++;
    }
    return n;
}

/* One more than `most`, if it would be a single one otherwise. */
static int linear_ticks(const ag_chart_axis *axis, int most, ag_tick *ticks) {
    int n = 0;
    for (int finer = most; finer <= 2 * most + 2 && n < 2; finer++) {
        const double step = step_of(axis->high - axis->low, finer);
        n = ticks_at(axis, axis->whole ? fmax(step, 1.0) : step, ticks);
    }
    return n;
}

static void label_power(ag_tick *tick, int power) {
    tick->value = pow(10.0, power);
    if (power >= -3 && power <= 4)
        snprintf(tick->label, AG_TICK_LABEL, "%.*f", power < 0 ? -power : 0, tick->value);
    else
        snprintf(tick->label, AG_TICK_LABEL, "1e%d", power);
}

/* Less than two powers of ten: also 2 and 5 times them, or 3 times; or evenly spaced numbers. */
static int fine_ticks(const ag_chart_axis *axis, int most, ag_tick *ticks) {
    static const int times[][3] = {{1, 2, 5}, {1, 3, 0}};
    const int first = (int)floor(log10(axis->low)), last = (int)floor(log10(axis->high));
    for (int kind = 0; kind < 2; kind++) {
        int n = 0;
        for (int power = first; power <= last; power++)
            for (int i = 0; i < 3 && times[kind][i]; i++) {
                const double value = times[kind][i] * pow(10.0, power);
                if (value < axis->low || value > axis->high || n == AG_TICKS_MAX) continue;
                ticks[n].value = value;
                snprintf(ticks[n++].label, AG_TICK_LABEL, "%.6g", value);
            }
        if (n >= 3 && n <= most) return n;
    }
    return linear_ticks(axis, most, ticks);
}

static int log_ticks(const ag_chart_axis *axis, int most, ag_tick *ticks) {
    const int first = (int)ceil(log10(axis->low) - 1e-9);
    const int last = (int)floor(log10(axis->high) + 1e-9);
    if (last - first < 2) return fine_ticks(axis, most, ticks);
    static const int steps[] = {1, 2, 3, 5, 10, 20, 25, 50, 100, 200};
    int step = steps[0];
    for (int i = 0; i < (int)(sizeof steps / sizeof steps[0]); i++) {
        step = steps[i];
        if ((last - first) / step + 1 <= most) break;
    }
    int n = 0;
    for (int power = first; power <= last && n < AG_TICKS_MAX; power++)
        if (power % step == 0) label_power(&ticks[n++], power);
    return n;
}

int ag_chart_axis_ticks(const ag_chart_axis *axis, int most, ag_tick ticks[AG_TICKS_MAX]) {
    if (!isfinite(axis->low) || !isfinite(axis->high) || !(axis->low < axis->high)) return 0;
    return axis->kind == AG_AXIS_LOG ? log_ticks(axis, most, ticks)
                                     : linear_ticks(axis, most, ticks);
}
