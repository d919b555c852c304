#include "harness/plan/variant_set.h"

#include "harness/base/digest.h"

#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the variants of a plan");
}

static void put_slot(ag_variant_set *set, uint32_t variant) {
    size_t i = (size_t)set->variants[variant].hash & set->mask;
    while (set->slot[i])
        i = (i + 1) & set->mask;
    set->slot[i] = variant + 1;
}

static ag_status make_room(ag_variant_set *set, size_t room, ag_error *err) {
    size_t size = 16;
    while (size < 2 * room)
        size *= 2;
    ag_variant *variants = AG_NEW_ARRAY(set->arena, ag_variant, room);
    uint32_t *slot = AG_NEW_ARRAY(set->work, uint32_t, size);
    if (!variants || !slot) return no_memory(err);
    if (set->n) memcpy(variants, set->variants, set->n * sizeof *variants);
    set->variants = variants, set->room = room;
    set->slot = slot, set->mask = size - 1;
    for (uint32_t v = 0; v < set->n; v++)
        put_slot(set, v);
    return AG_OK;
}

ag_status ag_variant_set_open(ag_variant_set *set, size_t expected, ag_error *err) {
    set->n = 0;
    return make_room(set, expected ? expected : 1, err);
}

static bool same_file(const ag_variant *a, const ag_variant *b) {
    const char *x = a->is.choice.file, *y = b->is.choice.file;
    return x == y || (x && y && strcmp(x, y) == 0);
}

/* Hashes of 64 bits are the same and what they are of is not: once in a million plans. */
static bool same_json(const ag_variant_set *set, const ag_variant *v, const ag_writer *json,
                      ag_arena *scratch, bool *failed) {
    const char *other = ag_plan_variant_json(set->part, v, scratch);
    *failed |= !other;
    return other && strcmp(other, json->text) == 0;
}

/* The number of this variant; set->n: it is new. */
static ag_status find(const ag_variant_set *set, const ag_variant *wanted, const ag_writer *json,
                      ag_arena *scratch, uint32_t *variant, ag_error *err) {
    bool failed = false;
    for (size_t i = (size_t)wanted->hash & set->mask; set->slot[i]; i = (i + 1) & set->mask) {
        const ag_variant *v = &set->variants[set->slot[i] - 1];
        if (v->hash != wanted->hash || (set->by_file && !same_file(v, wanted)) ||
            !same_json(set, v, json, scratch, &failed))
            continue;
        *variant = set->slot[i] - 1;
        return AG_OK;
    }
    *variant = (uint32_t)set->n;
    return failed ? no_memory(err) : AG_OK;
}

/* A variant that was read in scratch memory is read once more into the plan's. */
static ag_status keep(ag_variant_set *set, const ag_node *node, ag_variant *v, ag_arena *scratch,
                      ag_error *err) {
    int n_layers;
    AG_TRY(ag_variant_read(set->arena, set->part, node, v, &n_layers, err));
    ag_writer label = AG_WRITER(scratch);
    ag_variant_write_label(&label, set->part, v);
    v->label = ag_writer_copy(&label, set->arena);
    if (!v->label) return no_memory(err);
    if (set->n == set->room) AG_TRY(make_room(set, 2 * set->room, err));
    set->variants[set->n] = *v;
    put_slot(set, (uint32_t)set->n++);
    return AG_OK;
}

ag_status ag_variant_set_add(ag_variant_set *set, const ag_node *node, ag_arena *scratch,
                             uint32_t *variant, int *n_layers, ag_error *err) {
    ag_variant v = {0};
    AG_TRY(ag_variant_read(scratch, set->part, node, &v, n_layers, err));
    ag_writer json = AG_WRITER(scratch);
    ag_variant_write_json(&json, set->part, &v);
    if (json.failed) return no_memory(err);
    v.hash = ag_digest(json.text, json.n, 0);
    AG_TRY(find(set, &v, &json, scratch, variant, err));
    return *variant == set->n ? keep(set, node, &v, scratch, err) : AG_OK;
}
