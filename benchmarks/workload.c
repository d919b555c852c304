#include "benchmarks/workload.h"

#include "benchmarks/timing.h"
#include "harness/base/clock.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Examples that are made where a data set's files are missing: several times what
 * caches hold, and quickly made. */
enum { GENERATED_MAX = 20000 };

static bool is_file(const char *path) {
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode);
}

ag_status ag_workload_find(const char *name, ag_arena *arena, const char **path, ag_error *err) {
    *path = name;
    if (is_file(name)) return AG_OK;
    const size_t n = strlen(name);
    DIR *folder = opendir(AG_WORKLOADS);
    char found[256] = "";
    for (struct dirent *e; folder && !found[0] && (e = readdir(folder));) {
        const size_t length = strlen(e->d_name);
        if (length > 5 && length < sizeof found && strcmp(e->d_name + length - 5, ".yaml") == 0 &&
            strncmp(e->d_name, name, n) == 0 && (n == length - 5 || e->d_name[n] == '_'))
            memcpy(found, e->d_name, length + 1);
    }
    if (folder) closedir(folder);
    if (!found[0])
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "'%s' is no file and no workload of " AG_WORKLOADS, name);
    char *text = AG_NEW_ARRAY(arena, char, sizeof AG_WORKLOADS + sizeof found);
    if (!text) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
    snprintf(text, sizeof AG_WORKLOADS + sizeof found, AG_WORKLOADS "/%s", found);
    *path = text;
    return AG_OK;
}

/* Normal numbers of the same shape, which a random net has sorted into as many classes. */
static ag_status generate(const ag_data_outline *outline, ag_arena *arena, ag_data *data,
                          ag_error *err) {
    static const char *const names[] = {"samples", "features", "classes", "test", "validation"};
    const size_t n = outline->n_train < GENERATED_MAX ? outline->n_train : GENERATED_MAX;
    const double values[] = {(double)n, (double)ag_shape_size(outline->shape), outline->n_classes,
                             0, 0};
    const ag_element *teacher = ag_catalogue_find(&ag_datasets, "teacher");
    ag_choice choice = ag_choice_standard(teacher);
    for (int i = 0; i < AG_COUNT(names); i++)
        for (int p = 0; p < teacher->n_params; p++)
            if (strcmp(teacher->params[p].name, names[i]) == 0) choice.number[p] = values[i];
    AG_TRY(ag_dataset_open(&choice, arena, data, err));
    data->shape = outline->shape;
    return AG_OK;
}

static ag_status open_data(ag_workload *w, ag_arena *arena, ag_data **data, ag_error *err) {
    const ag_plan *plan = &w->experiment.plan;
    const size_t n = (size_t)plan->n_variants[AG_PART_DATASET];
    *data = AG_NEW_ARRAY(arena, ag_data, n);
    if (!*data) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for data sets");
    for (size_t i = 0; i < n; i++) {
        const ag_choice *choice = &plan->variants[AG_PART_DATASET][i].is.choice;
        const ag_mark mark = ag_arena_mark(arena);
        const ag_status status = ag_dataset_open(choice, arena, &(*data)[i], err);
        if (status && (status != AG_DATA || !ag_dataset_of(choice)->n_files))
            return ag_pass(err, status, __FILE__, __LINE__);
        if (status) {
            ag_arena_release(arena, mark);
            ag_data_outline outline;
            AG_TRY(ag_dataset_outline(choice, &outline, err));
            AG_TRY(generate(&outline, arena, &(*data)[i], err));
            w->generated = choice->element->name;
        }
        (*data)[i].validation.n = (*data)[i].test.n = 0;
    }
    return AG_OK;
}

ag_status ag_workload_open(const char *file, const char *const *overrides, int n_overrides,
                           ag_bench_probes probes, ag_arena *arena, ag_workload *workload,
                           ag_error *err) {
    *workload = (ag_workload){0};
    AG_TRY(ag_experiment_read(file, overrides, n_overrides, arena, &workload->experiment, err));
    const ag_plan *plan = &workload->experiment.plan;
    ag_data *data;
    AG_TRY(open_data(workload, arena, &data, err));
    const int kinds = probes == AG_BENCH_BOTH ? 2 : 1;
    workload->bench = AG_NEW_ARRAY(arena, ag_bench, plan->n_trials * (size_t)kinds);
    if (!workload->bench)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %zu trials", plan->n_trials);
    for (size_t t = 0; t < plan->n_trials; t++) {
        const ag_trial *trial = &plan->trials[t];
        for (int kind = 0; kind < kinds; kind++) {
            ag_bench *bench = &workload->bench[workload->n++];
            *bench = (ag_bench){.label = ag_plan_trial_label(plan, trial, arena),
                                .probes = probes == AG_BENCH_PROBES || kind == 1,
                                .settings = ag_plan_settings(plan, trial),
                                .data = data[trial->variant[AG_PART_DATASET]],
                                .arena = AG_ARENA_EMPTY};
            if (!bench->label) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
            bench->settings.probes.on = bench->probes;
            bench->settings.training.early_stopping = (ag_choice){0};
        }
    }
    return AG_OK;
}

void ag_workload_close(ag_workload *workload) {
    for (int i = 0; i < workload->n; i++)
        ag_arena_close(&workload->bench[i].arena);
    workload->n = 0;
}

ag_status ag_bench_begin(ag_bench *bench, ag_error *err) {
    ag_arena_reset(&bench->arena);
    bench->begun = false;
    AG_TRY(ag_train_begin(&bench->settings, &bench->data, &bench->arena, NULL, &bench->run, err));
    bench->flops = ag_net_flops(&bench->run.net);
    bench->begun = true;
    return AG_OK;
}

ag_status ag_bench_go(ag_bench *bench, double seconds, ag_bench_time *time, ag_error *err) {
    *time = (ag_bench_time){0};
    do {
        if (!bench->begun || bench->run.done) AG_TRY(ag_bench_begin(bench, err));
        ag_training_run *run = &bench->run;
        const double steps = (double)run->step, samples = run->samples;
        const double wall = ag_clock_now(), began = ag_clock_thread();
        (void)ag_train_epoch(run);
        time->seconds += ag_clock_thread() - began;
        time->wall += ag_clock_now() - wall;
        time->steps += (double)run->step - steps;
        time->samples += run->samples - samples;
        if (run->outcome == AG_DIVERGED)
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%s diverges at step %ld: nothing to time",
                           bench->label, run->diverged_step);
    } while (time->seconds < seconds);
    return AG_OK;
}
