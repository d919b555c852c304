#include "harness/plan/variant.h"

#include "harness/base/nearest.h"
#include "harness/config/choice.h"
#include "harness/config/sequence.h"
#include "harness/config/tree.h"
#include "harness/plan/schema.h"
#include "harness/probes/probe.h"

#include <string.h>

enum { LAYERS_MAX = 1000 };

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading the experiment");
}

/* --- activation --------------------------------------------------------- */

static ag_status read_layers(ag_arena *arena, const ag_node *map, const ag_node *layers,
                             ag_activation_list *list, ag_error *err) {
    for (const ag_node *n = map->first; n; n = n->next)
        if (n != layers)
            return AG_FAIL(err, AG_CONFIG, n->key_place, "'%.60s' cannot stand beside 'layers'",
                           n->key);
    if (layers->kind != AG_NODE_LIST || !layers->count || layers->count > LAYERS_MAX)
        return AG_FAIL(err, AG_CONFIG, layers->place,
                       "layers must be a list of activations, one per hidden layer");
    ag_choice *items = AG_NEW_ARRAY(arena, ag_choice, (size_t)layers->count);
    if (!items) return no_memory(err);
    list->items = items;
    for (const ag_node *n = layers->first; n; n = n->next)
        AG_TRY(ag_choice_read(arena, n, &ag_activations, "name", "layers", &items[list->n++], err));
    int same = 1;
    while (same < list->n && ag_choice_same(&items[0], &items[same]))
        same++;
    if (same == list->n) list->n = 1;
    return AG_OK;
}

static ag_status read_activation(ag_arena *arena, const ag_node *node, ag_variant *v, int *n_layers,
                                 ag_error *err) {
    v->is.activation = (ag_activation_list){0};
    if (node->kind == AG_NODE_MAP) {
        const ag_node *formula = ag_node_get(node, "formula"),
                      *layers = ag_node_get(node, "layers");
        if (formula)
            return AG_FAIL(err, AG_CONFIG, formula->key_place, "formulas are not available yet");
        if (layers) {
            *n_layers = layers->count;
            return read_layers(arena, node, layers, &v->is.activation, err);
        }
    }
    if (node->kind == AG_NODE_LIST)
        return AG_FAIL(err, AG_CONFIG, node->place,
                       "activation is a list, must be one; several to compare belong under 'grid', "
                       "one per hidden layer into {layers: [...]}");
    ag_choice *items = AG_NEW(arena, ag_choice);
    if (!items) return no_memory(err);
    AG_TRY(ag_choice_read(arena, node, &ag_activations, "name", "activation", items, err));
    v->is.activation = (ag_activation_list){.items = items, .n = 1};
    return AG_OK;
}

/* --- training ----------------------------------------------------------- */

/* 5, {norm: 5} and {value: 5} become {name: norm, limit: 5}, ...: what the
 * catalogue of clips reads. Everything else stays as it is. */
static ag_status rewrite_clip(ag_arena *arena, const ag_node *clip, const ag_node **out,
                              ag_error *err) {
    double x;
    const bool number = ag_node_number(clip, &x);
    const bool map = clip->kind == AG_NODE_MAP && clip->count == 1;
    const char *kind = number ? "norm" : map ? clip->first->key : "";
    *out = clip;
    if (strcmp(kind, "norm") != 0 && strcmp(kind, "value") != 0) return AG_OK;
    const ag_node name = {.kind = AG_NODE_VALUE, .place = clip->place, .text = kind};
    const ag_node *made = ag_node_with(arena, NULL, "name", clip->place, &name);
    if (made) made = ag_node_with(arena, made, "limit", clip->place, number ? clip : clip->first);
    if (!made) return no_memory(err);
    *out = made;
    return AG_OK;
}

static ag_status read_training(ag_arena *arena, const ag_node *node, ag_variant *v, ag_error *err) {
    const ag_part_schema *schema = &ag_part_schemas[AG_PART_TRAINING];
    const ag_node *smoothing =
        node->kind == AG_NODE_MAP ? ag_node_get(node, "label_smoothing") : NULL;
    if (smoothing)
        return AG_FAIL(err, AG_CONFIG, smoothing->key_place,
                       "label_smoothing is not a key of training, but of its loss: "
                       "{name: cross_entropy, label_smoothing: ...}");
    const ag_node *clip = node->kind == AG_NODE_MAP ? ag_node_get(node, "gradient_clip") : NULL;
    if (clip) {
        const ag_node *rewritten;
        AG_TRY(rewrite_clip(arena, clip, &rewritten, err));
        node = ag_node_with(arena, node, "gradient_clip", clip->key_place, rewritten);
        if (!node) return no_memory(err);
    }
    ag_training_form form;
    AG_TRY(ag_fields_read(arena, node, "training", schema->fields, schema->n_fields, &form, err));
    if (form.epochs && form.steps)
        return AG_FAIL(err, AG_CONFIG, ag_node_get(node, "steps")->key_place,
                       "training has both epochs (%ld) and steps (%ld), must have one of them",
                       form.epochs, form.steps);
    if (!form.epochs && !form.steps)
        return AG_FAIL(err, AG_CONFIG, node->place,
                       "training: 'epochs' or 'steps' is missing: how long to train");
    v->is.training = (ag_training){
        .epochs = form.epochs,
        .steps = form.steps,
        .batch_size = form.batch_size,
        .shuffle = form.shuffle,
        .loss = form.loss,
        .schedule = form.schedule,
    };
    for (int i = 0; i < ag_clips.n_items; i++)
        if (ag_clips.items[i] == form.gradient_clip.element) v->is.training.clip = (ag_clip)i;
    if (v->is.training.clip) v->is.training.clip_limit = form.gradient_clip.number[0];
    return AG_OK;
}

static ag_choice clip_choice(const ag_training *t) {
    ag_choice choice = ag_choice_standard(ag_clips.items[t->clip]);
    if (t->clip) choice.number[0] = t->clip_limit;
    return choice;
}

static void write_loss(ag_writer *w, const ag_training *t) {
    if (t->loss.element)
        ag_write_choice(w, &t->loss, "name");
    else
        ag_write(w, "{\"name\":\"auto\"}");
}

static void write_training(ag_writer *w, const ag_training *t) {
    const ag_choice clip = clip_choice(t);
    ag_write_format(w, "{\"%s\":%ld", t->epochs ? "epochs" : "steps",
                    t->epochs ? t->epochs : t->steps);
    ag_write_format(w, ",\"batch_size\":%d,\"shuffle\":%s,\"loss\":", t->batch_size,
                    t->shuffle ? "true" : "false");
    write_loss(w, t);
    ag_write(w, ",\"schedule\":");
    ag_write_choice(w, &t->schedule, "name");
    ag_write(w, ",\"gradient_clip\":");
    ag_write_choice(w, &clip, "name");
    ag_write(w, "}");
}

/* --- probes ------------------------------------------------------------- */

static ag_status read_every(const ag_node *node, ag_probing *p, ag_error *err) {
    p->on = true;
    if (!node || ag_node_is_word(node, "epoch")) return AG_OK;
    if (ag_node_is_word(node, "none")) {
        *p = (ag_probing){0};
        return AG_OK;
    }
    double x;
    if (node->kind == AG_NODE_VALUE && !ag_node_is_call(node) && !ag_node_number(node, &x))
        return AG_FAIL(err, AG_CONFIG, node->place,
                       "every is '%.60s', must be epoch, none, or a number of steps", node->text);
    AG_TRY(ag_number_read(node, "every", true, 1, 1e9, &x, err));
    p->every = (long)x;
    return AG_OK;
}

static ag_status read_which(const ag_node *node, ag_probing *p, ag_error *err) {
    const uint64_t all =
        ag_probes.n_items > 63 ? UINT64_MAX : (UINT64_C(1) << ag_probes.n_items) - 1;
    p->which = all;
    if (!node || ag_node_is_word(node, "all")) return AG_OK;
    if (node->kind != AG_NODE_LIST || !node->count)
        return AG_FAIL(err, AG_CONFIG, node->place, "which must be all, or a list of probes");
    p->which = 0;
    for (const ag_node *n = node->first; n; n = n->next) {
        const ag_element *element;
        AG_TRY(ag_element_read(n, &ag_probes, "which", &element, err));
        for (int i = 0; i < ag_probes.n_items; i++)
            if (ag_probes.items[i] == element) p->which |= UINT64_C(1) << i;
    }
    return AG_OK;
}

static ag_status read_probes(ag_arena *arena, const ag_node *node, ag_variant *v, ag_error *err) {
    static const ag_node empty = {.kind = AG_NODE_MAP};
    const ag_part_schema *schema = &ag_part_schemas[AG_PART_PROBES];
    v->is.probes = (ag_probing){0};
    if (ag_node_is_word(node, "none")) return AG_OK;
    ag_probes_form form;
    AG_TRY(ag_fields_read(arena, node ? node : &empty, "probes", schema->fields, schema->n_fields,
                          &form, err));
    ag_probing probing = {
        .examples = form.examples, .histograms = form.histograms, .channels = form.channels};
    AG_TRY(read_which(form.which, &probing, err));
    AG_TRY(read_every(form.every, &probing, err));
    v->is.probes = probing;
    return AG_OK;
}

static void write_which(ag_writer *w, uint64_t which) {
    int n = 0;
    for (int i = 0; i < ag_probes.n_items; i++)
        n += (which >> i & 1) != 0;
    if (n == ag_probes.n_items) {
        ag_write(w, "\"all\"");
        return;
    }
    const char *before = "[";
    for (int i = 0; i < ag_probes.n_items; i++) {
        if (!(which >> i & 1)) continue;
        ag_write_format(w, "%s\"%s\"", before, ag_probes.items[i]->name);
        before = ",";
    }
    ag_write(w, "]");
}

static void write_probes(ag_writer *w, const ag_probing *p) {
    if (!p->on) {
        ag_write(w, "{\"every\":\"none\"}");
        return;
    }
    if (p->every)
        ag_write_format(w, "{\"every\":%ld", p->every);
    else
        ag_write(w, "{\"every\":\"epoch\"");
    ag_write(w, ",\"which\":");
    write_which(w, p->which);
    ag_write_format(w, ",\"examples\":%d,\"histograms\":%s,\"channels\":%s}", p->examples,
                    p->histograms ? "true" : "false", p->channels ? "true" : "false");
}

/* --- all parts ---------------------------------------------------------- */

ag_status ag_variant_read(ag_arena *arena, ag_part part, const ag_node *node, ag_variant *v,
                          int *n_layers, ag_error *err) {
    *n_layers = 0;
    static const ag_node nothing = {.kind = AG_NODE_VALUE, .text = ""};
    if (ag_node_is_null(node)) node = part == AG_PART_PROBES ? NULL : node ? node : &nothing;
    switch (part) {
    case AG_PART_ACTIVATION: return read_activation(arena, node, v, n_layers, err);
    case AG_PART_TRAINING: return read_training(arena, node, v, err);
    case AG_PART_PROBES: return read_probes(arena, node, v, err);
    default: break;
    }
    const ag_part_schema *schema = &ag_part_schemas[part];
    return ag_choice_read(arena, node, schema->catalogue, schema->name_key, ag_part_names[part],
                          &v->is.choice, err);
}

static void write_layers(ag_writer *w, const ag_activation_list *list, bool json) {
    ag_write(w, json ? "{\"layers\":[" : "[");
    for (int i = 0; i < list->n; i++) {
        if (i) ag_write(w, json ? "," : " ");
        if (json)
            ag_write_choice(w, &list->items[i], "name");
        else
            ag_write_choice_label(w, &list->items[i]);
    }
    ag_write(w, json ? "]}" : "]");
}

void ag_variant_write_json(ag_writer *w, ag_part part, const ag_variant *v) {
    const ag_activation_list *list = &v->is.activation;
    switch (part) {
    case AG_PART_ACTIVATION:
        if (list->n == 1)
            ag_write_choice(w, list->items, "name");
        else
            write_layers(w, list, true);
        break;
    case AG_PART_TRAINING: write_training(w, &v->is.training); break;
    case AG_PART_PROBES: write_probes(w, &v->is.probes); break;
    default: ag_write_choice(w, &v->is.choice, ag_part_schemas[part].name_key);
    }
}

/* " key=" and the label of a choice, unless it is the standard one. */
static void label_choice(ag_writer *w, const char *key, const ag_choice *choice,
                         const char *standard) {
    const size_t before = w->n;
    ag_write_format(w, " %s=", key);
    const size_t label = w->n;
    if (choice->element) ag_write_choice_label(w, choice);
    if (w->failed || !choice->element || strcmp(w->text + label, standard) != 0) return;
    w->n = before;
    w->text[before] = 0;
}

static void label_training(ag_writer *w, const ag_training *t) {
    const ag_choice clip = clip_choice(t);
    ag_write_format(w, "%s=%ld", t->epochs ? "epochs" : "steps", t->epochs ? t->epochs : t->steps);
    if (t->batch_size != 128) ag_write_format(w, " batch_size=%d", t->batch_size);
    if (!t->shuffle) ag_write(w, " shuffle=false");
    if (t->loss.element) label_choice(w, "loss", &t->loss, "auto");
    label_choice(w, "schedule", &t->schedule, "constant");
    label_choice(w, "gradient_clip", &clip, "none");
}

void ag_variant_write_label(ag_writer *w, ag_part part, const ag_variant *v) {
    const ag_probing *p = &v->is.probes;
    switch (part) {
    case AG_PART_ACTIVATION:
        if (v->is.activation.n == 1)
            ag_write_choice_label(w, v->is.activation.items);
        else
            write_layers(w, &v->is.activation, false);
        break;
    case AG_PART_TRAINING: label_training(w, &v->is.training); break;
    case AG_PART_PROBES:
        if (p->every)
            ag_write_format(w, "every=%ld", p->every);
        else
            ag_write(w, p->on ? "every=epoch" : "none");
        break;
    default: ag_write_choice_label(w, &v->is.choice);
    }
}
