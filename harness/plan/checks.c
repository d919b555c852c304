#include "harness/plan/checks.h"

#include "harness/base/digest.h"
#include "harness/plan/goal.h"

#include <stdio.h>
#include <string.h>

enum { NETS_MAX = 1 << 16 }; /* nets whose answer is kept at a time */

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no room for the checks of the grid");
}

static ag_status outline_datasets(const ag_draft *d, ag_checks *k, ag_error *err) {
    const int n = d->plan->n_variants[AG_PART_DATASET];
    ag_data_outline *outline = AG_NEW_ARRAY(d->arena, ag_data_outline, (size_t)n);
    unsigned char *known = AG_NEW_ARRAY(d->work, unsigned char, (size_t)n);
    if (!outline || !known) return no_memory(err);
    const ag_part_map *map = &d->part[AG_PART_DATASET];
    for (int c = 0; c < map->n_combinations; c++) {
        const uint32_t v = map->variant[c];
        if (known[v]) continue;
        ag_error inner = {0};
        const ag_choice *choice = &d->plan->variants[AG_PART_DATASET][v].is.choice;
        const ag_status status = ag_dataset_outline(choice, &outline[v], &inner);
        if (!d->stored && (status == AG_CONFIG || status == AG_NOTFOUND))
            return AG_FAIL(err, status, map->place[c], "%s", inner.text);
        if (status == AG_NOMEM) return no_memory(err);
        known[v] = status == AG_OK; /* a missing file is said when it is opened */
    }
    k->outline = d->plan->outlines = outline;
    k->known = known;
    return AG_OK;
}

static ag_status open_nets(const ag_draft *d, ag_checks *k, ag_error *err) {
    size_t size = 16;
    while (size < d->n_points && size < NETS_MAX)
        size *= 2;
    k->net = AG_NEW_ARRAY(d->work, ag_checked_net, size);
    k->mask = size - 1;
    return k->net ? AG_OK : no_memory(err);
}

ag_status ag_checks_open(const ag_draft *d, ag_checks *k, ag_error *err) {
    *k = (ag_checks){0};
    const int n = d->plan->n_variants[AG_PART_MODEL];
    int *depth = AG_NEW_ARRAY(d->work, int, (size_t)n);
    if (!depth) return no_memory(err);
    for (int v = 0; v < n; v++) {
        int width = 0;
        const ag_choice *model = &d->plan->variants[AG_PART_MODEL][v].is.choice;
        ag_family_of(model)->size(model, &depth[v], &width);
    }
    k->depth = depth;
    AG_TRY(open_nets(d, k, err));
    return outline_datasets(d, k, err);
}

static ag_status check_layers(const ag_draft *d, const ag_checks *k, const size_t *combination,
                              const uint32_t *variant, ag_error *err) {
    const size_t c = combination[AG_PART_ACTIVATION];
    const int n = d->part[AG_PART_ACTIVATION].n_layers[c];
    const int depth = k->depth[variant[AG_PART_MODEL]];
    if (!n || n == depth) return AG_OK;
    char at[AG_PLACE_MAX];
    const ag_place model = d->part[AG_PART_MODEL].place[combination[AG_PART_MODEL]];
    return AG_FAIL(err, AG_CONFIG, d->part[AG_PART_ACTIVATION].place[c],
                   "'layers' has %d activation%s, but the model at %s has %d hidden layer%s", n,
                   n == 1 ? "" : "s", ag_place_text(at, model), depth, depth == 1 ? "" : "s");
}

static ag_goal goal_of(const ag_draft *d, const ag_checks *k, const uint32_t *variant) {
    const ag_data_outline *o = &k->outline[variant[AG_PART_DATASET]];
    return ag_goal_of(&d->plan->variants[AG_PART_MODEL][variant[AG_PART_MODEL]].is.choice,
                      d->plan->variants[AG_PART_TRAINING][variant[AG_PART_TRAINING]].is.training,
                      o->regression, o->n_classes, o->n_targets, o->shape);
}

static ag_status check_loss(const ag_draft *d, const ag_checks *k, const size_t *combination,
                            const uint32_t *variant, ag_error *err) {
    const uint32_t data = variant[AG_PART_DATASET];
    if (!k->known[data]) return AG_OK;
    const ag_goal goal = goal_of(d, k, variant);
    const ag_variant *model = &d->plan->variants[AG_PART_MODEL][variant[AG_PART_MODEL]];
    const char *data_label = d->plan->variants[AG_PART_DATASET][data].label;
    if (!goal.aim.n_classes && !goal.aim.n_targets)
        return AG_FAIL(err, AG_CONFIG, d->part[AG_PART_MODEL].place[combination[AG_PART_MODEL]],
                       "%s has no answers for %s to predict; an autoencoder needs none", data_label,
                       model->label);
    if (goal.outputs > 0) return AG_OK;
    const bool reconstructs = ag_family_of(&model->is.choice)->reconstructs;
    char what[64];
    if (reconstructs)
        snprintf(what, sizeof what, "predicts its %d inputs", goal.aim.n_targets);
    else if (goal.aim.task == AG_TASK_REGRESSION)
        snprintf(what, sizeof what, "has %d numbers to predict", goal.aim.n_targets);
    else
        snprintf(what, sizeof what, "has %d classes", goal.aim.n_classes);
    return AG_FAIL(err, AG_CONFIG, d->part[AG_PART_TRAINING].place[combination[AG_PART_TRAINING]],
                   "loss %s does not fit %s, which %s; it fits with 'loss: auto'",
                   goal.loss.element->name, reconstructs ? model->label : data_label, what);
}

static ag_status check_training(const ag_draft *d, const ag_checks *k, const size_t *combination,
                                const uint32_t *variant, ag_error *err) {
    const uint32_t data = variant[AG_PART_DATASET];
    if (!k->known[data]) return AG_OK;
    const ag_data_outline *o = &k->outline[data];
    return ag_training_fits(
        d->plan->variants[AG_PART_TRAINING][variant[AG_PART_TRAINING]].is.training, o->shape,
        o->n_validation, o->n_test, goal_of(d, k, variant).aim.task == AG_TASK_REGRESSION,
        d->part[AG_PART_TRAINING].place[combination[AG_PART_TRAINING]], err);
}

/* What of activations decides whether a net can be built: how many, the inputs of their units. */
static uint64_t inputs_of(const ag_activation_list *list) {
    uint64_t hash = (uint64_t)list->n;
    for (int i = 0; i < list->n; i++) {
        const int words[] = {i, ag_act_inputs(&list->items[i])};
        if (words[1] > 1) hash = ag_digest(words, sizeof words, hash);
    }
    return hash;
}

/* Builds the net of this point, without its numbers, unless one like it has been built. */
static ag_status build_net(const ag_draft *d, const ag_checks *k, const size_t *combination,
                           const uint32_t *variant, int outputs, const ag_checked_net **result,
                           ag_error *err) {
    const uint32_t m = variant[AG_PART_MODEL], data = variant[AG_PART_DATASET];
    const ag_activation_list *activations =
        &d->plan->variants[AG_PART_ACTIVATION][variant[AG_PART_ACTIVATION]].is.activation;
    const uint64_t inputs = inputs_of(activations);
    const uint64_t key[] = {m, data, (uint64_t)outputs, inputs};
    ag_checked_net *kept = &k->net[ag_digest(key, sizeof key, 0) & k->mask];
    *result = kept;
    if (kept->rows_min && kept->model == m && kept->dataset == data && kept->outputs == outputs &&
        kept->inputs == inputs)
        return AG_OK;
    const ag_choice *model = &d->plan->variants[AG_PART_MODEL][m].is.choice;
    const ag_mark mark = ag_arena_mark(d->work);
    ag_net net;
    ag_error inner = {0};
    const ag_status status = ag_family_of(model)->build(model, activations, k->outline[data].shape,
                                                        outputs, d->work, &net, &inner);
    if (!status) *kept = (ag_checked_net){m, data, outputs, ag_net_rows_min(&net), inputs};
    ag_arena_release(d->work, mark);
    if (status == AG_NOMEM) return no_memory(err);
    if (status)
        return AG_FAIL(err, status, d->part[AG_PART_MODEL].place[combination[AG_PART_MODEL]], "%s",
                       inner.text);
    return AG_OK;
}

/* The model can be built for these data, and trained on batches of this size. */
static ag_status check_model(const ag_draft *d, const ag_checks *k, const size_t *combination,
                             const uint32_t *variant, ag_error *err) {
    const uint32_t data = variant[AG_PART_DATASET];
    if (!k->known[data]) return AG_OK;
    const int outputs = goal_of(d, k, variant).outputs;
    const ag_training *training =
        d->plan->variants[AG_PART_TRAINING][variant[AG_PART_TRAINING]].is.training;
    const ag_checked_net *net;
    AG_TRY(build_net(d, k, combination, variant, outputs, &net, err));
    char at[AG_PLACE_MAX];
    const ag_place model = d->part[AG_PART_MODEL].place[combination[AG_PART_MODEL]];
    if (training->batch_size < net->rows_min)
        return AG_FAIL(err, AG_CONFIG,
                       d->part[AG_PART_TRAINING].place[combination[AG_PART_TRAINING]],
                       "batch_size is %d, but batch normalization in the model at %s needs %d or "
                       "more: one number has no variance",
                       training->batch_size, ag_place_text(at, model), net->rows_min);
    return AG_OK;
}

/* A softmax or sigmoid of the model in front of one in the loss: legal, seldom meant. */
static ag_status note_output(ag_draft *d, ag_checks *k, const uint32_t *variant, ag_error *err) {
    const ag_choice *model = &d->plan->variants[AG_PART_MODEL][variant[AG_PART_MODEL]].is.choice;
    const int output = ag_element_param(model->element, "output");
    if (output < 0 || !k->known[variant[AG_PART_DATASET]]) return AG_OK;
    const int which = (int)model->number[output];
    const char *word = model->element->params[output].words[which];
    const ag_choice loss = goal_of(d, k, variant).loss;
    const char *contains = ag_loss_of(&loss)->contains;
    /* a softmax gives back the probabilities whose logarithms it gets */
    if (!contains || which == 0 || strcmp(word, "log_softmax") == 0 || k->told >> which & 1)
        return AG_OK;
    k->told |= UINT64_C(1) << which;
    return ag_note(d, err,
                   "loss %s contains a %s and wants 'output: linear'; here it stands behind "
                   "'output: %s'",
                   loss.element->name, contains, word);
}

ag_status ag_checks_point(ag_draft *d, ag_checks *k, const size_t *combination,
                          const uint32_t *variant, ag_error *err) {
    AG_TRY(check_layers(d, k, combination, variant, err));
    AG_TRY(check_loss(d, k, combination, variant, err));
    AG_TRY(check_training(d, k, combination, variant, err));
    AG_TRY(check_model(d, k, combination, variant, err));
    return note_output(d, k, variant, err);
}
