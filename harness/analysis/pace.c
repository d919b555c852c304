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

struct ag_pace_bench {
    size_t n;
    ag_real *z, *y, *dydz;
};

ag_pace_bench *ag_pace_open(ag_pace_size size, ag_arena *arena) {
    ag_pace_bench *b = AG_NEW(arena, ag_pace_bench);
    const size_t n = ag_pace_elements(size);
    if (!b) return NULL;
    *b = (ag_pace_bench){n, AG_NEW_ARRAY(arena, ag_real, n), AG_NEW_ARRAY(arena, ag_real, n),
                         AG_NEW_ARRAY(arena, ag_real, n)};
    if (!b->z || !b->y || !b->dydz) return NULL;
    /* both signs in turn, from -4 to 4 as in a net: no branch is ever foreseen */
    for (size_t i = 0; i < n; i++)
        b->z[i] = (ag_real)(8.0 * fmod(0.61803398874989485 * (double)(i % 65536), 1.0) - 4.0);
    return b;
}

/* y is read and written: what the layer does on its way back. */
AG_VECTORIZED(static, multiply, (size_t n, const ag_real *a, ag_real *y), (n, a, y)) {
    for (size_t i = 0; i < n; i++)
        y[i] *= a[i];
}

typedef enum pass { FORWARD, BACKWARD, IDENTITY, PASSES } pass;

static void do_pass(ag_pace_bench *b, const ag_choice *choice, pass what) {
    if (what == BACKWARD)
        multiply(b->n, b->dydz, b->y);
    else
        ag_act_evaluate(choice, b->n, b->z, b->y, b->dydz);
}

/* Before `pass`, not timed: for the way back, factors that neither grow nor vanish. */
static void prepare(ag_pace_bench *b, const ag_choice *identity) {
    ag_act_evaluate(identity, b->n, b->z, b->y, b->dydz);
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
            ns[p][r] = 1e9 * (ag_clock_thread() - start) / ((double)b->n * passes[p]);
        }
    return (ag_pace){ag_spread_of(rounds, ns[FORWARD]), ag_spread_of(rounds, ns[BACKWARD]),
                     ag_spread_of(rounds, ns[IDENTITY])};
}
