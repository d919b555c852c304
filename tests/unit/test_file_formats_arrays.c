/* Files of arrays and of records as `datasets info FILE` describes them. */
#include "datasets/dataset.h"
#include "datasets/export.h"
#include "datasets/file_format.h"
#include "datasets/images/cifar.h"

#include "made_folder.h"
#include "made_npy.h"

static const uint8_t bits[6] = {0, 1, 1, 0, 1, 0};

static ag_status inspect(const made_file *f, ag_arena *arena, const char **format,
                         ag_file_facts *facts, ag_error *err) {
    char path[256];
    const ag_file_format *found = NULL;
    if (f) made_write("file", f->bytes, f->n);
    *facts = (ag_file_facts){.n_rows = 77};
    const ag_status status = ag_file_inspect(made_path(path, "file"), arena, &found, facts, err);
    *format = found ? found->about.name : "none";
    return status;
}

static bool is(const char *got, const char *want) {
    return want ? got && strcmp(got, want) == 0 : !got;
}

static void test_npy(void) {
    static const struct {
        const char *type, *shape, *shown, *target;
        size_t rows, n_classes;
        double least, most;
    } cases[] = {
        {"|u1", "(6,)", "6",
         "with 'array' as answers: classification, 2 classes (few different "
         "whole numbers)",
         6, 2, 0, 1},
        {"|u1", "(2, 3)", "2 x 3", NULL, 2, 0, 0, 1},
        {"<i2", "(3,)", "3",
         "with 'array' as answers: regression, 1 target (too many different "
         "ones for classes)",
         3, 0, 1, 256},
        {"|b1", "(1, 2, 3)", "1 x 2 x 3", NULL, 1, 0, 0, 1},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        const made_file f = made_array(cases[i].type, cases[i].shape, bits, 6);
        ag_arena arena = AG_ARENA_EMPTY;
        ag_file_facts facts;
        ag_error err = {0};
        const char *format;
        CHECK(inspect(&f, &arena, &format, &facts, &err) == AG_OK, "%d: %s", i, err.text);
        CHECK(is(format, "npy") && facts.n_rows == cases[i].rows, "%d: %s, %zu", i, format,
              facts.n_rows);
        CHECK(facts.n_columns == 1 && is(facts.columns[0].shape, cases[i].shown), "%d", i);
        CHECK(facts.columns[0].least == cases[i].least && facts.columns[0].most == cases[i].most,
              "%d: %g to %g", i, facts.columns[0].least, facts.columns[0].most);
        CHECK(is(facts.target, cases[i].target), "%d: %s", i,
              facts.target ? facts.target : "no target");
        CHECK(facts.n_classes == cases[i].n_classes && !facts.use, "%d", i);
        ag_arena_close(&arena);
    }
}

/* An archive of arrays under these names; three numbers that are no classes follow. */
static made_file archive(const char *x, const char *y) {
    static const double odd[3] = {1, (double)NAN, HUGE_VAL};
    made_zip z = {.n_members = 0};
    made_file f = made_array("|u1", "(6, 1)", bits, 6);
    made_zip_add(&z, (made_member){.name = x}, &f);
    f = made_array("|u1", "(6,)", "\0\0\7\7\0\7", 6);
    made_zip_add(&z, (made_member){.name = y}, &f);
    f = made_array("<f8", "(3,)", odd, sizeof odd);
    made_zip_add(&z, (made_member){.name = "odd.npy"}, &f);
    f = made_array("|S2", "(3,)", bits, 6);
    made_zip_add(&z, (made_member){.name = "words.npy"}, &f);
    f = made_array("|u1", "(4,)", "\5\5\5\5", 4);
    made_zip_add(&z, (made_member){.name = "same.npy"}, &f);
    return made_zip_end(&z);
}

static void test_npz(void) {
    char path[256], use[512];
    const struct {
        const char *x, *y, *names;
    } cases[] = {{"x.npy", "y.npy", ""}, {"images.npy", "labels.npy", ", x: images, y: labels"}};
    for (int i = 0; i < AG_COUNT(cases); i++) {
        const made_file f = archive(cases[i].x, cases[i].y);
        ag_arena arena = AG_ARENA_EMPTY;
        ag_file_facts facts;
        ag_error err = {0};
        const char *format;
        CHECK(inspect(&f, &arena, &format, &facts, &err) == AG_OK, "%s", err.text);
        CHECK(is(format, "npz") && facts.n_rows == 6 && facts.n_columns == 4, "%s: %zu, %zu",
              format, facts.n_rows, facts.n_columns);
        if (facts.n_columns != 4) continue;
        CHECK(facts.columns[2].n_missing == 1 && is(facts.columns[2].type, "float64"), "odd");
        CHECK(facts.n_classes == 2 && is(facts.classes[1].name, "7") && facts.classes[1].n == 3,
              "classes");
        snprintf(use, sizeof use, "dataset: {name: npz, path: %s%s}", made_path(path, "file"),
                 cases[i].names);
        CHECK(is(facts.use, use), "%s", facts.use);
        CHECK(facts.n_warnings == 4, "%d warnings", facts.n_warnings);
        if (facts.n_warnings != 4) continue;
        CHECK(is(facts.warnings[0], "'odd' has 1 numbers that are nan: it cannot be trained on"),
              "%s", facts.warnings[0]);
        CHECK(strstr(facts.warnings[1], "'odd' has 1 infinite numbers"), "%s", facts.warnings[1]);
        CHECK(strstr(facts.warnings[2], "words of") && strstr(facts.warnings[2], "holds texts"),
              "%s", facts.warnings[2]);
        CHECK(is(facts.warnings[3], "'same' is the same number everywhere"), "%s",
              facts.warnings[3]);
        ag_arena_close(&arena);
    }
}

static void test_hdf5(void) {
    char path[256];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source source = {0};
    ag_file_facts facts;
    ag_error err = {0};
    const char *format;
    const ag_choice xor = ag_choice_standard(ag_catalogue_find(&ag_datasets, "xor"));
    CHECK(ag_dataset_source(&xor, &arena, &source, &err) == AG_OK, "%s", err.text);
    unlink(made_path(path, "file"));
    CHECK(ag_dataset_export(&source, AG_EXPORT_H5, path, &arena, &err) == AG_OK, "%s", err.text);
    CHECK(inspect(NULL, &arena, &format, &facts, &err) == AG_OK, "%s", err.text);
    CHECK(is(format, "hdf5") && facts.n_rows == source.train.n && facts.n_columns == 4, "%s: %zu",
          format, facts.n_rows);
    CHECK(facts.n_classes == 2 && facts.classes[0].n + facts.classes[1].n == source.train.n,
          "classes");
    CHECK(facts.n_columns == 4 && is(facts.columns[3].name, "y_test") &&
              is(facts.columns[3].shape, "0"),
          "an empty test part");
    ag_arena_close(&arena);
}

static void test_cifar(void) {
    static uint8_t records[2 * AG_CIFAR_RECORD + 1];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_file_facts facts;
    ag_error err = {0};
    const char *format;
    char path[256];
    const ag_file_format *found;
    records[0] = 6;
    records[AG_CIFAR_RECORD] = 9;
    records[5] = 200;
    made_write("file", records, sizeof records - 1);
    CHECK(inspect(NULL, &arena, &format, &facts, &err) == AG_OK, "%s", err.text);
    CHECK(is(format, "cifar") && facts.n_rows == 2 && facts.n_classes == 10, "%s", format);
    CHECK(is(facts.columns[0].shape, "2 x 3 x 32 x 32") && facts.columns[0].most == 200, "shape");
    CHECK(is(facts.classes[6].name, "frog") && facts.classes[6].n == 1 && facts.classes[9].n == 1,
          "a frog and a truck");
    made_write("file", records, sizeof records);
    CHECK(ag_file_inspect(made_path(path, "file"), &arena, &found, &facts, &err) == AG_DATA,
          "1 more");
    ag_arena_close(&arena);
}

/* Damaged ones are known by their beginning, and refused with what is wrong. */
static void test_damaged(void) {
    static const struct {
        const char *bytes;
        size_t n;
        const char *says;
    } cases[] = {
        {"\x93NUMPY\1\0\xff", 9, "truncated within its header"},
        {"\x89HDF\r\n\x1a\n", 8, "is no HDF5 file, truncated or damaged"},
        {"\x89HDF\r\n\x1a\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24, "is no HDF5 file"},
        {"PK\3\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0x.npy", 35, "is no .npz file"},
        {"PK\3\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0x.txt", 35,
         "none of the formats"},
        {"PK\3\4", 4, "none of the formats"},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_file_facts facts;
        ag_error err = {0};
        const char *format;
        made_write("file", (const uint8_t *)cases[i].bytes, cases[i].n);
        CHECK(inspect(NULL, &arena, &format, &facts, &err) == AG_DATA, "%d", i);
        CHECK(strstr(err.text, cases[i].says), "%d: %s", i, err.text);
        CHECK(arena.peak < 1 << 16, "%d: %zu bytes", i, arena.peak);
        ag_arena_close(&arena);
    }
}

static void test_no_memory(void) {
    const made_file f = archive("x.npy", "y.npy");
    ag_status status = AG_NOMEM;
    for (long k = 0; k < 200 && status != AG_OK; k++) {
        ag_arena arena = {.fail_after = k};
        ag_file_facts facts;
        ag_error err = {0};
        const char *format;
        status = inspect(&f, &arena, &format, &facts, &err);
        CHECK(status == AG_NOMEM || status == AG_OK, "allocation %ld: %s", k, err.text);
        ag_arena_close(&arena);
    }
    CHECK(status == AG_OK, "never enough");
}

int main(void) {
    made_folder_open();
    test_npy();
    test_npz();
    test_hdf5();
    test_cifar();
    test_damaged();
    test_no_memory();
    made_folder_close();
    return check_report();
}
