#include "harness/cli/resume.h"

#include "harness/base/digest.h"
#include "harness/base/text.h"
#include "harness/cli/answer.h"
#include "harness/cli/progress.h"
#include "harness/cli/shell_word.h"
#include "results/store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

/* --- before ------------------------------------------------------------------------ */

static int by_id(const void *key, const void *file) {
    const uint64_t a = *(const uint64_t *)key,
                   b = ((const ag_checkpoint_file *)file)->about.trial_id;
    return a < b ? -1 : a > b;
}

static ag_checkpoint_file *find(uint64_t id, ag_checkpoint_file *files, size_t n) {
    return n ? bsearch(&id, files, n, sizeof *files, by_id) : NULL;
}

static void print_place(const ag_checkpoint *head) {
    char id[AG_ID_TEXT];
    fprintf(stderr, "%s at step %ld of %ld", ag_id_text(id, head->trial_id), head->step,
            head->steps);
}

/* "continuing 2 trials: 0123456789abcdef at step 340 of 1000, ..." */
static void print_continued(const ag_checkpoint *const *heads, size_t n) {
    enum { SHOWN = 4 };
    fprintf(stderr, "continuing %zu trial%s: ", n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n && i < SHOWN; i++) {
        fputs(i ? ", " : "", stderr);
        print_place(heads[i]);
    }
    if (n > SHOWN) fprintf(stderr, " and %zu more", n - SHOWN);
    fputc('\n', stderr);
}

/* Of other plans: nobody knows whether they will be wanted again. */
static size_t count_others(const ag_plan *plan, ag_checkpoint_file *files, size_t n) {
    size_t ours = 0;
    for (size_t t = 0; t < plan->n_trials && n; t++)
        ours += find(plan->trials[t].id, files, n) != NULL;
    return n - ours;
}

ag_status ag_resume_look(const ag_resume *resume, ag_arena *arena, ag_error *err) {
    const ag_plan *plan = resume->plan;
    ag_checkpoint_file *files;
    size_t n_files, n_continued = 0;
    AG_TRY(ag_store_checkpoints(resume->folder, arena, &files, &n_files, err));
    const ag_checkpoint **heads = AG_NEW_ARRAY(arena, const ag_checkpoint *, n_files);
    if (!heads) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for checkpoints");
    for (size_t i = 0; i < resume->n && n_files; i++) {
        const ag_checkpoint_file *file = find(plan->trials[resume->todo[i]].id, files, n_files);
        if (!file || !file->sound || file->origin != resume->origin || n_continued == n_files)
            continue;
        heads[n_continued++] = &file->about;
        resume->work[i] *= 1 - (double)file->about.step / (double)(file->about.steps + 1);
    }
    if (resume->quiet) return AG_OK;
    if (n_continued) print_continued(heads, n_continued);
    const size_t others = count_others(plan, files, n_files);
    if (others)
        fprintf(stderr,
                "note: %zu checkpoint%s in %s/checkpoints %s of trials that are not in this "
                "plan, and stay%s there\n",
                others, others == 1 ? "" : "s", resume->folder, others == 1 ? "is" : "are",
                others == 1 ? "s" : "");
    return AG_OK;
}

/* --- meanwhile ------------------------------------------------------------------------- */

static const char *begin_of_line(const ag_meter *meter) {
    return meter->mode == AG_PROGRESS_BAR ? "\r\033[K" : "";
}

void ag_resume_kept(void *self, const ag_checkpoint *head) {
    char time[AG_HUMAN_MAX];
    fputs(begin_of_line(self), stderr);
    fputs("checkpointed ", stderr);
    print_place(head);
    fprintf(stderr, ", %s\n", ag_format_seconds(time, head->seconds));
}

void ag_resume_note(void *self, const char *sentence) {
    fprintf(stderr, "%snote: %s\n", begin_of_line(self), sentence);
}

/* --- after ------------------------------------------------------------------------------- */

static bool is_switch(const ag_option *option) { return option->value == NULL; }

/* The words of the command line again, but --fresh, which refuses the store that now exists. */
static void print_command(const ag_call *call) {
    const ag_command *command = call->command;
    fprintf(stderr, "continue with: %s %s", ag_program_name(), command->about.name);
    for (int i = 0; i < call->n_words; i++) {
        const char *word = ag_shell_word(call->words[i], call->arena);
        fprintf(stderr, " %s", word ? word : call->words[i]);
    }
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
    print_command(call);
    if (p->finished + p->diverged >= MANY)
        fprintf(stderr, "packing curves.h5; once more to leave that to the next run\n");
}
