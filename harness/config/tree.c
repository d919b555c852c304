#include "harness/config/tree.h"

#include "harness/base/text.h"

#include <string.h>

const ag_node *ag_node_get(const ag_node *map, const char *key) {
    for (const ag_node *n = map->first; n; n = n->next)
        if (n->key && strcmp(n->key, key) == 0) return n;
    return NULL;
}

bool ag_node_is_null(const ag_node *node) {
    if (!node) return true;
    return node->kind == AG_NODE_VALUE && !node->quoted &&
           (!node->text[0] || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

bool ag_node_number(const ag_node *node, double *x) {
    return node->kind == AG_NODE_VALUE && !node->quoted && ag_parse_number(node->text, x);
}

bool ag_node_is_word(const ag_node *node, const char *word) {
    return node && node->kind == AG_NODE_VALUE && strcmp(node->text, word) == 0;
}

ag_node *ag_node_new(ag_arena *arena, ag_node_kind kind, ag_place place) {
    ag_node *node = AG_NEW(arena, ag_node);
    if (node) *node = (ag_node){.kind = kind, .place = place};
    return node;
}

ag_node *ag_node_new_value(ag_arena *arena, const char *text, bool quoted, ag_place place) {
    ag_node *node = ag_node_new(arena, AG_NODE_VALUE, place);
    if (!node) return NULL;
    node->text = text;
    node->quoted = quoted;
    return node;
}

void ag_node_link(ag_node *parent, ag_node **last, ag_node *child) {
    child->next = NULL;
    if (*last)
        (*last)->next = child;
    else
        parent->first = child;
    *last = child;
    parent->count++;
}

ag_node *ag_node_append(ag_arena *arena, ag_node *parent, ag_node **last, const ag_node *child,
                        const char *key, ag_place key_place) {
    ag_node *copy = AG_NEW(arena, ag_node);
    if (!copy) return NULL;
    *copy = *child;
    copy->key = key;
    copy->key_place = key_place;
    ag_node_link(parent, last, copy);
    return copy;
}

ag_node *ag_node_with(ag_arena *arena, const ag_node *map, const char *key, ag_place key_place,
                      const ag_node *child) {
    ag_node *made = ag_node_new(arena, AG_NODE_MAP, map ? map->place : child->place);
    if (!made) return NULL;
    ag_node *last = NULL;
    bool found = false;
    for (const ag_node *n = map ? map->first : NULL; n; n = n->next) {
        const bool here = strcmp(n->key, key) == 0;
        found |= here;
        if (!ag_node_append(arena, made, &last, here ? child : n, n->key,
                            here ? key_place : n->key_place))
            return NULL;
    }
    if (!found && !ag_node_append(arena, made, &last, child, key, key_place)) return NULL;
    return made;
}

ag_node *ag_node_without(ag_arena *arena, const ag_node *map, const char *key) {
    ag_node *made = ag_node_new(arena, AG_NODE_MAP, map->place), *last = NULL;
    if (!made) return NULL;
    for (const ag_node *n = map->first; n; n = n->next)
        if (strcmp(n->key, key) != 0 &&
            !ag_node_append(arena, made, &last, n, n->key, n->key_place))
            return NULL;
    return made;
}
