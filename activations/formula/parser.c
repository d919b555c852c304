/* Recursive descent, from the loosest binding to the tightest:
 *
 *     expression  sum [(< <= > >= == !=) sum]
 *     sum         term {(+ -) term}
 *     term        factor {(* /) factor}
 *     factor      (- +) factor | power
 *     power       primary [^ factor]             so -x^2 is -(x^2), x^-y^z is x^(-(y^z))
 *     primary     number | name | function(expression, ...) | (expression)
 */
#include "activations/formula/lexer.h"

#include "harness/base/nearest.h"

#include <math.h>
#include <string.h>

enum { ARGUMENTS_MAX = 3 };

typedef struct parser {
    const ag_formula_spec *spec;
    ag_graph *graph;
    ag_token token; /* the next one */
    int depth;
    bool used[AG_FORMULA_PARAMS_MAX];
} parser;

static ag_status expression(parser *p, int *node, ag_error *err);
static ag_status factor(parser *p, int *node, ag_error *err);

bool ag_formula_constant(const char *word, double *number) {
    static const struct {
        const char *word;
        double number;
    } constants[] = {{"pi", 3.14159265358979323846}, {"e", 2.71828182845904523536}};
    for (int i = 0; i < AG_COUNT(constants); i++) {
        if (strcmp(constants[i].word, word) != 0) continue;
        *number = constants[i].number;
        return true;
    }
    return false;
}

static ag_status advance(parser *p, ag_error *err) {
    return ag_formula_next(p->spec, p->token.at + p->token.length, &p->token, err);
}

static bool at_sign(const parser *p, int sign) {
    return p->token.kind == AG_TOKEN_SIGN && p->token.sign == sign;
}

static ag_place here(const parser *p) { return ag_formula_place(p->spec, p->token.at); }

static ag_status make(parser *p, ag_formula_op op, const int *arg, int *node, ag_error *err) {
    *node = ag_graph_node(p->graph, op, arg[0], arg[1], arg[2]);
    if (!p->graph->full) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, here(p), "formula: too many terms, the limit is %d different",
                   AG_FORMULA_TYPED_MAX);
}

static ag_status make2(parser *p, ag_formula_op op, int a, int b, int *node, ag_error *err) {
    return make(p, op, (const int[]){a, b, -1}, node, err);
}

/* Something else stands where `wanted` should. */
static ag_status expected(parser *p, const char *wanted, ag_error *err) {
    if (p->token.kind == AG_TOKEN_END)
        return AG_FAIL(err, AG_CONFIG, here(p), "formula: it ends where %s should stand", wanted);
    return AG_FAIL(err, AG_CONFIG, here(p), "formula: '%s' at column %zu, where %s should stand",
                   p->token.name, p->token.at + 1, wanted);
}

/* --- names ---------------------------------------------------------------- */

static int find_param(const parser *p, const char *word) {
    for (int k = 0; k < p->spec->n_params; k++)
        if (strcmp(p->spec->params[k].name, word) == 0) return k;
    return -1;
}

static int find_function(const char *word) {
    for (int op = 0; op < AG_F_OPS; op++) {
        const char *name = ag_formula_word((ag_formula_op)op);
        if (name && strcmp(name, word) == 0) return op;
    }
    return -1;
}

static ag_status unknown(parser *p, ag_error *err) {
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(p->token.name);
    for (int op = 0; op < AG_F_OPS; op++)
        if (ag_formula_word((ag_formula_op)op))
            ag_nearest_offer(&nearest, ag_formula_word((ag_formula_op)op));
    for (int k = 0; k < p->spec->n_params; k++)
        ag_nearest_offer(&nearest, p->spec->params[k].name);
    ag_nearest_offer(&nearest, "pi");
    const char *file = p->spec->place.file; /* a word of the command line stands for its file */
    const bool word = file && strcmp(file, p->spec->text) == 0;
    return AG_FAIL(err, AG_CONFIG, here(p), "formula: unknown name '%.40s' at column %zu%s",
                   p->token.name, p->token.at + 1,
                   ag_nearest_hint(hint, &nearest,
                                   word ? "; its input is x, parameters follow it as NAME=VALUE"
                                        : "; its input is x, parameters are declared in "
                                          "'parameters'"));
}

/* The arguments of a function whose bracket is open. */
static ag_status arguments(parser *p, const ag_token *name, int op, int *arg, ag_error *err) {
    const int arity = ag_formula_arity((ag_formula_op)op);
    int n = 0;
    do {
        AG_TRY(advance(p, err)); /* the bracket or comma */
        int node;
        AG_TRY(expression(p, &node, err));
        if (n < ARGUMENTS_MAX) arg[n] = node;
        n++;
    } while (at_sign(p, ','));
    if (!at_sign(p, ')'))
        return AG_FAIL(err, AG_CONFIG, here(p),
                       "formula: the bracket of '%s(' at column %zu is not closed%s%s", name->name,
                       name->at + 1, p->token.kind == AG_TOKEN_END ? "" : " before ",
                       p->token.name);
    if (n != arity)
        return AG_FAIL(err, AG_CONFIG, ag_formula_place(p->spec, name->at),
                       "formula: %s at column %zu has %d argument%s, must have %d", name->name,
                       name->at + 1, n, n == 1 ? "" : "s", arity);
    return advance(p, err);
}

static ag_status call(parser *p, const ag_token *name, int *node, ag_error *err) {
    const int op = find_function(name->name);
    int arg[3] = {-1, -1, -1};
    if (op < 0)
        return AG_FAIL(err, AG_CONFIG, ag_formula_place(p->spec, name->at),
                       "formula: '%s' at column %zu is not a function; a product is %s*(...)",
                       name->name, name->at + 1, name->name);
    AG_TRY(arguments(p, name, op, arg, err));
    return make(p, (ag_formula_op)op, arg, node, err);
}

static ag_status name(parser *p, int *node, ag_error *err) {
    const ag_token word = p->token;
    const int k = find_param(p, word.name), op = find_function(word.name);
    double number = 0.0;
    const bool constant = ag_formula_constant(word.name, &number);
    const bool x = strcmp(word.name, "x") == 0;
    if (word.length >= sizeof word.name || (!x && k < 0 && op < 0 && !constant))
        return unknown(p, err);
    AG_TRY(advance(p, err));
    if (at_sign(p, '(')) return call(p, &word, node, err);
    if (x) return make2(p, AG_F_X, -1, -1, node, err);
    if (k >= 0) {
        p->used[k] = true;
        return make2(p, AG_F_PARAM, k, -1, node, err);
    }
    if (!constant)
        return AG_FAIL(err, AG_CONFIG, ag_formula_place(p->spec, word.at),
                       "formula: '%s' at column %zu is a function: %s(...)", word.name, word.at + 1,
                       word.name);
    *node = ag_graph_number(p->graph, number);
    return AG_OK;
}

/* --- operators -------------------------------------------------------------- */

static ag_status bracket(parser *p, int *node, ag_error *err) {
    const size_t open = p->token.at;
    AG_TRY(advance(p, err));
    AG_TRY(expression(p, node, err));
    if (!at_sign(p, ')'))
        return AG_FAIL(err, AG_CONFIG, here(p),
                       "formula: the bracket at column %zu is not closed%s%s", open + 1,
                       p->token.kind == AG_TOKEN_END ? "" : " before ", p->token.name);
    return advance(p, err);
}

static ag_status primary(parser *p, int *node, ag_error *err) {
    if (p->token.kind == AG_TOKEN_NUMBER) {
        *node = ag_graph_number(p->graph, p->token.number);
        return advance(p, err);
    }
    if (p->token.kind == AG_TOKEN_NAME) return name(p, node, err);
    if (at_sign(p, '(')) return bracket(p, node, err);
    return expected(p, "a number, x, a function or a bracket", err);
}

static ag_status power(parser *p, int *node, ag_error *err) {
    AG_TRY(primary(p, node, err));
    if (!at_sign(p, '^')) return AG_OK;
    AG_TRY(advance(p, err));
    int exponent;
    AG_TRY(factor(p, &exponent, err));
    return make2(p, AG_F_POW, *node, exponent, node, err);
}

static ag_status deeper(parser *p, ag_error *err) {
    if (p->depth++ < AG_FORMULA_DEPTH_MAX) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, here(p), "formula: nested deeper than %d", AG_FORMULA_DEPTH_MAX);
}

static ag_status factor(parser *p, int *node, ag_error *err) {
    AG_TRY(deeper(p, err));
    const bool minus = at_sign(p, '-');
    if (minus || at_sign(p, '+')) {
        AG_TRY(advance(p, err));
        AG_TRY(factor(p, node, err));
        if (minus) AG_TRY(make2(p, AG_F_NEG, *node, -1, node, err));
    } else {
        AG_TRY(power(p, node, err));
    }
    p->depth--;
    return AG_OK;
}

static ag_status term(parser *p, int *node, ag_error *err) {
    AG_TRY(factor(p, node, err));
    while (at_sign(p, '*') || at_sign(p, '/')) {
        const ag_formula_op op = at_sign(p, '*') ? AG_F_MUL : AG_F_DIV;
        const size_t before = p->token.at;
        int b;
        AG_TRY(advance(p, err));
        if (op == AG_F_MUL && at_sign(p, '*') && p->token.at == before + 1)
            return AG_FAIL(err, AG_CONFIG, here(p), "formula: '**' at column %zu; a power is x^2",
                           before + 1);
        AG_TRY(factor(p, &b, err));
        AG_TRY(make2(p, op, *node, b, node, err));
    }
    return AG_OK;
}

static ag_status sum(parser *p, int *node, ag_error *err) {
    AG_TRY(term(p, node, err));
    while (at_sign(p, '+') || at_sign(p, '-')) {
        const ag_formula_op op = at_sign(p, '+') ? AG_F_ADD : AG_F_SUB;
        int b;
        AG_TRY(advance(p, err));
        AG_TRY(term(p, &b, err));
        AG_TRY(make2(p, op, *node, b, node, err));
    }
    return AG_OK;
}

typedef struct comparison {
    int sign;
    ag_formula_op op;
    bool swapped; /* a > b is b < a */
} comparison;

static const comparison *find_comparison(const parser *p) {
    static const comparison all[] = {
        {'<', AG_F_LT, false},
        {'<' + AG_SIGN_EQUAL, AG_F_LE, false},
        {'>', AG_F_LT, true},
        {'>' + AG_SIGN_EQUAL, AG_F_LE, true},
        {'=' + AG_SIGN_EQUAL, AG_F_EQ, false},
        {'!' + AG_SIGN_EQUAL, AG_F_NE, false},
    };
    for (int i = 0; i < AG_COUNT(all); i++)
        if (at_sign(p, all[i].sign)) return &all[i];
    return NULL;
}

static ag_status expression(parser *p, int *node, ag_error *err) {
    AG_TRY(sum(p, node, err));
    const comparison *c = find_comparison(p);
    if (!c) return AG_OK;
    int b;
    AG_TRY(advance(p, err));
    AG_TRY(sum(p, &b, err));
    AG_TRY(make2(p, c->op, c->swapped ? b : *node, c->swapped ? *node : b, node, err));
    if (!find_comparison(p)) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, here(p),
                   "formula: '%s' at column %zu is a second comparison; put one into brackets",
                   p->token.name, p->token.at + 1);
}

/* --- the whole ----------------------------------------------------------------- */

static ag_status check_params(const parser *p, ag_error *err) {
    const ag_formula_spec *spec = p->spec;
    for (int k = 0; k < spec->n_params; k++)
        if (!p->used[k])
            return AG_FAIL(err, AG_CONFIG, spec->params[k].place,
                           "parameter '%s' is not in the formula", spec->params[k].name);
    return AG_OK;
}

ag_status ag_formula_parse(const ag_formula_spec *spec, ag_graph *graph, int *root, ag_error *err) {
    const size_t length = strlen(spec->text);
    if (length > AG_FORMULA_TEXT_MAX)
        return AG_FAIL(err, AG_CONFIG, spec->place,
                       "formula: it has %zu characters, the limit is %d", length,
                       AG_FORMULA_TEXT_MAX);
    parser p = {.spec = spec, .graph = graph};
    AG_TRY(ag_formula_next(spec, 0, &p.token, err));
    if (p.token.kind == AG_TOKEN_END)
        return AG_FAIL(err, AG_CONFIG, spec->place, "formula is empty, must be like x*sigmoid(x)");
    AG_TRY(expression(&p, root, err));
    if (at_sign(&p, ')'))
        return AG_FAIL(err, AG_CONFIG, here(&p), "formula: ')' at column %zu closes nothing",
                       p.token.at + 1);
    if (p.token.kind == AG_TOKEN_NAME || p.token.kind == AG_TOKEN_NUMBER || at_sign(&p, '('))
        return AG_FAIL(err, AG_CONFIG, here(&p),
                       "formula: no operator before '%s' at column %zu; a product is 2*x",
                       p.token.name, p.token.at + 1);
    if (p.token.kind != AG_TOKEN_END) return expected(&p, "an operator", err);
    AG_TRY(make2(&p, AG_F_X, -1, -1, &(int){0}, err));
    unsigned char used[AG_FORMULA_TYPED_MAX + 1] = {0};
    ag_graph_mark(graph, *root, used);
    if (!used[ag_graph_node(graph, AG_F_X, -1, -1, -1)])
        return AG_FAIL(err, AG_CONFIG, spec->place, "formula: x is not in it");
    return check_params(&p, err);
}
