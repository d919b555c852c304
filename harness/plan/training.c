/* The part `training`: from its map to checked settings. */
#include "harness/plan/schema.h"
#include "harness/plan/variant.h"

static const ag_choice none = {0};

/* What does nothing is the same as `none`: the same settings, the same id. */
static void drop_idle(ag_training *t) {
    if (t->noise.element && t->noise.number[0] == 0.0) t->noise = none;
    if (t->augment.element && t->augment.number[AG_AUGMENT_CROP] == 0.0 &&
        t->augment.number[AG_AUGMENT_FLIP] == 0.0)
        t->augment = none;
}

ag_status ag_training_read(ag_arena *arena, const ag_node *node, ag_training *t, ag_error *err) {
    const ag_part_schema *schema = &ag_part_schemas[AG_PART_TRAINING];
    const ag_node *smoothing =
        node->kind == AG_NODE_MAP ? ag_node_get(node, "label_smoothing") : NULL;
    if (smoothing)
        return AG_FAIL(err, AG_CONFIG, smoothing->key_place,
                       "label_smoothing is not a key of training, but of its loss: "
                       "{name: cross_entropy, label_smoothing: ...}");
    AG_TRY(ag_fields_read(arena, node, "training", schema->fields, schema->n_fields, t, err));
    if (t->epochs && t->steps)
        return AG_FAIL(err, AG_CONFIG, ag_node_get(node, "steps")->key_place,
                       "training has both epochs (%ld) and steps (%ld), must have one of them",
                       t->epochs, t->steps);
    if (!t->epochs && !t->steps)
        return AG_FAIL(err, AG_CONFIG, node->place,
                       "training: 'epochs' or 'steps' is missing: how long to train");
    drop_idle(t);
    return AG_OK;
}

static ag_status augment_fits(const ag_choice *augment, ag_shape shape, ag_place place,
                              ag_error *err) {
    const int crop = (int)augment->number[AG_AUGMENT_CROP];
    if (shape.columns < 2)
        return AG_FAIL(err, AG_CONFIG, place,
                       "augment needs images or signals; these examples are %zu numbers in a row",
                       ag_shape_size(shape));
    if (augment->number[AG_AUGMENT_FLIP] != 0.0 && shape.rows < 2)
        return AG_FAIL(err, AG_CONFIG, place,
                       "augment: flip needs images; these examples are signals of %d values",
                       shape.columns);
    const int smaller = shape.rows > 1 && shape.rows < shape.columns ? shape.rows : shape.columns;
    if (crop >= smaller)
        return AG_FAIL(err, AG_CONFIG, place,
                       "augment: crop is %d, must be below %d: nothing of an example may be left",
                       crop, smaller);
    return AG_OK;
}

ag_status ag_training_fits(const ag_training *t, ag_shape shape, size_t n_validation, size_t n_test,
                           bool regression, ag_place place, ag_error *err) {
    const ag_choice *stop = &t->early_stopping;
    if (stop->element && !n_validation)
        return AG_FAIL(err, AG_CONFIG, place,
                       "early_stopping needs a validation part; this data set has none");
    if (stop->element && regression && (int)stop->number[AG_STOP_METRIC] == AG_STOP_VAL_ACCURACY)
        return AG_FAIL(err, AG_CONFIG, place,
                       "early_stopping: metric is val_accuracy, must be val_loss: there are no "
                       "classes");
    if (t->robustness.element && !n_test && !n_validation)
        return AG_FAIL(err, AG_CONFIG, place,
                       "robustness needs a test or a validation part; this data set has neither");
    return t->augment.element ? augment_fits(&t->augment, shape, place, err) : AG_OK;
}
