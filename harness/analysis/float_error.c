#include "harness/analysis/float_error.h"

#include "activations/activation.h"
#include "harness/analysis/unit_check.h"
#include "harness/num/vector.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

double ag_ulps(float got, double want) {
    if (isnan(want)) return isnan(got) ? 0.0 : HUGE_VAL;
    if (got == (float)want) return 0.0;
    if (!isfinite(got) || !isfinite((float)want)) return HUGE_VAL;
    int exponent = FLT_MIN_EXP;
    if (fabs(want) > (double)FLT_MIN) frexp(want, &exponent);
    return fabs((double)got - want) / ldexp(1.0, exponent - FLT_MANT_DIG);
}

/* --- zeros ------------------------------------------------------------------------ */

enum { BLOCK = 512, ZEROS_MAX = 512, GRID = 10000 };

static const double END = 100.0, WIDE = 1.5;

/* Where a function changes its sign, ascending. */
typedef struct zeros {
    int n;
    double at[ZEROS_MAX];
} zeros;

static zeros *find_zeros(const ag_choice *choice, double (*of)(const ag_choice *, double),
                         ag_arena *arena) {
    zeros *z = AG_NEW(arena, zeros);
    if (!z) return NULL;
    const double gap = END / GRID;
    double a = of(choice, -END + 0.5 * gap);
    for (int i = 1 - GRID; i < GRID && z->n < ZEROS_MAX; i++) {
        const double x = gap * (i + 0.5), b = of(choice, x);
        if ((a < 0.0 && b > 0.0) || (a > 0.0 && b < 0.0)) z->at[z->n++] = x - 0.5 * gap;
        a = b;
    }
    return z;
}

/* Far from 0 only what is stretched has zeros, and it is flat around them in proportion. */
static bool near_one(const zeros *z, double x) {
    const double wide = fmax(WIDE, 0.2 * fabs(x));
    int low = 0, high = z->n; /* those before low are less than x - wide */
    while (low < high) {
        const int middle = (low + high) / 2;
        if (z->at[middle] < x - wide)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < z->n && z->at[low] <= x + wide; low++)
        if (fabs(x - z->at[low]) < fabs(z->at[low])) return true;
    return false;
}

/* --- errors ----------------------------------------------------------------------- */

/* One of the two functions: the worst so far, the place and the worst absolute one. */
typedef struct worst {
    const zeros *zeros;
    double *ulp, *at, *near_zero, *typed;
} worst;

static void note(const worst *w, double x, float got, double want) {
    const double ulp = ag_ulps(got, want);
    if (ulp > 0.0)
        *w->typed =
            fmax(*w->typed, isinf(ulp) ? ulp : fabs((double)got - want) / (1.0 + fabs(want)));
    if (ulp > AG_FLOAT_ULP && near_one(w->zeros, x)) {
        *w->near_zero = fmax(*w->near_zero, fabs((double)got - want));
    } else if (ulp > *w->ulp) {
        *w->ulp = ulp;
        *w->at = x;
    }
}

static void look(const ag_choice *choice, int n, const float *x, const worst *value,
                 const worst *slope) {
    float y[BLOCK], d[BLOCK];
    ag_act_evaluate(choice, (size_t)n, x, y, d);
    for (int i = 0; i < n; i++) {
        const double z = (double)x[i];
        note(value, z, y[i], ag_act_value(choice, z));
        note(slope, z, d[i], ag_act_derivative(choice, z));
    }
}

bool ag_float_error_of(const ag_choice *choice, ag_arena *scratch, ag_float_error *error) {
    const uint32_t last = 0x42c80000u, stride = 16381; /* 100.0f; a prime number */
    const ag_mark mark = ag_arena_mark(scratch);
    *error = (ag_float_error){0};
    if (ag_act_inputs(choice) > 1) {
        ag_unit_float_error(choice, error);
        return true;
    }
    const zeros *of_value = find_zeros(choice, ag_act_value, scratch),
                *of_slope = find_zeros(choice, ag_act_derivative, scratch);
    if (!of_value || !of_slope) return false;
    const worst value = {of_value, &error->ulp, &error->at, &error->near_zero, &error->typed},
                slope = {of_slope, &error->slope_ulp, &error->slope_at, &error->slope_near_zero,
                         &error->typed};
    float x[BLOCK];
    int n = 0;
    for (uint32_t sign = 0; sign < 2; sign++)
        for (uint32_t bits = 0; bits <= last; bits += stride) {
            x[n++] = ag_bits_to_float(bits | sign << 31);
            if (n < BLOCK) continue;
            look(choice, n, x, &value, &slope);
            n = 0;
        }
    look(choice, n, x, &value, &slope);
    ag_arena_release(scratch, mark);
    return true;
}
