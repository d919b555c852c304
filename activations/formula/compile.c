/* From the graph to a program: which instruction each node becomes, and which register
 * holds it. */
#include "activations/formula/program.h"

#include <math.h>
#include <string.h>

enum { READS_MOST = 4, MOST_INSTRUCTIONS = AG_FORMULA_NODES_MAX + AG_FORMULA_PARAMS_MAX + 2 };

typedef struct compiler {
    const ag_formula *f;
    int n_varying;
    bool *varying; /* [node] it is a block, not a constant */
    bool *live;    /* [node] some root is made of it */
    int *uses;     /* [node] instructions that still read its register */
    short *reg;    /* [node] its register, -1: none yet */
    short *slot;   /* [node] its constant, -1: none yet */
    short *filled; /* [node] the register that holds its constant, -1: none */
    bool *folded;  /* [node] part of the instruction of the one that uses it */

    short stack[AG_PROGRAM_REGISTERS]; /* free registers */
    int n_free, n_registers;
    ag_instruction *out;
    int n_out;
    ag_program_fill fills[AG_PROGRAM_CONSTANTS];
    int n_fills;
    int constants[AG_PROGRAM_CONSTANTS];
    int n_constants;
    bool full;
} compiler;

static const ag_formula_node *at(const compiler *c, int node) { return &c->f->nodes[node]; }

/* --- what is there ------------------------------------------------------------ */

static int n_roots(const compiler *c) { return 2 + c->n_varying; }

static int root(const compiler *c, int i) { return c->f->order[i][c->f->n_order[i] - 1]; }

static void survey(compiler *c) {
    for (int r = 0; r < n_roots(c); r++)
        for (int i = 0; i < c->f->n_order[r]; i++)
            c->live[c->f->order[r][i]] = true;
    for (int i = 0; i < c->f->n_nodes; i++) {
        const ag_formula_node *node = at(c, i);
        c->varying[i] =
            node->op == AG_F_X || (node->op == AG_F_PARAM && node->arg[0] < c->n_varying);
        for (int k = 0; k < ag_formula_arity(node->op); k++)
            c->varying[i] |= c->varying[node->arg[k]];
        c->reg[i] = c->slot[i] = c->filled[i] = -1;
    }
}

/* The live node op(a), -1: there is none. */
static int find(const compiler *c, ag_formula_op op, int a) {
    for (int i = 0; i < c->f->n_nodes; i++)
        if (c->live[i] && at(c, i)->op == op && at(c, i)->arg[0] == a) return i;
    return -1;
}

static int find_even(const compiler *c, ag_formula_op op, int a) {
    return find(c, op, at(c, a)->op == AG_F_NEG ? at(c, a)->arg[0] : a);
}

/* The node that the instruction of this one can make besides, -1: none. */
static int partner(const compiler *c, int node, ag_program_op *op) {
    const int a = at(c, node)->arg[0];
    switch (at(c, node)->op) {
    case AG_F_TANH: *op = AG_P_TANH2; return find(c, AG_F_DTANH, a);
    case AG_F_SIGMOID: *op = AG_P_SIGMOID2; return find(c, AG_F_DSIGMOID, a);
    case AG_F_SOFTPLUS:
        *op = AG_P_SOFTPLUS2;
        return find(c, AG_F_DSIGMOID, a) < 0 ? find(c, AG_F_SIGMOID, a) : -1;
    case AG_F_SIN: *op = AG_P_SINCOS; return find(c, AG_F_COS, a);
    case AG_F_TANHPLUS: *op = AG_P_TANHPLUS2; return find(c, AG_F_DTANHPLUS, a);
    case AG_F_EXPM1: *op = AG_P_EXPM12; return find(c, AG_F_EXP, a);
    case AG_F_ERF: *op = AG_P_ERF2; return find(c, AG_F_DERF, a);
    case AG_F_ERFC: *op = AG_P_ERFC2; return find_even(c, AG_F_DERF, a);
    case AG_F_NORMAL: *op = AG_P_NORMAL2; return find_even(c, AG_F_DNORMAL, a);
    default: return -1;
    }
}

static bool is_root(const compiler *c, int node) {
    for (int r = 0; r < n_roots(c); r++)
        if (root(c, r) == node) return true;
    return false;
}

static bool compares(const compiler *c, int node) {
    const ag_formula_op op = at(c, node)->op;
    return c->varying[node] && (op == AG_F_LT || op == AG_F_LE);
}

/* The nodes that the instruction of this one reads, which is how many. A product that only one
 * sum reads is part of the sum's. A comparison is part of every `where` that it decides: to
 * compare again costs less than to remember. */
static int reads(const compiler *c, int node, int *from) {
    const ag_formula_node *n = at(c, node);
    int count = 0;
    for (int k = 0; k < ag_formula_arity(n->op); k++) {
        const int a = n->arg[k];
        const bool part = c->varying[node] && ((n->op == AG_F_WHERE && k == 0 && compares(c, a)) ||
                                               (n->op == AG_F_ADD && c->folded[a]));
        from[count++] = part ? at(c, a)->arg[0] : a;
        if (part) from[count++] = at(c, a)->arg[1];
    }
    return count;
}

static void fold_products(compiler *c) {
    for (int i = 0; i < c->f->n_nodes; i++)
        for (int k = 0; c->live[i] && k < ag_formula_arity(at(c, i)->op); k++)
            c->uses[at(c, i)->arg[k]]++;
    for (int i = 0; i < c->f->n_nodes; i++) {
        if (!c->live[i] || !c->varying[i] || at(c, i)->op != AG_F_ADD) continue;
        for (int k = 0; k < 2; k++) {
            const int m = at(c, i)->arg[k];
            if (at(c, m)->op != AG_F_MUL || !c->varying[m] || c->uses[m] != 1 || is_root(c, m))
                continue;
            c->folded[m] = true;
            break;
        }
    }
}

/* What is left to be computed, and how often it is read. */
static void count_uses(compiler *c) {
    memset(c->live, 0, (size_t)c->f->n_nodes * sizeof *c->live);
    memset(c->uses, 0, (size_t)c->f->n_nodes * sizeof *c->uses);
    for (int r = 0; r < n_roots(c); r++)
        c->live[root(c, r)] = true;
    for (int i = c->f->n_nodes - 1; i >= 0; i--) {
        int from[READS_MOST];
        const int n = c->live[i] ? reads(c, i, from) : 0;
        for (int k = 0; k < n; k++) {
            c->live[from[k]] = true;
            c->uses[from[k]]++;
        }
    }
}

/* --- registers and constants --------------------------------------------------- */

static short take(compiler *c) {
    if (c->n_free) return c->stack[--c->n_free];
    if (c->n_registers == AG_PROGRAM_REGISTERS) {
        c->full = true;
        return 0;
    }
    return (short)c->n_registers++;
}

static short constant(compiler *c, int node) {
    if (c->slot[node] >= 0) return c->slot[node];
    if (c->n_constants == AG_PROGRAM_CONSTANTS) {
        c->full = true;
        return 0;
    }
    c->constants[c->n_constants] = node;
    return c->slot[node] = (short)c->n_constants++;
}

/* The register of any node: that of a constant is filled before the first block, so nothing
 * else may ever have it. */
static short operand(compiler *c, int node) {
    if (c->varying[node]) return c->reg[node];
    if (c->filled[node] < 0) {
        c->full |= c->n_registers == AG_PROGRAM_REGISTERS;
        const short k = constant(c, node);
        if (c->full) return 0;
        c->filled[node] = (short)c->n_registers++;
        c->fills[c->n_fills++] = (ag_program_fill){c->filled[node], k};
    }
    return c->filled[node];
}

/* The register where a node's value goes: an output if the node is one. */
static short target(compiler *c, int node) {
    for (int r = 0; r < n_roots(c); r++)
        if (root(c, r) == node) return c->reg[node] = (short)(AG_REGISTER_Y + r);
    return c->reg[node] = take(c);
}

/* One instruction less reads this node. */
static void release(compiler *c, int node) {
    if (!c->varying[node] || --c->uses[node] > 0) return;
    const int first = AG_REGISTER_DYDP + 2 * c->n_varying;
    if (c->reg[node] >= first) c->stack[c->n_free++] = c->reg[node];
}

/* --- instructions ---------------------------------------------------------------- */

static ag_instruction *emit(compiler *c, int op, int node) {
    ag_instruction *i = &c->out[c->n_out++];
    *i = (ag_instruction){.op = (short)op};
    i->dst = target(c, node);
    return i;
}

/* A constant that is not NaN, whatever the parameters are. */
static bool is_number(const compiler *c, int node) {
    const ag_formula_node *n = at(c, node);
    if (c->varying[node]) return false;
    return n->op == AG_F_PARAM || (n->op == AG_F_NUMBER && !isnan(n->number));
}

static ag_program_op binary_op(ag_formula_op op) {
    switch (op) {
#define F(name, rr, rk, kr)                                                                        \
    case AG_F_##name: return AG_P_##name##_RR;
        AG_PROGRAM_BINARY(F)
#undef F
    default: return AG_P_COPY;
    }
}

static ag_program_op unary_op(ag_formula_op op) {
    switch (op) {
#define F(name, value)                                                                             \
    case AG_F_##name: return AG_P_##name;
        AG_PROGRAM_UNARY(F)
#undef F
    case AG_F_SIN: return AG_P_SIN;
    case AG_F_COS: return AG_P_COS;
    default: return AG_P_COPY;
    }
}

static void emit_binary(compiler *c, int node) {
    const int a = at(c, node)->arg[0], b = at(c, node)->arg[1];
    const int op = (int)binary_op(at(c, node)->op);
    const bool ka = is_number(c, a), kb = is_number(c, b);
    const short pa = ka ? constant(c, a) : operand(c, a), pb = kb ? constant(c, b) : operand(c, b);
    ag_instruction *i = emit(c,
                             op + (kb   ? AG_P_ADD_RK - AG_P_ADD_RR
                                   : ka ? AG_P_ADD_KR - AG_P_ADD_RR
                                        : 0),
                             node);
    i->a = pa;
    i->b = pb;
}

/* a b + d, where the product a b is folded into the sum. */
static void emit_muladd(compiler *c, int node, int product, int d) {
    int a = at(c, product)->arg[0], b = at(c, product)->arg[1];
    if (!c->varying[a]) { /* a constant stands second */
        const int other = a;
        a = b;
        b = other;
    }
    const bool kb = !c->varying[b], kd = !c->varying[d];
    const short pb = kb ? constant(c, b) : c->reg[b], pd = kd ? constant(c, d) : c->reg[d];
    const int op =
        kb ? (kd ? AG_P_MULADD_RKK : AG_P_MULADD_RKR) : (kd ? AG_P_MULADD_RRK : AG_P_MULADD_RRR);
    ag_instruction *i = emit(c, op, node);
    i->a = c->reg[a];
    i->b = pb;
    i->c = pd;
}

/* Of a comparison and its two results, wherever each is. */
static void emit_select(compiler *c, int node) {
    const ag_formula_node *n = at(c, node), *m = at(c, n->arg[0]);
    const int from[4] = {m->arg[0], m->arg[1], n->arg[1], n->arg[2]};
    bool number[4];
    short place[4];
    for (int i = 0; i < 4; i++) {
        number[i] = is_number(c, from[i]);
        place[i] = number[i] ? constant(c, from[i]) : operand(c, from[i]);
    }
    const int first = m->op == AG_F_LT ? AG_P_SELECT_LT_RRRR : AG_P_SELECT_LE_RRRR;
    ag_instruction *i = emit(c,
                             first +
                                 (number[0]   ? 8
                                  : number[1] ? 4
                                              : 0) +
                                 2 * number[2] + number[3],
                             node);
    i->a = place[0];
    i->b = place[1];
    i->c = place[2];
    i->d = place[3];
}

static void emit_where(compiler *c, int node) {
    const ag_formula_node *n = at(c, node);
    if (compares(c, n->arg[0])) {
        emit_select(c, node);
        return;
    }
    const short a = operand(c, n->arg[0]), b = operand(c, n->arg[1]), third = operand(c, n->arg[2]);
    ag_instruction *i = emit(c, AG_P_WHERE, node);
    i->a = a;
    i->b = b;
    i->c = third;
}

static void emit_unary(compiler *c, int node) {
    ag_program_op op = unary_op(at(c, node)->op);
    int other = partner(c, node, &op);
    if (other >= 0 && c->reg[other] >= 0) other = -1; /* erf made it, which erfc could have */
    const short a = c->reg[at(c, node)->arg[0]];
    ag_instruction *i = emit(c, (int)(other < 0 ? unary_op(at(c, node)->op) : op), node);
    i->a = a;
    if (other < 0) return;
    i->dst2 = target(c, other);
    release(c, at(c, other)->arg[0]);
}

static void emit_node(compiler *c, int node) {
    const ag_formula_node *n = at(c, node);
    const bool left = n->op == AG_F_ADD && c->folded[n->arg[0]],
               right = n->op == AG_F_ADD && c->folded[n->arg[1]];
    if (n->op == AG_F_WHERE)
        emit_where(c, node);
    else if (left || right)
        emit_muladd(c, node, n->arg[left ? 0 : 1], n->arg[left ? 1 : 0]);
    else if (n->op == AG_F_GUARD) {
        const short a = operand(c, n->arg[0]), b = operand(c, n->arg[1]);
        ag_instruction *i = emit(c, AG_P_GUARD, node);
        i->a = a;
        i->b = b;
    } else if (ag_formula_arity(n->op) == 2)
        emit_binary(c, node);
    else
        emit_unary(c, node);
    int from[READS_MOST];
    const int n_read = reads(c, node, from);
    for (int k = 0; k < n_read; k++)
        release(c, from[k]);
}

/* op(a) or op(-a) */
static int find_either(const compiler *c, ag_formula_op op, int a) {
    const int plain = find(c, op, a), turned = find(c, AG_F_NEG, a);
    return plain >= 0 || turned < 0 ? plain : find(c, op, turned);
}

/* The node whose instruction makes this one, too; -1: none. */
static int maker(const compiler *c, int node) {
    const int a = at(c, node)->arg[0];
    ag_program_op op;
    int other = -1;
    switch (at(c, node)->op) {
    case AG_F_DTANH: other = find(c, AG_F_TANH, a); break;
    case AG_F_DSIGMOID: other = find(c, AG_F_SIGMOID, a); break;
    case AG_F_SIGMOID: other = find(c, AG_F_SOFTPLUS, a); break;
    case AG_F_DTANHPLUS: other = find(c, AG_F_TANHPLUS, a); break;
    case AG_F_EXP: other = find(c, AG_F_EXPM1, a); break;
    case AG_F_COS: other = find(c, AG_F_SIN, a); break;
    case AG_F_DERF:
        other = find(c, AG_F_ERF, a);
        if (other < 0) other = find_either(c, AG_F_ERFC, a);
        break;
    case AG_F_DNORMAL: other = find_either(c, AG_F_NORMAL, a); break;
    default: break;
    }
    return other >= 0 && c->reg[other] < 0 && partner(c, other, &op) == node ? other : -1;
}

/* Everything that the node needs first, and then the node. Recursion ends at the nodes'
 * depth, which is bounded by the text. */
static void visit(compiler *c, int node) {
    const ag_formula_node *n = at(c, node);
    if (!c->varying[node] || c->reg[node] >= 0 || c->full) return;
    if (n->op == AG_F_X) {
        c->reg[node] = AG_REGISTER_Z;
        return;
    }
    if (n->op == AG_F_PARAM) {
        c->reg[node] = (short)(AG_REGISTER_DYDP + c->n_varying + n->arg[0]);
        return;
    }
    int from[READS_MOST];
    const int n_read = reads(c, node, from);
    for (int k = 0; k < n_read; k++)
        visit(c, from[k]);
    if (c->full) return;
    const int other = maker(c, node);
    if (other >= 0)
        visit(c, other);
    else
        emit_node(c, node);
}

static void emit_roots(compiler *c) {
    for (int r = n_roots(c) - 1; r >= 0; r--)
        visit(c, root(c, r));
    for (int r = 0; r < n_roots(c); r++) {
        const int node = root(c, r);
        const short out = (short)(AG_REGISTER_Y + r);
        if (c->full || (c->varying[node] && c->reg[node] == out)) continue;
        ag_instruction *i = &c->out[c->n_out++];
        *i = (ag_instruction){.op = c->varying[node] ? AG_P_COPY : AG_P_FILL, .dst = out};
        i->a = c->varying[node] ? c->reg[node] : constant(c, node);
    }
}

/* --- the whole ----------------------------------------------------------------- */

static bool open(compiler *c, ag_arena *scratch) {
    const size_t n = (size_t)c->f->n_nodes;
    c->varying = AG_NEW_ARRAY(scratch, bool, n);
    c->live = AG_NEW_ARRAY(scratch, bool, n);
    c->folded = AG_NEW_ARRAY(scratch, bool, n);
    c->uses = AG_NEW_ARRAY(scratch, int, n);
    c->reg = AG_NEW_ARRAY(scratch, short, n);
    c->slot = AG_NEW_ARRAY(scratch, short, n);
    c->filled = AG_NEW_ARRAY(scratch, short, n);
    c->out = AG_NEW_ARRAY(scratch, ag_instruction, MOST_INSTRUCTIONS);
    return c->varying && c->live && c->folded && c->uses && c->reg && c->slot && c->filled &&
           c->out;
}

static const void *kept(ag_arena *arena, const void *from, int n, size_t size, bool *failed) {
    void *copy = ag_alloc(arena, (size_t)n + 1, size);
    if (copy && n) memcpy(copy, from, (size_t)n * size);
    *failed |= !copy;
    return copy;
}

/* Learned parameters may become anything. If little can be said about all that is usual, then
 * what keeps their sign. */
static void find_trust(const compiler *c, ag_trust *trust) {
    const float usual = 1e3F, little = 64.0F, factor = 8.0F;
    ag_trust other;
    for (int k = 0; k < c->f->n_params; k++) {
        const float init = (float)c->f->init[k], wide = k < c->n_varying ? usual + fabsf(init) : 0;
        const float a = init / factor, b = init * factor;
        trust->least[k] = wide > 0 ? -wide : init;
        trust->most[k] = wide > 0 ? wide : init;
        other.least[k] = wide == 0 ? init : init == 0 ? -1 : fminf(a, b);
        other.most[k] = wide == 0 ? init : init == 0 ? 1 : fmaxf(a, b);
    }
    ag_formula_trusted(c->f, n_roots(c), trust);
    const float narrowest = fminf(-trust->from, trust->to);
    if (!c->n_varying || narrowest >= little) return;
    ag_formula_trusted(c->f, n_roots(c), &other);
    if (fminf(-other.from, other.to) > narrowest) *trust = other;
}

static ag_status keep(const compiler *c, ag_program *p, ag_arena *arena, ag_error *err) {
    bool failed = false;
    int uniform[AG_FORMULA_NODES_MAX], n_uniform = 0;
    for (int i = 0; i < c->f->n_nodes; i++)
        if (c->live[i] && !c->varying[i]) uniform[n_uniform++] = i;
    *p = (ag_program){
        .n_varying = c->n_varying,
        .n_registers = c->n_registers,
        .block = AG_PROGRAM_BLOCK,
        .n_instructions = c->n_out,
        .n_fills = c->n_fills,
        .n_constants = c->n_constants,
        .n_uniform = n_uniform,
        .instructions = kept(arena, c->out, c->n_out, sizeof *c->out, &failed),
        .fills = kept(arena, c->fills, c->n_fills, sizeof *c->fills, &failed),
        .constants = kept(arena, c->constants, c->n_constants, sizeof *c->constants, &failed),
        .uniform = kept(arena, uniform, n_uniform, sizeof *uniform, &failed),
    };
    while (p->block > AG_PROGRAM_LEAST && p->block * c->n_registers > AG_PROGRAM_FIT)
        p->block /= 2;
    find_trust(c, &p->trust);
    return failed ? AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a formula") : AG_OK;
}

ag_status ag_formula_compile(const ag_formula *formula, int n_varying, ag_place place,
                             ag_program *program, ag_arena *arena, ag_arena *scratch,
                             ag_error *err) {
    compiler *c = AG_NEW(scratch, compiler);
    if (!c) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a formula");
    *c = (compiler){
        .f = formula, .n_varying = n_varying, .n_registers = AG_REGISTER_DYDP + 2 * n_varying};
    if (!open(c, scratch)) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a formula");
    survey(c);
    fold_products(c);
    count_uses(c);
    emit_roots(c);
    if (c->full)
        return AG_FAIL(err, AG_CONFIG, place,
                       "formula: it needs more than %d intermediate values at once, or %d numbers",
                       AG_PROGRAM_REGISTERS, AG_PROGRAM_CONSTANTS);
    return keep(c, program, arena, err);
}
