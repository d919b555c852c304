/* Two stores that are equal but for what must not count, and others that differ in one number: in
 * arrays of every shape, at any place of curves.h5 and arrays.log. Tables: tests/cli/test_diff.sh.
 */
#include "results/store/compare/diff.h"
#include "store_fixture.h"

#include <hdf5.h>
#include <inttypes.h>
#include <stdint.h>

typedef struct comparison {
    ag_arena arena;
    ag_diff diff;
    ag_status status;
    ag_error err;
    size_t told;
} comparison;

static ag_status count_each(void *self, const ag_difference *difference, ag_error *err) {
    (void)err;
    comparison *c = self;
    CHECK(difference->table && (difference->column || difference->only >= 0), "a place");
    c->told++;
    return AG_OK;
}

static comparison compare(const char *a, const char *b, bool only_common) {
    static comparison c;
    char path[2][512];
    snprintf(path[0], sizeof path[0], "%s/%s", folder, a);
    snprintf(path[1], sizeof path[1], "%s/%s", folder, b);
    c = (comparison){.arena = AG_ARENA_EMPTY};
    const ag_diff_wish wish = {.only_common = only_common, .each = count_each, .self = &c};
    c.status =
        ag_store_diff((const char *const[]){path[0], path[1]}, &wish, &c.arena, &c.diff, &c.err);
    return c;
}

#define EXPECT_EQUAL(a, b, only_common, trials_wanted)                                             \
    do {                                                                                           \
        comparison equal = compare(a, b, only_common);                                             \
        CHECK(equal.status == AG_OK && equal.diff.equal && equal.diff.n_counts == 0 &&             \
                  equal.diff.trials == (trials_wanted),                                            \
              "%s and %s: status %d (%s), %zu trials, %zu differences, first in %s %s", a, b,      \
              (int)equal.status, equal.err.text, equal.diff.trials, equal.diff.n_counts,           \
              equal.diff.n_counts ? equal.diff.count[0].first.table : "-",                         \
              equal.diff.n_counts && equal.diff.count[0].first.column                              \
                  ? equal.diff.count[0].first.column                                               \
                  : "-");                                                                          \
        ag_arena_close(&equal.arena);                                                              \
    } while (0)

/* --- trials ------------------------------------------------------------------------------ */

static fixture trial(int i) {
    static const char *const activation[] = {"relu", "tanh", "elu"};
    fixture f;
    make(&f, activation[i % 3], 0.1, (uint64_t)(i / 3), 0.5 + 0.001 * i);
    f.loss[i % STEPS] += (float)i;
    f.norms[i % (EPOCHS * LAYERS)] -= (float)i;
    return f;
}

/* `make` left pointers to the fixture it was made in. `n` arrays in place of its own; 0: those. */
static void put_arrays(ag_store *store, fixture f, const ag_array *arrays, int n) {
    f.record.trial = &f.trial;
    f.record.settings = f.settings;
    f.record.activation = f.record.activation_name = f.activation;
    f.record.epoch_rows = f.epochs;
    f.record.layer_rows = f.layers;
    f.record.layer_values = f.values;
    f.arrays[0].data = f.loss;
    f.arrays[1].data = f.norms;
    f.record.arrays = n ? arrays : f.arrays;
    if (n) f.record.n_arrays = n;
    put(store, &f);
}

static void put_trial(ag_store *store, fixture f) { put_arrays(store, f, NULL, 0); }

/* Trials from, from + step, ... below n, in this order or the other. */
static void make_store(const char *name, int from, int n, int step, bool backwards) {
    ag_store *store = open_store(name, "{}", 0, NULL);
    for (int i = from; i < n; i += step)
        put_trial(store, trial(backwards ? from + n - 1 - i : i));
    close_store(store);
}

enum { MANY = 150 }; /* more than are looked at together */

/* --- equal ----------------------------------------------------------------------------------- */

static void test_order_of_arrival(void) {
    make_store("a", 0, MANY, 1, false);
    make_store("b", 0, MANY, 1, true);
    CHECK(strcmp(ask("a", "SELECT trial_id FROM trial WHERE number = 1"), "no row") != 0, "rows");
    EXPECT_EQUAL("a", "b", false, MANY);
    make_store("none", 0, 0, 1, false);
    EXPECT_EQUAL("none", "none", false, 0);
    EXPECT_EQUAL("none", "a", true, 0);
}

/* Rows of the one stand apart in the other, and chunks do not begin at the same trials. */
static void test_some_of_them(void) {
    make_store("odd", 1, MANY, 2, false);
    EXPECT_EQUAL("a", "odd", true, MANY / 2);
    EXPECT_EQUAL("odd", "a", true, MANY / 2);
    comparison c = compare("odd", "a", false);
    CHECK(c.status == AG_OK && !c.diff.equal && c.diff.n_counts == 0, "%s", c.err.text);
    CHECK(c.diff.n_lone[0] == 0 && c.diff.n_lone[1] == MANY / 2, "%zu", c.diff.n_lone[1]);
    CHECK(c.told == MANY / 2 && c.diff.left_out > 0, "%zu told", c.told);
    CHECK(c.diff.lone[1][0].trial_id && strstr(c.diff.lone[1][0].words, "seed "), "named");
    ag_arena_close(&c.arena);
    make_store("even", 0, MANY, 2, false);
    c = compare("odd", "even", true); /* none in common: nothing of them is equal */
    CHECK(c.status == AG_OK && !c.diff.equal && c.diff.trials == 0, "%s", c.err.text);
    CHECK(c.diff.n_counts == 0 && c.diff.arrays == 0, "%zu arrays", c.diff.arrays);
    ag_arena_close(&c.arena);
}

/* A run that goes on, or was killed: some trials in curves.h5, some in arrays.log. */
static void test_not_gathered(void) {
    make_store("live", 0, MANY / 2, 1, true);
    ag_store *store = open_store("live", "{}", 0, NULL);
    for (int i = MANY / 2; i < MANY; i++)
        put_trial(store, trial(i));
    EXPECT_EQUAL("a", "live", false, MANY);
    comparison c = compare("live", "a", false);
    CHECK(c.diff.ungathered[0] == MANY - MANY / 2 && c.diff.ungathered[1] == 0, "%zu",
          c.diff.ungathered[0]);
    ag_arena_close(&c.arena);
    copy_store("live", "killed");
    close_store(store);
    EXPECT_EQUAL("killed", "live", false, MANY);
    EXPECT_EQUAL("killed", "odd", true, MANY / 2);
}

/* --- one number ------------------------------------------------------------------------------- */

static void forget(const char *name) {
    char command[512];
    snprintf(command, sizeof command, "rm -rf '%s/%s'", folder, name);
    CHECK(system(command) == 0, "%s", command);
}

static float next_float(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits++;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Of one trial one number of one array, the last or any other, in the file or in the log. */
static void test_one_number(int which, bool loss, int at, bool gathered) {
    ag_store *store = open_store("one", "{}", 0, NULL);
    float before = 0;
    for (int i = 0; i < MANY; i++) {
        fixture f = trial(i);
        float *number = loss ? &f.loss[at] : &f.norms[at];
        if (i == which) {
            before = *number;
            *number = next_float(before);
        }
        put_trial(store, f);
    }
    if (gathered) close_store(store);
    comparison c = compare("a", "one", false);
    CHECK(c.status == AG_OK && !c.diff.equal && c.diff.n_counts == 1 && c.told == 1 &&
              c.diff.different == 1,
          "%s: %zu counts, %zu told", c.err.text, c.diff.n_counts, c.told);
    if (c.diff.n_counts == 1) {
        const ag_diff_count *count = &c.diff.count[0];
        const ag_difference *d = &count->first;
        const fixture f = trial(which);
        char id[AG_ID_TEXT];
        CHECK(count->cells == 1 && count->trials == 1 && d->has_ulps && d->ulps == 1, "%" PRIu64,
              d->ulps);
        CHECK(strcmp(d->table, "curves.h5") == 0 &&
                  strcmp(d->column, loss ? "step/loss" : "layer/grad_norm") == 0,
              "%s %s", d->table, d->column);
        CHECK(strcmp(d->key[0].value.text, ag_id_text(id, f.trial.id)) == 0, "which trial");
        CHECK(d->n_keys == (loss ? 2 : 3) && strcmp(d->key[1].name, loss ? "step" : "epoch") == 0,
              "%d keys, %s", d->n_keys, d->key[1].name);
        CHECK(atoi(d->key[1].value.text) == (loss ? at : at / LAYERS), "%s", d->key[1].value.text);
        if (!loss) CHECK(atoi(d->key[2].value.text) == at % LAYERS, "%s", d->key[2].value.text);
        CHECK(strtof(d->value[0].text, NULL) == before, "%s", d->value[0].text);
        CHECK(strtof(d->value[1].text, NULL) == next_float(before), "%s", d->value[1].text);
    }
    ag_arena_close(&c.arena);
    if (!gathered) close_store(store);
    forget("one");
}

/* --- shapes ----------------------------------------------------------------------------------- */

/* A store of one trial whose only array is this, and perhaps of another trial with that. */
static void make_array(const char *name, ag_array array, const ag_array *other) {
    forget(name);
    ag_store *store = open_store(name, "{}", 0, NULL);
    put_arrays(store, trial(0), &array, 1);
    if (other) put_arrays(store, trial(1), other, 1);
    close_store(store);
}

static float as_float(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void expect_one(const char *a, const char *b, const char *value_a, const char *value_b,
                       bool has_ulps) {
    comparison c = compare(a, b, true);
    CHECK(c.status == AG_OK && c.diff.n_counts == 1 && c.told >= 1, "%s and %s: %s, %zu", a, b,
          c.err.text, c.diff.n_counts);
    if (c.diff.n_counts == 1) {
        const ag_difference *d = &c.diff.count[0].first;
        CHECK(strcmp(d->value[0].text, value_a) == 0, "%s, not %s", d->value[0].text, value_a);
        CHECK(strcmp(d->value[1].text, value_b) == 0, "%s, not %s", d->value[1].text, value_b);
        CHECK(d->has_ulps == has_ulps, "units between %s and %s", value_a, value_b);
    }
    ag_arena_close(&c.arena);
}

/* What pads the shorter trial is that NaN and no other. */
static void test_padding(void) {
    float grid[24];
    for (int i = 0; i < 24; i++)
        grid[i] = (float)i;
    const ag_array small = {"layer/x", 3, {2, 2, 2}, {"epoch", "layer", "bin"}, "1", "x", grid};
    const ag_array large = {"layer/x", 3, {3, 4, 2}, {"epoch", "layer", "bin"}, "1", "x", grid};
    make_array("small", small, NULL);
    make_array("padded", small, &large);
    EXPECT_EQUAL("small", "padded", true, 1);
    EXPECT_EQUAL("padded", "small", true, 1);

    /* one more epoch of the padding's NaN is the same, of any other number is not */
    float more[12];
    memcpy(more, grid, 8 * sizeof *more);
    for (int i = 8; i < 12; i++)
        more[i] = as_float(0x7fc00000);
    const ag_array three = {"layer/x", 3, {3, 2, 2}, {"epoch", "layer", "bin"}, "1", "x", more};
    make_array("three", three, NULL);
    EXPECT_EQUAL("small", "three", false, 1);
    more[11] = as_float(0xffc00000);
    make_array("three", three, NULL);
    expect_one("small", "three", "nan (0x7fc00000)", "nan (0xffc00000)", false);
    expect_one("three", "small", "nan (0xffc00000)", "nan (0x7fc00000)", false);
}

static void test_bits(void) {
    const float zeros[2] = {0, 1}, minus[2] = {-0.0F, 1}, infinite[2] = {0, HUGE_VALF};
    const float tiny[2] = {as_float(1), 1};
    ag_array x = {"step/x", 1, {2}, {"step"}, "1", "x", zeros};
    make_array("zeros", x, NULL);
    x.data = minus;
    make_array("minus", x, NULL);
    x.data = infinite;
    make_array("infinite", x, NULL);
    x.data = tiny;
    make_array("tiny", x, NULL);
    expect_one("zeros", "minus", "0", "-0", true);
    expect_one("zeros", "infinite", "1", "inf", true);
    expect_one("zeros", "tiny", "0", "1.40129846e-45", true);
}

/* More numbers than are read at a time: the last must be looked at, too. */
static void test_long_array(void) {
    enum { LONG = 300000, WIDE = 10 };
    float *numbers = malloc(sizeof(float) * LONG * WIDE);
    CHECK(numbers, "memory");
    if (!numbers) return;
    for (int i = 0; i < LONG * WIDE; i++)
        numbers[i] = (float)(i % 1000);
    const ag_array x = {"step/x", 2, {LONG, WIDE}, {"step", "layer"}, "1", "x", numbers};
    make_array("long", x, NULL);
    EXPECT_EQUAL("long", "long", false, 1);
    numbers[LONG * WIDE - 1] += 1;
    make_array("long2", x, NULL);
    comparison c = compare("long", "long2", false);
    CHECK(c.diff.n_counts == 1 && c.diff.count[0].cells == 1, "%zu", c.diff.n_counts);
    if (c.diff.n_counts == 1) {
        const ag_difference *d = &c.diff.count[0].first;
        CHECK(atoi(d->key[1].value.text) == LONG - 1 && atoi(d->key[2].value.text) == WIDE - 1,
              "%s, %s", d->key[1].value.text, d->key[2].value.text);
    }
    ag_arena_close(&c.arena);
    free(numbers);
}

/* --- refused ---------------------------------------------------------------------------------- */

static void expect_refused(const char *a, const char *b, const char *want) {
    comparison c = compare(a, b, true);
    CHECK(c.status == AG_STORE && strstr(c.err.text, want), "status %d: %s", (int)c.status,
          c.err.text);
    ag_arena_close(&c.arena);
}

/* Replaces step/loss of a store by something of this type and shape. */
static void replace_array(const char *name, hid_t type, hsize_t steps, hsize_t chunk) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s/curves.h5", folder, name);
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(file, "step/loss", H5P_DEFAULT);
    const hsize_t size[2] = {MANY, steps}, most[2] = {MANY, H5S_UNLIMITED}, piece[2] = {1, chunk};
    const hid_t space = H5Screate_simple(2, size, most), creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 2, piece);
    const hid_t set =
        H5Dcreate2(file, "step/loss", type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    CHECK(file >= 0 && set >= 0, "%s", path);
    H5Dclose(set);
    H5Pclose(creation);
    H5Sclose(space);
    H5Fclose(file);
}

static void test_strangers(void) {
    static const struct {
        const char *name;
        hsize_t steps, chunk;
        bool real;
    } cases[] = {{"huge", (hsize_t)1 << 40, 1024, true},
                 {"wide", 1, (hsize_t)1 << 28, true},
                 {"whole", STEPS, STEPS, false}};
    for (int i = 0; i < AG_COUNT(cases); i++) {
        copy_store("a", cases[i].name);
        replace_array(cases[i].name, cases[i].real ? H5T_IEEE_F32LE : H5T_STD_I32LE, cases[i].steps,
                      cases[i].chunk);
        expect_refused("a", cases[i].name, "'step/loss' that is not as this program writes them");
        expect_refused(cases[i].name, "a", "'step/loss' that is not as this program writes them");
    }
    expect_refused("zeros", "small2", "there is no store");
    const float numbers[4] = {1, 2, 3, 4};
    make_array("flat", (ag_array){"step/x", 2, {2, 2}, {"step", "layer"}, "1", "x", numbers}, NULL);
    expect_refused("zeros", "flat", "has 1 and 2 axes");
}

/* --- what is left out ------------------------------------------------------------------------- */

/* Every column that is a time by its name is left out, and whatever is left out exists. */
static void test_omissions(void) {
    char sql[1024];
    for (int i = 0; i < ag_n_diff_omissions; i++) {
        const ag_diff_omission *o = &ag_diff_omissions[i];
        CHECK(!o->table != !o->column && o->reason[0], "omission %d", i);
        snprintf(sql, sizeof sql,
                 o->column ? "SELECT count(*) > 0 FROM sqlite_schema t, pragma_table_info(t.name) c"
                             " WHERE t.type = 'table' AND c.name = '%s'"
                           : "SELECT count(*) > 0 FROM sqlite_schema WHERE name = '%s'",
                 o->column ? o->column : o->table);
        ASK("a", sql, "1");
    }
    size_t n = (size_t)snprintf(
        sql, sizeof sql,
        "SELECT coalesce(group_concat(t.name || '.' || c.name), 'none') FROM sqlite_schema t,"
        " pragma_table_info(t.name) c WHERE t.type = 'table' AND (c.name LIKE '%%second%%'"
        " OR c.name LIKE '%%\\_at' ESCAPE '\\' OR c.name IN ('experiment_id', 'number')) AND"
        " t.name NOT IN (''");
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < ag_n_diff_omissions; i++) {
            const ag_diff_omission *o = &ag_diff_omissions[i];
            const char *name = k ? o->column : o->table;
            if (name) n += (size_t)snprintf(sql + n, sizeof sql - n, ", '%s'", name);
        }
        n += (size_t)snprintf(sql + n, sizeof sql - n, k ? ")" : ") AND c.name NOT IN (''");
    }
    ASK("a", sql, "none");
}

static void test_no_memory(void) {
    char path[512];
    snprintf(path, sizeof path, "%s/odd", folder);
    const ag_diff_wish wish = {.only_common = true};
    long k = 0;
    for (ag_status status = AG_NOMEM; status != AG_OK && k < 100000; k += k / 8 + 1) {
        ag_arena arena = AG_ARENA_EMPTY;
        arena.fail_after = k;
        ag_diff diff;
        ag_error err = {0};
        status = ag_store_diff((const char *const[]){path, path}, &wish, &arena, &diff, &err);
        CHECK(status == AG_OK || status == AG_NOMEM, "after %ld: %s", k, err.text);
        ag_arena_close(&arena);
    }
    CHECK(k > 10, "it needs some memory");
}

int main(void) {
    new_folder();
    test_order_of_arrival();
    test_some_of_them();
    test_not_gathered();
    static const int which[] = {0, 63, 64, MANY - 1};
    for (int i = 0; i < AG_COUNT(which); i++) {
        test_one_number(which[i], true, i, true);
        test_one_number(which[i], false, EPOCHS * LAYERS - 1 - i, i % 2);
    }
    test_padding();
    test_bits();
    test_long_array();
    test_strangers();
    test_omissions();
    test_no_memory();
    remove_folder();
    return check_report();
}
