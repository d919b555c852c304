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

static ag_status read_word(const ag_node *node, const ag_param *p, double *index, ag_error *err) {
    char words[AG_NAMES_MAX] = "", hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(node->kind == AG_NODE_VALUE ? node->text : "");
    for (int i = 0; p->words[i]; i++) {
        if (ag_node_is_word(node, p->words[i])) {
            *index = i;
            return AG_OK;
        }
        ag_nearest_offer(&nearest, p->words[i]);
        add_name(words, p->words[i]);
    }
    AG_TRY(expect_value(node, p->name, words, err));
    return AG_FAIL(err, AG_CONFIG, node->place, "%s is '%.60s', must be one of %s%s", p->name,
                   node->text, words, ag_nearest_hint(hint, &nearest, ""));
}

ag_status ag_param_read(const ag_node *node, int param, ag_choice *choice, ag_error *err) {
    const ag_param *p = &choice->element->params[param];
    bool flag = false;
    switch (p->kind) {
    case AG_PARAM_REAL:
    case AG_PARAM_INT:
        return ag_number_read(node, p->name, p->kind == AG_PARAM_INT, p->min, p->max,
                              &choice->number[param], err);
    case AG_PARAM_FLAG:
        AG_TRY(ag_flag_read(node, p->name, &flag, err));
        choice->number[param] = flag;
        return AG_OK;
    case AG_PARAM_WORD: return read_word(node, p, &choice->number[param], err);
    case AG_PARAM_TEXT:
        AG_TRY(expect_value(node, p->name, "a text", err));
        choice->text[param] = node->text;
        return AG_OK;
    }
    return AG_OK;
}

static ag_status unknown_name(const ag_node *node, const ag_catalogue *catalogue, ag_error *err) {
    char names[AG_NAMES_MAX], hint[AG_HINT_MAX];
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

static ag_status unknown_param(const ag_node *node, const ag_element *element, ag_error *err) {
    char names[AG_NAMES_MAX] = "", hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(node->key);
    for (int i = 0; i < element->n_params; i++) {
        ag_nearest_offer(&nearest, element->params[i].name);
        add_name(names, element->params[i].name);
    }
    if (nearest.best[0])
        return AG_FAIL(err, AG_CONFIG, node->key_place, "%s has no parameter '%.60s'%s",
                       element->name, node->key, ag_nearest_hint(hint, &nearest, ""));
    return AG_FAIL(err, AG_CONFIG, node->key_place, "%s has no parameter '%.60s'; it has %s",
                   element->name, node->key, names[0] ? names : "none");
}

static ag_status read_params(const ag_node *node, const char *name_key, ag_choice *choice,
                             ag_error *err) {
    bool given[AG_PARAMS_MAX] = {false};
    for (const ag_node *n = node->first; n; n = n->next) {
        if (strcmp(n->key, name_key) == 0) continue;
        const int i = ag_element_param(choice->element, n->key);
        if (i < 0) return unknown_param(n, choice->element, err);
        AG_TRY(ag_param_read(n, i, choice, err));
        given[i] = true;
    }
    for (int i = 0; i < choice->element->n_params; i++) {
        const ag_param *p = &choice->element->params[i];
        if (p->kind == AG_PARAM_TEXT && !p->standard_text && !given[i])
            return AG_FAIL(err, AG_CONFIG, node->place, "%s: '%s' is missing: %s",
                           choice->element->name, p->name, p->meaning);
    }
    return AG_OK;
}

ag_status ag_choice_read(const ag_node *node, const ag_catalogue *catalogue, const char *name_key,
                         const char *what, ag_choice *choice, ag_error *err) {
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
    static const ag_node none = {.kind = AG_NODE_MAP};
    ag_node params = map ? *node : none;
    params.place = node->place;
    return read_params(&params, name_key, choice, err);
}
