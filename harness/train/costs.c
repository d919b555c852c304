/* What the trials of a plan cost: a million of them are a few different ones. */
#include "harness/base/digest.h"
#include "harness/train/cost_private.h"

#include <stdlib.h>
#include <string.h>

static ag_status no_memory(const ag_plan *plan, ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the costs of %zu trials",
                   plan->n_trials);
}

/* Open addressing: places + 1, 0 is free. */
typedef struct places {
    uint32_t *slot;
    size_t mask;
} places;

static bool places_open(places *p, size_t n, ag_arena *arena) {
    size_t size = 16;
    while (size < 2 * n)
        size *= 2;
    *p = (places){AG_NEW_ARRAY(arena, uint32_t, size), size - 1};
    return p->slot != NULL;
}

/* class[v]: the first variant of the part that costs the same as v. */
static ag_status classify(const ag_plan *plan, ag_part part, ag_arena *work, uint32_t **class,
                          ag_error *err) {
    const size_t n = (size_t)plan->n_variants[part];
    places seen;
    uint64_t *hash = AG_NEW_ARRAY(work, uint64_t, n);
    *class = AG_NEW_ARRAY(work, uint32_t, n);
    if (!hash || !*class || !places_open(&seen, n, work)) return no_memory(plan, err);
    for (size_t v = 0; v < n; v++) {
        hash[v] = ag_cost_class(part, &plan->variants[part][v]);
        size_t i = (size_t)ag_digest(&hash[v], sizeof hash[v], 0) & seen.mask;
        while (seen.slot[i] && hash[seen.slot[i] - 1] != hash[v])
            i = (i + 1) & seen.mask;
        if (!seen.slot[i]) seen.slot[i] = (uint32_t)v + 1;
        (*class)[v] = seen.slot[i] - 1;
    }
    return AG_OK;
}

/* One kind of trial: everything that its cost depends on. */
typedef struct kind {
    uint32_t variant[AG_PARTS]; /* classes */
    uint32_t place;             /* in the list of costs */
    int outputs;
} kind;

typedef struct reckoner {
    const ag_plan *plan;
    ag_arena *work;
    const ag_data_outline *outline; /* [dataset variants] */
    uint32_t *class[AG_PARTS];
    kind *kinds; /* [n] */
    size_t n;
    uint32_t *of;
} reckoner;

/* Lists the kinds, and which of them each trial is. Seeds vary slowest, and with nothing
 * else: the first seed's trials are the others' kinds too. */
static ag_status list_kinds(reckoner *r, ag_error *err) {
    const ag_plan *plan = r->plan;
    const size_t per_seed = plan->n_trials / (size_t)plan->n_seeds;
    places seen;
    r->kinds = AG_NEW_ARRAY(r->work, kind, per_seed);
    if (!r->kinds || !places_open(&seen, per_seed, r->work)) return no_memory(plan, err);
    for (size_t t = 0; t < per_seed; t++) {
        kind *next = &r->kinds[r->n];
        for (int p = 0; p < AG_PARTS; p++)
            next->variant[p] = r->class[p][plan->trials[t].variant[p]];
        size_t i = (size_t)ag_digest(next->variant, sizeof next->variant, 0) & seen.mask;
        while (seen.slot[i] &&
               memcmp(r->kinds[seen.slot[i] - 1].variant, next->variant, sizeof next->variant) != 0)
            i = (i + 1) & seen.mask;
        if (!seen.slot[i]) {
            next->place = (uint32_t)r->n++;
            seen.slot[i] = next->place + 1;
        }
        r->of[t] = seen.slot[i] - 1;
    }
    for (size_t t = per_seed; t < plan->n_trials; t++)
        r->of[t] = r->of[t - per_seed];
    return AG_OK;
}

static ag_cost_subject subject_of(const reckoner *r, const kind *k) {
    const ag_variant *v[AG_PARTS];
    for (int p = 0; p < AG_PARTS; p++)
        v[p] = &r->plan->variants[p][k->variant[p]];
    return (ag_cost_subject){
        .model = &v[AG_PART_MODEL]->is.choice,
        .optimizer = &v[AG_PART_OPTIMIZER]->is.choice,
        .activation = &v[AG_PART_ACTIVATION]->is.activation,
        .training = v[AG_PART_TRAINING]->is.training,
        .probes = &v[AG_PART_PROBES]->is.probes,
        .data = &r->outline[k->variant[AG_PART_DATASET]],
    };
}

static const ag_part net_parts[] = {AG_PART_MODEL, AG_PART_DATASET, AG_PART_ACTIVATION};

static bool same_net(const kind *a, const kind *b) {
    for (int i = 0; i < AG_COUNT(net_parts); i++)
        if (a->variant[net_parts[i]] != b->variant[net_parts[i]]) return false;
    return a->outputs == b->outputs;
}

/* By net, then by training: so that a net is built once, and asked for the bytes of each
 * size of batch once, and only one is held at a time. */
static int by_net(const void *a, const void *b) {
    const kind *x = a, *y = b;
    for (int i = 0; i < AG_COUNT(net_parts); i++) {
        const uint32_t v = x->variant[net_parts[i]], w = y->variant[net_parts[i]];
        if (v != w) return v < w ? -1 : 1;
    }
    if (x->outputs != y->outputs) return x->outputs < y->outputs ? -1 : 1;
    const uint32_t v = x->variant[AG_PART_TRAINING], w = y->variant[AG_PART_TRAINING];
    if (v != w) return v < w ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static ag_status reckon_all(reckoner *r, ag_trial_cost *cost, ag_error *err) {
    for (size_t i = 0; i < r->n; i++) {
        const ag_cost_subject subject = subject_of(r, &r->kinds[i]);
        r->kinds[i].outputs = ag_cost_outputs(&subject);
    }
    if (r->n > 1) qsort(r->kinds, r->n, sizeof *r->kinds, by_net);
    const ag_mark mark = ag_arena_mark(r->work);
    ag_cost_net known;
    for (size_t i = 0; i < r->n; i++) {
        const kind *k = &r->kinds[i];
        const ag_cost_subject subject = subject_of(r, k);
        if (i == 0 || !same_net(k, &r->kinds[i - 1])) {
            ag_arena_release(r->work, mark);
            AG_TRY(ag_cost_net_build(&subject, r->work, &known, err));
        }
        cost[k->place] = ag_cost_reckon(&subject, &known);
    }
    return AG_OK;
}

static ag_status complete_outlines(reckoner *r, ag_error *err) {
    const ag_plan *plan = r->plan;
    const size_t n = (size_t)plan->n_variants[AG_PART_DATASET];
    ag_data_outline *outline = AG_NEW_ARRAY(r->work, ag_data_outline, n);
    if (!outline) return no_memory(plan, err);
    for (size_t i = 0; i < n; i++) {
        const ag_choice *choice = &plan->variants[AG_PART_DATASET][i].is.choice;
        outline[i] = plan->outlines[i];
        if (!outline[i].n_train) AG_TRY(ag_dataset_outline(choice, &outline[i], err));
    }
    r->outline = outline;
    return AG_OK;
}

static ag_status make(reckoner *r, ag_arena *arena, ag_costs *costs, ag_error *err) {
    const ag_plan *plan = r->plan;
    AG_TRY(complete_outlines(r, err));
    for (int p = 0; p < AG_PARTS; p++)
        AG_TRY(classify(plan, (ag_part)p, r->work, &r->class[p], err));
    r->of = AG_NEW_ARRAY(arena, uint32_t, plan->n_trials);
    if (!r->of) return no_memory(plan, err);
    AG_TRY(list_kinds(r, err));
    ag_trial_cost *cost = AG_NEW_ARRAY(arena, ag_trial_cost, r->n);
    if (!cost) return no_memory(plan, err);
    AG_TRY(reckon_all(r, cost, err));
    *costs = (ag_costs){.cost = cost, .n = r->n, .of = r->of};
    return AG_OK;
}

ag_status ag_costs_make(const ag_plan *plan, ag_arena *arena, ag_costs *costs, ag_error *err) {
    ag_arena work = AG_ARENA_EMPTY;
    work.fail_after = arena->fail_after; /* tests: these allocations fail too */
    reckoner r = {.plan = plan, .work = &work};
    const ag_status status = make(&r, arena, costs, err);
    ag_arena_close(&work);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}
