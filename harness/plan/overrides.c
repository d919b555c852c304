#include "harness/plan/overrides.h"

#include "harness/config/tree.h"
#include "harness/plan/path.h"
#include "harness/plan/schema.h"
#include "harness/plan/values.h"

#include <string.h>

/* One word, taken apart. */
typedef struct word {
    ag_place place;
    const char *text;
    bool in_grid; /* "grid." stood in front of the key */
    ag_path path;
    const char *value; /* NULL for ~key */
} word;

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading the command line");
}

enum { SHOWN_MAX = 64 };

/* Where an error is: the word itself, or how it begins. NULL: out of memory. */
static const char *shown(ag_arena *arena, const char *text) {
    const size_t n = strlen(text);
    if (n <= SHOWN_MAX) return text;
    char *begin = AG_NEW_ARRAY(arena, char, SHOWN_MAX + 4);
    if (begin) strcpy((char *)memcpy(begin, text, SHOWN_MAX) + SHOWN_MAX, "...");
    return begin;
}

static ag_status read_word(ag_arena *arena, const char *text, word *w, ag_error *err) {
    *w = (word){.place = {shown(arena, text), 1, 0}, .text = text};
    if (!w->place.file) return no_memory(err);
    const char *equals = strchr(text, '=');
    const bool away = text[0] == '~';
    if (!away && !equals) return AG_FAIL(err, AG_CONFIG, w->place, "neither key=value nor ~key");
    if (!away) w->value = equals + 1;
    if (w->value && !w->value[strspn(w->value, " ")])
        return AG_FAIL(err, AG_CONFIG, w->place, "there is no value");

    const char *key = away ? text + 1 : text;
    w->in_grid = strncmp(key, "grid.", 5) == 0;
    if (w->in_grid) key += 5;
    const size_t n = away ? strlen(key) : (size_t)(equals - key);
    char *copy = AG_NEW_ARRAY(arena, char, n + 1);
    if (!copy) return no_memory(err);
    memcpy(copy, key, n);
    return ag_path_read(arena, copy, w->place, &w->path, err);
}

/* Length of the text up to the next comma outside of quotes and brackets. */
static size_t piece_length(const char *text) {
    int open = 0;
    char quote = 0;
    size_t i = 0;
    for (; text[i]; i++) {
        const char c = text[i];
        if (quote) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (strchr("([{", c)) {
            open++;
        } else if (strchr(")]}", c)) {
            open--;
        } else if (c == ',' && open <= 0) {
            break;
        }
    }
    return i;
}

/* `2,4,8` becomes a list, anything else what it says as YAML. */
static ag_status read_value(ag_arena *arena, const word *w, const ag_node **value, ag_error *err) {
    const char *text = w->value;
    if (!text[piece_length(text)]) return ag_document_parse_at(arena, w->place, text, value, err);
    ag_node *list = ag_node_new(arena, AG_NODE_LIST, w->place), *last = NULL;
    if (!list) return no_memory(err);
    for (;;) {
        const size_t n = piece_length(text);
        char *piece = AG_NEW_ARRAY(arena, char, n + 1);
        if (!piece) return no_memory(err);
        memcpy(piece, text, n);
        if (!piece[strspn(piece, " ")])
            return AG_FAIL(err, AG_CONFIG, w->place, "an empty place in the list");
        const ag_node *node;
        AG_TRY(ag_document_parse_at(arena, w->place, piece, &node, err));
        if (!ag_node_append(arena, list, &last, node, NULL, AG_NOWHERE)) return no_memory(err);
        if (!text[n]) break;
        text += n + 1;
    }
    *value = list;
    return AG_OK;
}

/* The axis in `grid` with this key; NULL if there is none. */
static const ag_node *axis_of(const ag_node *root, const ag_path *path) {
    const ag_node *grid = ag_node_get(root, "grid");
    return grid && grid->kind == AG_NODE_MAP ? ag_node_get(grid, path->text) : NULL;
}

/* Whether an axis sets something that this path stands below. */
static bool is_below_axis(ag_arena *arena, const ag_node *map, const ag_path *path) {
    if (!map || map->kind != AG_NODE_MAP) return false;
    for (const ag_node *n = map->first; n; n = n->next) {
        ag_path other;
        ag_error ignored = {0};
        if (ag_path_read(arena, n->key, AG_NOWHERE, &other, &ignored) == AG_OK &&
            other.n < path->n && ag_path_covers(&other, path))
            return true;
    }
    return false;
}

static ag_status check_zip(const ag_node *root, const word *w, ag_error *err) {
    char at[AG_PLACE_MAX];
    const ag_node *zip = ag_node_get(root, "zip");
    if (!zip || zip->kind == AG_NODE_VALUE) return AG_OK;
    for (const ag_node *map = zip->kind == AG_NODE_LIST ? zip->first : zip; map; map = map->next) {
        const ag_node *key = map->kind == AG_NODE_MAP ? ag_node_get(map, w->path.text) : NULL;
        if (key)
            return AG_FAIL(err, AG_CONFIG, w->place,
                           "'%s' moves together with others in 'zip' (%s); ~zip takes that away",
                           w->path.text, ag_place_text(at, key->key_place));
        if (zip->kind == AG_NODE_MAP) break;
    }
    return AG_OK;
}

static ag_status set_axis(ag_arena *arena, const ag_node *root, const word *w, const ag_node *value,
                          const ag_node **out, ag_error *err) {
    const ag_node *grid = ag_node_get(root, "grid");
    const ag_place place = grid ? grid->key_place : w->place;
    if (grid && grid->kind != AG_NODE_MAP) grid = NULL;
    grid = ag_node_with(arena, grid, w->path.text, w->place, value);
    *out = grid ? ag_node_with(arena, root, "grid", place, grid) : NULL;
    return *out ? AG_OK : no_memory(err);
}

static ag_status remove_axis(ag_arena *arena, const ag_node *root, const word *w,
                             const ag_node **out, ag_error *err) {
    const ag_node *grid = ag_node_get(root, "grid");
    const ag_node *rest = ag_node_without(arena, grid, w->path.text);
    *out = rest ? ag_node_with(arena, root, "grid", grid->key_place, rest) : NULL;
    return *out ? AG_OK : no_memory(err);
}

static ag_status take_away(ag_arena *arena, const ag_node *root, const word *w, const ag_node **out,
                           ag_error *err) {
    if (axis_of(root, &w->path)) return remove_axis(arena, root, w, out, err);
    bool found = false;
    if (!w->in_grid) AG_TRY(ag_path_remove(arena, root, &w->path, &found, out, err));
    if (found) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, w->place, "there is no such %s in the experiment",
                   w->in_grid ? "axis" : "key");
}

/* Several values of a setting are an axis of the grid. */
static bool is_axis(const word *w, const ag_node *value) {
    if (w->in_grid) return true;
    return ag_part_find(w->path.component[0]) >= 0 && ag_node_is_several(value, &w->path);
}

static ag_status apply(ag_arena *arena, const ag_node *root, const word *w, const ag_node **out,
                       ag_error *err) {
    if (!w->value) return take_away(arena, root, w, out, err);
    const ag_node *value = NULL;
    if (strcmp(w->path.text, "name") == 0 || strcmp(w->path.text, "description") == 0)
        value = ag_node_new_value(arena, w->value, true, w->place); /* commas and all */
    else
        AG_TRY(read_value(arena, w, &value, err));
    if (!value) return no_memory(err);
    AG_TRY(check_zip(root, w, err));
    if (is_axis(w, value)) return set_axis(arena, root, w, value, out, err);
    if (strncmp(w->path.text, "seed", 4) == 0) /* seed and seeds take each other's place */
        root = ag_node_without(arena, root, w->path.text[4] ? "seed" : "seeds");
    if (!root) return no_memory(err);
    if (axis_of(root, &w->path)) AG_TRY(remove_axis(arena, root, w, &root, err));

    /* Where an axis sets all of a part, the setting has to come after it. */
    bool below = is_below_axis(arena, ag_node_get(root, "grid"), &w->path);
    const ag_node *zip = ag_node_get(root, "zip");
    if (zip && zip->kind == AG_NODE_MAP) below |= is_below_axis(arena, zip, &w->path);
    if (zip && zip->kind == AG_NODE_LIST)
        for (const ag_node *map = zip->first; map; map = map->next)
            below |= is_below_axis(arena, map, &w->path);
    if (below) return set_axis(arena, root, w, value, out, err);
    return ag_path_set(arena, root, &w->path, w->place, value, out, err);
}

ag_status ag_overrides_apply(ag_arena *arena, const ag_node *root, const char *const *words,
                             int n_words, const ag_node **out, ag_error *err) {
    *out = root;
    if (n_words && root->kind != AG_NODE_MAP) return AG_OK; /* refused by the reader */
    for (int i = 0; i < n_words; i++) {
        word w;
        AG_TRY(read_word(arena, words[i], &w, err));
        AG_TRY(apply(arena, *out, &w, out, err));
    }
    return AG_OK;
}
