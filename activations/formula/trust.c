/* For which x floats can be trusted. Where something on the way overflows or vanishes in float and
 * not in truth, x / sqrt(1 + x^2) is 0 from x = 2e19 on, and 0 times infinity is NaN. Intervals of
 * all nodes are carried from the leaves up, for x in (0, R] and in [-R, 0), and R is made as
 * large as it can be. x beside 0 is asked about apart: there x^3 vanishes. Floats that are 0 or
 * infinite and that the formula's value hangs on are the danger; an infinite argument of tanh is
 * none. */
#include "activations/formula/program.h"

#include <float.h>
#include <math.h>

static const double OVER = 1e38;        /* what is larger may be infinite */
static const double UNDER = 1e-37;      /* what is smaller may be 0 or denormal */
static const double AMPLIFIES = 1e20;   /* a factor that makes more of what vanished */
static const double DIVIDES = 1e8;      /* a / infinity is 0 for a up to here */
static const double NEAR = 1e-9;        /* x is at least that; closer to 0 it is all or nothing */
static const double TINIEST = 0x1p-149; /* the least float */
static const double CLOSE = 0.02;       /* the precision of R, in powers of two */

/* A node: its values lie in [low, high] unless they are NaN. */
typedef struct bound {
    double low, high;
    bool infinite;  /* a float may be infinite, and the value is not */
    bool vanishes;  /* a float may be 0 or denormal, and the value is not 0 */
    bool danger;    /* a float may be another number than the value, or none */
    bool undefined; /* there may be no value: results are looked at */
} bound;

static bool over_above(bound b) { return b.high > (b.infinite ? OVER : DBL_MAX); }
static bool over_below(bound b) { return b.low < (b.infinite ? -OVER : -DBL_MAX); }
static bool over(bound b) { return over_above(b) || over_below(b); }
static double most(bound b) { return fmax(fabs(b.low), fabs(b.high)); }
static double least(bound b) { return b.low > 0.0 ? b.low : b.high < 0.0 ? -b.high : 0.0; }
/* How small it may be, unless it crosses 0 just there. */
static double typical(bound b) { return least(b) > 0.0 ? least(b) : most(b); }
static bool touches_zero(bound b) { return b.low <= UNDER && b.high >= -UNDER; }
static bool is_constant(bound b) { return b.low == b.high && b.low != 0.0; }

static bound between(double low, double high) { return (bound){.low = low, .high = high}; }

static bound anything(void) { return between(-HUGE_VAL, HUGE_VAL); }

/* --- arithmetic ------------------------------------------------------------------------ */

static double times(double a, double b) { return a == 0.0 || b == 0.0 ? 0.0 : a * b; }

static bound of_corners(double a, double b, double c, double d) {
    return between(fmin(fmin(a, b), fmin(c, d)), fmax(fmax(a, b), fmax(c, d)));
}

/* Infinity times c is right if c is another number than 0, and cannot make it a number again. */
static bool is_lost(bound a, bound c) {
    return over(a) && !(is_constant(c) && (!a.infinite || fabs(c.low) >= 1.0));
}

static bound of_product(bound a, bound b, bool square) {
    bound p = of_corners(times(a.low, b.low), times(a.low, b.high), times(a.high, b.low),
                         times(a.high, b.high));
    if (square) p.low = least(a) * least(a);
    const double size = typical(a) * typical(b);
    p.vanishes = a.vanishes || b.vanishes || (size > 0.0 && size < UNDER);
    p.danger = is_lost(a, b) || is_lost(b, a);
    if (square) p.danger = false;
    p.danger |= (a.vanishes && most(b) > AMPLIFIES) || (b.vanishes && most(a) > AMPLIFIES);
    return p;
}

static bound of_quotient(bound a, bound b) {
    bound q =
        least(b) > 0.0 ? of_product(a, between(1.0 / b.high, 1.0 / b.low), false) : anything();
    q.vanishes = q.vanishes || over(b);
    q.undefined = least(b) == 0.0;
    q.danger = b.vanishes || (over(b) && most(a) > DIVIDES) || (over(a) && !is_constant(b)) ||
               (a.infinite && most(b) > 1.0) || (a.vanishes && least(b) < 1.0 / AMPLIFIES);
    return q;
}

static bound of_sum(bound a, bound b) {
    bound s = between(a.low + b.low, a.high + b.high);
    s.danger = (over_above(a) && over_below(b)) || (over_below(a) && over_above(b));
    if (isnan(s.low)) s.low = -HUGE_VAL;
    if (isnan(s.high)) s.high = HUGE_VAL;
    s.vanishes = (a.vanishes || b.vanishes) && least(s) < 1.0 / AMPLIFIES;
    return s;
}

static bound negative(bound a) {
    const double low = a.low;
    a.low = -a.high;
    a.high = -low;
    return a;
}

static bound of_power(bound a, bound b) {
    bound p = anything();
    if (a.low > 0.0)
        p = of_corners(pow(a.low, b.low), pow(a.low, b.high), pow(a.high, b.low),
                       pow(a.high, b.high));
    p.vanishes = p.low >= 0.0 && p.low < UNDER;
    p.undefined = a.low <= 0.0;
    p.danger = over(a) || over(b) || a.vanishes || b.vanishes;
    return p;
}

/* --- comparisons ------------------------------------------------------------------------- */

static bound of_comparison(ag_formula_op op, bound a, bound b) {
    const bool below = op == AG_F_LE ? a.high <= b.low : a.high < b.low;
    const bool above = op == AG_F_LE ? a.low > b.high : a.low >= b.high;
    const bool apart = a.high < b.low || a.low > b.high;
    bound c = between(0.0, 1.0);
    if (op == AG_F_EQ || op == AG_F_NE) {
        if (apart) c = op == AG_F_EQ ? between(0.0, 0.0) : between(1.0, 1.0);
    } else if (below || above) {
        c = below ? between(1.0, 1.0) : between(0.0, 0.0);
    }
    c.danger = (over_above(a) && over_above(b)) || (over_below(a) && over_below(b)) ||
               (a.vanishes && touches_zero(b)) || (b.vanishes && touches_zero(a));
    return c;
}

static bound of_where(bound condition, bound a, bound b) {
    const bool decided = condition.low == condition.high;
    bound w = between(fmin(a.low, b.low), fmax(a.high, b.high));
    w.infinite = a.infinite || b.infinite;
    w.vanishes = a.vanishes || b.vanishes;
    w.danger = a.danger || b.danger;
    w.undefined = a.undefined || b.undefined;
    if (decided) w = condition.low != 0.0 ? a : b;
    w.danger |= condition.danger;
    w.undefined |= condition.undefined;
    return w;
}

/* --- functions ---------------------------------------------------------------------------- */

/* What rises or falls throughout. */
static bound of_monotone(ag_formula_op op, bound a) {
    const double low = ag_formula_apply(op, (const double[]){a.low, 0.0, 0.0});
    const double high = ag_formula_apply(op, (const double[]){a.high, 0.0, 0.0});
    return between(fmin(low, high), fmax(low, high));
}

static const double EXP_VANISHES = 85.0, TANH_VANISHES = 42.0, ERF_VANISHES = 9.0,
                    NORMAL_VANISHES = 12.7;

static bound of_tail(ag_formula_op op, bound a) {
    bound f = between(0.0, 2.0);
    switch (op) {
    case AG_F_DTANH: f.vanishes = most(a) > TANH_VANISHES; break;
    case AG_F_DSIGMOID: f.vanishes = most(a) > EXP_VANISHES; break;
    case AG_F_DTANHPLUS: f.vanishes = a.low < -EXP_VANISHES || a.high > TANH_VANISHES; break;
    case AG_F_DERF: f.vanishes = most(a) > ERF_VANISHES; break;
    case AG_F_DNORMAL: f.vanishes = most(a) > NORMAL_VANISHES; break;
    case AG_F_NORMAL:
        f = of_monotone(op, a);
        f.vanishes = a.low < -NORMAL_VANISHES;
        break;
    case AG_F_ERFC:
        f = of_monotone(op, a);
        f.vanishes = a.high > ERF_VANISHES;
        break;
    default: /* exponentials to the left */
        f = of_monotone(op, a);
        f.vanishes = a.low < -EXP_VANISHES;
    }
    return f;
}

/* Those that are not defined everywhere. */
static bound of_partial(ag_formula_op op, bound a) {
    const double first = op == AG_F_LOG1P ? -1.0 : 0.0;
    bound part = a;
    part.low = fmax(a.low, first);
    part.high = fmax(a.high, first);
    bound f = of_monotone(op, part);
    f.undefined = op == AG_F_SQRT ? a.low < first : a.low <= first;
    f.danger = a.infinite || (a.vanishes && op != AG_F_LOG1P);
    f.vanishes = a.vanishes && op == AG_F_LOG1P;
    return f;
}

static bound of_function(ag_formula_op op, bound a) {
    if (ag_formula_has_tail(op)) return of_tail(op, a);
    bound f;
    switch (op) {
    case AG_F_NEG: return negative(a);
    case AG_F_LOG:
    case AG_F_LOG1P:
    case AG_F_SQRT: return of_partial(op, a);
    case AG_F_SIN:
    case AG_F_COS:
        f = op == AG_F_SIN && most(a) < 1.0 ? of_monotone(op, a) : between(-1.0, 1.0);
        f.vanishes = op == AG_F_SIN && a.vanishes;
        f.danger = over(a);
        return f;
    case AG_F_ABS:
        f = between(least(a), most(a));
        f.infinite = a.infinite;
        break;
    case AG_F_SIGN:
        f = of_monotone(op, a);
        f.danger = a.vanishes;
        return f;
    default: f = of_monotone(op, a); break; /* tanh, atan, expm1, erf */
    }
    f.vanishes = a.vanishes;
    return f;
}

/* --- the graph ------------------------------------------------------------------------------ */

static bound of_operator(ag_formula_op op, bound a, bound b, bool same) {
    bound r;
    switch (op) {
    case AG_F_ADD: return of_sum(a, b);
    case AG_F_SUB: return of_sum(a, negative(b));
    case AG_F_MUL: return of_product(a, b, same);
    case AG_F_DIV: return of_quotient(a, b);
    case AG_F_POW: return of_power(a, b);
    case AG_F_MIN: r = between(fmin(a.low, b.low), fmin(a.high, b.high)); break;
    case AG_F_MAX: r = between(fmax(a.low, b.low), fmax(a.high, b.high)); break;
    case AG_F_GUARD: return a;
    default: return of_comparison(op, a, b);
    }
    r.vanishes = a.vanishes || b.vanishes;
    r.infinite = a.infinite || b.infinite;
    return r;
}

static bound of_number(double x) {
    bound b = isnan(x) ? anything() : between(x, x);
    b.vanishes = x != 0.0 && fabs(x) < UNDER;
    b.infinite = fabs(x) > OVER;
    b.undefined = !isfinite(x);
    return b;
}

static bound of_node(const ag_formula *f, int i, bound x, const ag_trust *box, const bound *b) {
    const ag_formula_node *node = &f->nodes[i];
    const int *arg = node->arg;
    const int n = ag_formula_arity(node->op);
    bound r;
    switch (node->op) {
    case AG_F_NUMBER: return of_number(node->number);
    case AG_F_X: return x;
    case AG_F_PARAM: return between((double)box->least[arg[0]], (double)box->most[arg[0]]);
    case AG_F_WHERE: return of_where(b[arg[0]], b[arg[1]], b[arg[2]]);
    default:
        r = n == 1 ? of_function(node->op, b[arg[0]])
                   : of_operator(node->op, b[arg[0]], b[arg[1]], arg[0] == arg[1]);
    }
    r.infinite |= r.high > OVER || r.low < -OVER;
    for (int k = 0; k < n; k++) {
        r.danger |= b[arg[k]].danger;
        r.undefined |= b[arg[k]].undefined;
    }
    return r;
}

/* Whether floats are right for all x in [low, high]; *undefined as in bound. */
static bool is_safe(const ag_formula *f, int n_roots, const ag_trust *box, double low, double high,
                    bool *undefined) {
    bound b[AG_FORMULA_NODES_MAX];
    bool safe = true;
    *undefined = false;
    for (int r = 0; r < n_roots; r++) {
        int last = 0;
        for (int i = 0; i < f->n_order[r]; i++) {
            last = f->order[r][i];
            b[last] = of_node(f, last, between(low, high), box, b);
        }
        safe &= !b[last].danger;
        *undefined |= b[last].undefined;
    }
    return safe;
}

/* Whether they are on one side of 0, up to `most`. */
static bool is_safe_to(const ag_formula *f, int n_roots, const ag_trust *box, double sign,
                       double farthest, bool *undefined) {
    return sign < 0.0 ? is_safe(f, n_roots, box, -farthest, -NEAR, undefined)
                      : is_safe(f, n_roots, box, NEAR, farthest, undefined);
}

/* The largest R, 0 if there is none; *undefined for x up to there. */
static double reach(const ag_formula *f, int n_roots, const ag_trust *box, double sign,
                    bool *undefined) {
    if (is_safe_to(f, n_roots, box, sign, HUGE_VAL, undefined)) return HUGE_VAL;
    if (is_safe_to(f, n_roots, box, sign, (double)FLT_MAX, undefined)) return (double)FLT_MAX;
    double good = log2(2.0 * NEAR), bad = 128.0;
    if (!is_safe_to(f, n_roots, box, sign, exp2(good), undefined)) return 0.0;
    while (bad - good > CLOSE) {
        const double middle = 0.5 * (good + bad);
        if (is_safe_to(f, n_roots, box, sign, exp2(middle), undefined))
            good = middle;
        else
            bad = middle;
    }
    (void)is_safe_to(f, n_roots, box, sign, exp2(good), undefined);
    return exp2(good);
}

void ag_formula_trusted(const ag_formula *f, int n_roots, ag_trust *trust) {
    bool left, right, zero;
    trust->from = (float)-reach(f, n_roots, trust, -1.0, &left);
    trust->to = (float)reach(f, n_roots, trust, 1.0, &right);
    const bool safe = is_safe(f, n_roots, trust, 0.0, 0.0, &zero);
    trust->looked_at = left || right || zero || !safe;
    const bool near = is_safe(f, n_roots, trust, -NEAR, -TINIEST, &left) &&
                      is_safe(f, n_roots, trust, TINIEST, NEAR, &right);
    trust->gap = near ? 0.0F : (float)NEAR;
    trust->looked_at |= left || right;
}
