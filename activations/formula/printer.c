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
} printer;

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
    default: return PRIMARY;
    }
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
    default: print_call(p, node);
    }
}

static void print(printer *p, int i, int least) {
    const ag_formula_node *node = &p->graph->nodes[i];
    const bool brackets = binding(node) < least;
    if (brackets) put(p, "(");
    print_node(p, node);
    if (brackets) put(p, ")");
}

const char *ag_formula_print(const ag_graph *typed, int root, const ag_formula_spec *spec,
                             ag_arena *arena) {
    printer p = {.graph = typed, .spec = spec};
    print(&p, root, COMPARISON);
    p.most = p.n;
    p.text = AG_NEW_ARRAY(arena, char, p.n + 1);
    p.n = 0;
    if (p.text) print(&p, root, COMPARISON);
    return p.text;
}
