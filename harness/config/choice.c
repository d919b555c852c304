#include "harness/config/choice.h"

#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "harness/config/sequence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Appends ", word" to a text of AG_NAMES_MAX; "..." when it is full. */
static void add_name(char text[AG_NAMES_MAX], const char *name) {
    const size_t n = strlen(text);
    if (n >= 3 && strcmp(text + n - 3, "...") == 0) return;
    const bool fits = n + strlen(name) + 8 < AG_NAMES_MAX;
    snprintf(text + n, AG_NAMES_MAX - n, "%s%s", n ? ", " : "", fits ? name : "...");
}

const char *ag_catalogue_names(char text[AG_NAMES_MAX], const ag_catalogue *catalogue) {
    text[0] = 0;
    for (int i = 0; i < catalogue->n_items; i++)
        add_name(text, catalogue->items[i]->name);
    return text;
}

/* A list where one value must stand: most likely meant as an axis of the grid. */
static ag_status refuse_many(const ag_node *node, const char *name, ag_error *err) {
    if (node->kind == AG_NODE_LIST || ag_node_is_call(node))
        return AG_FAIL(err, AG_CONFIG, node->place,
                       "%s is a list, must be one value; several values belong under 'grid'", name);
    return AG_OK;
}

static ag_status expect_value(const ag_node *node, const char *name, const char *must_be,
                              ag_error *err) {
    AG_TRY(refuse_many(node, name, err));
    if (node->kind == AG_NODE_MAP)
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is a map, must be %s", name, must_be);
    if (ag_node_is_null(node))
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is empty, must be %s", name, must_be);
    return AG_OK;
}

ag_status ag_number_read(const ag_node *node, const char *name, bool whole, double min, double max,
                         double *x, ag_error *err) {
    const char *must_be = whole ? "a whole number" : "a number";
    AG_TRY(expect_value(node, name, must_be, err));
    if (ag_node_is_range(node))
        return AG_FAIL(err, AG_CONFIG, node->place,
                       "%s is %.60s, a range: these stand under 'grid', for a 'tuning' that draws "
                       "from them",
                       name, node->text);
    if (node->quoted || !ag_parse_number(node->text, x))
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is %s'%.60s', must be %s", name,
                       node->quoted ? "the text " : "", node->text, must_be);
    if (whole && *x != floor(*x))
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is %.60s, must be a whole number", name,
                       node->text);
    if (*x < min || *x > max) {
        char least[AG_NUMBER_MAX], most[AG_NUMBER_MAX];
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is %.60s, must be %s to %s", name,
                       node->text, ag_format_number(least, min), ag_format_number(most, max));
    }
    return AG_OK;
}

ag_status ag_flag_read(const ag_node *node, const char *name, bool *flag, ag_error *err) {
    AG_TRY(expect_value(node, name, "true or false", err));
    *flag = ag_node_is_word(node, "true");
    if (node->quoted || (!*flag && !ag_node_is_word(node, "false")))
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is %s'%.60s', must be true or false", name,
                       node->quoted ? "the text " : "", node->text);
    return AG_OK;
}

/* "same, valid". Returns text. */
static const char *words_of(char text[AG_NAMES_MAX], const char *const *words) {
    text[0] = 0;
    for (int i = 0; words[i]; i++)
        add_name(text, words[i]);
    return text;
}

/* The place of the node's word among the words; -1: it is none of them. */
static int find_word(const ag_node *node, const char *const *words) {
    for (int i = 0; words[i]; i++)
        if (ag_node_is_word(node, words[i])) return i;
    return -1;
}

static ag_status refuse_word(const ag_node *node, const char *const *words, const char *name,
                             const char *must_be, ag_error *err) {
    char hint[AG_HINT_MAX];
    AG_TRY(expect_value(node, name, must_be, err));
    ag_nearest nearest = ag_nearest_begin(node->text);
    for (int i = 0; words[i]; i++)
        ag_nearest_offer(&nearest, words[i]);
    return AG_FAIL(err, AG_CONFIG, node->place, "%s is '%.60s', must be %s%s", name, node->text,
                   must_be, ag_nearest_hint(hint, &nearest, ""));
}

ag_status ag_word_read(const ag_node *node, const char *name, const char *const *words, int *index,
                       ag_error *err) {
    char names[AG_NAMES_MAX], must_be[AG_NAMES_MAX + 16];
    *index = find_word(node, words);
    if (*index >= 0) return AG_OK;
    snprintf(must_be, sizeof must_be, "one of %s", words_of(names, words));
    return refuse_word(node, words, name, must_be, err);
}

/* A number, or one of the words that this number knows. */
static ag_status read_number(const ag_node *node, const ag_param *p, const char *name, double *x,
                             ag_error *err) {
    const bool whole = p->kind == AG_PARAM_INT;
    char words[AG_NAMES_MAX], must_be[AG_NAMES_MAX + 32];
    if (!p->words) return ag_number_read(node, name, whole, p->min, p->max, x, err);
    const int i = find_word(node, p->words);
    *x = AG_WORD(i);
    if (i >= 0) return AG_OK;
    if (ag_node_number(node, x)) return ag_number_read(node, name, whole, p->min, p->max, x, err);
    snprintf(must_be, sizeof must_be, "%s, or %s", whole ? "a whole number" : "a number",
             words_of(words, p->words));
    return refuse_word(node, p->words, name, must_be, err);
}

static ag_status read_list(ag_arena *arena, const ag_node *node, const ag_param *p,
                           const char *name, const ag_list **list, ag_error *err);

/* `name` is for messages: a plain item of a list has none of its own. */
static ag_status read_value(ag_arena *arena, const ag_node *node, const ag_param *p,
                            const char *name, ag_value *value, ag_error *err) {
    bool flag = false;
    int index = 0;
    switch (p->kind) {
    case AG_PARAM_REAL:
    case AG_PARAM_INT: return read_number(node, p, name, &value->number, err);
    case AG_PARAM_FLAG:
        AG_TRY(ag_flag_read(node, name, &flag, err));
        value->number = flag;
        return AG_OK;
    case AG_PARAM_WORD:
        AG_TRY(ag_word_read(node, name, p->words, &index, err));
        value->number = index;
        return AG_OK;
    case AG_PARAM_TEXT:
        AG_TRY(expect_value(node, name, "a text", err));
        value->text = node->text;
        return AG_OK;
    case AG_PARAM_LIST: return read_list(arena, node, p, name, &value->list, err);
    }
    return AG_OK;
}

static ag_status unknown_name(const ag_node *node, const ag_catalogue *catalogue, ag_error *err) {
    char names[AG_NAMES_MAX], hint[AG_HINT_MAX];
    const ag_element *found[2];
    if (ag_catalogue_match(catalogue, node->text, found) > 1)
        return AG_FAIL(err, AG_CONFIG, node->place,
                       "'%.60s' is the name of more than one %s: must be '%s' or '%s'", node->text,
                       catalogue->kind, found[0]->name, found[1]->name);
    ag_nearest nearest = ag_nearest_begin(node->text);
    for (int i = 0; i < catalogue->n_items; i++) {
        const ag_element *element = catalogue->items[i];
        ag_nearest_offer(&nearest, element->name);
        for (const char *const *alias = element->aliases; alias && *alias; alias++)
            ag_nearest_offer(&nearest, *alias);
    }
    if (nearest.best[0])
        return AG_FAIL(err, AG_CONFIG, node->place, "unknown %s '%.60s'%s", catalogue->kind,
                       node->text, ag_nearest_hint(hint, &nearest, ""));
    return AG_FAIL(err, AG_CONFIG, node->place, "unknown %s '%.60s'; there are %s", catalogue->kind,
                   node->text, ag_catalogue_names(names, catalogue));
}

ag_status ag_element_read(const ag_node *node, const ag_catalogue *catalogue, const char *what,
                          const ag_element **element, ag_error *err) {
    char must_be[64];
    snprintf(must_be, sizeof must_be, "the name of a%s %s",
             strchr("aeiou", catalogue->kind[0]) ? "n" : "", catalogue->kind);
    AG_TRY(expect_value(node, what, must_be, err));
    *element = ag_catalogue_find(catalogue, node->text);
    return *element ? AG_OK : unknown_name(node, catalogue, err);
}

static ag_status unknown_param(const ag_node *node, const char *owner, const ag_param *params,
                               int n_params, ag_error *err) {
    char names[AG_NAMES_MAX] = "", hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(node->key);
    for (int i = 0; i < n_params; i++) {
        ag_nearest_offer(&nearest, params[i].name);
        for (const char *const *alias = params[i].aliases; alias && *alias; alias++)
            ag_nearest_offer(&nearest, *alias);
        add_name(names, params[i].name);
    }
    if (nearest.best[0])
        return AG_FAIL(err, AG_CONFIG, node->key_place, "%s has no parameter '%.60s'%s", owner,
                       node->key, ag_nearest_hint(hint, &nearest, ""));
    return AG_FAIL(err, AG_CONFIG, node->key_place, "%s has no parameter '%.60s'; it has %s", owner,
                   node->key, names[0] ? names : "none");
}

/* Reads the keys of a map into values[n_params], which hold the standard values.
 * `owner` is for messages, `name_key` is no parameter (NULL: all keys are). */
static ag_status read_params(ag_arena *arena, const ag_node *map, const char *name_key,
                             const char *owner, const ag_param *params, int n_params,
                             ag_value *values, ag_error *err) {
    bool given[AG_PARAMS_MAX] = {false};
    for (const ag_node *n = map->first; n; n = n->next) {
        if (name_key && strcmp(n->key, name_key) == 0) continue;
        const int i = ag_param_find(params, n_params, n->key);
        if (i < 0) return unknown_param(n, owner, params, n_params, err);
        if (given[i])
            return AG_FAIL(err, AG_CONFIG, n->key_place,
                           "%s: '%s' is another name of '%s', which is given already", owner,
                           n->key, params[i].name);
        AG_TRY(read_value(arena, n, &params[i], params[i].name, &values[i], err));
        given[i] = true;
    }
    for (int i = 0; i < n_params; i++)
        if (ag_param_required(&params[i]) && !given[i])
            return AG_FAIL(err, AG_CONFIG, map->place, "%s: '%s' is missing: %s", owner,
                           params[i].name, params[i].meaning);
    ag_params_settle(params, n_params, values);
    return AG_OK;
}

/* --- lists -------------------------------------------------------------------- */

enum { LIKE_MAX = 96 };

/* "a list: [whole number, ...]" or "a list: [{channels: ...}, ...]". Returns text. */
static const char *list_like(char text[LIKE_MAX], const ag_param *p) {
    static const char *const kinds[] = {
        [AG_PARAM_REAL] = "number", [AG_PARAM_INT] = "whole number", [AG_PARAM_FLAG] = "true",
        [AG_PARAM_WORD] = "word",   [AG_PARAM_TEXT] = "text",        [AG_PARAM_LIST] = "[...]"};
    if (ag_param_is_plain(p))
        snprintf(text, LIKE_MAX, "a list: [%s, ...]", kinds[p->items[0].kind]);
    else
        snprintf(text, LIKE_MAX, "a list: [{%s: ...}, ...]", p->items[0].name);
    return text;
}

static ag_status expect_list(const ag_node *node, const ag_param *p, const char *name,
                             ag_error *err) {
    char like[LIKE_MAX];
    if (node->kind == AG_NODE_LIST || ag_node_is_call(node)) return AG_OK;
    list_like(like, p);
    if (node->kind == AG_NODE_MAP)
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is a map, must be %s", name, like);
    if (ag_node_is_null(node))
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is empty, must be %s", name, like);
    return AG_FAIL(err, AG_CONFIG, node->place, "%s is '%.60s', must be %s", name, node->text,
                   like);
}

static ag_status check_length(const ag_node *node, const ag_param *p, const char *name, int n,
                              ag_error *err) {
    char least[AG_NUMBER_MAX], most[AG_NUMBER_MAX];
    if (n >= p->min && n <= p->max) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, node->place, "%s has %d value%s, must have %s to %s", name, n,
                   n == 1 ? "" : "s", ag_format_number(least, p->min),
                   ag_format_number(most, p->max));
}

static ag_status read_item(ag_arena *arena, const ag_node *node, const ag_param *p,
                           const char *name, ag_value *values, ag_error *err) {
    if (ag_param_is_plain(p)) return read_value(arena, node, &p->items[0], name, values, err);
    if (node->kind != AG_NODE_MAP)
        return AG_FAIL(err, AG_CONFIG, node->place, "an item of %s must be a map: {%s: ...}", name,
                       p->items[0].name);
    for (int i = 0; i < p->n_items; i++)
        values[i] = ag_param_standard(&p->items[i]);
    return read_params(arena, node, NULL, name, p->items, p->n_items, values, err);
}

/* Calls such as range() stand for their numbers. */
static ag_status read_list(ag_arena *arena, const ag_node *node, const ag_param *p,
                           const char *name, const ag_list **list, ag_error *err) {
    AG_TRY(expect_list(node, p, name, err));
    if (node->kind != AG_NODE_LIST || node->count)
        AG_TRY(ag_sequence_read(arena, node, name, &node, err));
    AG_TRY(check_length(node, p, name, node->count, err));
    ag_list *made = AG_NEW(arena, ag_list);
    ag_value *values = AG_NEW_ARRAY(arena, ag_value, (size_t)node->count * (size_t)p->n_items);
    if (!made || !values)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading %s", name);
    *made = (ag_list){.n_items = p->n_items, .values = values};
    for (const ag_node *n = node->first; n; n = n->next)
        AG_TRY(read_item(arena, n, p, name, values + made->n++ * p->n_items, err));
    *list = made;
    return AG_OK;
}

ag_status ag_choice_read(ag_arena *arena, const ag_node *node, const ag_catalogue *catalogue,
                         const char *name_key, const char *what, ag_choice *choice, ag_error *err) {
    const bool map = node->kind == AG_NODE_MAP;
    const ag_node *name = map ? ag_node_get(node, name_key) : node;
    if (!name) {
        char names[AG_NAMES_MAX];
        return AG_FAIL(err, AG_CONFIG, node->place, "%s: '%s' is missing: one of %s", what,
                       name_key, ag_catalogue_names(names, catalogue));
    }
    const ag_element *element = NULL;
    AG_TRY(ag_element_read(name, catalogue, map ? name_key : what, &element, err));
    *choice = ag_choice_standard(element);
    if (node->place.column) choice->file = node->place.file; /* else a word of the command line */
    const int n = element->n_params;
    ag_value values[AG_PARAMS_MAX];
    for (int i = 0; i < n; i++)
        values[i] = ag_choice_value(choice, i);
    static const ag_node none = {.kind = AG_NODE_MAP};
    ag_node params = map ? *node : none;
    params.place = node->place;
    AG_TRY(read_params(arena, &params, name_key, element->name, element->params, n, values, err));
    for (int i = 0; i < n; i++)
        ag_choice_set(choice, i, values[i]);
    return AG_OK;
}
