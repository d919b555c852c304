#include "harness/plan/draws.h"

#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/config/sequence.h"
#include "harness/config/tree.h"
#include "harness/plan/tuning.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory drawing candidates");
}

static const ag_node *range_on(const ag_axis_key *key) {
    for (const ag_node *v = key->list->first; v; v = v->next)
        if (ag_node_is_range(v)) return v;
    return NULL;
}

ag_status ag_draws_refuse_ranges(const ag_draft *d, ag_error *err) {
    for (int a = 0; a < d->axes.n; a++)
        for (int k = 0; k < d->axes.axis[a].n_keys && !(d->listed && d->tuned[a]); k++) {
            const ag_axis_key *key = &d->axes.axis[a].keys[k];
            const ag_node *range = range_on(key);
            if (range)
                return AG_FAIL(err, AG_CONFIG, range->place,
                               "'%s' is %.60s, a range: it is drawn from by 'tuning' with 'over: "
                               "[%s]' and 'search: {random: N}' or {sobol: N}; elsewhere a list is "
                               "needed",
                               key->path.text, range->text, key->path.text);
        }
    return AG_OK;
}

/* --- numbers in [0, 1) -------------------------------------------------------------- */

/* u[i] for draw i: how far along dimension `of` it lies. */
static void draw_independently(uint64_t seed, int of, int n, double *u) {
    ag_stream s = ag_stream_open(seed, AG_RANDOM_SEARCH, (uint32_t)of);
    for (int i = 0; i < n; i++)
        u[i] = ag_random_uniform(&s);
}

/* u[dimension][draw]. Sobol's points, moved together by one random vector (Cranley and Patterson
 * 1976): each is then uniform, and another seed gives others. GSL's generator in memory of ours:
 * its own ends the program where there is none. */
static ag_status draw_evenly(uint64_t seed, int dimensions, int n, ag_arena *work, double *u,
                             ag_error *err) {
    const gsl_qrng_type *sobol = gsl_qrng_sobol;
    const unsigned d = (unsigned)dimensions;
    void *state = ag_alloc(work, sobol->state_size(d), 1);
    double *point = AG_NEW_ARRAY(work, double, d), *shift = AG_NEW_ARRAY(work, double, d);
    if (!state || !point || !shift) return no_memory(err);
    for (int k = 0; k < dimensions; k++)
        draw_independently(seed, k, 1, &shift[k]);
    sobol->init_state(state, d);
    for (int i = 0; i < n; i++) {
        sobol->get(state, d, point);
        for (int k = 0; k < dimensions; k++) {
            const double x = point[k] + shift[k];
            u[(size_t)k * (size_t)n + (size_t)i] = x - floor(x);
        }
    }
    return AG_OK;
}

/* --- values ------------------------------------------------------------------------- */

/* One number of a range, as if it stood in the file. */
static ag_status value_at(ag_draft *d, const ag_node *range, const char *key, double u,
                          const ag_node **value, ag_error *err) {
    ag_range r;
    char text[AG_NUMBER_MAX];
    AG_TRY(ag_range_read(range, key, &r, err));
    ag_format_number(text, ag_range_at(&r, u));
    char *copy = AG_NEW_ARRAY(d->arena, char, strlen(text) + 1);
    if (!copy) return no_memory(err);
    *value = ag_node_new_value(d->arena, strcpy(copy, text), false, range->place);
    return *value ? AG_OK : no_memory(err);
}

static ag_status check_range_alone(const ag_axis_key *key, ag_error *err) {
    const ag_node *range = range_on(key);
    if (!range || key->list->count == 1) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, range->place,
                   "'%s' has a range among several values, must be one range or a list",
                   key->path.text);
}

/* The values of one key of an axis for all draws. */
static ag_status draw_key(ag_draft *d, const ag_grid_axis *axis, const ag_axis_key *key,
                          const double *u, int n, ag_axis_key *drawn, ag_error *err) {
    const ag_node **values = AG_NEW_ARRAY(d->arena, const ag_node *, (size_t)n);
    if (!values) return no_memory(err);
    const ag_node *range = range_on(key);
    AG_TRY(check_range_alone(key, err));
    for (int i = 0; i < n; i++) {
        values[i] = key->values[(size_t)(u[i] * axis->n_choices)];
        if (range) AG_TRY(value_at(d, range, key->path.text, u[i], &values[i], err));
    }
    *drawn = *key;
    drawn->values = values;
    return AG_OK;
}

typedef struct extent {
    int dimensions, keys, first; /* tuned axes, their keys, the first of them */
} extent;

static extent measure(const ag_draft *d) {
    extent e = {.first = -1};
    for (int a = 0; a < d->axes.n; a++) {
        if (!d->tuned[a]) continue;
        if (e.first < 0) e.first = a;
        e.dimensions++;
        e.keys += d->axes.axis[a].n_keys;
    }
    return e;
}

/* `drawn` in the place of the first axis that is tuned, the others gone. */
static ag_status replace(ag_draft *d, const ag_grid_axis *drawn, int first, ag_error *err) {
    ag_axes *axes = AG_NEW(d->work, ag_axes), *listed = AG_NEW(d->work, ag_axes);
    if (!axes || !listed) return no_memory(err);
    *listed = d->axes;
    d->listed = listed;
    for (int a = 0; a < d->axes.n; a++)
        if (!d->tuned[a] || a == first)
            axes->axis[axes->n++] = a == first ? *drawn : d->axes.axis[a];
    memset(d->tuned, 0, sizeof d->tuned);
    d->tuned[first] = true;
    d->axes = *axes;
    return AG_OK;
}

ag_status ag_draws_make(ag_draft *d, const ag_choice *search, ag_error *err) {
    const extent e = measure(d);
    const int n = (int)search->number[AG_SEARCH_DRAWS];
    const uint64_t seed = (uint64_t)search->number[AG_SEARCH_SEED];
    if (search->element == &ag_search_sobol && e.dimensions > (int)gsl_qrng_sobol->max_dimension)
        return AG_FAIL(err, AG_CONFIG, d->root.tuning->place,
                       "tuning is over %d keys, sobol knows up to %u: use random", e.dimensions,
                       gsl_qrng_sobol->max_dimension);
    ag_grid_axis drawn = {.place = d->axes.axis[e.first].place, .zip = true, .n_choices = n};
    drawn.keys = AG_NEW_ARRAY(d->arena, ag_axis_key, (size_t)e.keys);
    double *u = AG_NEW_ARRAY(d->work, double, (size_t)e.dimensions *(size_t)n);
    if (!drawn.keys || !u) return no_memory(err);
    if (search->element == &ag_search_sobol)
        AG_TRY(draw_evenly(seed, e.dimensions, n, d->work, u, err));
    else
        for (int k = 0; k < e.dimensions; k++)
            draw_independently(seed, k, n, u + (size_t)k * (size_t)n);
    ag_writer name = AG_WRITER(d->arena);
    for (int a = 0; a < d->axes.n; a++) {
        const ag_grid_axis *axis = &d->axes.axis[a];
        if (!d->tuned[a]) continue;
        for (int k = 0; k < axis->n_keys; k++) {
            AG_TRY(draw_key(d, axis, &axis->keys[k], u, n, &drawn.keys[drawn.n_keys++], err));
            ag_write_format(&name, "%s%s", name.n ? " + " : "", axis->keys[k].path.text);
        }
        u += n;
    }
    if (name.failed) return no_memory(err);
    drawn.name = name.text;
    return replace(d, &drawn, e.first, err);
}
