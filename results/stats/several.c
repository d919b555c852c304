#include "results/stats/several.h"

#include "results/stats/distributions.h"
#include "results/stats/ranks.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* --- adjusted p values ---------------------------------------------------------------- */

double ag_holm_next(double before, int place, int n, double p) {
    return fmax(before, fmin((n - place) * p, 1));
}

ag_status ag_adjust(ag_correction correction, int n, const double *p, double *adjusted,
                    ag_arena *scratch, ag_error *err) {
    const ag_mark mark = ag_arena_mark(scratch);
    int *order = AG_NEW_ARRAY(scratch, int, (size_t)n),
        *place = AG_NEW_ARRAY(scratch, int, (size_t)n);
    double *known = AG_NEW_ARRAY(scratch, double, (size_t)n);
    if (n > 0 && (!order || !place || !known))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d tests", n);
    int m = 0;
    for (int i = 0; i < n; i++) {
        adjusted[i] = p[i];
        if (isnan(p[i])) continue;
        place[m] = i;
        known[m++] = p[i];
    }
    AG_TRY(ag_ascending_order(m, known, order, scratch, err));
    double bound = 0; /* Holm goes up from the smallest p, */
    for (int i = 0; correction == AG_HOLM && i < m; i++) {
        bound = ag_holm_next(bound, i, m, known[order[i]]);
        adjusted[place[order[i]]] = bound;
    }
    bound = 1; /* the others down from the largest */
    for (int i = m - 1; correction != AG_HOLM && i >= 0; i--) {
        const double factor = correction == AG_HOCHBERG ? m - i : (double)m / (i + 1);
        bound = fmin(bound, factor * known[order[i]]);
        adjusted[place[order[i]]] = bound;
    }
    ag_arena_release(scratch, mark);
    return AG_OK;
}

/* --- Friedman ---------------------------------------------------------------------------- */

/* All orders of all blocks but the first: only how blocks lie to each other matters. */
typedef struct orders {
    int n, k, n_orders;
    const unsigned char *order; /* [n_orders][k] */
    const int64_t *rank;        /* [n][k], doubled */
    int64_t seen;               /* sum of squares of the columns' sums */
    int64_t *sum;               /* [n][k]: of the blocks up to this one */
    int64_t reached;
} orders;

static void count_orders(orders *o, int block) {
    const int k = o->k;
    const ptrdiff_t row = (ptrdiff_t)block * k;
    const int64_t *before = o->sum + row - k, *rank = o->rank + row;
    int64_t *sum = o->sum + row;
    for (int i = 0; i < o->n_orders; i++) {
        const unsigned char *order = o->order + (ptrdiff_t)i * k;
        int64_t squares = 0;
        for (int j = 0; j < k; j++) {
            sum[j] = before[j] + rank[order[j]];
            squares += sum[j] * sum[j];
        }
        if (block < o->n - 1)
            count_orders(o, block + 1);
        else
            o->reached += squares >= o->seen;
    }
}

/* All orders of 0 .. k - 1: each one inserts k - 1 into those of the others. */
static void write_orders(int k, unsigned char *order) {
    if (k == 1) {
        order[0] = 0;
        return;
    }
    int shorter = 1;
    for (int i = 2; i < k; i++)
        shorter *= i;
    unsigned char *old = order + (ptrdiff_t)shorter * k * k - (ptrdiff_t)shorter * (k - 1);
    write_orders(k - 1, order);
    memmove(old, order, (size_t)shorter * (size_t)(k - 1));
    for (int i = 0; i < shorter; i++)
        for (int place = 0; place < k; place++, order += k) {
            unsigned char copy[16];
            memcpy(copy, old + (ptrdiff_t)i * (k - 1), (size_t)(k - 1));
            memcpy(order, copy, (size_t)place);
            order[place] = (unsigned char)(k - 1);
            memcpy(order + place + 1, copy + place, (size_t)(k - 1 - place));
        }
}

/* How many orders of k, 0: more than AG_FRIEDMAN_EXACT of n - 1 blocks. */
static int exact_orders(int n, int k) {
    double one = 1;
    for (int i = 2; i <= k; i++)
        one *= i;
    return one <= AG_FRIEDMAN_EXACT && pow(one, n - 1) <= AG_FRIEDMAN_EXACT ? (int)one : 0;
}

static ag_status exact_p(const ag_blocks *of, const int64_t *rank, int64_t seen, ag_arena *scratch,
                         double *p, ag_error *err) {
    const int n = of->n, k = of->k, n_orders = exact_orders(n, k);
    *p = n == 1 ? 1 : (double)NAN;
    if (n == 1 || !n_orders) return AG_OK;
    unsigned char *order = AG_NEW_ARRAY(scratch, unsigned char, (size_t)n_orders *(size_t)k);
    int64_t *sum = AG_NEW_ARRAY(scratch, int64_t, (size_t)n * (size_t)k);
    if (!order || !sum)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d orders", n_orders);
    write_orders(k, order);
    memcpy(sum, rank, (size_t)k * sizeof *sum);
    orders o = {.n = n,
                .k = k,
                .n_orders = n_orders,
                .order = order,
                .rank = rank,
                .seen = seen,
                .sum = sum};
    count_orders(&o, 1);
    *p = (double)o.reached / pow(n_orders, n - 1);
    return AG_OK;
}

ag_status ag_friedman_test(const ag_blocks *of, double *average_rank, ag_arena *scratch,
                           ag_friedman *out, ag_error *err) {
    const int n = of->n, k = of->k;
    assert(n >= 1 && k >= 2);
    const ag_mark mark = ag_arena_mark(scratch);
    int64_t *rank = AG_NEW_ARRAY(scratch, int64_t, (size_t)n * (size_t)k);
    int64_t *sum = AG_NEW_ARRAY(scratch, int64_t, (size_t)k);
    if (!rank || !sum)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d x %d ranks", n, k);
    double ties = 0;
    for (int i = 0; i < n; i++) {
        double more;
        AG_TRY(ag_doubled_ranks(k, of->x + (ptrdiff_t)i * k, rank + (ptrdiff_t)i * k, &more,
                                scratch, err));
        ties += more;
        for (int j = 0; j < k; j++) {
            int64_t *r = &rank[(ptrdiff_t)i * k + j];
            if (of->largest_first) *r = 2 * ((int64_t)k + 1) - *r;
            sum[j] += *r;
        }
    }
    int64_t seen = 0;
    double squares = 0;
    for (int j = 0; j < k; j++) {
        average_rank[j] = (double)sum[j] / 2 / n;
        const double off = (double)(sum[j] - (int64_t)n * (k + 1)) / 2; /* from the mean, exactly */
        squares += off * off;
        seen += sum[j] * sum[j];
    }
    const double chi = 12 * squares / (n * k * (k + 1.0) - ties / (k - 1)), /* 0 / 0: all equal */
        left = n * (k - 1.0) - chi, f = left > 0 ? (n - 1) * chi / left : HUGE_VAL;
    const bool f_defined = n > 1 && !isnan(chi);
    *out = (ag_friedman){
        .chi_squared = chi,
        .p_chi_squared = isnan(chi) ? chi : ag_chi_squared_upper(chi, k - 1),
        .f = f_defined ? f : (double)NAN,
        .p_f = !f_defined ? (double)NAN
               : isinf(f) ? 0
                          : ag_f_upper(f, k - 1, (k - 1.0) * (n - 1)),
    };
    AG_TRY(exact_p(of, rank, seen, scratch, &out->p_exact, err));
    ag_arena_release(scratch, mark);
    return AG_OK;
}

/* --- critical differences -------------------------------------------------------------------- */

double ag_nemenyi_distance(int k, int n, double alpha) {
    return ag_range_quantile(1 - alpha, k) * sqrt(k * (k + 1.0) / (12.0 * n));
}

void ag_order_by_rank(int k, const double *average_rank, int *order) {
    for (int i = 0; i < k; i++) {
        int place = i;
        for (; place > 0 && average_rank[order[place - 1]] > average_rank[i]; place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
}

/* From each place as far as nothing in between differs; runs whose end is new are in no other. */
int ag_groups_alike(int k, const int *order, const bool *differ, ag_group *groups) {
    int n = 0, reached = 0;
    for (int first = 0; first < k; first++) {
        int last = first;
        for (bool alike = true; alike && last + 1 < k; last += alike)
            for (int i = first; i <= last && alike; i++)
                alike = !differ[order[i] * k + order[last + 1]];
        if (last > first && last > reached) groups[n++] = (ag_group){first, last};
        reached = last > reached ? last : reached;
    }
    return n;
}
