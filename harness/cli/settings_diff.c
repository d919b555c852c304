#include "harness/cli/settings_diff.h"

#include "harness/config/document.h"
#include "harness/config/writer.h"

#include <string.h>

typedef struct comparison {
    ag_arena *arena;
    ag_settings_pair *pairs;
    size_t n, room;
    bool failed; /* out of memory */
} comparison;

static const char *text_of(comparison *c, const ag_node *node) {
    if (!node) return NULL;
    if (node->kind == AG_NODE_VALUE) return node->text;
    ag_writer w = AG_WRITER(c->arena);
    ag_write_node(&w, node);
    c->failed |= w.failed;
    return w.failed ? "" : w.text;
}

static void add(comparison *c, const char *key, const ag_node *a, const ag_node *b) {
    ag_settings_pair *pairs = AG_GROW(c->arena, c->pairs, c->n, &c->room);
    c->failed |= !pairs;
    if (!pairs) return;
    c->pairs = pairs;
    c->pairs[c->n++] = (ag_settings_pair){key, {text_of(c, a), text_of(c, b)}};
}

static const char *below(comparison *c, const char *key, const char *last) {
    ag_writer w = AG_WRITER(c->arena);
    ag_write_format(&w, "%s%s%s", key, key[0] ? "." : "", last);
    c->failed |= w.failed;
    return w.failed ? "" : w.text;
}

static bool same_word(const ag_node *a, const ag_node *b) {
    return a && b && a->kind == AG_NODE_VALUE && b->kind == AG_NODE_VALUE &&
           strcmp(a->text, b->text) == 0;
}

/* Choices by another name: their parameters are not the same ones. */
static bool is_renamed(const ag_node *a, const ag_node *b) {
    static const char *const names[] = {"name", "type", "formula", "layers"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const ag_node *x = ag_node_get(a, names[i]), *y = ag_node_get(b, names[i]);
        if ((x || y) && !same_word(x, y)) return true;
    }
    return false;
}

static void compare(comparison *c, const char *key, const ag_node *a, const ag_node *b);

static void compare_maps(comparison *c, const char *key, const ag_node *a, const ag_node *b) {
    const bool renamed = is_renamed(a, b);
    for (const ag_node *x = a->first; x; x = x->next) {
        const ag_node *y = ag_node_get(b, x->key);
        if (y || !renamed || x == a->first) compare(c, below(c, key, x->key), x, y);
    }
    for (const ag_node *y = b->first; y; y = y->next)
        if (!ag_node_get(a, y->key) && (!renamed || y == b->first))
            compare(c, below(c, key, y->key), NULL, y);
}

static void compare(comparison *c, const char *key, const ag_node *a, const ag_node *b) {
    if (a && b && a->kind == AG_NODE_MAP && b->kind == AG_NODE_MAP) {
        compare_maps(c, key, a, b);
        return;
    }
    const char *one = text_of(c, a), *other = text_of(c, b);
    if (!one || !other || strcmp(one, other) != 0) add(c, key, a, b);
}

ag_status ag_settings_diff(const char *const json[2], ag_arena *arena, ag_settings_pair **pairs,
                           size_t *n, ag_error *err) {
    const ag_node *root[2];
    for (int k = 0; k < 2; k++)
        AG_TRY(ag_document_parse(arena, "settings", json[k], strlen(json[k]), &root[k], err));
    comparison c = {.arena = arena};
    compare(&c, "", root[0], root[1]);
    *pairs = c.pairs;
    *n = c.n;
    return c.failed ? AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for settings") : AG_OK;
}
