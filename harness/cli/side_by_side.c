#include "harness/cli/side_by_side.h"

#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/call.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/json.h"
#include "harness/cli/settings_diff.h"
#include "harness/cli/stored.h"
#include "harness/train/twins.h"
#include "results/store/store.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DIFFERENT = 4, ROWS_MAX = 64, STEPS_BEYOND = 100 };

/* How far apart they are after a step. */
typedef struct row {
    long step;
    double distance, loss[2];
} row;

typedef struct comparison {
    const ag_call *call;
    ag_stored_trial trial[2];
    ag_replay replay;
    ag_settings_pair *settings;
    size_t n_settings;
    ag_twins twins;
    ag_parting parting;
    bool parts, bounded; /* bounded: by --steps */
    bool ends_differ;    /* they never part, but one goes on where the other ends or diverges */
    bool left;           /* by a signal */
    row rows[ROWS_MAX];
    int n_rows;
} comparison;

/* --- both ----------------------------------------------------------------------------- */

static ag_status open_both(comparison *c, const char *folder, const char *const name[2],
                           ag_error *err) {
    ag_arena *arena = c->call->arena;
    for (int k = 0; k < 2; k++)
        AG_TRY(ag_stored_find(folder, name[k], arena, &c->trial[k], err));
    const char *const json[] = {c->trial[0].restored.settings, c->trial[1].restored.settings};
    AG_TRY(ag_settings_diff(json, arena, &c->settings, &c->n_settings, err));
    AG_TRY(ag_stored_prepare(folder, c->trial, 2, arena, &c->replay, err));
    for (int k = 0; k < 2; k++)
        AG_TRY(ag_stored_check(&c->trial[k], err));
    return AG_OK;
}

static ag_status start_both(comparison *c, const ag_host *host, ag_error *err) {
    ag_settings *settings = AG_NEW_ARRAY(c->call->arena, ag_settings, 2);
    const ag_data *data[2];
    if (!settings) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for two trials");
    for (int k = 0; k < 2; k++) {
        const ag_trial *trial = c->trial[k].restored.trial;
        settings[k] = ag_plan_settings(&c->replay.plan, trial);
        data[k] = &c->replay.data[trial->variant[AG_PART_DATASET]];
    }
    return ag_twins_open(settings, data, host, c->call->arena, &c->twins, err);
}

/* --- steps ------------------------------------------------------------------------------ */

/* Steps behind the parting: 0, 1, 2, 5, 10, 20, 50, ...; and the last. */
static bool is_shown(long beyond) {
    while (beyond >= 10 && beyond % 10 == 0)
        beyond /= 10;
    return beyond == 0 || beyond == 1 || beyond == 2 || beyond == 5;
}

static void note_row(comparison *c) {
    const ag_twins *t = &c->twins;
    if (c->n_rows == ROWS_MAX) return;
    c->rows[c->n_rows++] =
        (row){t->step, ag_twins_distance(t), {ag_twins_loss(t, 0), ag_twins_loss(t, 1)}};
}

static void show_step(const comparison *c, bool on_terminal) {
    if (on_terminal && c->twins.step % 100 == 0)
        fprintf(stderr, "\r\033[Kstep %ld of %ld: %s", c->twins.step, c->twins.run[0].total_steps,
                c->parts ? "apart" : "the same so far");
}

/* `most`: steps to do at most, 0 where nobody said. */
static void train_both(comparison *c, long most) {
    const bool on_terminal = isatty(STDERR_FILENO);
    c->parts = ag_twins_part_at_start(&c->twins, &c->parting);
    if (c->parts) note_row(c);
    long last = most ? most : c->parts ? STEPS_BEYOND : LONG_MAX;
    bool goes_on = true;
    while (c->twins.step < last && (goes_on = ag_twins_step(&c->twins))) {
        const long step = c->twins.step;
        show_step(c, on_terminal);
        if (c->parts) {
            if (is_shown(step - c->parting.step)) note_row(c);
            continue;
        }
        c->parts = ag_twins_part(&c->twins, &c->parting);
        if (!c->parts) continue;
        note_row(c);
        if (!most) last = step + STEPS_BEYOND;
    }
    if (on_terminal && c->twins.step >= 100) fputs("\r\033[K", stderr);
    c->left = c->twins.run[0].stopped || c->twins.run[1].stopped;
    if (!c->parts && !goes_on && !c->left) c->parts = ag_twins_part(&c->twins, &c->parting);
    if (c->parts && (c->n_rows == 0 || c->rows[c->n_rows - 1].step < c->twins.step)) note_row(c);
    c->bounded = goes_on;
    c->ends_differ = !c->parts && !goes_on && !c->left && !ag_twins_end_alike(&c->twins);
}

/* --- text --------------------------------------------------------------------------------- */

static const char *or_none(const char *text) { return text ? text : "-"; }

static void print_settings(const comparison *c) {
    if (!c->n_settings) {
        printf("the same settings\n");
        return;
    }
    int width = 0;
    for (size_t i = 0; i < c->n_settings; i++)
        if ((int)strlen(c->settings[i].key) > width) width = (int)strlen(c->settings[i].key);
    printf("%zu setting%s\n", c->n_settings, c->n_settings == 1 ? " differs" : "s differ");
    for (size_t i = 0; i < c->n_settings; i++) {
        const ag_settings_pair *pair = &c->settings[i];
        printf("  ");
        ag_print_visible(stdout, pair->key);
        printf("%*s  ", width - (int)strlen(pair->key), "");
        ag_print_visible(stdout, or_none(pair->value[0]));
        printf(" | ");
        ag_print_visible(stdout, or_none(pair->value[1]));
        putchar('\n');
    }
}

static void print_number(double x) {
    char text[AG_NUMBER_MAX];
    if (isfinite(x))
        printf("%s", ag_format_number(text, x));
    else
        printf("%s", isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
}

static void print_parting(const comparison *c) {
    const ag_parting *p = &c->parting;
    if (p->step)
        printf("they part at step %ld: %s", p->step, p->what);
    else
        printf("they part before the first step: %s", p->what);
    if (p->layer) printf(" layer %d (%s, %s)", p->layer, or_none(p->name), or_none(p->kind));
    if (p->has_element) {
        if (p->n[0] > 1) printf(", element %zu of %zu", p->element, p->n[0]);
        printf(": ");
        print_number(p->value[0]);
        printf(" | ");
        print_number(p->value[1]);
    } else {
        printf(": %zu | %zu%s", p->n[0], p->n[1], c->twins.alike ? "" : " parameters of the net");
    }
    putchar('\n');
}

static void print_rows(const comparison *c) {
    printf("\n%8s  %18s  %12s  %12s\n", "step", "weights |a-b|/|a|", "loss a", "loss b");
    for (int i = 0; i < c->n_rows; i++) {
        const row *r = &c->rows[i];
        char distance[32] = "-", loss[2][32] = {"-", "-"};
        if (!isnan(r->distance)) snprintf(distance, sizeof distance, "%.3g", r->distance);
        for (int k = 0; k < 2; k++)
            if (r->step) /* "nan", whatever its sign */
                snprintf(loss[k], sizeof loss[k], "%.6g",
                         isnan(r->loss[k]) ? (double)NAN : r->loss[k]);
        printf("%8ld  %18s  %12s  %12s\n", r->step, distance, loss[0], loss[1]);
    }
}

/* The one that had no step left where the other did one more; -1: neither. */
static int ended_first(const comparison *c) {
    const ag_training_run *run = c->twins.run;
    return run[0].step == run[1].step ? -1 : run[0].step < run[1].step ? 0 : 1;
}

static bool diverged(const ag_training_run *run) { return run->outcome == AG_DIVERGED; }

static void print_epochs(const ag_training_run *run, long steps) {
    if (steps % run->steps_per_epoch != 0) return;
    const long n = steps / run->steps_per_epoch;
    printf(" (%ld epoch%s)", n, n == 1 ? "" : "s");
}

/* Both have done `step`, and one of them has none after it. */
static void print_longer(const ag_training_run *longer, char name, long step) {
    const bool may_stop = longer->settings->training.early_stopping.element;
    print_epochs(longer, step);
    printf(", which both have; %c goes on%s to step %ld", name, may_stop ? "," : "",
           longer->total_steps);
    print_epochs(longer, longer->total_steps);
    if (may_stop) printf(" at the most");
}

static void print_same(const comparison *c) {
    const ag_training_run *run = c->twins.run;
    const long step = c->twins.step;
    const int first = ended_first(c);
    if (step)
        printf("the same bits in all of %ld step%s", step, step == 1 ? "" : "s");
    else
        printf("the same weights before the first step");
    if (c->ends_differ && first >= 0 && !diverged(&run[0]) && !diverged(&run[1]))
        print_longer(&run[!first], "ab"[!first], step);
    putchar('\n');
}

static void print_divergence(const ag_training_run *run, const char *who) {
    if (run->diverged_step > 0)
        printf("%s diverged at step %ld: %s\n", who, run->diverged_step, run->diverged_what);
    else
        printf("%s diverged before the first step: %s\n", who, run->diverged_what);
}

/* Why they were not followed farther, where that is not said yet. */
static void print_end(const comparison *c) {
    const ag_training_run *a = &c->twins.run[0], *b = &c->twins.run[1];
    const long step = c->twins.step;
    const int first = ended_first(c);
    if (c->left) {
        printf("interrupted after step %ld\n", step);
    } else if (c->bounded) {
        return;
    } else if (diverged(a) && diverged(b) && ag_twins_end_alike(&c->twins)) {
        print_divergence(a, "both");
    } else if (diverged(a) || diverged(b)) {
        if (diverged(a)) print_divergence(a, "a");
        if (diverged(b)) print_divergence(b, "b");
    } else if (c->parts && first >= 0) {
        printf("%c ends at step %ld, %c goes on\n", "ab"[first], step, "ab"[!first]);
    }
}

static void print_text(const comparison *c) {
    for (int k = 0; k < 2; k++) {
        printf("%c  %.16s  ", "ab"[k], c -> trial[k].name);
        ag_print_visible(stdout, c->trial[k].label);
        putchar('\n');
    }
    print_settings(c);
    if (c->parts)
        print_parting(c);
    else
        print_same(c);
    if (c->n_rows) print_rows(c);
    print_end(c);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void json_parting(const ag_parting *p) {
    printf("{\"step\":%ld,\"what\":", p->step);
    ag_json_text(stdout, p->what);
    if (p->layer) {
        printf(",\"layer\":%d,\"name\":", p->layer);
        ag_json_text(stdout, p->name);
        printf(",\"kind\":");
        ag_json_text(stdout, p->kind);
    }
    printf(",\"numbers\":[%zu,%zu]", p->n[0], p->n[1]);
    if (p->has_element) {
        printf(",\"element\":%zu,\"a\":", p->element);
        ag_json_number(stdout, p->value[0]);
        printf(",\"b\":");
        ag_json_number(stdout, p->value[1]);
    }
    putchar('}');
}

static void print_json(const comparison *c) {
    printf("{\"a\":");
    ag_json_text(stdout, c->trial[0].name);
    printf(",\"b\":");
    ag_json_text(stdout, c->trial[1].name);
    printf(",\"settings\":[");
    for (size_t i = 0; i < c->n_settings; i++) {
        printf("%s{\"key\":", i ? "," : "");
        ag_json_text(stdout, c->settings[i].key);
        printf(",\"a\":");
        ag_json_text(stdout, c->settings[i].value[0]);
        printf(",\"b\":");
        ag_json_text(stdout, c->settings[i].value[1]);
        putchar('}');
    }
    printf("],\"steps\":%ld,\"same\":%s,\"part\":", c->twins.step,
           c->parts || c->ends_differ ? "false" : "true");
    if (c->parts)
        json_parting(&c->parting);
    else
        printf("null");
    const int first = c->ends_differ ? ended_first(c) : -1;
    printf(",\"goes_on\":%s", first < 0 ? "null" : first ? "\"a\"" : "\"b\"");
    printf(",\"distance\":[");
    for (int i = 0; i < c->n_rows; i++) {
        printf("%s{\"step\":%ld,\"weights\":", i ? "," : "", c->rows[i].step);
        ag_json_number(stdout, c->rows[i].distance);
        printf(",\"loss\":[");
        ag_json_number(stdout, c->rows[i].loss[0]);
        putchar(',');
        ag_json_number(stdout, c->rows[i].loss[1]);
        printf("]}");
    }
    printf("]}\n");
}

/* --- command ------------------------------------------------------------------------------- */

static bool read_steps(const ag_call *call, long *steps) {
    const char *text = ag_call_value(call, "steps");
    double x = 0;
    if (text && (!ag_parse_number(text, &x) || x < 1 || x > 1e9 || x != floor(x))) {
        ag_call_usage(call, "--steps is '%s', must be a number of steps, 1 or more", text);
        return false;
    }
    *steps = (long)x;
    return true;
}

int ag_side_by_side(const ag_call *call, const char *store, const char *one, const char *other) {
    static const ag_interrupt training = {"\nstopping: how far it came is printed\n", false};
    ag_error err = {0};
    long steps;
    if (!read_steps(call, &steps)) return 2;
    const char *folder = ag_store_folder(store, call->arena);
    comparison *c = AG_NEW(call->arena, comparison);
    if (!folder || !c) {
        AG_FAIL(&err, AG_NOMEM, AG_NOWHERE, "out of memory for two trials");
        return ag_call_fail(call, &err);
    }
    c->call = call;
    if (open_both(c, folder, (const char *const[]){one, other}, &err))
        return ag_call_fail(call, &err);
    const ag_host host = {.stop = ag_interrupt_listen(&training)};
    if (start_both(c, &host, &err)) return ag_call_fail(call, &err);
    train_both(c, steps);
    ag_interrupt_end();
    if (ag_call_value(call, "json"))
        print_json(c);
    else
        print_text(c);
    if (c->left) return ag_status_exit_code(AG_STOPPED);
    return c->parts || c->ends_differ ? DIFFERENT : 0;
}
