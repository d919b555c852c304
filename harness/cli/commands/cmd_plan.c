/* actgrid plan: what an experiment would do, without doing it. */
#include "harness/base/digest.h"
#include "harness/base/glyph.h"
#include "harness/cli/command.h"
#include "harness/cli/estimate.h"
#include "harness/cli/sweep.h"
#include "harness/cli/tuned.h"

#include <stdio.h>

static void print_trials(const ag_experiment *experiment, ag_arena *arena) {
    const ag_plan *plan = &experiment->plan;
    for (size_t t = 0; t < plan->n_trials; t++) {
        char id[AG_ID_TEXT];
        const ag_mark mark = ag_arena_mark(arena);
        const char *label = ag_plan_trial_label(plan, &plan->trials[t], arena);
        printf("%s  ", ag_id_text(id, plan->trials[t].id));
        ag_print_visible(stdout, label ? label : "");
        putchar('\n');
        ag_arena_release(arena, mark);
    }
}

static int run(const ag_call *call) {
    ag_error err = {0};
    ag_experiment experiment;
    ag_estimate estimate;
    int threads;
    const char *folder;
    ag_begun begun;
    if (!ag_sweep_threads(call, &threads)) return 2;
    if (ag_experiment_read(call->words[0], call->words + 1, call->n_words - 1, call->arena,
                           &experiment, &err) ||
        ag_sweep_folder(call, &experiment, &folder, &err) ||
        ag_tuned_prepare(&experiment, folder, call->arena, &err) ||
        ag_sweep_begun(&experiment, folder, call->arena, &begun, &err))
        return ag_call_fail(call, &err);
    if (ag_call_value(call, "trials")) {
        print_trials(&experiment, call->arena);
        return 0;
    }
    if (ag_estimate_make(&experiment, &begun, threads, call->arena, &estimate, &err))
        return ag_call_fail(call, &err);
    estimate.keeps = ag_call_value(call, "keep-final");
    if (ag_call_value(call, "json"))
        ag_estimate_print_json(&experiment, &estimate);
    else
        ag_estimate_print(&experiment, &estimate);
    return 0;
}

static const ag_option options[] = {
    {.name = "output", .letter = 'o', .value = "DIR", .meaning = "the store to compare with"},
    {.name = "threads", .letter = 'j', .value = "N", .meaning = "reckon for so many threads"},
    {.name = "keep-final", .meaning = "say how large the ends of trials are that `run` would keep"},
    {.name = "trials", .meaning = "list the trials: id and what distinguishes each"},
    {.name = "json", .meaning = "everything as JSON, the resolved experiment too"},
};

const ag_command ag_cmd_plan = {
    .about = {.name = "plan", .formula = "what an experiment would do: trials, cost, time"},
    .arguments = "FILE|NAME [key=value ...]",
    .least = 1,
    .most = -1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Expands the grid, counts trials and operations, and times a few steps on this\n"
            "machine to say how long it would take, and how much memory. Nothing is stored.\n"
            "Says which trials go on from a checkpoint, or from where a shorter training of\n"
            "them ended, and which are trained from the beginning although there is one, and\n"
            "why.\n"
            "\n"
            "    actgrid plan quickstart\n"
            "    actgrid plan my.yaml model.depth=2,4,8 seeds=10\n"
            "    actgrid plan my.yaml training.epochs=40 --keep-final\n"
            "    actgrid plan my.yaml --trials | wc -l\n",
    .run = run,
};
