#include "harness/cli/resume.h"

#include "harness/base/digest.h"
#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/answer.h"
#include "harness/cli/progress.h"
#include "harness/cli/shell_word.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double STANDARD_SECONDS = 300;

/* "0.2s", "5m", "1h": without a unit nobody knows what is meant. */
static bool parse_duration(const char *text, double *seconds) {
    static const struct {
        char letter;
        double seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}};
    char number[AG_NUMBER_MAX];
    const size_t n = strlen(text);
    if (n < 2 || n > sizeof number) return false;
    memcpy(number, text, n - 1);
    number[n - 1] = '\0';
    for (int i = 0; i < AG_COUNT(units); i++)
        if (units[i].letter == text[n - 1] && ag_parse_number(number, seconds)) {
            *seconds *= units[i].seconds;
            return *seconds > 0 && isfinite(*seconds);
        }
    return false;
}

bool ag_resume_interval(const ag_call *call, double *seconds) {
    const char *text = ag_call_value(call, "checkpoint-every");
    *seconds = STANDARD_SECONDS;
    if (!text || parse_duration(text, seconds)) return true;
    *seconds = 0;
    if (strcmp(text, "off") == 0) return true;
    ag_call_usage(call, "--checkpoint-every is '%s', must be a time (30s, 5m, 1h) or off", text);
    return false;
}

void ag_resume_print_place(const ag_checkpoint *head) {
    char id[AG_ID_TEXT];
    fprintf(stderr, "%s at step %ld of %ld", ag_id_text(id, head->trial_id), head->step,
            head->steps);
}

/* --- meanwhile ------------------------------------------------------------------------- */

static const char *begin_of_line(const ag_meter *meter) {
    return meter->mode == AG_PROGRESS_BAR ? "\r\033[K" : "";
}

void ag_resume_kept(void *self, const ag_checkpoint *head) {
    char time[AG_HUMAN_MAX];
    fputs(begin_of_line(self), stderr);
    fputs("checkpointed ", stderr);
    ag_resume_print_place(head);
    fprintf(stderr, ", %s\n", ag_format_seconds(time, head->seconds));
}

void ag_resume_note(void *self, const char *sentence) {
    fprintf(stderr, "%snote: ", begin_of_line(self));
    ag_print_visible(stderr, sentence);
    fputc('\n', stderr);
}

/* --- after ------------------------------------------------------------------------------- */

static bool is_switch(const ag_option *option) { return option->value == NULL; }

static void print_words(const char *const *words, int n, ag_arena *arena) {
    for (int i = 0; i < n; i++) {
        const char *word = ag_shell_word(words[i], arena);
        fprintf(stderr, " %s", word ? word : words[i]);
    }
}

/* Without --fresh, which refuses the store that now exists. */
void ag_resume_print_command(const ag_call *call, const char *const *more, int n_more) {
    const ag_command *command = call->command;
    fprintf(stderr, "%s %s", ag_program_name(), command->about.name);
    print_words(call->words, call->n_words, call->arena);
    print_words(more, n_more, call->arena);
    for (int i = 0; i < command->n_options; i++) {
        const ag_option *option = &command->options[i];
        if (!call->value[i] || strcmp(option->name, "fresh") == 0) continue;
        const char *word = ag_shell_word(call->value[i], call->arena);
        if (is_switch(option))
            fprintf(stderr, " --%s", option->name);
        else if (option->letter)
            fprintf(stderr, " -%c %s", option->letter, word ? word : call->value[i]);
        else
            fprintf(stderr, " --%s=%s", option->name, word ? word : call->value[i]);
    }
    fputc('\n', stderr);
}

void ag_resume_print(const ag_call *call, const ag_progress *p) {
    enum { MANY = 1000 }; /* trials: about a second of packing */
    char time[AG_HUMAN_MAX];
    const size_t done = p->finished + p->diverged + p->failed;
    fprintf(stderr,
            "stopped after %s: %zu finished, %zu diverged, %zu failed, %zu checkpointed, %zu to "
            "begin",
            ag_format_seconds(time, p->seconds), p->finished, p->diverged, p->failed,
            p->checkpointed, p->total - p->cached - done - p->checkpointed);
    if (p->cached) fprintf(stderr, "; %zu were there already", p->cached);
    fputc('\n', stderr);
    fputs("continue with: ", stderr);
    ag_resume_print_command(call, NULL, 0);
    if (p->finished + p->diverged >= MANY)
        fprintf(stderr, "packing curves.h5; once more to leave that to the next run\n");
}
