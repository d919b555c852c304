#include "harness/plan/values.h"

#include "harness/config/sequence.h"
#include "harness/config/tree.h"
#include "harness/plan/schema.h"

#include <string.h>

/* A name that is a list for one element is one for all that have it: test_catalogues. */
static const ag_param *list_param(const ag_catalogue *catalogue, const char *name) {
    for (int i = 0; catalogue && i < catalogue->n_items; i++) {
        const ag_element *element = catalogue->items[i];
        const int p = ag_element_param(element, name);
        if (p >= 0 && element->params[p].kind == AG_PARAM_LIST) return &element->params[p];
    }
    return NULL;
}

static const ag_field *find_field(const ag_part_schema *schema, const char *key) {
    for (int i = 0; i < schema->n_fields; i++)
        if (strcmp(schema->fields[i].key, key) == 0) return &schema->fields[i];
    return NULL;
}

const ag_param *ag_path_list(const ag_path *path) {
    const int part = ag_part_find(path->component[0]);
    if (part < 0 || path->n < 2 || path->n > 3) return NULL;
    const ag_part_schema *schema = &ag_part_schemas[part];
    if (path->n == 2) return list_param(schema->catalogue, path->component[1]);
    const ag_field *field = find_field(schema, path->component[1]);
    return field && field->kind == AG_FIELD_CHOICE
               ? list_param(field->catalogue, path->component[2])
               : NULL;
}

bool ag_path_takes_list(const ag_path *path) {
    const int part = ag_part_find(path->component[0]);
    const char *key = part >= 0 ? ag_part_schemas[part].list_key : NULL;
    return (key && path->n == 2 && strcmp(path->component[1], key) == 0) || ag_path_list(path);
}

bool ag_node_is_several(const ag_node *node, const ag_path *path) {
    if (!ag_path_takes_list(path))
        return node->kind == AG_NODE_LIST || ag_node_is_call(node) || ag_node_is_range(node);
    const ag_node *item = node->kind == AG_NODE_LIST ? node->first : NULL;
    while (item && item->kind != AG_NODE_LIST)
        item = item->next;
    return item != NULL;
}

static ag_status append_value(ag_arena *arena, const ag_node *node, const char *what, ag_node *made,
                              ag_node **last, ag_error *err) {
    if (ag_node_is_call(node) || (node->kind == AG_NODE_LIST && node->count))
        AG_TRY(ag_sequence_read(arena, node, what, &node, err));
    if (ag_node_append(arena, made, last, node, NULL, AG_NOWHERE)) return AG_OK;
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading '%s'", what);
}

ag_status ag_values_read(ag_arena *arena, const ag_node *node, const ag_path *path,
                         const ag_node **list, ag_error *err) {
    if (!ag_path_takes_list(path)) return ag_sequence_read(arena, node, path->text, list, err);
    ag_node *made = ag_node_new(arena, AG_NODE_LIST, node->place), *last = NULL;
    if (!made) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading '%s'", path->text);
    *list = made;
    if (!ag_node_is_several(node, path))
        return append_value(arena, node, path->text, made, &last, err);
    for (const ag_node *n = node->first; n; n = n->next)
        AG_TRY(append_value(arena, n, path->text, made, &last, err));
    return AG_OK;
}
