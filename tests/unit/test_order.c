/* The order of a run: seed by seed, the most expensive first, and no thread idle at the end,
 * by playing the run through with synthetic costs. */
#include "check.h"

#include "harness/base/random.h"
#include "harness/run/order.h"

#include <stdlib.h>
#include <string.h>

enum { POINTS_MAX = 400, SEEDS_MAX = 10, TRIALS_MAX = POINTS_MAX * SEEDS_MAX, THREADS_MAX = 16 };

/* Which costs the points of a grid have; all seeds the same. */
typedef struct shape {
    const char *what;
    int points, seeds;
    double (*cost)(int point, ag_stream *random);
    bool has_room; /* for 16 threads: no trial is near a thread's share of all */
} shape;

static double equal(int point, ag_stream *random) {
    (void)point, (void)random;
    return 1;
}
static double one_long(int point, ag_stream *random) {
    (void)random;
    return point == 7 ? 100 : 1;
}
static double depths(int point, ag_stream *random) {
    (void)random;
    return 3 + (double)(1 << point % 6);
}
static double spread(int point, ag_stream *random) {
    (void)point;
    return exp(1.5 * ag_random_normal(random));
}

static const shape shapes[] = {
    {"all cost the same", 60, 5, equal, true},
    {"a very long one in each seed", 21, 3, one_long, false},
    {"a very long one in each of many", 200, 10, one_long, true},
    {"depths of 1 to 32", 24, 10, depths, true},
    {"very different ones", 400, 10, spread, true},
    {"one seed", 300, 1, depths, true},
    {"fewer than threads", 3, 2, depths, false},
};

typedef struct sweep {
    ag_plan plan;
    uint64_t seeds[SEEDS_MAX];
    size_t n, todo[TRIALS_MAX];
    double cost[TRIALS_MAX], sum, longest;
} sweep;

static void make(const shape *of, sweep *s) {
    double cost[POINTS_MAX];
    ag_stream random = ag_stream_open(1, AG_RANDOM_TEST, 0);
    *s = (sweep){.n = (size_t)(of->points * of->seeds)};
    s->plan = (ag_plan){.seeds = s->seeds, .n_seeds = of->seeds, .n_trials = s->n};
    for (int p = 0; p < of->points; p++)
        cost[p] = of->cost(p, &random);
    for (size_t i = 0; i < s->n; i++) {
        s->todo[i] = i;
        s->cost[i] = cost[i % (size_t)of->points];
        s->sum += s->cost[i];
        s->longest = fmax(s->longest, s->cost[i]);
    }
}

/* When the last trial ends: each is begun by the thread that is free first. */
static double play(const sweep *s, int n_threads) {
    double busy_until[THREADS_MAX] = {0}, end = 0;
    for (size_t i = 0; i < s->n; i++) {
        int first = 0;
        for (int w = 1; w < n_threads; w++)
            if (busy_until[w] < busy_until[first]) first = w;
        busy_until[first] += s->cost[i];
        end = fmax(end, busy_until[first]);
    }
    return end;
}

static int by_cost(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Longest first, seeds mixed: within 4/3 of the best there is. */
static double play_longest_first(const sweep *s, int n_threads) {
    static sweep sorted;
    sorted = *s;
    qsort(sorted.cost, sorted.n, sizeof *sorted.cost, by_cost);
    return play(&sorted, n_threads);
}

static size_t seed_of(const sweep *s, size_t place) {
    return s->todo[place] / (s->plan.n_trials / (size_t)s->plan.n_seeds);
}

/* Trials that are begun before one of an earlier seed. */
static size_t count_ahead(const sweep *s) {
    size_t n = 0, latest = 0;
    for (size_t i = s->n; i-- > 0;) {
        const size_t seed = seed_of(s, i);
        if (i == s->n - 1 || seed < latest) latest = seed;
        n += seed > latest;
    }
    return n;
}

static void test_no_idling(void) {
    static sweep s, before;
    static const int threads[] = {1, 2, 4, 16};
    for (int k = 0; k < (int)(sizeof shapes / sizeof *shapes); k++)
        for (int t = 0; t < 4; t++) {
            const int w = threads[t];
            make(&shapes[k], &s);
            before = s;
            const double bound = fmax(s.sum / w, s.longest);
            ag_run_order(&s.plan, w, s.n, s.todo, s.cost);
            const double end = play(&s, w);
            CHECK(end <= fmax(1.01 * bound, 1.01 * play_longest_first(&s, w)),
                  "%s, %d threads: ends at %g, all work / threads is %g", shapes[k].what, w, end,
                  bound);
            if (shapes[k].has_room)
                CHECK(end <= 1.02 * bound, "%s, %d threads: idle for %.1f %%", shapes[k].what, w,
                      100 * (1 - bound / end));
            static bool seen[TRIALS_MAX];
            memset(seen, 0, sizeof seen);
            for (size_t i = 0; i < s.n; i++) {
                CHECK(s.cost[i] == before.cost[s.todo[i]] && !seen[s.todo[i]], "place %zu", i);
                seen[s.todo[i]] = true;
            }
        }
}

/* Seed by seed, most expensive first: on one thread always, and of equal trials; and what has to
 * be begun ahead of its seed is little. */
static void test_balance(void) {
    static sweep s;
    for (int k = 0; k < (int)(sizeof shapes / sizeof *shapes); k++) {
        make(&shapes[k], &s);
        ag_run_order(&s.plan, 1, s.n, s.todo, s.cost);
        for (size_t i = 1; i < s.n; i++)
            CHECK(seed_of(&s, i) > seed_of(&s, i - 1) ||
                      (seed_of(&s, i) == seed_of(&s, i - 1) &&
                       (s.cost[i] < s.cost[i - 1] ||
                        (s.cost[i] == s.cost[i - 1] && s.todo[i] > s.todo[i - 1]))),
                  "%s: place %zu", shapes[k].what, i);
    }
    make(&shapes[0], &s);
    ag_run_order(&s.plan, 2, s.n, s.todo, s.cost);
    CHECK(count_ahead(&s) == 0, "%zu of equal trials are ahead", count_ahead(&s));
    make(&shapes[4], &s);
    ag_run_order(&s.plan, 16, s.n, s.todo, s.cost);
    CHECK(count_ahead(&s) > 0 && count_ahead(&s) < s.n / 50, "%zu of %zu are ahead",
          count_ahead(&s), s.n);
}

int main(void) {
    test_no_idling();
    test_balance();
    return check_report();
}
