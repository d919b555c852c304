#include "harness/plan/exclude.h"

#include "activations/activation.h"
#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "harness/config/choice.h"
#include "harness/config/sequence.h"
#include "harness/config/tree.h"
#include "harness/plan/schema.h"
#include "harness/plan/values.h"
#include "harness/probes/probe.h"

#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading 'exclude'");
}

/* --- does a setting match? ---------------------------------------------- */

static ag_path path_of(int n, const char *const *component) {
    ag_path path = {.text = component[n - 1], .n = n};
    for (int i = 0; i < n; i++)
        path.component[i] = component[i];
    return path;
}

/* The field whose choice stands at this path, as such or as its name; NULL if none. */
static const ag_field *choice_at(ag_part part, int n, const char *const *path) {
    const ag_part_schema *schema = &ag_part_schemas[part];
    const bool here = n == 2 || (n == 3 && strcmp(path[2], "name") == 0);
    for (int i = 0; here && i < schema->n_fields; i++)
        if (strcmp(schema->fields[i].key, path[1]) == 0 &&
            schema->fields[i].kind == AG_FIELD_CHOICE)
            return &schema->fields[i];
    return NULL;
}

/* The catalogue that names at this path come from; NULL if none. */
static const ag_catalogue *catalogue_at(ag_part part, int n, const char *const *path) {
    const ag_part_schema *schema = &ag_part_schemas[part];
    if (schema->catalogue)
        return n == 1 || (n == 2 && strcmp(path[1], schema->name_key) == 0) ? schema->catalogue
                                                                            : NULL;
    const ag_field *field = choice_at(part, n, path);
    return field ? field->catalogue : NULL;
}

static bool matches_value(const ag_setting *s, const ag_node *node, const ag_catalogue *names) {
    double x;
    const ag_element *element = names ? ag_catalogue_find(names, node->text) : NULL;
    switch (s->kind) {
    case AG_SETTING_NUMBER: return ag_node_number(node, &x) && x == s->number;
    case AG_SETTING_FLAG: return ag_node_is_word(node, s->number != 0.0 ? "true" : "false");
    case AG_SETTING_WORD: return strcmp(element ? element->name : node->text, s->text) == 0;
    case AG_SETTING_CHOICE:
        if (s->number_means && ag_node_number(node, &x))
            return strcmp(s->choice.element->name, s->number_means) == 0 &&
                   x == s->choice.number[0];
        if (s->choice.element->definition) return strcmp(node->text, s->choice.element->name) == 0;
        return element && element == s->choice.element;
    case AG_SETTING_NAMES: return s->names == ag_which_all() && ag_node_is_word(node, "all");
    default: return false;
    }
}

/* The same probes, in any order. */
static bool matches_names(uint64_t names, const ag_node *node) {
    uint64_t found = 0;
    for (const ag_node *n = node->first; n; n = n->next) {
        const ag_element *element =
            n->kind == AG_NODE_VALUE ? ag_catalogue_find(&ag_probes, n->text) : NULL;
        if (ag_node_is_word(n, "all")) found |= ag_which_all();
        for (int i = 0; i < ag_probes.n_items; i++)
            if (ag_probes.items[i] == element) found |= UINT64_C(1) << i;
    }
    return found == names;
}

/* A list matches item by item; of a map, only the keys that are given. */
static bool matches_param(const ag_param *p, const ag_value *value, const ag_node *node) {
    const ag_setting setting = ag_setting_of(p, *value);
    if (p->kind != AG_PARAM_LIST)
        return node->kind == AG_NODE_VALUE && matches_value(&setting, node, NULL);
    if (node->kind != AG_NODE_LIST || node->count != value->list->n) return false;
    const ag_value *values = value->list->values;
    for (const ag_node *item = node->first; item; item = item->next, values += p->n_items) {
        if (ag_param_is_plain(p) && !matches_param(&p->items[0], values, item)) return false;
        if (ag_param_is_plain(p)) continue;
        if (item->kind != AG_NODE_MAP) return false;
        for (const ag_node *n = item->first; n; n = n->next) {
            const int i = ag_param_find(p->items, p->n_items, n->key);
            if (i < 0 || !matches_param(&p->items[i], &values[i], n)) return false;
        }
    }
    return true;
}

static bool matches(ag_part part, const ag_variant *v, int n, const char **path,
                    const ag_node *node);

static bool matches_layers(const ag_activation_list *list, const ag_node *node) {
    if (node->kind != AG_NODE_LIST || node->count != list->n) return false;
    int i = 0;
    for (const ag_node *item = node->first; item; item = item->next, i++) {
        const ag_variant one = {.is.activation = {.items = &list->items[i], .n = 1}};
        const char *path[AG_PATH_MAX] = {"activation"};
        if (!matches(AG_PART_ACTIVATION, &one, 1, path, item)) return false;
    }
    return true;
}

/* Several values: any of them. A map: all of its keys, each below this path. */
static bool matches(ag_part part, const ag_variant *v, int n, const char **path,
                    const ag_node *node) {
    const ag_setting setting = ag_variant_setting(part, v, n, path);
    if (node->kind == AG_NODE_VALUE)
        return matches_value(&setting, node, catalogue_at(part, n, path));
    const ag_path here = path_of(n, path);
    if (node->kind == AG_NODE_LIST && ag_path_takes_list(&here) &&
        !ag_node_is_several(node, &here)) {
        if (setting.kind == AG_SETTING_LAYERS) return matches_layers(setting.list, node);
        if (setting.kind == AG_SETTING_NAMES) return matches_names(setting.names, node);
        return setting.kind == AG_SETTING_LIST &&
               matches_param(setting.param, &setting.value, node);
    }
    const bool map = node->kind == AG_NODE_MAP;
    if (map && n == AG_PATH_MAX) return false;
    for (const ag_node *child = node->first; child; child = child->next) {
        if (map) path[n] = child->key;
        const bool yes = matches(part, v, map ? n + 1 : n, path, child);
        if (yes != map) return yes;
    }
    return map;
}

/* --- is the rule itself right? ------------------------------------------ */

/* Some element of the catalogue has a parameter of this name. */
static ag_status check_param(const ag_catalogue *catalogue, const char *name_key, const char *name,
                             ag_place place, ag_error *err) {
    if (strcmp(name, name_key) == 0 || strcmp(name, "layers") == 0) return AG_OK;
    if (catalogue == &ag_activations &&
        (strcmp(name, "formula") == 0 || strcmp(name, "parameters") == 0))
        return AG_OK;
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(name);
    for (int i = 0; i < catalogue->n_items; i++)
        for (int p = 0; p < catalogue->items[i]->n_params; p++) {
            if (strcmp(catalogue->items[i]->params[p].name, name) == 0) return AG_OK;
            ag_nearest_offer(&nearest, catalogue->items[i]->params[p].name);
        }
    return AG_FAIL(err, AG_CONFIG, place, "no %s has a parameter '%.60s'%s", catalogue->kind, name,
                   ag_nearest_hint(hint, &nearest, ""));
}

static ag_status check_field(const ag_part_schema *schema, ag_part part, const char *name,
                             ag_place place, ag_error *err) {
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(name);
    for (int i = 0; i < schema->n_fields; i++) {
        if (strcmp(schema->fields[i].key, name) == 0) return AG_OK;
        ag_nearest_offer(&nearest, schema->fields[i].key);
    }
    return AG_FAIL(err, AG_CONFIG, place, "unknown key '%.60s' in %s%s", name, ag_part_names[part],
                   ag_nearest_hint(hint, &nearest, ""));
}

static ag_status check_path(ag_part part, int n, const char *const *path, ag_place place,
                            ag_error *err) {
    const ag_part_schema *schema = &ag_part_schemas[part];
    if (n < 2) return AG_OK;
    if (schema->catalogue)
        return check_param(schema->catalogue, schema->name_key, path[1], place, err);
    AG_TRY(check_field(schema, part, path[1], place, err));
    const ag_catalogue *below = n > 2 ? catalogue_at(part, 2, path) : NULL;
    return below ? check_param(below, "name", path[2], place, err) : AG_OK;
}

/* The keys of a list's maps. */
static ag_status check_items(const ag_param *p, const ag_node *node, ag_error *err) {
    char hint[AG_HINT_MAX];
    if (node->kind == AG_NODE_LIST)
        for (const ag_node *item = node->first; item; item = item->next)
            AG_TRY(check_items(p, item, err));
    if (node->kind != AG_NODE_MAP || ag_param_is_plain(p)) return AG_OK;
    for (const ag_node *n = node->first; n; n = n->next) {
        if (ag_param_find(p->items, p->n_items, n->key) >= 0) continue;
        ag_nearest nearest = ag_nearest_begin(n->key);
        for (int i = 0; i < p->n_items; i++)
            ag_nearest_offer(&nearest, p->items[i].name);
        return AG_FAIL(err, AG_CONFIG, n->key_place, "%s has no parameter '%.60s'%s", p->name,
                       n->key, ag_nearest_hint(hint, &nearest, ""));
    }
    return AG_OK;
}

/* all, or names of probes. */
static ag_status check_names(const ag_node *node, ag_error *err) {
    const ag_element *element;
    if (node->kind == AG_NODE_VALUE)
        return ag_node_is_word(node, "all")
                   ? AG_OK
                   : ag_element_read(node, &ag_probes, "which", &element, err);
    for (const ag_node *n = node->first; n; n = n->next)
        AG_TRY(check_names(n, err));
    return AG_OK;
}

/* Some formula of the plan has this name. */
static bool is_formula(const ag_plan *plan, const char *name) {
    for (int v = 0; v < plan->n_variants[AG_PART_ACTIVATION]; v++) {
        const ag_activation_list *list = &plan->variants[AG_PART_ACTIVATION][v].is.activation;
        for (int i = 0; i < list->n; i++)
            if (list->items[i].element->definition &&
                strcmp(list->items[i].element->name, name) == 0)
                return true;
    }
    return false;
}

static ag_status check_rule(const ag_plan *plan, ag_part part, int n, const char **path,
                            const ag_node *node, ag_error *err) {
    const ag_path here = path_of(n, path);
    if (ag_path_list(&here)) return check_items(ag_path_list(&here), node, err);
    if (part == AG_PART_PROBES && ag_path_takes_list(&here)) return check_names(node, err);
    if (part == AG_PART_ACTIVATION && ag_path_takes_list(&here)) n = 1; /* each layer is one */
    const ag_catalogue *names = catalogue_at(part, n, path);
    if (node->kind == AG_NODE_VALUE) {
        const ag_element *element;
        const ag_field *field = choice_at(part, n, path);
        double x;
        if (!names || (field && field->word && ag_node_is_word(node, field->word))) return AG_OK;
        if (field && field->number_means && ag_node_number(node, &x)) return AG_OK;
        if (names == &ag_activations && is_formula(plan, node->text)) return AG_OK;
        return ag_element_read(node, names, path[n - 1], &element, err);
    }
    for (const ag_node *child = node->first; child; child = child->next) {
        if (node->kind == AG_NODE_LIST) {
            AG_TRY(check_rule(plan, part, n, path, child, err));
            continue;
        }
        if (n == AG_PATH_MAX)
            return AG_FAIL(err, AG_CONFIG, child->key_place, "'%.60s' is too deep", child->key);
        path[n] = child->key;
        AG_TRY(check_path(part, n + 1, path, child->key_place, err));
        AG_TRY(check_rule(plan, part, n + 1, path, child, err));
    }
    return AG_OK;
}

/* --- reading ------------------------------------------------------------ */

static ag_status find_part(const ag_path *path, ag_place place, const char *where, ag_part *part,
                           ag_error *err) {
    const int p = ag_part_find(path->component[0]);
    if (p >= 0) {
        *part = (ag_part)p;
        return AG_OK;
    }
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(path->component[0]);
    for (int i = 0; i < AG_PARTS; i++)
        ag_nearest_offer(&nearest, ag_part_names[i]);
    return AG_FAIL(err, AG_CONFIG, place, "unknown key '%.60s' in %s%s", path->text, where,
                   ag_nearest_hint(hint, &nearest, "; it takes keys of the grid"));
}

ag_status ag_rule_key_read(ag_arena *arena, const ag_node *node, const char *where,
                           const ag_plan *plan, ag_rule_key *key, ag_error *err) {
    AG_TRY(ag_path_read(arena, node->key, node->key_place, &key->path, err));
    AG_TRY(find_part(&key->path, node->key_place, where, &key->part, err));
    const char *path[AG_PATH_MAX] = {0};
    for (int i = 0; i < key->path.n; i++)
        path[i] = key->path.component[i];
    AG_TRY(check_path(key->part, key->path.n, path, node->key_place, err));
    key->value = node;
    if (node->kind == AG_NODE_LIST || ag_node_is_call(node))
        AG_TRY(ag_values_read(arena, node, &key->path, &key->value, err));
    AG_TRY(check_rule(plan, key->part, key->path.n, path, key->value, err));

    unsigned char *match = AG_NEW_ARRAY(arena, unsigned char, (size_t)plan->n_variants[key->part]);
    if (!match) return no_memory(err);
    for (int v = 0; v < plan->n_variants[key->part]; v++)
        match[v] = matches(key->part, &plan->variants[key->part][v], key->path.n, path, key->value);
    key->match = match;
    return AG_OK;
}

static ag_status read_rule(ag_arena *arena, const ag_node *map, const ag_plan *plan, ag_rule *rule,
                           ag_error *err) {
    rule->place = map->place;
    if (map->kind != AG_NODE_MAP || !map->count)
        return AG_FAIL(err, AG_CONFIG, map->place,
                       "exclude must be a list of maps: - {activation: sigmoid, model.depth: 16}");
    rule->keys = AG_NEW_ARRAY(arena, ag_rule_key, (size_t)map->count);
    if (!rule->keys) return no_memory(err);
    for (const ag_node *n = map->first; n; n = n->next)
        AG_TRY(ag_rule_key_read(arena, n, "exclude", plan, &rule->keys[rule->n_keys++], err));
    return AG_OK;
}

ag_status ag_rules_read(ag_arena *arena, const ag_node *exclude, const ag_plan *plan,
                        ag_rules *rules, ag_error *err) {
    *rules = (ag_rules){0};
    if (ag_node_is_null(exclude)) return AG_OK;
    const bool list = exclude->kind == AG_NODE_LIST;
    rules->rule = AG_NEW_ARRAY(arena, ag_rule, list ? (size_t)exclude->count : 1);
    if (!rules->rule) return no_memory(err);
    if (!list) return read_rule(arena, exclude, plan, &rules->rule[rules->n++], err);
    for (const ag_node *map = exclude->first; map; map = map->next)
        AG_TRY(read_rule(arena, map, plan, &rules->rule[rules->n++], err));
    return AG_OK;
}

bool ag_rules_exclude(ag_rules *rules, const uint32_t variant[AG_PARTS]) {
    bool out = false;
    for (int r = 0; r < rules->n; r++) {
        ag_rule *rule = &rules->rule[r];
        int k = 0;
        while (k < rule->n_keys && rule->keys[k].match[variant[rule->keys[k].part]])
            k++;
        if (k < rule->n_keys) continue;
        rule->hits++;
        out = true;
    }
    return out;
}
