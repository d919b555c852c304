/* The rule. Begun in this order, whenever a thread is free, trials end with the threads idle
 * only if the last one to end, of cost c, has too little behind it: with W threads, and R for
 * the sum of what is begun later, all is done at the latest at
 *
 *     sum / W  +  ((W - 1) c - R) / W        sum / W: without any idling
 *
 * (R. Graham, 1969, 10.1137/0117039, with the tail R counted). So each trial gets its place such
 * that (W - 1) c - R is at most SLACK of the whole sum, from the end of the list backwards: seed
 * by seed as they come, and those for which R is not enough yet wait, the cheapest first, until
 * it is. What waits at the beginning of the list goes there, the most expensive first, and no
 * order does much better: the trials are too few, or one is as long as all others. */
#include "harness/run/order.h"

#include "harness/base/arena.h"
#include "harness/run/run.h"

#include <stdlib.h>

static const double SLACK = 0.005;

typedef struct ticket {
    size_t seed_rank, trial;
    double cost;
} ticket;

static int by_seed_then_cost(const void *a, const void *b) {
    const ticket *x = a, *y = b;
    if (x->seed_rank != y->seed_rank) return x->seed_rank < y->seed_rank ? -1 : 1;
    if (x->cost != y->cost) return x->cost > y->cost ? -1 : 1;
    return x->trial < y->trial ? -1 : x->trial > y->trial;
}

/* Cheaper, or as cheap and of a later seed. */
static bool is_before(const ticket *a, const ticket *b) {
    if (a->cost != b->cost) return a->cost < b->cost;
    return a->seed_rank != b->seed_rank ? a->seed_rank > b->seed_rank : a->trial > b->trial;
}

/* Those that wait: a heap, the cheapest on top. */
typedef struct heap {
    ticket *item;
    size_t n;
} heap;

static void push(heap *h, ticket t) {
    size_t i = h->n++;
    for (; i > 0 && is_before(&t, &h->item[(i - 1) / 2]); i = (i - 1) / 2)
        h->item[i] = h->item[(i - 1) / 2];
    h->item[i] = t;
}

static ticket pop(heap *h) {
    const ticket top = h->item[0], last = h->item[--h->n];
    size_t i = 0;
    for (size_t below; (below = 2 * i + 1) < h->n; i = below) {
        below += below + 1 < h->n && is_before(&h->item[below + 1], &h->item[below]);
        if (!is_before(&h->item[below], &last)) break;
        h->item[i] = h->item[below];
    }
    h->item[i] = last;
    return top;
}

/* From the last place to the first. */
static void place(const ticket *sorted, size_t n, int n_threads, heap *waiting, size_t *todo,
                  double *cost) {
    const double others = n_threads - 1;
    double sum = 0, behind = 0;
    for (size_t i = 0; i < n; i++)
        sum += sorted[i].cost;
    const double slack = SLACK * sum;
    for (size_t at = n, left = n; at-- > 0;) {
        while (left > 0 && !(waiting->n && others * waiting->item[0].cost <= behind + slack) &&
               others * sorted[left - 1].cost > behind + slack)
            push(waiting, sorted[--left]);
        const bool waited =
            waiting->n && (left == 0 || others * waiting->item[0].cost <= behind + slack);
        const ticket t = waited ? pop(waiting) : sorted[--left];
        todo[at] = t.trial;
        cost[at] = t.cost;
        behind += t.cost;
    }
}

void ag_run_order(const ag_plan *plan, int n_threads, size_t n, size_t *todo, double *cost) {
    ag_arena arena = AG_ARENA_EMPTY;
    ticket *sorted = AG_NEW_ARRAY(&arena, ticket, n);
    heap waiting = {.item = AG_NEW_ARRAY(&arena, ticket, n)};
    if (sorted && waiting.item) { /* without memory: in the plan's order, which is as right */
        /* seeds vary slowest in a plan: index / trials per seed is the seed's rank */
        const size_t per_seed = plan->n_trials / (size_t)plan->n_seeds;
        for (size_t i = 0; i < n; i++)
            sorted[i] = (ticket){todo[i] / (per_seed ? per_seed : 1), todo[i], cost[i]};
        qsort(sorted, n, sizeof *sorted, by_seed_then_cost);
        place(sorted, n, ag_run_threads(n_threads), &waiting, todo, cost);
    }
    ag_arena_close(&arena);
}
