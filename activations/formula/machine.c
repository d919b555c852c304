/* Runs a program: block after block, instruction after instruction. Every instruction is
 * a loop without branches over functions of harness/num/vector.h; the last block is
 * filled up with zeros. So an element's value depends on nothing but the element. */
#include "activations/formula/program.h"
#include "harness/num/vector_erf.h"
#include "harness/num/vector_log.h"
#include "harness/num/vector_power.h"
#include "harness/num/vector_trig.h"

#include <math.h>
#include <string.h>

/* --- functions of one float --------------------------------------------------- */

/* That of C gives numbers for NaN^0 and 1^NaN. */
AG_INLINE float power(float a, float b) { return a != a || b != b ? a + b : ag_vector_pow(a, b); }

/* tanh(softplus(x)), as the definition has it. */
AG_INLINE ag_dual tanh_softplus(float x) {
    const float e = ag_exp_whole(ag_exp_negative(-fabsf(x)));
    const float left = e * (e + 2.0f), right = 1.0f + 2.0f * e;
    const float above = x < 0.0f ? left : right;
    const float below = x < 0.0f ? left + 2.0f : right + 2.0f * (e * e);
    const float slope = 4.0f * (1.0f + e) * (x < 0.0f ? e : e * e);
    return (ag_dual){above / below, slope / (below * below)};
}

/* e^x - 1 and e^x. */
AG_INLINE ag_dual exp_less_one(float x) {
    const ag_exp_parts e = ag_exp_of(x);
    return (ag_dual){ag_exp_less_one(e), ag_exp_whole(e)};
}

/* erfc x and erf'. */
AG_INLINE ag_dual erfc_of(float x) {
    return (ag_dual){ag_vector_erfc(x), ag_vector_erf(x).derivative};
}

/* --- instructions ---------------------------------------------------------------- */

typedef struct frame {
    size_t lanes; /* AG_PROGRAM_LANES floats each */
    const float *read[AG_PROGRAM_REGISTERS];
    float *write[AG_PROGRAM_REGISTERS]; /* the same place, but nothing for inputs */
    float k[AG_PROGRAM_CONSTANTS];
    float *own; /* [n_registers][block] */
} frame;

#define LOOP for (size_t i = 0; i < n; i++)

#define F(op, value, with_q, with_p)                                                               \
    AG_INLINE void op##_rr(size_t n, float *y, const float *a, const float *b) {                   \
        LOOP {                                                                                     \
            const float p = a[i], q = b[i];                                                        \
            y[i] = value;                                                                          \
        }                                                                                          \
    }                                                                                              \
    AG_INLINE void op##_rk(size_t n, float *y, const float *a, float q) {                          \
        LOOP {                                                                                     \
            const float p = a[i];                                                                  \
            y[i] = with_q;                                                                         \
        }                                                                                          \
    }                                                                                              \
    AG_INLINE void op##_kr(size_t n, float *y, float p, const float *b) {                          \
        LOOP {                                                                                     \
            const float q = b[i];                                                                  \
            y[i] = with_p;                                                                         \
        }                                                                                          \
    }
AG_PROGRAM_BINARY(F)
#undef F

#define F(op, value)                                                                               \
    AG_INLINE void op##_r(size_t n, float *y, const float *a) {                                    \
        LOOP {                                                                                     \
            const float p = a[i];                                                                  \
            y[i] = value;                                                                          \
        }                                                                                          \
    }
AG_PROGRAM_UNARY(F)
#undef F

#define F(op, dual)                                                                                \
    AG_INLINE void op##_r(size_t n, float *y, float *d, const float *a) {                          \
        LOOP {                                                                                     \
            const float p = a[i];                                                                  \
            const ag_dual both = dual;                                                             \
            y[i] = both.value;                                                                     \
            d[i] = both.derivative;                                                                \
        }                                                                                          \
    }
AG_PROGRAM_DUAL(F)
#undef F

/* Sine, cosine, or both in this order. Few arguments are so far out that they need the slow
 * way, which gives the same bits for all others. */
#define F(name, way)                                                                               \
    AG_INLINE void name(size_t n, float *y, const float *a, bool cosine) {                         \
        LOOP {                                                                                     \
            const ag_trig t = way(a[i]);                                                           \
            y[i] = cosine ? t.cosine : t.sine;                                                     \
        }                                                                                          \
    }                                                                                              \
    AG_INLINE void name##_both(size_t n, float *y, float *d, const float *a) {                     \
        LOOP {                                                                                     \
            const ag_trig t = way(a[i]);                                                           \
            y[i] = t.sine;                                                                         \
            d[i] = t.cosine;                                                                       \
        }                                                                                          \
    }
F(trig_near, ag_vector_sincos_near)
F(trig_any, ag_vector_sincos)
#undef F

AG_INLINE void trig(size_t n, float *y, const float *a, bool cosine) {
    if (ag_trig_all_near(n, a))
        trig_near(n, y, a, cosine);
    else
        trig_any(n, y, a, cosine);
}

AG_INLINE void trig_both(size_t n, float *y, float *d, const float *a) {
    if (ag_trig_all_near(n, a))
        trig_near_both(n, y, d, a);
    else
        trig_any_both(n, y, d, a);
}

AG_INLINE void fill(size_t n, float *y, float k) { LOOP y[i] = k; }

AG_INLINE void where(size_t n, float *y, const float *a, const float *b, const float *c) {
    LOOP {
        const float p = a[i], q = b[i], r = c[i];
        y[i] = p == 0.0f ? r : p != p ? p : q;
    }
}

/* An operand: a block, or one number. Which is known where it is used. */
typedef struct source {
    const float *block;
    float number;
} source;

#define AT(s) (s.block ? s.block[i] : s.number)

AG_INLINE void select_LT(size_t n, float *y, source a, source b, source c, source d) {
    LOOP {
        const float p = AT(a), q = AT(b), yes = AT(c), no = AT(d);
        y[i] = p < q ? yes : p >= q ? no : p + q;
    }
}

AG_INLINE void select_LE(size_t n, float *y, source a, source b, source c, source d) {
    LOOP {
        const float p = AT(a), q = AT(b), yes = AT(c), no = AT(d);
        y[i] = p <= q ? yes : p > q ? no : p + q;
    }
}

AG_INLINE void guard(size_t n, float *y, const float *a, const float *b) {
    LOOP {
        const float p = a[i], q = b[i];
        y[i] = q != q ? q : p;
    }
}

AG_INLINE void muladd_rrr(size_t n, float *y, const float *a, const float *b, const float *c) {
    LOOP y[i] = a[i] * b[i] + c[i];
}
AG_INLINE void muladd_rkr(size_t n, float *y, const float *a, float b, const float *c) {
    LOOP y[i] = a[i] * b + c[i];
}
AG_INLINE void muladd_rrk(size_t n, float *y, const float *a, const float *b, float c) {
    LOOP y[i] = a[i] * b[i] + c;
}
AG_INLINE void muladd_rkk(size_t n, float *y, const float *a, float b, float c) {
    LOOP y[i] = a[i] * b + c;
}

/* Operands of an instruction `in` of frame `f`. */
#define R(x) f->read[in->x]
#define K(x) f->k[in->x]
#define SOURCE_R(x) ((source){f->read[in->x], 0.0f})
#define SOURCE_K(x) ((source){NULL, f->k[in->x]})

AG_VECTORIZED(static, run, (const ag_program *program, const frame *f), (program, f)) {
    const size_t n = f->lanes * AG_PROGRAM_LANES;
    for (int k = 0; k < program->n_instructions; k++) {
        const ag_instruction *in = &program->instructions[k];
        float *y = f->write[in->dst];
        switch ((ag_program_op)in->op) {
#define F(op, rr, rk, kr)                                                                          \
    case AG_P_##op##_RR: op##_rr(n, y, R(a), R(b)); break;                                         \
    case AG_P_##op##_RK: op##_rk(n, y, R(a), K(b)); break;                                         \
    case AG_P_##op##_KR: op##_kr(n, y, K(a), R(b)); break;
            AG_PROGRAM_BINARY(F)
#undef F
#define F(op, value)                                                                               \
    case AG_P_##op: op##_r(n, y, R(a)); break;
            AG_PROGRAM_UNARY(F)
#undef F
#define F(op, value)                                                                               \
    case AG_P_##op: op##_r(n, y, f->write[in->dst2], R(a)); break;
            AG_PROGRAM_DUAL(F)
#undef F
#define F(op, p, q, yes, no)                                                                       \
    case AG_P_SELECT_##op##_##p##q##yes##no:                                                       \
        select_##op(n, y, SOURCE_##p(a), SOURCE_##q(b), SOURCE_##yes(c), SOURCE_##no(d));          \
        break;
            AG_PROGRAM_SELECTS(F)
#undef F
        case AG_P_SIN: trig(n, y, R(a), false); break;
        case AG_P_COS: trig(n, y, R(a), true); break;
        case AG_P_SINCOS: trig_both(n, y, f->write[in->dst2], R(a)); break;
        case AG_P_COPY: memcpy(y, R(a), n * sizeof *y); break;
        case AG_P_FILL: fill(n, y, K(a)); break;
        case AG_P_WHERE: where(n, y, R(a), R(b), R(c)); break;
        case AG_P_GUARD: guard(n, y, R(a), R(b)); break;
        case AG_P_MULADD_RRR: muladd_rrr(n, y, R(a), R(b), R(c)); break;
        case AG_P_MULADD_RKR: muladd_rkr(n, y, R(a), K(b), R(c)); break;
        case AG_P_MULADD_RRK: muladd_rrk(n, y, R(a), R(b), K(c)); break;
        case AG_P_MULADD_RKK: muladd_rkk(n, y, R(a), K(b), K(c)); break;
        }
    }
}

/* Whether one of n numbers is neither NaN nor in [low, high]. */
AG_VECTORIZED_VALUE(static, bool, any_outside, (size_t n, const float *a, float low, float high),
                    (n, a, low, high)) {
    uint32_t outside = 0;
    LOOP outside |= (uint32_t)(a[i] < low) | (uint32_t)(a[i] > high);
    return outside != 0;
}

/* Whether one of n numbers is closer to 0 than `gap`, but not 0. */
AG_VECTORIZED_VALUE(static, bool, any_inside, (size_t n, const float *a, float gap), (n, a, gap)) {
    uint32_t inside = 0;
    LOOP inside |= (uint32_t)(fabsf(a[i]) < gap) & (uint32_t)(a[i] != 0.0f);
    return inside != 0;
}

/* Whether one of 2 n numbers is not finite: by bits, whose largest is found faster. */
AG_VECTORIZED_VALUE(static, bool, any_infinite, (size_t n, const float *a, const float *b),
                    (n, a, b)) {
    uint32_t most = 0;
    LOOP {
        const uint32_t one = ag_float_to_bits(a[i]) & 0x7fffffffu,
                       two = ag_float_to_bits(b[i]) & 0x7fffffffu;
        const uint32_t larger = one > two ? one : two;
        most = most > larger ? most : larger;
    }
    return most >= 0x7f800000u;
}

/* --- blocks ------------------------------------------------------------------------ */

/* One call: inputs and outputs as for evaluate_learned. */
typedef struct call {
    const ag_formula *formula;
    const ag_program *program;
    const double *param;
    size_t n;
    const float *z, *const *p;
    float *y, *dydz, *const *dydp;
} call;

static void set_constants(const call *c, frame *f) {
    double values[AG_FORMULA_NODES_MAX];
    const ag_program *p = c->program;
    ag_formula_compute(c->formula, p->uniform, p->n_uniform, 0.0, c->param, values);
    for (int i = 0; i < p->n_constants; i++)
        f->k[i] = (float)values[p->constants[i]];
    for (int i = 0; i < p->n_fills; i++)
        fill((size_t)p->block, f->write[p->fills[i].reg], f->k[p->fills[i].constant]);
}

/* The array behind an output register, and the one behind an input register. */
static float *output(const call *c, int r) {
    return r == AG_REGISTER_Y      ? c->y
           : r == AG_REGISTER_DYDZ ? c->dydz
                                   : c->dydp[r - AG_REGISTER_DYDP];
}

static const float *input(const call *c, int r) {
    return r == AG_REGISTER_Z ? c->z : c->p[r - AG_REGISTER_DYDP - c->program->n_varying];
}

static bool is_output(const call *c, int r) {
    return r != AG_REGISTER_Z && r < AG_REGISTER_DYDP + c->program->n_varying;
}

/* The elements [first, first + n): where they stand if they fill whole lanes, in registers
 * of our own otherwise; so does y where it would overwrite z. */
static void begin(const call *c, frame *f, size_t first, size_t n) {
    const bool whole = n % AG_PROGRAM_LANES == 0;
    for (int r = 0; r < AG_REGISTER_DYDP + 2 * c->program->n_varying; r++) {
        float *own = f->own + r * c->program->block;
        if (is_output(c, r)) {
            const bool there = whole && !(r == AG_REGISTER_Y && c->y == c->z);
            f->read[r] = f->write[r] = there ? output(c, r) + first : own;
            continue;
        }
        f->read[r] = input(c, r) + first;
        if (whole) continue;
        memcpy(own, f->read[r], n * sizeof *own);
        memset(own + n, 0, (f->lanes * AG_PROGRAM_LANES - n) * sizeof *own);
        f->read[r] = own;
    }
}

/* Whether element i, and nothing else of its block, has to be computed by the definition. */
static bool is_doubtful(const call *c, const frame *f, const ag_trust *t, size_t i) {
    const int learned = c->program->n_varying;
    const float x = f->read[AG_REGISTER_Z][i];
    bool doubtful = x < t->from || x > t->to || (fabsf(x) < t->gap && x != 0.0f);
    for (int k = 0; k < learned; k++) {
        const float p = f->read[AG_REGISTER_DYDP + learned + k][i];
        doubtful |= p < t->least[k] || p > t->most[k];
    }
    for (int r = AG_REGISTER_Y; t->looked_at && r < AG_REGISTER_DYDP + learned; r++)
        doubtful |= !isfinite(f->read[r][i]);
    return doubtful && !isnan(x);
}

/* The same of a whole block, some element of which is doubtful: fast where none is. */
static bool any_doubtful(const call *c, const frame *f, const ag_trust *t, size_t n) {
    const int learned = c->program->n_varying;
    bool any = (t->from > -HUGE_VALF || t->to < HUGE_VALF) &&
               any_outside(n, f->read[AG_REGISTER_Z], t->from, t->to);
    any |= t->gap > 0.0f && any_inside(n, f->read[AG_REGISTER_Z], t->gap);
    for (int k = 0; k < learned; k++)
        any |= any_outside(n, f->read[AG_REGISTER_DYDP + learned + k], t->least[k], t->most[k]);
    for (int r = AG_REGISTER_DYDZ; t->looked_at && r < AG_REGISTER_DYDP + learned; r++)
        any |= any_infinite(n, f->read[AG_REGISTER_Y], f->read[r]);
    return any;
}

static void repair(const call *c, frame *f, const ag_trust *trust, size_t n) {
    const int learned = c->program->n_varying;
    double param[AG_FORMULA_PARAMS_MAX], bend[AG_FORMULA_PARAMS_MAX];
    memcpy(param, c->param, (size_t)c->formula->n_params * sizeof *param);
    for (size_t i = 0; i < n; i++) {
        if (!is_doubtful(c, f, trust, i)) continue;
        const double x = (double)f->read[AG_REGISTER_Z][i];
        for (int k = 0; k < learned; k++)
            param[k] = (double)f->read[AG_REGISTER_DYDP + learned + k][i];
        f->write[AG_REGISTER_Y][i] = (float)ag_formula_value(c->formula, x, param);
        f->write[AG_REGISTER_DYDZ][i] = (float)ag_formula_derivative(c->formula, x, param);
        if (learned) ag_formula_param_derivatives(c->formula, x, param, bend);
        for (int k = 0; k < learned; k++)
            f->write[AG_REGISTER_DYDP + k][i] = (float)bend[k];
    }
}

/* The program's, unless these are other parameters than it was made for. */
static void set_trust(const call *c, ag_trust *trust) {
    const ag_formula *f = c->formula;
    const int fixed = f->n_params - c->program->n_varying;
    const double *param = c->param + c->program->n_varying;
    *trust = c->program->trust;
    if (memcmp(param, f->init + c->program->n_varying, (size_t)fixed * sizeof *param) == 0) return;
    for (int k = c->program->n_varying; k < f->n_params; k++)
        trust->least[k] = trust->most[k] = (float)c->param[k];
    ag_formula_trusted(f, 2 + c->program->n_varying, trust);
}

static void end(const call *c, const frame *f, size_t first, size_t n) {
    for (int r = AG_REGISTER_Y; r < AG_REGISTER_DYDP + c->program->n_varying; r++) {
        float *out = output(c, r) + first;
        if (f->read[r] != out) memcpy(out, f->read[r], n * sizeof *out);
    }
}

static void evaluate(const call *c) {
    const ag_program *p = c->program;
    _Alignas(64) float own[AG_PROGRAM_SCRATCH];
    frame f; /* of its registers and constants only those of the program are set */
    f.own = own;
    for (int r = 0; r < p->n_registers; r++)
        f.read[r] = f.write[r] = own + r * p->block;
    set_constants(c, &f);
    ag_trust trust;
    set_trust(c, &trust);
    for (size_t first = 0, n; first < c->n; first += n) {
        n = c->n - first < (size_t)p->block ? c->n - first : (size_t)p->block;
        f.lanes = (n + AG_PROGRAM_LANES - 1) / AG_PROGRAM_LANES;
        begin(c, &f, first, n);
        run(p, &f);
        if (any_doubtful(c, &f, &trust, n)) repair(c, &f, &trust, n);
        end(c, &f, first, n);
    }
}

void ag_formula_evaluate(const ag_formula *formula, size_t n, const float *z, float *y, float *dydz,
                         const double *param) {
    evaluate(&(call){formula, &formula->fixed, param, n, z, NULL, y, dydz, NULL});
}

void ag_formula_evaluate_learned(const ag_formula *formula, size_t n, const float *z,
                                 const float *const *p, float *y, float *dydz, float *const *dydp,
                                 const double *param) {
    evaluate(&(call){formula, &formula->learned, param, n, z, p, y, dydz, dydp});
}
