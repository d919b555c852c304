#include "harness/cli/sweep.h"

#include "harness/base/sorted.h"
#include "harness/base/text.h"
#include "harness/cli/call.h"
#include "harness/run/machine.h"
#include "results/store/file_system.h"
#include "results/store/store.h"

#include <stdio.h>

bool ag_sweep_threads(const ag_call *call, int *threads) {
    const char *text = ag_call_value(call, "threads");
    double x = 0;
    if (text && (!ag_parse_number(text, &x) || x != (int)x || x < 1 || x > 1024)) {
        ag_call_usage(call, "-j is '%s', must be a number of threads, 1 to 1024", text);
        return false;
    }
    *threads = (int)x;
    return true;
}

ag_status ag_sweep_folder(const ag_call *call, const ag_experiment *experiment, const char **folder,
                          ag_error *err) {
    *folder = ag_call_value(call, "output");
    if (*folder && (*folder)[0]) return AG_OK;
    return ag_experiment_folder(experiment, call->arena, folder, err);
}

void ag_sweep_note_place(const char *folder) {
    char words[AG_FILE_SYSTEM_WORDS];
    ag_file_system fs;
    ag_file_system_of(folder, &fs);
    if (!ag_file_system_words(&fs, words)[0]) return;
    fputs("note: ", stderr);
    ag_print_visible(stderr, folder);
    fprintf(stderr, " lies on %s: %s\n", fs.name, words);
}

ag_status ag_sweep_todo(const ag_experiment *experiment, const char *folder, ag_arena *arena,
                        size_t **todo, size_t *n_todo, ag_error *err) {
    const ag_plan *plan = &experiment->plan;
    *todo = AG_NEW_ARRAY(arena, size_t, plan->n_trials);
    *n_todo = 0;
    uint64_t *ids;
    size_t n_ids;
    AG_TRY(ag_store_ids(folder, arena, &ids, &n_ids, err));
    if (!*todo)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %zu trials", plan->n_trials);
    for (size_t t = 0; t < plan->n_trials; t++)
        if (!ag_sorted_find(ids, n_ids, plan->trials[t].id)) (*todo)[(*n_todo)++] = t;
    return AG_OK;
}

ag_status ag_sweep_begun(const ag_experiment *experiment, const char *folder, ag_arena *arena,
                         ag_begun *begun, ag_error *err) {
    char words[AG_ORIGIN_MAX];
    size_t *todo, n;
    AG_TRY(ag_sweep_todo(experiment, folder, arena, &todo, &n, err));
    *begun = (ag_begun){.plan = &experiment->plan,
                        .folder = folder,
                        .origin = ag_machine_origin(words),
                        .todo = todo,
                        .n = n};
    return ag_begun_look(begun, arena, err);
}
