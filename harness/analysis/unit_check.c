#include "harness/analysis/unit_check.h"

#include "activations/activation.h"
#include "harness/num/vector.h"

#include <float.h>
#include <math.h>

/* --- derivatives --------------------------------------------------------------- */

/* Input k of place i: in [-1, 1], as even as it can be in any of them. */
static double place(int i, int k) { return 2.0 * fmod((i + 1) * sqrt(2.0 + 1.3 * k), 1.0) - 1.0; }

static double value_at(const ag_choice *choice, double *z, int k, double x) {
    const double before = z[k];
    z[k] = x;
    const double y = ag_unit_value(choice, z);
    z[k] = before;
    return y;
}

/* Central difference by input k; the step that agrees best. NaN: no room to the next seam. */
static double difference(const ag_choice *choice, double *z, int k, double slope) {
    static const double step[] = {1e-3, 1e-4, 2e-5};
    const double room = ag_unit_to_seam(choice, z), x = z[k];
    double best = (double)NAN;
    for (int i = 0; i < AG_COUNT(step); i++) {
        const double h = step[i] * fmax(1.0, 0.125 * fabs(x));
        if (2.0 * h >= room) continue;
        const double near = value_at(choice, z, k, x + h) - value_at(choice, z, k, x - h);
        const double far = value_at(choice, z, k, x + 2 * h) - value_at(choice, z, k, x - 2 * h);
        const double d = (8.0 * near - far) / (12.0 * h);
        if (isfinite(d) && !(fabs(d - slope) >= fabs(best - slope))) best = d;
    }
    return best;
}

ag_slopes ag_unit_slopes(const ag_choice *choice, int *input) {
    enum { FAR_EVERY = 8 };
    const int n = ag_act_inputs(choice), places = AG_SLOPES_POINTS / n;
    ag_slopes worst = {.off = -1.0};
    int looked = 0, skipped = 0;
    for (int i = 0; i < places; i++) {
        double z[AG_UNIT_INPUTS_MAX], slope[AG_UNIT_INPUTS_MAX];
        for (int k = 0; k < n; k++)
            z[k] = 8.0 * place(i, k) * (i % FAR_EVERY ? 1.0 : pow(1250.0, fabs(place(i, k + n))));
        ag_unit_derivatives(choice, z, slope);
        for (int k = 0; k < n; k++, looked++) {
            const double d = difference(choice, z, k, slope[k]);
            const double off =
                isnan(slope[k]) ? HUGE_VAL : fabs(slope[k] - d) / (1.0 + fabs(slope[k]));
            skipped += isnan(d);
            if (!(off > worst.off)) continue;
            worst = (ag_slopes){.off = off, .at = z[k], .slope = slope[k], .difference = d};
            *input = k;
        }
    }
    worst.n = looked;
    worst.skipped = skipped;
    return worst;
}

/* --- the float path -------------------------------------------------------------- */

enum { BLOCK = 512, BLOCKS = 256 };

/* Inputs of some units, and what is made of them in float. */
typedef struct sample {
    float z[AG_UNIT_INPUTS_MAX][BLOCK], y[BLOCK], d[AG_UNIT_INPUTS_MAX][BLOCK];
} sample;

static void evaluate(const ag_choice *choice, size_t count, sample *s) {
    const ag_real *z[AG_UNIT_INPUTS_MAX];
    ag_real *d[AG_UNIT_INPUTS_MAX];
    for (int k = 0; k < AG_UNIT_INPUTS_MAX; k++) {
        z[k] = s->z[k];
        d[k] = s->d[k];
    }
    ag_unit_evaluate(choice, count, z, s->y, d);
}

/* The definition for unit i. */
static double define(const ag_choice *choice, const sample *s, int i, double *d) {
    double z[AG_UNIT_INPUTS_MAX];
    for (int k = 0; k < ag_act_inputs(choice); k++)
        z[k] = (double)s->z[k][i];
    ag_unit_derivatives(choice, z, d);
    return ag_unit_value(choice, z);
}

static void note(float got, double want, double at, double size, double *ulp, double *ulp_at,
                 double *near_zero) {
    const double off = ag_ulps(got, want);
    if (off > AG_UNIT_ULP && isfinite(off)) {
        *near_zero = fmax(*near_zero, fabs((double)got - want) / size);
    } else if (off > *ulp) {
        *ulp = off;
        *ulp_at = at;
    }
}

void ag_unit_float_error(const ag_choice *choice, ag_float_error *error) {
    const uint32_t last = 0x42c80000u, stride = 16381; /* 100.0f; a prime number */
    const int n = ag_act_inputs(choice);
    sample s;
    *error = (ag_float_error){0};
    for (uint32_t block = 0; block < BLOCKS; block++) {
        for (uint32_t i = 0; i < BLOCK; i++)
            for (uint32_t k = 0; k < (uint32_t)n; k++) {
                const uint32_t at = block * BLOCK + i, bits = at * stride * (3 * k + 1);
                s.z[k][i] = ag_bits_to_float(bits % (last + 1) | (at >> k & 1) << 31);
            }
        evaluate(choice, BLOCK, &s);
        for (int i = 0; i < BLOCK; i++) {
            double d[AG_UNIT_INPUTS_MAX], size = 1.0;
            const double y = define(choice, &s, i, d), last_z = (double)s.z[n - 1][i];
            for (int k = 0; k < n; k++)
                size = fmax(size, fabs((double)s.z[k][i]));
            note(s.y[i], y, last_z, size, &error->ulp, &error->at, &error->near_zero);
            for (int k = 0; k < n; k++)
                note(s.d[k][i], d[k], (double)s.z[k][i], size, &error->slope_ulp, &error->slope_at,
                     &error->slope_near_zero);
        }
    }
}

bool ag_unit_nan_stays(const ag_choice *choice) {
    const int n = ag_act_inputs(choice);
    bool stays = true;
    for (int k = 0; k < n; k++) {
        sample s = {0};
        double d[AG_UNIT_INPUTS_MAX];
        s.z[k][0] = ag_bits_to_float(0x7fc00000u);
        s.z[k][1] = ag_bits_to_float(0xffc00001u);
        evaluate(choice, 2, &s);
        for (int i = 0; i < 2; i++)
            stays = stays && isnan(s.y[i]) && isnan(define(choice, &s, i, d));
    }
    return stays;
}

/* What a gate loses below the least normal float comes back times its other factor; times
 * infinity as one, or as NaN. */
static bool agrees(float got, double want, double size) {
    if (ag_ulps(got, want) <= AG_UNIT_ULP || (!isfinite(got) && !isfinite(want))) return true;
    return fabs((double)got - want) <= (double)FLT_MIN * size;
}

bool ag_unit_limits_agree(const ag_choice *choice) {
    static const float ends[] = {-HUGE_VALF, -FLT_MAX, -1e4F, -FLT_MIN, -0.0F,
                                 0.0F,       FLT_MIN,  1e4F,  FLT_MAX,  HUGE_VALF};
    enum { N = AG_COUNT(ends) };
    const int n = ag_act_inputs(choice);
    bool agree = true;
    for (int pair = 0; pair < N * N; pair++) {
        sample s;
        double d[AG_UNIT_INPUTS_MAX], size = 1.0;
        for (int k = 0; k < n; k++) {
            s.z[k][0] = ends[k % 2 ? pair / N : pair % N];
            size = fmax(size, fabs((double)s.z[k][0]));
        }
        evaluate(choice, 1, &s);
        agree = agree && agrees(s.y[0], define(choice, &s, 0, d), size);
        for (int k = 0; k < n; k++)
            agree = agree && agrees(s.d[k][0], d[k], size);
    }
    return agree;
}
