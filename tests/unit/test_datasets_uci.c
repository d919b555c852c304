/* The UCI collection and optdigits against what their README files say, where ACTGRID_DATA has
 * them; and archives made up here. */
#include "datasets/dataset.h"
#include "datasets/files/tar.h"
#include "datasets/uci/uci_sets.h"

#include "check.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char root[] = "/tmp/actgrid-test-XXXXXX";

static ag_choice uci(const char *set) {
    ag_choice choice = ag_choice_standard(ag_catalogue_find(&ag_datasets, "uci"));
    for (int i = 0; i < ag_n_uci_sets; i++)
        if (strcmp(ag_uci_names[i], set) == 0)
            choice.number[ag_element_param(choice.element, "set")] = i;
    return choice;
}

/* --- archives ------------------------------------------------------------------ */

enum { BLOCK = 512, ROOM = 16 * BLOCK };

/* Appends one file to a tar archive; returns where its header begins. */
static uint8_t *add_file(uint8_t *tar, size_t *n, const char *name, char type, const char *text) {
    uint8_t *header = tar + *n;
    unsigned sum = 0;
    snprintf((char *)header, 100, "%s", name);
    snprintf((char *)header + 124, 12, "%011o", (unsigned)strlen(text) & 07777u);
    memcpy(header + 148, "        ", 8);
    header[156] = (uint8_t)type;
    for (int i = 0; i < BLOCK; i++)
        sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
    memcpy(header + BLOCK, text, strlen(text));
    *n += BLOCK + (strlen(text) + BLOCK - 1) / BLOCK * BLOCK;
    return header;
}

static size_t pack(const uint8_t *tar, size_t n, uint8_t *out) {
    size_t packed = 0;
    CHECK(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, tar, n, out, &packed, ROOM) == LZMA_OK,
          "packed");
    return packed;
}

static bool wants_txt(const void *self, const char *name) {
    (void)self;
    return strstr(name, ".txt") != NULL;
}

static char seen[256];

static ag_status see(const void *self, const char *name, const uint8_t *bytes, size_t n,
                     ag_error *err) {
    (void)self;
    (void)err;
    const size_t used = strlen(seen);
    snprintf(seen + used, sizeof seen - used, "%s=%.*s;", name, (int)n, (const char *)bytes);
    return AG_OK;
}

static ag_status read_archive(const uint8_t *bytes, size_t n, ag_error *err) {
    static const ag_tar_visitor visitor = {.wants = wants_txt, .visit = see};
    FILE *file = fopen("a.tar.xz", "wb");
    CHECK(file && fwrite(bytes, 1, n, file) == n, "written");
    if (file) fclose(file);
    seen[0] = 0;
    return ag_tar_xz_read("a.tar.xz", &visitor, err);
}

static void test_archives(void) {
    static uint8_t tar[ROOM], packed[ROOM];
    size_t n = 0;
    ag_error err = {0};
    add_file(tar, &n, "d/", '5', "");
    add_file(tar, &n, "d/a.txt", '0', "hello");
    add_file(tar, &n, "d/b.dat", '0', "not wanted");
    uint8_t *last = add_file(tar, &n, "c.txt", '0', "");
    n += (size_t)2 * BLOCK;
    const size_t size = pack(tar, n, packed);
    CHECK(read_archive(packed, size, &err) == AG_OK, "%s", err.text);
    CHECK(strcmp(seen, "d/a.txt=hello;c.txt=;") == 0, "%s", seen);
    for (size_t cut = 0; cut < size; cut++)
        if (read_archive(packed, cut, &err) == AG_OK) /* what is missing is behind the end */
            CHECK(strcmp(seen, "d/a.txt=hello;c.txt=;") == 0 && cut > size / 2, "%zu: %s", cut,
                  seen);
        else
            CHECK(strcmp(err.text, "a.tar.xz is truncated or damaged: its xz stream cannot be "
                                   "unpacked to its end") == 0,
                  "%zu: %s", cut, err.text);

    CHECK(read_archive((const uint8_t *)"no archive", 10, &err) == AG_DATA, "no xz");
    CHECK(read_archive(packed, pack(tar, n - (size_t)2 * BLOCK, packed), &err) == AG_DATA,
          "no end: %s", seen);
    last[124] = '7'; /* the sum is wrong now */
    CHECK(read_archive(packed, pack(tar, n, packed), &err) == AG_DATA &&
              strstr(err.text, "a header in it is none of tar's"),
          "%s", err.text);
    last[124 + 11] = 0;
    memcpy(last + 124, "77777777777", 11);
    memcpy(last + 148, "        ", 8);
    unsigned sum = 0;
    for (int i = 0; i < BLOCK; i++)
        sum += last[i];
    snprintf((char *)last + 148, 8, "%06o", sum);
    CHECK(read_archive(packed, pack(tar, n, packed), &err) == AG_DATA &&
              strstr(err.text, "a file in it is larger than 64 MiB"),
          "%s", err.text);
    CHECK(unlink("a.tar.xz") == 0, "removed");
}

/* --- the collection -------------------------------------------------------------- */

static void test_choices(void) {
    ag_data_outline outline;
    ag_error err = {0};
    ag_choice choice = uci("connect-4");
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_CONFIG &&
              strcmp(err.text, "set is connect-4, whose data are not in the collection: its files "
                               "were too large") == 0,
          "%s", err.text);
    choice = uci("monks-1");
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_OK, "%s", err.text);
    CHECK(outline.n_train + outline.n_validation == 124 - 25, "%zu: rows held out",
          outline.n_train);
    choice.number[ag_element_param(choice.element, "test_part")] = 1;
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_CONFIG &&
              strstr(err.text, "whose training file was not standardized"),
          "%s", err.text);
    choice = uci("spect");
    choice.number[ag_element_param(choice.element, "test_part")] = 1;
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_CONFIG &&
              strstr(err.text, "whose test file was not standardized"),
          "%s", err.text);
    choice = uci("optical");
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_OK, "%s", err.text);
    CHECK(outline.n_train + outline.n_validation == 3823, "%zu: official test", outline.n_train);
    choice.number[ag_element_param(choice.element, "test_part")] = 2;
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_OK, "%s", err.text);
    CHECK(outline.n_train + outline.n_validation == 3823 - 765, "%zu: held out", outline.n_train);
}

/* A table of the right size with other bytes is not taken for the published one. */
static void test_damaged_table(void) {
    const char *real = getenv("ACTGRID_DATA");
    char list[512];
    snprintf(list, sizeof list, "%s", real ? real : "");
    CHECK(system("mkdir -p fake/uci121/uci121-delgado2014/trains") == 0, "folders");
    const ag_choice choice = uci("trains");
    const ag_uci_set *set =
        &ag_uci_sets[(int)choice.number[ag_element_param(choice.element, "set")]];
    FILE *file = fopen("fake/uci121/uci121-delgado2014/trains/trains_R.dat", "wb");
    for (int64_t i = 0; file && i < set->first.bytes; i++)
        fputc('1', file);
    if (file) fclose(file);
    setenv("ACTGRID_DATA", "fake", 1);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source source = {0};
    ag_error err = {0};
    CHECK(ag_dataset_source(&choice, &arena, &source, &err) == AG_DATA &&
              strstr(err.text, "trains_R.dat is damaged or not the published file"),
          "%s", err.text);
    const ag_choice other = uci("wine");
    CHECK(ag_dataset_source(&other, &arena, &source, &err) == AG_DATA &&
              strstr(err.text, "wine_R.dat of uci is not there"),
          "%s", err.text);
    ag_arena_close(&arena);
    if (real)
        setenv("ACTGRID_DATA", list, 1);
    else
        unsetenv("ACTGRID_DATA");
}

/* "50 50 50" */
static void counts_text(const struct ag_source_part *part, int n_classes, char *text, size_t size) {
    text[0] = 0;
    for (int c = 0; c < n_classes; c++) {
        size_t n = 0;
        for (size_t i = 0; i < part->n; i++)
            n += part->label[i] == c;
        snprintf(text + strlen(text), size - strlen(text), "%s%zu", c ? " " : "", n);
    }
}

/* One line of index.csv against what is read. */
static void test_line(char *line) {
    char *field[13] = {line}, counts[1024];
    int n = 1;
    for (char *c = line; *c && n < AG_COUNT(field); c++)
        if (*c == ',') {
            *c = 0;
            field[n++] = c + 1;
        }
    if (n < AG_COUNT(field) || strcmp(field[1], "1") != 0 || atol(field[3]) > 20000) return;
    const ag_choice choice = uci(field[0]);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source source = {0};
    ag_error err = {0};
    CHECK(ag_dataset_source(&choice, &arena, &source, &err) == AG_OK, "%s: %s", field[0], err.text);
    if (source.train.n) {
        CHECK(source.train.n == (size_t)atol(field[3]), "%s", field[0]);
        CHECK(ag_shape_size(source.shape) == (size_t)atol(field[5]), "%s", field[0]);
        counts_text(&source.train, source.n_classes, counts, sizeof counts);
        CHECK(strcmp(counts, field[7]) == 0, "%s: %s", field[0], counts);
        counts_text(&source.test, source.n_classes, counts, sizeof counts);
        CHECK(!source.test.n || strcmp(counts, field[8]) == 0, "%s: %s", field[0], counts);
        CHECK((source.note != NULL) == (field[8][0] != 0), "%s: note", field[0]);
    }
    ag_arena_close(&arena);
}

static void test_collection(const char *archive) {
    char path[512], line[4096];
    snprintf(path, sizeof path, "%.*sindex.csv", (int)(strrchr(archive, '/') + 1 - archive),
             archive);
    FILE *file = fopen(path, "r");
    CHECK(file, "%s", path);
    int n = 0;
    for (; file && fgets(line, sizeof line, file); n++)
        if (n) test_line(line);
    CHECK(n == 122, "%d lines", n);
    if (file) fclose(file);

    ag_arena arena = AG_ARENA_EMPTY;
    ag_source source = {0};
    ag_error err = {0};
    const ag_choice iris = uci("iris");
    static const double first[] = {-0.897674, 1.02861, -1.33679, -1.30859};
    CHECK(ag_dataset_source(&iris, &arena, &source, &err) == AG_OK, "%s", err.text);
    CHECK(memcmp(source.train.x, first, sizeof first) == 0, "first row of iris");
    ag_arena_close(&arena);
}

static void test_optdigits(const ag_choice *choice) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source source = {0};
    ag_error err = {0};
    char counts[256];
    CHECK(ag_dataset_source(choice, &arena, &source, &err) == AG_OK, "%s", err.text);
    counts_text(&source.train, 10, counts, sizeof counts);
    CHECK(strcmp(counts, "376 389 380 389 387 376 377 387 380 382") == 0, "%s", counts);
    counts_text(&source.test, 10, counts, sizeof counts);
    CHECK(strcmp(counts, "178 182 177 183 181 182 181 179 174 180") == 0, "%s", counts);
    double most = 0, least = 0, sum = 0;
    for (size_t i = 0; i < source.train.n * 64; i++) {
        most = fmax(most, source.train.x[i]);
        least = fmin(least, source.train.x[i]);
        sum += i < 64 ? source.train.x[i] : 0;
    }
    CHECK(least == 0 && most == 16 && sum == 303, "%g to %g, first image adds up to %g", least,
          most, sum);
    ag_arena_close(&arena);
}

int main(void) {
    CHECK(mkdtemp(root) && chdir(root) == 0, "a temporary folder");
    setenv("XDG_CACHE_HOME", root, 1);
    test_archives();
    test_choices();
    test_damaged_table();
    static const char *const sets[] = {"uci", "optdigits"};
    for (int i = 0; i < AG_COUNT(sets); i++) {
        const ag_choice choice = ag_choice_standard(ag_catalogue_find(&ag_datasets, sets[i]));
        ag_arena arena = AG_ARENA_EMPTY;
        const char *path = NULL;
        if (getenv("ACTGRID_DATA")) path = ag_dataset_file_path(ag_dataset_of(&choice), 0, &arena);
        if (!path)
            printf("skipped: %s, whose files are not in ACTGRID_DATA\n", sets[i]);
        else if (i)
            test_optdigits(&choice);
        else
            test_collection(path);
        ag_arena_close(&arena);
    }
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", root);
    CHECK(chdir("/") == 0 && system(command) == 0, "%s is left", root);
    return check_report();
}
