#include "datasets/core/scaling.h"

#include "datasets/arrays/ndarray.h"

#include <math.h>

void ag_source_row(const struct ag_source_part *part, size_t features, size_t i, double *out) {
    if (part->array)
        ag_ndarray_row(part->array, i, out);
    else if (part->x)
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

/* One mean for the features [begin, end): they have equally many values, so it is the
 * mean of theirs. */
static void merge_means(ag_scaling *s, tally *t, size_t begin, size_t end) {
    double sum = 0.0, least = HUGE_VAL, most = -HUGE_VAL;
    for (size_t f = begin; f < end; f++) {
        sum += s->mean[f];
        least = fmin(least, t->least[f]);
        most = fmax(most, t->most[f]);
    }
    for (size_t f = begin; f < end; f++) {
        s->mean[f] = sum / (double)(end - begin);
        t->least[f] = least;
        t->most[f] = most;
    }
}

static void merge_squares(tally *t, size_t begin, size_t end) {
    double sum = 0.0;
    for (size_t f = begin; f < end; f++)
        sum += t->squares[f];
    for (size_t f = begin; f < end; f++)
        t->squares[f] = sum / (double)(end - begin);
}

/* How many neighbouring features have a mean and a deviation together. */
static size_t group_size(ag_standardize kind, ag_shape shape) {
    switch (kind) {
    case AG_STANDARDIZE_GLOBAL:
    case AG_STANDARDIZE_RANGE: return ag_shape_size(shape);
    case AG_STANDARDIZE_CHANNEL: return ag_shape_area(shape); /* channels come first */
    case AG_STANDARDIZE_NONE:
    case AG_STANDARDIZE_FEATURE: break;
    }
    return 1;
}

static void tally_up(ag_standardize kind, const struct ag_source_part *part, ag_shape shape,
                     const ag_subset *from, ag_scaling *s, tally *t) {
    const size_t group = group_size(kind, shape);
    if (kind == AG_STANDARDIZE_NONE) return;
    first_pass(part, from, s, t);
    for (size_t f = 0; f < s->features && group > 1; f += group)
        merge_means(s, t, f, f + group);
    if (kind == AG_STANDARDIZE_RANGE) return;
    second_pass(part, from, s, t);
    for (size_t f = 0; f < s->features && group > 1; f += group)
        merge_squares(t, f, f + group);
}

/* Feature f, of n examples, tallied. */
static ag_status settle(ag_standardize kind, size_t f, size_t n, const tally *t, ag_scaling *s,
                        ag_error *err) {
    const bool range = kind == AG_STANDARDIZE_RANGE;
    const double width = t->most[f] - t->least[f];
    if (t->least[f] == t->most[f]) { /* not "deviation 0": a rounded mean leaves a little */
        s->mean[f] = t->least[f];
        s->deviation[f] = 1.0;
        return AG_OK;
    }
    if (!isnormal(range ? width : t->squares[f]))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s %zu reaches from %g to %g: %s beyond double, so it cannot be "
                       "standardized; write it in another unit",
                       s->what, f + 1, t->least[f], t->most[f],
                       range ? "that is" : "their squares are");
    if (range) s->mean[f] = t->least[f] + 0.5 * width;
    s->deviation[f] = range ? width : sqrt(t->squares[f] / (double)n);
    return AG_OK;
}

ag_status ag_scaling_measure(ag_standardize kind, const struct ag_source_part *part, ag_shape shape,
                             const ag_subset *from, ag_arena *arena, ag_scaling *scaling,
                             ag_error *err) {
    const size_t features = ag_shape_size(shape);
    ag_scaling s = {.what = scaling->what,
                    .features = features,
                    .mean = AG_NEW_ARRAY(arena, double, features),
                    .deviation = AG_NEW_ARRAY(arena, double, features)};
    tally t = {.row = AG_NEW_ARRAY(arena, double, features),
               .least = AG_NEW_ARRAY(arena, double, features),
               .most = AG_NEW_ARRAY(arena, double, features),
               .squares = AG_NEW_ARRAY(arena, double, features)};
    if (!s.mean || !s.deviation || !t.row || !t.least || !t.most || !t.squares)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to standardize %zu features",
                       features);

    tally_up(kind, part, shape, from, &s, &t);
    for (size_t f = 0; f < features; f++)
        AG_TRY(settle(kind, f, from->n, &t, &s, err));
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
        bool finite = true;
        for (size_t f = 0; f < features; f++) {
            const float x = (float)((row[f] - scaling->mean[f]) / scaling->deviation[f]);
            out[e * features + f] = x;
            finite &= isfinite(x) != 0;
        }
        for (size_t f = 0; f < features && !finite; f++)
            if (!isfinite(out[e * features + f]))
                return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                               "%s %zu is %g in an example, which as used is beyond float's "
                               "largest number; write it in another unit",
                               scaling->what, f + 1, row[f]);
    }
    return AG_OK;
}
