/* MNIST and Fashion-MNIST as published, where ACTGRID_DATA has them. */
#include "datasets/dataset.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

typedef struct facts {
    const char *name;
    int train_counts[10], test_counts[10];
    int first[10];           /* labels of the first training examples */
    double mean, deviation;  /* of all 60,000 x 784 training values */
    unsigned long pixel_sum; /* of the first training image, 0 to 255 each */
} facts;

/* Class counts and checksums: the publishers'. The rest was computed once from the
 * files with numpy; mean and deviation are the ones everybody normalises with
 * (0.1307, 0.3081 and 0.2860, 0.3530). */
static const facts sets[] = {
    {"mnist",
     {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
     {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
     {5, 0, 4, 1, 9, 2, 1, 3, 1, 4},
     0.1306604762738429,
     0.3081078038564627,
     27525},
    {"fashion_mnist",
     {6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000},
     {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000},
     {9, 0, 0, 3, 0, 2, 7, 2, 5, 5},
     0.28604059698879547,
     0.3530242445149226,
     76247},
};

static void test_source(const facts *f, const ag_choice *choice) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source s = {0};
    ag_error err = {0};
    CHECK(ag_dataset_source(choice, &arena, &s, &err) == AG_OK, "%s", err.text);
    CHECK(s.train.n == 60000 && s.test.n == 10000 && !s.train.x && s.train.x8, "%s", f->name);
    CHECK(arena.taken < 60u << 20, "%s: %zu bytes: converted too early", f->name, arena.taken);
    int counts[2][10] = {{0}};
    for (size_t i = 0; i < s.train.n; i++)
        counts[0][s.train.label[i]]++;
    for (size_t i = 0; i < s.test.n; i++)
        counts[1][s.test.label[i]]++;
    CHECK(memcmp(counts[0], f->train_counts, sizeof counts[0]) == 0, "%s: training classes",
          f->name);
    CHECK(memcmp(counts[1], f->test_counts, sizeof counts[1]) == 0, "%s: test classes", f->name);
    for (int i = 0; i < 10; i++)
        CHECK(s.train.label[i] == f->first[i], "%s: label %d", f->name, i);
    unsigned long first = 0, pixels[256] = {0};
    for (size_t i = 0; i < (size_t)60000 * 784; i++)
        pixels[s.train.x8[i]]++;
    for (size_t i = 0; i < 784; i++)
        first += s.train.x8[i];
    double mean = 0, variance = 0;
    for (int v = 0; v < 256; v++)
        mean += (double)pixels[v] * v / 255.0 / (60000.0 * 784.0);
    for (int v = 0; v < 256; v++)
        variance += (double)pixels[v] * pow(v / 255.0 - mean, 2) / (60000.0 * 784.0);
    CHECK(first == f->pixel_sum, "%s: first image adds up to %lu", f->name, first);
    CHECK(close_to(mean, f->mean, 1e-12, 0.0), "%s: mean %.17g", f->name, mean);
    CHECK(close_to(sqrt(variance), f->deviation, 1e-12, 0.0), "%s: %.17g", f->name, sqrt(variance));
    ag_arena_close(&arena);
}

static void test_prepared(const facts *f, ag_choice choice) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_data data = {0};
    ag_error err = {0};
    CHECK(ag_dataset_open(&choice, &arena, &data, &err) == AG_OK, "%s", err.text);
    CHECK(data.train.n == 54000 && data.validation.n == 6000 && data.test.n == 10000, "%s",
          f->name);
    CHECK(data.class_names && data.n_classes == 10, "%s: names", f->name);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < (size_t)54000 * 784; i++) {
        sum += (double)data.train.x[i];
        squares += (double)data.train.x[i] * (double)data.train.x[i];
    }
    const double n = 54000.0 * 784.0;
    CHECK(fabs(sum / n) < 1e-6 && fabs(squares / n - 1.0) < 1e-6, "%s: %g, %g", f->name, sum / n,
          squares / n);
    int held[10] = {0};
    for (size_t i = 0; i < 6000; i++)
        held[data.validation.label[i]]++;
    for (int c = 0; c < 10; c++)
        CHECK(abs(held[c] * 10 - f->train_counts[c]) < 10, "%s: class %d", f->name, c);
    ag_arena_close(&arena);
}

int main(void) {
    int skipped = 0;
    for (int i = 0; i < AG_COUNT(sets); i++) {
        const ag_element *element = ag_catalogue_find(&ag_datasets, sets[i].name);
        const ag_choice choice = ag_choice_standard(element);
        const ag_dataset *set = ag_dataset_of(&choice);
        ag_arena arena = AG_ARENA_EMPTY;
        const bool there = getenv("ACTGRID_DATA") && ag_dataset_file_path(set, 0, &arena);
        ag_arena_close(&arena);
        if (!there) {
            printf("skipped: %s, whose files are not in ACTGRID_DATA\n", sets[i].name);
            skipped++;
            continue;
        }
        test_source(&sets[i], &choice);
        test_prepared(&sets[i], choice);
    }
    if (skipped) printf("%d of %d data sets skipped; ", skipped, AG_COUNT(sets));
    return check_report();
}
