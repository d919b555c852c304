#include "datasets/core/scaling.h"

#include <math.h>

void ag_source_row(const struct ag_source_part *part, size_t features, size_t i, double *out) {
    if (part->x)
        for (size_t f = 0; f < features; f++)
            out[f] = part->x[i * features + f];
    else
        for (size_t f = 0; f < features; f++)
            out[f] = part->x8[i * features + f] / 255.0;
}

/* What the two passes gather, per feature. */
typedef struct tally {
    double *row, *least, *most, *squares;
} tally;

static void first_pass(const struct ag_source_part *part, const ag_subset *from, ag_scaling *s,
                       tally *t) {
    for (size_t f = 0; f < s->features; f++) {
        t->least[f] = HUGE_VAL;
        t->most[f] = -HUGE_VAL;
        s->mean[f] = 0.0;
    }
    for (size_t e = 0; e < from->n; e++) {
        ag_source_row(part, s->features, from->index[e], t->row);
        for (size_t f = 0; f < s->features; f++) {
            const double x = t->row[f];
            s->mean[f] += x;
            t->least[f] = x < t->least[f] ? x : t->least[f];
            t->most[f] = x > t->most[f] ? x : t->most[f];
        }
    }
    for (size_t f = 0; f < s->features; f++)
        s->mean[f] /= (double)from->n;
}

static void second_pass(const struct ag_source_part *part, const ag_subset *from,
                        const ag_scaling *s, tally *t) {
    for (size_t e = 0; e < from->n; e++) {
        ag_source_row(part, s->features, from->index[e], t->row);
        for (size_t f = 0; f < s->features; f++) {
            const double d = t->row[f] - s->mean[f];
            t->squares[f] += d * d;
        }
    }
}

/* One mean for all features: they have equally many values, so it is the mean of theirs. */
static void merge_means(ag_scaling *s, tally *t) {
    double sum = 0.0, least = HUGE_VAL, most = -HUGE_VAL;
    for (size_t f = 0; f < s->features; f++) {
        sum += s->mean[f];
        least = fmin(least, t->least[f]);
        most = fmax(most, t->most[f]);
    }
    for (size_t f = 0; f < s->features; f++) {
        s->mean[f] = sum / (double)s->features;
        t->least[f] = least;
        t->most[f] = most;
    }
}

static void merge_squares(const ag_scaling *s, tally *t) {
    double sum = 0.0;
    for (size_t f = 0; f < s->features; f++)
        sum += t->squares[f];
    for (size_t f = 0; f < s->features; f++)
        t->squares[f] = sum / (double)s->features;
}

ag_status ag_scaling_measure(ag_standardize kind, const struct ag_source_part *part,
                             size_t features, const ag_subset *from, ag_arena *arena,
                             ag_scaling *scaling, ag_error *err) {
    ag_scaling s = {.features = features,
                    .mean = AG_NEW_ARRAY(arena, double, features),
                    .deviation = AG_NEW_ARRAY(arena, double, features)};
    tally t = {.row = AG_NEW_ARRAY(arena, double, features),
               .least = AG_NEW_ARRAY(arena, double, features),
               .most = AG_NEW_ARRAY(arena, double, features),
               .squares = AG_NEW_ARRAY(arena, double, features)};
    if (!s.mean || !s.deviation || !t.row || !t.least || !t.most || !t.squares)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to standardize %zu features",
                       features);

    if (kind != AG_STANDARDIZE_NONE) {
        first_pass(part, from, &s, &t);
        if (kind == AG_STANDARDIZE_GLOBAL) merge_means(&s, &t);
        second_pass(part, from, &s, &t);
        if (kind == AG_STANDARDIZE_GLOBAL) merge_squares(&s, &t);
    }
    for (size_t f = 0; f < features; f++) {
        s.deviation[f] = sqrt(t.squares[f] / (double)from->n);
        if (t.least[f] == t.most[f]) { /* not "deviation 0": a rounded mean leaves a little */
            s.mean[f] = t.least[f];
            s.deviation[f] = 1.0;
        }
    }
    *scaling = s;
    return AG_OK;
}

ag_status ag_scaling_apply(const ag_scaling *scaling, const struct ag_source_part *part,
                           const ag_subset *which, ag_arena *scratch, float *out, ag_error *err) {
    const size_t features = scaling->features;
    double *row = AG_NEW_ARRAY(scratch, double, features);
    if (!row) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for one example");
    for (size_t e = 0; e < which->n; e++) {
        ag_source_row(part, features, which->index[e], row);
        for (size_t f = 0; f < features; f++)
            out[e * features + f] = (float)((row[f] - scaling->mean[f]) / scaling->deviation[f]);
    }
    return AG_OK;
}
