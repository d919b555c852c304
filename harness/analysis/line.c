#include "harness/analysis/line.h"

#include "activations/activation.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    DENSE = 4000,  /* to each side of 0, 1 / 200 apart */
    OUTER = 1976,  /* to each side, 16 for each power of two from 20 up to FLT_MAX */
    INNER = 480,   /* to each side, 4 for each power of two from 0.005 down to FLT_MIN */
    AT_A_SEAM = 3, /* it and its neighbours */
    SAMPLES_MAX = 2 * (DENSE + OUTER + INNER) + 3 + AT_A_SEAM * AG_ACT_SEAMS_MAX
};

float ag_float_after(float x) { return nextafterf(x, HUGE_VALF); }
float ag_float_before(float x) { return nextafterf(x, -HUGE_VALF); }

/* Whole numbers in the order of the floats, and back; both zeros are 0. */
static int64_t place_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >> 31 ? -(int64_t)(bits & 0x7fffffffu) : (int64_t)bits;
}

static float at_place(int64_t place) {
    const uint32_t bits = place < 0 ? (uint32_t)-place | 0x80000000u : (uint32_t)place;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static int by_size(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void add_both(ag_line *line, double x) {
    if (!(x <= (double)FLT_MAX)) return;
    line->x[line->n++] = (float)x;
    line->x[line->n++] = (float)-x;
}

static void place_samples(const ag_choice *choice, ag_line *line) {
    double seam[AG_ACT_SEAMS_MAX];
    const int n_seams = ag_act_seams(choice, seam);
    line->x[line->n++] = 0.0F;
    add_both(line, (double)FLT_MAX);
    for (int i = 1; i <= DENSE; i++)
        add_both(line, i / 200.0);
    for (int i = 1; i < OUTER; i++)
        add_both(line, 20.0 * exp2(i / 16.0));
    for (int i = 1; i < INNER; i++)
        add_both(line, 0.005 * exp2(-i / 4.0));
    for (int i = 0; i < n_seams; i++) {
        const float x = (float)seam[i];
        if (!isfinite(x)) continue;
        line->x[line->n++] = x;
        line->x[line->n++] = ag_float_before(x);
        line->x[line->n++] = ag_float_after(x);
    }
    qsort(line->x, (size_t)line->n, sizeof *line->x, by_size);
    int kept = 1;
    for (int i = 1; i < line->n; i++)
        if (line->x[i] != line->x[kept - 1] && isfinite(line->x[i])) line->x[kept++] = line->x[i];
    line->n = kept;
}

const ag_line *ag_line_sampled(const ag_choice *choice, ag_arena *arena) {
    ag_line *line = AG_NEW(arena, ag_line);
    if (!line) return NULL;
    *line = (ag_line){.x = AG_NEW_ARRAY(arena, float, SAMPLES_MAX),
                      .f = AG_NEW_ARRAY(arena, double, SAMPLES_MAX),
                      .df = AG_NEW_ARRAY(arena, double, SAMPLES_MAX),
                      .y = AG_NEW_ARRAY(arena, float, SAMPLES_MAX),
                      .dy = AG_NEW_ARRAY(arena, float, SAMPLES_MAX)};
    if (!line->x || !line->f || !line->df || !line->y || !line->dy) return NULL;
    place_samples(choice, line);
    for (int i = 0; i < line->n; i++) {
        line->f[i] = ag_act_value(choice, (double)line->x[i]);
        line->df[i] = ag_act_derivative(choice, (double)line->x[i]);
    }
    ag_act_evaluate(choice, (size_t)line->n, line->x, line->y, line->dy);
    return line;
}

/* What is known of one place. */
typedef struct sample {
    double f, df;
    float y, dy;
} sample;

static bool answer(ag_line_question question, sample s) {
    switch (question) {
    case AG_LINE_UNDEFINED: return isnan(s.f);
    case AG_LINE_OVERFLOWS: return !isnan(s.f) && !isfinite(s.y);
    case AG_LINE_SLOPE_OVERFLOWS: return isfinite(s.y) && !isnan(s.df) && !isfinite(s.dy);
    }
    return false;
}

static bool answer_at(const ag_choice *choice, ag_line_question question, float x) {
    sample s = {ag_act_value(choice, (double)x), ag_act_derivative(choice, (double)x), 0.0F, 0.0F};
    ag_act_evaluate(choice, 1, &x, &s.y, &s.dy);
    return answer(question, s);
}

/* Of two floats with different answers, the last that answers as `a` does. */
static float last_like(const ag_choice *choice, ag_line_question question, float a, float b) {
    const bool yes = answer_at(choice, question, a);
    int64_t same = place_of(a), other = place_of(b);
    while (llabs(other - same) > 1) {
        const int64_t middle = same + (other - same) / 2;
        if (answer_at(choice, question, at_place(middle)) == yes)
            same = middle;
        else
            other = middle;
    }
    return at_place(same);
}

ag_intervals ag_line_where(const ag_choice *choice, const ag_line *line,
                           ag_line_question question) {
    ag_intervals found = {0};
    bool before = false;
    float from = -FLT_MAX;
    for (int i = 0; i <= line->n; i++) {
        const bool yes = i < line->n && answer(question, (sample){line->f[i], line->df[i],
                                                                  line->y[i], line->dy[i]});
        if (yes && !before)
            from = i ? last_like(choice, question, line->x[i], line->x[i - 1]) : -FLT_MAX;
        if (before && !yes) {
            const float to =
                i < line->n ? last_like(choice, question, line->x[i - 1], line->x[i]) : FLT_MAX;
            if (found.n < AG_INTERVALS_MAX) found.at[found.n] = (ag_interval){from, to};
            found.n++;
        }
        before = yes;
    }
    return found;
}
