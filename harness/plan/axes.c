#include "harness/plan/axes.h"

#include "harness/base/nearest.h"
#include "harness/config/choice.h"
#include "harness/config/sequence.h"
#include "harness/config/writer.h"
#include "harness/plan/values.h"

#include <stdlib.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading the grid");
}

static ag_status check_part(const ag_path *path, ag_place place, const char *where, ag_part *part,
                            ag_error *err) {
    const int p = ag_part_find(path->component[0]);
    if (p >= 0) {
        *part = (ag_part)p;
        return AG_OK;
    }
    if (strcmp(path->component[0], "seeds") == 0 || strcmp(path->component[0], "seed") == 0)
        return AG_FAIL(err, AG_CONFIG, place,
                       "seeds do not belong into '%s'; write 'seeds: ...' at the top level", where);
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(path->component[0]);
    for (int i = 0; i < AG_PARTS; i++)
        ag_nearest_offer(&nearest, ag_part_names[i]);
    return AG_FAIL(err, AG_CONFIG, place, "unknown key '%.60s' in %s%s", path->text, where,
                   ag_nearest_hint(hint, &nearest, ""));
}

/* One key with its list of values. */
static ag_status read_key(ag_arena *arena, const ag_node *node, const char *where, ag_axis_key *key,
                          int *n, ag_error *err) {
    key->place = node->key_place;
    AG_TRY(ag_path_read(arena, node->key, node->key_place, &key->path, err));
    AG_TRY(check_part(&key->path, node->key_place, where, &key->part, err));
    if (ag_node_is_null(node))
        return AG_FAIL(err, AG_CONFIG, node->key_place, "'%.60s' in %s has nothing to choose from",
                       node->key, where);
    AG_TRY(ag_values_read(arena, node, &key->path, &key->list, err));
    const ag_node **values = AG_NEW_ARRAY(arena, const ag_node *, (size_t)key->list->count);
    if (!values) return no_memory(err);
    *n = 0;
    for (const ag_node *v = key->list->first; v; v = v->next)
        values[(*n)++] = v;
    key->values = values;
    return AG_OK;
}

/* A key may be on one axis only. */
static ag_status check_unique(const ag_axes *axes, const ag_axis_key *key, ag_error *err) {
    char at[AG_PLACE_MAX];
    for (int a = 0; a < axes->n; a++)
        for (int k = 0; k < axes->axis[a].n_keys; k++) {
            const ag_axis_key *other = &axes->axis[a].keys[k];
            if (other == key || strcmp(other->path.text, key->path.text) != 0) continue;
            return AG_FAIL(err, AG_CONFIG, key->place, "'%s' varies twice, first at %s",
                           key->path.text, ag_place_text(at, other->place));
        }
    return AG_OK;
}

static ag_status new_axis(ag_arena *arena, ag_axes *axes, int n_keys, ag_place place,
                          ag_grid_axis **axis, ag_error *err) {
    if (axes->n == AG_AXES_MAX)
        return AG_FAIL(err, AG_CONFIG, place, "more than %d axes", AG_AXES_MAX);
    *axis = &axes->axis[axes->n];
    **axis = (ag_grid_axis){.place = place};
    (*axis)->keys = AG_NEW_ARRAY(arena, ag_axis_key, (size_t)n_keys);
    return (*axis)->keys ? AG_OK : no_memory(err);
}

static ag_status read_grid(ag_arena *arena, const ag_node *grid, ag_axes *axes, ag_error *err) {
    if (grid->kind != AG_NODE_MAP)
        return AG_FAIL(err, AG_CONFIG, grid->place,
                       "grid must be a map: lines of `key: [value, value, ...]`");
    for (const ag_node *n = grid->first; n; n = n->next) {
        ag_grid_axis *axis = NULL;
        AG_TRY(new_axis(arena, axes, 1, n->key_place, &axis, err));
        AG_TRY(read_key(arena, n, "grid", &axis->keys[0], &axis->n_choices, err));
        AG_TRY(check_unique(axes, &axis->keys[0], err));
        axis->n_keys = 1;
        axis->name = axis->keys[0].path.text;
        axes->n++;
    }
    return AG_OK;
}

static ag_status read_zip_map(ag_arena *arena, const ag_node *map, ag_axes *axes, ag_error *err) {
    if (map->kind != AG_NODE_MAP || !map->count)
        return AG_FAIL(err, AG_CONFIG, map->place,
                       "zip must be a list of maps: - {key: [...], key: [...]}");
    ag_grid_axis *axis = NULL;
    AG_TRY(new_axis(arena, axes, map->count, map->place, &axis, err));
    axis->zip = true;
    axes->n++; /* so that a key that stands twice in this map is noticed too */
    ag_writer name = AG_WRITER(arena);
    for (const ag_node *n = map->first; n; n = n->next) {
        ag_axis_key *key = &axis->keys[axis->n_keys];
        int n_values = 0;
        AG_TRY(read_key(arena, n, "zip", key, &n_values, err));
        AG_TRY(check_unique(axes, key, err));
        if (axis->n_keys && n_values != axis->n_choices)
            return AG_FAIL(err, AG_CONFIG, n->place,
                           "'%s' has %d values, '%s' has %d: keys that move together need the same "
                           "number",
                           key->path.text, n_values, axis->keys[0].path.text, axis->n_choices);
        axis->n_choices = n_values;
        ag_write_format(&name, "%s%s", axis->n_keys ? " + " : "", key->path.text);
        axis->n_keys++;
    }
    if (name.failed) return no_memory(err);
    axis->name = name.text;
    return AG_OK;
}

static ag_status read_zip(ag_arena *arena, const ag_node *zip, ag_axes *axes, ag_error *err) {
    if (zip->kind != AG_NODE_LIST) return read_zip_map(arena, zip, axes, err);
    for (const ag_node *map = zip->first; map; map = map->next)
        AG_TRY(read_zip_map(arena, map, axes, err));
    return AG_OK;
}

ag_status ag_axes_read(ag_arena *arena, const ag_node *grid, const ag_node *zip, ag_axes *axes,
                       ag_error *err) {
    axes->n = 0;
    const bool zip_first = grid && zip && zip->key_place.line < grid->key_place.line;
    if (zip_first && !ag_node_is_null(zip)) AG_TRY(read_zip(arena, zip, axes, err));
    if (!ag_node_is_null(grid)) AG_TRY(read_grid(arena, grid, axes, err));
    if (!zip_first && !ag_node_is_null(zip)) AG_TRY(read_zip(arena, zip, axes, err));
    return AG_OK;
}

/* --- seeds -------------------------------------------------------------- */

typedef struct placed_seed {
    uint64_t seed;
    ag_place place;
    int index;
} placed_seed;

static int by_seed(const void *a, const void *b) {
    const placed_seed *x = a, *y = b;
    if (x->seed != y->seed) return x->seed < y->seed ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static ag_status check_different(placed_seed *seeds, int n, ag_error *err) {
    qsort(seeds, (size_t)n, sizeof *seeds, by_seed);
    for (int i = 1; i < n; i++)
        if (seeds[i].seed == seeds[i - 1].seed) {
            ag_place place = seeds[i].place;
            return AG_FAIL(err, AG_CONFIG, place, "seed %llu is given twice",
                           (unsigned long long)seeds[i].seed);
        }
    return AG_OK;
}

static ag_status read_seed_list(ag_arena *arena, const ag_node *node, uint64_t **out, int *n,
                                ag_error *err) {
    const ag_node *list;
    AG_TRY(ag_sequence_read(arena, node, "seeds", &list, err));
    uint64_t *seeds = AG_NEW_ARRAY(arena, uint64_t, (size_t)list->count);
    placed_seed *placed = AG_NEW_ARRAY(arena, placed_seed, (size_t)list->count);
    if (!seeds || !placed) return no_memory(err);
    *n = 0;
    for (const ag_node *s = list->first; s; s = s->next) {
        double x;
        AG_TRY(ag_number_read(s, "seed", true, 0, AG_SEED_MAX, &x, err));
        seeds[*n] = (uint64_t)x;
        placed[*n] = (placed_seed){seeds[*n], s->place, *n};
        (*n)++;
    }
    *out = seeds;
    return check_different(placed, *n, err);
}

static ag_status count_seeds(ag_arena *arena, uint64_t first, int count, const uint64_t **out,
                             int *n, ag_error *err) {
    uint64_t *made = AG_NEW_ARRAY(arena, uint64_t, (size_t)count);
    if (!made) return no_memory(err);
    for (int i = 0; i < count; i++)
        made[i] = first + (uint64_t)i;
    *out = made;
    *n = count;
    return AG_OK;
}

ag_status ag_seeds_read_from(ag_arena *arena, const ag_node *seeds, const char *name,
                             uint64_t first, const uint64_t **out, int *n, ag_error *err) {
    uint64_t *made = NULL;
    double count = 1;
    if (seeds->kind == AG_NODE_LIST || ag_node_is_call(seeds)) {
        AG_TRY(read_seed_list(arena, seeds, &made, n, err));
        *out = made;
        return AG_OK;
    }
    AG_TRY(ag_number_read(seeds, name, true, 1, AG_SEED_COUNT_MAX, &count, err));
    return count_seeds(arena, first, (int)count, out, n, err);
}

ag_status ag_seeds_read(ag_arena *arena, const ag_node *seeds, const ag_node *seed,
                        const uint64_t **out, int *n, ag_error *err) {
    double first = 0;
    if (seed && seeds)
        return AG_FAIL(err, AG_CONFIG, seed->key_place,
                       "both 'seed' and 'seeds' are given, must be one of them");
    if (seeds) return ag_seeds_read_from(arena, seeds, "seeds", 0, out, n, err);
    if (seed) AG_TRY(ag_number_read(seed, "seed", true, 0, AG_SEED_MAX, &first, err));
    return count_seeds(arena, (uint64_t)first, 1, out, n, err);
}
