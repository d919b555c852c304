/* `halving`: the rungs of the phase `tune`, and the trials of each. */
#include "harness/base/digest.h"
#include "harness/plan/expand.h"
#include "harness/plan/tuning.h"
#include "models/schedule.h"

#include <stdio.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the rungs of 'halving'");
}

/* --- what each rung has ------------------------------------------------------------------ */

/* eta^k; what is beyond every length of a training stays there. */
static long power(long eta, int k) {
    enum { BEYOND = 2000000000 };
    long x = 1;
    for (int i = 0; i < k && x < BEYOND; i++)
        x *= eta;
    return x;
}

static long part_of(long whole, long of) { return whole / of + (whole % of != 0); }

static int eta_of(const ag_tuning *t) { return (int)t->halving.number[AG_HALVING_ETA]; }

static ag_place place_of(const ag_draft *d) {
    return ag_node_get(d->root.tuning, "halving")->place;
}

static const ag_training *training_of(const ag_plan *plan, int variant) {
    return plan->variants[AG_PART_TRAINING][variant].is.training;
}

/* Where the grid gives trainings of several lengths. */
static ag_status refuse_lengths(const ag_draft *d, ag_error *err) {
    for (int a = 0; a < d->axes.n; a++)
        for (int k = 0; k < d->axes.axis[a].n_keys; k++) {
            const ag_axis_key *key = &d->axes.axis[a].keys[k];
            const char *last = key->path.component[key->path.n - 1];
            if (key->part == AG_PART_TRAINING &&
                (key->path.n == 1 || strcmp(last, "epochs") == 0 || strcmp(last, "steps") == 0))
                return AG_FAIL(err, AG_CONFIG, key->place,
                               "'%s' has trainings of several lengths, and the rungs of 'halving' "
                               "are parts of one: that must be the same for all",
                               key->path.text);
        }
    return AG_FAIL(err, AG_CONFIG, place_of(d), "halving needs trainings of one length");
}

static ag_status check_lengths(const ag_draft *d, ag_error *err) {
    const ag_plan *plan = d->plan;
    const ag_tuning *t = plan->tuning;
    const ag_training *one = training_of(plan, 0);
    for (int v = 1; v < plan->n_variants[AG_PART_TRAINING]; v++)
        if (training_of(plan, v)->epochs != one->epochs ||
            training_of(plan, v)->steps != one->steps)
            return refuse_lengths(d, err);
    const long whole = one->epochs + one->steps, parts = power(eta_of(t), t->n_rungs - 1);
    if (whole < parts)
        return AG_FAIL(err, AG_CONFIG, place_of(d),
                       "%ld %s are too few for %d rungs with eta %d, of which the first has 1/%ld "
                       "of them: %s must be %ld or more, or there must be fewer rungs",
                       whole, one->epochs ? "epochs" : "steps", t->n_rungs, eta_of(t), parts,
                       one->epochs ? "epochs" : "steps", parts);
    return AG_OK;
}

/* Each rung has fewer candidates than the one before. */
static ag_status check_candidates(const ag_draft *d, ag_error *err) {
    const ag_tuning *t = d->tuning;
    const long least = power(eta_of(t), t->n_rungs - 2) + 1;
    if (t->n_candidates < least)
        return AG_FAIL(err, AG_CONFIG, place_of(d),
                       "%d candidate%s too few for %d rungs with eta %d: there must be %ld or "
                       "more, or fewer rungs",
                       t->n_candidates, t->n_candidates == 1 ? " is" : "s are", t->n_rungs,
                       eta_of(t), least);
    return AG_OK;
}

static ag_status count_rungs(ag_draft *d, ag_error *err) {
    ag_tuning *t = d->tuning;
    t->n_rungs = t->halving.element ? (int)t->halving.number[AG_HALVING_RUNGS] : 1;
    ag_rung *rungs = AG_NEW_ARRAY(d->arena, ag_rung, (size_t)t->n_rungs);
    if (!rungs) return no_memory(err);
    t->rungs = rungs;
    rungs[0].candidates = t->n_candidates;
    if (t->n_rungs == 1) return AG_OK;
    AG_TRY(check_lengths(d, err));
    AG_TRY(check_candidates(d, err));
    const ag_training *whole = training_of(d->plan, 0);
    for (int r = 0; r < t->n_rungs; r++) {
        const long parts = power(eta_of(t), t->n_rungs - 1 - r);
        rungs[r] = (ag_rung){.candidates = (int)part_of(t->n_candidates, power(eta_of(t), r)),
                             .epochs = part_of(whole->epochs, parts),
                             .steps = part_of(whole->steps, parts)};
    }
    return AG_OK;
}

/* --- trials -------------------------------------------------------------------------------- */

/* The same training, as long as the rung. */
static ag_status shorten(ag_draft *d, const ag_variant *whole, const ag_rung *rung, ag_variant *v,
                         ag_error *err) {
    ag_training *training = AG_NEW(d->arena, ag_training);
    if (!training) return no_memory(err);
    *training = *whole->is.training;
    training->epochs = rung->epochs;
    training->steps = rung->steps;
    *v = (ag_variant){.is.training = training};
    ag_writer label = AG_WRITER(d->work);
    ag_variant_write_label(&label, AG_PART_TRAINING, v);
    v->label = ag_writer_copy(&label, d->arena);
    if (!v->label || !ag_plan_length_hash(training, rung->epochs, rung->steps, d->work, &v->hash))
        return no_memory(err);
    return AG_OK;
}

/* Behind the trainings of the file those of the first rung, of the second, ... but for the last. */
static ag_status add_trainings(ag_draft *d, ag_error *err) {
    ag_plan *plan = d->plan;
    const ag_tuning *t = d->tuning;
    const size_t n = (size_t)t->n_trainings;
    ag_variant *all = AG_NEW_ARRAY(d->arena, ag_variant, n * (size_t)t->n_rungs);
    if (!all) return no_memory(err);
    memcpy(all, plan->variants[AG_PART_TRAINING], n * sizeof *all);
    for (size_t i = n; i < n * (size_t)t->n_rungs; i++)
        AG_TRY(shorten(d, &all[i % n], &t->rungs[i / n - 1], &all[i], err));
    plan->variants[AG_PART_TRAINING] = all;
    plan->n_variants[AG_PART_TRAINING] = t->n_trainings * t->n_rungs;
    return AG_OK;
}

static ag_status begin_short(ag_draft *d, ag_error *err) {
    ag_plan *plan = d->plan;
    ag_tuning *t = d->tuning;
    ag_trial *points = AG_NEW_ARRAY(d->arena, ag_trial, t->n_points);
    if (!points) return no_memory(err);
    memcpy(points, plan->trials, t->n_points * sizeof *points);
    t->points = points;
    ag_trial *trials = (ag_trial *)plan->trials;
    for (size_t i = 0; i < plan->n_trials; i++) {
        trials[i] = ag_tuned_trial(plan, i % t->n_points, (int)(i / t->n_points), 0);
        trials[i].index = (uint32_t)i;
    }
    return AG_OK;
}

/* What a rung is judged by is then not how far the whole training would be. */
static ag_status note_schedule(ag_draft *d, ag_error *err) {
    for (int v = 0; v < d->tuning->n_trainings; v++) {
        const ag_choice *schedule = &training_of(d->plan, v)->schedule;
        if (ag_schedule_of(schedule)->by_length)
            return ag_note(d, err,
                           "halving: schedule %s depends on the length of the training; each rung "
                           "has a whole one of its own length, and begins anew",
                           schedule->element->name);
    }
    return AG_OK;
}

ag_status ag_rungs_make(ag_draft *d, ag_error *err) {
    ag_tuning *t = d->tuning;
    if (!t) return AG_OK;
    t->points = d->plan->trials;
    t->n_trainings = d->plan->n_variants[AG_PART_TRAINING];
    AG_TRY(count_rungs(d, err));
    if (t->n_rungs == 1) return AG_OK;
    AG_TRY(note_schedule(d, err));
    AG_TRY(add_trainings(d, err));
    return begin_short(d, err);
}

ag_trial ag_tuned_trial(const ag_plan *plan, size_t point, int seed, int rung) {
    const ag_tuning *t = plan->tuning;
    ag_trial trial = t->points[point];
    trial.seed = plan->seeds[seed];
    if (rung < t->n_rungs - 1)
        trial.variant[AG_PART_TRAINING] += (uint32_t)((rung + 1) * t->n_trainings);
    trial.id = ag_trial_id(plan, &trial);
    return trial;
}

int ag_tuned_rung(const ag_plan *plan, const ag_trial *trial) {
    const ag_tuning *t = plan->tuning;
    const int block = (int)trial->variant[AG_PART_TRAINING] / t->n_trainings;
    return block ? block - 1 : t->n_rungs - 1;
}

/* --- in words -------------------------------------------------------------------------------- */

const char *ag_rung_text(char text[AG_RUNG_TEXT], const ag_rung *rung) {
    const long length = rung->epochs + rung->steps;
    snprintf(text, AG_RUNG_TEXT, "%d candidate%s at %ld %s%s", rung->candidates,
             rung->candidates == 1 ? "" : "s", length, rung->epochs ? "epoch" : "step",
             length == 1 ? "" : "s");
    return text;
}

const char *ag_tuning_how(const ag_tuning *tuning, ag_arena *arena) {
    char text[AG_RUNG_TEXT];
    const char *search =
        tuning->search.element ? ag_plan_choice_label(&tuning->search, arena) : "grid";
    if (!search || tuning->n_rungs == 1) return search;
    ag_writer w = AG_WRITER(arena);
    ag_write_format(&w, "%s, " AG_HALVING_WORDS " (eta %d, %d rungs: %s", search, eta_of(tuning),
                    tuning->n_rungs, ag_rung_text(text, &tuning->rungs[0]));
    for (int r = 1; r < tuning->n_rungs; r++)
        ag_write_format(&w, ", %d at %ld", tuning->rungs[r].candidates,
                        tuning->rungs[r].epochs + tuning->rungs[r].steps);
    ag_write(&w, ")");
    return w.failed ? NULL : w.text;
}
