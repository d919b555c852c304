#include "harness/plan/restore.h"

#include "harness/base/digest.h"
#include "harness/config/choice.h"
#include "harness/plan/checks.h"
#include "harness/plan/schema.h"
#include "harness/plan/variant_set.h"

#include <string.h>

/* What is known of a variant besides its settings: where it was read, the length of its list of
 * layers. */
typedef struct origin {
    ag_place place;
    int n_layers;
} origin;

typedef struct restorer {
    ag_arena *arena, *work;
    ag_variant_set set[AG_PARTS];
    origin *origins[AG_PARTS]; /* [room[part]] */
    size_t room[AG_PARTS];
    ag_trial *trials; /* [n] that could be read */
    size_t *from;     /* [n] which of the stored ones each is */
    size_t n;
} restorer;

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for stored trials");
}

static ag_status open_all(restorer *r, size_t n, ag_error *err) {
    r->trials = AG_NEW_ARRAY(r->arena, ag_trial, n + 1);
    r->from = AG_NEW_ARRAY(r->work, size_t, n + 1);
    if (!r->trials || !r->from) return no_memory(err);
    for (int p = 0; p < AG_PARTS; p++) {
        r->set[p] = (ag_variant_set){.part = (ag_part)p,
                                     .arena = r->arena,
                                     .work = r->work,
                                     .by_file = p == AG_PART_DATASET};
        AG_TRY(ag_variant_set_open(&r->set[p], 4, err));
    }
    return AG_OK;
}

/* Writes down the origin of the variant that was added last. */
static ag_status note_origin(restorer *r, ag_part part, origin made, ag_error *err) {
    const size_t n = r->set[part].n;
    origin *origins = AG_GROW(r->work, r->origins[part], n - 1, &r->room[part]);
    if (!origins) return no_memory(err);
    r->origins[part] = origins;
    origins[n - 1] = made;
    return AG_OK;
}

/* --- reading ------------------------------------------------------------------- */

static ag_status check_keys(const ag_node *root, ag_error *err) {
    if (root->kind != AG_NODE_MAP)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "its settings are no map");
    for (const ag_node *n = root->first; n; n = n->next)
        if (ag_part_find(n->key) < 0 && strcmp(n->key, "seed") != 0 && strcmp(n->key, "phase") != 0)
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                           "its settings have '%.60s', which this version does not know", n->key);
    return AG_OK;
}

static ag_status read_parts(restorer *r, const ag_node *root, ag_trial *trial, bool *any_new,
                            ag_arena *scratch, ag_error *err) {
    for (int p = 0; p < AG_PARTS; p++) {
        const ag_node *node = ag_node_get(root, ag_part_names[p]);
        if (!node)
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "its settings have no '%s'",
                           ag_part_names[p]);
        origin made = {.place = node->place};
        const size_t before = r->set[p].n;
        AG_TRY(
            ag_variant_set_add(&r->set[p], node, scratch, &trial->variant[p], &made.n_layers, err));
        if (r->set[p].n == before) continue;
        *any_new = true;
        AG_TRY(note_origin(r, (ag_part)p, made, err));
    }
    return AG_OK;
}

/* Texts of variants point into the tree: it stays if one of them is new. */
static ag_status read_trial(restorer *r, const ag_restored *stored, ag_arena *scratch,
                            ag_error *err) {
    const ag_mark mark = ag_arena_mark(r->arena);
    const ag_node *root = NULL, *seed;
    ag_trial *trial = &r->trials[r->n];
    *trial = (ag_trial){.index = (uint32_t)r->n};
    bool any_new = false;
    double number = 0;
    int phase = AG_PHASE_GRID;
    ag_status status = ag_document_parse(r->arena, stored->file ? stored->file : "",
                                         stored->settings, strlen(stored->settings), &root, err);
    if (!status) status = check_keys(root, err);
    if (!status) status = read_parts(r, root, trial, &any_new, scratch, err);
    if (!status) {
        seed = ag_node_get(root, "seed");
        status = seed ? ag_number_read(seed, "seed", true, 0, AG_SEED_MAX, &number, err)
                      : AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "its settings have no 'seed'");
    }
    if (!status && ag_node_get(root, "phase"))
        status = ag_word_read(ag_node_get(root, "phase"), "phase", ag_phase_names, &phase, err);
    if (!any_new && status != AG_NOMEM) ag_arena_release(r->arena, mark);
    trial->seed = (uint64_t)number;
    trial->phase = (ag_phase)phase;
    return status;
}

static ag_status explain(restorer *r, ag_restored *stored, const char *text, ag_error *err) {
    const size_t size = strlen(text) + 1;
    char *copy = AG_NEW_ARRAY(r->arena, char, size);
    if (!copy) return no_memory(err);
    stored->trouble = memcpy(copy, text, size);
    return AG_OK;
}

static ag_status read_all(restorer *r, ag_restored *trials, size_t n, ag_error *err) {
    ag_arena scratch = AG_ARENA_EMPTY;
    scratch.fail_after = r->arena->fail_after;
    ag_status status = AG_OK;
    for (size_t i = 0; i < n && !status; i++) {
        ag_error inner = {0};
        ag_arena_reset(&scratch);
        const ag_status read = read_trial(r, &trials[i], &scratch, &inner);
        if (read == AG_NOMEM)
            status = no_memory(err);
        else if (read)
            status = explain(r, &trials[i], inner.text, err);
        else
            r->from[r->n++] = i;
    }
    ag_arena_close(&scratch);
    return status;
}

/* --- checking ------------------------------------------------------------------ */

/* The variants as combinations of a grid's values, each of which is one. */
static ag_status map_part(const restorer *r, ag_part part, ag_part_map *map, ag_error *err) {
    const size_t n = r->set[part].n;
    uint32_t *variant = AG_NEW_ARRAY(r->work, uint32_t, n + 1);
    int *n_layers = AG_NEW_ARRAY(r->work, int, n + 1);
    ag_place *place = AG_NEW_ARRAY(r->work, ag_place, n + 1);
    if (!variant || !n_layers || !place) return no_memory(err);
    for (size_t v = 0; v < n; v++) {
        variant[v] = (uint32_t)v;
        n_layers[v] = r->origins[part][v].n_layers;
        place[v] = r->origins[part][v].place;
    }
    *map = (ag_part_map){.n_combinations = (int)n,
                         .variant = variant,
                         .n_layers = n_layers,
                         .place = place,
                         .injective = true};
    return AG_OK;
}

/* What is wrong with a trial that was read, in inner->text. */
static ag_status check_trial(ag_draft *d, ag_checks *checks, ag_trial *trial, uint64_t id,
                             ag_error *inner) {
    char text[AG_ID_TEXT];
    trial->id = ag_trial_id(d->plan, trial);
    if (trial->id != id)
        return AG_FAIL(inner, AG_CONFIG, AG_NOWHERE,
                       "its settings have the id %s here: a version stored it whose ids were made "
                       "otherwise",
                       ag_id_text(text, trial->id));
    size_t combination[AG_PARTS];
    for (int p = 0; p < AG_PARTS; p++)
        combination[p] = trial->variant[p];
    return ag_checks_point(d, checks, combination, trial->variant, inner);
}

/* Keeps those in the plan that can be trained. */
static ag_status check_all(restorer *r, ag_draft *d, ag_restored *trials, ag_error *err) {
    ag_checks checks;
    AG_TRY(ag_checks_open(d, &checks, err));
    ag_plan *plan = d->plan;
    for (size_t i = 0; i < r->n; i++) {
        ag_restored *stored = &trials[r->from[i]];
        ag_error inner = {0};
        ag_trial *trial = &r->trials[plan->n_trials];
        *trial = r->trials[i];
        const ag_status status = check_trial(d, &checks, trial, stored->id, &inner);
        if (status == AG_NOMEM) return no_memory(err);
        if (status) {
            AG_TRY(explain(r, stored, inner.text, err));
            continue;
        }
        trial->index = (uint32_t)plan->n_trials++;
        stored->trial = trial;
    }
    return AG_OK;
}

static ag_status restore(restorer *r, ag_restored *trials, size_t n, ag_plan *plan, ag_error *err) {
    static const uint64_t seeds[1];
    AG_TRY(open_all(r, n, err));
    AG_TRY(read_all(r, trials, n, err));
    *plan = (ag_plan){.file = "",
                      .name = "",
                      .description = "",
                      .source = "",
                      .resolved = "{}",
                      .seeds = seeds,
                      .n_seeds = 1, /* each trial has its own */
                      .trials = r->trials};
    if (!r->n) return AG_OK;
    ag_draft d = {
        .arena = r->arena, .work = r->work, .plan = plan, .n_points = r->n, .stored = true};
    for (int p = 0; p < AG_PARTS; p++) {
        plan->variants[p] = r->set[p].variants;
        plan->n_variants[p] = (int)r->set[p].n;
        AG_TRY(map_part(r, (ag_part)p, &d.part[p], err));
    }
    return check_all(r, &d, trials, err);
}

ag_status ag_plan_restore(ag_restored *trials, size_t n, ag_arena *arena, ag_plan *plan,
                          ag_error *err) {
    ag_arena work = AG_ARENA_EMPTY;
    work.fail_after = arena->fail_after;
    for (size_t i = 0; i < n; i++)
        trials[i].trial = NULL, trials[i].trouble = NULL;
    restorer r = {.arena = arena, .work = &work};
    const ag_status status = restore(&r, trials, n, plan, err);
    ag_arena_close(&work);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}
