/* Groups of blocks, and each activation in them. */
#include "results/report/compare_private.h"
#include "results/report/short_text.h"

#include "harness/base/nearest.h"
#include "harness/config/writer.h"
#include "results/stats/describe.h"
#include "results/stats/share.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- an activation in a group ---------------------------------------------------------------- */

static bool all_finite(int n, const double *x) {
    for (int i = 0; i < n; i++)
        if (!isfinite(x[i])) return false;
    return true;
}

ag_status ag_compare_mean(const ag_comparison *c, int n, const double *x, ag_bounds *out,
                          ag_error *err) {
    const double none = (double)NAN;
    *out = (ag_bounds){none, none, none};
    if (n == 0) return AG_OK;
    if (!all_finite(n, x)) { /* a ratio of 0 */
        double sum = 0;
        for (int i = 0; i < n; i++)
            sum += x[i];
        out->estimate = sum;
        return AG_OK;
    }
    *out = ag_t_interval(n, x, AG_COMPARE_LEVEL);
    if (c->options->ends == AG_ENDS_T) return AG_OK;
    ag_bootstrap how = AG_BOOTSTRAP_STANDARD;
    how.level = AG_COMPARE_LEVEL;
    return ag_bootstrap_sample(n, x, &how, c->arena, out, err);
}

static ag_status fill_arm(const ag_comparison *c, const ag_block_set *set, int a, ag_arm *arm,
                          ag_error *err) {
    const double none = (double)NAN;
    *arm = (ag_arm){.std = none, .median = none, .iqm = none, .tuned = ""};
    for (int k = 0; k < set->n; k++) {
        const ag_cell_sample *cell = ag_samples_cell(&c->samples, set->block[k], a);
        arm->ran += cell->ran;
        arm->diverged += cell->diverged;
        arm->failed += cell->failed;
        arm->without += cell->without;
        if (set->n == 1) arm->tuned = cell->tuned;
    }
    AG_TRY(ag_sample_values_over(&c->samples, set, a, c->arena, &arm->values, err));
    const int n = arm->values.n;
    const double *x = arm->values.value;
    if (n > 0 && c->metric->yes_or_no && c->options->ends == AG_ENDS_T)
        arm->mean = ag_mean_share_interval(n, x, AG_COMPARE_LEVEL);
    else
        AG_TRY(ag_compare_mean(c, n, x, &arm->mean, err));
    if (n == 0) return AG_OK;
    double *sorted = ag_sorted(n, x, c->arena);
    if (!sorted) return ag_samples_no_memory(err);
    if (all_finite(n, x)) arm->std = ag_std(n, x);
    arm->median = ag_median(n, sorted);
    arm->iqm = ag_iqm(n, sorted);
    return AG_OK;
}

/* Best first, those without a number behind, those that were not in the grid last. */
static void order_arms(const ag_comparison *c, const ag_arm *arms, int *order) {
    for (int i = 0; i < c->samples.n_activations; i++) {
        int at = i;
        for (; at > 0; at--) {
            const ag_arm *x = &arms[i], *y = &arms[order[at - 1]];
            const double a = x->mean.estimate, b = y->mean.estimate;
            bool before = (x->ran > 0) > (y->ran > 0);
            if ((x->ran > 0) == (y->ran > 0) && c->metric->better != AG_BETTER_NEITHER)
                before = isnan(b) ? !isnan(a) : ag_metric_better(c->metric, a, b);
            if (!before) break;
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
}

static ag_status fill_group(const ag_comparison *c, ag_block_group *group, ag_error *err) {
    const size_t n = (size_t)c->samples.n_activations;
    ag_arm *arms = AG_NEW_ARRAY(c->arena, ag_arm, n);
    int *order = AG_NEW_ARRAY(c->arena, int, n);
    if (!arms || !order) return ag_samples_no_memory(err);
    for (size_t a = 0; a < n; a++) {
        AG_TRY(fill_arm(c, &group->set, (int)a, &arms[a], err));
        group->present += arms[a].ran > 0;
    }
    order_arms(c, arms, order);
    group->arms = arms;
    group->order = order;
    return AG_OK;
}

/* --- which blocks ---------------------------------------------------------------------------- */

/* Whether `word` means the key: model.depth, depth; initializer.name, initializer. */
static bool means(const char *word, const char *key) {
    const size_t n = strlen(word);
    const char *at = key;
    for (;;) {
        if (strncmp(at, word, n) == 0 &&
            (at[n] == '\0' || strcmp(at + n, ".name") == 0 || strcmp(at + n, ".type") == 0))
            return true;
        at = strchr(at, '.');
        if (!at++) return false;
    }
}

static ag_status find_by(const ag_comparison *c, const char *word, int *key, ag_error *err) {
    const ag_varying *varying = &c->samples.varying;
    char hint[AG_HINT_MAX], list[200] = "";
    ag_nearest nearest = ag_nearest_begin(word);
    for (int k = 0; k < varying->n; k++) {
        *key = k;
        if (means(word, varying->key[k])) return AG_OK;
        ag_nearest_offer(&nearest, varying->key[k]);
        const char *dot = strrchr(varying->key[k], '.');
        if (dot) ag_nearest_offer(&nearest, dot + 1);
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%.60s", k ? ", " : "", varying->key[k]);
    }
    return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                   "--by: '%.64s' is no setting that differs between blocks%s%s%s", word,
                   ag_nearest_hint(hint, &nearest, ""), varying->n ? "; there are: " : "", list);
}

static const char *label_of(const ag_comparison *c, const int *keys, int block) {
    const ag_block_sample *of = &c->samples.blocks[block];
    if (c->options->n_by == 0) return of->label;
    ag_writer w = AG_WRITER(c->arena);
    for (int k = 0; k < c->options->n_by; k++)
        ag_write_format(&w, "%s%s=%s", k ? " " : "", c->options->by[k],
                        of->value[keys[k]] ? of->value[keys[k]] : "none");
    return w.failed ? NULL : w.text;
}

/* Adds the block to the group of its label. Groups behind the first are these. */
static ag_status add_block(ag_comparison *c, const char *label, int block, ag_error *err) {
    if (!label) return ag_samples_no_memory(err);
    int g = c->n_groups;
    if (c->options->n_by > 0)
        for (g = 1; g < c->n_groups && strcmp(c->groups[g].label, label) != 0; g++) {
        }
    ag_block_group *group = &c->groups[g];
    if (g == c->n_groups) {
        int *blocks =
            AG_NEW_ARRAY(c->arena, int, c->options->n_by > 0 ? (size_t)c->samples.n_blocks : 1);
        if (!blocks) return ag_samples_no_memory(err);
        *group = (ag_block_group){.label = label, .block = blocks, .set = {0, blocks}};
        c->n_groups++;
    }
    group->block[group->set.n++] = block;
    return AG_OK;
}

/* Labels and what was tuned, as people read them. */
static ag_status shorten(ag_comparison *c, ag_error *err) {
    const int arms = c->n_groups * c->samples.n_activations, n = c->n_groups + arms;
    const char **full = AG_NEW_ARRAY(c->arena, const char *, (size_t)n),
               **brief = AG_NEW_ARRAY(c->arena, const char *, (size_t)n);
    if (!full || !brief) return ag_samples_no_memory(err);
    for (int i = 0; i < n; i++) {
        const int arm = i - c->n_groups;
        full[i] = arm < 0 ? c->groups[i].label
                          : c->groups[arm / c->samples.n_activations]
                                .arms[arm % c->samples.n_activations]
                                .tuned;
    }
    if (!ag_short_texts(c->n_groups, full, brief, c->arena) ||
        !ag_short_texts(arms, full + c->n_groups, brief + c->n_groups, c->arena))
        return ag_samples_no_memory(err);
    for (int i = 0; i < n; i++) {
        const int arm = i - c->n_groups;
        if (arm < 0)
            c->groups[i].title = brief[i];
        else
            c->groups[arm / c->samples.n_activations].arms[arm % c->samples.n_activations].with =
                brief[i];
    }
    return AG_OK;
}

ag_status ag_compare_groups(ag_comparison *c, ag_error *err) {
    const int n = c->samples.n_blocks, n_by = c->options->n_by;
    int *keys = AG_NEW_ARRAY(c->arena, int, (size_t)n_by + 1);
    int *all = AG_NEW_ARRAY(c->arena, int, (size_t)n);
    c->groups = AG_NEW_ARRAY(c->arena, ag_block_group, (size_t)n + 1);
    if (!keys || !all || !c->groups) return ag_samples_no_memory(err);
    for (int k = 0; k < n_by; k++)
        AG_TRY(find_by(c, c->options->by[k], &keys[k], err));
    for (int b = 0; b < n; b++)
        all[b] = b;
    c->groups[c->n_groups++] = (ag_block_group){.label = "overall", .set = {n, all}};
    for (int b = 0; b < n && n > 1 && !c->options->overall_only; b++)
        AG_TRY(add_block(c, label_of(c, keys, b), b, err));
    for (int g = 0; g < c->n_groups; g++)
        AG_TRY(fill_group(c, &c->groups[g], err));
    return shorten(c, err);
}
