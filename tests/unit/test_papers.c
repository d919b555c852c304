/* The papers that are shipped: every file is read, every scale planned, and every number stands for
 * trials of its grid. */
#include "check.h"

#include "harness/cli/reproduction.h"
#include "results/report/figure.h"
#include "results/report/settings_match.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Trials of the first seed that a number is about: settings of all but the activation. */
typedef struct points {
    const ag_node *settings[4096];
    const char *activation[4096];
    int n;
} points;

static void collect(const ag_plan *plan, ag_arena *arena, points *all) {
    ag_error err = {0};
    all->n = 0;
    for (size_t t = 0; t < plan->n_trials && plan->trials[t].seed == plan->seeds[0]; t++) {
        const char *json = ag_plan_settings_json(plan, &plan->trials[t], arena);
        CHECK(json && all->n < AG_COUNT(all->settings), "too many points");
        if (!json || all->n == AG_COUNT(all->settings)) return;
        const ag_place place = {"settings", 1, 0};
        CHECK(ag_document_parse_at(arena, place, json, &all->settings[all->n], &err) == AG_OK, "%s",
              err.text);
        all->activation[all->n++] =
            plan->variants[AG_PART_ACTIVATION][plan->trials[t].variant[AG_PART_ACTIVATION]].label;
    }
}

/* How many points a cell means; keys of `second` before those of `first`. */
static int count(const points *all, const ag_paper_cell *first, const ag_paper_cell *second) {
    int n = 0;
    for (int p = 0; p < all->n; p++) {
        const char *activation =
            second && second->activation ? second->activation : first->activation;
        bool fits = strcmp(all->activation[p], activation) == 0;
        for (int k = 0; second && k < second->n_keys; k++)
            fits = fits &&
                   ag_settings_have(all->settings[p], second->keys[k].key, second->keys[k].value);
        for (int k = 0; k < first->n_keys; k++) {
            bool again = false;
            for (int s = 0; second && s < second->n_keys; s++)
                again |= strcmp(second->keys[s].key, first->keys[k].key) == 0;
            fits = fits && (again || ag_settings_have(all->settings[p], first->keys[k].key,
                                                      first->keys[k].value));
        }
        n += fits;
    }
    return n;
}

static void check_number(const ag_reproduction *r, const ag_paper_number *number, const points *all,
                         bool *seen) {
    const int n = count(all, &number->at, NULL);
    const int m = number->relation == AG_PAPER_ALONE ? 1 : count(all, &number->at, &number->other);
    const bool tuned = strstr(r->experiment.plan.resolved, "\"tuning\"") != NULL;
    *seen |= n > 0 && m > 0;
    CHECK((n <= 1 && m <= 1) || tuned, "%s:%d: %d and %d cells at scale %s", r->file,
          number->place.line, n, m, r->scale->name);
}

/* A number is of some scale; at each, it is of one cell or none. */
static void check_paper(const char *name) {
    static points all;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_reproduction r;
    bool seen[1000] = {false};
    const bool found = ag_reproduction_find(name, &arena, &r, &err) == AG_OK;
    CHECK(found, "%s: %s %s", name, err.where, err.text);
    if (!found) return;
    for (int s = 0; s < r.paper.n_scales; s++) {
        const ag_mark mark = ag_arena_mark(&arena);
        const bool ok = ag_reproduction_plan(&r, r.paper.scales[s].name, &arena, &err) == AG_OK;
        CHECK(ok, "%s at %s: %s %s", name, r.paper.scales[s].name, err.where, err.text);
        if (!ok) continue;
        collect(&r.experiment.plan, &arena, &all);
        for (int i = 0; i < r.paper.n_numbers; i++)
            check_number(&r, &r.paper.numbers[i], &all, &seen[i]);
        ag_arena_release(&arena, mark);
    }
    for (int i = 0; i < r.paper.n_numbers; i++) {
        ag_metric metric;
        CHECK(seen[i], "%s:%d: no scale has such trials", r.file, r.paper.numbers[i].place.line);
        CHECK(ag_paper_metric(&r.paper.numbers[i], &arena, &metric, &err) == AG_OK, "%s: %s %s",
              name, err.where, err.text);
        CHECK(strlen(r.paper.numbers[i].source) > 10, "%s:%d: where is it from?", r.file,
              r.paper.numbers[i].place.line);
    }
    CHECK(!r.paper.figure || ag_catalogue_find(&ag_figures, r.paper.figure), "%s: no figure '%s'",
          name, r.paper.figure);
    CHECK(ag_paper_scale_find(&r.paper, "reduced", &r.scale, &err) == AG_OK &&
              r.scale == r.paper.scales,
          "%s: the first scale is reduced", name);
    CHECK(ag_paper_scale_find(&r.paper, "full", &r.scale, &err) == AG_OK, "%s: no full scale",
          name);
    ag_arena_close(&arena);
}

int main(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    const char *const *names;
    int n = 0;
    const char *source = getenv("AG_SOURCE");
    if (source) CHECK(chdir(source) == 0, "%s", source);
    CHECK(ag_reproduction_names(&arena, &names, &n, &err) == AG_OK, "%s", err.text);
    CHECK(n >= 2, "%d papers", n);
    for (int i = 0; i < n; i++)
        check_paper(names[i]);
    ag_arena_close(&arena);
    return check_report();
}
