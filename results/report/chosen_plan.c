/* From what was chosen to the trials that follow from it. */
#include "results/report/choose.h"

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for what follows from a choice");
}

/* Room for `each` points of all groups. */
static ag_status open_stage(const ag_tuning *t, int each, ag_tuning_stage *stage, size_t **points,
                            ag_arena *arena, ag_error *err) {
    *points = AG_NEW_ARRAY(arena, size_t, (size_t)each * (size_t)t->n_groups);
    stage->points = *points;
    return *points ? AG_OK : no_memory(err);
}

/* Of the groups of which the candidates of the rung are known, or of the others: there some that
 * may get so far. */
static ag_status list_rung(const ag_tuning *t, const ag_winner *winners, bool known,
                           ag_tuning_stage *stage, ag_arena *arena, ag_error *err) {
    const int n = t->rungs[stage->rung].candidates;
    size_t *points;
    AG_TRY(open_stage(t, n, stage, &points, arena, err));
    for (int g = 0; g < t->n_groups; g++) {
        const ag_winner *w = &winners[g];
        if ((w->rung >= stage->rung) != known) continue;
        const size_t *from = w->left[known ? stage->rung : w->rung];
        for (int i = 0; i < n; i++)
            points[stage->n++] = from[i];
    }
    return AG_OK;
}

static ag_status list_final(const ag_tuning *t, const ag_winner *winners, bool assume,
                            ag_tuning_stage *stage, ag_arena *arena, ag_error *err) {
    size_t *points;
    AG_TRY(open_stage(t, 1, stage, &points, arena, err));
    for (int g = 0; g < t->n_groups; g++) {
        const ag_winner *w = &winners[g];
        if (assume || w->known) points[stage->n++] = w->known ? w->point : w->left[w->rung][0];
    }
    return AG_OK;
}

ag_status ag_chosen_plan(const ag_plan *plan, const ag_winner *winners, bool assume,
                         ag_arena *arena, ag_plan *whole, ag_error *err) {
    const ag_tuning *t = plan->tuning;
    ag_tuning_stage stages[2 * AG_RUNGS_MAX];
    int n = 0;
    for (int known = 1; known >= !assume; known--)
        for (int r = 1; r < t->n_rungs; r++) {
            stages[n] = (ag_tuning_stage){.phase = AG_PHASE_TUNE, .rung = r};
            AG_TRY(list_rung(t, winners, known, &stages[n++], arena, err));
        }
    stages[n] = (ag_tuning_stage){.phase = AG_PHASE_FINAL};
    AG_TRY(list_final(t, winners, assume, &stages[n++], arena, err));
    return ag_plan_stages(plan, stages, n, arena, whole, err);
}

ag_status ag_chosen_of_store(const ag_plan *plan, const char *folder, ag_arena *arena,
                             ag_plan *whole, const ag_winner **winners, ag_error *err) {
    *whole = *plan;
    *winners = NULL;
    if (!plan->tuning) return AG_OK;
    ag_winner *chosen = AG_NEW_ARRAY(arena, ag_winner, (size_t)plan->tuning->n_groups);
    if (!chosen) return no_memory(err);
    *winners = chosen;
    AG_TRY(ag_choose(plan, folder, arena, chosen, err));
    return ag_chosen_plan(plan, chosen, false, arena, whole, err);
}
