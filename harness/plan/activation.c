#include "harness/plan/activation.h"

#include "activations/formula/formula.h"
#include "harness/config/choice.h"
#include "harness/config/fields.h"
#include "harness/plan/schema.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* {formula: ..., name: ..., parameters: ...} as it is written. */
typedef struct form {
    const ag_node *formula, *name, *parameters;
} form;

/* The same of one parameter. */
typedef struct param_form {
    double init, min, max, learning_rate_factor, parameter_decay;
    int learned;
} param_form;

static const double WIDEST = 1e30; /* of a parameter's range */

#define MUST_BE_FORMULA "a formula: x*tanh(softplus(x))"

static const ag_field form_fields[] = {
    {.key = "formula",
     .kind = AG_FIELD_NODE,
     .offset = offsetof(form, formula),
     .required = true,
     .must_be = MUST_BE_FORMULA,
     .meaning = "f(x)"},
    {.key = "name",
     .kind = AG_FIELD_NODE,
     .offset = offsetof(form, name),
     .must_be = "a name",
     .meaning = "how results are listed"},
    {.key = "parameters",
     .kind = AG_FIELD_NODE,
     .offset = offsetof(form, parameters),
     .must_be = "a map: {beta: 1}",
     .meaning = "numbers in the formula"},
};

static const ag_field param_fields[] = {
    {.key = "init",
     .kind = AG_FIELD_REAL,
     .offset = offsetof(param_form, init),
     .required = true,
     .min = -1e30,
     .max = 1e30,
     .meaning = "value before the first step"},
    {.key = "min",
     .kind = AG_FIELD_REAL,
     .offset = offsetof(param_form, min),
     .standard = -1e30,
     .min = -1e30,
     .max = 1e30,
     .meaning = "least value of init; what is learned is not clipped"},
    {.key = "max",
     .kind = AG_FIELD_REAL,
     .offset = offsetof(param_form, max),
     .standard = 1e30,
     .min = -1e30,
     .max = 1e30,
     .meaning = "largest value of init; what is learned is not clipped"},
    {.key = "learned",
     .kind = AG_FIELD_WORD,
     .offset = offsetof(param_form, learned),
     .standard = AG_LEARNED_NONE,
     .words = ag_act_learned_words,
     .meaning = "whether it is learned: one value for the net, a layer, a channel"},
    {.key = "learning_rate_factor",
     .kind = AG_FIELD_REAL,
     .offset = offsetof(param_form, learning_rate_factor),
     .standard = 1.0,
     .min = 0.0,
     .max = 1000.0,
     .meaning = "times the learning rate"},
    {.key = "parameter_decay",
     .kind = AG_FIELD_REAL,
     .offset = offsetof(param_form, parameter_decay),
     .standard = 0.0,
     .min = 0.0,
     .max = 1000.0,
     .meaning = "weight decay"},
};

static ag_status read_text(const ag_node *node, const char *name, const char *must_be,
                           const char **text, ag_error *err) {
    if (node->kind != AG_NODE_VALUE || !node->text[0])
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is %s, must be %s", name,
                       node->kind == AG_NODE_LIST  ? "a list"
                       : node->kind == AG_NODE_MAP ? "a map"
                                                   : "empty",
                       must_be);
    *text = node->text;
    return AG_OK;
}

/* A number, or a map of what is known about it. */
static ag_status read_param(ag_arena *arena, const ag_node *node, param_form *p, ag_error *err) {
    *p = (param_form){.min = -WIDEST, .max = WIDEST, .learning_rate_factor = 1.0};
    if (node->kind != AG_NODE_MAP)
        return ag_number_read(node, node->key, false, p->min, p->max, &p->init, err);
    AG_TRY(ag_fields_read(arena, node, node->key, param_fields, AG_COUNT(param_fields), p, err));
    if (!(p->min <= p->max))
        return AG_FAIL(err, AG_CONFIG, node->key_place, "%s has a max below its min", node->key);
    return ag_number_read(ag_node_get(node, "init"), "init", false, p->min, p->max, &p->init, err);
}

/* Parameters that are learned are learned alike: an activation has one way for all. */
static ag_status check_alike(const ag_node *node, const param_form *first, const param_form *p,
                             ag_error *err) {
    if (first->learned == p->learned && first->parameter_decay == p->parameter_decay &&
        first->learning_rate_factor == p->learning_rate_factor)
        return AG_OK;
    return AG_FAIL(err, AG_CONFIG, node->place,
                   "%s is learned in another way than the parameters in front of it: learned, "
                   "learning_rate_factor and parameter_decay must be the same",
                   node->key);
}

/* Those that are learned first, each group in the order of the file. */
static ag_status read_params(ag_arena *arena, const ag_node *map, ag_formula_spec *spec,
                             ag_error *err) {
    if (map->kind != AG_NODE_MAP)
        return AG_FAIL(err, AG_CONFIG, map->place, "parameters must be a map: {beta: 1}");
    if (map->count > AG_FORMULA_PARAMS_MAX)
        return AG_FAIL(err, AG_CONFIG, map->place, "a formula has %d parameters, the limit is %d",
                       map->count, AG_FORMULA_PARAMS_MAX);
    ag_formula_param *params = AG_NEW_ARRAY(arena, ag_formula_param, AG_FORMULA_PARAMS_MAX);
    if (!params) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading parameters");
    spec->params = params;
    param_form first = {0};
    for (int learned = 1; learned >= 0; learned--) {
        for (const ag_node *n = map->first; n; n = n->next) {
            param_form p;
            AG_TRY(read_param(arena, n, &p, err));
            if ((p.learned != AG_LEARNED_NONE) != learned) continue;
            if (learned && spec->n_learned) AG_TRY(check_alike(n, &first, &p, err));
            if (learned && !spec->n_learned++)
                first = p;
            else if (learned)
                spec->n_learned++;
            params[spec->n_params++] =
                (ag_formula_param){n->key, p.init, p.min, p.max, n->key_place};
        }
    }
    spec->learned = (ag_learned)first.learned;
    spec->learning_rate_factor = first.learning_rate_factor;
    spec->parameter_decay = first.parameter_decay;
    return AG_OK;
}

static ag_status read_formula(ag_arena *arena, const ag_node *node, const char *what,
                              ag_choice *choice, ag_error *err) {
    form f = {0};
    AG_TRY(ag_fields_read(arena, node, what, form_fields, AG_COUNT(form_fields), &f, err));
    ag_formula_spec spec = {0};
    AG_TRY(read_text(f.formula, "formula", MUST_BE_FORMULA, &spec.text, err));
    spec.place = f.formula->place;
    if (f.formula->quoted && spec.place.column) spec.place.column++; /* behind the quote */
    spec.one_line = !strchr(spec.text, '\n');
    if (f.name) AG_TRY(read_text(f.name, "name", "a name", &spec.name, err));
    spec.name_place = f.name ? f.name->place : spec.place;
    if (f.parameters) AG_TRY(read_params(arena, f.parameters, &spec, err));
    return ag_formula_choice(arena, &spec, choice, err);
}

ag_status ag_activation_read(ag_arena *arena, const ag_node *node, const char *what,
                             ag_choice *choice, ag_error *err) {
    if (node->kind == AG_NODE_MAP && ag_node_get(node, "formula"))
        return read_formula(arena, node, what, choice, err);
    return ag_choice_read(arena, node, &ag_activations, "name", what, choice, err);
}

bool ag_activation_is_typed(const ag_activation_list *list) {
    for (int i = 0; i < list->n; i++)
        if (ag_activation_of(&list->items[i])->typed) return true;
    return false;
}
