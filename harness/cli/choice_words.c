#include "harness/cli/choice_words.h"

#include "activations/formula/formula.h"
#include "harness/config/choice.h"
#include "harness/plan/activation.h"

#include <string.h>

/* "key=value" as a node: a list if it begins with [, otherwise plain text. */
static ag_status read_pair(const ag_call *call, const char *word, ag_node *node, ag_error *err) {
    const char *equals = strchr(word, '=');
    if (!equals || equals == word)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "'%.60s' must be a parameter: NAME=VALUE", word);
    const size_t n = (size_t)(equals - word);
    char *key = AG_NEW_ARRAY(call->arena, char, n + 1);
    if (!key) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the command line");
    memcpy(key, word, n);
    *node = (ag_node){.kind = AG_NODE_VALUE, .text = equals + 1};
    if (equals[1] == '[') {
        const ag_node *list = NULL;
        const ag_place place = {word, 1, 0};
        AG_TRY(ag_document_parse_at(call->arena, place, equals + 1, &list, err));
        *node = *list;
    }
    node->key = key;
    return AG_OK;
}

/* A formula in place of a name; the words behind it are its parameters. */
static ag_status read_formula(const ag_call *call, const char *formula, const ag_node *params,
                              ag_choice *choice, ag_error *err) {
    const ag_place place = {formula, 1, 0};
    ag_node nodes[2] = {
        {.kind = AG_NODE_VALUE, .key = "formula", .text = formula, .place = place},
        {.kind = AG_NODE_MAP, .key = "parameters", .first = params, .place = place}};
    for (const ag_node *n = params; n; n = n->next)
        nodes[1].count++;
    nodes[0].next = params ? &nodes[1] : NULL;
    const ag_node map = {
        .kind = AG_NODE_MAP, .first = nodes, .count = params ? 2 : 1, .place = place};
    return ag_activation_read(call->arena, &map, "activation", choice, err);
}

ag_status ag_choice_words(const ag_call *call, int first, const ag_catalogue *catalogue,
                          ag_choice *choice, ag_error *err) {
    const int n = call->n_words - first;
    ag_node *nodes = AG_NEW_ARRAY(call->arena, ag_node, (size_t)n);
    if (!nodes) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the command line");
    nodes[0] = (ag_node){.kind = AG_NODE_VALUE, .key = "name", .text = call->words[first]};
    for (int i = 1; i < n; i++) {
        AG_TRY(read_pair(call, call->words[first + i], &nodes[i], err));
        for (int k = 0; k < i; k++)
            if (strcmp(nodes[k].key, nodes[i].key) == 0)
                return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "'%.60s' is given twice", nodes[i].key);
        nodes[i - 1].next = &nodes[i];
    }
    const ag_element *named[2]; /* nn.LeakyReLU, leaky-relu */
    if (catalogue == &ag_activations && !ag_catalogue_match(catalogue, call->words[first], named) &&
        ag_formula_is_typed(call->words[first]))
        return read_formula(call, call->words[first], n > 1 ? &nodes[1] : NULL, choice, err);
    const ag_node map = {.kind = AG_NODE_MAP, .first = nodes, .count = n};
    return ag_choice_read(call->arena, &map, catalogue, "name", catalogue->kind, choice, err);
}
