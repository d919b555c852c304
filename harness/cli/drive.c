#include "harness/cli/drive.h"

#include "harness/base/digest.h"
#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/extend_edges.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/lenders.h"
#include "harness/cli/resume.h"
#include "harness/cli/sweep.h"
#include "harness/run/machine.h"
#include "harness/run/order.h"
#include "harness/train/precheck.h"
#include "results/report/candidates_before.h"
#include "results/store/store.h"

#include <stdio.h>
#include <string.h>

/* What Ctrl-C does while trials train; and when all that is left is to pack what they have left,
 * which any later run does. */
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
    const ag_drive_options *options;
    const ag_experiment *experiment;
    const ag_selection *selections; /* [n_selections] that the experiment follows from */
    int n_selections;
    /* TUNE: those of `rung`, of the first n_due; others wait for the choice. FINAL: those that
     * follow from it. GRID: all. */
    ag_phase turn;
    int rung;
    size_t n_due;
    ag_arena *arena;
    uint64_t origin; /* see ag_store_about; 0: nothing is kept of trials */
    size_t *todo;    /* [n] positions in the plan, in the order to begin them */
    size_t n;
    double *work;            /* [n] operations of each that are not done yet */
    const uint64_t *shorter; /* see ag_runner */
    ag_progress *all; /* of the phases before; where it was stopped, of all the run. NULL: one phase
                         is all there is */
    size_t n_missing; /* trials of the plan, of any phase, that the store did not have */
} agenda;

/* Several phases as one run. */
static void add_up(ag_progress *all, const ag_progress *one) {
    all->finished += one->finished;
    all->diverged += one->diverged;
    all->failed += one->failed;
    all->seconds += one->seconds;
    all->samples += one->samples;
    all->training_seconds += one->training_seconds;
    all->probe_seconds += one->probe_seconds;
    all->flops_done += one->flops_done;
    all->shared += one->shared;
}

static ag_status weigh(agenda *a, ag_error *err) {
    ag_arena *arena = a->arena;
    const ag_plan *plan = &a->experiment->plan;
    ag_begun begun = {.plan = plan,
                      .folder = a->options->folder,
                      .origin = a->origin,
                      .todo = a->todo,
                      .n = a->n};
    AG_TRY(ag_begun_look(&begun, arena, err));
    if (a->turn == AG_PHASE_TUNE) begun.n_others = 0; /* whose they are follows from the choice */
    if (a->options->mode != AG_PROGRESS_NONE) ag_begun_print(&begun);
    a->shorter = begun.shorter;
    a->work = AG_NEW_ARRAY(arena, double, a->n + 1);
    if (!a->work) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %zu trials", a->n);
    for (size_t i = 0; i < a->n; i++)
        a->work[i] = ag_cost_of(&a->experiment->costs, a->todo[i])->work * begun.left[i];
    ag_run_order(plan, a->options->threads, a->n, a->todo, a->work);
    return AG_OK;
}

/* How far a run that was stopped is: in this phase and those before it. */
static ag_progress all_of_run(const agenda *a, const ag_progress *phase) {
    if (!a->all) return *phase;
    ag_progress run = *a->all;
    add_up(&run, phase);
    run.checkpointed = phase->checkpointed;
    run.total = a->experiment->plan.n_trials;
    run.cached = run.total - a->n_missing - (a->all->finished + a->all->diverged);
    return run;
}

static ag_status train(const agenda *a, const ag_data *data, ag_store *store, ag_progress *progress,
                       ag_error *err) {
    const ag_plan *plan = &a->experiment->plan;
    ag_meter meter;
    const ag_keeper none = {0};
    ag_keeper finals = a->origin ? ag_store_keeper(store, AG_STATE_FINAL) : none;
    if (!a->options->keep_final) finals.keep = NULL;
    ag_meter_open(a->options->mode, plan, &meter);
    const ag_runner runner = {.plan = plan,
                              .todo = a->todo,
                              .n_todo = a->n,
                              .flops = a->work,
                              .data = data,
                              .n_threads = a->options->threads,
                              .stop = ag_interrupt_listen(&training),
                              .sink = ag_store_sink(store),
                              .keeper =
                                  a->origin ? ag_store_keeper(store, AG_STATE_UNFINISHED) : none,
                              .checkpoint_every = a->options->checkpoint_every,
                              .finals = finals,
                              .shorter = a->shorter,
                              .report = ag_meter_report,
                              .kept = ag_resume_kept,
                              .note = ag_resume_note,
                              .report_self = &meter};
    const ag_status status = ag_run(&runner, progress, err);
    ag_interrupt_listen(&closing);
    ag_meter_close(&meter);
    if (status == AG_STOPPED) { /* closing may take a while */
        const ag_progress run = all_of_run(a, progress);
        ag_resume_print(a->options->call, &run);
    }
    return status;
}

/* Returns how many: what another run stored after `todo` was made and before this one had the store
 * to itself. */
static size_t leave_out_stored(agenda *a, const ag_store *store) {
    const size_t before = a->n;
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        if (!ag_store_has(store, a->experiment->plan.trials[a->todo[i]].id))
            a->todo[n++] = a->todo[i];
    a->n = n;
    return before - n;
}

/* Whether it has been settled that the trial is to be trained, now or before. */
static bool is_settled(const agenda *a, size_t trial) {
    const ag_plan *plan = &a->experiment->plan;
    return a->turn != AG_PHASE_TUNE ||
           (trial < a->n_due && ag_tuned_rung(plan, &plan->trials[trial]) <= a->rung);
}

static bool is_its_turn(const agenda *a, size_t trial) {
    const ag_plan *plan = &a->experiment->plan;
    if (a->turn == AG_PHASE_GRID) return true;
    if (a->turn == AG_PHASE_FINAL) return plan->trials[trial].phase == AG_PHASE_FINAL;
    return trial < a->n_due && ag_tuned_rung(plan, &plan->trials[trial]) == a->rung;
}

/* Leaves those in `todo` whose turn it is; in `progress`, what there is of the plan up to them. */
static void take_turn(agenda *a, ag_progress *progress) {
    const ag_plan *plan = &a->experiment->plan;
    size_t n = 0, missing = 0;
    *progress = (ag_progress){0};
    for (size_t i = 0; i < plan->n_trials; i++)
        progress->total += is_settled(a, i);
    for (size_t i = 0; i < a->n; i++) {
        missing += is_settled(a, a->todo[i]);
        if (is_its_turn(a, a->todo[i])) a->todo[n++] = a->todo[i];
    }
    a->n = n;
    progress->cached = progress->total - missing;
}

/* Which part of a tuning begins, if it has parts. */
static void print_rung(const agenda *a) {
    const ag_tuning *t = a->experiment->plan.tuning;
    char text[AG_RUNG_TEXT];
    if (a->turn == AG_PHASE_TUNE && a->n && t->n_rungs > 1 && a->options->mode != AG_PROGRESS_NONE)
        fprintf(stderr, "rung %d of %d: %s\n", a->rung + 1, t->n_rungs,
                ag_rung_text(text, &t->rungs[a->rung]));
}

/* Opens the store, runs what it lacks, closes it: also when it lacks nothing, because an
 * interrupted run may have left arrays to be gathered, but where nobody may write. `progress` says
 * how far it came. */
static ag_status sweep(agenda *a, ag_progress *progress, ag_error *err) {
    const ag_plan *plan = &a->experiment->plan;
    AG_TRY(ag_sweep_todo(a->experiment, a->options->folder, a->arena, &a->todo, &a->n, err));
    a->n_missing = a->n;
    take_turn(a, progress);
    print_rung(a);
    if (a->n == 0 && (a->turn == AG_PHASE_TUNE || ag_store_is_sealed(a->options->folder)))
        return AG_OK;
    ag_data *data;
    if (a->n) AG_TRY(ag_precheck(plan, a->arena, err));
    AG_TRY(ag_experiment_data(a->experiment, a->todo, a->n, a->arena, &data, err));
    ag_store_about about;
    AG_TRY(environment(a->experiment, data, a->arena, &about, err));
    about.n_threads = ag_run_threads(a->options->threads);
    about.selections = a->selections;
    about.n_selections = a->n_selections;
    ag_store *store;
    AG_TRY(ag_store_open(a->options->folder, &about, &store, err));
    const size_t others = leave_out_stored(a, store);
    progress->cached += others;
    a->n_missing -= others;
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

/* Trains what the plan has in the phase `tune`, one rung after the other; `tuned` says what is
 * chosen then. */
static ag_status tune(agenda *a, const ag_plan *plan, ag_experiment *whole, ag_tuned *tuned,
                      ag_progress *all, ag_error *err) {
    ag_progress progress;
    const char *folder = a->options->folder;
    a->turn = AG_PHASE_TUNE;
    AG_TRY(ag_tuned_look(plan, folder, a->arena, tuned, err));
    for (a->rung = 0; a->rung < plan->tuning->n_rungs; a->rung++) {
        a->n_due = tuned->n_due;
        AG_TRY(ag_tuned_whole(tuned, true, a->arena, whole, err));
        AG_TRY(ag_experiment_fits(whole, a->options->threads, err));
        const ag_status status = sweep(a, &progress, err);
        add_up(all, &progress);
        AG_TRY(status);
        AG_TRY(ag_tuned_look(plan, folder, a->arena, tuned, err));
        if (a->n && a->rung < plan->tuning->n_rungs - 1 && a->options->mode != AG_PROGRESS_NONE)
            AG_TRY(ag_tuned_print_alike(tuned, a->rung, a->arena, err));
    }
    return AG_OK;
}

/* Goes on beyond the edges on which choices lie. */
static ag_status extend(agenda *a, ag_experiment *whole, ag_tuned *tuned, ag_progress *all,
                        ag_error *err) {
    const bool silent = a->options->mode == AG_PROGRESS_NONE;
    for (int round = 0; round < AG_EXTENSIONS_MAX; round++) {
        ag_plan *wider = AG_NEW(a->arena, ag_plan);
        const char *words = "";
        bool more;
        if (!wider) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a longer tuning");
        AG_TRY(ag_extend_edges(tuned, a->arena, wider, &more, &words, err));
        if (words[0] && !silent) print_note("not extended", words);
        if (!more) break;
        if (!silent)
            fprintf(stderr, "extended: %d candidates instead of %d for each of %d group%s\n",
                    wider->tuning->n_candidates, tuned->plan->tuning->n_candidates,
                    wider->tuning->n_groups, wider->tuning->n_groups == 1 ? "" : "s");
        AG_TRY(tune(a, wider, whole, tuned, all, err));
    }
    return AG_OK;
}

/* Fewer candidates than before may choose something else: nobody is to find that out later. */
static ag_status say_narrower(const ag_drive_options *options, const ag_plan *plan, ag_arena *arena,
                              ag_error *err) {
    ag_candidates_before before;
    if (options->mode == AG_PROGRESS_NONE) return AG_OK;
    AG_TRY(ag_candidates_before_find(plan, options->folder, arena, &before, err));
    if (!before.n) return AG_OK;
    fprintf(stderr,
            "note: what is chosen is the best of %d candidates, for %d of %d groups it was the "
            "best of %d before",
            plan->tuning->n_candidates, before.groups, plan->tuning->n_groups, before.n);
    if (!before.n_words) {
        fputc('\n', stderr);
        return AG_OK;
    }
    fputs("; these again: ", stderr);
    ag_resume_print_command(options->call, before.words, before.n_words);
    return AG_OK;
}

/* The phase `tune`, the choice, the phase `final`. `whole` is the experiment as it was run. */
static ag_status drive_tuned(const ag_plan *plan, const ag_drive_options *options, ag_arena *arena,
                             ag_experiment *whole, ag_progress *all, ag_error *err) {
    ag_tuned tuned;
    ag_progress final;
    agenda a = {.options = options, .experiment = whole, .arena = arena, .all = all};
    AG_TRY(tune(&a, plan, whole, &tuned, all, err));
    if (options->extend_edges) AG_TRY(extend(&a, whole, &tuned, all, err));
    AG_TRY(say_narrower(options, tuned.plan, arena, err));
    AG_TRY(ag_tuned_whole(&tuned, false, arena, whole, err));
    if (options->mode != AG_PROGRESS_NONE) AG_TRY(ag_tuned_print(&tuned, arena, err));
    a.turn = AG_PHASE_FINAL;
    AG_TRY(ag_tuned_selections(&tuned, arena, &a.selections, &a.n_selections, err));
    const ag_status status = sweep(&a, &final, err);
    add_up(all, &final);
    all->total = final.total;
    all->cached = final.cached - (all->finished + all->diverged - final.finished - final.diverged);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}

ag_status ag_drive(const ag_experiment *experiment, const ag_drive_options *options,
                   ag_arena *arena, ag_progress *progress, ag_error *err) {
    const ag_plan *plan = &experiment->plan;
    const bool silent = options->mode == AG_PROGRESS_NONE;
    ag_experiment whole;
    *progress = (ag_progress){0};
    if (!plan->tuning) AG_TRY(ag_experiment_fits(experiment, options->threads, err));
    if (!silent) ag_sweep_note_place(options->folder);
    for (int i = 0; i < plan->n_notes && !silent; i++)
        print_note(NULL, plan->notes[i]);
    if (options->extend_edges && !plan->tuning && !silent)
        print_note("--extend-edges", "nothing is tuned here, and no list grows");
    if (plan->tuning) {
        AG_TRY(drive_tuned(plan, options, arena, &whole, progress, err));
        plan = &whole.plan;
    } else {
        agenda a = {.options = options, .experiment = experiment, .arena = arena};
        AG_TRY(sweep(&a, progress, err));
    }
    if (silent) return AG_OK;
    ag_lenders lenders = {0};
    if (progress->cached) AG_TRY(ag_lenders_find(plan, options->folder, arena, &lenders, err));
    print_summary(progress, &lenders);
    return AG_OK;
}
