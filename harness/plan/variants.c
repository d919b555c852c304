#include "harness/plan/expand.h"

#include "harness/base/digest.h"
#include "harness/base/text.h"
#include "harness/plan/variant_set.h"

#include <stdlib.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory expanding the grid");
}

ag_status ag_expand_count(ag_draft *d, ag_error *err) {
    unsigned long long n = (unsigned long long)d->plan->n_seeds; /* <= AG_TRIALS_MAX */
    d->n_points = 1;
    for (int a = 0; a < d->axes.n; a++) {
        const ag_grid_axis *axis = &d->axes.axis[a];
        n *= (unsigned long long)axis->n_choices; /* <= AG_TRIALS_MAX * AG_SEQUENCE_MAX */
        if (n > AG_TRIALS_MAX)
            return AG_FAIL(err, AG_CONFIG, axis->place,
                           "with '%s' (%d values) the grid has %llu trials, the limit is %d",
                           axis->name, axis->n_choices, n, AG_TRIALS_MAX);
        d->n_points *= (size_t)axis->n_choices;
    }
    return AG_OK;
}

/* One key of one axis that sets something in the part at hand. */
typedef struct assignment {
    const ag_axis_key *key;
    int axis;
} assignment;

/* Those of the part, from the top of the part downwards: first `optimizer`, then
 * `optimizer.momentum`, so that the more special one has the last word. */
static int list_assignments(const ag_draft *d, ag_part part, assignment *list) {
    int n = 0;
    for (int depth = 1; depth <= AG_PATH_MAX; depth++)
        for (int a = 0; a < d->axes.n; a++)
            for (int k = 0; k < d->axes.axis[a].n_keys; k++) {
                const ag_axis_key *key = &d->axes.axis[a].keys[k];
                if (key->part == part && key->path.n == depth) list[n++] = (assignment){key, a};
            }
    return n;
}

static int count_keys(const ag_axes *axes) {
    int n = 0;
    for (int a = 0; a < axes->n; a++)
        n += axes->axis[a].n_keys;
    return n;
}

static bool touches(const ag_grid_axis *axis, ag_part part) {
    for (int k = 0; k < axis->n_keys; k++)
        if (axis->keys[k].part == part) return true;
    return false;
}

/* How many combinations the part has, and the stride of each axis. */
static ag_status measure(const ag_draft *d, ag_part part, ag_part_map *map, ag_error *err) {
    size_t n = 1;
    for (int a = d->axes.n - 1; a >= 0; a--) {
        const ag_grid_axis *axis = &d->axes.axis[a];
        if (!touches(axis, part)) continue;
        map->stride[a] = n;
        n *= (size_t)axis->n_choices;
        if (n > AG_VARIANTS_MAX)
            return AG_FAIL(err, AG_CONFIG, axis->place,
                           "with '%s' (%d values) there are %zu variants of the %s, the limit is "
                           "%d",
                           axis->name, axis->n_choices, n, ag_part_names[part], AG_VARIANTS_MAX);
    }
    map->n_combinations = (int)n;
    return AG_OK;
}

/* --- different variants only ---------------------------------------------- */

typedef struct builder {
    ag_draft *d;
    ag_part part;
    const assignment *assignments;
    int n_assignments;
    ag_part_map *map;
    uint32_t *variant;
    int *n_layers;
    ag_place *place;
    ag_variant_set set;
} builder;

/* Reads combination c: the part's node with the value of each axis set in it. */
static ag_status build(builder *b, int c, ag_arena *scratch, ag_error *err) {
    ag_draft *d = b->d;
    const ag_node *node = d->root.part[b->part];
    ag_place place = node ? node->place : d->place;
    for (int i = 0; i < b->n_assignments; i++) {
        const assignment *s = &b->assignments[i];
        const int n_choices = d->axes.axis[s->axis].n_choices;
        const size_t digit = (size_t)c / b->map->stride[s->axis] % (size_t)n_choices;
        const ag_node *value = s->key->values[digit];
        AG_TRY(
            ag_path_set_below(scratch, node, &s->key->path, 1, s->key->place, value, &node, err));
        place = value->place;
    }
    AG_TRY(ag_variant_set_add(&b->set, node, scratch, &b->variant[c], &b->n_layers[c], err));
    b->place[c] = place;
    return AG_OK;
}

static ag_status build_all(builder *b, ag_error *err) {
    ag_arena scratch = AG_ARENA_EMPTY;
    scratch.fail_after = b->d->arena->fail_after;
    ag_status status = AG_OK;
    for (int c = 0; c < b->map->n_combinations && !status; c++) {
        ag_arena_reset(&scratch);
        status = build(b, c, &scratch, err);
    }
    ag_arena_close(&scratch);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}

/* --- the same choice twice on an axis ------------------------------------- */

typedef struct hashed {
    uint64_t hash;
    int choice;
} hashed;

static int by_hash(const void *a, const void *b) {
    const hashed *x = a, *y = b;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return (x->choice > y->choice) - (x->choice < y->choice);
}

/* Two choices are the same if they give the same variant beside every choice of the
 * other axes. (Of a zip, equal points are dropped later, with a note.) */
static ag_status check_axis(ag_draft *d, int a, ag_error *err) {
    const ag_grid_axis *axis = &d->axes.axis[a];
    const ag_part_map *map = &d->part[axis->keys[0].part];
    const int n = axis->n_choices;
    hashed *h = AG_NEW_ARRAY(d->work, hashed, (size_t)n);
    if (!h) return no_memory(err);
    for (int i = 0; i < n; i++)
        h[i].choice = i;
    for (int c = 0; c < map->n_combinations; c++) {
        hashed *mine = &h[(size_t)c / map->stride[a] % (size_t)n];
        mine->hash = ag_digest(&map->variant[c], sizeof map->variant[c], mine->hash);
    }
    qsort(h, (size_t)n, sizeof *h, by_hash);
    const hashed *first = NULL, *second = NULL;
    for (int i = 1; i < n; i++)
        if (h[i].hash == h[i - 1].hash && (!second || h[i].choice < second->choice))
            first = &h[i - 1], second = &h[i];
    if (!second) return AG_OK;
    const ag_node *one = axis->keys[0].values[first->choice];
    const ag_node *two = axis->keys[0].values[second->choice];
    ag_writer text = AG_WRITER(d->work);
    ag_write_node(&text, two);
    if (text.failed) return no_memory(err);
    char at[AG_PLACE_MAX];
    return AG_FAIL(err, AG_CONFIG, two->place, "'%s' has the choice %.100s twice, first at %s",
                   axis->name, text.text, ag_place_text(at, one->place));
}

/* --- all parts ------------------------------------------------------------ */

static ag_status check_present(const ag_draft *d, ag_part part, int n_assignments, ag_error *err) {
    for (int i = 0; i < ag_n_root_fields; i++) {
        const ag_field *f = &ag_root_fields[i];
        if (strcmp(f->key, ag_part_names[part]) != 0) continue;
        const ag_node *node = d->root.part[part];
        if (f->required && ag_node_is_null(node) && !n_assignments)
            return AG_FAIL(err, AG_CONFIG, node ? node->place : d->place, "'%s' is missing: %s, %s",
                           f->key, f->meaning, f->must_be);
    }
    return AG_OK;
}

static ag_status expand_part(ag_draft *d, ag_part part, ag_error *err) {
    ag_part_map *map = &d->part[part];
    assignment *list = AG_NEW_ARRAY(d->work, assignment, (size_t)count_keys(&d->axes) + 1);
    if (!list) return no_memory(err);
    builder b = {.d = d,
                 .part = part,
                 .map = map,
                 .assignments = list,
                 .set = {.part = part, .arena = d->arena, .work = d->work}};
    b.n_assignments = list_assignments(d, part, list);
    AG_TRY(check_present(d, part, b.n_assignments, err));
    AG_TRY(measure(d, part, map, err));

    const size_t n = (size_t)map->n_combinations;
    b.variant = AG_NEW_ARRAY(d->work, uint32_t, n);
    b.n_layers = AG_NEW_ARRAY(d->work, int, n);
    b.place = AG_NEW_ARRAY(d->work, ag_place, n);
    if (!b.variant || !b.n_layers || !b.place) return no_memory(err);
    AG_TRY(ag_variant_set_open(&b.set, n, err));
    AG_TRY(build_all(&b, err));

    map->variant = b.variant;
    map->n_layers = b.n_layers;
    map->place = b.place;
    map->injective = b.set.n == n;
    d->plan->variants[part] = b.set.variants;
    d->plan->n_variants[part] = (int)b.set.n;
    return AG_OK;
}

/* --- names of formulas ------------------------------------------------------ */

typedef struct named {
    const ag_element *element;
    int variant;
} named;

static int by_name(const void *a, const void *b) {
    const named *x = a, *y = b;
    const int order = strcmp(x->element->name, y->element->name);
    return order ? order : strcmp(x->element->formula, y->element->formula);
}

static ag_place place_of(const ag_draft *d, int variant) {
    const ag_part_map *map = &d->part[AG_PART_ACTIVATION];
    for (int c = 0; c < map->n_combinations; c++)
        if (map->variant[c] == (uint32_t)variant) return map->place[c];
    return d->place;
}

/* Results are listed by name, so a name is one formula's. */
static ag_status check_names(const ag_draft *d, ag_error *err) {
    const ag_variant *variants = d->plan->variants[AG_PART_ACTIVATION];
    const int n_variants = d->plan->n_variants[AG_PART_ACTIVATION];
    size_t n = 0;
    for (int v = 0; v < n_variants; v++)
        n += (size_t)variants[v].is.activation.n;
    named *all = AG_NEW_ARRAY(d->work, named, n);
    if (!all) return no_memory(err);
    n = 0;
    for (int v = 0; v < n_variants; v++)
        for (int i = 0; i < variants[v].is.activation.n; i++) {
            const ag_element *element = variants[v].is.activation.items[i].element;
            if (element->definition) all[n++] = (named){element, v};
        }
    qsort(all, n, sizeof *all, by_name);
    for (size_t i = 1; i < n; i++) {
        const ag_element *a = all[i - 1].element, *b = all[i].element;
        if (strcmp(a->name, b->name) != 0 || strcmp(a->formula, b->formula) == 0) continue;
        return AG_FAIL(err, AG_CONFIG, place_of(d, all[i].variant),
                       "'%s' is the name of two formulas, %.100s and %.100s", a->name, a->formula,
                       b->formula);
    }
    return AG_OK;
}

ag_status ag_expand_variants(ag_draft *d, ag_error *err) {
    for (int p = 0; p < AG_PARTS; p++)
        AG_TRY(expand_part(d, (ag_part)p, err));
    AG_TRY(check_names(d, err));
    for (int a = 0; a < d->axes.n; a++)
        if (!d->axes.axis[a].zip) AG_TRY(check_axis(d, a, err));
    return AG_OK;
}
