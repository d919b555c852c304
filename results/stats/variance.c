#include "results/stats/variance.h"

#include "results/stats/describe.h"
#include "results/stats/distributions.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- terms ----------------------------------------------------------------------------- */

/* "activation x depth" */
static const char *name_of(const ag_factorial *of, unsigned term, char text[160]) {
    size_t at = 0;
    text[0] = 0;
    for (int f = 0; f < of->n_factors && at < 159; f++)
        if (term >> f & 1) {
            snprintf(text + at, 160 - at, "%s%.24s", at ? " x " : "", of->factors[f].name);
            at = strlen(text);
        }
    return text;
}

static int df_of(const ag_factorial *of, unsigned term) {
    double df = 1;
    for (int f = 0; f < of->n_factors; f++)
        if (term >> f & 1) df *= of->factors[f].n_levels - 1;
    return df < 1e9 ? (int)df : 1000000000;
}

/* Main effects in order, then pairs, then triples: by the factors' numbers. */
static void list_terms(const ag_factorial *of, ag_variance *out) {
    const int n = of->n_factors;
    out->n_terms = 0;
    for (int a = 0; a < n; a++)
        out->terms[out->n_terms++].factors = 1u << a;
    for (int a = 0; a < n && of->order >= 2; a++)
        for (int b = a + 1; b < n; b++)
            out->terms[out->n_terms++].factors = 1u << a | 1u << b;
    for (int a = 0; a < n && of->order >= 3; a++)
        for (int b = a + 1; b < n; b++)
            for (int c = b + 1; c < n; c++)
                out->terms[out->n_terms++].factors = 1u << a | 1u << b | 1u << c;
}

static ag_status check(const ag_factorial *of, ag_variance *out, ag_arena *scratch, ag_error *err) {
    for (int f = 0; f < of->n_factors; f++) {
        const ag_factor *factor = &of->factors[f];
        bool *seen = AG_NEW_ARRAY(scratch, bool, (size_t)factor->n_levels);
        if (!seen) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %s", factor->name);
        int n_seen = 0;
        for (int i = 0; i < of->n; i++) {
            assert(factor->level[i] >= 0 && factor->level[i] < factor->n_levels);
            n_seen += !seen[factor->level[i]];
            seen[factor->level[i]] = true;
        }
        if (n_seen < 2)
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                           "'%s' has the same value in all %d trials: it explains no variance",
                           factor->name, of->n);
        assert(n_seen == factor->n_levels);
    }
    double df = 0;
    for (int t = 0; t < out->n_terms; t++)
        df += out->terms[t].df = df_of(of, out->terms[t].factors);
    if (df > of->n - 2)
        return AG_FAIL(
            err, AG_CONFIG, AG_NOWHERE,
            "%d trials cannot tell %.0f effects from chance: more seeds, or interactions of "
            "fewer factors, are needed",
            of->n, df);
    out->residual_df = of->n - 1 - (int)df;
    return AG_OK;
}

/* --- balanced ----------------------------------------------------------------------------- */

/* Which combination of the term's levels trial i has. */
static int cell_of(const ag_factorial *of, unsigned term, int i) {
    int cell = 0;
    for (int f = 0; f < of->n_factors; f++)
        if (term >> f & 1) cell = cell * of->factors[f].n_levels + of->factors[f].level[i];
    return cell;
}

static double n_cells_of(const ag_factorial *of, unsigned term) {
    double n = 1;
    for (int f = 0; f < of->n_factors; f++)
        if (term >> f & 1) n *= of->factors[f].n_levels;
    return n;
}

static bool is_balanced(const ag_factorial *of, int *count) {
    const unsigned all = (1u << of->n_factors) - 1;
    const double n_cells = n_cells_of(of, all);
    if (n_cells > of->n) return false;
    memset(count, 0, (size_t)of->n * sizeof *count);
    for (int i = 0; i < of->n; i++)
        count[cell_of(of, all, i)]++;
    for (int c = 0; c < (int)n_cells; c++)
        if (count[c] * n_cells != of->n) return false;
    return true;
}

/* y: deviations from the mean. Each term takes the means of its cells out; the next ones find
 * nothing of it left. */
static void by_means(const ag_factorial *of, double *y, double *mean, ag_variance *out) {
    for (int t = 0; t < out->n_terms; t++) {
        const unsigned term = out->terms[t].factors;
        const int n_cells = (int)n_cells_of(of, term);
        const double per_cell = (double)of->n / n_cells;
        memset(mean, 0, (size_t)n_cells * sizeof *mean);
        for (int i = 0; i < of->n; i++)
            mean[cell_of(of, term, i)] += y[i] / per_cell;
        double squares = 0;
        for (int c = 0; c < n_cells; c++)
            squares += mean[c] * mean[c];
        out->terms[t].squares = squares * per_cell;
        for (int i = 0; i < of->n; i++)
            y[i] -= mean[cell_of(of, term, i)];
    }
    out->residual = 0;
    for (int i = 0; i < of->n; i++)
        out->residual += y[i] * y[i];
}

/* --- not balanced --------------------------------------------------------------------------- */

/* Columns that are orthonormal, and y without its parts along them. */
typedef struct columns {
    int n, n_columns;
    double *q; /* [n_columns][n] */
    double *y;
} columns;

/* Eight sums side by side: a vector's width, in an order that no compiler changes. */
static double product(int n, const double *a, const double *b) {
    double sum[8] = {0}, rest = 0;
    int i = 0;
    for (; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++)
            sum[k] += a[i + k] * b[i + k];
    for (; i < n; i++)
        rest += a[i] * b[i];
    return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7])) + rest;
}

/* Makes the column behind the last orthogonal to the others, twice (Giraud et al. 2005: twice is
 * enough). false: it is a combination of them. */
static bool orthogonalize(columns *c) {
    double *column = c->q + (ptrdiff_t)c->n_columns * c->n;
    const double before = sqrt(product(c->n, column, column));
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < c->n_columns; k++) {
            const double *q = c->q + (ptrdiff_t)k * c->n, part = product(c->n, q, column);
            for (int i = 0; i < c->n; i++)
                column[i] -= part * q[i];
        }
    const double left = sqrt(product(c->n, column, column));
    if (!(left > 1e-9 * before)) return false;
    for (int i = 0; i < c->n; i++)
        column[i] /= left;
    c->n_columns++;
    return true;
}

/* Deviation coding: 1 at its level, -1 at the last one; columns of interactions are products. */
static void write_column(const ag_factorial *of, unsigned term, int number, double *column) {
    for (int i = 0; i < of->n; i++)
        column[i] = 1;
    for (int f = 0; f < of->n_factors; f++) {
        if (!(term >> f & 1)) continue;
        const int last = of->factors[f].n_levels - 1, level = number % last;
        number /= last;
        for (int i = 0; i < of->n; i++) {
            const int mine = of->factors[f].level[i];
            column[i] *= mine == level ? 1 : mine == last ? -1 : 0;
        }
    }
}

/* The term's columns; what y loses by them. */
static ag_status add_term(const ag_factorial *of, unsigned term, columns *c, double *squares,
                          ag_error *err) {
    char name[160];
    *squares = 0;
    for (int k = 0; k < df_of(of, term); k++) {
        double *column = c->q + (ptrdiff_t)c->n_columns * c->n;
        write_column(of, term, k, column);
        if (!orthogonalize(c))
            return AG_FAIL(
                err, AG_CONFIG, AG_NOWHERE,
                "'%s' cannot be told from the other effects: trials with some combinations "
                "of its values are missing",
                name_of(of, term, name));
        const double part = product(c->n, column, c->y);
        for (int i = 0; i < c->n; i++)
            c->y[i] -= part * column[i];
        *squares += part * part;
    }
    return AG_OK;
}

static ag_status type_two(const ag_factorial *of, const double *y, columns *c, ag_variance *out,
                          ag_error *err) {
    for (int t = 0; t < out->n_terms; t++) {
        const unsigned term = out->terms[t].factors;
        double squares;
        memcpy(c->y, y, (size_t)of->n * sizeof *y);
        c->n_columns = 1;
        for (int i = 0; i < of->n; i++)
            c->q[i] = 1 / sqrt(of->n);
        for (int u = 0; u < out->n_terms; u++)
            if ((out->terms[u].factors & term) != term)
                AG_TRY(add_term(of, out->terms[u].factors, c, &squares, err));
        AG_TRY(add_term(of, term, c, &out->terms[t].squares, err));
        for (int u = 0; t == 0 && u < out->n_terms; u++) /* once: what the whole model leaves */
            if (u != t && (out->terms[u].factors & term) == term)
                AG_TRY(add_term(of, out->terms[u].factors, c, &squares, err));
        if (t == 0) out->residual = product(of->n, c->y, c->y);
    }
    return AG_OK;
}

static ag_status by_least_squares(const ag_factorial *of, const double *y, ag_arena *scratch,
                                  ag_variance *out, ag_error *err) {
    const double n_columns = of->n - out->residual_df, work = n_columns * n_columns * of->n;
    if (work > AG_VARIANCE_WORK)
        return AG_FAIL(
            err, AG_CONFIG, AG_NOWHERE,
            "combinations of values are missing or not equally often tried, and %.0f effects "
            "of %d trials are too many for least squares: interactions of fewer factors, or "
            "a part of the trials",
            n_columns - 1, of->n);
    columns c = {of->n, 0, AG_NEW_ARRAY(scratch, double, (size_t)of->n *((size_t)n_columns + 1)),
                 AG_NEW_ARRAY(scratch, double, (size_t)of->n)};
    if (!c.q || !c.y)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %.0f effects of %d trials",
                       n_columns, of->n);
    return type_two(of, y, &c, out, err);
}

/* --- shares ----------------------------------------------------------------------------------- */

static void share_out(ag_variance *out) {
    const double residual = out->residual / out->residual_df;
    for (int t = 0; t < out->n_terms; t++) {
        ag_variance_term *term = &out->terms[t];
        term->eta_squared = term->squares / out->total;
        term->omega_squared = (term->squares - term->df * residual) / (out->total + residual);
        term->f = term->squares / term->df / residual;
        term->p = isnan(term->f)   ? term->f
                  : isinf(term->f) ? 0
                                   : ag_f_upper(term->f, term->df, out->residual_df);
    }
    out->residual_share = out->residual / out->total;
}

ag_status ag_variance_of(const ag_factorial *of, ag_arena *scratch, ag_variance *out,
                         ag_error *err) {
    assert(of->n_factors >= 1 && of->n_factors <= AG_FACTORS_MAX);
    assert(of->order >= 1 && of->order <= 3);
    AG_TRY(ag_check_finite(of->n, of->y, err));
    const ag_mark mark = ag_arena_mark(scratch);
    memset(out, 0, sizeof *out);
    list_terms(of, out);
    AG_TRY(check(of, out, scratch, err));
    double *y = AG_NEW_ARRAY(scratch, double, (size_t)of->n);
    double *mean = AG_NEW_ARRAY(scratch, double, (size_t)of->n);
    int *count = AG_NEW_ARRAY(scratch, int, (size_t)of->n);
    if (!y || !mean || !count)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %d trials", of->n);
    const double middle = ag_mean(of->n, of->y);
    for (int i = 0; i < of->n; i++)
        y[i] = of->y[i] - middle;
    out->total = ag_squares(of->n, of->y);
    out->balanced = is_balanced(of, count);
    if (out->balanced)
        by_means(of, y, mean, out);
    else
        AG_TRY(by_least_squares(of, y, scratch, out, err));
    share_out(out);
    ag_arena_release(scratch, mark);
    return AG_OK;
}
