#include "harness/cli/extend_edges.h"

#include "harness/base/text.h"
#include "harness/config/writer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory extending a tuning");
}

static bool are_whole(const double *x, int n) {
    for (int i = 0; i < n; i++)
        if (x[i] != floor(x[i])) return false;
    return true;
}

/* Three or more with equal steps; anything else that is above 0 goes by ratios. */
static bool goes_by_steps(const double *x, int n) {
    for (int i = 2; i < n; i++)
        if (fabs((x[i] - x[i - 1]) - (x[1] - x[0])) > 1e-9 * (x[n - 1] - x[0])) return false;
    return n > 2 || x[0] <= 0;
}

/* The next value beyond the end of n >= 2 ascending ones; to 12 digits, as logspace() has them.
 * Steps go no further than to the last value above 0: from there, as of a learning rate, by ratios.
 */
static double beyond(const double *x, int n, bool up) {
    const double last = up ? x[n - 1] : x[0], before = up ? x[n - 2] : x[1];
    const double step = last + (last - before);
    const bool to_zero = x[0] > 0 && step < 1e-9 * x[n - 1];
    const double next = goes_by_steps(x, n) && !to_zero ? step : last * (last / before);
    char digits[32];
    snprintf(digits, sizeof digits, "%.12g", next);
    return strtod(digits, NULL);
}

/* grid.optimizer.learning_rate=[0.01,0.1,1]: as a word of the command line. */
static const char *word_of(const char *key, int n, const double *x, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    ag_write_format(&w, "grid.%s=[", key);
    for (int i = 0; i < n; i++) {
        if (i) ag_write(&w, ",");
        ag_write_number(&w, x[i]);
    }
    ag_write(&w, "]");
    return w.failed ? NULL : w.text;
}

/* Whether the key has an axis of its own, of values that stand in the file. */
static bool can_be_extended(const ag_plan *plan, const char *key) {
    if (plan->tuning->search.element) return false;
    for (int a = 0; a < plan->n_axes; a++)
        if (strcmp(plan->axes[a].name, key) == 0) return true;
    return false;
}

/* A list that grows. */
typedef struct list {
    const char *key;
    double *x; /* [n], ascending; room for one beyond either end */
    int n;
    bool whole;
} list;

/* The same experiment with this list. */
static ag_status read_wider(const ag_plan *plan, const list *l, ag_arena *arena, ag_plan *next,
                            ag_error *err) {
    const char *word = word_of(l->key, l->n, l->x, arena);
    if (!word) return no_memory(err);
    return ag_plan_read(arena, plan->file, plan->resolved, strlen(plan->resolved), &word, 1, next,
                        err);
}

/* The same experiment with a list that has one more, the first or the last; what must be whole is
 * rounded. If that is out of its range it is told, and the experiment stays. */
static ag_status extend_end(list *l, double x, bool up, ag_arena *arena, ag_plan *wider, bool *more,
                            ag_writer *told, ag_error *err) {
    ag_error inner = {0};
    ag_plan next;
    const list longer = {l->key, up ? l->x : l->x - 1, l->n + 1, l->whole};
    double *at = &longer.x[up ? l->n : 0];
    *at = x;
    ag_status status = read_wider(wider, &longer, arena, &next, &inner);
    if (status == AG_CONFIG && l->whole && x != nearbyint(x)) {
        *at = nearbyint(x);
        inner = (ag_error){0};
        status = read_wider(wider, &longer, arena, &next, &inner);
    }
    if (status == AG_NOMEM) return no_memory(err);
    if (status) {
        ag_write_format(told, "%s%s: %s", told->n ? "; " : "", l->key, inner.text);
        return AG_OK;
    }
    next.source = wider->source;
    *wider = next;
    *more = true;
    *l = longer;
    return AG_OK;
}

ag_status ag_extend_edges(const ag_tuned *tuned, ag_arena *arena, ag_plan *wider, bool *more,
                          const char **words, ag_error *err) {
    const ag_plan *plan = tuned->plan;
    const ag_tuning *t = plan->tuning;
    double *numbers = AG_NEW_ARRAY(arena, double, t->n_points + 2); /* one beyond either end */
    ag_writer told = AG_WRITER(arena);
    if (!numbers) return no_memory(err);
    *wider = *plan;
    *more = false;
    for (int i = 0; i < t->n_over && i < 64; i++) {
        bool down = false, up = false;
        for (int g = 0; g < t->n_groups; g++) {
            down |= tuned->winners[g].known && tuned->winners[g].least >> i & 1;
            up |= tuned->winners[g].known && tuned->winners[g].most >> i & 1;
        }
        if (!down && !up) continue;
        if (!can_be_extended(plan, t->over[i])) {
            ag_write_format(&told, "%s%s: no list of its own", told.n ? "; " : "", t->over[i]);
            continue;
        }
        list l = {t->over[i], numbers + 1,
                  ag_candidate_numbers(plan, i, AG_ALL_GROUPS, numbers + 1), false};
        l.whole = are_whole(l.x, l.n);
        const double low = beyond(l.x, l.n, false), high = beyond(l.x, l.n, true);
        if (down) AG_TRY(extend_end(&l, low, false, arena, wider, more, &told, err));
        if (up) AG_TRY(extend_end(&l, high, true, arena, wider, more, &told, err));
    }
    if (told.failed) return no_memory(err);
    *words = told.n ? told.text : "";
    return AG_OK;
}
