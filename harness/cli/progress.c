#include "harness/cli/progress.h"

#include "harness/base/digest.h"
#include "harness/base/text.h"
#include "harness/cli/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A bar is drawn at most ten times a second, a plain line printed every ten
 * seconds: a log of a long run stays readable. */
static const double BAR_SECONDS = 0.1, PLAIN_SECONDS = 10.0;
enum { BAR_WIDTH = 24 };

bool ag_meter_open(const char *word, const ag_plan *plan, ag_meter *meter) {
    const char *terminal = getenv("TERM");
    const bool tty = isatty(STDERR_FILENO) && !(terminal && strcmp(terminal, "dumb") == 0);
    *meter = (ag_meter){.plan = plan, .shown = -1, .color = ag_terminal_color(stderr)};
    if (!word || strcmp(word, "auto") == 0)
        meter->mode = tty ? AG_PROGRESS_BAR : AG_PROGRESS_PLAIN;
    else if (strcmp(word, "plain") == 0)
        meter->mode = AG_PROGRESS_PLAIN;
    else if (strcmp(word, "json") == 0)
        meter->mode = AG_PROGRESS_JSON;
    else if (strcmp(word, "none") == 0)
        meter->mode = AG_PROGRESS_NONE;
    else
        return false;
    return true;
}

/* From the share of the work done. Nothing done: not known. */
static double seconds_left(const ag_progress *p) {
    return p->flops_done > 0 ? p->seconds * p->flops_left / p->flops_done : -1;
}

static size_t done(const ag_progress *p) { return p->finished + p->diverged + p->failed; }

static void print_line(const ag_progress *p) {
    char left[AG_HUMAN_MAX], rate[AG_HUMAN_MAX];
    const size_t remaining = p->total - p->cached - done(p);
    fprintf(stderr, "%zu finished, %zu diverged, %zu failed, %zu left", p->finished, p->diverged,
            p->failed, remaining);
    if (p->cached) fprintf(stderr, " (%zu were there)", p->cached);
    fprintf(stderr, "; %.3g trials/min, %s samples/s", (double)done(p) / p->seconds * 60.0,
            ag_format_count(rate, p->samples / p->seconds));
    if (remaining) fprintf(stderr, "; %s left", ag_format_seconds(left, seconds_left(p)));
}

static void draw_bar(const ag_meter *meter, const ag_progress *p) {
    const double share = p->flops_done / (p->flops_done + p->flops_left);
    const int filled = share >= 0 ? (int)(share * BAR_WIDTH + 0.5) : 0;
    fputs("\r\033[K", stderr);
    if (meter->color) fputs("\033[36m", stderr);
    for (int i = 0; i < BAR_WIDTH; i++)
        fputs(i < filled ? "\xe2\x96\x88" : "\xe2\x96\x91", stderr);
    if (meter->color) fputs("\033[0m", stderr);
    fputc(' ', stderr);
    print_line(p);
    fflush(stderr);
}

static void print_json(const ag_progress *p, const ag_record *r) {
    static const char *const status[] = {"finished", "diverged", "failed"};
    char id[AG_ID_TEXT];
    fprintf(stderr,
            "{\"trial_id\":\"%s\",\"status\":\"%s\",\"seconds\":%.3f,\"finished\":%zu,"
            "\"diverged\":%zu,\"failed\":%zu,\"cached\":%zu,\"total\":%zu,\"elapsed\":%.3f,"
            "\"left_seconds\":%.3f}\n",
            ag_id_text(id, r->trial->id), status[r->outcome], r->seconds, p->finished, p->diverged,
            p->failed, p->cached, p->total, p->seconds, seconds_left(p));
}

/* A diverged or failed trial is worth a line of its own. */
static void print_trouble(const ag_meter *meter, const ag_record *r) {
    if (r->outcome == AG_FINISHED) return;
    ag_arena arena = AG_ARENA_EMPTY;
    const char *label = ag_plan_trial_label(meter->plan, r->trial, &arena);
    char id[AG_ID_TEXT];
    if (meter->mode == AG_PROGRESS_BAR) fputs("\r\033[K", stderr);
    fprintf(stderr, "%s %s: ", ag_id_text(id, r->trial->id), label ? label : "");
    if (r->outcome == AG_DIVERGED)
        fprintf(stderr, "diverged at step %ld: the %s of layer %d stopped being finite\n",
                r->diverged_step, r->diverged_what, r->diverged_layer);
    else
        fprintf(stderr, "failed: %s\n", r->error->text);
    ag_arena_close(&arena);
}

void ag_meter_report(void *self, const ag_progress *p, const ag_record *record) {
    ag_meter *meter = self;
    if (meter->mode == AG_PROGRESS_NONE) return;
    if (meter->mode == AG_PROGRESS_JSON) {
        print_json(p, record);
        return;
    }
    print_trouble(meter, record);
    const bool last = p->cached + done(p) == p->total;
    const double pause = meter->mode == AG_PROGRESS_BAR ? BAR_SECONDS : PLAIN_SECONDS;
    if (!last && meter->shown >= 0 && p->seconds - meter->shown < pause) return;
    meter->shown = p->seconds;
    if (meter->mode == AG_PROGRESS_BAR) {
        draw_bar(meter, p);
        meter->drawn = true;
    } else {
        print_line(p);
        fputc('\n', stderr);
    }
}

void ag_meter_close(ag_meter *meter) {
    if (meter->drawn) fputc('\n', stderr);
    meter->drawn = false;
}
