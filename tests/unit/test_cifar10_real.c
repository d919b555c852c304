/* CIFAR-10 as published, where ACTGRID_DATA has it. */
#include "datasets/files/sha256.h"
#include "datasets/images/cifar.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BATCH = 10000, BATCHES = 5, FIRST = 1000 };

/* Per file: SHA-1 of the .bin as git counts it, and its images of each class. */
static const struct {
    const char *sha1;
    int counts[AG_CIFAR_CLASSES];
} batches[BATCHES] = {
    {"da09f891072747be90e69e4f00ba7cba870dc87e",
     {1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981}},
    {"7e958840b7a55df3353574298ebc9ca0e4bba48e",
     {984, 1007, 1010, 995, 1010, 988, 1008, 1026, 987, 985}},
    {"5259a3e9674ffdf2d5c33a1067f7192ff06c9e2f",
     {994, 1042, 965, 997, 990, 1029, 978, 1015, 961, 1029}},
    {"301e7d16d78428f13262e87a5bc78ed45b8224aa",
     {1003, 963, 1041, 976, 1004, 1021, 1004, 981, 1024, 983}},
    {"51fe428dfbdd065852912743ae8b7b63bb1e9d8d",
     {1014, 1014, 952, 1016, 997, 1025, 980, 977, 1003, 1022}},
};
static const char first_sha1[] = "34f6573feccf1a2eac29fd9bd1c6f7f93eb25310";
static const int first_counts[AG_CIFAR_CLASSES] = {103, 89, 100, 103, 90, 86, 112, 102, 106, 109};

static ag_choice choose(const char *part) {
    ag_choice choice = ag_choice_standard(ag_catalogue_find(&ag_datasets, "cifar-10"));
    const int i = ag_element_param(choice.element, "test_part");
    const char *const *words = choice.element->params[i].words;
    for (int w = 0; words[w]; w++)
        if (strcmp(words[w], part) == 0) choice.number[i] = w;
    return choice;
}

/* The records of n examples, put together again, are the published bytes. */
static void check_records(const struct ag_source_part *part, size_t from, size_t n,
                          const char *wanted, const int counts[AG_CIFAR_CLASSES]) {
    char sha1[AG_GIT_SHA1_TEXT] = "";
    ag_error err = {0};
    int got[AG_CIFAR_CLASSES] = {0};
    uint8_t *records = malloc(n * AG_CIFAR_RECORD);
    for (size_t i = 0; i < n; i++) {
        uint8_t *record = records + i * AG_CIFAR_RECORD;
        record[0] = (uint8_t)part->label[from + i];
        memcpy(record + 1, part->x8 + (from + i) * AG_CIFAR_PIXELS, AG_CIFAR_PIXELS);
        got[part->label[from + i]]++;
    }
    CHECK(ag_git_sha1(records, n * AG_CIFAR_RECORD, sha1, &err) == AG_OK, "%s", err.text);
    CHECK(strcmp(sha1, wanted) == 0, "from %zu: %s, must be %s", from, sha1, wanted);
    CHECK(memcmp(got, counts, sizeof got) == 0, "from %zu: classes", from);
    free(records);
}

/* The moments everybody normalises with, of all 50,000 x 1024 values of a colour. */
static void check_moments(const struct ag_source_part *train) {
    static const double mean[] = {0.49139968, 0.48215841, 0.44653091};
    static const double deviation[] = {0.24703223, 0.24348513, 0.26158784};
    for (size_t c = 0; c < AG_CIFAR_CHANNELS; c++) {
        double sum = 0, squares = 0;
        const double n = (double)train->n * 1024;
        for (size_t i = 0; i < train->n; i++) {
            const uint8_t *x = train->x8 + i * AG_CIFAR_PIXELS + c * 1024;
            unsigned s = 0, q = 0;
            for (size_t k = 0; k < 1024; k++) {
                s += x[k];
                q += (unsigned)x[k] * x[k];
            }
            sum += s;
            squares += q;
        }
        const double m = sum / n, v = squares / n - m * m;
        CHECK(close_to(m / 255, mean[c], 1e-7, 0), "colour %zu: %.9g", c, m / 255);
        CHECK(close_to(sqrt(v) / 255, deviation[c], 1e-7, 0), "colour %zu: %.9g", c, sqrt(v) / 255);
    }
}

static void test_source(void) {
    static const uint8_t first[16] = {0x06, 0x3b, 0x2b, 0x32, 0x44, 0x62, 0x77, 0x8b,
                                      0x91, 0x95, 0x95, 0x83, 0x7d, 0x8e, 0x90, 0x89};
    const ag_choice choice = choose("first1000");
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source s = {0};
    ag_error err = {0};
    CHECK(ag_dataset_source(&choice, &arena, &s, &err) == AG_OK, "%s", err.text);
    CHECK(s.train.n == 50000 && s.test.n == FIRST, "%zu, %zu", s.train.n, s.test.n);
    CHECK(s.note && strstr(s.note, "first 1,000"), "%s", s.note);
    if (s.train.n != 50000 || s.test.n != FIRST) return;
    CHECK(s.train.label[0] == first[0] && memcmp(s.train.x8, first + 1, 15) == 0, "first bytes");
    CHECK(arena.peak < (size_t)51100 * AG_CIFAR_RECORD, "%zu bytes: more than the examples",
          arena.peak);
    for (size_t b = 0; b < BATCHES; b++)
        check_records(&s.train, b * BATCH, BATCH, batches[b].sha1, batches[b].counts);
    check_records(&s.test, 0, FIRST, first_sha1, first_counts);
    check_moments(&s.train);
    ag_arena_close(&arena);
}

static void test_batch5(void) {
    const ag_choice choice = choose("batch5");
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source s = {0};
    ag_error err = {0};
    CHECK(ag_dataset_source(&choice, &arena, &s, &err) == AG_OK, "%s", err.text);
    CHECK(s.train.n == 40000 && s.test.n == BATCH, "%zu, %zu", s.train.n, s.test.n);
    CHECK(s.note && strstr(s.note, "data_batch_5"), "%s", s.note);
    if (s.test.n == BATCH) check_records(&s.test, 0, BATCH, batches[4].sha1, batches[4].counts);
    ag_arena_close(&arena);
}

static void test_prepared(void) {
    const ag_choice choice = choose("first1000");
    ag_arena arena = AG_ARENA_EMPTY;
    ag_data data = {0};
    ag_error err = {0};
    CHECK(ag_dataset_open(&choice, &arena, &data, &err) == AG_OK, "%s", err.text);
    CHECK(data.train.n == 45000 && data.validation.n == 5000 && data.test.n == FIRST, "parts");
    CHECK(arena.peak < (size_t)51100 * (AG_CIFAR_PIXELS + 1) * 4, "%zu bytes", arena.peak);
    CHECK(strcmp(data.class_names[6], "frog") == 0, "names");
    for (size_t c = 0; c < AG_CIFAR_CHANNELS && data.train.n; c++) {
        double sum = 0, squares = 0;
        const double n = (double)data.train.n * 1024;
        for (size_t i = 0; i < data.train.n; i++)
            for (size_t k = 0; k < 1024; k++) {
                const double x = (double)data.train.x[i * AG_CIFAR_PIXELS + c * 1024 + k];
                sum += x;
                squares += x * x;
            }
        CHECK(fabs(sum / n) < 1e-6 && fabs(squares / n - 1) < 1e-6, "colour %zu: %g, %g", c,
              sum / n, squares / n);
    }
    ag_arena_close(&arena);
}

/* --- the official test part --------------------------------------------------------- */

static char root[] = "/tmp/actgrid-test-XXXXXX";

/* A test_batch.bin that only has the right size is not taken for the published one. */
static void test_official(const char *real) {
    char list[4096], path[512];
    const ag_choice official = choose("official"), automatic = choose("auto");
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source s = {0};
    ag_error err = {0};
    const bool there = ag_dataset_file_path(ag_dataset_of(&official), BATCHES, &arena) != NULL;
    if (there) {
        CHECK(ag_dataset_source(&automatic, &arena, &s, &err) == AG_OK, "%s", err.text);
        CHECK(s.test.n == BATCH && strstr(s.note, "official"), "%s", s.note);
        if (s.test.n == BATCH) { /* the prefix is the official file's beginning */
            s.test.n = FIRST;
            check_records(&s.test, 0, FIRST, first_sha1, first_counts);
        }
        ag_arena_close(&arena);
        return;
    }
    CHECK(ag_dataset_source(&official, &arena, &s, &err) == AG_DATA, "not there");
    CHECK(strstr(err.text, "test_batch.bin of cifar10 is not there") &&
              strstr(err.text, "test_part: batch5"),
          "%s", err.text);

    snprintf(path, sizeof path, "%s/test_batch.bin", root);
    FILE *file = fopen(path, "wb");
    CHECK(file && ftruncate(fileno(file), (off_t)BATCH * AG_CIFAR_RECORD) == 0, "%s", path);
    if (file) fclose(file);
    snprintf(list, sizeof list, "%s:%s", root, real);
    setenv("ACTGRID_DATA", list, 1);
    CHECK(ag_dataset_source(&automatic, &arena, &s, &err) == AG_DATA, "zeros");
    CHECK(strstr(err.text, "/test_batch.bin is damaged or not the published file") &&
              strstr(err.text, "e3f3b4653f18"),
          "%s", err.text);
    const ag_choice first = choose("first1000");
    const ag_dataset *set = ag_dataset_of(&first);
    CHECK(ag_dataset_file_check(set, BATCHES + 1, ag_dataset_file_path(set, BATCHES + 1, &arena),
                                &err) == AG_OK,
          "the prefix does not depend on it: %s", err.text);
    CHECK(truncate(path, 100) == 0, "%s", path);
    CHECK(ag_dataset_source(&automatic, &arena, &s, &err) == AG_DATA, "100 bytes");
    CHECK(strstr(err.text, "truncated: it has 100 bytes, must have 30730000"), "%s", err.text);
    unlink(path);
    setenv("ACTGRID_DATA", real, 1);
    ag_arena_close(&arena);
}

int main(void) {
    const ag_choice choice = choose("auto");
    ag_arena arena = AG_ARENA_EMPTY;
    char real[3072] = "";
    if (getenv("ACTGRID_DATA")) snprintf(real, sizeof real, "%s", getenv("ACTGRID_DATA"));
    bool there = real[0];
    for (int i = 0; i < BATCHES; i++)
        there = there && ag_dataset_file_path(ag_dataset_of(&choice), i, &arena);
    there = there && ag_dataset_file_path(ag_dataset_of(&choice), BATCHES + 1, &arena);
    ag_arena_close(&arena);
    if (!there) {
        printf("skipped: cifar10, whose files are not in ACTGRID_DATA; ");
        return check_report();
    }
    CHECK(mkdtemp(root), "a temporary folder");
    test_source();
    test_batch5();
    test_prepared();
    test_official(real);
    rmdir(root);
    return check_report();
}
