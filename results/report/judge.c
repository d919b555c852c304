#include "results/report/judge.h"

#include "results/stats/describe.h"
#include "results/stats/effect.h"
#include "results/stats/paired.h"
#include "results/stats/several.h"
#include "results/stats/share.h"

#include <assert.h>
#include <math.h>

static const double LEVEL = 0.95, ALPHA = 0.05, POWER = 0.8;

/* Differences that are equal in decimals are not in binary. */
static const double ROUNDING = 1e-12;

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the claims");
}

/* --- tests ----------------------------------------------------------------------------------- */

static bool needs_signs(int n, const double *d) {
    double low = d[0], high = d[0], largest = 0;
    for (int i = 0; i < n; i++) {
        if (!isfinite(d[i])) return true;
        low = fmin(low, d[i]);
        high = fmax(high, d[i]);
        largest = fmax(largest, fabs(d[i]));
    }
    return high - low <= ROUNDING * largest;
}

static ag_bounds range_of(int n, const double *d, ag_arena *scratch) {
    const double *sorted = ag_sorted(n, d, scratch);
    const double nan = (double)NAN;
    if (!sorted) return (ag_bounds){nan, nan, nan};
    const double middle =
        n % 2 || sorted[n / 2 - 1] == sorted[n / 2] ? sorted[n / 2] : ag_median(n, sorted);
    return (ag_bounds){middle, sorted[0], sorted[n - 1]};
}

static double doubled(double p) { return fmin(2 * p, 1); }

/* Where the numbers of a claim are shifted and tested. */
typedef struct bench {
    double *room; /* as many as there are seeds */
    ag_arena *scratch;
    ag_error *err;
} bench;

/* Seeds that all say c, where d has bounds: a mean of `shift` leaves each of them at most this
 * probability (Markov's inequality; with 0 and 1 the binomial distribution). The signs would say
 * that 6 trials without a divergence show that less than 1 in 1000 diverge. */
static ag_p_values test_same_shares(const ag_judgement *of, double shift) {
    const double c = of->difference.estimate;
    ag_p_values p = {1, 1, 1};
    if (c < shift) p.less = pow(fmax(of->most_d - shift, 0) / (of->most_d - c), of->n);
    if (c > shift) p.greater = pow(fmax(shift - of->least_d, 0) / (c - of->least_d), of->n);
    p.two_sided = doubled(fmin(p.less, p.greater));
    return p;
}

/* The number that a share is held against is -least_d. */
static void shares_of(const ag_judgement *of, double *x) {
    for (int i = 0; i < of->n; i++)
        x[i] = of->d[i] - of->least_d;
}

static ag_share_pairs pairs_of(const ag_judgement *of) {
    ag_share_pairs pairs = {.n = of->n};
    for (int i = 0; i < of->n; i++)
        *(of->d[i] > 0 ? &pairs.more : &pairs.fewer) += fabs(of->d[i]);
    return pairs;
}

/* Differences of 0 have no sign. */
static ag_status test_t_and_flips(const ag_judgement *of, const bench *at, ag_p_values *p) {
    *p = ag_paired_t_test(of->n, of->d).p;
    int n = 0;
    for (int i = 0; i < of->n; i++)
        if (fabs(of->d[i]) > ROUNDING) at->room[n++] = of->d[i];
    if (n > AG_SIGN_FLIP_EXACT) return AG_OK;
    ag_error *err = at->err;
    ag_significance flip;
    AG_TRY(ag_sign_flip_test(n, at->room, &AG_PERMUTATIONS_STANDARD, at->scratch, &flip, err));
    p->two_sided = fmax(p->two_sided, flip.p.two_sided);
    p->greater = fmax(p->greater, flip.p.greater);
    p->less = fmax(p->less, flip.p.less);
    return AG_OK;
}

/* A seed's mean of several trials is in 0 .. 1 and varies no more than one trial would, whatever
 * the trials have in common: it counts as one trial. */
static ag_status test_pairs(const ag_judgement *of, double shift, const bench *at, ag_p_values *p) {
    if (shift == 0 && of->by == AG_BY_T_AND_FLIPS) return test_t_and_flips(of, at, p);
    const ag_share_pairs pairs = pairs_of(of);
    *p = shift == 0 && of->by == AG_BY_PAIRS ? ag_mcnemar_test(&pairs)
                                             : ag_share_pairs_test(&pairs, shift);
    return AG_OK;
}

static ag_p_values test_share(const ag_judgement *of, double shift, double *room) {
    shares_of(of, room);
    return ag_mean_share_test(of->n, room, shift - of->least_d);
}

/* Of d - shift. */
static ag_status test_shifted(const ag_judgement *of, double shift, const bench *at,
                              ag_p_values *p) {
    for (int i = 0; i < of->n; i++)
        at->room[i] = of->d[i] - shift;
    switch (of->by) {
    case AG_BY_T: *p = ag_paired_t_test(of->n, at->room).p; break;
    case AG_BY_SIGNS: *p = ag_sign_test(of->n, at->room).p; break;
    case AG_BY_SHARE: *p = test_share(of, shift, at->room); break;
    case AG_BY_SAME_SHARES: *p = test_same_shares(of, shift); break;
    case AG_BY_PAIRS:
    case AG_BY_T_AND_FLIPS:
    case AG_BY_TWO_SHARES: return test_pairs(of, shift, at, p);
    }
    return AG_OK;
}

/* That there is a difference, for ~= one beyond the margin; and that there is none that matters. */
typedef struct decision {
    double differs, within; /* p, two-sided; 1: not claimed */
} decision;

/* NaN: all differences are 0. */
static double known(double p) { return isnan(p) ? 1 : p; }

static ag_status decide(const ag_judgement *of, const bench *at, decision *out) {
    *out = (decision){1, 1};
    const bool alike = of->relation == AG_RELATION_ALIKE;
    ag_p_values p, above, below;
    ag_error *err = at->err;
    if (!alike) {
        AG_TRY(test_shifted(of, 0, at, &p));
        out->differs = known(p.two_sided);
    }
    if (!(of->margin > 0)) return AG_OK;
    AG_TRY(test_shifted(of, -of->margin, at, &above));
    AG_TRY(test_shifted(of, of->margin, at, &below));
    if (alike) out->differs = known(doubled(fmin(below.greater, above.less)));
    out->within = known(doubled(fmax(above.greater, below.less)));
    return AG_OK;
}

/* What the bounds say; by signs no probability comes with them. */
static ag_verdict leaning(const ag_judgement *of) {
    return ag_verdict_of(of->relation, of->difference, of->margin);
}

/* Both must say it. */
static void settle(ag_judgement *of, decision found) {
    of->p = found.within < ALPHA ? found.within : fmin(found.differs, found.within);
    of->alone = leaning(of);
    if (of->by == AG_BY_T) return;
    if (of->alone == AG_EQUIVALENT && !(found.within < ALPHA)) {
        of->alone = of->relation == AG_RELATION_ALIKE
                        ? AG_UNDECIDED
                        : ag_verdict_of(of->relation, of->difference, 0);
    }
    if (of->alone == AG_UNDECIDED) return;
    const double p = of->alone == AG_EQUIVALENT ? found.within : found.differs;
    if (p < ALPHA)
        of->p = p;
    else
        of->alone = AG_UNDECIDED;
}

static ag_judged_by choose(const ag_judgement *of) {
    const bool all_same = needs_signs(of->n, of->d);
    if (!(of->least_d < of->most_d)) return all_same ? AG_BY_SIGNS : AG_BY_T;
    if (of->least_d > -1 || of->most_d < 1) return AG_BY_SHARE;
    if (of->single) return AG_BY_PAIRS;
    if (all_same) return AG_BY_SAME_SHARES;
    return of->uneven ? AG_BY_TWO_SHARES : AG_BY_T_AND_FLIPS;
}

static ag_status estimate(ag_judgement *of, const bench *at) {
    ag_arena *scratch = at->scratch;
    ag_error *err = at->err;
    if (of->by == AG_BY_SHARE) {
        shares_of(of, at->room);
        const ag_bounds b = ag_mean_share_interval(of->n, at->room, LEVEL);
        of->difference =
            (ag_bounds){b.estimate + of->least_d, b.low + of->least_d, b.high + of->least_d};
        return AG_OK;
    }
    of->by_signs = needs_signs(of->n, of->d);
    if (of->by_signs) {
        of->difference = range_of(of->n, of->d, scratch);
        return AG_OK;
    }
    of->difference = ag_t_interval(of->n, of->d, LEVEL);
    of->d_z = ag_cohen_d_z(of->n, of->d);
    if (of->relation == AG_RELATION_ALIKE || of->n > AG_SIGN_FLIP_EXACT) return AG_OK;
    ag_significance flip;
    AG_TRY(ag_sign_flip_test(of->n, of->d, &AG_PERMUTATIONS_STANDARD, scratch, &flip, err));
    of->p_flip = flip.p.two_sided;
    return AG_OK;
}

static ag_status measure(ag_judgement *of, ag_arena *scratch, ag_error *err) {
    const bench at = {AG_NEW_ARRAY(scratch, double, (size_t)of->n), scratch, err};
    if (!at.room) return no_memory(err);
    of->by = choose(of);
    AG_TRY(estimate(of, &at));
    decision found;
    AG_TRY(decide(of, &at, &found));
    settle(of, found);
    return AG_OK;
}

ag_status ag_judge(ag_judgement *of, ag_arena *scratch, ag_error *err) {
    const double nan = (double)NAN;
    of->by = AG_BY_T;
    of->by_signs = false;
    of->d_z = of->p_flip = nan;
    of->difference = (ag_bounds){of->n == 1 ? of->d[0] : nan, nan, nan};
    of->p = of->p_corrected = 1;
    of->alone = of->verdict = AG_UNDECIDED;
    of->likely = of->least = of->most = 0;
    if (of->n < 2) return AG_OK;
    const ag_mark mark = ag_arena_mark(scratch);
    const ag_status status = measure(of, scratch, err);
    ag_arena_release(scratch, mark);
    return status;
}

/* --- how many seeds -------------------------------------------------------------------------- */

/* The fewest seeds whose signs alone, all the same, would do. */
static int fewest_signs(double alpha) { return (int)ceil(log2(2 / alpha)); }

/* The fewest shares, all the same. */
static int fewest_same(const ag_judgement *of, double alpha) {
    ag_judgement more = *of;
    for (; more.n < AG_SEEDS_MAX; more.n++) {
        const bool alike = of->relation == AG_RELATION_ALIKE;
        double p = alike ? 1 : test_same_shares(&more, 0).two_sided;
        if (of->margin > 0) {
            const ag_p_values above = test_same_shares(&more, -of->margin),
                              below = test_same_shares(&more, of->margin);
            if (alike) p = doubled(fmin(below.greater, above.less));
            p = fmin(p, doubled(fmax(above.greater, below.less)));
        }
        if (p < alpha) return more.n;
    }
    return 0;
}

/* How many show that the mean is not `shift`, as the numbers are. */
static ag_seeds seeds_by_t(const ag_judgement *of, double shift, double alpha, double *room) {
    for (int i = 0; i < of->n; i++)
        room[i] = of->d[i] - shift;
    return ag_seeds_needed(of->n, room, alpha, POWER);
}

/* As many as interval and test need. */
static ag_seeds seeds_by_both(const ag_judgement *of, double shift, double alpha, double *room) {
    ag_seeds seeds = {{0}, 0, 0, 0};
    if (!of->by_signs) seeds = seeds_by_t(of, shift, alpha, room);
    if (!of->by_signs && !seeds.likely) return seeds;
    const int least = fewest_signs(alpha);
    int tested = least;
    if (of->by != AG_BY_T_AND_FLIPS || shift != 0) {
        const ag_share_pairs pairs = pairs_of(of);
        tested = shift == 0 && of->by == AG_BY_PAIRS
                     ? ag_mcnemar_needed(&pairs, alpha, POWER)
                     : ag_share_pairs_needed(&pairs, shift, alpha, POWER);
        if (!tested) return (ag_seeds){{0}, 0, 0, 0};
    }
    if (seeds.likely < tested) seeds.likely = tested;
    if (seeds.least < least) seeds.least = of->by_signs ? tested : least;
    if (seeds.most && seeds.most < seeds.likely) seeds.most = seeds.likely;
    if (of->by_signs) seeds.most = tested;
    return seeds;
}

/* `share` less the number is the difference. */
static int trials_for(const ag_judgement *of, double share, double shift, double alpha) {
    return ag_share_trials_needed(share, shift - of->least_d, alpha, POWER);
}

static ag_seeds seeds_by_share(const ag_judgement *of, double shift, double alpha, double *room) {
    const ag_bounds d = of->difference;
    const double number = -of->least_d;
    shares_of(of, room);
    ag_seeds seeds = {.likely =
                          ag_mean_share_needed(of->n, room, shift - of->least_d, alpha, POWER)};
    const int low = trials_for(of, d.low + number, shift, alpha),
              high = trials_for(of, d.high + number, shift, alpha);
    seeds.least = seeds.likely;
    if (low && low < seeds.least) seeds.least = low;
    if (high && high < seeds.least) seeds.least = high;
    if (low && high && (d.low > shift || d.high < shift)) seeds.most = low > high ? low : high;
    if (seeds.most && seeds.most < seeds.likely) seeds.most = seeds.likely;
    return seeds;
}

static ag_seeds seeds_for(const ag_judgement *of, double shift, double alpha, double *room) {
    if (of->by == AG_BY_T) return seeds_by_t(of, shift, alpha, room);
    if (of->by == AG_BY_SHARE) return seeds_by_share(of, shift, alpha, room);
    return seeds_by_both(of, shift, alpha, room);
}

/* How many show that the mean is within the margin: of shares the nearer one need not be the
 * harder. */
static ag_seeds seeds_within(const ag_judgement *of, double alpha, double *room) {
    const double nearer = copysign(of->margin, of->difference.estimate);
    const ag_seeds seeds = seeds_for(of, nearer, alpha, room);
    if (of->by == AG_BY_T) return seeds;
    const ag_seeds other = seeds_for(of, -nearer, alpha, room);
    return !seeds.likely || (other.likely && other.likely <= seeds.likely) ? seeds : other;
}

static void take(ag_judgement *of, ag_seeds seeds) {
    if (!seeds.likely || (of->likely && of->likely <= seeds.likely)) return;
    of->likely = seeds.likely;
    of->least = seeds.least;
    of->most = seeds.most;
}

static void count_signs(ag_judgement *of, double alpha) {
    if (leaning(of) == AG_UNDECIDED) return;
    of->likely = of->least = of->most =
        of->by == AG_BY_SIGNS ? fewest_signs(alpha) : fewest_same(of, alpha);
}

/* Whatever would be settled with the fewest: that there is a difference, or that it is on this side
 * of the nearer margin. */
ag_status ag_judge_seeds(ag_judgement *of, ag_arena *scratch, ag_error *err) {
    const double alpha = ALPHA / of->rivals;
    of->likely = of->least = of->most = 0;
    if (of->n < 2 || of->verdict != AG_UNDECIDED) return AG_OK;
    if (of->by == AG_BY_SIGNS || of->by == AG_BY_SAME_SHARES) {
        count_signs(of, alpha);
        return AG_OK;
    }
    const ag_mark mark = ag_arena_mark(scratch);
    double *room = AG_NEW_ARRAY(scratch, double, (size_t)of->n);
    if (!room) return no_memory(err);
    const double mean = of->difference.estimate;
    const bool alike = of->relation == AG_RELATION_ALIKE, inside = fabs(mean) < of->margin;
    if (!alike && mean != 0) take(of, seeds_for(of, 0, alpha, room));
    if (of->margin > 0 && inside) take(of, seeds_within(of, alpha, room));
    if (of->margin > 0 && alike && !inside)
        take(of, seeds_for(of, copysign(of->margin, mean), alpha, room));
    ag_arena_release(scratch, mark);
    return AG_OK;
}

/* --- all of them ----------------------------------------------------------------------------- */

ag_status ag_judge_all(ag_judgement *of, int n, ag_arena *scratch, ag_error *err) {
    const ag_mark mark = ag_arena_mark(scratch);
    double *p = AG_NEW_ARRAY(scratch, double, (size_t)n + 1);
    if (!p) return no_memory(err);
    for (int i = 0; i < n; i++)
        p[i] = of[i].p;
    if (n) AG_TRY(ag_adjust(AG_HOLM, n, p, p, scratch, err));
    for (int i = 0; i < n; i++) {
        of[i].p_corrected = p[i];
        of[i].verdict = p[i] < ALPHA ? of[i].alone : AG_UNDECIDED;
        of[i].rivals = 0;
        for (int k = 0; k < n; k++)
            of[i].rivals += of[k].p >= of[i].p;
    }
    ag_arena_release(scratch, mark);
    return AG_OK;
}
