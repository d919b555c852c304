/* A trial that another process goes on with ends with the same bits as one that nobody interrupted:
 * saved behind every step and every epoch, or stopped at any instant, or begun as a shorter
 * training of the same settings. */
#include "checkpoint_fixture.h"

#include "harness/base/digest.h"

#include <math.h>
#include <signal.h>
#include <sys/time.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ORDEALS = 3 };
#else
enum { ORDEALS = 20 };
#endif

static ag_status write_record(bench *b, training *t) {
    ag_error err = {0};
    const ag_status status = ag_train_record(&t->run, &b->plan, b->trial, &t->record, &err);
    CHECK(status == AG_OK || status == AG_STOPPED, "%s", err.text);
    return status;
}

static void finish(bench *b, training *t) {
    while (ag_train_epoch(&t->run)) {
    }
    write_record(b, t);
}

static bool same(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

static bool same_words(const char *a, const char *b) { return a == b || (a && strcmp(a, b) == 0); }

static bool same_flight(const ag_record *a, const ag_record *b) {
    bool ok = a->n_flight_rows == b->n_flight_rows;
    for (int i = 0; ok && i < a->n_flight_rows; i++) {
        const ag_flight_row *x = &a->flight_rows[i], *y = &b->flight_rows[i];
        ok = x->step == y->step && x->epoch == y->epoch && x->layer == y->layer &&
             same(x->loss, y->loss) && same(x->learning_rate, y->learning_rate) &&
             same(x->grad_norm, y->grad_norm) && same(x->weight_norm, y->weight_norm) &&
             same(x->update_ratio, y->update_ratio) &&
             same(x->preactivation_max, y->preactivation_max);
    }
    return ok;
}

static bool same_rows(const ag_record *a, const ag_record *b) {
    bool ok = a->n_epoch_rows == b->n_epoch_rows && a->n_parameter_rows == b->n_parameter_rows &&
              a->n_robustness == b->n_robustness;
    for (int i = 0; ok && i < a->n_epoch_rows; i++) {
        ag_epoch_row x = a->epoch_rows[i], y = b->epoch_rows[i];
        x.seconds = y.seconds = 0;
        ok = memcmp(&x, &y, sizeof x) == 0;
    }
    for (int i = 0; ok && i < a->n_parameter_rows; i++) {
        const ag_parameter_row *x = &a->parameter_rows[i], *y = &b->parameter_rows[i];
        ok = x->epoch == y->epoch && x->layer == y->layer && same_words(x->name, y->name) &&
             same(x->mean, y->mean) && same(x->min, y->min) && same(x->max, y->max);
    }
    return ok &&
           (!a->n_robustness || memcmp(a->robustness_rows, b->robustness_rows,
                                       (size_t)a->n_robustness * sizeof *a->robustness_rows) == 0);
}

static bool same_arrays(const ag_record *a, const ag_record *b) {
    const size_t values =
        (size_t)a->n_epoch_rows * (size_t)a->n_layers * (size_t)a->n_metrics * sizeof(double);
    bool ok = a->n_arrays == b->n_arrays &&
              (!values || memcmp(a->layer_values, b->layer_values, values) == 0);
    for (int i = 0; ok && i < a->n_arrays; i++) {
        const ag_array *x = &a->arrays[i], *y = &b->arrays[i];
        size_t n = sizeof(float);
        for (int k = 0; k < x->rank; k++)
            n *= x->size[k];
        ok = same_words(x->name, y->name) && memcmp(x->size, y->size, sizeof x->size) == 0 &&
             (!n || memcmp(x->data, y->data, n) == 0);
        if (!ok) printf("  differs: %s\n", x->name);
    }
    return ok;
}

/* Everything but times. */
static bool same_record(const ag_record *a, const ag_record *b) {
    const double x[] = {a->train_loss, a->train_accuracy, a->val_loss,          a->val_accuracy,
                        a->test_loss,  a->test_accuracy,  a->train_r2,          a->val_r2,
                        a->test_r2,    a->best_val_loss,  a->best_val_accuracy, a->flops};
    const double y[] = {b->train_loss, b->train_accuracy, b->val_loss,          b->val_accuracy,
                        b->test_loss,  b->test_accuracy,  b->train_r2,          b->val_r2,
                        b->test_r2,    b->best_val_loss,  b->best_val_accuracy, b->flops};
    return memcmp(x, y, sizeof x) == 0 && a->outcome == b->outcome && a->digest == b->digest &&
           a->epochs == b->epochs && a->steps == b->steps && a->chosen_epoch == b->chosen_epoch &&
           a->best_epoch == b->best_epoch && a->stopped_early == b->stopped_early &&
           a->diverged_step == b->diverged_step && a->diverged_layer == b->diverged_layer &&
           same_words(a->diverged_what, b->diverged_what) && same_rows(a, b) && same_flight(a, b) &&
           same_arrays(a, b);
}

/* --- behind every step ----------------------------------------------------------------- */

/* Hands the trial on after each step and each epoch, and each time lets one successor finish. */
static void walk(bench *b, const training *whole) {
    training t;
    if (!open_training(b, &t)) return;
    ag_train_start(&t.run);
    int handed_on = 0;
    for (bool more = true; more; handed_on++) {
        training heir, next;
        t.run.pause_at = 0;
        more = ag_train_epoch(&t.run);
        if (t.run.outcome == AG_DIVERGED) break;
        save(b, &t);
        if (!load(b, &heir)) break;
        finish(b, &heir);
        CHECK(same_record(&heir.record, &whole->record), "%s %s: handed on at step %ld",
              b->plan.name, ag_plan_trial_label(&b->plan, b->trial, &b->names), b->vault.head.step);
        ag_arena_close(&heir.arena);
        if (!load(b, &next)) break;
        ag_arena_close(&t.arena);
        t = next;
        t.run.arena = &t.arena;
    }
    CHECK(handed_on > t.run.step || t.run.outcome == AG_DIVERGED, "%d times in %ld steps",
          handed_on, t.run.step);
    finish(b, &t);
    CHECK(same_record(&t.record, &whole->record), "%s: handed on %d times", b->plan.name,
          handed_on);
    ag_arena_close(&t.arena);
}

/* --- at any instant ------------------------------------------------------------------------ */

static atomic_bool armed; /* valgrind may deliver a signal after the timer was taken back */

static void on_alarm(int signal) {
    (void)signal;
    if (atomic_load(&armed)) atomic_store(&stop, 1);
}

/* A signal in so many seconds, as a user's: at any place of a step. */
static void stop_in(double seconds) {
    const long microseconds = (long)(1e6 * seconds);
    atomic_store(&armed, microseconds > 0);
    const struct itimerval when = {.it_value = {microseconds / 1000000, microseconds % 1000000}};
    setitimer(ITIMER_REAL, &when, NULL);
}

/* Stopped again and again, going on each time, until it is done. Returns how often it was. */
static int ordeal(bench *b, const training *whole) {
    int stops = 0;
    training t;
    b->vault.n = 0;
    for (bool over = false; !over; ag_arena_close(&t.arena)) {
        atomic_store(&stop, 0);
        if (b->vault.n ? !load(b, &t) : !open_training(b, &t)) break;
        stop_in(stops < 1000 ? b->seconds * (rand() % 1000) / 2000 : 0); /* NOLINT */
        if (!b->vault.n) ag_train_start(&t.run);
        while (ag_train_epoch(&t.run)) {
        }
        over = !t.run.stopped && write_record(b, &t) == AG_OK;
        stop_in(0);
        if (over)
            CHECK(same_record(&t.record, &whole->record), "%s %s: stopped %d times", b->plan.name,
                  ag_plan_trial_label(&b->plan, b->trial, &b->names), stops);
        else if (ag_checkpoint_is_worth(&t.run))
            save(b, &t);
        stops += !over;
    }
    atomic_store(&stop, 0);
    return stops;
}

/* Stopped while the finished net is evaluated: what is kept is where training ended, which a longer
 * one may go on from, and not the weights that are evaluated. */
static void stop_in_evaluation(bench *b, const training *whole) {
    training t;
    if (whole->record.outcome != AG_FINISHED || !open_training(b, &t)) return;
    ag_train_start(&t.run);
    while (ag_train_epoch(&t.run)) {
    }
    save(b, &t);
    const uint64_t ended = ag_digest(b->vault.bytes, b->vault.n, 0);
    atomic_store(&stop, 1);
    CHECK(write_record(b, &t) == AG_STOPPED, "%s: not stopped", b->plan.name);
    save(b, &t);
    CHECK(ag_digest(b->vault.bytes, b->vault.n, 0) == ended, "%s %s: not where it ended",
          b->plan.name, ag_plan_trial_label(&b->plan, b->trial, &b->names));
    atomic_store(&stop, 0);
    CHECK(write_record(b, &t) == AG_OK && same_record(&t.record, &whole->record),
          "%s: evaluated again", b->plan.name);
    ag_arena_close(&t.arena);
}

/* --- a longer training ------------------------------------------------------------------------ */

/* To the end, and the state that a longer training goes on from into b->finals, as a run would.
 * Whether there was one. */
static bool finish_and_keep(bench *b, training *t) {
    ag_error err = {0};
    const ag_keeper keeper = {.keep = keep, .self = &b->finals};
    int kept = 0;
    bool more = true;
    for (;;) {
        if (ag_checkpoint_is_final(&t->run) && !kept++) {
            ag_checkpoint head = {.trial_id = b->trial->id};
            CHECK(ag_checkpoint_save(&t->run, &keeper, &head, &err) == AG_OK, "%s", err.text);
        }
        if (!more) break;
        more = ag_train_epoch(&t->run);
    }
    write_record(b, t);
    return kept > 0;
}

/* A training of so many epochs or steps is trained, kept, and taken up by the whole one. */
static void extend(bench *b, const training *whole, long epochs, long steps) {
    const ag_settings settings = b->settings;
    const char *label = ag_plan_trial_label(&b->plan, b->trial, &b->names);
    training t;
    b->settings.training.epochs = epochs;
    b->settings.training.steps = steps;
    if (!open_training(b, &t)) return;
    ag_train_start(&t.run);
    const bool kept = finish_and_keep(b, &t), worth = t.run.step >= t.run.steps_per_epoch;
    const bool finished = t.run.outcome == AG_FINISHED; /* else it may have been kept before */
    ag_arena_close(&t.arena);
    b->settings = settings;
    const bool can = ag_checkpoint_can_be_extended(&settings.training);
    b->n_lengthless += !can;
    CHECK(kept == (can && worth) || !finished, "%s %s: kept %d after %ld epochs, %ld steps",
          b->plan.name, label, kept, epochs, steps);
    if (!kept || !open_training(b, &t)) return;
    const ag_kept_state state = {b->finals.head, b->finals.bytes, b->finals.n};
    CHECK(ag_checkpoint_load(&t.run, &state), "%s %s: a shorter one's state is refused",
          b->plan.name, label);
    finish_and_keep(b, &t);
    CHECK(same_record(&t.record, &whole->record), "%s %s: begun with %ld epochs, %ld steps",
          b->plan.name, label, epochs, steps);
    ag_arena_close(&t.arena);
    b->n_extended++;
}

static void extend_all(bench *b, const training *whole) {
    for (long epochs = 1; epochs <= whole->run.total_epochs; epochs++)
        extend(b, whole, epochs, 0);
    for (long steps = 1; steps <= whole->run.total_steps; steps += 1 + steps / 6)
        extend(b, whole, 0, steps);
}

static void try_trial(bench *b, int *stops) {
    training whole;
    if (!open_training(b, &whole)) return;
    ag_train_start(&whole.run);
    finish(b, &whole);
    b->seconds = whole.record.seconds;
    const bool diverges = strcmp(b->plan.name, "diverges") == 0;
    CHECK(whole.record.outcome == (diverges ? AG_DIVERGED : AG_FINISHED), "%s: outcome %d",
          b->plan.name, whole.record.outcome);
    if (diverges) CHECK(whole.record.steps > 64, "after %ld steps", whole.record.steps);
    walk(b, &whole);
    for (int i = 0; i < ORDEALS; i++)
        *stops += ordeal(b, &whole);
    stop_in_evaluation(b, &whole);
    extend_all(b, &whole);
    ag_arena_close(&whole.arena);
}

static void try_all(bench *b, void *stops) {
    const int before = *(int *)stops;
    for (size_t i = 0; i < b->plan.n_trials; i++) {
        choose_trial(b, i);
        try_trial(b, stops);
    }
    CHECK(b->n_extended > 0 || b->n_lengthless > 0, "%s: nothing was extended", b->plan.name);
    printf("%s: %zu trials, stopped %d times, extended %d times\n", b->plan.name, b->plan.n_trials,
           *(int *)stops - before, b->n_extended);
}

int main(void) {
    const struct sigaction alarm = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &alarm, NULL);
    int stops = 0;
    for_each_experiment(try_all, &stops);
    CHECK(stops > 0, "nothing was ever stopped");
    return check_report();
}
