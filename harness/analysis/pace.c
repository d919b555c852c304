#include "harness/analysis/pace.h"

#include "activations/activation.h"
#include "harness/base/clock.h"
#include "harness/num/vector.h"

#include <math.h>

const char *const ag_pace_names[AG_PACE_SIZES] = {"L1", "L2", "memory"};

size_t ag_pace_elements(ag_pace_size size) {
    static const size_t elements[AG_PACE_SIZES] = {2048, 32768, (size_t)8 << 20};
    return elements[size];
}

enum { TABLE = 1 << 16 };

/* Room for 3 n numbers: z, y and f' of a function of one number. A unit of k inputs has k arrays
 * z and k of derivatives, each of fewer elements. */
struct ag_pace_bench {
    size_t n, count; /* count: elements of each array, as laid out */
    int inputs;
    ag_real *room, *table; /* [3 n], [TABLE] */
    ag_real *y, *z[AG_UNIT_INPUTS_MAX], *d[AG_UNIT_INPUTS_MAX];
};

ag_pace_bench *ag_pace_open(ag_pace_size size, ag_arena *arena) {
    ag_pace_bench *b = AG_NEW(arena, ag_pace_bench);
    const size_t n = ag_pace_elements(size);
    if (!b) return NULL;
    *b = (ag_pace_bench){.n = n,
                         .room = AG_NEW_ARRAY(arena, ag_real, 3 * n),
                         .table = AG_NEW_ARRAY(arena, ag_real, TABLE)};
    if (!b->room || !b->table) return NULL;
    /* both signs in turn, from -4 to 4 as in a net: no branch is ever foreseen */
    for (int i = 0; i < TABLE; i++)
        b->table[i] = (ag_real)(8.0 * fmod(0.61803398874989485 * i, 1.0) - 4.0);
    return b;
}

static void lay_out(ag_pace_bench *b, int inputs) {
    enum { LINE = 16 }; /* arrays begin with a line of the cache */
    if (b->inputs == inputs) return;
    b->inputs = inputs;
    b->count = 3 * b->n / (2 * (size_t)inputs + 1) / LINE * LINE;
    b->y = b->room;
    for (int k = 0; k < inputs; k++) {
        b->z[k] = b->room + (size_t)(1 + k) * b->count;
        b->d[k] = b->room + (size_t)(1 + inputs + k) * b->count;
        for (size_t i = 0; i < b->count; i++)
            b->z[k][i] = b->table[(i + 7919 * (size_t)k) % TABLE];
    }
}

/* y is read and written: what the layer does on its way back. */
AG_VECTORIZED(static, multiply, (size_t n, const ag_real *a, ag_real *y), (n, a, y)) {
    for (size_t i = 0; i < n; i++)
        y[i] *= a[i];
}

typedef enum pass { FORWARD, BACKWARD, IDENTITY, PASSES } pass;

static void do_pass(ag_pace_bench *b, const ag_choice *choice, pass what) {
    const int inputs = ag_act_inputs(choice);
    if (what == BACKWARD)
        for (int k = 0; k < b->inputs; k++)
            multiply(b->count, b->d[k], b->y);
    else if (inputs > 1)
        ag_unit_evaluate(choice, b->count, (const ag_real *const *)b->z, b->y, b->d);
    else
        ag_act_evaluate(choice, b->count, b->z[0], b->y, b->d[0]);
}

/* Before `pass`, not timed: for the way back, factors that neither grow nor vanish. */
static void prepare(ag_pace_bench *b, const ag_choice *identity) {
    for (int k = 0; k < b->inputs; k++)
        ag_act_evaluate(identity, b->count, b->z[k], b->y, b->d[k]);
}

/* Passes that take about so many seconds. */
static int passes_in(ag_pace_bench *b, const ag_choice *choice, pass what, double seconds) {
    for (int n = 1;; n *= 2) {
        const double start = ag_clock_thread();
        for (int i = 0; i < n; i++)
            do_pass(b, choice, what);
        const double took = ag_clock_thread() - start;
        if (took >= 0.2 * seconds || n >= 1 << 20)
            return (int)fmax(1.0, fmin(1e6, n * seconds / fmax(took, 1e-9)));
    }
}

ag_pace ag_pace_of(ag_pace_bench *b, const ag_choice *choice, int rounds, double seconds) {
    double ns[PASSES][AG_PACE_ROUNDS_MAX];
    int passes[PASSES];
    const ag_choice identity = ag_choice_standard(ag_catalogue_find(&ag_activations, "linear"));
    const ag_choice *const of[PASSES] = {choice, &identity, &identity};
    lay_out(b, ag_act_inputs(choice));
    for (int p = 0; p < PASSES; p++) {
        if (p == BACKWARD) prepare(b, &identity);
        passes[p] = passes_in(b, of[p], (pass)p, seconds);
    }
    for (int r = 0; r < rounds; r++)
        for (int p = 0; p < PASSES; p++) {
            if (p == BACKWARD) prepare(b, &identity);
            const double start = ag_clock_thread();
            for (int i = 0; i < passes[p]; i++)
                do_pass(b, of[p], (pass)p);
            ns[p][r] = 1e9 * (ag_clock_thread() - start) / ((double)b->count * passes[p]);
        }
    return (ag_pace){ag_spread_of(rounds, ns[FORWARD]), ag_spread_of(rounds, ns[BACKWARD]),
                     ag_spread_of(rounds, ns[IDENTITY])};
}
