#include "activations/formula/parser.h"

#include "harness/base/text.h"

#include <string.h>

/* How tightly an expression binds; an argument that binds less stands in brackets. */
enum { COMPARISON, SUM, TERM, FACTOR, POWER, PRIMARY };

typedef struct printer {
    const ag_graph *graph;
    const ag_formula_spec *spec;
    char *text; /* NULL: only counts */
    size_t n, most;
    size_t limit; /* counts no further: equal parts are one node, and many when printed */
} printer;

/* What derivatives are made of and nobody types: words around the argument. */
typedef struct spelling {
    ag_formula_op op;
    int binds, argument; /* how tightly: the whole, and at least the argument */
    const char *parts[4];
} spelling;

static const spelling spellings[] = {
    {AG_F_ERFC, SUM, COMPARISON, {"1-erf(", ")"}},
    {AG_F_DTANH, SUM, COMPARISON, {"1-tanh(", ")^2"}},
    {AG_F_DSIGMOID, TERM, COMPARISON, {"sigmoid(", ")*(1-sigmoid(", "))"}},
    {AG_F_TANHPLUS, PRIMARY, COMPARISON, {"tanh(softplus(", "))"}},
    {AG_F_DTANHPLUS, TERM, COMPARISON, {"sigmoid(", ")*(1-tanh(softplus(", "))^2)"}},
    {AG_F_NORMAL, TERM, FACTOR, {"(1+erf(", "/sqrt(2)))/2"}},
    {AG_F_DNORMAL, TERM, PRIMARY, {"exp(-", "^2/2)/sqrt(2*pi)"}},
    {AG_F_DERF, TERM, PRIMARY, {"2/sqrt(pi)*exp(-", "^2)"}},
};

static const spelling *spelling_of(ag_formula_op op) {
    for (int i = 0; i < AG_COUNT(spellings); i++)
        if (spellings[i].op == op) return &spellings[i];
    return NULL;
}

static void put(printer *p, const char *text) {
    const size_t n = strlen(text);
    if (p->text && p->n + n <= p->most) memcpy(p->text + p->n, text, n);
    p->n += n;
}

static int binding(const ag_formula_node *node) {
    switch (node->op) {
    case AG_F_LT:
    case AG_F_LE:
    case AG_F_EQ:
    case AG_F_NE: return COMPARISON;
    case AG_F_ADD:
    case AG_F_SUB: return SUM;
    case AG_F_MUL:
    case AG_F_DIV: return TERM;
    case AG_F_NEG: return FACTOR;
    case AG_F_POW: return POWER;
    default: break;
    }
    const spelling *own = spelling_of(node->op);
    return own ? own->binds : PRIMARY;
}

static void print(printer *p, int i, int least);

static void print_number(printer *p, double number) {
    static const char *const constants[] = {"pi", "e"};
    char text[AG_NUMBER_MAX];
    for (int i = 0; i < AG_COUNT(constants); i++) {
        double constant;
        if (!ag_formula_constant(constants[i], &constant) || constant != number) continue;
        put(p, constants[i]);
        return;
    }
    put(p, ag_format_number(text, number));
}

static void print_two(printer *p, int left, const char *sign, int right, int left_binds,
                      int right_binds) {
    print(p, left, left_binds);
    put(p, sign);
    print(p, right, right_binds);
}

/* 0 < x, as it is kept, reads better as x > 0. */
static void print_comparison(printer *p, const ag_formula_node *node, const char *sign,
                             const char *turned) {
    const int a = node->arg[0], b = node->arg[1];
    const bool turn = p->graph->nodes[a].op == AG_F_NUMBER && p->graph->nodes[b].op != AG_F_NUMBER;
    print_two(p, turn ? b : a, turn ? turned : sign, turn ? a : b, SUM, SUM);
}

static void print_call(printer *p, const ag_formula_node *node) {
    put(p, ag_formula_word(node->op));
    put(p, "(");
    for (int k = 0; k < ag_formula_arity(node->op); k++) {
        if (k) put(p, ",");
        print(p, node->arg[k], COMPARISON);
    }
    put(p, ")");
}

static void print_spelling(printer *p, const ag_formula_node *node, const spelling *own) {
    for (int i = 0; own->parts[i]; i++) {
        if (i) print(p, node->arg[0], own->argument);
        put(p, own->parts[i]);
    }
}

static void print_node(printer *p, const ag_formula_node *node) {
    const int a = node->arg[0], b = node->arg[1];
    switch (node->op) {
    case AG_F_NUMBER: print_number(p, node->number); break;
    case AG_F_X: put(p, "x"); break;
    case AG_F_PARAM: put(p, p->spec->params[node->arg[0]].name); break;
    case AG_F_LT: print_comparison(p, node, "<", ">"); break;
    case AG_F_LE: print_comparison(p, node, "<=", ">="); break;
    case AG_F_EQ: print_comparison(p, node, "==", "=="); break;
    case AG_F_NE: print_comparison(p, node, "!=", "!="); break;
    case AG_F_ADD: print_two(p, a, "+", b, SUM, TERM); break;
    case AG_F_SUB: print_two(p, a, "-", b, SUM, TERM); break;
    case AG_F_MUL: print_two(p, a, "*", b, TERM, FACTOR); break;
    case AG_F_DIV: print_two(p, a, "/", b, TERM, FACTOR); break;
    case AG_F_POW: print_two(p, a, "^", b, PRIMARY, FACTOR); break;
    case AG_F_NEG:
        put(p, "-");
        print(p, node->arg[0], FACTOR);
        break;
    default: {
        const spelling *own = spelling_of(node->op);
        if (own)
            print_spelling(p, node, own);
        else
            print_call(p, node);
    }
    }
}

static void print(printer *p, int i, int least) {
    const ag_formula_node *node = &p->graph->nodes[i];
    if (p->n > p->limit) return;
    if (node->op == AG_F_GUARD) { /* for NaN */
        print(p, node->arg[0], least);
        return;
    }
    const bool brackets = binding(node) < least;
    if (brackets) put(p, "(");
    print_node(p, node);
    if (brackets) put(p, ")");
}

const char *ag_formula_print(const ag_graph *graph, int root, const ag_formula_spec *spec,
                             size_t most, ag_arena *arena) {
    printer p = {.graph = graph, .spec = spec, .limit = most};
    print(&p, root, COMPARISON);
    if (p.n > most) return "";
    p.most = p.n;
    p.text = AG_NEW_ARRAY(arena, char, p.n + 1);
    p.n = 0;
    if (p.text) print(&p, root, COMPARISON);
    return p.text;
}
