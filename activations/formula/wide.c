/* The formula in numbers that do not overflow: m e^E. x tanh'(exp(x)) exp(x) is 0 times infinity in
 * double precision from x = 710 on; here it is 4 e^(-2 exp(710)) times e^710. For where plain
 * doubles fail; slower. */
#include "activations/formula/program.h"

#include <math.h>

/* m e^(high + low). high and low are 0 for what doubles hold well; low: what is small beside high,
 * so that x exp(x) / exp(x) is x for x = 10^30, too. m is 0, infinite or NaN: so is the number. */
typedef struct wide {
    double m, high, low;
} wide;

enum { POWER_MOST = 500 };          /* of 2, in m */
static const double PLAIN = 300.0;  /* exponents below this become part of m */
static const double SMALL = 1e-290; /* in tails that are this small, one term says it all */
static const double APART = 100.0;  /* exponents so different that a sum is the larger term */
static const double LN2_UPPER = 0x1.62e42fee00000p-1, LN2_LOWER = 0x1.a39ef35793c76p-33;
static const double TWO_SQRT_PI = 1.12837916709551257390;  /* 2 / sqrt(pi) */
static const double INVERSE_ROOT = 0.70710678118654752440; /* 1 / sqrt(2) */

/* a.m 2^power e^(a.high + a.low); |a.m| in [1/4, 4] unless it is 0, infinite or NaN. */
static wide make(wide a, int power) {
    if (a.m == 0.0 && isfinite(a.high)) return (wide){a.m, 0.0, 0.0}; /* of its sign */
    if (a.m == 0.0 || !isfinite(a.m) || isnan(a.high)) return (wide){a.m + 0.0 * a.high, 0.0, 0.0};
    if (power > POWER_MOST || power < -POWER_MOST) {
        const double more = power * LN2_UPPER, high = a.high + more, back = high - a.high;
        a.low += ((a.high - (high - back)) + (more - back)) + power * LN2_LOWER;
        a.high = high;
        power = 0;
    }
    const double all = a.high + a.low, rest = all - a.high;
    if (isfinite(all)) { /* low is small beside high again, had they cancelled */
        a.low = (a.high - (all - rest)) + (a.low - rest);
        a.high = all;
    }
    if (isinf(a.high)) /* beyond everything */
        return (wide){copysign(a.high > 0.0 ? (double)INFINITY : 0.0, a.m), 0.0, 0.0};
    if (fabs(a.high) < PLAIN) {
        a.m *= exp(a.high + a.low);
        a.high = a.low = 0.0;
    }
    a.m = ldexp(a.m, power);
    return a;
}

static wide from(double x) {
    int power = 0;
    if (x != 0.0 && isfinite(x)) x = frexp(x, &power);
    return make((wide){x, 0.0, 0.0}, power);
}

static bool is_plain(wide a) { return a.high == 0.0 && a.low == 0.0; }

static double narrow(wide a) {
    const double most = 2000.0;
    if (is_plain(a)) return a.m;
    if (fabs(a.high) > most) return copysign(a.high > 0.0 ? (double)INFINITY : 0.0, a.m);
    return a.m * exp(0.5 * a.high) * exp(0.5 * a.high + a.low);
}

/* --- arithmetic ------------------------------------------------------------------------ */

static wide negative(wide a) { return (wide){-a.m, a.high, a.low}; }
static wide size(wide a) { return (wide){fabs(a.m), a.high, a.low}; }
static wide inverse(wide a) { return (wide){1.0 / a.m, -a.high, -a.low}; }

static wide product(wide a, wide b) {
    int i = 0, k = 0;
    const double p = isfinite(a.m) ? frexp(a.m, &i) : a.m, q = isfinite(b.m) ? frexp(b.m, &k) : b.m;
    const double high = a.high + b.high, back = high - a.high;
    const double rest = isfinite(high) ? (a.high - (high - back)) + (b.high - back) : 0.0;
    return make((wide){p * q, high, a.low + b.low + rest}, i + k);
}

static wide quotient(wide a, wide b) {
    if (!is_plain(a) || !is_plain(b) || a.m == 0.0 || b.m == 0.0) return product(a, inverse(b));
    int i, k;
    const double p = frexp(a.m, &i), q = frexp(b.m, &k);
    return isfinite(p) && isfinite(q) ? make((wide){p / q, 0.0, 0.0}, i - k) : from(a.m / b.m);
}

static wide times(double c, wide a) { return product(from(c), a); }

static wide sum(wide a, wide b) {
    if (!isfinite(a.m) || !isfinite(b.m) || (is_plain(a) && is_plain(b))) return from(a.m + b.m);
    if (a.m == 0.0 || b.m == 0.0) return b.m == 0.0 ? a : b;
    const double exponent = (a.high - b.high) + (a.low - b.low);
    const double apart = exponent + log(fabs(a.m / b.m));
    if (apart > APART) return a;
    if (apart < -APART) return b;
    const wide top = exponent >= 0.0 ? a : b, other = exponent >= 0.0 ? b : a;
    const double half = exp(-0.5 * fabs(exponent));
    int power;
    const double m = frexp(top.m + other.m * half * half, &power);
    return make((wide){m, top.high, top.low}, power);
}

/* < 0, 0 or > 0; NaN for NaN. */
static double compared(wide a, wide b) {
    if (isfinite(a.m) && isfinite(b.m)) return sum(a, negative(b)).m;
    if (isnan(a.m) || isnan(b.m)) return a.m + b.m;
    return (double)((a.m > b.m) - (a.m < b.m));
}

/* --- functions -------------------------------------------------------------------------- */

static wide root(wide a) {
    return product((wide){sqrt(a.m), 0.5 * a.high, 0.5 * a.low}, from(1.0));
}

static wide exponential(wide a) {
    const double x = narrow(a);
    return isnan(x) ? a : make((wide){1.0, x, 0.0}, 0);
}

static wide logarithm(wide a) { return from(log(a.m) + (a.high + a.low)); }

static wide power(wide a, wide b) {
    const double base = narrow(a), exponent = narrow(b), plain = pow(base, exponent);
    if (isnan(a.m) || isnan(b.m)) return from(a.m + b.m);
    const bool ends = a.m == 0.0 || b.m == 0.0 || isinf(a.m) || isinf(b.m);
    if (ends || (is_plain(a) && is_plain(b) && isfinite(plain) && fabs(plain) > SMALL))
        return from(plain);
    if (a.m < 0.0 && exponent != floor(exponent)) return from((double)NAN);
    const wide size_of_it = exponential(product(b, logarithm(size(a))));
    return a.m < 0.0 && fmod(exponent, 2.0) != 0.0 ? negative(size_of_it) : size_of_it;
}

/* What functions are far out, where they nearly vanish. */
static wide erfc_tail(wide a) { /* a > 25 */
    const double x = narrow(a), s = 1.0 / (2.0 * x * x);
    const double series = 1.0 - s * (1.0 - 3.0 * s * (1.0 - 5.0 * s * (1.0 - 7.0 * s)));
    return quotient(times(0.5 * TWO_SQRT_PI * series, exponential(negative(product(a, a)))), a);
}

static wide tail(ag_formula_op op, wide a) {
    const wide left = exponential(negative(size(a))), twice = times(2.0, size(a));
    switch (op) {
    case AG_F_EXP:
    case AG_F_EXPM1: return exponential(a);
    case AG_F_SOFTPLUS: return a.m > 0.0 ? a : left;
    case AG_F_DTANHPLUS: return a.m < 0.0 ? left : times(4.0, exponential(negative(twice)));
    case AG_F_DTANH: return times(4.0, exponential(negative(twice)));
    case AG_F_ERFC: return erfc_tail(a);
    case AG_F_NORMAL: return times(0.5, erfc_tail(times(INVERSE_ROOT, negative(a))));
    case AG_F_DNORMAL:
        return times(0.5 * INVERSE_ROOT * TWO_SQRT_PI, exponential(times(-0.5, product(a, a))));
    case AG_F_DERF: return times(TWO_SQRT_PI, exponential(negative(product(a, a))));
    default: return left; /* sigmoid, its derivative, tanh(softplus) */
    }
}

static wide tiny(ag_formula_op op, wide a) {
    switch (op) {
    case AG_F_TANH:
    case AG_F_ATAN:
    case AG_F_SIN:
    case AG_F_EXPM1:
    case AG_F_LOG1P: return a;
    case AG_F_ERF: return times(TWO_SQRT_PI, a);
    default: return from(ag_formula_apply(op, (const double[]){0.0, 0.0, 0.0}));
    }
}

bool ag_formula_has_tail(ag_formula_op op) {
    switch (op) {
    case AG_F_EXP:
    case AG_F_SIGMOID:
    case AG_F_DSIGMOID:
    case AG_F_SOFTPLUS:
    case AG_F_TANHPLUS:
    case AG_F_DTANHPLUS:
    case AG_F_DTANH:
    case AG_F_ERFC:
    case AG_F_NORMAL:
    case AG_F_DNORMAL:
    case AG_F_DERF: return true;
    default: return false;
    }
}

static wide function(ag_formula_op op, wide a) {
    const double x = narrow(a);
    if (!isfinite(a.m) || a.m == 0.0) return from(ag_formula_apply(op, (const double[]){x, 0, 0}));
    if (!is_plain(a) && a.high < 0.0) return tiny(op, a);
    if (!is_plain(a) && op == AG_F_LOG1P) return logarithm(a);
    if (!isfinite(x) && (op == AG_F_SIN || op == AG_F_COS)) return from((double)NAN);
    const double y = ag_formula_apply(op, (const double[]){x, 0.0, 0.0});
    const bool vanishes = ag_formula_has_tail(op) && fabs(y) < SMALL;
    const bool overflows = isinf(y) && op != AG_F_LOG1P; /* that is infinite at -1, truly */
    return vanishes || overflows ? tail(op, a) : from(y);
}

/* --- nodes ------------------------------------------------------------------------------- */

static wide truth(double difference, bool holds) {
    return from(isnan(difference) ? difference : (double)holds);
}

static wide choose(double difference, wide a, wide b) {
    return isnan(difference) ? from(difference) : difference > 0.0 ? a : b;
}

static wide apply(ag_formula_op op, const wide *v) {
    const wide a = v[0], b = v[1];
    const double d = ag_formula_arity(op) == 2 ? compared(a, b) : 0.0;
    switch (op) {
    case AG_F_ADD: return sum(a, b);
    case AG_F_SUB: return sum(a, negative(b));
    case AG_F_MUL: return product(a, b);
    case AG_F_DIV: return quotient(a, b);
    case AG_F_NEG: return negative(a);
    case AG_F_ABS: return size(a);
    case AG_F_POW: return power(a, b);
    case AG_F_LT: return truth(d, d < 0.0);
    case AG_F_LE: return truth(d, d <= 0.0);
    case AG_F_EQ: return truth(d, d == 0.0);
    case AG_F_NE: return truth(d, d != 0.0);
    case AG_F_MIN: return choose(d, b, a);
    case AG_F_MAX: return choose(d, a, b);
    case AG_F_WHERE: return isnan(a.m) ? a : a.m != 0.0 ? b : v[2];
    case AG_F_GUARD: return isnan(b.m) ? b : a;
    case AG_F_SQRT: return root(a);
    case AG_F_LOG: return logarithm(a);
    case AG_F_SIGN: return from(a.m > 0.0 ? 1.0 : a.m < 0.0 ? -1.0 : a.m);
    default: return function(op, a);
    }
}

double ag_formula_compute_wide(const ag_formula *f, const int *order, int n, double x,
                               const double *param) {
    wide values[AG_FORMULA_NODES_MAX];
    for (int i = 0; i < n; i++) {
        const ag_formula_node *node = &f->nodes[order[i]];
        wide arg[3] = {{0.0, 0.0, 0.0}};
        switch (node->op) {
        case AG_F_NUMBER: values[order[i]] = from(node->number); break;
        case AG_F_X: values[order[i]] = from(x); break;
        case AG_F_PARAM: values[order[i]] = from(param[node->arg[0]]); break;
        default:
            for (int k = 0; k < ag_formula_arity(node->op); k++)
                arg[k] = values[node->arg[k]];
            values[order[i]] = apply(node->op, arg);
        }
    }
    return narrow(values[order[n - 1]]);
}
