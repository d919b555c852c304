#include "results/report/claims.h"

#include "results/report/claim_trials.h"
#include "results/report/sample.h"
#include "results/stats/describe.h"

#include <math.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the claims");
}

/* --- before anything runs -------------------------------------------------------------------- */

static ag_status check_claim(const ag_claim *claim, ag_error *err) {
    const ag_metric *metric;
    AG_TRY(ag_metric_wanted(claim->metric, claim->metric_place, &metric, err));
    const bool ratio = metric->scale == AG_SCALE_LOG;
    if (claim->of_number && ratio && !(claim->number > 0))
        return AG_FAIL(err, AG_CONFIG, claim->number_place,
                       "claim: %s is compared by ratios, the number must be above 0", metric->name);
    if (claim->of_number && metric->yes_or_no && !(claim->number >= 0 && claim->number <= 1))
        return AG_FAIL(err, AG_CONFIG, claim->number_place,
                       "claim: %s is a share of trials, the number must be 0 to 1", metric->name);
    if (claim->percent && !ratio)
        return AG_FAIL(err, AG_CONFIG, claim->margin_place,
                       "claim: %s is compared by differences, the margin must be a number in its "
                       "unit: within 0.01",
                       metric->name);
    if (claim->margin > 0 && !claim->percent && ratio)
        return AG_FAIL(err, AG_CONFIG, claim->margin_place,
                       "claim: %s is compared by ratios, the margin must be a share: within 10%%",
                       metric->name);
    return AG_OK;
}

ag_status ag_claims_check(const ag_plan *plan, ag_error *err) {
    for (int c = 0; c < plan->n_claims; c++)
        AG_TRY(check_claim(&plan->claims[c], err));
    return AG_OK;
}

/* --- values ---------------------------------------------------------------------------------- */

typedef struct evaluation {
    ag_reader *reader;
    const ag_plan *plan;
    ag_arena *arena;   /* of the results */
    ag_arena *scratch; /* of one claim */
    ag_stored_ids stored;
} evaluation;

/* Of several with this label, as the store numbers them, the one that has trials here. */
static int find_activation(const ag_samples *samples, const char *label) {
    const size_t n = strlen(label);
    for (int a = 0; a < samples->n_activations; a++) {
        const char *other = samples->activations[a];
        if (strncmp(other, label, n) != 0 || (other[n] && strncmp(other + n, " (", 2) != 0))
            continue;
        for (int b = 0; b < samples->n_blocks; b++)
            if (ag_samples_cell(samples, b, a)->ran) return a;
    }
    return -1;
}

static ag_status read_samples(const evaluation *e, const ag_metric *metric,
                              const ag_claim_side *left, const ag_claim_side *right,
                              ag_samples *samples, ag_error *err) {
    ag_sample_query query = {.metric = metric, .phase = e->plan->tuning ? "final" : "grid"};
    uint64_t *ids;
    AG_TRY(ag_claim_ids(e->plan, left, right, e->scratch, &ids, &query.n_only, err));
    query.only = ids;
    return ag_samples_select(e->reader, &query, e->scratch, samples, err);
}

/* `blocks` NULL: all. */
static void count_cells(const ag_samples *samples, const ag_block_set *blocks, int activation,
                        ag_claim_result *r) {
    for (int i = 0; i < (blocks ? blocks->n : samples->n_blocks); i++) {
        const ag_cell_sample *cell =
            ag_samples_cell(samples, blocks ? blocks->block[i] : i, activation);
        r->diverged += cell->diverged;
        r->without += cell->without;
    }
}

/* One side's values, seed by seed. */
static ag_status read_side(const evaluation *e, const ag_claim_side *side, ag_claim_result *r,
                           ag_by_seed *values, ag_error *err) {
    ag_samples samples;
    AG_TRY(read_samples(e, r->metric, side, NULL, &samples, err));
    const int a = find_activation(&samples, side->activation);
    *values = (ag_by_seed){0};
    if (a < 0) return AG_OK;
    count_cells(&samples, NULL, a, r);
    return ag_sample_values_over(&samples, NULL, a, e->scratch, values, err);
}

/* Seeds of the side that has more of them, less those with a difference. */
static int lost_of(const ag_by_seed *x, const ag_by_seed *y, int kept) {
    const int of_x = x->n + x->left_out, of_y = y->n + y->left_out;
    return (of_x > of_y ? of_x : of_y) - kept;
}

/* Differences of the seeds that both have. */
static ag_status subtract(const evaluation *e, const ag_by_seed *x, const ag_by_seed *y,
                          ag_by_seed *out, ag_error *err) {
    *out = (ag_by_seed){.seed = AG_NEW_ARRAY(e->scratch, uint64_t, (size_t)x->n + 1),
                        .value = AG_NEW_ARRAY(e->scratch, double, (size_t)x->n + 1),
                        .blocks = x->blocks > y->blocks ? x->blocks : y->blocks};
    if (!out->seed || !out->value) return no_memory(err);
    ag_common_seeds both = {.x = x->seed, .y = y->seed, .n_x = x->n, .n_y = y->n};
    for (int i, j; ag_common_seeds_next(&both, &i, &j);) {
        out->seed[out->n] = x->seed[i];
        out->value[out->n++] = x->value[i] - y->value[j];
    }
    out->left_out = lost_of(x, y, out->n);
    return AG_OK;
}

static double mean_of(const ag_metric *metric, const ag_by_seed *values) {
    return values->n ? ag_metric_unscaled(metric, ag_mean(values->n, values->value)) : (double)NAN;
}

/* Of the seeds with a difference: it is that of the sides' means. */
static ag_status mean_of_paired(const evaluation *e, const ag_metric *metric,
                                const ag_by_seed *side, const ag_by_seed *pairs, double *mean,
                                ag_error *err) {
    ag_by_seed kept = {.value = AG_NEW_ARRAY(e->scratch, double, (size_t)side->n + 1)};
    if (!kept.value) return no_memory(err);
    ag_common_seeds both = {.x = side->seed, .y = pairs->seed, .n_x = side->n, .n_y = pairs->n};
    for (int i, j; ag_common_seeds_next(&both, &i, &j);)
        kept.value[kept.n++] = side->value[i];
    *mean = mean_of(metric, &kept);
    return AG_OK;
}

static ag_status read_apart(const evaluation *e, ag_claim_result *r, ag_by_seed *out,
                            ag_error *err) {
    ag_by_seed left, right;
    AG_TRY(read_side(e, &r->claim->left, r, &left, err));
    AG_TRY(read_side(e, &r->claim->right, r, &right, err));
    r->judged.uneven = left.blocks != right.blocks;
    AG_TRY(subtract(e, &left, &right, out, err));
    AG_TRY(mean_of_paired(e, r->metric, &left, out, &r->left, err));
    return mean_of_paired(e, r->metric, &right, out, &r->right, err);
}

static ag_status read_pairs(const evaluation *e, ag_claim_result *r, ag_by_seed *out,
                            ag_error *err) {
    ag_samples samples;
    const ag_claim *claim = r->claim;
    AG_TRY(read_samples(e, r->metric, &claim->left, &claim->right, &samples, err));
    const int a = find_activation(&samples, claim->left.activation),
              b = find_activation(&samples, claim->right.activation);
    *out = (ag_by_seed){0};
    if (a < 0 || b < 0) return AG_OK;
    ag_by_seed left, right;
    int *block = AG_NEW_ARRAY(e->scratch, int, (size_t)samples.n_blocks);
    if (!block) return no_memory(err);
    ag_block_set both = {0, block};
    for (int i = 0; i < samples.n_blocks; i++)
        if (ag_samples_cell(&samples, i, a)->ran && ag_samples_cell(&samples, i, b)->ran)
            block[both.n++] = i;
    AG_TRY(ag_sample_values_over(&samples, &both, a, e->scratch, &left, err));
    AG_TRY(ag_sample_values_over(&samples, &both, b, e->scratch, &right, err));
    count_cells(&samples, &both, a, r);
    count_cells(&samples, &both, b, r);
    AG_TRY(ag_sample_pairs_over(&samples, &both, a, b, e->scratch, out, err));
    const int lost = lost_of(&left, &right, out->n); /* also those that one side lacks */
    if (lost > out->left_out) out->left_out = lost;
    AG_TRY(mean_of_paired(e, r->metric, &left, out, &r->left, err));
    return mean_of_paired(e, r->metric, &right, out, &r->right, err);
}

static ag_status read_single(const evaluation *e, ag_claim_result *r, ag_by_seed *out,
                             ag_error *err) {
    AG_TRY(read_side(e, &r->claim->left, r, out, err));
    r->left = mean_of(r->metric, out);
    r->right = r->claim->number;
    for (int i = 0; i < out->n; i++)
        out->value[i] -= ag_metric_scaled(r->metric, r->claim->number);
    return AG_OK;
}

/* --- one claim ------------------------------------------------------------------------------- */

static const ag_relation relations[] = {[AG_CLAIM_GREATER] = AG_RELATION_GREATER,
                                        [AG_CLAIM_LESS] = AG_RELATION_LESS,
                                        [AG_CLAIM_ALIKE] = AG_RELATION_ALIKE};

static double margin_of(const ag_claim *claim) {
    return claim->percent ? log1p(claim->margin / 100) : claim->margin;
}

/* On a scale of logarithms a seed in which both are 0 has no ratio. */
static int keep_numbers(const ag_metric *metric, int n, const double *from, double *to) {
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (!isnan(from[i])) to[kept++] = ag_metric_rounded(metric, from[i]);
    return kept;
}

static ag_status evaluate(const evaluation *e, const ag_claim *claim, ag_claim_result *r,
                          ag_error *err) {
    const double nan = (double)NAN;
    *r = (ag_claim_result){.claim = claim, .left = nan, .right = nan};
    AG_TRY(ag_metric_wanted(claim->metric, claim->metric_place, &r->metric, err));
    r->judged.relation = relations[claim->relation];
    r->judged.margin = margin_of(claim);
    AG_TRY(ag_claim_count(e->plan, &e->stored, e->scratch, r, err));
    if (!r->there) return ag_judge(&r->judged, e->scratch, err);
    ag_by_seed pairs;
    if (claim->of_number)
        AG_TRY(read_single(e, r, &pairs, err));
    else if (claim->apart)
        AG_TRY(read_apart(e, r, &pairs, err));
    else
        AG_TRY(read_pairs(e, r, &pairs, err));
    double *d = AG_NEW_ARRAY(e->arena, double, (size_t)pairs.n + 1);
    if (!d) return no_memory(err);
    r->judged.n = keep_numbers(r->metric, pairs.n, pairs.value, d);
    r->judged.d = d;
    if (r->metric->yes_or_no) {
        r->judged.least_d = claim->of_number ? -claim->number : -1;
        r->judged.most_d = claim->of_number ? 1 - claim->number : 1;
        r->judged.single = pairs.blocks == 1;
    }
    r->left_out = pairs.left_out + pairs.n - r->judged.n;
    r->settings = pairs.blocks;
    return ag_judge(&r->judged, e->scratch, err);
}

/* --- all ------------------------------------------------------------------------------------- */

static ag_status judge_together(ag_claim_results *results, ag_arena *scratch, ag_error *err) {
    ag_judgement *judged = AG_NEW_ARRAY(scratch, ag_judgement, (size_t)results->n + 1);
    if (!judged) return no_memory(err);
    for (int c = 0; c < results->n; c++)
        judged[c] = results->result[c].judged;
    AG_TRY(ag_judge_all(judged, results->n, scratch, err));
    for (int c = 0; c < results->n; c++) {
        AG_TRY(ag_judge_seeds(&judged[c], scratch, err));
        results->result[c].judged = judged[c];
        if (results->result[c].there)
            results->counts[judged[c].verdict]++;
        else
            results->missing++;
    }
    return AG_OK;
}

static ag_status evaluate_all(evaluation *e, ag_claim_results *results, ag_error *err) {
    AG_TRY(ag_stored_ids_read(e->reader, e->arena, &e->stored, err));
    for (int c = 0; c < e->plan->n_claims; c++) {
        ag_arena_reset(e->scratch);
        AG_TRY(evaluate(e, &e->plan->claims[c], &results->result[c], err));
    }
    ag_arena_reset(e->scratch);
    return judge_together(results, e->scratch, err);
}

ag_status ag_claims_evaluate(const char *folder, const ag_plan *plan, ag_arena *arena,
                             ag_claim_results *results, ag_error *err) {
    *results = (ag_claim_results){.experiment = plan->name, .n = plan->n_claims};
    if (!plan->n_claims) return AG_OK;
    results->result = AG_NEW_ARRAY(arena, ag_claim_result, (size_t)plan->n_claims);
    if (!results->result) return no_memory(err);
    ag_arena scratch = AG_ARENA_EMPTY;
    scratch.fail_after = arena->fail_after;
    ag_plan whole;
    evaluation e = {.plan = &whole, .arena = arena, .scratch = &scratch};
    AG_TRY(ag_claim_plan(plan, folder, arena, &whole, err));
    AG_TRY(ag_reader_open(folder, arena, &e.reader, err));
    const ag_status status = evaluate_all(&e, results, err);
    ag_reader_close(e.reader);
    ag_arena_close(&scratch);
    return status;
}

bool ag_claim_is_tested(const ag_claim_result *result) {
    return result->there && result->judged.n > 1;
}

unsigned ag_claims_tests(const ag_claim_results *results) {
    unsigned tests = 0;
    for (int c = 0; c < results->n; c++)
        if (ag_claim_is_tested(&results->result[c])) tests |= 1u << results->result[c].judged.by;
    return tests;
}

/* --- out of a store -------------------------------------------------------------------------- */

ag_status ag_claims_of_store(const char *folder, ag_arena *arena, ag_claim_results *results,
                             ag_error *err) {
    *results = (ag_claim_results){.experiment = ""};
    ag_table table;
    AG_TRY(ag_store_query(folder,
                          "SELECT e.resolved, ifnull(e.file, '') FROM experiment e"
                          " LEFT JOIN progress p USING (experiment_id)"
                          " ORDER BY p.run_began_at DESC, p.updated_at DESC, e.experiment_id DESC"
                          " LIMIT 1",
                          0, arena, &table, err));
    if (!table.n_rows) return AG_OK;
    const char *resolved = table.cells[0];
    if (!resolved || !strstr(resolved, "\"claims\":")) return AG_OK;
    ag_plan *plan = AG_NEW(arena, ag_plan);
    if (!plan) return no_memory(err);
    const ag_status status =
        ag_plan_read(arena, table.cells[1], resolved, strlen(resolved), NULL, 0, plan, err);
    if (status && status != AG_NOMEM) {
        char text[sizeof err->text];
        memcpy(text, err->text, sizeof text);
        return AG_FAIL(
            err, AG_STORE, AG_NOWHERE,
            "the claims of '%.60s' cannot be looked at, as its experiment cannot be read "
            "any more: %.200s",
            folder, text);
    }
    AG_TRY(status);
    AG_TRY(ag_claims_check(plan, err));
    return ag_claims_evaluate(folder, plan, arena, results, err);
}
