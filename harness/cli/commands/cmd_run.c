/* actgrid run: the main job. An experiment file in, trained networks out. */
#include "harness/cli/answer.h"
#include "harness/cli/drive.h"
#include "harness/cli/estimate.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/resume.h"
#include "harness/cli/sweep.h"
#include "harness/cli/tuned.h"
#include "results/report/claims.h"

#include <stdio.h>
#include <sys/stat.h>

/* What Ctrl-C does before there is anything to keep. */
static const ag_interrupt preparing = {
    "\ninterrupted before a trial began: nothing was started, and nothing is lost\n", true};

enum { EXIT_CONTRADICTED = 4 };

static bool exists(const char *path) {
    struct stat s;
    return stat(path, &s) == 0;
}

static int dry_run(const ag_call *call, ag_experiment *experiment, const char *folder,
                   int threads) {
    ag_error err = {0};
    ag_begun begun;
    ag_estimate estimate;
    ag_interrupt_end();
    if (ag_tuned_prepare(experiment, folder, call->arena, &err) ||
        ag_sweep_begun(experiment, folder, call->arena, &begun, &err) ||
        ag_estimate_make(experiment, &begun, threads, call->arena, &estimate, &err))
        return ag_call_fail(call, &err);
    estimate.keeps = ag_call_value(call, "keep-final");
    ag_estimate_print(experiment, &estimate);
    return 0;
}

/* What the store says to the claims. false: it could not be asked. */
static bool print_claims(const ag_call *call, const ag_plan *plan, const char *folder,
                         bool *contradicted, ag_error *err) {
    ag_claim_results results;
    if (ag_claims_evaluate(folder, plan, call->arena, &results, err)) return false;
    if (results.n) putchar('\n');
    if (results.n) ag_claims_print(stdout, &results);
    *contradicted = results.counts[AG_CONTRADICTED] > 0;
    return true;
}

static int run(const ag_call *call) {
    ag_error err = {0};
    ag_experiment experiment;
    ag_progress_mode mode;
    const char *folder;
    int threads;
    double checkpoint_every;
    const char *word = ag_call_value(call, "progress");
    if (!ag_progress_mode_of(word, &mode))
        return ag_call_usage(call, "--progress is '%s', must be auto, plain, json or none", word);
    if (!ag_sweep_threads(call, &threads) || !ag_resume_interval(call, &checkpoint_every)) return 2;
    ag_interrupt_listen(&preparing);
    if (ag_experiment_read(call->words[0], call->words + 1, call->n_words - 1, call->arena,
                           &experiment, &err) ||
        ag_experiment_costs(&experiment, call->arena, &err) ||
        ag_sweep_folder(call, &experiment, &folder, &err))
        return ag_call_fail(call, &err);
    if (ag_call_value(call, "fresh") && exists(folder))
        return ag_call_usage(call, "--fresh: %s exists already, and nothing is overwritten",
                             folder);
    if (ag_call_value(call, "dry-run")) return dry_run(call, &experiment, folder, threads);

    const ag_drive_options options = {.folder = folder,
                                      .threads = threads,
                                      .checkpoint_every = checkpoint_every,
                                      .keep_final = ag_call_value(call, "keep-final"),
                                      .extend_edges = ag_call_value(call, "extend-edges"),
                                      .mode = mode,
                                      .call = call};
    ag_progress progress = {0};
    const ag_status status = ag_drive(&experiment, &options, call->arena, &progress, &err);
    ag_interrupt_end();
    if (status == AG_STOPPED) return ag_status_exit_code(status);
    if (status) return ag_call_fail(call, &err);
    bool contradicted = false;
    if (ag_answer_print(folder, mode == AG_PROGRESS_NONE, call->arena, &err) ||
        !print_claims(call, &experiment.plan, folder, &contradicted, &err))
        return ag_call_fail(call, &err);
    if (progress.failed) return 1;
    return contradicted && ag_call_value(call, "strict") ? EXIT_CONTRADICTED : 0;
}

static const ag_option options[] = {
    {.name = "output", .letter = 'o', .value = "DIR", .meaning = "the store; else runs/<name>"},
    {.name = "threads",
     .letter = 'j',
     .value = "N",
     .meaning = "trials at a time; else one per core"},
    {.name = "checkpoint-every",
     .value = "TIME",
     .meaning = "30s, 1h, off: how much of a trial a kill may cost; else 5m"},
    {.name = "keep-final",
     .meaning = "keep where each trial ended, so that more epochs can go on from there"},
    {.name = "extend-edges",
     .meaning = "of a tuning: go on beyond choices on an edge, 3 times at most"},
    {.name = "dry-run", .meaning = "print what would be done, as `actgrid plan`"},
    {.name = "fresh", .meaning = "refuse an existing store"},
    {.name = "strict", .meaning = "exit with 4 if a claim is contradicted"},
    {.name = "progress", .value = "HOW", .meaning = "auto, plain, json or none"},
};

const ag_command ag_cmd_run = {
    .about = {.name = "run", .formula = "train every trial of an experiment"},
    .arguments = "FILE|NAME [key=value ...]",
    .least = 1,
    .most = -1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Trains what the store does not have yet: finished trials are skipped, so that\n"
            "the same command completes an interrupted run, and new grid values or seeds\n"
            "extend it. key=value changes the experiment; a comma list, range() or logspace()\n"
            "makes a grid axis of the key ([128,64] is one value of a key that takes a list,\n"
            "[128],[64] an axis); ~key removes it.\n"
            "\n"
            "Ctrl-C (or SIGTERM, SIGHUP) keeps every finished trial and the state of every\n"
            "trial that is past epoch 0 and has run for 2 s or more, and prints the command\n"
            "that goes on; once more stops at once. A trial that is killed goes on from where\n"
            "it was at most --checkpoint-every ago. The numbers are the same bits as without\n"
            "any of this.\n"
            "\n"
            "More epochs than before are other trials. With --keep-final the state at the end\n"
            "of each is kept in DIR/checkpoints (`plan --keep-final` says how large, *.final\n"
            "may be deleted), and a longer training of the same settings goes on from there,\n"
            "to the same bits as from the beginning; not with a schedule that depends on the\n"
            "length, as cosine does. What goes on and what begins anew is said before it\n"
            "begins.\n"
            "\n"
            "At the end the experiment's claims are held against the results, see\n"
            "`actgrid help claims`.\n"
            "\n"
            "An experiment with `tuning` runs in two phases: all candidates, then what is\n"
            "chosen, with other seeds. --extend-edges adds a value to a list on an end of\n"
            "which a choice lies, as far out as the last one, for all activations alike;\n"
            "without it again, what is chosen is among the candidates of the file, which is\n"
            "said with the command that takes the others, too. With `halving` the first\n"
            "phase has several rungs, one after the other; --keep-final lets each go on\n"
            "where the one before ended.\n"
            "\n"
            "    actgrid run quickstart\n"
            "    actgrid run my.yaml seeds=10 model.depth=2,4,8 -o runs/deep\n"
            "    actgrid run my.yaml 'optimizer.learning_rate=logspace(1e-3,1e-1,5)'\n"
            "    actgrid run my.yaml --keep-final\n"
            "    actgrid run my.yaml --keep-final training.epochs=40\n"
            "    actgrid run my.yaml --dry-run\n",
    .run = run,
};
