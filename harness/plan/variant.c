#include "harness/plan/variant.h"

#include "harness/base/nearest.h"
#include "harness/config/choice.h"
#include "harness/config/sequence.h"
#include "harness/config/tree.h"
#include "harness/plan/activation.h"
#include "harness/plan/schema.h"
#include "harness/probes/probe.h"

#include <string.h>

enum { LAYERS_MAX = 1000 };

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading the experiment");
}

/* --- activation --------------------------------------------------------- */

/* The next layer's. The same formula again is the same element. */
static ag_status read_layer(ag_arena *arena, const ag_node *node, ag_activation_list *list,
                            ag_choice *item, ag_error *err) {
    AG_TRY(ag_activation_read(arena, node, "layers", item, err));
    const char *definition = item->element->definition;
    for (int i = 0; definition && i < list->n; i++)
        if (list->items[i].element->definition &&
            strcmp(list->items[i].element->definition, definition) == 0) {
            *item = list->items[i];
            break;
        }
    list->n++;
    return AG_OK;
}

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
        AG_TRY(read_layer(arena, n, list, &items[list->n], err));
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
        const ag_node *layers = ag_node_get(node, "layers");
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
    AG_TRY(ag_activation_read(arena, node, "activation", items, err));
    v->is.activation = (ag_activation_list){.items = items, .n = 1};
    return AG_OK;
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

uint64_t ag_which_all(void) {
    uint64_t all = 0;
    for (int i = 0; i < ag_probes.n_items; i++)
        if (!ag_probe_of(ag_probes.items[i])->on_request) all |= UINT64_C(1) << i;
    return all;
}

static ag_status read_which(const ag_node *node, ag_probing *p, ag_error *err) {
    p->which = ag_which_all();
    if (!node || ag_node_is_word(node, "all")) return AG_OK;
    if (node->kind != AG_NODE_LIST || !node->count)
        return AG_FAIL(err, AG_CONFIG, node->place, "which must be all, or a list of probes");
    p->which = 0;
    for (const ag_node *n = node->first; n; n = n->next) {
        const ag_element *element;
        if (ag_node_is_word(n, "all")) {
            p->which |= ag_which_all();
            continue;
        }
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
    if (which == ag_which_all()) {
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
    ag_training *training;
    switch (part) {
    case AG_PART_ACTIVATION: return read_activation(arena, node, v, n_layers, err);
    case AG_PART_TRAINING:
        v->is.training = training = AG_NEW(arena, ag_training);
        return training ? ag_training_read(arena, node, training, err) : no_memory(err);
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
    const ag_part_schema *schema = &ag_part_schemas[part];
    switch (part) {
    case AG_PART_ACTIVATION:
        if (list->n == 1)
            ag_write_choice(w, list->items, "name");
        else
            write_layers(w, list, true);
        break;
    case AG_PART_TRAINING:
        ag_fields_write_json(w, schema->fields, schema->n_fields, v->is.training);
        break;
    case AG_PART_PROBES: write_probes(w, &v->is.probes); break;
    default: ag_write_choice(w, &v->is.choice, ag_part_schemas[part].name_key);
    }
}

void ag_variant_write_label(ag_writer *w, ag_part part, const ag_variant *v) {
    const ag_probing *p = &v->is.probes;
    const ag_part_schema *schema = &ag_part_schemas[part];
    switch (part) {
    case AG_PART_ACTIVATION:
        if (v->is.activation.n == 1)
            ag_write_choice_label(w, v->is.activation.items);
        else
            write_layers(w, &v->is.activation, false);
        break;
    case AG_PART_TRAINING:
        ag_fields_write_label(w, schema->fields, schema->n_fields, v->is.training);
        break;
    case AG_PART_PROBES:
        if (p->every)
            ag_write_format(w, "every=%ld", p->every);
        else
            ag_write(w, p->on ? "every=epoch" : "none");
        break;
    default: ag_write_choice_label(w, &v->is.choice);
    }
}
