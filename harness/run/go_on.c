#include "harness/run/go_on.h"

#include "harness/base/digest.h"
#include "harness/base/float_mode.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* What a trial may lose that is stopped: writing its state takes as long as some trials. */
static const double LEAST_SECONDS = 2;

__attribute__((format(printf, 2, 3))) static void say(const ag_stretch *s, const char *format,
                                                      ...) {
    char text[640];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
#pragma omp critical(ag_note)
    if (s->runner->note) s->runner->note(s->runner->report_self, text);
}

static ag_status open_run(ag_stretch *s, ag_error *err) {
    const ag_data *data = &s->runner->data[s->trial->variant[AG_PART_DATASET]];
    const ag_host host = {.stop = s->runner->stop, .team = s->team};
    return ag_train_open(&s->settings, data, s->arena, &host, &s->run, err);
}

/* Where a state may be that the trial can go on from. */
typedef struct place {
    const ag_keeper *keeper;
    uint64_t trial_id;
} place;

/* Takes up what is kept there. Whether there was something; *resumed: that was of use, else *why
 * says what is wrong with it. */
static bool resume(ag_stretch *s, const place *from, bool *resumed, ag_error *why) {
    ag_arena scratch = AG_ARENA_EMPTY;
    ag_kept_state kept = {0};
    const ag_status status =
        from->keeper->fetch(from->keeper->self, from->trial_id, &scratch, &kept, why);
    const bool there = status == AG_OK && kept.bytes;
    *resumed = there && ag_checkpoint_load(&s->run, &kept);
    if (*resumed) {
        s->head = kept.head;
        s->head.trial_id = s->trial->id;
        s->head.steps = s->run.total_steps;
        s->before = (ag_effort){.samples = s->run.samples,
                                .training_seconds = s->run.training_seconds,
                                .probe_seconds = s->run.probe_seconds};
        snprintf(s->started_at, sizeof s->started_at, "%s", kept.head.started_at);
    } else if (there) {
        AG_FAIL(why, AG_STORE, AG_NOWHERE,
                "its checkpoint is not a state of these settings and data");
    }
    ag_arena_close(&scratch);
    return there;
}

/* From a state of its own, if there is one; else from that of a shorter training; else from the
 * first step. */
static ag_status begin(ag_stretch *s, ag_error *err) {
    const ag_runner *runner = s->runner;
    const uint64_t own = s->trial->id,
                   shorter = runner->shorter ? runner->shorter[s->trial->index] : 0;
    const place places[] = {
        {&runner->keeper, own}, {&runner->finals, own}, {&runner->finals, shorter}};
    const ag_mark mark = ag_arena_mark(s->arena);
    bool resumed = false;
    ag_error why = {0};
    AG_TRY(open_run(s, err));
    for (int i = 0; i < AG_COUNT(places) && !resumed; i++) {
        if (!places[i].keeper->fetch || !places[i].trial_id) continue;
        if (!resume(s, &places[i], &resumed, &why) || resumed) continue;
        ag_arena_release(s->arena, mark);
        AG_TRY(open_run(s, err));
    }
    char id[AG_ID_TEXT];
    if (why.text[0])
        say(s, "trial %s %s: %s", ag_id_text(id, own),
            resumed ? "goes on from an earlier state" : "begins anew", why.text);
    if (!resumed) ag_train_start(&s->run);
    return AG_OK;
}

/* Not of numbers that were rounded otherwise: its trial will be thrown away, see run.c. */
static void save(ag_stretch *s, const ag_keeper *keeper) {
    ag_error err = {0};
    if (!ag_float_mode_is_set()) return;
    ag_checkpoint head = {.trial_id = s->trial->id};
    snprintf(head.started_at, sizeof head.started_at, "%s", s->started_at);
    if (ag_checkpoint_save(&s->run, keeper, &head, &err) == AG_OK)
        s->head = head;
    else if (!atomic_exchange(s->complained, 1))
        say(s, "a checkpoint could not be written, and training goes on: %s", err.text);
    s->kept_at = ag_clock_now();
}

/* The state that a longer training goes on from, once. */
static void save_final(ag_stretch *s) {
    if (!s->runner->finals.keep || s->is_final_kept || !ag_checkpoint_is_final(&s->run)) return;
    save(s, &s->runner->finals);
    s->is_final_kept = true;
}

/* To the end of training, with a checkpoint every so many seconds. */
static void train(ag_stretch *s, double every) {
    const long first = s->run.step;
    for (;;) {
        s->run.pause_at = every > 0 ? s->kept_at + every : HUGE_VAL;
        save_final(s);
        if (!ag_train_epoch(&s->run)) break;
        const double done = (double)(s->run.step - first) / (double)(s->run.total_steps - first);
        if (s->left) atomic_store(s->left, s->work * (1 - done));
        if (ag_clock_now() >= s->run.pause_at && ag_checkpoint_is_worth(&s->run))
            save(s, &s->runner->keeper);
    }
    save_final(s);
}

/* Stopped: what it did in these seconds is kept, or it is said that it is not. */
static void leave(ag_stretch *s, double every, double seconds) {
    char id[AG_ID_TEXT];
    const bool worth = ag_checkpoint_is_worth(&s->run);
    if (worth && every > 0 && seconds >= fmin(LEAST_SECONDS, every))
        save(s, &s->runner->keeper);
    else if (!worth && seconds >= LEAST_SECONDS)
        say(s, "trial %s had not begun its first step, and begins anew: %.1f s are lost",
            ag_id_text(id, s->trial->id), seconds);
}

bool ag_go_on(ag_stretch *s, ag_record *record, ag_error *trouble) {
    const ag_runner *runner = s->runner;
    const double every = runner->keeper.keep ? runner->checkpoint_every : 0;
    s->settings = ag_plan_settings(runner->plan, s->trial);
    s->kept_at = ag_clock_now();
    ag_clock_stamp(s->started_at);
    if (s->left) atomic_store(s->left, s->work);
    ag_status status = begin(s, trouble);
    if (status == AG_STOPPED) return false;
    if (!status) train(s, every);
    bool stopped = !status && s->run.stopped;
    if (!status && !stopped) {
        status = ag_train_record(&s->run, runner->plan, s->trial, record, trouble);
        stopped = status == AG_STOPPED;
    }
    if (stopped) {
        leave(s, every, ag_clock_now() - s->kept_at);
        return false;
    }
    if (status)
        ag_train_record_failed(&s->settings, runner->plan, s->trial, trouble, s->arena, record);
    record->started_at = s->started_at;
    record->effort = (ag_effort){s->run.samples - s->before.samples,
                                 s->run.training_seconds - s->before.training_seconds,
                                 s->run.probe_seconds - s->before.probe_seconds, s->work};
    return true;
}
