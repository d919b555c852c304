#include "results/report/settings_match.h"

#include "harness/base/text.h"
#include "harness/plan/plan.h"

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

static const char *text_of(const ag_node *settings, const char *key) {
    const ag_node *node = settings;
    for (const char *at = key; node && *at;) {
        const size_t n = strcspn(at, ".");
        node = child(node, at, n);
        at += n + (at[n] == '.');
    }
    if (!node) return ag_plan_late_standard(key);
    node = named(node);
    return node && node->kind == AG_NODE_VALUE ? node->text : NULL;
}

bool ag_settings_have(const ag_node *settings, const char *key, const char *value) {
    const char *text = text_of(settings, key);
    double a, b;
    if (!text) return false;
    if (ag_parse_number(text, &a) && ag_parse_number(value, &b)) return a == b;
    return strcmp(text, value) == 0;
}
