#include "harness/analysis/alike.h"

#include "activations/activation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { FEW = 24, MANY = 400 };
static const double SAME = 1e-11;

/* Places that are on no seam and at no simple distance from each other. */
static double place(int i, int n) { return -6.0 + 12.0 * (i + 0.3719) / n; }

/* What is compared in the end reaches further, beyond the limits of relu6 and its like. */
static double far_place(int i) { return 4.0 * place(i, MANY); }

/* The function asked about, at the first places and at all. */
typedef struct target {
    double few[FEW], many[MANY];
} target;

static double miss(double got, double want) {
    if (isnan(want) && isnan(got)) return 0.0;
    return fabs(got - want) / (1.0 + fabs(want));
}

static bool same(const target *t, const ag_choice *candidate) {
    for (int i = 0; i < FEW; i++)
        if (!(miss(ag_act_value(candidate, place(i, FEW)), t->few[i]) <= SAME)) return false;
    for (int i = 0; i < MANY; i++)
        if (!(miss(ag_act_value(candidate, far_place(i)), t->many[i]) <= SAME)) return false;
    return true;
}

/* Residuals of the first places; their sum of squares. */
static double residuals(const target *t, const ag_choice *candidate, double *r) {
    double sum = 0.0;
    for (int i = 0; i < FEW; i++) {
        r[i] = ag_act_value(candidate, place(i, FEW)) - t->few[i];
        sum += r[i] * r[i];
    }
    return sum;
}

/* Gauss and Newton's least squares in one parameter, from where it stands; gives up when it no
 * longer comes nearer. */
static bool fit(const target *t, ag_choice *candidate, int k) {
    const ag_param *p = &candidate->element->params[k];
    double r[FEW], moved[FEW], before = HUGE_VAL;
    for (int turn = 0; turn < 20; turn++) {
        const double sum = residuals(t, candidate, r), at = candidate->number[k];
        if (!(sum < 0.9 * before)) break; /* NaN too */
        before = sum;
        const double h = 1e-6 * fmax(1.0, fabs(at));
        double product = 0.0, square = 0.0;
        candidate->number[k] = at + h;
        residuals(t, candidate, moved);
        for (int i = 0; i < FEW; i++) {
            product += (moved[i] - r[i]) * r[i];
            square += (moved[i] - r[i]) * (moved[i] - r[i]);
        }
        const double next = square > 0.0 ? at - h * product / square : at;
        candidate->number[k] = fmax(p->min, fmin(p->max, next));
    }
    return same(t, candidate);
}

/* Six digits, if they will do. */
static void shorten(const target *t, ag_choice *candidate, int k) {
    char text[2][400];
    snprintf(text[0], sizeof text[0], "%.6f", candidate->number[k]);
    snprintf(text[1], sizeof text[1], "%.6g", candidate->number[k]);
    for (int i = 0; i < 2; i++) {
        ag_choice rounded = *candidate;
        rounded.number[k] = strtod(text[i], NULL);
        if (!same(t, &rounded)) continue;
        *candidate = rounded;
        return;
    }
}

static bool fit_from_anywhere(const target *t, ag_choice *candidate, int k) {
    static const double start[] = {1.0, 0.1, 3.0, -0.5};
    const ag_param *p = &candidate->element->params[k];
    const double standard = candidate->number[k];
    for (int i = -1; i < AG_COUNT(start); i++) {
        candidate->number[k] = i < 0 ? standard : start[i];
        if (candidate->number[k] < p->min || candidate->number[k] > p->max) continue;
        if (!fit(t, candidate, k)) continue;
        shorten(t, candidate, k);
        return true;
    }
    candidate->number[k] = standard;
    return false;
}

/* What can be fitted: numbers that shape the function, not how they are learned. */
static bool shapes(const ag_param *p) { return p->kind == AG_PARAM_REAL && !p->with && !p->words; }

int ag_alike_find(const ag_choice *choice, int most, ag_alike *found) {
    target t;
    int n = 0, numbers = 0;
    for (int i = 0; i < FEW; i++)
        t.few[i] = ag_act_value(choice, place(i, FEW));
    for (int i = 0; i < MANY; i++)
        numbers += isfinite(t.many[i] = ag_act_value(choice, far_place(i)));
    if (numbers < MANY / 4) return 0;
    for (int fitted = 0; fitted < 2; fitted++)
        for (int i = 0; i < ag_activations.n_items && n < most; i++) {
            const ag_element *element = ag_activations.items[i];
            ag_choice candidate = ag_choice_standard(element);
            if (ag_act_inputs(&candidate) > 1) continue;
            const bool is = same(&t, &candidate);
            if (element == choice->element) continue;
            if (is && !fitted) found[n++] = (ag_alike){element, -1, 0.0};
            for (int k = 0; k < element->n_params && fitted && !is && n < most; k++)
                if (shapes(&element->params[k]) && fit_from_anywhere(&t, &candidate, k)) {
                    found[n++] = (ag_alike){element, k, candidate.number[k]};
                    break;
                }
        }
    return n;
}
