#include "harness/cli/progress.h"

#include "harness/base/digest.h"
#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/terminal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A bar is drawn at most ten times a second, a plain line printed every ten
 * seconds: a log of a long run stays readable. */
static const double BAR_SECONDS = 0.1, PLAIN_SECONDS = 10.0;
enum { BAR_WIDTH = 24, BAR_MIN = 6 };

bool ag_progress_mode_of(const char *word, ag_progress_mode *mode) {
    const char *terminal = getenv("TERM");
    const bool tty = isatty(STDERR_FILENO) && !(terminal && strcmp(terminal, "dumb") == 0);
    if (!word || strcmp(word, "auto") == 0)
        *mode = tty ? AG_PROGRESS_BAR : AG_PROGRESS_PLAIN;
    else if (strcmp(word, "plain") == 0)
        *mode = AG_PROGRESS_PLAIN;
    else if (strcmp(word, "json") == 0)
        *mode = AG_PROGRESS_JSON;
    else if (strcmp(word, "none") == 0)
        *mode = AG_PROGRESS_NONE;
    else
        return false;
    return true;
}

void ag_meter_open(ag_progress_mode mode, const ag_plan *plan, ag_meter *meter) {
    *meter =
        (ag_meter){.mode = mode, .plan = plan, .shown = -1, .color = ag_terminal_color(stderr)};
}

/* From the share of the work done. Nothing done: not known. */
static double seconds_left(const ag_progress *p) {
    return p->flops_done > 0 ? p->seconds * p->flops_left / p->flops_done : -1;
}

static size_t done(const ag_progress *p) { return p->finished + p->diverged + p->failed; }

/* Appends to text what fits into its first `room` characters as a whole, or nothing. */
__attribute__((format(printf, 3, 4))) static void append(char text[AG_PROGRESS_TEXT], int room,
                                                         const char *format, ...) {
    const size_t used = strlen(text);
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(text + used, AG_PROGRESS_TEXT - used, format, args);
    va_end(args);
    if ((int)used + n > room) text[used] = '\0';
}

void ag_progress_text(char text[AG_PROGRESS_TEXT], const ag_progress *p, int room) {
    char human[AG_HUMAN_MAX];
    const size_t left = p->total - p->cached - done(p);
    const double rate = p->seconds > 0 ? 1 / p->seconds : 0;
    text[0] = '\0';
    append(text, room, "%zu finished, %zu diverged, %zu failed, %zu left", p->finished, p->diverged,
           p->failed, left);
    if (!text[0]) append(text, room, "%zu left", left);
    if (left && seconds_left(p) >= 0)
        append(text, room, " in %s", ag_format_seconds(human, seconds_left(p)));
    append(text, room, "; %s trials/min", ag_format_count(human, 60 * rate * (double)done(p)));
    append(text, room, ", %s samples/s", ag_format_count(human, rate * p->samples));
    if (p->cached) append(text, room, "; %zu were there", p->cached);
}

/* The bar takes what the text leaves of the line, which must not wrap: a line that
 * did could not be drawn over. */
static void draw_bar(const ag_meter *meter, const ag_progress *p) {
    char text[AG_PROGRESS_TEXT];
    const int columns = ag_terminal_columns(stderr) - 1;
    ag_progress_text(text, p, columns);
    const int room = columns - (int)strlen(text) - 1;
    const int width = room < BAR_MIN ? 0 : room < BAR_WIDTH ? room : BAR_WIDTH;
    const double share = p->flops_done / (p->flops_done + p->flops_left);
    const int filled = share >= 0 ? (int)(share * width + 0.5) : 0;
    fputs("\r\033[K", stderr);
    if (meter->color && width) fputs("\033[36m", stderr);
    for (int i = 0; i < width; i++)
        fputs(i < filled ? "\xe2\x96\x88" : "\xe2\x96\x91", stderr);
    if (meter->color && width) fputs("\033[0m", stderr);
    fprintf(stderr, "%s%s", width ? " " : "", text);
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
    fprintf(stderr, "%s ", ag_id_text(id, r->trial->id));
    ag_print_visible(stderr, label ? label : "");
    fputs(": ", stderr);
    if (r->outcome == AG_DIVERGED) {
        fprintf(stderr, "diverged at step %ld: %s not finite, first in layer %d\n",
                r->diverged_step, r->diverged_what, r->diverged_layer);
    } else {
        fputs("failed: ", stderr);
        ag_print_visible(stderr, r->error->text);
        fputc('\n', stderr);
    }
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
        char text[AG_PROGRESS_TEXT];
        ag_progress_text(text, p, AG_PROGRESS_TEXT);
        fprintf(stderr, "%s\n", text);
    }
}

void ag_meter_close(ag_meter *meter) {
    if (meter->drawn) fputc('\n', stderr);
    meter->drawn = false;
}
