/* From arrays to examples: shapes, layouts, answers, test parts, what is exported and read
 * back; and what cannot be examples. */
#include "datasets/dataset.h"
#include "datasets/export.h"

#include "made_folder.h"
#include "made_npy.h"

/* --- choices -------------------------------------------------------------------- */

static ag_choice named(const char *name) {
    return ag_choice_standard(ag_catalogue_find(&ag_datasets, name));
}

static void set_text(ag_choice *choice, const char *param, const char *text) {
    choice->text[ag_element_param(choice->element, param)] = text;
}

static void set_number(ag_choice *choice, const char *param, double value) {
    choice->number[ag_element_param(choice->element, param)] = value;
}

/* x.npy and y.npy of the folder. */
static ag_choice two_files(char x[256], char y[256]) {
    ag_choice choice = named("npy");
    set_text(&choice, "x", made_path(x, "x.npy"));
    set_text(&choice, "y", made_path(y, "y.npy"));
    return choice;
}

enum { N = 4 };

static void write_x(const char *type, const char *shape, const void *data, size_t n) {
    const made_file f = made_array(type, shape, data, n);
    made_write("x.npy", f.bytes, f.n);
}

static void write_y(const char *type, const char *shape, const void *data, size_t n) {
    const made_file f = made_array(type, shape, data, n);
    made_write("y.npy", f.bytes, f.n);
}

static void usual_files(void) {
    write_x("|u1", "(4, 2)", "\x00\x01\x02\x03\x04\x05\x06\x07", 8);
    write_y("|u1", "(4,)", "\x00\x01\x01\x00", 4);
}

static ag_status open_source(const ag_choice *choice, ag_arena *arena, ag_source *s,
                             ag_error *err) {
    *s = (ag_source){.n_classes = -7};
    return ag_dataset_source(choice, arena, s, err);
}

/* --- shapes and layouts -------------------------------------------------------------- */

/* Numbers 0, 1, ... lie in the file; row 1 as it comes out. */
static void test_layouts(void) {
    enum { AUTO, FIRST, LAST };
    static const struct {
        const char *shape;
        size_t n;
        int layout;
        ag_shape wanted;
        double row[12]; /* of example 1 */
        const char *note;
    } cases[] = {
        {"(4, 3)", 12, AUTO, {3, 1, 1}, {3, 4, 5}, "classes"},
        {"(4, 2, 3)", 24, AUTO, {1, 2, 3}, {6, 7, 8, 9, 10, 11}, "of one channel (layout: auto)"},
        {"(4, 2, 3)", 24, FIRST, {2, 1, 3}, {6, 7, 8, 9, 10, 11}, "classes"},
        {"(4, 2, 3)", 24, LAST, {3, 1, 2}, {6, 9, 7, 10, 8, 11}, "classes"},
        {"(4, 3, 2, 2)",
         48,
         AUTO,
         {3, 2, 2},
         {12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23},
         "channels first (layout: auto)"},
        {"(4, 2, 2, 3)",
         48,
         AUTO,
         {3, 2, 2},
         {12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23},
         "channels last (layout: auto)"},
        {"(4, 1, 2, 5)", 40, AUTO, {1, 2, 5}, {10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, "first"},
        {"(4, 3, 1, 3)", 36, LAST, {3, 3, 1}, {9, 12, 15, 10, 13, 16, 11, 14, 17}, "classes"},
        {"(4, 2, 2, 2)", 32, FIRST, {2, 2, 2}, {8, 9, 10, 11, 12, 13, 14, 15}, "classes"},
    };
    uint8_t data[48];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    for (int i = 0; i < AG_COUNT(cases); i++) {
        char x[256], y[256];
        usual_files();
        write_x("|u1", cases[i].shape, data, cases[i].n);
        ag_choice choice = two_files(x, y);
        set_number(&choice, "layout", cases[i].layout);
        ag_arena arena = AG_ARENA_EMPTY;
        ag_source s;
        ag_error err = {0};
        CHECK(open_source(&choice, &arena, &s, &err) == AG_OK, "%s: %s", cases[i].shape, err.text);
        CHECK(memcmp(&s.shape, &cases[i].wanted, sizeof s.shape) == 0, "%s: %d x %d x %d",
              cases[i].shape, s.shape.channels, s.shape.rows, s.shape.columns);
        double row[12] = {0};
        if (s.train.array) ag_source_row(&s.train, ag_shape_size(s.shape), 1, row);
        CHECK(memcmp(row, cases[i].row, sizeof row) == 0, "%s, layout %d: %g %g %g %g ...",
              cases[i].shape, cases[i].layout, row[0], row[1], row[2], row[3]);
        CHECK(s.note && strstr(s.note, cases[i].note), "%s: %s", cases[i].shape, s.note);
        ag_arena_close(&arena);
    }
}

/* --- answers ------------------------------------------------------------------------- */

static void test_classes(void) {
    static const struct {
        const char *type, *shape, *bytes;
        size_t n;
        int n_classes;
        int32_t label[N];
        const char *name_1; /* of class 1; NULL: classes have no names */
    } cases[] = {
        {"|u1", "(4,)", "\0\1\1\0", 4, 2, {0, 1, 1, 0}, NULL},
        {"|b1", "(4,)", "\1\0\1\0", 4, 2, {1, 0, 1, 0}, NULL},
        {"|i1", "(4, 1)", "\xff\x01\x01\xff", 4, 2, {0, 1, 1, 0}, "1"},
        {">i2", "(4,)", "\0\x0a\0\x14\0\x14\0\x0a", 8, 2, {0, 1, 1, 0}, "20"},
        {"<f4", "(4,)", "\0\0\0\0\0\0\x80\x3f\0\0\x80\x3f\0\0\0\0", 16, 2, {0, 1, 1, 0}, NULL},
        {"|u1", "(4, 3)", "\1\0\0\0\0\1\0\1\0\1\0\0", 12, 3, {0, 2, 1, 0}, NULL},
        {"|b1", "(4, 2)", "\1\0\0\1\0\1\1\0", 8, 2, {0, 1, 1, 0}, NULL},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        char x[256], y[256];
        usual_files();
        write_y(cases[i].type, cases[i].shape, cases[i].bytes, cases[i].n);
        const ag_choice choice = two_files(x, y);
        ag_arena arena = AG_ARENA_EMPTY;
        ag_source s;
        ag_error err = {0};
        CHECK(open_source(&choice, &arena, &s, &err) == AG_OK, "case %d: %s", i, err.text);
        CHECK(!s.regression && s.n_classes == cases[i].n_classes, "case %d: %d classes", i,
              s.n_classes);
        CHECK(s.train.label && memcmp(s.train.label, cases[i].label, sizeof cases[i].label) == 0,
              "case %d: labels", i);
        CHECK(!s.class_names == !cases[i].name_1, "case %d: names", i);
        if (s.class_names && cases[i].name_1)
            CHECK(strcmp(s.class_names[1], cases[i].name_1) == 0, "case %d", i);
        CHECK(s.note && strstr(s.note, "y is taken for classes"), "case %d: %s", i, s.note);
        ag_arena_close(&arena);
    }
}

static void test_targets(void) {
    static const struct {
        const char *type, *shape, *bytes;
        size_t n;
        int task, n_targets;
        double first;
        const char *note; /* NULL: nothing was left to decide */
    } cases[] = {
        {"<f2", "(4, 1)", "\0\x3c\0\0\0\x3c\0\0", 8, 0, 1, 1, NULL},
        {"<f2", "(4,)", "\0\x3e\0\0\0\x3c\0\0", 8, 0, 1, 1.5, "predict: not all are whole"},
        {"|u1", "(4,)", "\1\2\3\4", 4, 0, 1, 1, "predict: too many different ones"},
        {"|u1", "(4,)", "\0\1\1\0", 4, 2, 1, 0, NULL},
        {"|u1", "(4, 2)", "\1\1\0\1\0\1\1\0", 8, 0, 2, 1, "predict: not every row is a single 1"},
        {"|u1", "(4, 2)", "\1\0\0\1\0\1\1\0", 8, 2, 2, 1, NULL},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        char x[256], y[256];
        usual_files();
        write_y(cases[i].type, cases[i].shape, cases[i].bytes, cases[i].n);
        ag_choice choice = two_files(x, y);
        set_number(&choice, "task", cases[i].task);
        ag_arena arena = AG_ARENA_EMPTY;
        ag_source s;
        ag_error err = {0};
        CHECK(open_source(&choice, &arena, &s, &err) == AG_OK, "case %d: %s", i, err.text);
        CHECK(s.regression && s.n_targets == cases[i].n_targets && s.n_classes == 0, "case %d", i);
        CHECK(s.train.target && s.train.target[0] == cases[i].first, "case %d: targets", i);
        CHECK(cases[i].note ? s.note && strstr(s.note, cases[i].note) : !s.note, "case %d: %s", i,
              s.note ? s.note : "no note");
        ag_arena_close(&arena);
    }
}

/* --- what cannot be examples ----------------------------------------------------------- */

static void refuse(const char *what, const ag_choice *choice, ag_status wanted, const char *says) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source s;
    ag_error err = {0};
    const ag_status status = open_source(choice, &arena, &s, &err);
    CHECK(status == wanted, "%s: %s: %s", what, ag_status_words(status), err.text);
    CHECK(strstr(err.text, says), "%s: '%s' without '%s'", what, err.text, says);
    CHECK(s.n_classes == -7, "%s: result touched", what);
    CHECK(arena.peak < 1 << 15, "%s: took %zu bytes", what, arena.peak);
    ag_arena_close(&arena);
}

static void test_refused(void) {
    static const char bytes[16] = {0, 1, 1, 0};
    static const uint8_t nan[8] = {0, 0, 0x80, 0x3f, 0, 0, 0xc0, 0x7f}; /* 1, nan */
    static const struct {
        const char *what, *x_type, *x_shape, *y_type, *y_shape;
        int layout, task;
        ag_status status;
        const char *says;
    } cases[] = {
        {"1-D x", "|u1", "(4,)", "|u1", "(4,)", 0, 0, AG_DATA, "[4], must be [n, features]"},
        {"5-D x", "|u1", "(1,1,2,1,1)", "|u1", "(4,)", 0, 0, AG_DATA, "must be [n, features]"},
        {"no rows", "|u1", "(0, 2)", "|u1", "(0,)", 0, 0, AG_DATA, "it holds no numbers"},
        {"no columns", "|u1", "(4, 0)", "|u1", "(4,)", 0, 0, AG_DATA, "it holds no numbers"},
        {"wide", "|u1", "(0, 3000000000)", "|u1", "(0,)", 0, 0, AG_DATA, "it holds no numbers"},
        {"channels anywhere", "|u1", "(1, 3, 1, 3)", "|u1", "(1,)", 0, 0, AG_CONFIG,
         "set layout to channels_first or channels_last"},
        {"channels nowhere", "|u1", "(1, 2, 2, 2)", "|u1", "(1,)", 0, 0, AG_CONFIG, "set layout"},
        {"layout of a table", "|u1", "(4, 2)", "|u1", "(4,)", 1, 0, AG_CONFIG,
         "layout is 'channels_first', but"},
        {"5 answers", "|u1", "(4, 2)", "|u1", "(5,)", 0, 0, AG_DATA, "x.npy has 4 examples, but"},
        {"3-D y", "|u1", "(4, 2)", "|u1", "(4, 1, 1)", 0, 0, AG_DATA,
         "must be [n] or [n, columns]"},
        {"empty y", "|u1", "(4, 2)", "|u1", "(4, 0)", 0, 0, AG_DATA, "must be [n] or [n, columns]"},
        {"not one-hot", "|u1", "(2, 2)", "|u1", "(2, 3)", 0, 1, AG_DATA, "row 0 of /tmp"},
        {"pickled x", "|O", "(4, 2)", "|u1", "(4,)", 0, 0, AG_DATA, "Python objects"},
        {"pickled y", "|u1", "(4, 2)", "|O", "(4,)", 0, 0, AG_DATA, "Python objects"},
        {"10^18 examples", "|u1", "(1000000000000000000, 2)", "|u1", "(4,)", 0, 0, AG_DATA,
         "do not fit"},
        {"10^18 answers", "|u1", "(4, 2)", "|u1", "(1000000000000000000,)", 0, 0, AG_DATA,
         "do not fit"},
    };
    char x[256], y[256];
    for (int i = 0; i < AG_COUNT(cases); i++) {
        size_t n_x = 8, n_y = 4;
        if (strstr(cases[i].what, "1-D")) n_x = 4;
        if (strcmp(cases[i].x_shape, "(1,1,2,1,1)") == 0) n_x = 2;
        if (strncmp(cases[i].x_shape, "(0", 2) == 0) n_x = n_y = 0;
        if (strcmp(cases[i].x_shape, "(4, 0)") == 0) n_x = 0;
        if (strcmp(cases[i].x_shape, "(1, 3, 1, 3)") == 0) n_x = 9;
        if (strcmp(cases[i].x_shape, "(2, 2)") == 0) n_x = 4;
        if (strcmp(cases[i].y_shape, "(1,)") == 0) n_y = 1;
        if (strcmp(cases[i].y_shape, "(5,)") == 0) n_y = 5;
        if (strcmp(cases[i].y_shape, "(4, 0)") == 0) n_y = 0;
        if (strcmp(cases[i].y_shape, "(2, 3)") == 0) n_y = 6;
        write_x(cases[i].x_type, cases[i].x_shape, bytes, n_x);
        write_y(cases[i].y_type, cases[i].y_shape, bytes, n_y);
        ag_choice choice = two_files(x, y);
        set_number(&choice, "layout", cases[i].layout);
        set_number(&choice, "task", cases[i].task);
        refuse(cases[i].what, &choice, cases[i].status, cases[i].says);
    }
    ag_choice choice = two_files(x, y);
    usual_files();
    write_x("<f4", "(2, 1)", nan, 8);
    write_y("|u1", "(2,)", "\0\1", 2);
    refuse("nan in x", &choice, AG_DATA, "x.npy: [1, 0] is nan, must be finite");
    usual_files();
    write_y("<f4", "(2,)", nan, 8);
    write_x("|u1", "(2, 1)", bytes, 2);
    refuse("nan in y", &choice, AG_DATA, "y.npy: [1] is nan, must be finite");
    usual_files();
    write_y("<f2", "(4,)", "\0\x3c\0\x3e\0\x3c\0\x3c", 8);
    set_number(&choice, "task", 1);
    refuse("fractions as classes", &choice, AG_DATA, "has the answer 1.5, which is no class");
    write_y("|u1", "(4,)", "\1\1\1\1", 4);
    refuse("one class", &choice, AG_DATA, "has the class 1 only");
    set_text(&choice, "x", "nothing.npy");
    refuse("no file", &choice, AG_DATA, "nothing.npy of npy is no file");
}

/* --- test parts ----------------------------------------------------------------------- */

/* all.npz of x [4, 2] and y [4], and of what else is given (x_test's shape or NULL, ...). */
static ag_choice write_all(char path[256], const char *x_test, size_t n_x, const char *y_test,
                           size_t n_y) {
    static const char bytes[8] = {0, 1, 1, 0, 1, 1, 0, 1};
    made_zip z = {.n_members = 0};
    made_file f = made_array("|u1", "(4, 2)", bytes, 8);
    made_zip_add(&z, (made_member){.name = "x.npy"}, &f);
    f = made_array("|u1", "(4,)", bytes, 4);
    made_zip_add(&z, (made_member){.name = "y.npy"}, &f);
    if (x_test) {
        f = made_array("|u1", x_test, bytes, n_x);
        made_zip_add(&z, (made_member){.name = "x_test.npy"}, &f);
    }
    if (y_test) {
        f = made_array("|u1", y_test, n_y == 3 ? "\0\1\7" : bytes, n_y);
        made_zip_add(&z, (made_member){.name = "y_test.npy"}, &f);
    }
    f = made_zip_end(&z);
    made_write("all.npz", f.bytes, f.n);
    ag_choice choice = named("npz");
    set_text(&choice, "path", made_path(path, "all.npz"));
    return choice;
}

static void test_test_parts(void) {
    char path[256];
    static const struct {
        const char *x_test, *y_test;
        size_t n_x, n_y, n_test;
    } good[] = {{NULL, NULL, 0, 0, 0}, {"(2, 2)", "(2,)", 4, 2, 2}, {"(0, 2)", "(0,)", 0, 0, 0}};
    for (int i = 0; i < AG_COUNT(good); i++) {
        const ag_choice choice =
            write_all(path, good[i].x_test, good[i].n_x, good[i].y_test, good[i].n_y);
        ag_arena arena = AG_ARENA_EMPTY;
        ag_source s;
        ag_error err = {0};
        CHECK(open_source(&choice, &arena, &s, &err) == AG_OK, "case %d: %s", i, err.text);
        CHECK(s.train.n == 4 && s.test.n == good[i].n_test, "case %d: %zu, %zu", i, s.train.n,
              s.test.n);
        if (s.test.n == 2)
            CHECK(s.test.label[0] == 0 && s.test.label[1] == 1, "case %d: labels", i);
        ag_arena_close(&arena);
    }
    ag_choice choice = write_all(path, "(2, 2)", 4, NULL, 0);
    refuse("no y_test", &choice, AG_DATA, "all.npz is there, but its answers are not");
    choice = write_all(path, NULL, 0, "(2,)", 2);
    refuse("no x_test", &choice, AG_DATA, "all.npz is there, but its examples are not");
    choice = write_all(path, "(2, 3)", 6, "(2,)", 2);
    refuse("3 features", &choice, AG_DATA, "[2, 3], must have the dimensions of x of");
    choice = write_all(path, "(2, 2)", 4, "(1,)", 1);
    refuse("1 answer", &choice, AG_DATA, "has 2 examples, but y_test of");
    choice = write_all(path, "(2, 2)", 4, "(2, 2)", 4);
    refuse("wide answers", &choice, AG_DATA, "[2, 2], must have the dimensions of y of");
    choice = write_all(path, "(3, 2)", 6, "(3,)", 3);
    refuse("a class more", &choice, AG_DATA, "[2] is 7, which is no class of the training");
    choice = write_all(path, "(2, 2)", 4, "(2,)", 2);
    set_number(&choice, "test", 2);
    refuse("test twice", &choice, AG_CONFIG, "test of npz is given, but x_test of");
    choice = write_all(path, NULL, 0, NULL, 0);
    set_text(&choice, "x_test", "held");
    refuse("a name that is not there", &choice, AG_NOTFOUND, "has no array 'held'; it has x, y");
    set_text(&choice, "x_test", "x_test");
    set_text(&choice, "x", "images");
    refuse("no images", &choice, AG_NOTFOUND, "has no array 'images'; it has x, y");
}

/* --- exported and read back -------------------------------------------------------------- */

static void check_same(const char *name, const ag_source *a, const ag_source *b) {
    const size_t features = ag_shape_size(a->shape);
    const struct ag_source_part *parts[2][2] = {{&a->train, &b->train}, {&a->test, &b->test}};
    double row[64], again[64];
    CHECK(features == ag_shape_size(b->shape) && features <= 64, "%s: features", name);
    CHECK(a->regression == b->regression && a->n_classes == b->n_classes &&
              a->n_targets == b->n_targets,
          "%s: kind", name);
    for (int p = 0; p < 2; p++) {
        const struct ag_source_part *x = parts[p][0], *y = parts[p][1];
        const size_t targets = (size_t)a->n_targets;
        size_t wrong = 0;
        CHECK(x->n == y->n, "%s: %zu and %zu", name, x->n, y->n);
        if (x->n != y->n || features > 64) continue;
        for (size_t i = 0; i < x->n; i++) {
            ag_source_row(x, features, i, row);
            ag_source_row(y, features, i, again);
            wrong += memcmp(row, again, features * sizeof *row) != 0;
            if (x->label) wrong += !y->label || x->label[i] != y->label[i];
            if (x->target)
                wrong += !y->target || memcmp(x->target + i * targets, y->target + i * targets,
                                              targets * sizeof(double)) != 0;
        }
        CHECK(wrong == 0, "%s: %zu examples differ", name, wrong);
    }
}

/* Images and signals of several channels keep their geometry. */
static void test_geometry(void) {
    static const ag_shape shapes[] = {{3, 4, 5}, {1, 4, 5}, {3, 1, 5}, {6, 1, 1}, {1, 4, 1}};
    for (int i = 0; i < 2 * AG_COUNT(shapes); i++) {
        char path[256];
        double x[4 * 60];
        int32_t label[4] = {0, 1, 1, 0};
        ag_arena arena = AG_ARENA_EMPTY;
        ag_error err = {0};
        ag_source read = {0}, made = {.shape = shapes[i / 2], .n_classes = 2};
        for (int k = 0; k < AG_COUNT(x); k++)
            x[k] = k / 7.0;
        made.train = (struct ag_source_part){.n = 4, .x = x, .label = label};
        ag_choice back = named(i % 2 ? "hdf5" : "npz");
        set_text(&back, "path", made_path(path, "exported"));
        CHECK(ag_dataset_export(&made, i % 2 ? AG_EXPORT_H5 : AG_EXPORT_NPZ, path, &arena, &err) ==
                  AG_OK,
              "%s", err.text);
        CHECK(ag_dataset_source(&back, &arena, &read, &err) == AG_OK, "%s", err.text);
        const ag_shape flat = {(int)ag_shape_size(made.shape), 1, 1};
        const ag_shape *wanted = i / 2 < 3 ? &made.shape : &flat;
        CHECK(memcmp(&read.shape, wanted, sizeof flat) == 0, "case %d: %d x %d x %d", i,
              read.shape.channels, read.shape.rows, read.shape.columns);
        if (read.train.n) check_same("geometry", &made, &read);
        unlink(path);
        ag_arena_close(&arena);
    }
}

/* Every generated set, through both formats: the same examples, to the bit. */
static void test_round_trips(void) {
    static const char *const formats[] = {"npz", "hdf5"};
    int n = 0;
    for (int i = 0; i < ag_datasets.n_items; i++) {
        const ag_dataset *set = (const ag_dataset *)(const void *)ag_datasets.items[i];
        if (set->n_files || set->own_files || ag_shape_size(set->shape) > 64) continue;
        const ag_choice choice = ag_choice_standard(&set->about);
        for (int f = 0; f < 2; f++, n++) {
            char path[256];
            ag_arena arena = AG_ARENA_EMPTY;
            ag_source made = {0}, read = {0};
            ag_error err = {0};
            ag_choice back = named(formats[f]);
            set_text(&back, "path", made_path(path, "exported"));
            CHECK(ag_dataset_source(&choice, &arena, &made, &err) == AG_OK, "%s", err.text);
            CHECK(ag_dataset_export(&made, f ? AG_EXPORT_H5 : AG_EXPORT_NPZ, path, &arena, &err) ==
                      AG_OK,
                  "%s", err.text);
            CHECK(ag_dataset_source(&back, &arena, &read, &err) == AG_OK, "%s, %s: %s",
                  set->about.name, formats[f], err.text);
            if (read.train.n) check_same(set->about.name, &made, &read);
            unlink(path);
            ag_arena_close(&arena);
        }
    }
    CHECK(n >= 10, "only %d round trips", n);
}

/* Every allocation may fail: AG_NOMEM, nothing half made. */
static void test_no_memory(void) {
    char path[256];
    const ag_choice choice = write_all(path, "(2, 2)", 4, "(2,)", 2);
    ag_status status = AG_NOMEM;
    for (long k = 0; k < 200 && status != AG_OK; k++) {
        ag_arena arena = {.fail_after = k};
        ag_data data = {.n_classes = -3};
        ag_error err = {0};
        status = ag_dataset_open(&choice, &arena, &data, &err);
        CHECK(status == AG_NOMEM || status == AG_OK, "allocation %ld: %s", k, err.text);
        CHECK(status == AG_OK || data.n_classes == -3, "allocation %ld", k);
        ag_arena_close(&arena);
    }
    CHECK(status == AG_OK, "never enough");
}

int main(void) {
    made_folder_open();
    unsetenv("ACTGRID_DATA");
    test_layouts();
    test_classes();
    test_targets();
    test_refused();
    test_test_parts();
    test_geometry();
    test_round_trips();
    test_no_memory();
    made_folder_close();
    return check_report();
}
