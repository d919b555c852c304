/* How much of the variance of the trials is activation, depth, ..., their interactions, the seed.
 */
#include "results/report/compare_private.h"

#include "harness/config/writer.h"
#include "results/stats/variance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHARES_SHOWN = 25 };

/* Every trial with a value, and the level of each factor that it has. The first factor is the
 * activation, the others are the keys that vary between blocks. */
typedef struct design {
    int n, n_factors, infinite;
    double *y;
    ag_factor factors[AG_FACTORS_MAX];
    int *block_level[AG_FACTORS_MAX]; /* [n_blocks] */
    int *level[AG_FACTORS_MAX];       /* [n]: what the factors point to */
} design;

/* --- factors --------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

/* Numbers the different values of a key; returns how many. */
static int number_levels(const ag_samples *s, int key, int *level) {
    int n = 0;
    for (int b = 0; b < s->n_blocks; b++) {
        level[b] = -1;
        for (int o = 0; o < b && level[b] < 0; o++)
            if (same_text(s->blocks[o].value[key], s->blocks[b].value[key])) level[b] = level[o];
        if (level[b] < 0) level[b] = n++;
    }
    return n;
}

/* A factor that moves with another one is part of its name: they cannot be told apart. */
static ag_status add_key(const ag_comparison *c, int key, design *d, bool *full, ag_error *err) {
    const ag_samples *s = &c->samples;
    int *level = AG_NEW_ARRAY(c->arena, int, (size_t)s->n_blocks);
    if (!level) return ag_samples_no_memory(err);
    const int n = number_levels(s, key, level);
    for (int f = 1; f < d->n_factors; f++)
        if (memcmp(d->block_level[f], level, (size_t)s->n_blocks * sizeof *level) == 0) {
            ag_writer w = AG_WRITER(c->arena);
            ag_write_format(&w, "%s + %s", d->factors[f].name, s->varying.key[key]);
            if (w.failed) return ag_samples_no_memory(err);
            d->factors[f].name = w.text;
            return AG_OK;
        }
    *full = d->n_factors == AG_FACTORS_MAX;
    if (*full) return AG_OK;
    d->block_level[d->n_factors] = level;
    d->factors[d->n_factors++] = (ag_factor){.name = s->varying.key[key], .n_levels = n};
    return AG_OK;
}

static ag_status fill(const ag_comparison *c, design *d, ag_error *err) {
    const ag_samples *s = &c->samples;
    size_t most = 1;
    for (int i = 0; i < s->n_blocks * s->n_activations; i++)
        most += (size_t)s->cells[i].n;
    d->y = AG_NEW_ARRAY(c->arena, double, most);
    for (int f = 0; f < d->n_factors; f++) {
        d->factors[f].level = d->level[f] = AG_NEW_ARRAY(c->arena, int, most);
        if (!d->level[f]) return ag_samples_no_memory(err);
    }
    if (!d->y) return ag_samples_no_memory(err);
    for (int b = 0; b < s->n_blocks; b++)
        for (int a = 0; a < s->n_activations; a++) {
            const ag_cell_sample *cell = ag_samples_cell(s, b, a);
            for (int i = 0; i < cell->n; i++) {
                const double y = ag_metric_scaled(s->metric, cell->value[i]);
                if (!isfinite(y)) {
                    d->infinite++;
                    continue;
                }
                for (int f = 0; f < d->n_factors; f++)
                    d->level[f][d->n] = f == 0 ? a : d->block_level[f][b];
                d->y[d->n++] = y;
            }
        }
    return AG_OK;
}

/* Levels that no trial with a value has are closed up, and a factor left with one is dropped. */
static ag_status close_up(const ag_comparison *c, design *d, ag_report *report, ag_sheet *sheet,
                          ag_error *err) {
    int kept = 0;
    for (int f = 0; f < d->n_factors; f++) {
        ag_factor *factor = &d->factors[f];
        int *level = d->level[f];
        int *renumbered = AG_NEW_ARRAY(c->arena, int, (size_t)factor->n_levels);
        int n = 0;
        if (!renumbered) return ag_samples_no_memory(err);
        for (int i = 0; i < d->n; i++) {
            if (renumbered[level[i]] == 0) renumbered[level[i]] = ++n;
            level[i] = renumbered[level[i]] - 1;
        }
        factor->n_levels = n;
        if (n >= 2)
            d->factors[kept++] = *factor;
        else
            ag_report_note(report, sheet, "%s has one value: it is no factor.", factor->name);
    }
    d->n_factors = kept;
    return AG_OK;
}

/* --- the sheet ------------------------------------------------------------------------------- */

static const char *name_of(const design *d, unsigned factors, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    for (int f = 0; f < d->n_factors; f++)
        if (factors >> f & 1U) ag_write_format(&w, "%s%s", w.n ? " x " : "", d->factors[f].name);
    return w.failed ? NULL : w.text;
}

static void put_term(const char *name, const ag_variance_term *term, ag_grid *grid) {
    ag_grid_text(grid, name);
    ag_grid_whole(grid, term->df);
    ag_grid_number(grid, term->squares);
    ag_grid_number(grid, term->eta_squared);
    ag_grid_number(grid, term->omega_squared);
    ag_grid_number(grid, term->f);
    ag_grid_number(grid, term->p);
}

static void put_percent(double share, ag_grid *grid) {
    if (isnan(share))
        ag_grid_text(grid, NULL);
    else
        ag_grid_format(grid, "%.1f %%", nearbyint(1000 * share) / 10 + 0.0); /* no -0.0 */
}

static void put_words(const char *name, const ag_variance_term *term, ag_grid *grid) {
    char text[AG_WORD_MAX];
    ag_grid_text(grid, name);
    ag_grid_whole(grid, term->df);
    put_percent(term->eta_squared, grid);
    put_percent(term->omega_squared, grid);
    ag_grid_text(grid, ag_round_p(text, term->p));
}

static int by_share(const void *a, const void *b) {
    const ag_variance_term *x = a, *y = b;
    if (x->eta_squared != y->eta_squared) return x->eta_squared > y->eta_squared ? -1 : 1;
    return (x->factors > y->factors) - (x->factors < y->factors);
}

static void put_shares(const ag_comparison *c, const design *d, ag_variance *v, ag_report *report,
                       ag_sheet *sheet) {
    const double none = (double)NAN;
    const ag_variance_term residual = {0,    v->residual_df, v->residual, v->residual_share,
                                       none, none,           none};
    qsort(v->terms, (size_t)v->n_terms, sizeof v->terms[0], by_share);
    for (int i = 0; i < v->n_terms; i++) {
        const char *name = name_of(d, v->terms[i].factors, c->arena);
        report->failed |= !name;
        put_term(name, &v->terms[i], &sheet->numbers);
        if (i < SHARES_SHOWN) put_words(name, &v->terms[i], &sheet->words);
    }
    put_term("residual", &residual, &sheet->numbers);
    put_words("residual: seed, and interactions of more", &residual, &sheet->words);
    if (v->n_terms > SHARES_SHOWN)
        ag_report_note(report, sheet, "%d smaller terms are not shown: csv and json have them.",
                       v->n_terms - SHARES_SHOWN);
}

static void say_how(const ag_comparison *c, const design *d, const ag_variance *v, int order,
                    ag_report *report, ag_sheet *sheet) {
    const char *scale = c->metric->scale == AG_SCALE_LOG ? " of the logarithms" : "";
    if (v->balanced)
        ag_report_note(report, sheet,
                       "Share of the sum of squares%s of %d trials, each combination as often: the "
                       "shares add up. omega2: without what chance alone gives.",
                       scale, d->n);
    else
        ag_report_note(report, sheet,
                       "Share of the sum of squares%s of %d trials, not each combination as often: "
                       "what a term adds to all that do not contain it (type II); the shares need "
                       "not add up. omega2: without what chance alone gives.",
                       scale, d->n);
    if (order == 1) ag_report_note(report, sheet, "Interactions are in the residual.");
    if (d->infinite)
        ag_report_note(report, sheet, "%d trials without a finite value are left out.",
                       d->infinite);
}

static ag_status decompose(const ag_comparison *c, design *d, ag_report *report, ag_sheet *sheet,
                           ag_error *err) {
    ag_variance *v = AG_NEW(c->arena, ag_variance);
    if (!v) return ag_samples_no_memory(err);
    for (int order = d->n_factors < 2 ? 1 : 2; order >= 1; order--) {
        const ag_factorial of = {
            .n = d->n, .y = d->y, .n_factors = d->n_factors, .factors = d->factors, .order = order};
        ag_error why = {0};
        const ag_status status = ag_variance_of(&of, c->arena, v, &why);
        if (status == AG_OK) {
            put_shares(c, d, v, report, sheet);
            say_how(c, d, v, order, report, sheet);
            return AG_OK;
        }
        if (status != AG_CONFIG) {
            *err = why;
            return status;
        }
        ag_report_note(report, sheet, "%s cannot be told: %s.",
                       order == 2 ? "Interactions" : "Shares", why.text);
    }
    return AG_OK;
}

ag_status ag_compare_variance(const ag_comparison *c, ag_report *report, ag_error *err) {
    static const ag_column numbers[] = {
        {"item", false},         {"df", true}, {"squares", true}, {"share", true},
        {"omega_squared", true}, {"f", true},  {"p", true}};
    static const ag_column words[] = {{"part of the variance", false},
                                      {"df", true},
                                      {"share", true},
                                      {"omega2", true},
                                      {"p", true}};
    design d = {.n_factors = 1};
    bool full = false;
    ag_sheet *sheet =
        ag_report_sheet(report, "variance", "variance of %s between trials", c->metric->name);
    ag_grid_columns(&sheet->numbers, c->arena, numbers, AG_COUNT(numbers));
    ag_grid_columns(&sheet->words, c->arena, words, AG_COUNT(words));
    d.factors[0] = (ag_factor){.name = "activation", .n_levels = c->samples.n_activations};
    for (int k = 0; k < c->samples.varying.n && !full; k++)
        AG_TRY(add_key(c, k, &d, &full, err));
    if (full) {
        ag_report_note(report, sheet, "More than %d settings differ: take some of them with --at.",
                       AG_FACTORS_MAX - 1);
        return AG_OK;
    }
    AG_TRY(fill(c, &d, err));
    AG_TRY(close_up(c, &d, report, sheet, err));
    if (d.n_factors == 0) {
        ag_report_note(report, sheet, "Nothing differs but the seed.");
        return AG_OK;
    }
    return decompose(c, &d, report, sheet, err);
}
