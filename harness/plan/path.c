#include "harness/plan/path.h"

#include "harness/config/tree.h"
#include "harness/plan/schema.h"

#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading the experiment");
}

ag_status ag_path_read(ag_arena *arena, const char *text, ag_place place, ag_path *path,
                       ag_error *err) {
    const size_t n = strlen(text);
    char *copy = AG_NEW_ARRAY(arena, char, n + 1);
    if (!copy) return no_memory(err);
    memcpy(copy, text, n);
    *path = (ag_path){.text = text};
    for (char *word = copy;;) {
        const size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyz"
                                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
        if (!length || path->n == AG_PATH_MAX || (word[length] && word[length] != '.'))
            return AG_FAIL(err, AG_CONFIG, place,
                           "'%.60s' is not a key such as optimizer.learning_rate", text);
        path->component[path->n++] = word;
        if (!word[length]) return AG_OK;
        word[length] = 0;
        word += length + 1;
    }
}

bool ag_path_covers(const ag_path *a, const ag_path *b) {
    if (a->n > b->n) return false;
    for (int i = 0; i < a->n; i++)
        if (strcmp(a->component[i], b->component[i]) != 0) return false;
    return true;
}

/* The key that a single value stands for: `sgd` is {name: sgd}, `none` of probes
 * is {every: none}. NULL: it stands for nothing. */
static const char *key_of_value(const ag_path *path, int from) {
    if (from != 1) return "name";
    const int part = ag_part_find(path->component[0]);
    if (part < 0 || part == AG_PART_TRAINING) return NULL;
    return ag_part_schemas[part].name_key;
}

/* The field with a choice that stands at path[0..from-1]; NULL if there is none. */
static const ag_field *choice_at(const ag_path *path, int from) {
    const int part = from == 2 ? ag_part_find(path->component[0]) : -1;
    for (int i = 0; part >= 0 && i < ag_part_schemas[part].n_fields; i++) {
        const ag_field *f = &ag_part_schemas[part].fields[i];
        if (f->kind == AG_FIELD_CHOICE && strcmp(f->key, path->component[1]) == 0) return f;
    }
    return NULL;
}

/* What stands there when the file says nothing: `constant` at training.schedule, so that
 * training.schedule.warmup can be set alone. `none` gives way to what implies its name:
 * training.noise.normal=0.3 makes {normal: 0.3}. */
static const ag_node *or_standard(const ag_path *path, int from, const ag_node *node,
                                  ag_node *standard) {
    const ag_field *f = choice_at(path, from);
    if (!f || !f->word || (node && !ag_node_is_word(node, f->word))) return node;
    const bool implied = f->catalogue->n_items == 1 ||
                         ag_catalogue_find(f->catalogue, path->component[from]) != NULL;
    if (implied && !ag_catalogue_find(f->catalogue, f->word)) return NULL;
    standard->text = f->word;
    return node ? node : standard;
}

/* {layers: [...]} takes the place of the one activation for all layers. */
static bool stands_alone(const ag_path *path, int from) {
    return from == 1 && path->n == 2 && ag_part_find(path->component[0]) == AG_PART_ACTIVATION &&
           strcmp(path->component[1], "layers") == 0;
}

ag_status ag_path_set_below(ag_arena *arena, const ag_node *node, const ag_path *path, int from,
                            ag_place place, const ag_node *value, const ag_node **out,
                            ag_error *err) {
    if (from == path->n) {
        *out = value;
        return AG_OK;
    }
    if (ag_node_is_null(node) || stands_alone(path, from)) node = NULL;
    ag_node standard = {.kind = AG_NODE_VALUE, .place = place};
    node = or_standard(path, from, node, &standard);
    if (node && node->kind == AG_NODE_VALUE) {
        const char *key = key_of_value(path, from);
        if (!key)
            return AG_FAIL(err, AG_CONFIG, node->place, "%s must be a map: lines of `key: value`",
                           path->component[from - 1]);
        const ag_node *map = ag_node_with(arena, NULL, key, node->place, node);
        if (!map) return no_memory(err);
        node = map;
    }
    char at[AG_PLACE_MAX];
    if (node && node->kind == AG_NODE_LIST)
        return AG_FAIL(err, AG_CONFIG, place, "'%.60s' cannot be set: %s is a list (%s)",
                       path->text, from ? path->component[from - 1] : "this",
                       ag_place_text(at, node->place));
    const ag_node *below = node ? ag_node_get(node, path->component[from]) : NULL;
    AG_TRY(ag_path_set_below(arena, below, path, from + 1, place, value, &below, err));
    *out = ag_node_with(arena, node, path->component[from], place, below);
    return *out ? AG_OK : no_memory(err);
}

ag_status ag_path_set(ag_arena *arena, const ag_node *root, const ag_path *path, ag_place place,
                      const ag_node *value, const ag_node **out, ag_error *err) {
    return ag_path_set_below(arena, root, path, 0, place, value, out, err);
}

static ag_status remove_below(ag_arena *arena, const ag_node *node, const ag_path *path, int from,
                              bool *found, const ag_node **out, ag_error *err) {
    *out = node;
    const ag_node *below =
        node->kind == AG_NODE_MAP ? ag_node_get(node, path->component[from]) : NULL;
    if (!below) return AG_OK;
    if (from + 1 == path->n) {
        *found = true;
        *out = ag_node_without(arena, node, path->component[from]);
        return *out ? AG_OK : no_memory(err);
    }
    const ag_node *made = below;
    AG_TRY(remove_below(arena, below, path, from + 1, found, &made, err));
    if (*found) *out = ag_node_with(arena, node, below->key, below->key_place, made);
    return *out ? AG_OK : no_memory(err);
}

ag_status ag_path_remove(ag_arena *arena, const ag_node *root, const ag_path *path, bool *found,
                         const ag_node **out, ag_error *err) {
    *found = false;
    return remove_below(arena, root, path, 0, found, out, err);
}
