/* actgrid run: the main job. An experiment file in, trained networks out. */
#include "harness/base/digest.h"
#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/answer.h"
#include "harness/cli/command.h"
#include "harness/cli/estimate.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/lenders.h"
#include "harness/cli/progress.h"
#include "harness/cli/resume.h"
#include "harness/cli/sweep.h"
#include "harness/run/machine.h"
#include "harness/run/order.h"
#include "harness/train/precheck.h"
#include "results/store/store.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What Ctrl-C does: before there is anything to keep; while trials train; and when all that is left
 * is to pack what they have left, which any later run does. */
static const ag_interrupt preparing = {
    "\ninterrupted before a trial began: nothing was started, and nothing is lost\n", true};
static const ag_interrupt training = {
    "\nstopping: finished trials are kept, and checkpoints of running ones; once more to stop at "
    "once\n",
    false};
static const ag_interrupt closing = {"\ninterrupted: finished trials are kept; the same command "
                                     "packs curves.h5 and prints the answer\n",
                                     true};

/* `label` may be NULL. Both may have words of the user's files. */
static void print_note(const char *label, const char *note) {
    fputs("note: ", stderr);
    if (label) ag_print_visible(stderr, label);
    if (label) fputs(": ", stderr);
    ag_print_visible(stderr, note);
    fputc('\n', stderr);
}

/* Version, processor, libraries, and a digest of every data set that is used; with what
 * must be known of one, which is said here too. */
static ag_status environment(const ag_experiment *experiment, const ag_data *data, ag_arena *arena,
                             ag_store_about *about, ag_error *err) {
    const ag_fact *facts;
    const int n_facts = ag_machine_facts(arena, &facts);
    const int n_sets = experiment->plan.n_variants[AG_PART_DATASET];
    ag_pair *pairs = AG_NEW_ARRAY(arena, ag_pair, (size_t)(n_facts + 1 + 2 * n_sets));
    char *words = AG_NEW_ARRAY(arena, char, AG_ORIGIN_MAX);
    char *origin = AG_NEW_ARRAY(arena, char, AG_ID_TEXT);
    if (n_facts < 0 || !pairs || !words || !origin)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
    const uint64_t digest = ag_machine_origin(words);
    int n = 0;
    if (digest) pairs[n++] = (ag_pair){"origin", ag_id_text(origin, digest)};
    for (int i = 0; i < n_facts; i++)
        pairs[n++] = (ag_pair){facts[i].key, facts[i].value};
    for (int i = 0; i < n_sets; i++) {
        if (!data[i].name) continue; /* not used by any trial of this run */
        const char *label = experiment->plan.variants[AG_PART_DATASET][i].label;
        const size_t size = strlen(label) + 16;
        char *key = AG_NEW_ARRAY(arena, char, size), *value = AG_NEW_ARRAY(arena, char, AG_ID_TEXT);
        char *note_key = AG_NEW_ARRAY(arena, char, size);
        if (!key || !value || !note_key) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
        snprintf(key, size, "data.%s", label);
        pairs[n++] = (ag_pair){key, ag_id_text(value, data[i].digest)};
        if (!data[i].note) continue;
        snprintf(note_key, size, "data_note.%s", label);
        pairs[n++] = (ag_pair){note_key, data[i].note};
        print_note(label, data[i].note);
    }
    *about = (ag_store_about){.plan = &experiment->plan,
                              .environment = pairs,
                              .n_environment = n,
                              .origin = digest,
                              .origin_words = words};
    return AG_OK;
}

/* What is asked for, and what there is to do. */
typedef struct agenda {
    const ag_call *call;
    const ag_experiment *experiment;
    const char *folder;
    int threads;
    double checkpoint_every;
    ag_progress_mode mode;
    uint64_t origin; /* see ag_store_about; 0: nothing is kept of trials */
    size_t *todo;    /* [n] positions in the plan, in the order to begin them */
    size_t n;
    double *work;            /* [n] operations of each that are not done yet */
    const uint64_t *shorter; /* see ag_runner */
} agenda;

static ag_status weigh(agenda *a, ag_error *err) {
    ag_arena *arena = a->call->arena;
    const ag_plan *plan = &a->experiment->plan;
    ag_begun begun = {
        .plan = plan, .folder = a->folder, .origin = a->origin, .todo = a->todo, .n = a->n};
    AG_TRY(ag_begun_look(&begun, arena, err));
    if (a->mode != AG_PROGRESS_NONE) ag_begun_print(&begun);
    a->shorter = begun.shorter;
    a->work = AG_NEW_ARRAY(arena, double, a->n + 1);
    if (!a->work) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %zu trials", a->n);
    for (size_t i = 0; i < a->n; i++)
        a->work[i] = ag_cost_of(&a->experiment->costs, a->todo[i])->work * begun.left[i];
    ag_run_order(plan, a->threads, a->n, a->todo, a->work);
    return AG_OK;
}

static ag_status train(const agenda *a, const ag_data *data, ag_store *store, ag_progress *progress,
                       ag_error *err) {
    const ag_plan *plan = &a->experiment->plan;
    ag_meter meter;
    const ag_keeper none = {0};
    ag_keeper finals = a->origin ? ag_store_keeper(store, AG_STATE_FINAL) : none;
    if (!ag_call_value(a->call, "keep-final")) finals.keep = NULL;
    ag_meter_open(a->mode, plan, &meter);
    const ag_runner runner = {.plan = plan,
                              .todo = a->todo,
                              .n_todo = a->n,
                              .flops = a->work,
                              .data = data,
                              .n_threads = a->threads,
                              .stop = ag_interrupt_listen(&training),
                              .sink = ag_store_sink(store),
                              .keeper =
                                  a->origin ? ag_store_keeper(store, AG_STATE_UNFINISHED) : none,
                              .checkpoint_every = a->checkpoint_every,
                              .finals = finals,
                              .shorter = a->shorter,
                              .report = ag_meter_report,
                              .kept = ag_resume_kept,
                              .note = ag_resume_note,
                              .report_self = &meter};
    const ag_status status = ag_run(&runner, progress, err);
    ag_interrupt_listen(&closing);
    ag_meter_close(&meter);
    if (status == AG_STOPPED) ag_resume_print(a->call, progress); /* closing may take a while */
    return status;
}

/* What another run stored after `todo` was made and before this one had the store to itself. */
static void leave_out_stored(agenda *a, const ag_store *store) {
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        if (!ag_store_has(store, a->experiment->plan.trials[a->todo[i]].id))
            a->todo[n++] = a->todo[i];
    a->n = n;
}

/* Opens the store, runs what it lacks, closes it: also when it lacks nothing, because an
 * interrupted run may have left arrays to be gathered, but where nobody may write. `progress` says
 * how far it came. */
static ag_status sweep(agenda *a, ag_progress *progress, ag_error *err) {
    const ag_call *call = a->call;
    const ag_plan *plan = &a->experiment->plan;
    AG_TRY(ag_sweep_todo(a->experiment, a->folder, call->arena, &a->todo, &a->n, err));
    if (a->n == 0 && ag_store_is_sealed(a->folder)) {
        *progress = (ag_progress){.total = plan->n_trials, .cached = plan->n_trials};
        return AG_OK;
    }
    ag_data *data;
    if (a->n) AG_TRY(ag_precheck(plan, call->arena, err));
    AG_TRY(ag_experiment_data(a->experiment, a->todo, a->n, call->arena, &data, err));
    ag_store_about about;
    AG_TRY(environment(a->experiment, data, call->arena, &about, err));
    about.n_threads = ag_run_threads(a->threads);
    ag_store *store;
    AG_TRY(ag_store_open(a->folder, &about, &store, err));
    leave_out_stored(a, store);
    *progress = (ag_progress){.total = plan->n_trials, .cached = plan->n_trials - a->n};
    a->origin = about.origin;
    if (!a->origin && a->n)
        fprintf(stderr, "note: no checkpoints are kept or used: this program cannot read its own "
                        "file (/proc/self/exe), and only the same program goes on to the same "
                        "bits\n");
    ag_status status = weigh(a, err);
    if (!status) status = train(a, data, store, progress, err);
    ag_error trouble = {0};
    const ag_status closed = ag_store_close(store, &trouble);
    if (closed && (!status || status == AG_STOPPED)) {
        *err = trouble;
        status = closed;
    }
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}

static void print_summary(const ag_progress *p, const ag_lenders *lenders) {
    char time[AG_HUMAN_MAX];
    const size_t done = p->finished + p->diverged + p->failed;
    if (!done) {
        fprintf(stderr, "all %zu trials were there already", p->total);
        ag_lenders_print(stderr, lenders);
        fputc('\n', stderr);
        return;
    }
    fprintf(stderr, "%zu trial%s in %s: %zu finished, %zu diverged, %zu failed", done,
            done == 1 ? "" : "s", ag_format_seconds(time, p->seconds), p->finished, p->diverged,
            p->failed);
    if (p->cached) fprintf(stderr, "; %zu were there already", p->cached);
    ag_lenders_print(stderr, lenders);
    if (p->training_seconds > 0)
        fprintf(stderr, "; probes took %.1f %% of training time",
                100 * p->probe_seconds / p->training_seconds);
    fputc('\n', stderr);
}

static bool exists(const char *path) {
    struct stat s;
    return stat(path, &s) == 0;
}

static int dry_run(const ag_call *call, const ag_experiment *experiment, const char *folder,
                   int threads) {
    ag_error err = {0};
    ag_begun begun;
    ag_estimate estimate;
    ag_interrupt_end();
    if (ag_sweep_begun(experiment, folder, call->arena, &begun, &err) ||
        ag_estimate_make(experiment, &begun, threads, call->arena, &estimate, &err))
        return ag_call_fail(call, &err);
    estimate.keeps = ag_call_value(call, "keep-final");
    ag_estimate_print(experiment, &estimate);
    return 0;
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

    if (ag_experiment_fits(&experiment, threads, &err)) return ag_call_fail(call, &err);
    if (mode != AG_PROGRESS_NONE) ag_sweep_note_place(folder);
    for (int i = 0; i < experiment.plan.n_notes && mode != AG_PROGRESS_NONE; i++)
        print_note(NULL, experiment.plan.notes[i]);
    ag_progress progress = {0};
    agenda a = {.call = call,
                .experiment = &experiment,
                .folder = folder,
                .threads = threads,
                .checkpoint_every = checkpoint_every,
                .mode = mode};
    ag_lenders lenders = {0};
    ag_status status = sweep(&a, &progress, &err);
    if (mode != AG_PROGRESS_NONE && !status && progress.cached)
        status = ag_lenders_find(&experiment.plan, folder, call->arena, &lenders, &err);
    if (mode != AG_PROGRESS_NONE && !status) print_summary(&progress, &lenders);
    ag_interrupt_end();
    if (status == AG_STOPPED) return ag_status_exit_code(status);
    if (status) return ag_call_fail(call, &err);
    if (ag_answer_print(folder, mode == AG_PROGRESS_NONE, call->arena, &err))
        return ag_call_fail(call, &err);
    return progress.failed > 0;
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
    {.name = "dry-run", .meaning = "print what would be done, as `actgrid plan`"},
    {.name = "fresh", .meaning = "refuse an existing store"},
    {.name = "progress", .value = "HOW", .meaning = "auto, plain, json or none"},
};

const ag_command ag_cmd_run = {
    .about = {.name = "run", .formula = "train every trial of an experiment"},
    .arguments = "FILE|NAME [key=value ...]",
    .least = 1,
    .most = -1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help =
        "Trains what the store does not have yet: finished trials are skipped, so that the\n"
        "same command completes an interrupted run, and new grid values or seeds extend it.\n"
        "key=value changes the experiment; a comma list, range() or logspace() makes a grid\n"
        "axis of the key ([128,64] is one value of a key that takes a list, [128],[64] an\n"
        "axis); ~key removes it.\n"
        "\n"
        "Ctrl-C (or SIGTERM, SIGHUP) keeps every finished trial and the state of every trial\n"
        "that is past epoch 0 and has run for 2 s or more, and prints the command that goes on;\n"
        "once more stops at once. A trial that is killed goes on from where it was at most\n"
        "--checkpoint-every ago. The numbers are the same bits as without any of this.\n"
        "\n"
        "More epochs than before are other trials. With --keep-final the state at the end of each\n"
        "is kept in DIR/checkpoints (`plan --keep-final` says how large, *.final may be deleted), "
        "and\n"
        "a longer training of the same settings goes on from there, to the same bits as from the\n"
        "beginning; not with a schedule that depends on the length, as cosine does. What goes on\n"
        "and what begins anew is said before it begins.\n"
        "\n"
        "    actgrid run quickstart\n"
        "    actgrid run my.yaml seeds=10 model.depth=2,4,8 -o runs/deep\n"
        "    actgrid run my.yaml 'optimizer.learning_rate=logspace(1e-3,1e-1,5)'\n"
        "    actgrid run my.yaml --keep-final\n"
        "    actgrid run my.yaml --keep-final training.epochs=40\n"
        "    actgrid run my.yaml --dry-run\n",
    .run = run,
};
