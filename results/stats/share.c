#include "results/stats/share.h"

#include "results/stats/describe.h"
#include "results/stats/distributions.h"
#include "results/stats/equivalence.h"

#include <assert.h>
#include <math.h>

/* Shares that are 0 or 1 in decimals. */
static const double ROUNDING = 1e-12;

/* --- tests ----------------------------------------------------------------------------------- */

ag_p_values ag_binomial_test(double hits, double n, double share) {
    assert(n > 0 && hits >= 0 && hits <= n);
    if (share < -ROUNDING) return ag_p_of_tails(0, 1);
    if (share > 1 + ROUNDING) return ag_p_of_tails(1, 0);
    return ag_p_of_tails(ag_binomial_upper(hits, n, share),
                         ag_binomial_upper(n - hits, n, 1 - share));
}

/* Sums of ones, and of means of ones, have roundings only. */
static double hits_of(int n, const double *x) {
    const double sum = ag_sum(n, x), whole = nearbyint(sum);
    return fmin(fmax(fabs(sum - whole) < 1e-9 ? whole : sum, 0), n);
}

/* a - b, 0 where only roundings are. */
static double apart(double a, double b) { return a - b > ROUNDING ? a - b : 0; }

/* Mean logarithm of x, or of 1 - x. */
static double mean_log(int n, const double *x, bool of_rest) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += log(of_rest ? apart(1, x[i]) : apart(x[i], 0));
    return sum / n;
}

/* That x is no larger on average, or the rest 1 - x. An impossible share has no logarithm. */
static double markov(int n, const double *x, double share, bool of_rest) {
    const double bound = of_rest ? log1p(-share) : log(share);
    return fmin(1, exp(n * (bound - mean_log(n, x, of_rest))));
}

ag_p_values ag_mean_share_test(int n, const double *x, double share) {
    ag_p_values p = ag_binomial_test(hits_of(n, x), n, share);
    if (!(share > 0 && share < 1)) return p;
    return ag_p_of_tails(fmin(p.greater, markov(n, x, share, false)),
                         fmin(p.less, markov(n, x, share, true)));
}

ag_bounds ag_mean_share_interval(int n, const double *x, double level) {
    ag_bounds b = ag_clopper_pearson_interval(hits_of(n, x), n, level);
    const double tail = log((1 - level) / 2) / n;
    b.low = fmax(b.low, exp(tail + mean_log(n, x, false)));
    b.high = fmin(b.high, -expm1(tail + mean_log(n, x, true)));
    return b;
}

typedef struct ends {
    const ag_share_pairs *pairs;
    double shift;
} ends;

static double or_fewer(double hits, double n, double share) {
    return ag_binomial_upper(n - hits, n, 1 - share);
}

/* `low` the lower end of the share of `fewer`, and low + shift the upper one of that of `more`:
 * what is beyond the one less what is beyond the other. It ascends. */
static double excess(double low, const void *with) {
    const ends *of = with;
    const ag_share_pairs *p = of->pairs;
    return ag_binomial_upper(p->fewer, p->n, low) - or_fewer(p->more, p->n, low + of->shift);
}

/* That the difference is below `shift`. */
static double p_below(const ag_share_pairs *of, double shift) {
    if (shift > 1) return 0; /* no difference is not */
    if (shift <= -1) return 1;
    if (of->more == 0 && of->fewer == 0) return shift <= 0 ? 1 : pow(1 - shift, of->n);
    if (of->fewer == of->n) return pow((1 - shift) / 2, of->n); /* half of 1 + the difference */
    double low = fmax(0, -shift);
    if (of->fewer > 0) {
        const ends with = {of, shift};
        low = ag_root_of_ascending(excess, &with, 0, low, fmin(1, 1 - shift));
    }
    return fmin(1, 2 * or_fewer(of->more, of->n, low + shift));
}

ag_p_values ag_mcnemar_test(const ag_share_pairs *pairs) {
    const int more = (int)pairs->more, fewer = (int)pairs->fewer;
    return ag_p_of_tails(ag_binomial_half_upper(more, more + fewer),
                         ag_binomial_half_upper(fewer, more + fewer));
}

ag_p_values ag_share_pairs_test(const ag_share_pairs *pairs, double shift) {
    assert(pairs->more >= 0 && pairs->fewer >= 0 && pairs->more + pairs->fewer <= pairs->n);
    const ag_share_pairs swapped = {pairs->n, pairs->fewer, pairs->more};
    return ag_p_of_tails(p_below(&swapped, -shift), p_below(pairs, shift));
}

/* --- how many -------------------------------------------------------------------------------- */

typedef bool enough(int n, const void *with);

/* From a guess downwards or upwards in steps that grow, then by halves. */
static int fewest(enough *is_enough, const void *with, double guess) {
    if (!(guess <= 2.0 * AG_SEEDS_MAX)) return 0;
    int high = (int)fmin(fmax(ceil(guess), 1), AG_SEEDS_MAX), low = 0, step = high / 16 + 1;
    if (is_enough(high, with)) {
        for (low = high - step; low > 0 && is_enough(low, with); low = high - step) {
            high = low;
            step *= 2;
        }
        if (low < 0) low = 0;
    } else {
        do {
            if (high == AG_SEEDS_MAX) return 0;
            low = high;
            high = high < AG_SEEDS_MAX - step ? high + step : AG_SEEDS_MAX;
            step *= 2;
        } while (!is_enough(high, with));
    }
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        *(is_enough(middle, with) ? &high : &low) = middle;
    }
    return high;
}

/* What the normal distribution asks for. */
static double normal_guess(double off, double std_there, double std_here, double alpha,
                           double power) {
    const double z =
        ag_normal_quantile(1 - alpha / 2) * std_there + ag_normal_quantile(power) * std_here;
    return z * z / (off * off);
}

typedef struct wanted {
    double share, against, alpha, power;
} wanted;

/* The smallest count that says that the share is greater; n + 1: none. */
static int critical(int n, const wanted *w) {
    int low = -1, high = n + 1;
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        *(2 * ag_binomial_test(middle, n, w->against).greater < w->alpha ? &high : &low) = middle;
    }
    return high;
}

static double power_of_trials(int n, const wanted *w) {
    return ag_binomial_upper(critical(n, w), n, w->share);
}

static bool enough_trials(int n, const void *with) {
    const wanted *w = with;
    return power_of_trials(n, w) >= w->power;
}

static double deviation(double share) { return sqrt(fmax(share * (1 - share), 0)); }

int ag_share_trials_needed(double share, double against, double alpha, double power) {
    if (share == against) return 0;
    const wanted up = {share, against, alpha, power}, down = {1 - share, 1 - against, alpha, power};
    return fewest(
        enough_trials, share > against ? &up : &down,
        normal_guess(share - against, deviation(against), deviation(share), alpha, power));
}

/* Or fewer, where numbers that vary as little as these suffice. */
int ag_mean_share_needed(int n, const double *x, double share, double alpha, double power) {
    const double mean = hits_of(n, x) / n;
    const int trials = ag_share_trials_needed(mean, share, alpha, power);
    if (!(share > 0 && share < 1)) return trials;
    const bool of_rest = mean < share;
    const double each = (of_rest ? log1p(-share) : log(share)) - mean_log(n, x, of_rest);
    const double numbers = each < 0 ? ceil(log(alpha / 2) / each) : HUGE_VAL;
    return numbers <= AG_SEEDS_MAX && (!trials || numbers < trials) ? (int)numbers : trials;
}

/* Pairs: shares of those that differ. */
typedef struct proportions {
    double more, fewer, shift, alpha, power;
} proportions;

/* McNemar's test over all numbers of pairs that may differ, which are binomial. Where many do,
 * their number is as good as known: power changes by 0.003. */
static double power_of_signs(int n, const proportions *of) {
    enum { MANY = 300 };
    const double differ = of->more + of->fewer, mean = n * differ;
    const wanted w = {fmax(of->more, of->fewer) / differ, 0.5, of->alpha, of->power};
    if (mean > MANY) return power_of_trials((int)mean, &w);
    const double reach = 6 * sqrt(mean) + 6;
    const int from = (int)fmax(mean - reach, 1), to = (int)fmin(mean + reach, n);
    double power = 0, beyond = ag_binomial_upper(from, n, differ);
    for (int d = from; d <= to; d++) {
        const double next = ag_binomial_upper(d + 1.0, n, differ);
        power += (beyond - next) * power_of_trials(d, &w);
        beyond = next;
    }
    return power;
}

static bool enough_signs(int n, const void *with) {
    const proportions *of = with;
    return power_of_signs(n, of) >= of->power;
}

static double std_of(const proportions *of) {
    const double d = of->more - of->fewer;
    return sqrt(fmax(of->more + of->fewer - d * d, 0));
}

/* The counts that are least likely to say it with probability `power`: those expected, with their
 * difference moved towards the shift by what a normal one would be, along their covariance. */
static bool enough_shifted(int n, const void *with) {
    const proportions *of = with;
    const double d = of->more - of->fewer, std = std_of(of);
    const double moved = std > 0 ? copysign(ag_normal_quantile(of->power), of->shift - d) / std : 0;
    const double more = of->more * (n + moved * (1 - d) * sqrt(n)),
                 fewer = of->fewer * (n - moved * (1 + d) * sqrt(n));
    const double kept = fmin(fmax(more, 0), n);
    const ag_share_pairs pairs = {n, kept, fmin(fmax(fewer, 0), n - kept)};
    return ag_share_pairs_test(&pairs, of->shift).two_sided < of->alpha;
}

static int pairs_needed(enough *is_enough, const proportions *of) {
    const double off = of->more - of->fewer - of->shift, std = std_of(of);
    return off == 0 ? 0 : fewest(is_enough, of, normal_guess(off, std, std, of->alpha, of->power));
}

int ag_mcnemar_needed(const ag_share_pairs *pairs, double alpha, double power) {
    const proportions of = {pairs->more / pairs->n, pairs->fewer / pairs->n, 0, alpha, power};
    return pairs_needed(enough_signs, &of);
}

int ag_share_pairs_needed(const ag_share_pairs *pairs, double shift, double alpha, double power) {
    const proportions of = {pairs->more / pairs->n, pairs->fewer / pairs->n, shift, alpha, power};
    return pairs_needed(enough_shifted, &of);
}
