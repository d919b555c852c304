#include "harness/plan/checks.h"

#include "harness/base/digest.h"

#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no room for the trials of the grid");
}

/* --- trials ---------------------------------------------------------------- */

/* XXH3 of 64 bytes: the hashes of the seven parts' canonical JSON in the order of
 * ag_part, then the seed, each as 8 bytes, least significant first. In another phase than `grid`,
 * the XXH3 of its name follows. */
uint64_t ag_plan_id_with(const ag_plan *plan, const ag_trial *trial, ag_part part, uint64_t hash) {
    unsigned char bytes[8 * (AG_PARTS + 2)];
    const char *phase = ag_phase_names[trial->phase];
    const int n = AG_PARTS + 1 + (trial->phase != AG_PHASE_GRID);
    for (int p = 0; p < n; p++) {
        const uint64_t word = p > AG_PARTS     ? ag_digest(phase, strlen(phase), 0)
                              : p == AG_PARTS  ? trial->seed
                              : p == (int)part ? hash
                                               : plan->variants[p][trial->variant[p]].hash;
        for (int i = 0; i < 8; i++)
            bytes[8 * p + i] = (unsigned char)(word >> (8 * i));
    }
    return ag_digest(bytes, 8 * (size_t)n, 0);
}

uint64_t ag_trial_id(const ag_plan *plan, const ag_trial *trial) {
    return ag_plan_id_with(plan, trial, AG_PARTS, 0);
}

/* Points that have been seen, by their variants: a zip can give one twice. */
typedef struct points {
    uint32_t *slot; /* place in the plan + 1, 0: free; NULL: no point can come twice */
    size_t mask;
} points;

static ag_status points_open(const ag_draft *d, points *p, ag_error *err) {
    *p = (points){0};
    bool needed = false;
    for (int i = 0; i < AG_PARTS; i++)
        needed |= !d->part[i].injective;
    if (!needed) return AG_OK;
    size_t size = 16;
    while (size < 2 * d->n_points)
        size *= 2;
    p->slot = AG_NEW_ARRAY(d->work, uint32_t, size);
    p->mask = size - 1;
    return p->slot ? AG_OK : no_memory(err);
}

/* Adds trials[n]; false if one with the same variants is there already. */
static bool points_add(const points *p, const ag_trial *trials, size_t n) {
    if (!p->slot) return true;
    const size_t bytes = sizeof trials[n].variant;
    size_t i = (size_t)ag_digest(trials[n].variant, bytes, 0) & p->mask;
    while (p->slot[i]) {
        if (memcmp(trials[p->slot[i] - 1].variant, trials[n].variant, bytes) == 0) return false;
        i = (i + 1) & p->mask;
    }
    p->slot[i] = (uint32_t)n + 1;
    return true;
}

/* One step of the odometer over all axes, the last one fastest. */
static void next_point(const ag_draft *d, int *digit, size_t *combination) {
    for (int a = d->axes.n - 1; a >= 0; a--) {
        const bool wraps = ++digit[a] == d->axes.axis[a].n_choices;
        for (int p = 0; p < AG_PARTS; p++) {
            const size_t stride = d->part[p].stride[a];
            combination[p] =
                wraps ? combination[p] - stride * (size_t)(digit[a] - 1) : combination[p] + stride;
        }
        if (!wraps) return;
        digit[a] = 0;
    }
}

/* All points of the grid that stay, as trials of the first seed. */
static ag_status list_points(ag_draft *d, ag_trial *trials, size_t *n, size_t *n_twice,
                             ag_error *err) {
    ag_checks checks;
    points seen;
    AG_TRY(ag_checks_open(d, &checks, err));
    AG_TRY(points_open(d, &seen, err));
    int digit[AG_AXES_MAX] = {0};
    size_t combination[AG_PARTS] = {0};
    for (size_t i = 0; i < d->n_points; i++, next_point(d, digit, combination)) {
        ag_trial *trial = &trials[*n];
        for (int p = 0; p < AG_PARTS; p++)
            trial->variant[p] = d->part[p].variant[combination[p]];
        if (ag_rules_exclude(&d->rules, trial->variant)) {
            d->plan->n_excluded++;
            continue;
        }
        AG_TRY(ag_checks_point(d, &checks, combination, trial->variant, err));
        if (!points_add(&seen, trials, *n)) {
            (*n_twice)++;
            continue;
        }
        AG_TRY(ag_tuning_point(d, trials, *n, digit, err));
        (*n)++;
    }
    return ag_tuning_points_end(d, trials, *n, err);
}

ag_status ag_expand_trials(ag_draft *d, ag_error *err) {
    ag_plan *plan = d->plan;
    const size_t n_seeds = (size_t)plan->n_seeds;
    ag_trial *trials = AG_NEW_ARRAY(d->arena, ag_trial, d->n_points * n_seeds);
    if (!trials) return no_memory(err);
    size_t n = 0, n_twice = 0;
    AG_TRY(list_points(d, trials, &n, &n_twice, err));
    if (!n)
        return AG_FAIL(err, AG_CONFIG, d->root.exclude->key_place,
                       "'exclude' takes out all %zu points of the grid", d->n_points);
    for (size_t i = 0; i < n * n_seeds; i++) {
        ag_trial *trial = &trials[i];
        if (i >= n) memcpy(trial->variant, trials[i % n].variant, sizeof trial->variant);
        trial->seed = plan->seeds[i / n];
        trial->index = (uint32_t)i;
        trial->phase = d->phase;
        trial->id = ag_trial_id(plan, trial);
    }
    plan->trials = trials;
    plan->n_trials = n * n_seeds;
    return ag_notes_write(d, n_twice, err);
}
