#include "harness/cli/estimate_phases.h"

#include "harness/base/text.h"
#include "harness/cli/json.h"
#include "harness/plan/tuning.h"

#include <math.h>
#include <stdio.h>

/* What some trials come to. */
typedef struct part {
    size_t trials;
    double flops;
    double left; /* operations, training and evaluation, that are not done */
} part;

typedef struct parts {
    part phase[AG_PHASES], rung[AG_RUNGS_MAX];
    double left;
} parts;

static void add(part *to, size_t trials, double flops, double left) {
    to->trials += trials;
    to->flops += flops;
    to->left += left;
}

static void add_trial(const ag_plan *plan, size_t t, parts *all, size_t trials, double flops,
                      double left) {
    const ag_trial *trial = &plan->trials[t];
    add(&all->phase[trial->phase], trials, flops, left);
    if (trial->phase == AG_PHASE_TUNE)
        add(&all->rung[ag_tuned_rung(plan, trial)], trials, flops, left);
    all->left += left;
}

static parts add_up(const ag_experiment *experiment, const ag_estimate *e) {
    const ag_plan *plan = &experiment->plan;
    const ag_begun *b = e->begun;
    parts all = {0};
    for (size_t t = 0; t < plan->n_trials; t++)
        add_trial(plan, t, &all, 1, ag_cost_of(&experiment->costs, t)->flops, 0);
    for (size_t i = 0; i < b->n; i++)
        add_trial(plan, b->todo[i], &all, 0, 0,
                  ag_cost_of(&experiment->costs, b->todo[i])->work * b->left[i]);
    return all;
}

/* Of the time, as much as of the operations. NaN: not known. */
static double seconds_of(const part *one, const parts *all, const ag_estimate *e) {
    if (e->no_data) return (double)NAN;
    return one->left > 0 ? e->seconds * one->left / all->left : 0;
}

static void print_counted(int n, const char *what, const char *behind) {
    printf("%d %s%s%s", n, what, n == 1 ? "" : "s", behind);
}

static void print_part(const char *name, const part *one, double seconds) {
    char flops[AG_HUMAN_MAX], time[AG_HUMAN_MAX];
    printf("%-15s %zu trial%s, %sFLOP", name, one->trials, one->trials == 1 ? "" : "s",
           ag_format_count(flops, one->flops));
    if (seconds > 0) printf(", about %s", ag_format_seconds(time, seconds));
}

static void print_rungs(const ag_tuning *t, const parts *all, const ag_estimate *e) {
    char text[AG_RUNG_TEXT], name[32];
    for (int r = 0; r < t->n_rungs; r++) {
        snprintf(name, sizeof name, "  rung %d of %d", r + 1, t->n_rungs);
        print_part(name, &all->rung[r], seconds_of(&all->rung[r], all, e));
        printf(": %s\n", ag_rung_text(text, &t->rungs[r]));
    }
}

void ag_estimate_print_phases(const ag_experiment *experiment, const ag_estimate *e) {
    const ag_tuning *t = experiment->plan.tuning;
    if (!t) return;
    const parts all = add_up(experiment, e);
    const part *tune = &all.phase[AG_PHASE_TUNE], *final = &all.phase[AG_PHASE_FINAL];
    print_part("phase tune", tune, seconds_of(tune, &all, e));
    printf(": ");
    print_counted(t->n_groups, "group", " x ");
    print_counted(t->n_candidates, "candidate", " x ");
    print_counted(experiment->plan.n_seeds, "seed", t->n_rungs > 1 ? ", " AG_HALVING_WORDS : "");
    printf("\n");
    if (t->n_rungs > 1) print_rungs(t, &all, e);
    print_part("phase final", final, seconds_of(final, &all, e));
    printf(": the best of each group by %s x ", t->metric);
    print_counted(t->n_final_seeds, "fresh seed", "\n");
}

static void json_part(const part *one, const parts *all, const ag_estimate *e) {
    printf("\"trials\": %zu, \"flops\": ", one->trials);
    ag_json_number(stdout, one->flops);
    printf(", \"seconds\": ");
    ag_json_number(stdout, seconds_of(one, all, e));
}

static void json_rungs(const ag_tuning *t, const parts *all, const ag_estimate *e) {
    for (int r = 0; r < t->n_rungs; r++) {
        printf("%s{\"candidates\": %d, \"%s\": %ld, ", r ? ", " : ", \"rungs\": [",
               t->rungs[r].candidates, t->rungs[r].epochs ? "epochs" : "steps",
               t->rungs[r].epochs + t->rungs[r].steps);
        json_part(&all->rung[r], all, e);
        printf("}");
    }
    printf("]");
}

void ag_estimate_json_phases(const ag_experiment *experiment, const ag_estimate *e) {
    const ag_tuning *t = experiment->plan.tuning;
    if (!t) return;
    const parts all = add_up(experiment, e);
    printf(", \"phases\": {\"tune\": {");
    json_part(&all.phase[AG_PHASE_TUNE], &all, e);
    if (t->n_rungs > 1) json_rungs(t, &all, e);
    printf("}, \"final\": {");
    json_part(&all.phase[AG_PHASE_FINAL], &all, e);
    printf("}}");
}
