#include "harness/cli/tuned.h"

#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/sweep.h"
#include "results/report/short_text.h"

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
    *tuned = (ag_tuned){.folder = folder, .plan = plan, .winners = winners};
    for (int g = 0; g < n; g++) {
        tuned->n_known += winners[g].known;
        for (int r = 0; r <= winners[g].rung; r++)
            tuned->n_due += (size_t)plan->tuning->rungs[r].candidates * (size_t)plan->n_seeds;
    }
    return AG_OK;
}

ag_status ag_tuned_whole(const ag_tuned *tuned, bool assume, ag_arena *arena, ag_experiment *whole,
                         ag_error *err) {
    *whole = (ag_experiment){0};
    AG_TRY(ag_chosen_plan(tuned->plan, tuned->winners, assume, arena, &whole->plan, err));
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

/* What the rungs have, and how much of it is there. */
static ag_status count_rungs(const ag_tuned *tuned, const char *folder, ag_arena *arena,
                             ag_phase_counts *counts, ag_error *err) {
    const ag_tuning *t = tuned->plan->tuning;
    const size_t each = (size_t)t->n_groups * (size_t)tuned->plan->n_seeds;
    ag_experiment whole = {0};
    size_t *missing, n_missing;
    AG_TRY(ag_chosen_plan(tuned->plan, tuned->winners, false, arena, &whole.plan, err));
    AG_TRY(ag_sweep_todo(&whole, folder, arena, &missing, &n_missing, err));
    *counts = (ag_phase_counts){.rungs = t->rungs, .n_rungs = t->n_rungs};
    for (size_t i = 0; i < tuned->n_due; i++)
        counts->rung_done[ag_tuned_rung(tuned->plan, &whole.plan.trials[i])]++;
    for (size_t i = 0; i < n_missing && missing[i] < tuned->n_due; i++)
        counts->rung_done[ag_tuned_rung(tuned->plan, &whole.plan.trials[missing[i]])]--;
    for (int r = 0; r < t->n_rungs; r++) {
        counts->rung_planned[r] = (size_t)t->rungs[r].candidates * each;
        counts->planned[AG_PHASE_TUNE] += counts->rung_planned[r];
        counts->done[AG_PHASE_TUNE] += counts->rung_done[r];
    }
    return AG_OK;
}

ag_status ag_tuned_count(const char *resolved, const char *folder, size_t planned, size_t done,
                         ag_arena *arena, ag_phase_counts *counts, bool *tuned, ag_error *err) {
    ag_plan plan;
    ag_error ignored = {0};
    ag_tuned known;
    *tuned = strstr(resolved, "\"tuning\":{") && /* a plan may have millions of trials */
             ag_plan_read(arena, "resolved", resolved, strlen(resolved), NULL, 0, &plan,
                          &ignored) == AG_OK &&
             plan.tuning && plan.n_trials <= planned &&
             ag_tuned_look(&plan, folder, arena, &known, &ignored) == AG_OK;
    if (!*tuned) return AG_OK;
    AG_TRY(count_rungs(&known, folder, arena, counts, err));
    const size_t tune = counts->planned[AG_PHASE_TUNE];
    if (counts->done[AG_PHASE_TUNE] > done) counts->done[AG_PHASE_TUNE] = done;
    counts->planned[AG_PHASE_FINAL] = planned > tune ? planned - tune : 0;
    counts->done[AG_PHASE_FINAL] = done - counts->done[AG_PHASE_TUNE];
    return AG_OK;
}

ag_status ag_tuned_selections(const ag_tuned *tuned, ag_arena *arena, const ag_selection **list,
                              int *n, ag_error *err) {
    const ag_plan *plan = tuned->plan;
    const ag_tuning *t = plan->tuning;
    ag_selection *made = AG_NEW_ARRAY(arena, ag_selection, (size_t)t->n_groups);
    const char *how = ag_tuning_how(t, arena);
    int trials = 0;
    if (!made || !how) return no_memory(err);
    for (int r = 0; r < t->n_rungs; r++)
        trials += t->rungs[r].candidates * plan->n_seeds;
    *n = 0;
    for (int g = 0; g < t->n_groups; g++) {
        const ag_winner *w = &tuned->winners[g];
        if (!w->known) continue;
        const ag_trial *winner = &t->points[w->point];
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
            .trials = trials,
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
    const ag_trial *trial = &plan->tuning->points[w->point];
    const char *label = group_label(plan, trial, arena),
               *chosen = ag_tuned_label(plan, trial, arena);
    const char *const full[] = {label, chosen, w->edge};
    const char *brief[3];
    if (!label || !chosen || !ag_short_texts(3, full, brief, arena)) return no_memory(err);
    fputs("chosen: ", stderr);
    ag_print_visible(stderr, brief[0]);
    fputs(": ", stderr);
    ag_print_visible(stderr, brief[1]);
    if (!isnan(w->value)) fprintf(stderr, " (%s %.4f)", plan->tuning->metric, w->value);
    if (w->diverged) fprintf(stderr, ", %d of %d diverged", w->diverged, w->seeds);
    if (w->edge) fputs(", on the edge: ", stderr), ag_print_visible(stderr, brief[2]);
    fputc('\n', stderr);
    return AG_OK;
}

ag_status ag_tuned_print_alike(const ag_tuned *tuned, int rung, ag_arena *arena, ag_error *err) {
    enum { SHOWN = 3 };
    const ag_plan *plan = tuned->plan;
    const ag_tuning *t = plan->tuning;
    const bool last = rung == t->n_rungs - 1;
    int shown = 0;
    ag_alike alike;
    AG_TRY(ag_choose_alike(plan, tuned->folder, tuned->winners, rung, arena, &alike, err));
    if (!alike.n) return AG_OK;
    fputs("note: ", stderr);
    if (!last) fprintf(stderr, "rung %d: ", rung + 1);
    fprintf(stderr, "for %d of %d groups (", alike.n, alike.tested);
    for (int g = 0; g < t->n_groups && shown < SHOWN; g++) {
        if (!alike.is[g]) continue;
        const char *label = group_label(plan, &t->points[tuned->winners[g].left[0][0]], arena);
        const char *brief;
        if (!label || !ag_short_texts(1, &label, &brief, arena)) return no_memory(err);
        fputs(shown++ ? ", " : "", stderr);
        ag_print_visible(stderr, brief);
    }
    fprintf(stderr, "%s) candidates do not differ more than seeds do (Friedman, p > %g): %s\n",
            alike.n > shown ? ", ..." : "", AG_ALIKE_ABOVE,
            last ? "what was chosen may be chance; more seeds of phase tune tell more"
                 : "what went on may be chance; fewer rungs train longer before they choose");
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
    if (shown && t->n_rungs > 1) {
        const char *how = ag_tuning_how(t, arena);
        if (!how) return no_memory(err);
        fprintf(stderr, "chosen by %s\n", how);
    }
    if (tuned->n_known < t->n_groups)
        fprintf(stderr, "note: for %d of %d nothing is chosen: some of their trials failed\n",
                t->n_groups - tuned->n_known, t->n_groups);
    if (edges)
        fprintf(stderr,
                "note: %d of %d choices lie%s on an edge of what was tried: better may lie "
                "beyond\n",
                edges, shown, edges == 1 ? "s" : "");
    return ag_tuned_print_alike(tuned, t->n_rungs - 1, arena, err);
}
