/* From what was typed to an ag_activation. */
#include "activations/formula/parser.h"
#include "activations/formula/program.h"
#include "harness/base/digest.h"
#include "harness/base/nearest.h"
#include "harness/base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { OWN_PARAMS = 3 /* AG_ACT_LEARNED_PARAMS */, NAME_SHOWN = 48, SLOPE_TEXT_MAX = 600 };

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a formula");
}

bool ag_formula_is_typed(const char *text) {
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] !=
           0;
}

const char *ag_formula_derivative_text(const ag_formula *formula) { return formula->slope_text; }

/* --- graph -------------------------------------------------------------------------- */

typedef struct roots {
    int n, node[2 + AG_FORMULA_PARAMS_MAX];
} roots;

/* A derivative that x is not in would be a number even where x is none. */
static int guarded(ag_graph *g, int node, int x, ag_arena *scratch) {
    unsigned char *used = AG_NEW_ARRAY(scratch, unsigned char, (size_t)g->n + 1);
    if (!used) return node;
    ag_graph_mark(g, node, used);
    return used[x] ? node : ag_graph_node(g, AG_F_GUARD, node, x, -1);
}

/* f, df/dx and df/dparam[k] for the learned ones, in `g`. */
static ag_status derive(ag_graph *g, const ag_graph *typed, int root, const ag_formula_spec *spec,
                        roots *r, ag_arena *scratch, ag_error *err) {
    const int f = ag_graph_rebuild(g, typed, root, scratch, err);
    if (f < 0) return err->status;
    const int x = ag_graph_node(g, AG_F_X, -1, -1, -1);
    r->n = 2 + spec->n_learned;
    for (int i = 0; i < r->n; i++) {
        r->node[i] =
            i ? ag_graph_derivative(g, f, i == 1 ? AG_FORMULA_BY_X : i - 2, scratch, err) : f;
        if (r->node[i] < 0) return err->status;
        if (!g->full) r->node[i] = guarded(g, r->node[i], x, scratch);
    }
    if (!g->full) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, spec->place,
                   "formula: with its derivatives it has more than %d terms", AG_FORMULA_NODES_MAX);
}

/* The nodes that the roots need, in `arena`, and the order of each root's. */
static ag_status keep(ag_formula *f, const ag_graph *g, const roots *r, ag_arena *arena,
                      ag_arena *scratch, ag_error *err) {
    const size_t n = (size_t)g->n;
    unsigned char *used = AG_NEW_ARRAY(scratch, unsigned char, n);
    int *map = AG_NEW_ARRAY(scratch, int, n);
    if (!used || !map) return no_memory(err);
    for (int i = 0; i < r->n; i++)
        ag_graph_mark(g, r->node[i], used);
    for (size_t i = 0; i < n; i++)
        f->n_nodes += used[i];
    ag_formula_node *nodes = AG_NEW_ARRAY(arena, ag_formula_node, (size_t)f->n_nodes);
    if (!nodes) return no_memory(err);
    f->nodes = nodes;
    int at = 0;
    for (size_t i = 0; i < n; i++) {
        if (!used[i]) continue;
        nodes[at] = g->nodes[i];
        for (int k = 0; k < ag_formula_arity(nodes[at].op); k++)
            nodes[at].arg[k] = map[nodes[at].arg[k]];
        map[i] = at++;
    }
    for (int i = 0; i < r->n; i++) {
        memset(used, 0, n);
        ag_graph_mark(g, r->node[i], used);
        for (size_t k = 0; k < n; k++)
            f->n_order[i] += used[k];
        int *order = AG_NEW_ARRAY(arena, int, (size_t)f->n_order[i]);
        if (!order) return no_memory(err);
        f->order[i] = order;
        for (size_t k = 0; k < n; k++)
            if (used[k]) *order++ = map[k];
    }
    return AG_OK;
}

/* The compiled formula; *forward_only: f' is 0 everywhere. */
static ag_status make_formula(ag_arena *arena, const ag_formula_spec *spec, ag_formula *f,
                              bool *forward_only, ag_arena *scratch, ag_error *err) {
    ag_graph typed, g;
    int root;
    roots r = {0};
    AG_TRY(ag_graph_open(&typed, AG_FORMULA_TYPED_MAX + 1, scratch, err));
    AG_TRY(ag_graph_open(&g, AG_FORMULA_NODES_MAX, scratch, err));
    AG_TRY(ag_formula_parse(spec, &typed, &root, err));
    f->text = ag_formula_print(&typed, root, spec, SIZE_MAX, arena);
    if (!f->text) return no_memory(err);
    AG_TRY(derive(&g, &typed, root, spec, &r, scratch, err));
    f->slope_text = ag_formula_print(&g, r.node[1], spec, SLOPE_TEXT_MAX, arena);
    if (!f->slope_text) return no_memory(err);
    AG_TRY(keep(f, &g, &r, arena, scratch, err));
    const ag_formula_node *slope = &f->nodes[f->order[1][f->n_order[1] - 1]];
    *forward_only = slope->op == AG_F_GUARD && f->nodes[slope->arg[0]].op == AG_F_NUMBER &&
                    f->nodes[slope->arg[0]].number == 0.0;
    AG_TRY(ag_formula_compile(f, 0, spec->place, &f->fixed, arena, scratch, err));
    AG_TRY(ag_formula_compile(f, f->n_learned, spec->place, &f->learned, arena, scratch, err));
    f->n_seams = ag_formula_find_seams(f, f->init, f->seam);
    return AG_OK;
}

/* --- declarations --------------------------------------------------------------------- */

static bool is_identifier(const char *word, const char *also) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    if (!word[0] || !strchr(letters, word[0]) || strlen(word) >= AG_FORMULA_NAME_MAX) return false;
    for (const char *s = word; *s; s++)
        if (!strchr(letters, *s) && !strchr("0123456789", *s) && !strchr(also, *s)) return false;
    return true;
}

static ag_status check_param(const ag_formula_spec *spec, int k, ag_error *err) {
    static const char *const taken[] = {
        "x", "learned", "learning_rate_factor", "parameter_decay", "name", "formula", "parameters"};
    const ag_formula_param *p = &spec->params[k];
    double ignored;
    if (!is_identifier(p->name, ""))
        return AG_FAIL(err, AG_CONFIG, p->place,
                       "'%.40s' cannot be a parameter: letters, digits and _, the first a letter, "
                       "fewer than %d",
                       p->name, AG_FORMULA_NAME_MAX);
    bool known = ag_formula_constant(p->name, &ignored);
    for (int i = 0; i < AG_COUNT(taken); i++)
        known |= strcmp(p->name, taken[i]) == 0;
    for (int op = 0; op < AG_F_OPS; op++) {
        const char *word = ag_formula_word((ag_formula_op)op);
        known |= word && strcmp(p->name, word) == 0;
    }
    if (known)
        return AG_FAIL(err, AG_CONFIG, p->place,
                       "'%s' cannot be a parameter: formulas have something else of this name",
                       p->name);
    if (p->min <= p->init && p->init <= p->max) return AG_OK;
    char text[3][AG_NUMBER_MAX];
    return AG_FAIL(err, AG_CONFIG, p->place, "init of '%s' is %s, must be %s to %s", p->name,
                   ag_format_number(text[0], p->init), ag_format_number(text[1], p->min),
                   ag_format_number(text[2], p->max));
}

static ag_status check_name(const ag_formula_spec *spec, ag_error *err) {
    if (!spec->name) return AG_OK;
    if (ag_catalogue_find(&ag_activations, spec->name))
        return AG_FAIL(err, AG_CONFIG, spec->name_place,
                       "'%s' is an activation already: a formula needs another name", spec->name);
    if (!is_identifier(spec->name, "-."))
        return AG_FAIL(err, AG_CONFIG, spec->name_place,
                       "'%.60s' cannot be the name of a formula: letters, digits, _ - and ., the "
                       "first a letter, fewer than %d",
                       spec->name, AG_FORMULA_NAME_MAX);
    return AG_OK;
}

/* A long formula's name is its beginning, and a few digits that tell it from others. */
static const char *name_of(ag_arena *arena, const ag_formula_spec *spec, const char *text) {
    const char *name = spec->name ? spec->name : text;
    const size_t n = strlen(name);
    char *copy = AG_NEW_ARRAY(arena, char, n + 1);
    if (!copy) return NULL;
    memcpy(copy, name, n);
    if (!spec->name && n > NAME_SHOWN)
        snprintf(copy + NAME_SHOWN - 11, n - NAME_SHOWN + 12, "...%08x",
                 (unsigned)(ag_digest(text, n, 0) & 0xffffffffu));
    return copy;
}

/* --- the element ------------------------------------------------------------------------ */

static ag_status make_params(ag_arena *arena, const ag_formula_spec *spec, ag_element *about,
                             ag_error *err) {
    const ag_param own[] = {AG_ACT_LEARNED_PARAMS(AG_LEARNED_NONE)};
    const int n = spec->n_params, with = spec->n_learned ? OWN_PARAMS : 0;
    ag_param *params = AG_NEW_ARRAY(arena, ag_param, (size_t)(n + with) + 1);
    if (!params) return no_memory(err);
    for (int k = 0; k < n; k++) {
        char *name = AG_NEW_ARRAY(arena, char, strlen(spec->params[k].name) + 1);
        if (!name) return no_memory(err);
        strcpy(name, spec->params[k].name);
        params[k] = (ag_param){.name = name,
                               .kind = AG_PARAM_REAL,
                               .required = true,
                               .standard = spec->params[k].init,
                               .min = spec->params[k].min,
                               .max = spec->params[k].max,
                               .meaning = k < spec->n_learned ? "value before the first step"
                                                              : "number in the formula"};
    }
    for (int i = 0; i < with; i++)
        params[n + i] = own[i];
    about->params = params;
    about->n_params = n + with;
    return AG_OK;
}

/* {"formula":"x*sigmoid(beta*x)","parameters":{"beta":{"init":1,...}}}: as an experiment file
 * has it, and what an id is made of. */
typedef struct json {
    char *text; /* NULL: only counts */
    size_t n, most;
} json;

static void put(json *j, const char *format, const char *what) {
    const int n =
        snprintf(j->text ? j->text + j->n : NULL, j->text ? j->most - j->n + 1 : 0, format, what);
    j->n += (size_t)(n > 0 ? n : 0);
}

static void put_number(json *j, const char *format, double x) {
    char text[AG_NUMBER_MAX];
    put(j, format, ag_format_number(text, x == 0.0 ? 0.0 : x));
}

static void put_param(json *j, const ag_formula_spec *spec, int k) {
    const ag_formula_param *p = &spec->params[k];
    put(j, k ? ",\"%s\":" : "\"%s\":", p->name);
    if (k >= spec->n_learned) {
        put_number(j, "%s", p->init);
        return;
    }
    put_number(j, "{\"init\":%s", p->init);
    put_number(j, ",\"min\":%s", p->min);
    put_number(j, ",\"max\":%s", p->max);
    put(j, ",\"learned\":\"%s\"", ag_act_learned_words[spec->learned]);
    put_number(j, ",\"learning_rate_factor\":%s", spec->learning_rate_factor);
    put_number(j, ",\"parameter_decay\":%s}", spec->parameter_decay);
}

static void put_all(json *j, const ag_formula_spec *spec, const char *text) {
    put(j, "{\"formula\":\"%s\"", text); /* no character of it needs an escape */
    for (int k = 0; k < spec->n_params; k++) {
        if (!k) put(j, "%s", ",\"parameters\":{");
        put_param(j, spec, k);
    }
    put(j, "%s", spec->n_params ? "}}" : "}");
}

static const char *definition_of(ag_arena *arena, const ag_formula_spec *spec, const char *text) {
    json j = {0};
    put_all(&j, spec, text);
    j.most = j.n;
    j.text = AG_NEW_ARRAY(arena, char, j.n + 1);
    j.n = 0;
    if (j.text) put_all(&j, spec, text);
    return j.text;
}

static ag_status make(ag_arena *arena, const ag_formula_spec *spec, ag_activation *act,
                      ag_arena *scratch, ag_error *err) {
    ag_formula *f = AG_NEW(arena, ag_formula);
    if (!f) return no_memory(err);
    f->n_params = spec->n_params;
    f->n_learned = spec->n_learned;
    for (int k = 0; k < spec->n_params; k++) {
        f->init[k] = spec->params[k].init;
        AG_TRY(check_param(spec, k, err));
    }
    AG_TRY(check_name(spec, err));
    AG_TRY(make_formula(arena, spec, f, &act->forward_only, scratch, err));
    act->typed = f;
    act->n_learned = spec->n_learned;
    act->about.name = name_of(arena, spec, f->text);
    act->about.formula = f->text;
    act->about.paper = "typed, not from the catalogue";
    act->about.definition = definition_of(arena, spec, f->text);
    if (!act->about.name || !act->about.definition) return no_memory(err);
    return make_params(arena, spec, &act->about, err);
}

ag_status ag_formula_choice(ag_arena *arena, const ag_formula_spec *spec, ag_choice *choice,
                            ag_error *err) {
    ag_activation *act = AG_NEW(arena, ag_activation);
    if (!act) return no_memory(err);
    ag_arena scratch = AG_ARENA_EMPTY;
    scratch.fail_after = arena->fail_after;
    const ag_status status = make(arena, spec, act, &scratch, err);
    ag_arena_close(&scratch);
    if (status) return ag_pass(err, status, __FILE__, __LINE__);
    *choice = ag_choice_standard(&act->about);
    if (!spec->n_learned) return AG_OK;
    double *own = &choice->number[spec->n_params]; /* in the order of AG_ACT_LEARNED_PARAMS */
    own[0] = spec->learned;
    own[1] = spec->learning_rate_factor;
    own[2] = spec->parameter_decay;
    return AG_OK;
}
