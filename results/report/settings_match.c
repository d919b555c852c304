#include "results/report/settings_match.h"

#include "harness/base/text.h"

#include <string.h>

/* The child whose key is the first n characters of `path`; NULL: none. */
static const ag_node *child(const ag_node *map, const char *path, size_t n) {
    if (map->kind != AG_NODE_MAP) return NULL;
    for (const ag_node *node = map->first; node; node = node->next)
        if (strlen(node->key) == n && strncmp(node->key, path, n) == 0) return node;
    return NULL;
}

static const ag_node *named(const ag_node *node) {
    const ag_node *name = NULL;
    if (node->kind != AG_NODE_MAP) return node;
    if (!(name = ag_node_get(node, "name"))) name = ag_node_get(node, "type");
    return name;
}

bool ag_settings_have(const ag_node *settings, const char *key, const char *value) {
    const ag_node *node = settings;
    while (node && *key) {
        const size_t n = strcspn(key, ".");
        node = child(node, key, n);
        key += n + (key[n] == '.');
    }
    if (node) node = named(node);
    if (!node || node->kind != AG_NODE_VALUE) return false;
    double a, b;
    if (ag_parse_number(node->text, &a) && ag_parse_number(value, &b)) return a == b;
    return strcmp(node->text, value) == 0;
}
