/* Every data set in the catalogue, without naming them; then splits, scaling and
 * files on sets made up here. */
#include "datasets/dataset.h"

#include "datasets/core/split.h"

#include "check.h"
#include "made_gzip.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ag_choice with(ag_choice choice, const char *param, double value) {
    const int i = ag_element_param(choice.element, param);
    CHECK(i >= 0, "%s has no %s", choice.element->name, param);
    if (i >= 0) choice.number[i] = value;
    return choice;
}

static ag_data opened(const ag_choice *choice, ag_arena *arena) {
    ag_data data = {0};
    ag_error err = {0};
    const ag_status status = ag_dataset_open(choice, arena, &data, &err);
    CHECK(status == AG_OK, "%s: %s", choice->element->name, err.text);
    return data;
}

/* --- the catalogue ------------------------------------------------------------ */

static void test_sums(const ag_data_file *file) {
    const char *sum = file->sha256 ? file->sha256 : file->git_sha1;
    const size_t n = file->sha256 ? 64 : 40;
    CHECK(sum && strlen(sum) == n && strspn(sum, "0123456789abcdef") == n, "%s", file->name);
    CHECK(!file->sha256 != !file->git_sha1 && file->bytes > 0, "%s", file->name);
}

static void test_described(const ag_dataset *set) {
    const char *name = set->about.name;
    const char *const needed[] = {"validation", "split_seed", "standardize"};
    CHECK(set->about.formula && set->about.paper && set->licence, "%s", name);
    CHECK(set->about.n_params <= AG_PARAMS_MAX, "%s", name);
    CHECK(set->load, "%s", name);
    for (int i = 0; i < AG_COUNT(needed); i++)
        CHECK(ag_element_param(&set->about, needed[i]) >= 0, "%s has no %s", name, needed[i]);
    CHECK(set->own_files || (set->n_test > 0) != (ag_element_param(&set->about, "test") >= 0),
          "%s: an official test part or the parameter 'test', not both", name);
    CHECK(set->own_files || set->n_classes > 0 ||
              ag_element_param(&set->about, "standardize_target") >= 0,
          "%s predicts numbers, but has no AG_DATASET_TARGET_PARAM", name);
    for (int i = 0; i < set->about.n_params; i++) {
        const ag_param *p = &set->about.params[i];
        CHECK(p->meaning && p->meaning[0], "%s.%s", name, p->name);
        if (p->kind == AG_PARAM_REAL || p->kind == AG_PARAM_INT)
            CHECK(p->min <= p->standard && p->standard <= p->max, "%s.%s", name, p->name);
    }
    for (int i = 0; i < set->n_files; i++) {
        const ag_data_file *file = &set->files[i];
        test_sums(file);
        for (const ag_data_file *other = file->otherwise; other && other->name; other++)
            test_sums(other);
        CHECK(set->folder &&
                  (file->mirrors ? file->mirrors[0] != NULL : set->archive || set->by_hand),
              "%s", file->name);
        for (const char *const *m = file->mirrors; m && *m; m++)
            CHECK(strncmp(*m, "http", 4) == 0 && (*m)[strlen(*m) - 1] == '/', "%s", *m);
    }
}

static void test_generated(const ag_dataset *set) {
    const char *name = set->about.name;
    const ag_choice choice = ag_choice_standard(&set->about);
    ag_arena a = AG_ARENA_EMPTY, b = AG_ARENA_EMPTY;
    const ag_data data = opened(&choice, &a), again = opened(&choice, &b);
    ag_data_outline outline = {0};
    ag_error err = {0};
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_OK, "%s: %s", name, err.text);
    CHECK(outline.n_train == data.train.n && outline.n_classes == data.n_classes &&
              memcmp(&outline.shape, &data.shape, sizeof data.shape) == 0,
          "%s: outline and data differ", name);
    CHECK(memcmp(&set->shape, &data.shape, sizeof data.shape) == 0 &&
              set->n_classes == data.n_classes,
          "%s: as described", name);
    CHECK(data.train.n + data.validation.n + data.test.n == set->n_train + set->n_test, "%s", name);
    CHECK(data.validation.n > 0 && data.test.n > 0, "%s", name);
    CHECK(data.digest == again.digest && data.digest, "%s: same settings, other bits", name);
    const ag_examples *parts[] = {&data.train, &data.validation, &data.test};
    for (int p = 0; p < AG_COUNT(parts); p++)
        for (size_t i = 0; i < parts[p]->n; i++) {
            if (data.regression)
                for (size_t t = 0; t < (size_t)data.n_targets; t++)
                    CHECK(isfinite(parts[p]->target[i * (size_t)data.n_targets + t]), "%s", name);
            else
                CHECK(parts[p]->label[i] >= 0 && parts[p]->label[i] < data.n_classes, "%s", name);
            for (size_t f = 0; f < ag_shape_size(data.shape); f++)
                CHECK(isfinite(parts[p]->x[i * ag_shape_size(data.shape) + f]), "%s", name);
        }
    ag_arena_close(&a);
    ag_arena_close(&b);

    const ag_choice other_seed = with(choice, "seed", 7),
                    other_split = with(choice, "split_seed", 1);
    CHECK(opened(&other_seed, &a).digest != data.digest, "%s: seed changes nothing", name);
    CHECK(opened(&other_split, &a).digest != data.digest, "%s: split_seed changes nothing", name);
    ag_arena_close(&a);
}

/* Outlines follow the parameters. */
static void test_outlines(const ag_dataset *set) {
    ag_choice choice = ag_choice_standard(&set->about);
    if (ag_element_param(&set->about, "samples") < 0) return;
    choice = with(with(choice, "samples", 350), "validation", 30);
    if (ag_element_param(&set->about, "features") >= 0) choice = with(choice, "features", 5);
    if (ag_element_param(&set->about, "classes") >= 0) choice = with(choice, "classes", 4);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_data_outline outline;
    ag_error err = {0};
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_OK, "%s: %s", set->about.name,
          err.text);
    const ag_data data = opened(&choice, &arena);
    CHECK(outline.n_train == 350 - 70 - 30 && data.train.n == outline.n_train, "%s: %zu",
          set->about.name, outline.n_train);
    CHECK(data.validation.n == 30 && data.test.n == 70, "%s", set->about.name);
    CHECK(memcmp(&outline.shape, &data.shape, sizeof data.shape) == 0 &&
              outline.n_classes == data.n_classes,
          "%s", set->about.name);
    ag_arena_close(&arena);
}

static void test_catalogue(void) {
    for (int i = 0; i < ag_datasets.n_items; i++) {
        const ag_dataset *set = (const ag_dataset *)(const void *)ag_datasets.items[i];
        test_described(set);
        test_outlines(set);
        if (!set->n_files && !set->own_files) test_generated(set);
    }
    CHECK(ag_catalogue_find(&ag_datasets, "fashion-mnist") ==
              ag_catalogue_find(&ag_datasets, "fashion_mnist"),
          "alias");
}

/* --- what the generated ones promise -------------------------------------------- */

static ag_source source_of(const ag_choice *choice, ag_arena *arena) {
    ag_source source = {0};
    ag_error err = {0};
    CHECK(ag_dataset_source(choice, arena, &source, &err) == AG_OK, "%s", err.text);
    return source;
}

static ag_choice named(const char *name) {
    return ag_choice_standard(ag_catalogue_find(&ag_datasets, name));
}

static void test_xor(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_choice choice = with(with(named("xor"), "samples", 4000), "noise", 0);
    ag_source s = source_of(&choice, &arena);
    size_t corner[2][2] = {{0}};
    for (size_t i = 0; i < s.train.n; i++) {
        const double *x = s.train.x + 2 * i;
        CHECK(fabs(x[0]) == 1.0 && fabs(x[1]) == 1.0, "a corner");
        CHECK(s.train.label[i] == (x[0] * x[1] < 0), "label");
        corner[x[0] > 0][x[1] > 0]++;
    }
    CHECK(corner[0][0] == 1000 && corner[0][1] == 1000 && corner[1][0] == 1000, "equal shares");
    choice = with(choice, "noise", 0.5);
    s = source_of(&choice, &arena);
    double squares = 0;
    for (size_t i = 0; i < s.train.n; i++) {
        const double a = s.train.x[2 * i] - (i & 1 ? 1 : -1),
                     b = s.train.x[2 * i + 1] - (i & 2 ? 1 : -1);
        squares += a * a + b * b;
    }
    /* 8000 draws: the deviation is known to 0.5 / sqrt(16000) = 0.004 */
    CHECK(close_to(sqrt(squares / 8000), 0.5, 0.0, 0.016), "noise %g", sqrt(squares / 8000));
    ag_arena_close(&arena);
}

/* Points of the 1988 set, from its formula at 30 digits. */
static void test_two_spirals(void) {
    static const struct {
        size_t i;
        double x, y;
    } points[] = {
        {0, 0, 6.5},   {1, 0, -6.5}, {2, 1.2558939479788256, 6.3138052425957962}, /* t = 1 */
        {16, 6.0, 0},   /* t = 8: angle pi / 2 */
        {32, 0, -5.5},  /* t = 16 */
        {192, 0, 0.5}}; /* t = 96, six half turns */
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = with(with(named("two_spirals"), "samples", 194), "noise", 0);
    const ag_source s = source_of(&choice, &arena);
    CHECK(s.train.n == 194, "%zu", s.train.n);
    for (int p = 0; p < AG_COUNT(points); p++) {
        const double *x = s.train.x + 2 * points[p].i;
        CHECK(close_to(x[0], points[p].x, 1e-14, 1e-14) &&
                  close_to(x[1], points[p].y, 1e-14, 1e-14),
              "point %zu: %.17g %.17g", points[p].i, x[0], x[1]);
    }
    for (size_t i = 0; i < 194; i += 2)
        CHECK(s.train.x[2 * i] == -s.train.x[2 * i + 2] && s.train.label[i] == 0 &&
                  s.train.label[i + 1] == 1,
              "the other spiral, %zu", i);
    ag_arena_close(&arena);
}

static void test_blobs(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_choice choice =
        with(with(with(named("blobs"), "samples", 6000), "features", 3), "classes", 6);
    const ag_source points = source_of(&choice, &arena);
    const ag_choice still = with(choice, "spread", 0);
    const ag_source centres = source_of(&still, &arena);
    double squares = 0;
    for (size_t i = 0; i < 6000; i++)
        for (size_t f = 0; f < 3; f++) {
            const double centre = centres.train.x[3 * i + f],
                         d = points.train.x[3 * i + f] - centre;
            CHECK(fabs(centre) <= 10.0 && centre == centres.train.x[3 * (i % 6) + f], "centre");
            squares += d * d;
        }
    CHECK(close_to(sqrt(squares / 18000), 1.0, 0.0, 0.02), "spread %g", sqrt(squares / 18000));
    ag_error err = {0};
    ag_source s;
    choice = with(with(named("blobs"), "samples", 4), "classes", 5);
    CHECK(ag_dataset_source(&choice, &arena, &s, &err) == AG_CONFIG, "fewer samples than classes");
    choice = with(with(named("blobs"), "samples", 1e7), "features", 10000);
    CHECK(ag_dataset_source(&choice, &arena, &s, &err) == AG_CONFIG &&
              strstr(err.text, "too large"),
          "too large: %s", err.text);
    ag_arena_close(&arena);
}

/* --- splits --------------------------------------------------------------------- */

/* A set whose only feature is the example's number, so that parts can be told apart:
 * classes of 500, 300, 150 and 50 examples, mixed. */
enum { NUMBERED = 1000 };

static int class_of(size_t i) {
    const size_t k = i * 7919 % NUMBERED;
    return k < 500 ? 0 : k < 800 ? 1 : k < 950 ? 2 : 3;
}

static ag_status load_numbered(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                               ag_source *source, ag_error *err) {
    (void)choice, (void)paths;
    source->train.x = AG_NEW_ARRAY(arena, double, NUMBERED);
    source->train.label = AG_NEW_ARRAY(arena, int32_t, NUMBERED);
    if (!source->train.x || !source->train.label)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory");
    for (size_t i = 0; i < NUMBERED; i++) {
        source->train.x[i] = (double)i;
        source->train.label[i] = class_of(i);
    }
    return AG_OK;
}

static const ag_param numbered_params[] = {AG_DATASET_TEST_PARAM(0.2), AG_DATASET_PARAMS(0.1, 0)};
static const ag_dataset numbered = {
    .about = {.name = "numbered", .params = numbered_params, .n_params = AG_COUNT(numbered_params)},
    .shape = {1, 1, 1},
    .n_classes = 4,
    .n_train = NUMBERED,
    .load = load_numbered};

static void test_split_parts(void) {
    static const size_t shares[3][4] = {{360, 216, 108, 36}, {40, 24, 12, 4}, {100, 60, 30, 10}};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = ag_choice_standard(&numbered.about);
    const ag_data data = opened(&choice, &arena);
    const ag_examples *parts[] = {&data.train, &data.validation, &data.test};
    int seen[NUMBERED] = {0};
    CHECK(data.train.n == 720 && data.validation.n == 80 && data.test.n == 200, "counts");
    for (int p = 0; p < 3; p++) {
        size_t per_class[4] = {0};
        for (size_t i = 0; i < parts[p]->n; i++) {
            const size_t number = (size_t)parts[p]->x[i];
            seen[number]++;
            CHECK(parts[p]->label[i] == class_of(number), "label of %zu", number);
            CHECK(i == 0 || parts[p]->x[i] > parts[p]->x[i - 1], "file order");
            per_class[parts[p]->label[i]]++;
        }
        CHECK(memcmp(per_class, shares[p], sizeof per_class) == 0, "stratified, part %d", p);
    }
    for (int i = 0; i < NUMBERED; i++)
        CHECK(seen[i] == 1, "example %d is in %d parts", i, seen[i]);
    ag_arena_close(&arena);
}

/* How many of the validation examples two settings share. */
static size_t overlap(const ag_data *a, const ag_data *b) {
    size_t n = 0;
    for (size_t i = 0; i < a->validation.n; i++)
        for (size_t j = 0; j < b->validation.n; j++)
            n += a->validation.x[i] == b->validation.x[j];
    return n;
}

static void test_split_seed(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = with(ag_choice_standard(&numbered.about), "test", 0);
    const ag_choice other = with(choice, "split_seed", 1), twice = with(choice, "validation", 0.2);
    const ag_choice huge = with(choice, "split_seed", 4294967295.0);
    const ag_data a = opened(&choice, &arena), again = opened(&choice, &arena);
    const ag_data b = opened(&other, &arena), c = opened(&twice, &arena), d = opened(&huge, &arena);
    CHECK(a.validation.n == 100 && a.test.n == 0 && c.validation.n == 200, "counts");
    CHECK(overlap(&a, &again) == 100 && a.digest == again.digest, "the same seed");
    CHECK(overlap(&a, &b) < 30 && overlap(&a, &d) < 30, "another seed: 10 expected, %zu and %zu",
          overlap(&a, &b), overlap(&a, &d));
    CHECK(overlap(&a, &c) == 100, "a larger share holds the smaller one");
    ag_arena_close(&arena);
}

/* Remainders go where they are largest; the total is exact whatever it is. */
static void test_split_exact(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    for (size_t count = 1; count < NUMBERED; count += 37) {
        const ag_choice choice =
            with(with(ag_choice_standard(&numbered.about), "test", 0), "validation", (double)count);
        const ag_data data = opened(&choice, &arena);
        CHECK(data.train.n == NUMBERED - count, "%zu left for %zu", data.train.n, count);
        if (count > 1) CHECK(data.validation.n == count, "%zu for %zu", data.validation.n, count);
        double per_class[4] = {0};
        for (size_t i = 0; i < data.validation.n; i++)
            per_class[data.validation.label[i]]++;
        static const double size[4] = {500, 300, 150, 50};
        for (int c = 0; c < 4; c++)
            CHECK(fabs(per_class[c] - size[c] * (double)data.validation.n / NUMBERED) < 1.0,
                  "class %d of %zu", c, count);
        ag_arena_reset(&arena);
    }
    ag_arena_close(&arena);
}

/* Which examples are held out is part of every stored result: these never change.
 * Integers only, so they are the same on every machine. */
static void test_split_forever(void) {
    static const float validation[] = {17, 30, 43, 45, 48, 68};
    static const float test[] = {10, 16, 24, 27, 28, 32};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = with(ag_choice_standard(&numbered.about), "split_seed", 3);
    const ag_data data = opened(&choice, &arena);
    for (int i = 0; i < AG_COUNT(validation); i++)
        CHECK(data.validation.x[i] == validation[i] && data.test.x[i] == test[i], "%d: %g %g", i,
              (double)data.validation.x[i], (double)data.test.x[i]);
    ag_arena_close(&arena);
}

/* 3 of classes of 500, 300, 150, 50: 1.5, 0.9, 0.45, 0.15; the largest remainders win. */
static void test_split_remainders(void) {
    static const int want[4] = {2, 1, 0, 0};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice =
        with(with(ag_choice_standard(&numbered.about), "test", 0), "validation", 3);
    const ag_data data = opened(&choice, &arena);
    int got[4] = {0};
    for (size_t i = 0; i < data.validation.n; i++)
        got[data.validation.label[i]]++;
    CHECK(memcmp(got, want, sizeof got) == 0, "%d %d %d %d", got[0], got[1], got[2], got[3]);
    ag_arena_close(&arena);
}

static void test_split_counts(void) {
    static const struct {
        double value;
        size_t n;
        ag_status status;
        size_t count;
    } cases[] = {{0, 10, AG_OK, 0},         {0.25, 10, AG_OK, 3},     {0.24, 10, AG_OK, 2},
                 {0.1, 60000, AG_OK, 6000}, {1, 10, AG_OK, 1},        {9, 10, AG_OK, 9},
                 {10, 10, AG_CONFIG, 0},    {11, 10, AG_CONFIG, 0},   {2.5, 10, AG_CONFIG, 0},
                 {0.99, 10, AG_CONFIG, 0},  {0.01, 10, AG_CONFIG, 0}, {1e9, 10, AG_CONFIG, 0}};
    for (int i = 0; i < AG_COUNT(cases); i++) {
        size_t count = 0;
        ag_error err = {0};
        const ag_status status =
            ag_split_count("set", "validation", cases[i].value, cases[i].n, &count, &err);
        CHECK(status == cases[i].status && count == cases[i].count, "%g of %zu: %zu, %s",
              cases[i].value, cases[i].n, count, err.text);
        if (status != AG_OK) CHECK(strstr(err.text, "validation of set"), "%s", err.text);
    }
}

/* --- scaling --------------------------------------------------------------------- */

/* Two features of different size, and one that is constant in the training part only. */
static ag_status load_uneven(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                             ag_source *source, ag_error *err) {
    (void)choice, (void)paths, (void)err;
    static double train[] = {1e9 + 1, 0.1, 7, 1e9 + 3, 0.1, 9, 1e9 + 5, 0.1, 14};
    static double test[] = {1e9 + 3, 0.6, 10, 1e9 + 13, 0.1, 0};
    static int32_t labels[] = {0, 1, 0};
    (void)arena;
    source->train.x = train;
    source->train.label = source->test.label = labels;
    source->test.x = test;
    return AG_OK;
}

static const ag_param uneven_params[] = {AG_DATASET_PARAMS(0, 0)};
static const ag_dataset uneven = {
    .about = {.name = "uneven", .params = uneven_params, .n_params = AG_COUNT(uneven_params)},
    .shape = {3, 1, 1},
    .n_classes = 2,
    .n_train = 3,
    .n_test = 2,
    .load = load_uneven};

static void test_standardize_feature(void) {
    /* by hand: means 1e9 + 3, 0.1, 10; deviations sqrt(8 / 3), 1 (constant), sqrt(26 / 3) */
    const double a = sqrt(8.0 / 3.0), c = sqrt(26.0 / 3.0);
    const double train[] = {-2 / a, 0, -3 / c, 0, 0, -1 / c, 2 / a, 0, 4 / c};
    const double test[] = {0, 0.5, 0, 10 / a, 0, -10 / c};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = with(ag_choice_standard(&uneven.about), "standardize", 2);
    const ag_data data = opened(&choice, &arena);
    for (int i = 0; i < AG_COUNT(train); i++)
        CHECK(close_to((double)data.train.x[i], train[i], 1e-6, 0.0), "train %d: %g, not %g", i,
              (double)data.train.x[i], train[i]);
    for (int i = 0; i < AG_COUNT(test); i++)
        CHECK(close_to((double)data.test.x[i], test[i], 1e-6, 1e-7), "test %d: %g, not %g", i,
              (double)data.test.x[i], test[i]);
    ag_arena_close(&arena);
}

/* One mean and deviation for each channel: what `feature` does to its values put in a row. */
static ag_status load_channels(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                               ag_source *source, ag_error *err) {
    static double train[] = {1, 3, 7, 7, 5, 7, 7, 7}, test[] = {4, 14, 7, 8};
    static int32_t labels[] = {0, 1};
    (void)choice, (void)paths, (void)arena, (void)err;
    source->train.x = train;
    source->train.label = source->test.label = labels;
    source->test.x = test;
    return AG_OK;
}

static void test_standardize_channel(void) {
    static const ag_dataset channels = {
        .about = {.name = "channels", .params = uneven_params, .n_params = AG_COUNT(uneven_params)},
        .shape = {2, 1, 2},
        .n_classes = 2,
        .n_train = 2,
        .n_test = 1,
        .load = load_channels};
    /* by hand: means 4 and 7, deviations sqrt(5) and (constant) 1 */
    const double a = sqrt(5.0);
    const double train[] = {-3 / a, -1 / a, 0, 0, 1 / a, 3 / a, 0, 0}, test[] = {0, 10 / a, 0, 1};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = with(ag_choice_standard(&channels.about), "standardize", 3);
    const ag_data data = opened(&choice, &arena);
    for (int i = 0; i < AG_COUNT(train); i++)
        CHECK(close_to((double)data.train.x[i], train[i], 1e-6, 1e-7), "train %d: %g, not %g", i,
              (double)data.train.x[i], train[i]);
    for (int i = 0; i < AG_COUNT(test); i++)
        CHECK(close_to((double)data.test.x[i], test[i], 1e-6, 1e-7), "test %d: %g, not %g", i,
              (double)data.test.x[i], test[i]);
    ag_arena_close(&arena);
}

static void test_standardize_none(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = ag_choice_standard(&uneven.about);
    const ag_data data = opened(&choice, &arena);
    CHECK(data.train.x[1] == 0.1f && data.test.x[2] == 10.0f, "as they come");
    ag_arena_close(&arena);
}

/* Mean and deviation come from what is left for training, not from what is held out. */
static void test_standardize_global(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice plain = ag_choice_standard(&numbered.about);
    const ag_choice global = with(plain, "standardize", 1);
    const ag_data a = opened(&plain, &arena), b = opened(&global, &arena);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < a.train.n; i++)
        sum += (double)a.train.x[i];
    const double mean = sum / (double)a.train.n;
    for (size_t i = 0; i < a.train.n; i++)
        squares += pow((double)a.train.x[i] - mean, 2);
    const double deviation = sqrt(squares / (double)a.train.n);
    const ag_examples *before[] = {&a.train, &a.validation, &a.test};
    const ag_examples *after[] = {&b.train, &b.validation, &b.test};
    for (int p = 0; p < 3; p++)
        for (size_t i = 0; i < before[p]->n; i++)
            CHECK(close_to((double)after[p]->x[i], ((double)before[p]->x[i] - mean) / deviation,
                           1e-6, 1e-7),
                  "part %d, example %zu", p, i);
    CHECK(fabs(mean - 499.5) > 1e-6, "the training examples' mean differs from everybody's");
    ag_arena_close(&arena);
}

/* The training examples fill -0.5 to 0.5, and others may lie outside. */
static void test_standardize_range(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice plain = ag_choice_standard(&numbered.about);
    const ag_choice range = with(plain, "standardize", 4);
    const ag_data a = opened(&plain, &arena), b = opened(&range, &arena);
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (size_t i = 0; i < a.train.n; i++) {
        least = fmin(least, (double)a.train.x[i]);
        most = fmax(most, (double)a.train.x[i]);
    }
    const ag_examples *before[] = {&a.train, &a.validation, &a.test};
    const ag_examples *after[] = {&b.train, &b.validation, &b.test};
    for (int p = 0; p < 3; p++)
        for (size_t i = 0; i < before[p]->n; i++)
            CHECK(close_to((double)after[p]->x[i],
                           ((double)before[p]->x[i] - least) / (most - least) - 0.5, 1e-6, 1e-7),
                  "part %d, example %zu", p, i);
    ag_arena_close(&arena);
}

/* --- regression -------------------------------------------------------------------- */

static ag_status load_line(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                           ag_source *source, ag_error *err) {
    (void)choice, (void)paths;
    source->n_targets = 2;
    source->train.x = AG_NEW_ARRAY(arena, double, 100);
    source->train.target = AG_NEW_ARRAY(arena, double, 200);
    if (!source->train.x || !source->train.target)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory");
    for (size_t i = 0; i < 100; i++) {
        source->train.x[i] = (double)i;
        source->train.target[2 * i] = 3.0 * (double)i;
        source->train.target[2 * i + 1] = -(double)i;
    }
    return AG_OK;
}

static void test_regression(void) {
    static const ag_dataset line = {
        .about = {.name = "line", .params = numbered_params, .n_params = AG_COUNT(numbered_params)},
        .shape = {1, 1, 1},
        .n_train = 100,
        .load = load_line};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = ag_choice_standard(&line.about);
    const ag_data data = opened(&choice, &arena);
    CHECK(data.regression && data.n_targets == 2 && data.n_classes == 0 && !data.train.label,
          "kind");
    CHECK(data.train.n == 72 && data.validation.n == 8 && data.test.n == 20, "counts");
    for (size_t i = 0; i < data.test.n; i++)
        CHECK(data.test.target[2 * i] == 3 * data.test.x[i] &&
                  data.test.target[2 * i + 1] == -data.test.x[i],
              "targets stay with their examples");
    CHECK(data.target_mean[1] == 0 && data.target_deviation[1] == 1, "as they come");
    ag_arena_close(&arena);
}

/* Mean and deviation are those of the training part, and turn targets back. */
static void test_standardize_target(void) {
    static const ag_param params[] = {AG_DATASET_TEST_PARAM(0.2), AG_DATASET_TARGET_PARAM(1),
                                      AG_DATASET_PARAMS(0.1, 0)};
    static const ag_dataset line = {
        .about = {.name = "line", .params = params, .n_params = AG_COUNT(params)},
        .shape = {1, 1, 1},
        .n_train = 100,
        .load = load_line};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = ag_choice_standard(&line.about);
    const ag_choice plain = with(choice, "standardize_target", 0);
    const ag_data data = opened(&choice, &arena), as_is = opened(&plain, &arena);
    double sum[2] = {0}, squares[2] = {0}, mean = 0;
    for (size_t i = 0; i < data.train.n; i++) {
        mean += 3.0 * (double)data.train.x[i] / (double)data.train.n;
        for (int t = 0; t < 2; t++) {
            const double y = (double)data.train.target[2 * i + (size_t)t];
            sum[t] += y;
            squares[t] += y * y;
        }
    }
    for (int t = 0; t < 2; t++)
        CHECK(fabs(sum[t]) < 1e-4 && close_to(squares[t] / (double)data.train.n, 1, 1e-6, 0),
              "target %d: mean %g, variance %g", t, sum[t] / 72, squares[t] / 72);
    CHECK(close_to(data.target_mean[0], mean, 1e-12, 0) && mean != 148.5,
          "of the training part: %g, not %g", data.target_mean[0], mean);
    const ag_examples *parts[] = {&data.validation, &data.test};
    for (int p = 0; p < 2; p++)
        for (size_t i = 0; i < parts[p]->n; i++)
            for (size_t t = 0; t < 2; t++)
                CHECK(close_to(data.target_mean[t] +
                                   data.target_deviation[t] * (double)parts[p]->target[2 * i + t],
                               (t ? -1.0 : 3.0) * (double)parts[p]->x[i], 1e-5, 1e-4),
                      "part %d, example %zu", p, i);
    CHECK(as_is.test.target[0] == 3 * as_is.test.x[0], "false leaves them");
    CHECK(data.digest != as_is.digest, "the digest is of what is trained on");
    ag_arena_close(&arena);
}

/* Examples without any answer, for nets that predict their input. */
static ag_status load_unanswered(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                                 ag_source *source, ag_error *err) {
    AG_TRY(load_line(choice, paths, arena, source, err));
    source->n_targets = 0;
    source->train.target = NULL;
    return AG_OK;
}

static void test_no_answers(void) {
    static const ag_dataset line = {
        .about = {.name = "line", .params = numbered_params, .n_params = AG_COUNT(numbered_params)},
        .shape = {1, 1, 1},
        .n_train = 100,
        .load = load_unanswered};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = ag_choice_standard(&line.about);
    const ag_data data = opened(&choice, &arena);
    CHECK(data.n_targets == 0 && data.n_classes == 0 && !data.train.label, "kind");
    CHECK(data.train.n == 72 && data.validation.n == 8 && data.test.n == 20, "counts");
    CHECK(data.digest != 0, "digest");
    ag_arena_close(&arena);
}

/* --- files ------------------------------------------------------------------------- */

static char root[] = "/tmp/actgrid-test-XXXXXX";

static void put(const char *folder, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", root, folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/letters", root, folder);
    FILE *file = fopen(path, "w");
    CHECK(file, "%s", path);
    if (!file) return;
    fputs(text, file);
    fclose(file);
}

static ag_status load_nothing(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                              ag_source *source, ag_error *err) {
    CHECK(strcmp(paths[0] + strlen(paths[0]) - 8, "/letters") == 0, "%s", paths[0]);
    return load_numbered(choice, paths, arena, source, err);
}

static void test_files(void) {
    static const char *const mirrors[] = {"http://127.0.0.1:1/", NULL};
    static const ag_data_file files[] = {
        {.name = "letters",
         .sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
         .bytes = 3,
         .mirrors = mirrors}};
    static const ag_dataset set = {.about = {.name = "letters",
                                             .params = numbered_params,
                                             .n_params = AG_COUNT(numbered_params)},
                                   .shape = {1, 1, 1},
                                   .n_classes = 4,
                                   .n_train = NUMBERED,
                                   .files = files,
                                   .n_files = 1,
                                   .folder = "abc",
                                   .load = load_nothing};
    const ag_choice choice = ag_choice_standard(&set.about);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_data data;
    ag_error err = {0};
    char list[512], cache[256];
    snprintf(cache, sizeof cache, "%s/cache", root);
    snprintf(list, sizeof list, "%s/none::%s/one:%s/two", root, root, root);
    setenv("XDG_CACHE_HOME", cache, 1);
    setenv("ACTGRID_DATA", list, 1);

    CHECK(ag_dataset_open(&choice, &arena, &data, &err) == AG_DATA, "no file");
    CHECK(strstr(err.text, "actgrid datasets fetch letters") && strstr(err.text, "ACTGRID_DATA"),
          "%s", err.text);
    CHECK(arena.taken == 0, "%zu bytes stay taken", arena.taken);

    put("one", "ab");
    CHECK(ag_dataset_open(&choice, &arena, &data, &err) == AG_DATA, "too short");
    CHECK(strstr(err.text, "/one/letters") && strstr(err.text, "truncated"), "%s", err.text);
    put("one", "abd");
    CHECK(ag_dataset_open(&choice, &arena, &data, &err) == AG_DATA, "wrong bytes");
    CHECK(strstr(err.text, "/one/letters") && strstr(err.text, "ba7816bf8f01"), "%s", err.text);
    put("one", "abcd"); /* of another size: passed over when there is a better one */
    put("two", "abc");
    CHECK(ag_dataset_open(&choice, &arena, &data, &err) == AG_OK, "%s", err.text);
    CHECK(strstr(ag_dataset_file_path(&set, 0, &arena), "/two/letters"), "the right size");
    put("one", "abc");
    CHECK(strstr(ag_dataset_file_path(&set, 0, &arena), "/one/letters"), "the first folder");
    char path[256];
    snprintf(path, sizeof path, "%s/one/abc", root);
    mkdir(path, 0700);
    put("one/abc", "abc");
    CHECK(strstr(ag_dataset_file_path(&set, 0, &arena), "/one/abc/letters"),
          "<folder>/<name> first");

    unsetenv("ACTGRID_DATA");
    CHECK(!ag_dataset_file_path(&set, 0, &arena), "nothing in the cache");
    setenv("XDG_CACHE_HOME", "relative", 1);
    setenv("HOME", root, 1);
    CHECK(strstr(ag_dataset_cache_folder(&set, &arena), "/.cache/actgrid/datasets/abc"), "HOME");
    unsetenv("HOME");
    CHECK(!ag_dataset_cache_folder(&set, &arena), "nowhere");
    ag_arena_close(&arena);
}

/* A file that may lie there in other forms, known by what is in it. */
static void test_file_forms(void) {
    static const char sum[] = "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f"; /* of "abc", by git */
    const ag_data_file other[] = {
        {.name = "sub/letters", .git_sha1 = sum, .bytes = 3},
        {.name = "letters.gz", .git_sha1 = sum, .bytes = 3},
        {0},
    };
    const ag_data_file files[] = {
        {.name = "letters", .git_sha1 = sum, .bytes = 3, .otherwise = other}};
    const ag_dataset set = {
        .about = {.name = "forms"}, .files = files, .n_files = 1, .folder = "abc"};
    static const struct {
        const char *name, *text;
        size_t n;
        const char *says; /* NULL: good */
    } cases[] = {
        {"letters", "abc", 3, NULL},
        {"letters", "abd", 3, "git blob SHA-1 starts with"},
        {"letters", "ab", 2, "truncated: it has 2 bytes, must have 3"},
        {"sub/letters", "abc", 3, NULL},
        {"sub/letters", "abd", 3, "sub/letters is damaged"},
        {"letters.gz", "abc", 3, NULL},
        {"letters.gz", "abd", 3, "letters.gz is damaged"},
        {"letters.gz", "ab", 2, "letters.gz is not the published file: it holds less than the 3"},
        {"letters.gz", "abcd", 4, "letters.gz is not the published file: it holds more than"},
    };
    ag_arena arena = AG_ARENA_EMPTY;
    char folder[256];
    snprintf(folder, sizeof folder, "%s/forms", root);
    mkdir(folder, 0700);
    setenv("ACTGRID_DATA", folder, 1);
    for (int i = 0; i < AG_COUNT(cases); i++) {
        uint8_t packed[64];
        char path[512];
        ag_error err = {0};
        const bool gz = strstr(cases[i].name, ".gz") != NULL;
        const uint8_t *bytes = (const uint8_t *)cases[i].text;
        const size_t n = gz ? made_gzip(bytes, cases[i].n, packed) : cases[i].n;
        snprintf(path, sizeof path, "%s/sub", folder);
        mkdir(path, 0700);
        snprintf(path, sizeof path, "%s/%s", folder, cases[i].name);
        FILE *file = fopen(path, "wb");
        CHECK(file && fwrite(gz ? packed : bytes, 1, n, file) == n, "%s", path);
        if (file) fclose(file);
        const char *found = ag_dataset_file_path(&set, 0, &arena);
        CHECK(found && strcmp(found, path) == 0, "case %d: %s", i, found ? found : "nothing");
        const ag_status status = found ? ag_dataset_file_check(&set, 0, found, &err) : AG_NOTFOUND;
        CHECK(status == (cases[i].says ? AG_DATA : AG_OK), "case %d: %s", i, err.text);
        CHECK(!cases[i].says || strstr(err.text, cases[i].says), "case %d: %s", i, err.text);
        unlink(path);
        snprintf(path, sizeof path, "%s/sub", folder);
        rmdir(path);
    }
    CHECK(!ag_dataset_file_path(&set, 0, &arena), "no form is there");
    rmdir(folder);
    unsetenv("ACTGRID_DATA");
    ag_arena_close(&arena);
}

/* The k-th allocation fails, for every k: AG_NOMEM, nothing half made. */
static void test_no_memory(void) {
    const ag_choice choice = with(ag_choice_standard(&numbered.about), "standardize", 2);
    ag_status status = AG_NOMEM;
    for (long k = 0; k < 100 && status != AG_OK; k++) {
        ag_arena arena = {.fail_after = k};
        ag_data data = {.n_classes = -3};
        ag_error err = {0};
        status = ag_dataset_open(&choice, &arena, &data, &err);
        CHECK(status == AG_NOMEM || status == AG_OK, "allocation %ld: %s", k, err.text);
        CHECK(status == AG_OK || (data.n_classes == -3 && arena.taken == 0), "allocation %ld", k);
        ag_arena_close(&arena);
    }
    CHECK(status == AG_OK, "never enough");
}

int main(void) {
    CHECK(mkdtemp(root), "a temporary folder");
    test_catalogue();
    test_xor();
    test_two_spirals();
    test_blobs();
    test_split_parts();
    test_split_seed();
    test_split_exact();
    test_split_forever();
    test_split_remainders();
    test_split_counts();
    test_standardize_feature();
    test_standardize_channel();
    test_standardize_none();
    test_standardize_global();
    test_standardize_range();
    test_regression();
    test_standardize_target();
    test_no_answers();
    test_no_memory();
    test_files();
    test_file_forms();
    static const char *const left[] = {
        "one/abc/letters", "one/letters", "two/letters", "one/abc", "one", "two", ""};
    for (int i = 0; i < AG_COUNT(left); i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", root, left[i]);
        remove(path);
    }
    return check_report();
}
