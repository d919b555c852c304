#include "results/stats/share.h"

#include "results/stats/distributions.h"
#include "results/stats/equivalence.h"
#include "results/stats/interval.h"

#include <assert.h>
#include <math.h>

/* Shares that are 0 or 1 in decimals. */
static const double ROUNDING = 1e-12;

/* --- tests ----------------------------------------------------------------------------------- */

ag_p_values ag_binomial_test(int hits, int n, double share) {
    assert(n >= 1 && hits >= 0 && hits <= n);
    if (share < -ROUNDING) return ag_p_of_tails(0, 1);
    if (share > 1 + ROUNDING) return ag_p_of_tails(1, 0);
    return ag_p_of_tails(ag_binomial_upper(hits, n, share),
                         ag_binomial_upper(n - hits, n, 1 - share));
}

/* The upper end with this probability beyond it. */
static double upper_end(const ag_share_pairs *of, double beyond) {
    return ag_clopper_pearson_interval(of->more, of->n, 1 - beyond).high -
           ag_clopper_pearson_interval(of->fewer, of->n, 1 - beyond).low;
}

/* That the difference is below `shift`. */
static double p_below(const ag_share_pairs *of, double shift) {
    enum { HALVINGS = 30 }; /* of log 1e-12: to 3e-8 */
    if (of->more == 0 && of->fewer == 0) return shift <= 0 ? 1 : pow(fmax(1 - shift, 0), of->n);
    if (of->fewer == of->n) /* all are -1: half of 1 + the difference */
        return shift <= -1 ? 1 : pow(fmax(1 - shift, 0) / 2, of->n);
    double low = log(1e-12), high = 0;
    if (!(upper_end(of, 1) < shift)) return 1;
    if (upper_end(of, 1e-12) < shift) return 1e-12;
    for (int i = 0; i < HALVINGS; i++) {
        const double middle = low + (high - low) / 2;
        *(upper_end(of, exp(middle)) < shift ? &high : &low) = middle;
    }
    return exp(high);
}

ag_p_values ag_share_pairs_test(const ag_share_pairs *pairs, double shift) {
    const int differ = pairs->more + pairs->fewer;
    assert(pairs->more >= 0 && pairs->fewer >= 0 && differ <= pairs->n);
    if (shift == 0)
        return ag_p_of_tails(ag_binomial_half_upper(pairs->more, differ),
                             ag_binomial_half_upper(pairs->fewer, differ));
    const ag_share_pairs swapped = {pairs->n, pairs->fewer, pairs->more};
    return ag_p_of_tails(p_below(&swapped, -shift), p_below(pairs, shift));
}

/* --- how many -------------------------------------------------------------------------------- */

typedef bool enough(int n, const void *with);

/* Doubled, then halved. */
static int fewest(enough *is_enough, const void *with) {
    int high = 1;
    while (!is_enough(high, with)) {
        if (high == AG_SEEDS_MAX) return 0;
        high = 2 * high < AG_SEEDS_MAX ? 2 * high : AG_SEEDS_MAX;
    }
    int low = high / 2;
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        *(is_enough(middle, with) ? &high : &low) = middle;
    }
    return high;
}

typedef struct wanted {
    double share, against, alpha, power;
} wanted;

/* The smallest count that says that the share is greater; n + 1: none. */
static int critical(int n, const wanted *w) {
    int low = -1, high = n + 1;
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        *(ag_binomial_test(middle, n, w->against).greater * 2 < w->alpha ? &high : &low) = middle;
    }
    return high;
}

static bool enough_trials(int n, const void *with) {
    const wanted *w = with;
    return ag_binomial_upper(critical(n, w), n, w->share) >= w->power;
}

int ag_share_trials_needed(double share, double against, double alpha, double power) {
    if (share == against) return 0;
    const wanted up = {share, against, alpha, power}, down = {1 - share, 1 - against, alpha, power};
    return fewest(enough_trials, share > against ? &up : &down);
}

typedef struct proportions {
    const ag_share_pairs *pairs;
    double shift, alpha;
} proportions;

static bool enough_pairs(int n, const void *with) {
    const proportions *of = with;
    const double scale = (double)n / of->pairs->n;
    ag_share_pairs more = {n, (int)floor(of->pairs->more * scale),
                           (int)floor(of->pairs->fewer * scale)};
    return ag_share_pairs_test(&more, of->shift).two_sided < of->alpha;
}

int ag_share_pairs_needed(const ag_share_pairs *pairs, double shift, double alpha, double power) {
    const int differ = pairs->more + pairs->fewer;
    if (shift != 0) {
        const proportions of = {pairs, shift, alpha};
        return fewest(enough_pairs, &of);
    }
    if (!differ) return 0;
    const int m = ag_share_trials_needed((double)pairs->more / differ, 0.5, alpha, power);
    const double n = ceil((double)m * pairs->n / differ);
    return n > AG_SEEDS_MAX ? 0 : (int)n;
}
