/* `tuning`: from its map to which axes it is over, and which groups and candidates these make of
 * the grid's points. */
#include "harness/plan/tuning.h"

#include "harness/base/nearest.h"
#include "harness/base/sorted.h"
#include "harness/config/choice.h"
#include "harness/plan/draws.h"
#include "harness/plan/goal.h"

#include <string.h>

/* Of a count of seeds the first: final_seeds may grow to so many without meeting those of tune. */
enum { TUNE_SEED = 1000 };

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading 'tuning'");
}

/* --- over --------------------------------------------------------------------------- */

static const ag_axis_key *find_key(const ag_draft *d, const char *text, int *axis) {
    for (int a = 0; a < d->axes.n; a++)
        for (int k = 0; k < d->axes.axis[a].n_keys; k++)
            if (strcmp(d->axes.axis[a].keys[k].path.text, text) == 0) {
                *axis = a;
                return &d->axes.axis[a].keys[k];
            }
    return NULL;
}

static ag_status refuse_fixed(const ag_draft *d, const ag_node *word, ag_error *err) {
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(word->text);
    for (int a = 0; a < d->axes.n; a++)
        for (int k = 0; k < d->axes.axis[a].n_keys; k++)
            ag_nearest_offer(&nearest, d->axes.axis[a].keys[k].path.text);
    return AG_FAIL(err, AG_CONFIG, word->place,
                   "'%.60s' does not vary: what 'over' names needs values under 'grid'%s",
                   word->text, ag_nearest_hint(hint, &nearest, ""));
}

static ag_status read_one(ag_draft *d, const ag_node *word, int n_before, ag_error *err) {
    int axis = 0;
    const char **over = (const char **)d->tuning->over;
    if (word->kind != AG_NODE_VALUE)
        return AG_FAIL(err, AG_CONFIG, word->place,
                       "over must be a list of dotted keys such as optimizer.learning_rate");
    const ag_axis_key *key = find_key(d, word->text, &axis);
    if (!key) return refuse_fixed(d, word, err);
    if (key->part == AG_PART_ACTIVATION && key->path.n == 1)
        return AG_FAIL(err, AG_CONFIG, word->place,
                       "'activation' is what is compared: it cannot be chosen by 'tuning'");
    for (int i = 0; i < n_before; i++)
        if (strcmp(over[i], word->text) == 0)
            return AG_FAIL(err, AG_CONFIG, word->place, "'%s' is named twice", word->text);
    over[n_before] = key->path.text;
    d->tuned[axis] = true;
    return AG_OK;
}

static bool names(const ag_tuning *t, const char *key) {
    for (int i = 0; i < t->n_over; i++)
        if (strcmp(t->over[i], key) == 0) return true;
    return false;
}

/* Keys that move together are tuned together. */
static ag_status check_zips(const ag_draft *d, const ag_node *over, ag_error *err) {
    for (int a = 0; a < d->axes.n; a++)
        for (int k = 0; d->tuned[a] && k < d->axes.axis[a].n_keys; k++) {
            const char *key = d->axes.axis[a].keys[k].path.text;
            if (!names(d->tuning, key))
                return AG_FAIL(err, AG_CONFIG, over->place,
                               "'%s' moves together with another key in 'zip': over must name "
                               "both or none",
                               key);
        }
    return AG_OK;
}

static ag_status read_over(ag_draft *d, const ag_node *node, ag_error *err) {
    ag_tuning *t = d->tuning;
    const bool many = node->kind == AG_NODE_LIST;
    const int n = many ? node->count : 1;
    if (!n) return AG_FAIL(err, AG_CONFIG, node->place, "over is empty: nothing to choose");
    t->over = AG_NEW_ARRAY(d->arena, const char *, (size_t)n);
    if (!t->over) return no_memory(err);
    for (const ag_node *word = many ? node->first : node; word; word = many ? word->next : NULL)
        AG_TRY(read_one(d, word, t->n_over++, err));
    return check_zips(d, node, err);
}

/* --- seeds -------------------------------------------------------------------------- */

static ag_status check_fresh(const ag_draft *d, const ag_node *place, ag_error *err) {
    const ag_tuning *t = d->tuning;
    const size_t n = (size_t)d->plan->n_seeds;
    uint64_t *seeds = AG_NEW_ARRAY(d->work, uint64_t, n);
    if (!seeds) return no_memory(err);
    memcpy(seeds, d->plan->seeds, n * sizeof *seeds);
    ag_sorted_make(seeds, n);
    for (int i = 0; i < t->n_final_seeds; i++)
        if (ag_sorted_find(seeds, n, t->final_seeds[i]))
            return AG_FAIL(err, AG_CONFIG, place->place,
                           "seed %llu is in seeds and in final_seeds: what is chosen by a seed "
                           "cannot be judged by it; counts begin at 1000 and at 0, lists may be "
                           "given",
                           (unsigned long long)t->final_seeds[i]);
    return AG_OK;
}

static ag_status read_seeds(ag_draft *d, const ag_tuning_form *form, ag_error *err) {
    ag_tuning *t = d->tuning;
    const ag_node three = {.kind = AG_NODE_VALUE, .text = "3"},
                  ten = {.kind = AG_NODE_VALUE, .text = "10"};
    AG_TRY(ag_seeds_read_from(d->arena, form->seeds ? form->seeds : &three, "seeds", TUNE_SEED,
                              &d->plan->seeds, &d->plan->n_seeds, err));
    AG_TRY(ag_seeds_read_from(d->arena, form->final_seeds ? form->final_seeds : &ten, "final_seeds",
                              0, &t->final_seeds, &t->n_final_seeds, err));
    const ag_node *place = form->final_seeds ? form->final_seeds
                           : form->seeds     ? form->seeds
                                             : d->root.tuning;
    return check_fresh(d, place, err);
}

/* --- all of it ------------------------------------------------------------------------ */

static ag_status refuse_others(const ag_draft *d, ag_error *err) {
    const ag_node *seeds = d->root.seeds ? d->root.seeds : d->root.seed;
    if (seeds)
        return AG_FAIL(err, AG_CONFIG, seeds->key_place,
                       "'%s' beside 'tuning', which has seeds of its own: tuning.seeds and "
                       "tuning.final_seeds",
                       seeds->key);
    if (d->root.phase)
        return AG_FAIL(err, AG_CONFIG, d->root.phase->key_place,
                       "'phase' beside 'tuning', which has both phases");
    const ag_node *metric =
        d->root.tuning->kind == AG_NODE_MAP ? ag_node_get(d->root.tuning, "metric") : NULL;
    if (metric && metric->kind == AG_NODE_VALUE && strncmp(metric->text, "test_", 5) == 0)
        return AG_FAIL(err, AG_CONFIG, metric->place,
                       "metric is '%.60s': nothing is chosen by the test part, it is seen once, "
                       "in the end; must be val_accuracy or another of validation",
                       metric->text);
    return AG_OK;
}

ag_status ag_tuning_read(ag_draft *d, ag_error *err) {
    if (ag_node_is_null(d->root.tuning)) return ag_draws_refuse_ranges(d, err);
    ag_tuning_form form = {0};
    AG_TRY(refuse_others(d, err));
    AG_TRY(ag_fields_read(d->arena, d->root.tuning, "tuning", ag_tuning_fields, ag_n_tuning_fields,
                          &form, err));
    ag_tuning *t = d->tuning = AG_NEW(d->arena, ag_tuning);
    if (!t) return no_memory(err);
    *t = (ag_tuning){
        .metric = ag_tuning_metrics[form.metric], .search = form.search, .halving = form.halving};
    t->larger = !strstr(t->metric, "loss");
    d->plan->tuning = t;
    d->phase = AG_PHASE_TUNE;
    AG_TRY(read_over(d, form.over, err));
    AG_TRY(read_seeds(d, &form, err));
    if (t->search.element) AG_TRY(ag_draws_make(d, &t->search, err));
    return ag_draws_refuse_ranges(d, err);
}

static void write_seeds(ag_writer *w, const char *key, const uint64_t *seeds, int n) {
    ag_write_format(w, ",\"%s\":[", key);
    for (int i = 0; i < n; i++)
        ag_write_format(w, "%s%llu", i ? "," : "", (unsigned long long)seeds[i]);
    ag_write(w, "]");
}

void ag_tuning_write_json(ag_writer *w, const ag_draft *d) {
    const ag_tuning *t = d->tuning;
    for (int i = 0; i < t->n_over; i++)
        ag_write_format(w, "%s\"%s\"", i ? "," : ",\"tuning\":{\"over\":[", t->over[i]);
    ag_write_format(w, "],\"metric\":\"%s\"", t->metric);
    write_seeds(w, "seeds", d->plan->seeds, d->plan->n_seeds);
    write_seeds(w, "final_seeds", t->final_seeds, t->n_final_seeds);
    ag_write(w, ",\"search\":");
    if (t->search.element)
        ag_write_choice(w, &t->search, "name");
    else
        ag_write(w, "\"grid\"");
    if (t->halving.element) {
        ag_write(w, ",\"halving\":");
        ag_write_choice(w, &t->halving, "name");
    }
    ag_write(w, "}");
}

/* --- groups and candidates -------------------------------------------------------------- */

/* The place of these digits among those of the axes that are tuned, or of the others. */
static uint32_t place_of(const ag_draft *d, const int *digit, bool tuned) {
    uint32_t place = 0;
    for (int a = 0; a < d->axes.n; a++)
        if (d->tuned[a] == tuned)
            place = place * (uint32_t)d->axes.axis[a].n_choices + (uint32_t)digit[a];
    return place;
}

/* What the data have to say about the metric. */
static ag_status check_metric(const ag_draft *d, const ag_trial *point, ag_error *err) {
    const ag_plan *plan = d->plan;
    const uint32_t set = point->variant[AG_PART_DATASET];
    const ag_data_outline *o = &plan->outlines[set];
    const ag_settings s = ag_plan_settings(plan, point);
    const char *metric = d->tuning->metric, *label = plan->variants[AG_PART_DATASET][set].label;
    const ag_place place = ag_node_get(d->root.tuning, "metric")->place;
    if (!o->n_train) return AG_OK; /* its files are missing, which is said when they are opened */
    const ag_goal goal =
        ag_goal_of(&s.model, &s.training, o->regression, o->n_classes, o->n_targets, o->shape);
    const bool numbers = goal.aim.task == AG_TASK_REGRESSION;
    if (!o->n_validation)
        return AG_FAIL(err, AG_CONFIG, place,
                       "%s has no validation part, and there is nothing else to choose by", label);
    if (numbers ? strstr(metric, "accuracy") != NULL : strstr(metric, "r2") != NULL)
        return AG_FAIL(err, AG_CONFIG, place, "metric is '%s', but %s are to be predicted: %s",
                       metric, numbers ? "numbers" : "classes",
                       numbers ? "val_r2 or val_loss" : "val_accuracy or val_loss");
    return AG_OK;
}

ag_status ag_tuning_point(ag_draft *d, const ag_trial *points, size_t n, const int *digit,
                          ag_error *err) {
    ag_tuning *t = d->tuning;
    if (!t) return AG_OK;
    if (!t->group) t->group = AG_NEW_ARRAY(d->arena, uint32_t, d->n_points);
    if (!t->candidate) t->candidate = AG_NEW_ARRAY(d->arena, uint32_t, d->n_points);
    if (!t->group || !t->candidate) return no_memory(err);
    ((uint32_t *)t->group)[n] = place_of(d, digit, false);
    ((uint32_t *)t->candidate)[n] = place_of(d, digit, true);
    return check_metric(d, &points[n], err);
}

static const char *activation_of(const ag_draft *d, const ag_trial *trial) {
    return d->plan->variants[AG_PART_ACTIVATION][trial->variant[AG_PART_ACTIVATION]].label;
}

static ag_status check_equal(const ag_draft *d, const ag_trial *points, const size_t *first,
                             const int *count, ag_error *err) {
    const ag_tuning *t = d->tuning;
    for (int g = 1; g < t->n_groups; g++)
        if (count[g] != count[0])
            return AG_FAIL(err, AG_CONFIG,
                           d->root.exclude ? d->root.exclude->key_place : d->root.tuning->place,
                           "%d candidates are left for %.60s and %d for %.60s: every activation "
                           "must get the same number",
                           count[0], activation_of(d, &points[first[0]]), count[g],
                           activation_of(d, &points[first[g]]));
    return AG_OK;
}

ag_status ag_tuning_points_end(ag_draft *d, const ag_trial *points, size_t n, ag_error *err) {
    ag_tuning *t = d->tuning;
    if (!t || !n) return AG_OK;
    size_t size = 1;
    for (int a = 0; a < d->axes.n; a++)
        if (!d->tuned[a]) size *= (size_t)d->axes.axis[a].n_choices; /* <= AG_TRIALS_MAX */
    uint32_t *number = AG_NEW_ARRAY(d->work, uint32_t, size);        /* of a group, from 1 */
    int *count = AG_NEW_ARRAY(d->work, int, size);
    size_t *first = AG_NEW_ARRAY(d->work, size_t, size);
    if (!number || !count || !first) return no_memory(err);
    uint32_t *group = (uint32_t *)t->group;
    for (size_t i = 0; i < n; i++) {
        if (!number[group[i]]) {
            first[t->n_groups] = i;
            number[group[i]] = (uint32_t)++t->n_groups;
        }
        group[i] = number[group[i]] - 1;
        count[group[i]]++;
    }
    t->n_points = n;
    t->n_candidates = count[0];
    return check_equal(d, points, first, count, err);
}
