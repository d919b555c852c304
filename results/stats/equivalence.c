#include "results/stats/equivalence.h"

#include "results/stats/describe.h"
#include "results/stats/distributions.h"
#include "results/stats/effect.h"
#include "results/stats/unpaired.h"

#include <assert.h>
#include <math.h>

/* --- two one-sided tests --------------------------------------------------------------- */

static ag_two_one_sided from_t(double off, double error, double df, double margin, double alpha) {
    const double nan = (double)NAN;
    if (!(error > 0)) return (ag_two_one_sided){nan, nan, nan, {off, nan, nan}};
    const double above = ag_t_upper((off + margin) / error, df),
                 below = ag_t_upper((margin - off) / error, df),
                 reach = -ag_t_quantile(alpha, df) * error;
    return (ag_two_one_sided){fmax(above, below), above, below, {off, off - reach, off + reach}};
}

ag_two_one_sided ag_equivalence_of_pairs(int n, const double *d, double margin, double alpha) {
    assert(margin > 0 && alpha > 0 && alpha < 0.5);
    return from_t(ag_mean(n, d), ag_std(n, d) / sqrt(n), n - 1, margin, alpha);
}

ag_two_one_sided ag_equivalence_of_two(const ag_two_samples *of, double margin, double alpha) {
    assert(margin > 0 && alpha > 0 && alpha < 0.5);
    const ag_welch welch = ag_welch_test(of, 1 - 2 * alpha);
    const double off = welch.difference.estimate,
                 error = sqrt(ag_squares(of->n_x, of->x) / (of->n_x - 1) / of->n_x +
                              ag_squares(of->n_y, of->y) / (of->n_y - 1) / of->n_y);
    return from_t(off, error, welch.df, margin, alpha);
}

/* --- verdicts ------------------------------------------------------------------------------ */

bool ag_within(ag_bounds bounds, double margin) {
    return bounds.low > -margin && bounds.high < margin;
}

const char *ag_verdict_name(ag_verdict verdict) {
    static const char *const names[] = {
        [AG_SUPPORTED] = "SUPPORTED",
        [AG_CONTRADICTED] = "CONTRADICTED",
        [AG_EQUIVALENT] = "EQUIVALENT",
        [AG_UNDECIDED] = "UNDECIDED",
    };
    return names[verdict];
}

ag_verdict ag_verdict_of(ag_relation relation, ag_bounds difference, double margin) {
    assert(margin >= 0 && (margin > 0 || relation != AG_RELATION_ALIKE));
    const bool alike = relation == AG_RELATION_ALIKE;
    const double beyond = alike ? margin : 0;
    if (ag_within(difference, margin)) return AG_EQUIVALENT;
    const bool above = difference.low > beyond, below = difference.high < -beyond;
    if (alike) return above || below ? AG_CONTRADICTED : AG_UNDECIDED;
    const bool greater = relation == AG_RELATION_GREATER;
    if (greater ? above : below) return AG_SUPPORTED;
    return (greater ? below : above) ? AG_CONTRADICTED : AG_UNDECIDED;
}

/* --- seeds ----------------------------------------------------------------------------------- */

double ag_paired_power(int n, double d_z, double alpha) {
    assert(n >= 2);
    const double df = n - 1, t = -ag_t_quantile(alpha / 2, df), ncp = d_z * sqrt(n);
    return fmin(ag_noncentral_t_upper(t, df, ncp) + ag_noncentral_t_upper(t, df, -ncp), 1);
}

/* Between a number that is too small and one that is not, which lie about what the normal
 * distribution would ask for. */
int ag_pairs_needed(double d_z, double alpha, double power) {
    if (isnan(d_z) || d_z == 0) return 0;
    const double z = ag_normal_quantile(1 - alpha / 2), both = z + ag_normal_quantile(power);
    const double guess = ceil(both * both / (d_z * d_z) + z * z / 2);
    if (guess > 2.0 * AG_SEEDS_MAX) return 0;
    int low = guess < 4 ? 1 : (int)guess - 2, high = (int)fmax(guess + 1, 2);
    for (int step = 2; low > 1 && ag_paired_power(low, d_z, alpha) >= power; step *= 2) {
        high = low;
        low = low - step > 1 ? low - step : 1;
    }
    for (int step = 2; ag_paired_power(high, d_z, alpha) < power; step *= 2) {
        low = high;
        high += step;
    }
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        if (ag_paired_power(middle, d_z, alpha) < power)
            low = middle;
        else
            high = middle;
    }
    return high <= AG_SEEDS_MAX ? high : 0;
}

ag_seeds ag_seeds_needed(int n, const double *d, double alpha, double power) {
    const double d_z = ag_cohen_d_z(n, d), nan = (double)NAN;
    if (!isfinite(d_z)) return (ag_seeds){.d_z = {d_z, nan, nan}};
    const double t = d_z * sqrt(n), df = n - 1;
    const ag_bounds of = {d_z, ag_noncentral_t_center(t, df, alpha / 2) / sqrt(n),
                          ag_noncentral_t_center(t, df, 1 - alpha / 2) / sqrt(n)};
    const double farther = fmax(fabs(of.low), fabs(of.high)),
                 nearer = of.low * of.high > 0 ? fmin(fabs(of.low), fabs(of.high)) : 0;
    return (ag_seeds){of, ag_pairs_needed(d_z, alpha, power),
                      ag_pairs_needed(farther, alpha, power),
                      ag_pairs_needed(nearer, alpha, power)};
}
