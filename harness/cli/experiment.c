#include "harness/cli/experiment.h"

#include "harness/base/text.h"
#include "harness/cli/shipped.h"
#include "results/report/claims.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One more than an experiment file may have, so that one too long is seen. */
enum { FILE_BYTES = (1 << 20) + 1 };

ag_status ag_experiment_read(const char *file, const char *const *overrides, int n_overrides,
                             ag_arena *arena, ag_experiment *experiment, ag_error *err) {
    const char *path = NULL;
    AG_TRY(ag_shipped_find(file, arena, &path, err));
    char *bytes = AG_NEW_ARRAY(arena, char, FILE_BYTES + 1);
    if (!bytes) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading %s", path);
    FILE *f = fopen(path, "rb");
    if (!f) return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%s: %s", path, strerror(errno));
    const size_t n = fread(bytes, 1, FILE_BYTES, f);
    const bool bad = ferror(f);
    fclose(f);
    if (bad) return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%s: cannot be read", path);
    *experiment = (ag_experiment){0};
    AG_TRY(ag_plan_read(arena, path, bytes, n, overrides, n_overrides, &experiment->plan, err));
    return ag_claims_check(&experiment->plan, err);
}

ag_status ag_experiment_costs(ag_experiment *experiment, ag_arena *arena, ag_error *err) {
    AG_TRY(ag_costs_make(&experiment->plan, arena, &experiment->costs, err));
    experiment->parameters_min = SIZE_MAX;
    for (size_t t = 0; t < experiment->plan.n_trials; t++) {
        const ag_trial_cost *cost = ag_cost_of(&experiment->costs, t);
        experiment->flops += cost->flops;
        experiment->work += cost->work;
        if (cost->parameters < experiment->parameters_min)
            experiment->parameters_min = cost->parameters;
        if (cost->parameters > experiment->parameters_max)
            experiment->parameters_max = cost->parameters;
        if (cost->bytes > experiment->trial_bytes) experiment->trial_bytes = cost->bytes;
    }
    return AG_OK;
}

ag_status ag_experiment_fits(const ag_experiment *experiment, int n_threads, ag_error *err) {
    const double has = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    const size_t trials = (size_t)ag_run_threads(n_threads) < experiment->plan.n_trials
                              ? (size_t)ag_run_threads(n_threads)
                              : experiment->plan.n_trials;
    const double needs = (double)trials * (double)experiment->trial_bytes;
    if (has <= 0 || needs <= has) return AG_OK;
    char a[AG_HUMAN_MAX], b[AG_HUMAN_MAX];
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE,
                   "%zu trial%s at a time would need about %sB of memory, this machine has %sB: "
                   "smaller nets, fewer steps or probes, or fewer threads (-j)",
                   trials, trials == 1 ? "" : "s", ag_format_count(a, needs),
                   ag_format_count(b, has));
}

ag_status ag_experiment_folder(const ag_experiment *experiment, ag_arena *arena,
                               const char **folder, ag_error *err) {
    const char *name = experiment->plan.name;
    if (!name[0] || name[0] == '.' || strchr(name, '/') || strlen(name) > 200)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "the experiment's name '%.60s' cannot be a folder below runs/; choose "
                       "another, or give one with -o DIR",
                       name);
    const size_t size = strlen(name) + 6;
    char *text = AG_NEW_ARRAY(arena, char, size);
    if (!text) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
    snprintf(text, size, "runs/%s", name);
    *folder = text;
    return AG_OK;
}

/* Files without a published checksum: the store must see whether they are as they were. */
static bool can_change(const ag_choice *choice) {
    const ag_dataset *set = ag_dataset_of(choice);
    return set->own_files && !set->n_files;
}

ag_status ag_experiment_data(const ag_experiment *experiment, const size_t *todo, size_t n_todo,
                             ag_arena *arena, ag_data **data, ag_error *err) {
    const ag_plan *plan = &experiment->plan;
    const size_t n = (size_t)plan->n_variants[AG_PART_DATASET];
    *data = AG_NEW_ARRAY(arena, ag_data, n);
    bool *used = AG_NEW_ARRAY(arena, bool, n);
    if (!*data || !used) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for data sets");
    for (size_t i = 0; i < n_todo; i++)
        used[plan->trials[todo[i]].variant[AG_PART_DATASET]] = true;
    for (size_t i = 0; i < n; i++) {
        const ag_choice *choice = &plan->variants[AG_PART_DATASET][i].is.choice;
        if (used[i] || can_change(choice)) AG_TRY(ag_dataset_open(choice, arena, &(*data)[i], err));
    }
    return AG_OK;
}
