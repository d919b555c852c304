#include "results/report/claim_trials.h"

#include "harness/base/sorted.h"
#include "harness/plan/tuning.h"
#include "results/report/choose.h"

#include <stdlib.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the claims");
}

ag_status ag_claim_plan(const ag_plan *plan, const char *folder, ag_arena *arena, ag_plan *whole,
                        ag_error *err) {
    const ag_winner *ignored;
    return ag_chosen_of_store(plan, folder, arena, whole, &ignored, err);
}

/* `right` may be NULL: one side; so may both: any. */
static bool is_meant(const ag_claim_side *left, const ag_claim_side *right, const ag_trial *trial) {
    return trial->phase != AG_PHASE_TUNE &&
           (!left || ag_claim_has(left, trial) || (right && ag_claim_has(right, trial)));
}

ag_status ag_claim_ids(const ag_plan *whole, const ag_claim_side *left, const ag_claim_side *right,
                       ag_arena *arena, uint64_t **ids, size_t *n, ag_error *err) {
    *n = 0;
    for (int pass = 0; pass < 2; pass++) {
        if (pass && !(*ids = AG_NEW_ARRAY(arena, uint64_t, *n + 1))) return no_memory(err);
        *n = 0;
        for (size_t t = 0; t < whole->n_trials; t++) {
            if (!is_meant(left, right, &whole->trials[t])) continue;
            if (pass) (*ids)[*n] = whole->trials[t].id;
            (*n)++;
        }
    }
    ag_sorted_make(*ids, *n);
    return AG_OK;
}

/* --- how many -------------------------------------------------------------------------------- */

ag_status ag_stored_ids_read(ag_reader *reader, ag_arena *arena, ag_stored_ids *stored,
                             ag_error *err) {
    ag_table table;
    AG_TRY(ag_reader_query(reader,
                           "SELECT trial_id, status = 'failed' FROM trial ORDER BY trial_id", 0,
                           arena, &table, err));
    uint64_t *ids = AG_NEW_ARRAY(arena, uint64_t, table.n_rows + 1);
    bool *failed = AG_NEW_ARRAY(arena, bool, table.n_rows + 1);
    if (!ids || !failed) return no_memory(err);
    for (size_t r = 0; r < table.n_rows; r++) {
        const char *id = table.cells[2 * r], *flag = table.cells[2 * r + 1];
        ids[r] = id ? strtoull(id, NULL, 16) : 0;
        failed[r] = flag && flag[0] == '1';
    }
    *stored = (ag_stored_ids){table.n_rows, ids, failed};
    return AG_OK;
}

/* How many trials the sides are about when a tuning is done: of each group one point. */
static ag_status count_finals(const ag_plan *whole, const ag_claim_side *left,
                              const ag_claim_side *right, ag_arena *scratch, size_t *n,
                              ag_error *err) {
    const ag_tuning *tuning = whole->tuning;
    bool *known = AG_NEW_ARRAY(scratch, bool, (size_t)tuning->n_groups);
    if (!known) return no_memory(err);
    *n = 0;
    for (size_t p = 0; p < tuning->n_points; p++) {
        ag_trial trial = tuning->points[p];
        trial.phase = AG_PHASE_FINAL;
        if (known[tuning->group[p]] || !is_meant(left, right, &trial)) continue;
        known[tuning->group[p]] = true;
        *n += (size_t)tuning->n_final_seeds;
    }
    return AG_OK;
}

ag_status ag_claim_count(const ag_plan *whole, const ag_stored_ids *stored, ag_arena *scratch,
                         ag_claim_result *result, ag_error *err) {
    const ag_claim_side *left = &result->claim->left,
                        *right = result->claim->of_number ? NULL : &result->claim->right;
    uint64_t *ids;
    size_t n;
    AG_TRY(ag_claim_ids(whole, left, right, scratch, &ids, &n, err));
    result->planned = n;
    if (whole->tuning) AG_TRY(count_finals(whole, left, right, scratch, &result->planned, err));
    for (size_t i = 0; i < n; i++) {
        const uint64_t *at = ag_sorted_find(stored->ids, stored->n, ids[i]);
        if (!at) continue;
        if (stored->failed[at - stored->ids])
            result->failed++;
        else
            result->done++;
    }
    result->there = result->done == result->planned;
    return AG_OK;
}
