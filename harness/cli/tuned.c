#include "harness/cli/tuned.h"

#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for what a tuning chose");
}

ag_status ag_tuned_look(const ag_plan *plan, const char *folder, ag_arena *arena, ag_tuned *tuned,
                        ag_error *err) {
    const int n = plan->tuning->n_groups;
    ag_winner *winners = AG_NEW_ARRAY(arena, ag_winner, (size_t)n);
    if (!winners) return no_memory(err);
    AG_TRY(ag_choose(plan, folder, arena, winners, err));
    *tuned = (ag_tuned){.plan = plan, .winners = winners};
    for (int g = 0; g < n; g++)
        tuned->n_known += winners[g].known;
    return AG_OK;
}

/* The first point of each group, for those of which nothing is known. */
static ag_status list_points(const ag_tuned *tuned, bool assume, ag_arena *arena, size_t **points,
                             size_t *n, ag_error *err) {
    const ag_tuning *t = tuned->plan->tuning;
    *points = AG_NEW_ARRAY(arena, size_t, (size_t)t->n_groups);
    size_t *first = AG_NEW_ARRAY(arena, size_t, (size_t)t->n_groups);
    if (!*points || !first) return no_memory(err);
    for (size_t p = t->n_points; p-- > 0;)
        first[t->group[p]] = p;
    *n = 0;
    for (int g = 0; g < t->n_groups; g++)
        if (assume || tuned->winners[g].known)
            (*points)[(*n)++] = tuned->winners[g].known ? tuned->winners[g].point : first[g];
    return AG_OK;
}

ag_status ag_tuned_whole(const ag_tuned *tuned, bool assume, ag_arena *arena, ag_experiment *whole,
                         ag_error *err) {
    size_t *points, n = 0;
    AG_TRY(list_points(tuned, assume, arena, &points, &n, err));
    const ag_tuning_stage final = {AG_PHASE_FINAL, points, n};
    *whole = (ag_experiment){0};
    AG_TRY(ag_plan_stages(tuned->plan, &final, 1, arena, &whole->plan, err));
    return ag_experiment_costs(whole, arena, err);
}

ag_status ag_tuned_prepare(ag_experiment *experiment, const char *folder, ag_arena *arena,
                           ag_error *err) {
    ag_tuned tuned;
    if (!experiment->plan.tuning) return ag_experiment_costs(experiment, arena, err);
    ag_plan *tune = AG_NEW(arena, ag_plan);
    if (!tune) return no_memory(err);
    *tune = experiment->plan;
    AG_TRY(ag_tuned_look(tune, folder, arena, &tuned, err));
    return ag_tuned_whole(&tuned, true, arena, experiment, err);
}

ag_status ag_tuned_count(const char *resolved, const char *folder, size_t planned, size_t done,
                         ag_arena *arena, ag_phase_counts *counts, bool *tuned, ag_error *err) {
    ag_experiment experiment = {0};
    ag_error ignored = {0};
    size_t *missing, n_missing;
    *tuned = strstr(resolved, "\"tuning\":{") && /* a plan may have millions of trials */
             ag_plan_read(arena, "resolved", resolved, strlen(resolved), NULL, 0, &experiment.plan,
                          &ignored) == AG_OK &&
             experiment.plan.tuning && experiment.plan.n_trials <= planned;
    if (!*tuned) return AG_OK;
    const size_t tune = experiment.plan.n_trials;
    AG_TRY(ag_sweep_todo(&experiment, folder, arena, &missing, &n_missing, err));
    const size_t tune_done = tune - n_missing < done ? tune - n_missing : done;
    *counts = (ag_phase_counts){
        .planned = {[AG_PHASE_TUNE] = tune, [AG_PHASE_FINAL] = planned - tune},
        .done = {[AG_PHASE_TUNE] = tune_done, [AG_PHASE_FINAL] = done - tune_done}};
    return AG_OK;
}

ag_status ag_tuned_selections(const ag_tuned *tuned, ag_arena *arena, const ag_selection **list,
                              int *n, ag_error *err) {
    const ag_plan *plan = tuned->plan;
    const ag_tuning *t = plan->tuning;
    ag_selection *made = AG_NEW_ARRAY(arena, ag_selection, (size_t)t->n_groups);
    const char *how = ag_tuning_how(t, arena);
    if (!made || !how) return no_memory(err);
    *n = 0;
    for (int g = 0; g < t->n_groups; g++) {
        const ag_winner *w = &tuned->winners[g];
        if (!w->known) continue;
        const ag_trial *winner = &plan->trials[w->point];
        ag_trial final = *winner;
        final.phase = AG_PHASE_FINAL;
        ag_selection *s = &made[(*n)++];
        *s = (ag_selection){
            .settings = ag_plan_settings_json(plan, &final, arena),
            .over = t->over,
            .n_over = t->n_over,
            .activation =
                plan->variants[AG_PART_ACTIVATION][winner->variant[AG_PART_ACTIVATION]].label,
            .chosen = ag_tuned_json(plan, winner, arena),
            .label = ag_tuned_label(plan, winner, arena),
            .metric = t->metric,
            .value = w->value,
            .seeds = w->seeds,
            .diverged = w->diverged,
            .candidates = t->n_candidates,
            .trials = t->n_candidates * plan->n_seeds,
            .how = how,
            .edge = w->edge,
        };
        if (!s->settings || !s->chosen || !s->label) return no_memory(err);
    }
    *list = made;
    return AG_OK;
}

/* --- in words ---------------------------------------------------------------------------- */

/* "relu depth=8": what tells the groups apart, without what is chosen and the seed. */
static const char *group_label(const ag_plan *plan, const ag_trial *trial, ag_arena *arena) {
    ag_plan others = *plan;
    ag_axis *axes = AG_NEW_ARRAY(arena, ag_axis, (size_t)plan->n_axes + 1);
    if (!axes) return NULL;
    others.axes = axes;
    others.n_axes = 0;
    others.n_seeds = 1;
    for (int a = 0; a < plan->n_axes; a++)
        if (!ag_tuned_axis(plan, a)) axes[others.n_axes++] = plan->axes[a];
    return ag_plan_trial_label(&others, trial, arena);
}

static ag_status print_one(const ag_tuned *tuned, int group, ag_arena *arena, ag_error *err) {
    const ag_plan *plan = tuned->plan;
    const ag_winner *w = &tuned->winners[group];
    const ag_trial *trial = &plan->trials[w->point];
    const char *label = group_label(plan, trial, arena),
               *chosen = ag_tuned_label(plan, trial, arena);
    if (!label || !chosen) return no_memory(err);
    fputs("chosen: ", stderr);
    ag_print_visible(stderr, label);
    fputs(": ", stderr);
    ag_print_visible(stderr, chosen);
    if (!isnan(w->value)) fprintf(stderr, " (%s %.4f)", plan->tuning->metric, w->value);
    if (w->diverged) fprintf(stderr, ", %d of %d diverged", w->diverged, w->seeds);
    if (w->edge) fputs(", on the edge: ", stderr), ag_print_visible(stderr, w->edge);
    fputc('\n', stderr);
    return AG_OK;
}

ag_status ag_tuned_print(const ag_tuned *tuned, ag_arena *arena, ag_error *err) {
    enum { SHOWN = 40 };
    const ag_tuning *t = tuned->plan->tuning;
    int shown = 0, edges = 0;
    for (int g = 0; g < t->n_groups; g++) {
        if (!tuned->winners[g].known) continue;
        if (shown++ < SHOWN) AG_TRY(print_one(tuned, g, arena, err));
        edges += tuned->winners[g].edge != NULL;
    }
    if (shown > SHOWN) fprintf(stderr, "... and %d more: table `selection`\n", shown - SHOWN);
    if (tuned->n_known < t->n_groups)
        fprintf(stderr, "note: for %d of %d nothing is chosen: some of their trials failed\n",
                t->n_groups - tuned->n_known, t->n_groups);
    if (edges)
        fprintf(stderr,
                "note: %d of %d choices lie%s on an edge of what was tried: better may lie "
                "beyond\n",
                edges, shown, edges == 1 ? "s" : "");
    return AG_OK;
}
