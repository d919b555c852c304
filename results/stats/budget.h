/* What a search of k draws may be expected to find, from one of n draws: the curve of performance
 * against budget. The best of k is chosen on validation, what is reported may be something else
 * (test). */
#ifndef AG_BUDGET_H
#define AG_BUDGET_H

#include "results/stats/interval.h"

/* n >= 1 results of one random search. chosen_by may be infinite (a diverged trial is the worst),
 * never NaN; value is finite; others are refused (AG_DATA). Plainly, value == chosen_by. */
typedef struct ag_search {
    int n;
    const double *chosen_by; /* validation */
    const double *value;     /* what the chosen one is worth: test */
    bool largest;            /* the largest chosen_by is the best; otherwise the smallest */
} ag_search;

/* Expected value of the best of k of the n results, drawn without replacement, for all k = 1 .. n:
 *
 *     best[k - 1] = sum over i of value(i) C(i - 1, k - 1) / C(n, k)
 *
 * from i = 1, the worst, to n, the best. Unbiased for k fresh draws (a U-statistic): Tang et al.
 * 2020, ACL, "Showing Your Work Doesn't Always Work", against Dodge et al. 2019, EMNLP, "Show Your
 * Work", who draw with replacement and are below the truth (above, where small is good). Equals of
 * chosen_by share the mean of their values. k near n rests on few of the best, and has a large
 * variance. */
ag_status ag_expected_best(const ag_search *of, double *best, ag_arena *scratch, ag_error *err);

/* For one k, 1 <= k <= n, with its bootstrap interval over results. A resample holds nothing better
 * than the best that was found, so for k beyond about n / 3 the interval is too low at its good
 * end. */
ag_status ag_expected_best_interval(const ag_search *of, int k, const ag_bootstrap *how,
                                    ag_arena *scratch, ag_bounds *out, ag_error *err);

#endif
