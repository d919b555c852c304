#include "datasets/dataset.h"

#include "datasets/core/impute.h"
#include "datasets/core/scaling.h"
#include "datasets/core/split.h"
#include "harness/base/digest.h"

#include <string.h>

/* Streams of AG_RANDOM_SPLIT. One number each, for ever. */
enum { SPLIT_VALIDATION = 0, SPLIT_TEST = 1 };

const char *const ag_standardize_words[] = {"none", "global", "feature", "channel", "range", NULL};

/* Shape, classes and counts for these parameters. */
static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    const ag_dataset *set = ag_dataset_of(choice);
    *source = (ag_source){.shape = set->shape,
                          .n_classes = set->n_classes,
                          .class_names = set->class_names,
                          .regression = set->n_classes == 0,
                          .n_targets = set->n_classes == 0,
                          .train.n = set->n_train,
                          .test.n = set->n_test};
    return set->describe ? set->describe(choice, arena, source, err) : AG_OK;
}

/* How many of n examples are held out for the test and then for validation. */
static ag_status hold_out_counts(const ag_choice *choice, size_t n, size_t n_test_given,
                                 size_t *n_test, size_t *n_validation, ag_error *err) {
    const char *name = choice->element->name;
    *n_test = 0;
    if (!n_test_given)
        AG_TRY(ag_split_count(name, "test", ag_choice_number(choice, "test", 0.0), n, n_test, err));
    return ag_split_count(name, "validation", ag_choice_number(choice, "validation", 0.0),
                          n - *n_test, n_validation, err);
}

ag_status ag_dataset_outline(const ag_choice *choice, ag_data_outline *outline, ag_error *err) {
    ag_source source = {0};
    size_t n_test = 0, n_validation = 0;
    ag_arena scratch = AG_ARENA_EMPTY;
    const ag_status status = describe(choice, &scratch, &source, err);
    ag_arena_close(&scratch); /* only numbers are wanted of the source */
    AG_TRY(status);
    AG_TRY(hold_out_counts(choice, source.train.n, source.test.n, &n_test, &n_validation, err));
    *outline = (ag_data_outline){.shape = source.shape,
                                 .regression = source.regression,
                                 .n_classes = source.n_classes,
                                 .n_targets = source.n_targets,
                                 .n_train = source.train.n - n_test - n_validation,
                                 .n_validation = n_validation,
                                 .n_test = source.test.n + n_test};
    return AG_OK;
}

ag_status ag_dataset_source(const ag_choice *choice, ag_arena *arena, ag_source *source,
                            ag_error *err) {
    const ag_dataset *set = ag_dataset_of(choice);
    const char **paths = AG_NEW_ARRAY(arena, const char *, (size_t)set->n_files + 1);
    if (!paths) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for file names");
    for (int i = 0; i < set->n_files; i++) {
        paths[i] = ag_dataset_file_path(set, i, arena);
        if (set->files[i].optional) continue;
        if (!paths[i]) return ag_dataset_file_missing(set, i, "", err);
        AG_TRY(ag_dataset_file_check(set, i, paths[i], err));
    }
    ag_source made;
    AG_TRY(describe(choice, arena, &made, err));
    AG_TRY(set->load(choice, paths, arena, &made, err));
    *source = made;
    return AG_OK;
}

/* Everything up to the examples themselves. */
typedef struct split {
    ag_subset train, validation, test;
    const struct ag_source_part *test_part; /* that `test` points into */
} split;

static ag_status all_of(size_t n, ag_arena *arena, ag_subset *all, ag_error *err) {
    if (n > UINT32_MAX)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%zu examples are too many, must be below 2^32",
                       n);
    *all = (ag_subset){.n = n, .index = AG_NEW_ARRAY(arena, uint32_t, n)};
    if (!all->index) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %zu examples", n);
    for (size_t i = 0; i < n; i++)
        all->index[i] = (uint32_t)i;
    return AG_OK;
}

static ag_status split_up(const ag_choice *choice, const ag_source *source, ag_arena *scratch,
                          split *s, ag_error *err) {
    const uint64_t seed = (uint64_t)ag_choice_number(choice, "split_seed", 0.0);
    const int32_t *label = source->train.label;
    size_t n_test = 0, n_validation = 0;
    AG_TRY(hold_out_counts(choice, source->train.n, source->test.n, &n_test, &n_validation, err));
    AG_TRY(all_of(source->train.n, scratch, &s->train, err));
    if (source->test.n) {
        s->test_part = &source->test;
        AG_TRY(all_of(source->test.n, scratch, &s->test, err));
    } else {
        s->test_part = &source->train;
        AG_TRY(ag_split_hold_out(label, source->n_classes, n_test, seed, SPLIT_TEST, scratch,
                                 &s->train, &s->test, err));
    }
    return ag_split_hold_out(label, source->n_classes, n_validation, seed, SPLIT_VALIDATION,
                             scratch, &s->train, &s->validation, err);
}

/* What happens to features and, for regression, to targets. */
typedef struct scalings {
    ag_scaling x, target;
} scalings;

/* The targets of a part as if they were its features. */
static struct ag_source_part targets_of(const struct ag_source_part *part) {
    return (struct ag_source_part){.n = part->n, .x = part->target};
}

static ag_status measure(const ag_choice *choice, const ag_source *source, const ag_subset *train,
                         ag_arena *scratch, scalings *s, ag_error *err) {
    const ag_standardize kind =
        (ag_standardize)ag_choice_number(choice, "standardize", AG_STANDARDIZE_NONE);
    AG_TRY(ag_scaling_measure(kind, &source->train, source->shape, train, scratch, &s->x, err));
    if (!source->regression) return AG_OK;
    const struct ag_source_part targets = targets_of(&source->train);
    const bool wanted = ag_choice_number(choice, "standardize_target", 0.0) != 0.0;
    return ag_scaling_measure(wanted ? AG_STANDARDIZE_FEATURE : AG_STANDARDIZE_NONE, &targets,
                              (ag_shape){source->n_targets, 1, 1}, train, scratch, &s->target, err);
}

/* Of what is the same in all training examples nothing can be learned; beside other targets
 * it may stand. */
static ag_status check_targets(const ag_source *source, const ag_subset *train, ag_error *err) {
    const size_t n = (size_t)source->n_targets;
    const double *y = source->train.target;
    if (!source->regression || !y || train->n < 2) return AG_OK;
    for (size_t e = 1; e < train->n; e++)
        for (size_t t = 0; t < n; t++)
            if (y[train->index[e] * n + t] != y[train->index[0] * n + t]) return AG_OK;
    return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                   "%s the same in all %zu training examples: there is nothing to predict",
                   n == 1 ? "the target is" : "all targets are", train->n);
}

/* Examples `which` of a part, prepared. */
static ag_status gather(const ag_source *source, const struct ag_source_part *part,
                        const ag_subset *which, const scalings *s, ag_arena *scratch,
                        ag_arena *arena, ag_examples *out, ag_error *err) {
    const size_t n = which->n, features = s->x.features, targets = (size_t)source->n_targets;
    ag_examples made = {.n = n, .x = AG_NEW_ARRAY(arena, float, n *features)};
    if (source->regression)
        made.target = AG_NEW_ARRAY(arena, float, n *targets);
    else
        made.label = AG_NEW_ARRAY(arena, int32_t, n);
    if (!made.x || !(made.target || made.label))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %zu examples of %zu features", n,
                       features);
    AG_TRY(ag_scaling_apply(&s->x, part, which, scratch, made.x, err));
    if (made.target) {
        const struct ag_source_part as_features = targets_of(part);
        AG_TRY(ag_scaling_apply(&s->target, &as_features, which, scratch, made.target, err));
    }
    for (size_t i = 0; made.label && i < n; i++)
        made.label[i] = part->label[which->index[i]];
    *out = made;
    return AG_OK;
}

static uint64_t digest_of(const ag_data *data) {
    const size_t features = ag_shape_size(data->shape), targets = (size_t)data->n_targets;
    const ag_examples *parts[] = {&data->train, &data->validation, &data->test};
    const uint64_t head[] = {(uint64_t)data->shape.channels,
                             (uint64_t)data->shape.rows,
                             (uint64_t)data->shape.columns,
                             (uint64_t)data->n_classes,
                             (uint64_t)data->n_targets,
                             data->train.n,
                             data->validation.n,
                             data->test.n};
    uint64_t digest = ag_digest(head, sizeof head, 0);
    for (int p = 0; p < AG_COUNT(parts); p++) {
        digest = ag_digest(parts[p]->x, parts[p]->n * features * sizeof(float), digest);
        if (parts[p]->label)
            digest = ag_digest(parts[p]->label, parts[p]->n * sizeof(int32_t), digest);
        else
            digest = ag_digest(parts[p]->target, parts[p]->n * targets * sizeof(float), digest);
    }
    return digest;
}

/* Names and notes may lie in memory that ends with the source. NULL: no memory. */
static const char *copy_text(const char *text, ag_arena *arena) {
    const size_t size = strlen(text) + 1;
    char *copy = AG_NEW_ARRAY(arena, char, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

static ag_status copy_names(const char *const *names, int n, ag_arena *arena,
                            const char *const **out, ag_error *err) {
    *out = NULL;
    if (!names) return AG_OK;
    const char **copies = AG_NEW_ARRAY(arena, const char *, (size_t)n + 1);
    for (int i = 0; copies && i < n; i++) {
        copies[i] = copy_text(names[i], arena);
        if (!copies[i])
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the names of classes");
    }
    if (!copies) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the names of classes");
    *out = copies;
    return AG_OK;
}

/* The scale of the targets outlives the source. */
static ag_status keep_target_scale(const ag_scaling *target, ag_arena *arena, ag_data *data,
                                   ag_error *err) {
    if (!data->regression) return AG_OK;
    const size_t n = target->features;
    double *mean = AG_NEW_ARRAY(arena, double, n), *deviation = AG_NEW_ARRAY(arena, double, n);
    if (!mean || !deviation)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the scale of %zu targets", n);
    memcpy(mean, target->mean, n * sizeof *mean);
    memcpy(deviation, target->deviation, n * sizeof *deviation);
    data->target_mean = mean;
    data->target_deviation = deviation;
    return AG_OK;
}

/* The source and all that is only needed on the way lie in `scratch`. */
static ag_status prepare(const ag_choice *choice, ag_arena *scratch, ag_arena *arena, ag_data *data,
                         ag_error *err) {
    ag_source source = {0};
    split s = {0};
    scalings scaling = {.x.what = "feature", .target.what = "target"};
    AG_TRY(ag_dataset_source(choice, scratch, &source, err));
    AG_TRY(split_up(choice, &source, scratch, &s, err));
    AG_TRY(check_targets(&source, &s.train, err));
    if (source.missing) AG_TRY(ag_impute(&s.train, scratch, &source, err));
    AG_TRY(measure(choice, &source, &s.train, scratch, &scaling, err));

    ag_data made = {.name = choice->element->name,
                    .shape = source.shape,
                    .regression = source.regression,
                    .n_classes = source.n_classes,
                    .n_targets = source.n_targets};
    AG_TRY(copy_names(source.class_names, source.n_classes, arena, &made.class_names, err));
    AG_TRY(keep_target_scale(&scaling.target, arena, &made, err));
    if (source.note && !(made.note = copy_text(source.note, arena)))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a note");
    AG_TRY(gather(&source, &source.train, &s.train, &scaling, scratch, arena, &made.train, err));
    AG_TRY(gather(&source, &source.train, &s.validation, &scaling, scratch, arena, &made.validation,
                  err));
    AG_TRY(gather(&source, s.test_part, &s.test, &scaling, scratch, arena, &made.test, err));
    made.digest = digest_of(&made);
    *data = made;
    return AG_OK;
}

ag_status ag_dataset_open(const ag_choice *choice, ag_arena *arena, ag_data *data, ag_error *err) {
    ag_arena scratch = {.fail_after = arena->fail_after};
    const ag_mark mark = ag_arena_mark(arena);
    const ag_status status = prepare(choice, &scratch, arena, data, err);
    ag_arena_close(&scratch);
    if (status != AG_OK) ag_arena_release(arena, mark);
    return status;
}
