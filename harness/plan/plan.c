#include "harness/plan/plan.h"

#include "harness/base/digest.h"
#include "harness/config/choice.h"
#include "harness/plan/expand.h"
#include "harness/plan/overrides.h"
#include "harness/plan/tuning.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 100 };

static const char name_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-_.";

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading the experiment");
}

/* --- name ------------------------------------------------------------------ */

/* experiments/my depth.yaml -> my-depth: usable as the name of a folder. */
static const char *name_of_file(ag_arena *arena, const char *file) {
    const char *slash = strrchr(file, '/');
    const char *base = slash ? slash + 1 : file;
    const char *dot = strrchr(base, '.');
    size_t n = dot && dot != base ? (size_t)(dot - base) : strlen(base);
    if (n > NAME_MAX_LENGTH) n = NAME_MAX_LENGTH;
    char *name = AG_NEW_ARRAY(arena, char, n + sizeof "experiment");
    if (!name) return NULL;
    for (size_t i = 0; i < n; i++)
        name[i] = strchr(name_characters, base[i]) ? base[i] : '-';
    if (!n) memcpy(name, "experiment", sizeof "experiment");
    if (name[0] == '.' || name[0] == '-') name[0] = '_';
    return name;
}

static ag_status read_name(ag_draft *d, const ag_node *root, ag_error *err) {
    const char *name = d->root.name;
    if (!name) {
        d->plan->name = name_of_file(d->arena, d->plan->file);
        return d->plan->name ? AG_OK : no_memory(err);
    }
    const size_t n = strlen(name);
    if (!n || n > NAME_MAX_LENGTH || strspn(name, name_characters) != n || name[0] == '.' ||
        name[0] == '-')
        return AG_FAIL(err, AG_CONFIG, ag_node_get(root, "name")->place,
                       "name is '%.60s', must be 1 to %d letters, digits, - _ or . and not "
                       "begin with - or .",
                       name, NAME_MAX_LENGTH);
    d->plan->name = name;
    return AG_OK;
}

/* --- reading --------------------------------------------------------------- */

/* The top level: which keys there are. Parts are read with the grid, which may set
 * them, so none is required here. */
static ag_status read_root(ag_draft *d, const ag_node *root, ag_error *err) {
    AG_TRY(ag_fields_check(root, NULL, ag_root_fields, ag_n_root_fields, err));
    for (int i = 0; i < ag_n_root_fields; i++) {
        ag_field field = ag_root_fields[i];
        const ag_node *node = ag_node_get(root, field.key);
        void *slot = (char *)&d->root + field.offset;
        if (!node) continue;
        if (field.kind == AG_FIELD_NODE)
            *(const ag_node **)slot = node;
        else if (node->kind != AG_NODE_VALUE)
            return AG_FAIL(err, AG_CONFIG, node->place, "%s must be a text", field.key);
        else if (!ag_node_is_null(node))
            *(const char **)slot = node->text;
    }
    d->place = root->place;
    return read_name(d, root, err);
}

/* Of settings that a store has: they are an experiment of one trial. */
static ag_status read_phase(ag_draft *d, ag_error *err) {
    int phase = AG_PHASE_GRID;
    if (!ag_node_is_null(d->root.phase))
        AG_TRY(ag_word_read(d->root.phase, "phase", ag_phase_names, &phase, err));
    d->phase = (ag_phase)phase;
    return AG_OK;
}

/* A part of the file that an axis replaces altogether, parameters and all. */
static ag_status note_unused(ag_draft *d, ag_error *err) {
    char here[AG_PLACE_MAX], there[AG_PLACE_MAX];
    for (int a = 0; a < d->axes.n; a++)
        for (int k = 0; k < d->axes.axis[a].n_keys; k++) {
            const ag_axis_key *key = &d->axes.axis[a].keys[k];
            const ag_node *node = d->root.part[key->part];
            if (key->path.n == 1 && node && node->kind == AG_NODE_MAP && node->count > 1)
                AG_TRY(ag_note(d, err, "%s: not used: '%s' is set as a whole at %s",
                               ag_place_text(here, node->place), key->path.text,
                               ag_place_text(there, key->place)));
        }
    return AG_OK;
}

static ag_status list_axes(ag_draft *d, ag_error *err) {
    const int n = d->axes.n;
    ag_axis *axes = AG_NEW_ARRAY(d->arena, ag_axis, (size_t)n + 1);
    if (!axes) return no_memory(err);
    for (int a = 0; a < n; a++)
        axes[a] = (ag_axis){d->axes.axis[a].name, d->axes.axis[a].n_choices};
    d->plan->axes = axes;
    d->plan->n_axes = n;
    return AG_OK;
}

static ag_status read_plan(ag_draft *d, const char *bytes, size_t n, const char *const *overrides,
                           int n_overrides, ag_error *err) {
    ag_plan *plan = d->plan;
    const ag_node *root = NULL;
    AG_TRY(ag_document_parse(d->arena, plan->file, bytes, n, &root, err));
    AG_TRY(ag_overrides_apply(d->arena, root, overrides, n_overrides, &root, err));
    AG_TRY(read_root(d, root, err));
    char *source = AG_NEW_ARRAY(d->arena, char, n + 1);
    if (!source) return no_memory(err);
    memcpy(source, bytes, n);
    plan->source = source;
    plan->description = d->root.description ? d->root.description : "";

    const ag_node *seeds = ag_node_is_null(d->root.seeds) ? NULL : d->root.seeds;
    AG_TRY(read_phase(d, err));
    AG_TRY(ag_seeds_read(d->arena, seeds, d->root.seed, &plan->seeds, &plan->n_seeds, err));
    AG_TRY(ag_axes_read(d->arena, d->root.grid, d->root.zip, &d->axes, err));
    AG_TRY(ag_tuning_read(d, err));
    AG_TRY(list_axes(d, err));
    AG_TRY(ag_expand_count(d, err));
    AG_TRY(ag_expand_variants(d, err));
    AG_TRY(ag_rules_read(d->work, d->root.exclude, plan, &d->rules, err));
    AG_TRY(ag_expand_trials(d, err));
    AG_TRY(note_unused(d, err));
    AG_TRY(ag_claims_read(d, err));
    AG_TRY(ag_rungs_make(d, err));
    plan->resolved = ag_resolved_json(d);
    return plan->resolved ? AG_OK : no_memory(err);
}

ag_status ag_plan_read(ag_arena *arena, const char *file, const char *bytes, size_t n,
                       const char *const *overrides, int n_overrides, ag_plan *plan,
                       ag_error *err) {
    ag_arena work = AG_ARENA_EMPTY;
    work.fail_after = arena->fail_after; /* tests: these allocations fail too */
    *plan = (ag_plan){.file = file};
    ag_draft *d = AG_NEW(&work, ag_draft);
    ag_status status;
    if (d) {
        *d = (ag_draft){.arena = arena, .work = &work, .plan = plan};
        status = read_plan(d, bytes, n, overrides, n_overrides, err);
    } else {
        status = no_memory(err);
    }
    ag_arena_close(&work);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}

/* --- one trial ------------------------------------------------------------- */

ag_settings ag_plan_settings(const ag_plan *plan, const ag_trial *trial) {
    const ag_variant *v[AG_PARTS];
    for (int p = 0; p < AG_PARTS; p++)
        v[p] = &plan->variants[p][trial->variant[p]];
    return (ag_settings){
        .dataset = v[AG_PART_DATASET]->is.choice,
        .model = v[AG_PART_MODEL]->is.choice,
        .initializer = v[AG_PART_INITIALIZER]->is.choice,
        .optimizer = v[AG_PART_OPTIMIZER]->is.choice,
        .activation = v[AG_PART_ACTIVATION]->is.activation,
        .training = *v[AG_PART_TRAINING]->is.training,
        .probes = v[AG_PART_PROBES]->is.probes,
        .seed = trial->seed,
        .phase = trial->phase,
    };
}

const char *ag_plan_variant_json(ag_part part, const ag_variant *variant, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    ag_variant_write_json(&w, part, variant);
    return w.failed ? NULL : w.text;
}

bool ag_plan_length_hash(const ag_training *training, long epochs, long steps, ag_arena *scratch,
                         uint64_t *hash) {
    ag_training other = *training;
    other.epochs = epochs;
    other.steps = steps;
    const ag_mark mark = ag_arena_mark(scratch);
    const char *json =
        ag_plan_variant_json(AG_PART_TRAINING, &(ag_variant){.is.training = &other}, scratch);
    if (json) *hash = ag_digest(json, strlen(json), 0);
    ag_arena_release(scratch, mark);
    return json;
}

const char *ag_plan_settings_json(const ag_plan *plan, const ag_trial *trial, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    for (int p = 0; p < AG_PARTS; p++) {
        ag_write_format(&w, "%s\"%s\":", p ? "," : "{", ag_part_names[p]);
        ag_variant_write_json(&w, (ag_part)p, &plan->variants[p][trial->variant[p]]);
    }
    ag_write_format(&w, ",\"seed\":%llu", (unsigned long long)trial->seed);
    if (trial->phase) ag_write_format(&w, ",\"phase\":\"%s\"", ag_phase_names[trial->phase]);
    ag_write(&w, "}");
    return w.failed ? NULL : w.text;
}

/* One key of an axis: the part's own label, or key=value. */
static void write_key_label(ag_writer *w, const ag_plan *plan, const ag_trial *trial,
                            const ag_path *path) {
    const int part = ag_part_find(path->component[0]);
    if (part < 0) return;
    const ag_variant *v = &plan->variants[part][trial->variant[part]];
    if (w->n) ag_write(w, " ");
    if (path->n == 1) {
        ag_write(w, v->label);
        return;
    }
    const ag_setting s = ag_variant_setting((ag_part)part, v, path->n, path->component);
    if (s.kind == AG_SETTING_NONE || s.kind == AG_SETTING_LAYERS || s.kind == AG_SETTING_NAMES) {
        ag_write(w, v->label);
        return;
    }
    ag_write_format(w, "%s=", path->component[path->n - 1]);
    ag_write_setting(w, &s);
}

static void write_axis_label(ag_writer *w, const ag_plan *plan, const ag_trial *trial,
                             const char *name, ag_arena *arena) {
    while (*name && !w->failed) {
        const char *end = strstr(name, " + ");
        const size_t n = end ? (size_t)(end - name) : strlen(name);
        char *key = AG_NEW_ARRAY(arena, char, n + 1);
        ag_path path;
        if (key) memcpy(key, name, n);
        if (!key || ag_path_read(arena, key, AG_NOWHERE, &path, NULL)) {
            w->failed = true;
            return;
        }
        write_key_label(w, plan, trial, &path);
        name += end ? n + 3 : n;
    }
}

const char *ag_plan_choice_label(const ag_choice *choice, ag_arena *arena) {
    if (!choice->element) return "auto";
    ag_writer w = AG_WRITER(arena);
    ag_write_choice_label(&w, choice);
    return w.failed ? NULL : w.text;
}

const char *ag_plan_trial_label(const ag_plan *plan, const ag_trial *trial, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    for (int a = 0; a < plan->n_axes; a++)
        if (plan->axes[a].n_choices > 1)
            write_axis_label(&w, plan, trial, plan->axes[a].name, arena);
    if (!w.n)
        ag_write(&w, plan->variants[AG_PART_ACTIVATION][trial->variant[AG_PART_ACTIVATION]].label);
    const ag_tuning *t = plan->tuning;
    if (t && t->n_rungs > 1 && ag_tuned_rung(plan, trial) < t->n_rungs - 1) {
        const ag_rung *rung = &t->rungs[ag_tuned_rung(plan, trial)];
        ag_write_format(&w, " %s=%ld", rung->epochs ? "epochs" : "steps",
                        rung->epochs + rung->steps);
    }
    if (plan->n_seeds > 1) ag_write_format(&w, " seed=%llu", (unsigned long long)trial->seed);
    return w.failed ? NULL : w.text;
}
