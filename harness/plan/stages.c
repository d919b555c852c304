/* What follows from a choice: trials of the points that were chosen; and what was chosen, in words.
 */
#include "harness/plan/expand.h"
#include "harness/plan/tuning.h"

#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the trials of a tuning");
}

typedef struct seeds {
    const uint64_t *seed;
    size_t n;
} seeds;

static seeds seeds_of(const ag_plan *plan, ag_phase phase) {
    const ag_tuning *t = plan->tuning;
    return phase == AG_PHASE_FINAL ? (seeds){t->final_seeds, (size_t)t->n_final_seeds}
                                   : (seeds){plan->seeds, (size_t)plan->n_seeds};
}

ag_status ag_plan_stages(const ag_plan *plan, const ag_tuning_stage *stages, int n, ag_arena *arena,
                         ag_plan *whole, ag_error *err) {
    const size_t n_begin = plan->tuning->n_points * (size_t)plan->n_seeds;
    size_t n_trials = n_begin;
    for (int s = 0; s < n; s++)
        n_trials += stages[s].n * seeds_of(plan, stages[s].phase).n;
    if (n_trials > AG_TRIALS_MAX)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "with those that follow there are %zu trials, the limit is %d", n_trials,
                       AG_TRIALS_MAX);
    ag_trial *trials = AG_NEW_ARRAY(arena, ag_trial, n_trials);
    if (!trials) return no_memory(err);
    memcpy(trials, plan->trials, n_begin * sizeof *trials);
    *whole = *plan;
    whole->trials = trials;
    whole->n_trials = n_begin;
    for (int s = 0; s < n; s++) {
        const seeds with = seeds_of(plan, stages[s].phase);
        for (size_t i = 0; i < with.n * stages[s].n; i++) {
            ag_trial *trial = &trials[whole->n_trials];
            const size_t point = stages[s].points[i % stages[s].n];
            *trial = stages[s].phase == AG_PHASE_TUNE
                         ? ag_tuned_trial(plan, point, 0, stages[s].rung)
                         : plan->tuning->points[point];
            trial->seed = with.seed[i / stages[s].n];
            trial->phase = stages[s].phase;
            trial->index = (uint32_t)whole->n_trials++;
            trial->id = ag_trial_id(plan, trial);
        }
    }
    return AG_OK;
}

/* An axis is tuned with all its keys, or with none. */
bool ag_tuned_axis(const ag_plan *plan, int axis) {
    const char *name = plan->axes[axis].name;
    const size_t n = strcspn(name, " ");
    for (int i = 0; i < plan->tuning->n_over; i++)
        if (strlen(plan->tuning->over[i]) == n && strncmp(plan->tuning->over[i], name, n) == 0)
            return true;
    return false;
}

/* --- in words ----------------------------------------------------------------------- */

/* What over[i] names, of one trial. */
typedef struct named {
    ag_setting setting;
    const char *key;   /* the last word of the path */
    const char *label; /* of the whole part */
} named;

static bool look_up(const ag_plan *plan, const ag_trial *trial, int i, ag_arena *arena, named *is) {
    ag_path path;
    ag_error ignored = {0};
    if (ag_path_read(arena, plan->tuning->over[i], AG_NOWHERE, &path, &ignored)) return false;
    const int part = ag_part_find(path.component[0]);
    const ag_variant *v = &plan->variants[part][trial->variant[part]];
    *is = (named){ag_variant_setting((ag_part)part, v, path.n, path.component),
                  path.component[path.n - 1], v->label};
    return true;
}

bool ag_tuned_number(const ag_plan *plan, const ag_trial *trial, int over, double *x) {
    ag_arena work = AG_ARENA_EMPTY;
    named is;
    const bool found =
        look_up(plan, trial, over, &work, &is) && is.setting.kind == AG_SETTING_NUMBER;
    if (found) *x = is.setting.number;
    ag_arena_close(&work);
    return found;
}

/* A part as a whole, and what is no single value, by the part's label. */
static void write_value(ag_writer *w, const named *is) {
    const size_t before = w->n;
    ag_write_setting(w, &is->setting);
    if (w->n == before) ag_write(w, is->label);
}

const char *ag_tuned_label(const ag_plan *plan, const ag_trial *trial, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    for (int i = 0; i < plan->tuning->n_over; i++) {
        named is;
        if (!look_up(plan, trial, i, arena, &is)) return NULL;
        ag_write_format(&w, "%s%s=", i ? " " : "", is.key);
        write_value(&w, &is);
    }
    return w.failed ? NULL : w.text;
}

const char *ag_tuned_json(const ag_plan *plan, const ag_trial *trial, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    for (int i = 0; i < plan->tuning->n_over; i++) {
        named is;
        if (!look_up(plan, trial, i, arena, &is)) return NULL;
        ag_write_format(&w, "%s\"%s\":", i ? "," : "{", plan->tuning->over[i]);
        ag_writer value = AG_WRITER(arena);
        write_value(&value, &is);
        if (value.failed) return NULL;
        if (is.setting.kind == AG_SETTING_NUMBER || is.setting.kind == AG_SETTING_FLAG)
            ag_write(&w, value.text);
        else
            ag_write_json_string(&w, value.n ? value.text : "");
    }
    ag_write(&w, "}");
    return w.failed ? NULL : w.text;
}
