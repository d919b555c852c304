#include "results/report/judge.h"

#include "results/stats/describe.h"
#include "results/stats/effect.h"
#include "results/stats/paired.h"
#include "results/stats/several.h"

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

bool ag_judged_by_share(const ag_judgement *of) { return of->by_signs && of->least_d < of->most_d; }

/* Seeds that all say c, where d has bounds: a mean of `shift` leaves each of them at most this
 * probability (Markov's inequality; with 0 and 1 the binomial distribution). The signs would say
 * that 6 trials without a divergence show that less than 1 in 1000 diverge. */
static ag_p_values test_share(const ag_judgement *of, double shift) {
    const double c = of->difference.estimate;
    ag_p_values p = {1, 1, 1};
    if (c < shift) p.less = pow(fmax(of->most_d - shift, 0) / (of->most_d - c), of->n);
    if (c > shift) p.greater = pow(fmax(shift - of->least_d, 0) / (c - of->least_d), of->n);
    p.two_sided = doubled(fmin(p.less, p.greater));
    return p;
}

/* Of d - shift. `room` for n. */
static ag_p_values test_shifted(const ag_judgement *of, double shift, double *room) {
    if (ag_judged_by_share(of)) return test_share(of, shift);
    for (int i = 0; i < of->n; i++)
        room[i] = of->d[i] - shift;
    return of->by_signs ? ag_sign_test(of->n, room).p : ag_paired_t_test(of->n, room).p;
}

/* p of what the interval says: of being within the margin, if it is; otherwise of the difference.
 */
static double decide(const ag_judgement *of, double *room) {
    const bool alike = of->relation == AG_RELATION_ALIKE;
    double differs = alike ? 1 : test_shifted(of, 0, room).two_sided;
    if (!(of->margin > 0)) return differs;
    const ag_p_values above = test_shifted(of, -of->margin, room),
                      below = test_shifted(of, of->margin, room);
    if (alike) differs = doubled(fmin(below.greater, above.less));
    const double within = doubled(fmax(above.greater, below.less));
    return within < ALPHA ? within : fmin(differs, within);
}

/* What the bounds say; by signs no probability comes with them. */
static ag_verdict leaning(const ag_judgement *of) {
    return ag_verdict_of(of->relation, of->difference, of->margin);
}

static ag_status measure(ag_judgement *of, ag_arena *scratch, ag_error *err) {
    double *room = AG_NEW_ARRAY(scratch, double, (size_t)of->n);
    if (!room) return no_memory(err);
    of->by_signs = needs_signs(of->n, of->d);
    if (of->by_signs) {
        of->difference = range_of(of->n, of->d, scratch);
    } else {
        of->difference = ag_t_interval(of->n, of->d, LEVEL);
        of->d_z = ag_cohen_d_z(of->n, of->d);
        if (of->relation != AG_RELATION_ALIKE && of->n <= AG_SIGN_FLIP_EXACT) {
            ag_significance flip;
            AG_TRY(ag_sign_flip_test(of->n, of->d, &AG_PERMUTATIONS_STANDARD, scratch, &flip, err));
            of->p_flip = flip.p.two_sided;
        }
    }
    of->p = decide(of, room);
    if (isnan(of->p)) of->p = 1; /* all differences are 0 */
    of->alone = of->by_signs && !(of->p < ALPHA) ? AG_UNDECIDED : leaning(of);
    return AG_OK;
}

ag_status ag_judge(ag_judgement *of, ag_arena *scratch, ag_error *err) {
    const double nan = (double)NAN;
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
static void count_signs(ag_judgement *of, double alpha) {
    if (leaning(of) == AG_UNDECIDED) return;
    ag_judgement more = *of;
    if (ag_judged_by_share(of)) {
        while (more.n < AG_SEEDS_MAX && !(decide(&more, NULL) < alpha))
            more.n++;
        if (more.n < AG_SEEDS_MAX) of->likely = of->least = of->most = more.n;
        return;
    }
    of->likely = of->least = of->most = (int)ceil(log2(2 / alpha));
}

/* How many show that the mean is not `shift`. */
static ag_seeds seeds_for(const ag_judgement *of, double shift, double alpha, double *room) {
    for (int i = 0; i < of->n; i++)
        room[i] = of->d[i] - shift;
    return ag_seeds_needed(of->n, room, alpha, POWER);
}

static void take(ag_judgement *of, ag_seeds seeds) {
    if (!seeds.likely || (of->likely && of->likely <= seeds.likely)) return;
    of->likely = seeds.likely;
    of->least = seeds.least;
    of->most = seeds.most;
}

/* Whatever would be settled with the fewest: that there is a difference, or that it is on this side
 * of the nearer margin. */
ag_status ag_judge_seeds(ag_judgement *of, ag_arena *scratch, ag_error *err) {
    const double alpha = ALPHA / of->rivals;
    of->likely = of->least = of->most = 0;
    if (of->n < 2 || of->verdict != AG_UNDECIDED) return AG_OK;
    if (of->by_signs) {
        count_signs(of, alpha);
        return AG_OK;
    }
    const ag_mark mark = ag_arena_mark(scratch);
    double *room = AG_NEW_ARRAY(scratch, double, (size_t)of->n);
    if (!room) return no_memory(err);
    if (of->relation != AG_RELATION_ALIKE) take(of, seeds_for(of, 0, alpha, room));
    const double mean = of->difference.estimate;
    if (of->margin > 0 && (of->relation == AG_RELATION_ALIKE || fabs(mean) < of->margin))
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
