/* Numbers of a comparison as people read them. */
#include "results/report/compare_private.h"

#include "results/stats/describe.h"

#include <math.h>
#include <stdio.h>

enum { DECIMALS_MAX = 6, DECIMALS_USUAL = 4, SPREADS_MAX = 256 };

ag_rounding ag_rounding_of(const ag_metric *metric, int n, const double *spread) {
    ag_rounding rounding = {metric->scale == AG_SCALE_LOG, DECIMALS_USUAL};
    double positive[SPREADS_MAX];
    int m = 0;
    for (int i = 0; i < n && m < SPREADS_MAX; i++)
        if (isfinite(spread[i]) && spread[i] > 0) positive[m++] = spread[i];
    if (m == 0) return rounding;
    ag_sort(m, positive);
    const int decimals = 1 - (int)floor(log10(ag_median(m, positive)));
    rounding.decimals = decimals < 0 ? 0 : decimals > DECIMALS_MAX ? DECIMALS_MAX : decimals;
    return rounding;
}

/* Three significant digits: 1.30, 70.9, 0.00072. */
static void round_ratio(char text[AG_WORD_MAX], double x) {
    if (!(x >= 1e-4 && x < 1e5)) {
        if (x == 0 || isinf(x))
            snprintf(text, AG_WORD_MAX, "%g", x);
        else
            snprintf(text, AG_WORD_MAX, "%.2e", x);
        return;
    }
    const int decimals = 2 - (int)floor(log10(x));
    snprintf(text, AG_WORD_MAX, "%.*f", decimals < 0 ? 0 : decimals, x);
}

const char *ag_round_value(char text[AG_WORD_MAX], ag_rounding rounding, double scaled) {
    if (isnan(scaled))
        snprintf(text, AG_WORD_MAX, "-");
    else if (rounding.ratios)
        round_ratio(text, exp(scaled));
    else
        snprintf(text, AG_WORD_MAX, "%.*f", rounding.decimals, scaled);
    return text;
}

const char *ag_round_difference(char text[AG_WORD_MAX], ag_rounding rounding, double scaled) {
    if (isnan(scaled) || rounding.ratios) return ag_round_value(text, rounding, scaled);
    snprintf(text, AG_WORD_MAX, "%+.*f", rounding.decimals, scaled);
    return text;
}

const char *ag_round_interval(char text[AG_WORD_MAX], ag_rounding rounding, ag_bounds bounds,
                              bool difference) {
    char low[AG_WORD_MAX], high[AG_WORD_MAX];
    if (isnan(bounds.low) || isnan(bounds.high)) {
        snprintf(text, AG_WORD_MAX, "-");
        return text;
    }
    if (difference) {
        ag_round_difference(low, rounding, bounds.low);
        ag_round_difference(high, rounding, bounds.high);
    } else {
        ag_round_value(low, rounding, bounds.low);
        ag_round_value(high, rounding, bounds.high);
    }
    snprintf(text, AG_WORD_MAX, "[%.40s, %.40s]", low, high);
    return text;
}

const char *ag_round_p(char text[AG_WORD_MAX], double p) {
    if (isnan(p))
        snprintf(text, AG_WORD_MAX, "-");
    else
        snprintf(text, AG_WORD_MAX, "%s%.4f", p < 0.0001 ? "<" : "", p < 0.0001 ? 0.0001 : p);
    return text;
}
