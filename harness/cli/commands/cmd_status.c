/* actgrid status: how far a store is. */
#include "harness/base/digest.h"
#include "harness/base/text.h"
#include "harness/cli/command.h"
#include "harness/cli/kept_list.h"
#include "harness/cli/tuned.h"
#include "results/store/file_system.h"
#include "results/store/print/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row for each experiment, the one that ran last first, with the store as a whole. Stores of
 * format 2 have no progress.peak_bytes; there, the name is that of `absent`. */
static const char *const STATE =
    "SELECT e.name, p.planned, p.done, p.planned - p.done AS left,"
    " (SELECT count(*) FROM trial WHERE status = 'finished') AS finished,"
    " (SELECT count(*) FROM trial WHERE status = 'diverged') AS diverged,"
    " (SELECT count(*) FROM trial WHERE status = 'failed') AS failed,"
    " (SELECT max(finished_at) FROM trial) AS last_trial_at,"
    " p.done - p.done_before AS done_in_run,"
    " unixepoch('now') - unixepoch(p.run_began_at) AS run_seconds,"
    " (SELECT min(error) FROM trial WHERE status = 'failed') AS an_error,"
    " e.resolved,"
    " (SELECT peak_bytes FROM progress q WHERE q.experiment_id = p.experiment_id) AS peak_bytes"
    " FROM progress p JOIN experiment e USING (experiment_id)"
    " CROSS JOIN (SELECT NULL AS peak_bytes) AS absent"
    " ORDER BY p.run_began_at DESC, p.updated_at DESC, e.experiment_id DESC";

enum {
    NAME,
    PLANNED,
    DONE,
    LEFT,
    FINISHED,
    DIVERGED,
    FAILED,
    LAST_AT,
    DONE_IN_RUN,
    RUN_SECONDS,
    AN_ERROR,
    RESOLVED,
    PEAK_BYTES
};

typedef struct state {
    const ag_table *table;
    const char *const *cell; /* its first row */
    bool held;
    char holder[AG_HOLDER_MAX];
    double left_seconds; /* < 0: not known */
    ag_kept_list kept;
    ag_file_system place;
    bool tuned;
    ag_phase_counts phases; /* if it is tuned */
    bool *extended; /* [n_experiments] a tuning that went on with more candidates before it chose */
} state;

static double number(const state *s, int column) {
    return s->cell[column] ? strtod(s->cell[column], NULL) : 0.0;
}

/* From the rate of the run that is going; unknown before its first trial. What is done of others
 * stands in their checkpoints. */
static double time_left(const state *s) {
    const double done = number(s, DONE_IN_RUN);
    if (!s->held || done < 1) return -1;
    return (number(s, LEFT) - s->kept.done) * number(s, RUN_SECONDS) / done;
}

static size_t n_experiments(const state *s) { return s->table->n_rows; }

static const char *of_experiment(const state *s, size_t i, int column) {
    return s->table->cells[i * (size_t)s->table->n_columns + (size_t)column];
}

/* Whether one that ran later, of the same name, has more trials. */
static bool has_wider(const state *s, size_t i) {
    for (size_t j = 0; j < i; j++)
        if (strcmp(of_experiment(s, j, NAME), of_experiment(s, i, NAME)) == 0 &&
            atol(of_experiment(s, j, PLANNED)) > atol(of_experiment(s, i, PLANNED)))
            return true;
    return false;
}

/* `run --extend-edges` leaves each of its steps in the store: all candidates trained, none chosen.
 * Its final trials were never meant to be. */
static ag_status find_extended(state *s, const char *dir, ag_arena *arena, ag_error *err) {
    s->extended = AG_NEW_ARRAY(arena, bool, n_experiments(s));
    if (!s->extended) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
    for (size_t i = 1; i < n_experiments(s); i++) {
        const long planned = atol(of_experiment(s, i, PLANNED)),
                   done = atol(of_experiment(s, i, DONE));
        ag_phase_counts c;
        bool tuned;
        if (done == planned || !has_wider(s, i)) continue;
        AG_TRY(ag_tuned_count(of_experiment(s, i, RESOLVED), dir, (size_t)planned, (size_t)done,
                              arena, &c, &tuned, err));
        s->extended[i] = tuned && c.done[AG_PHASE_TUNE] == c.planned[AG_PHASE_TUNE] &&
                         c.done[AG_PHASE_FINAL] == 0;
    }
    return AG_OK;
}

/* Of an experiment, the trials that were meant to be. */
static const char *planned_of(const state *s, size_t i) {
    return of_experiment(s, i, s->extended[i] ? DONE : PLANNED);
}

/* All that ran into the store, the last one first. */
static void print_json_experiments(const state *s) {
    printf(", \"experiments\": [");
    for (size_t i = 0; i < n_experiments(s); i++) {
        const char *name = of_experiment(s, i, NAME);
        printf("%s{\"name\": ", i ? ", " : "");
        ag_print_json_text(stdout, name, strlen(name));
        printf(", \"planned\": %s, \"done\": %s%s}", planned_of(s, i), of_experiment(s, i, DONE),
               s->extended[i] ? ", \"extended\": true" : "");
    }
    printf("]");
}

static void print_json_rungs(const ag_phase_counts *c) {
    for (int r = 0; r < c->n_rungs && c->n_rungs > 1; r++)
        printf("%s{\"candidates\": %d, \"%s\": %ld, \"planned\": %zu, \"done\": %zu}%s",
               r ? ", " : ", \"rungs\": [", c->rungs[r].candidates,
               c->rungs[r].epochs ? "epochs" : "steps", c->rungs[r].epochs + c->rungs[r].steps,
               c->rung_planned[r], c->rung_done[r], r == c->n_rungs - 1 ? "]" : "");
}

static void print_json_phases(const state *s) {
    if (!s->tuned) return;
    printf(", \"phases\": {");
    for (int p = AG_PHASE_TUNE; p <= AG_PHASE_FINAL; p++) {
        printf("%s\"%s\": {\"planned\": %zu, \"done\": %zu", p > AG_PHASE_TUNE ? ", " : "",
               ag_phase_names[p], s->phases.planned[p], s->phases.done[p]);
        if (p == AG_PHASE_TUNE) print_json_rungs(&s->phases);
        printf("}");
    }
    printf("}");
}

/* Where candidates are halved. */
static ag_status add_rungs(const ag_phase_counts *c, ag_table *table, const char **cells,
                           ag_arena *arena, ag_error *err) {
    enum { TEXT = 64 + AG_RUNG_TEXT };
    char rung[AG_RUNG_TEXT];
    for (int r = 0; r < c->n_rungs && c->n_rungs > 1; r++) {
        char *label = AG_NEW_ARRAY(arena, char, TEXT), *text = AG_NEW_ARRAY(arena, char, TEXT);
        if (!label || !text)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
        snprintf(label, TEXT, "rung %d of %d", r + 1, c->n_rungs);
        snprintf(text, TEXT, "%zu of %zu trials done: %s", c->rung_done[r], c->rung_planned[r],
                 ag_rung_text(rung, &c->rungs[r]));
        cells[2 * table->n_rows] = label;
        cells[2 * table->n_rows++ + 1] = text;
    }
    return AG_OK;
}

/* Both phases of a tuned experiment. */
static ag_status add_phases(const state *s, ag_table *table, const char **cells, ag_arena *arena,
                            ag_error *err) {
    static const char *const labels[AG_PHASES] = {"", "phase tune", "phase final"};
    enum { TEXT = 64 };
    for (int p = AG_PHASE_TUNE; s->tuned && p <= AG_PHASE_FINAL; p++) {
        if (p == AG_PHASE_FINAL) AG_TRY(add_rungs(&s->phases, table, cells, arena, err));
        char *text = AG_NEW_ARRAY(arena, char, TEXT);
        if (!text) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
        snprintf(text, TEXT, "%zu of %zu trials done", s->phases.done[p], s->phases.planned[p]);
        cells[2 * table->n_rows] = labels[p];
        cells[2 * table->n_rows++ + 1] = text;
    }
    return AG_OK;
}

static void print_json(const state *s) {
    const char *const counts[] = {"planned", "done", "left", "finished", "diverged", "failed"};
    printf("{\"experiment\": ");
    ag_print_json_text(stdout, s->cell[NAME], strlen(s->cell[NAME]));
    for (int i = 0; i < AG_COUNT(counts); i++)
        printf(", \"%s\": %s", counts[i], s->cell[PLANNED + i]);
    print_json_phases(s);
    printf(", \"running\": %s", s->held ? "true" : "false");
    if (s->held) {
        printf(", \"in_use_by\": ");
        ag_print_json_text(stdout, s->holder, strlen(s->holder));
    }
    if (s->left_seconds >= 0) printf(", \"seconds_left\": %.0f", s->left_seconds);
    ag_kept_list_print_json(&s->kept);
    print_json_experiments(s);
    printf(", \"peak_bytes\": %s", s->cell[PEAK_BYTES] ? s->cell[PEAK_BYTES] : "null");
    printf(", \"file_system\": ");
    ag_print_json_text(stdout, s->place.name, strlen(s->place.name));
    printf(", \"last_trial_at\": ");
    if (s->cell[LAST_AT])
        ag_print_json_text(stdout, s->cell[LAST_AT], strlen(s->cell[LAST_AT]));
    else
        printf("null");
    printf("}\n");
}

enum { OTHERS_SHOWN = 16, OTHER_TEXT = 192 };

/* Experiments that ran before. */
static ag_status add_others(const state *s, ag_table *table, const char **cells, ag_arena *arena,
                            ag_error *err) {
    const size_t others = n_experiments(s) - 1;
    const size_t shown = others < OTHERS_SHOWN ? others : OTHERS_SHOWN;
    for (size_t i = 1; i <= shown; i++) {
        char *text = AG_NEW_ARRAY(arena, char, OTHER_TEXT);
        if (!text) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
        const bool last = i == shown && others > shown;
        snprintf(text, OTHER_TEXT, "%.100s: %s of %s trials done%s%s", of_experiment(s, i, NAME),
                 of_experiment(s, i, DONE), planned_of(s, i), s->extended[i] ? ", extended" : "",
                 last ? ", and more experiments" : "");
        cells[2 * table->n_rows] = i == 1 ? "before it" : "";
        cells[2 * table->n_rows++ + 1] = text;
    }
    return AG_OK;
}

static ag_status print_text(const state *s, const char *dir, ag_arena *arena, ag_error *err) {
    static const char *const labels[] = {
        "store",     "experiment", "planned", "finished",   "diverged",    "failed", "left",
        "time left", "running",    "memory",  "last trial", "first error", "on"};
    char left[AG_HUMAN_MAX], peak[AG_HUMAN_MAX], memory[AG_HUMAN_MAX + 8];
    if (s->cell[PEAK_BYTES])
        snprintf(memory, sizeof memory, "%sB at most",
                 ag_format_count(peak, number(s, PEAK_BYTES)));
    char words[AG_FILE_SYSTEM_WORDS], place[AG_FILE_SYSTEM_WORDS + sizeof s->place.name + 2];
    snprintf(place, sizeof place, "%s: %s", s->place.name, ag_file_system_words(&s->place, words));
    const char *const values[] = {
        dir,
        s->cell[NAME],
        s->cell[PLANNED],
        s->cell[FINISHED],
        s->cell[DIVERGED],
        s->cell[FAILED],
        s->cell[LEFT],
        s->left_seconds >= 0 ? ag_format_seconds(left, s->left_seconds) : NULL,
        s->held ? s->holder : "no",
        s->cell[PEAK_BYTES] ? memory : NULL,
        s->cell[LAST_AT],
        s->cell[AN_ERROR],
        words[0] ? place : NULL,
    };
    /* Through the table printer: names and errors come from elsewhere. */
    static const char *const columns[] = {"", ""};
    static const bool numeric[] = {false, false};
    const char **cells = AG_NEW_ARRAY(arena, const char *,
                                      2 * ((size_t)AG_COUNT(labels) + AG_PHASES + AG_RUNGS_MAX +
                                           OTHERS_SHOWN + AG_KEPT_ROWS_MAX));
    if (!cells) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
    ag_table table = {2, columns, 0, cells, numeric};
    for (int i = 0; i < AG_COUNT(labels); i++) {
        if (!values[i]) continue;
        cells[2 * table.n_rows] = labels[i];
        cells[2 * table.n_rows + 1] = values[i];
        table.n_rows++;
    }
    AG_TRY(add_phases(s, &table, cells, arena, err));
    AG_TRY(add_others(s, &table, cells, arena, err));
    AG_TRY(ag_kept_list_add(&s->kept, &table, cells, arena, err));
    return ag_table_print_list(stdout, &table, err);
}

static int run(const ag_call *call) {
    ag_error err = {0};
    ag_table table;
    const char *dir = ag_store_folder(call->words[0], call->arena);
    if (!dir) return ag_call_no_memory(call);
    if (ag_store_query(dir, STATE, 0, call->arena, &table, &err)) return ag_call_fail(call, &err);
    if (table.n_rows == 0) {
        AG_FAIL(&err, AG_STORE, AG_NOWHERE, "the store '%s' is empty: no run has begun", dir);
        return ag_call_fail(call, &err);
    }
    state s = {.table = &table, .cell = table.cells};
    s.held = ag_store_holder(dir, s.holder);
    ag_file_system_of(dir, &s.place);
    if (ag_kept_list_make(dir, s.cell[RESOLVED], call->arena, &s.kept, &err))
        return ag_call_fail(call, &err);
    if (ag_tuned_count(s.cell[RESOLVED], dir, (size_t)number(&s, PLANNED), (size_t)number(&s, DONE),
                       call->arena, &s.phases, &s.tuned, &err))
        return ag_call_fail(call, &err);
    if (find_extended(&s, dir, call->arena, &err)) return ag_call_fail(call, &err);
    s.left_seconds = time_left(&s);
    if (ag_call_value(call, "json"))
        print_json(&s);
    else if (print_text(&s, dir, call->arena, &err))
        return ag_call_fail(call, &err);
    return 0;
}

static const ag_option options[] = {
    {.name = "json", .meaning = "one line of JSON"},
};

const ag_command ag_cmd_status = {
    .about = {.name = "status", .formula = "how far a store is: finished, diverged, failed, left"},
    .arguments = "DIR|NAME",
    .least = 1,
    .most = 1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Counts the trials of a store, says who is writing to it and how long that will\n"
            "take, and where trials stand that were not finished: a run goes on with those of\n"
            "its plan, those of other experiments wait for theirs, or for `rm\n"
            "DIR/checkpoints/ID.ckpt`. Final states are what `run --keep-final` keeps; `rm\n"
            "DIR/checkpoints/*.final` takes nothing from the store. `left` and `planned` are\n"
            "of the experiment that ran last, the other counts of the whole store.\n"
            "\n"
            "    actgrid status quickstart\n"
            "    watch actgrid status runs/quickstart\n",
    .run = run,
};
