#include "harness/plan/activation.h"
#include "harness/plan/claim.h"
#include "harness/plan/expand.h"

#include <string.h>

/* Whether an axis sets the whole part, so that the file's own value of it is not used. */
static bool is_set_whole(const ag_axes *axes, ag_part part) {
    for (int a = 0; a < axes->n; a++)
        for (int k = 0; k < axes->axis[a].n_keys; k++)
            if (axes->axis[a].keys[k].part == part && axes->axis[a].keys[k].path.n == 1)
                return true;
    return false;
}

/* Whether an axis changes a name below the part (optimizer.name): then the parameters
 * of one element do not fit the others, and the file's own words are kept. */
static bool is_renamed(const ag_axes *axes, ag_part part) {
    for (int a = 0; a < axes->n; a++)
        for (int k = 0; k < axes->axis[a].n_keys; k++) {
            const ag_axis_key *key = &axes->axis[a].keys[k];
            const char *last = key->path.component[key->path.n - 1];
            if (key->part == part && key->path.n > 1 &&
                (strcmp(last, "name") == 0 || strcmp(last, "type") == 0))
                return true;
        }
    return false;
}

static void write_parts(ag_writer *w, const ag_draft *d) {
    for (int p = 0; p < AG_PARTS; p++) {
        const ag_part part = (ag_part)p;
        if (is_set_whole(&d->axes, part)) continue;
        const bool typed = part == AG_PART_ACTIVATION &&
                           ag_activation_is_typed(&d->plan->variants[p][0].is.activation);
        const bool raw = typed || is_renamed(&d->axes, part); /* with the names of formulas */
        if (raw && !d->root.part[p]) continue;
        ag_write_format(w, ",\"%s\":", ag_part_names[p]);
        if (raw)
            ag_write_node(w, d->root.part[p]);
        else
            ag_variant_write_json(w, part, &d->plan->variants[p][d->part[p].variant[0]]);
    }
}

static void write_seeds(ag_writer *w, const ag_plan *plan) {
    bool counted = true;
    for (int i = 0; i < plan->n_seeds; i++)
        counted &= plan->seeds[i] == (uint64_t)i;
    if (counted) {
        ag_write_format(w, ",\"seeds\":%d", plan->n_seeds);
        return;
    }
    for (int i = 0; i < plan->n_seeds; i++)
        ag_write_format(w, "%s%llu", i ? "," : ",\"seeds\":[", (unsigned long long)plan->seeds[i]);
    ag_write(w, "]");
}

static void write_keys(ag_writer *w, const ag_grid_axis *axis) {
    for (int k = 0; k < axis->n_keys; k++) {
        ag_write_format(w, "%s\"%s\":", k ? "," : "", axis->keys[k].path.text);
        /* one value: so that it stays one where the key takes a list */
        const ag_node *list = axis->keys[k].list;
        ag_write_node(w, list->count == 1 ? list->first : list);
    }
}

static void write_axes(ag_writer *w, const ag_axes *axes, bool zip) {
    bool any = false;
    for (int a = 0; a < axes->n; a++) {
        if (axes->axis[a].zip != zip) continue;
        ag_write(w, any ? "," : zip ? ",\"zip\":[" : ",\"grid\":{");
        any = true;
        if (zip) ag_write(w, "{");
        write_keys(w, &axes->axis[a]);
        if (zip) ag_write(w, "}");
    }
    if (any) ag_write(w, zip ? "]" : "}");
}

static void write_claims(ag_writer *w, const ag_plan *plan) {
    for (int c = 0; c < plan->n_claims; c++) {
        ag_write(w, c ? "," : ",\"claims\":[");
        ag_write_json_string(w, plan->claims[c].text);
    }
    if (plan->n_claims) ag_write(w, "]");
}

const char *ag_resolved_json(const ag_draft *d) {
    ag_writer w = AG_WRITER(d->work);
    ag_write(&w, "{\"name\":");
    ag_write_json_string(&w, d->plan->name);
    ag_write(&w, ",\"description\":");
    ag_write_json_string(&w, d->plan->description);
    write_parts(&w, d);
    if (!d->tuning) write_seeds(&w, d->plan);
    if (!d->tuning && d->phase) ag_write_format(&w, ",\"phase\":\"%s\"", ag_phase_names[d->phase]);
    const ag_axes *axes = d->listed ? d->listed : &d->axes;
    const bool zip_first = axes->n && axes->axis[0].zip;
    write_axes(&w, axes, zip_first);
    write_axes(&w, axes, !zip_first);
    if (!ag_node_is_null(d->root.exclude)) {
        ag_write(&w, ",\"exclude\":");
        ag_write_node(&w, d->root.exclude);
    }
    if (d->tuning) ag_tuning_write_json(&w, d);
    write_claims(&w, d->plan);
    ag_write(&w, "}");
    return ag_writer_copy(&w, d->arena);
}
