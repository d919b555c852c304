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

/* The next value beyond the end of n >= 2 ascending ones; to 12 digits, as logspace() has them. */
static double beyond(const double *x, int n, bool up) {
    const double last = up ? x[n - 1] : x[0], before = up ? x[n - 2] : x[1];
    const double next = goes_by_steps(x, n) ? last + (last - before) : last * (last / before);
    if (are_whole(x, n)) return nearbyint(next);
    char digits[32];
    snprintf(digits, sizeof digits, "%.12g", next);
    return strtod(digits, NULL);
}

/* grid.optimizer.learning_rate=[0.01,0.1,1]: as a word of the command line. */
static const char *word_of(const char *key, const double *x, int n, bool down, bool up,
                           ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    ag_write_format(&w, "grid.%s=[", key);
    for (int i = -down; i < n + up; i++) {
        if (i > -down) ag_write(&w, ",");
        ag_write_number(&w, i >= 0 && i < n ? x[i] : beyond(x, n, i >= n));
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

/* The same experiment with one list longer. A value that is out of its range is told, and the
 * experiment stays. */
static ag_status extend_one(const ag_plan *plan, const char *word, const char *key, ag_arena *arena,
                            ag_plan *wider, bool *more, ag_writer *told, ag_error *err) {
    ag_error inner = {0};
    ag_plan next;
    const ag_status status = ag_plan_read(arena, plan->file, plan->resolved, strlen(plan->resolved),
                                          &word, 1, &next, &inner);
    if (status == AG_NOMEM) return no_memory(err);
    if (status) {
        ag_write_format(told, "%s%s: %s", told->n ? "; " : "", key, inner.text);
        return AG_OK;
    }
    next.source = plan->source;
    *wider = next;
    *more = true;
    return AG_OK;
}

ag_status ag_extend_edges(const ag_tuned *tuned, ag_arena *arena, ag_plan *wider, bool *more,
                          const char **words, ag_error *err) {
    const ag_plan *plan = tuned->plan;
    const ag_tuning *t = plan->tuning;
    double *numbers = AG_NEW_ARRAY(arena, double, t->n_points);
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
        const int n = ag_candidate_numbers(plan, i, AG_ALL_GROUPS, numbers);
        const char *word = word_of(t->over[i], numbers, n, down, up, arena);
        if (!word) return no_memory(err);
        AG_TRY(extend_one(wider, word, t->over[i], arena, wider, more, &told, err));
    }
    if (told.failed) return no_memory(err);
    *words = told.n ? told.text : "";
    return AG_OK;
}
