/* The IDX reader: good files, and every way of being wrong that has a name. The
 * files are made here. */
#include "datasets/files/unpack.h"
#include "datasets/images/idx.h"

#include "check.h"
#include "made_gzip.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIXELS = 3 * 2 * 2, IMAGES = 16 + PIXELS, LABELS = 8 + 3, ROOM = 256 };

/* 3 images of 2 x 2 and their labels. */
static const uint8_t images[IMAGES] = {0, 0, 8, 3, 0, 0, 0,   3, 0,   0,   0,   2,   0,   0,
                                       0, 2, 0, 1, 2, 3, 128, 5, 255, 254, 100, 101, 102, 103};
static const uint8_t labels[LABELS] = {0, 0, 8, 1, 0, 0, 0, 3, 4, 0, 9};

/* --- good files -------------------------------------------------------------- */

static void test_good(void) {
    uint8_t packed[ROOM];
    const size_t n_packed = made_gzip(images, IMAGES, packed);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_idx plain, unpacked;
    CHECK(ag_idx_decode("images", images, IMAGES, 3, &arena, &plain, &err) == AG_OK, "%s",
          err.text);
    CHECK(plain.dim[0] == 3 && plain.dim[1] == 2 && plain.dim[2] == 2, "3 x 2 x 2");
    CHECK(memcmp(plain.bytes, images + 16, PIXELS) == 0, "pixels");
    CHECK(ag_idx_decode("images.gz", packed, n_packed, 3, &arena, &unpacked, &err) == AG_OK, "%s",
          err.text);
    CHECK(memcmp(unpacked.bytes, images + 16, PIXELS) == 0, "pixels of the packed file");
    ag_arena_close(&arena);
}

/* --- wrong bytes -------------------------------------------------------------- */

/* A change to the good images (or labels): set bytes, then cut or extend to n. */
typedef struct wrong {
    const char *name;
    int at;           /* first byte changed */
    const char *with; /* hex digits of what is written there, "" for nothing */
    int n;            /* bytes of the file */
    const char *says; /* part of the message */
} wrong;

static const wrong wrong_images[] = {
    {"empty", 0, "", 0, "truncated"},
    {"three bytes", 0, "", 3, "truncated"},
    {"text", 0, "504b0304", IMAGES, "no IDX file"},
    {"first byte", 0, "01", IMAGES, "no IDX file"},
    {"second byte", 1, "01", IMAGES, "no IDX file"},
    {"unknown type", 2, "07", IMAGES, "no IDX file"},
    {"signed bytes", 2, "09", IMAGES, "signed bytes"},
    {"16 bits", 2, "0b", IMAGES, "16-bit"},
    {"32 bits", 2, "0c", IMAGES, "32-bit integers"},
    {"floats", 2, "0d", IMAGES, "32-bit floats"},
    {"doubles", 2, "0e", IMAGES, "64-bit floats"},
    {"no dimensions", 3, "00", IMAGES, "0 dimensions"},
    {"labels for images", 3, "01", IMAGES, "1 dimensions, must have 3"},
    {"four dimensions", 3, "04", IMAGES, "4 dimensions, must have 3"},
    {"255 dimensions", 3, "ff", IMAGES, "255 dimensions"},
    {"header cut", 0, "", 10, "within its header"},
    {"header only", 0, "", 16, "truncated"},
    {"no images", 4, "00000000", IMAGES, "dimension 1 is 0"},
    {"no columns", 12, "00000000", IMAGES, "dimension 3 is 0"},
    {"one image too many", 4, "00000004", IMAGES, "truncated"},
    {"2^31 images", 4, "80000000", IMAGES, "more than the file can hold"},
    {"product beyond 64 bits", 4, "ffffffffffffffffffffffff", IMAGES,
     "more than the file can hold"},
    {"product wraps to 0", 4, "000100000001000000010000", IMAGES, "more than the file can hold"},
    {"one image too few", 4, "00000002", IMAGES, "behind its end"},
    {"last byte missing", 0, "", IMAGES - 1, "truncated"},
    {"one byte too many", 0, "", IMAGES + 1, "behind its end"},
};

static size_t apply(const wrong *w, const uint8_t *good, size_t n_good, uint8_t out[ROOM]) {
    memset(out, 0, ROOM);
    memcpy(out, good, n_good);
    for (size_t i = 0; i < strlen(w->with) / 2; i++) {
        char digits[3] = {w->with[2 * i], w->with[2 * i + 1], 0};
        out[(size_t)w->at + i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return (size_t)w->n;
}

static void refuse(const char *name, const uint8_t *bytes, size_t n, const char *says) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_idx idx = {.n_dims = -7};
    /* A copy of exactly n bytes: reading past them stops the sanitizer builds. */
    uint8_t *copy = malloc(n ? n : 1);
    if (n) memcpy(copy, bytes, n);
    const ag_status status = ag_idx_decode("t10k-images", copy, n, 3, &arena, &idx, &err);
    CHECK(status == AG_DATA, "%s: %s", name, ag_status_words(status));
    CHECK(strncmp(err.text, "t10k-images ", 12) == 0, "%s: no file name: %s", name, err.text);
    CHECK(strstr(err.text, says), "%s: '%s' without '%s'", name, err.text, says);
    CHECK(idx.n_dims == -7, "%s: result touched", name);
    CHECK(arena.peak < 1000 + (ag_is_gzip(bytes, n) ? ag_unpack_limit(bytes, n) : 0),
          "%s: took %zu bytes", name, arena.peak);
    free(copy);
    ag_arena_close(&arena);
}

static void test_wrong_bytes(void) {
    for (int i = 0; i < AG_COUNT(wrong_images); i++) {
        uint8_t bytes[ROOM], packed[ROOM];
        const size_t n = apply(&wrong_images[i], images, IMAGES, bytes);
        const char *says = wrong_images[i].says;
        refuse(wrong_images[i].name, bytes, n, says);
        /* The same inside gzip, whose limit is higher: there it is "truncated". */
        const size_t n_packed = made_gzip(bytes, n, packed);
        const bool small = wrong_images[i].at != 4 || n != IMAGES;
        refuse(wrong_images[i].name, packed, n_packed, small ? says : "");
    }
}

static void test_wrong_gzip(void) {
    uint8_t packed[ROOM];
    const size_t n = made_gzip(images, IMAGES, packed);
    for (size_t cut = 2; cut < n; cut++)
        refuse("cut gzip", packed, cut, "truncated");
    for (size_t at = 15; at < n; at++) { /* every byte of content, checksum and length */
        uint8_t broken[ROOM];
        memcpy(broken, packed, sizeof broken);
        broken[at] ^= 0x10;
        refuse("broken gzip", broken, n, "");
    }
    packed[n] = 0;
    refuse("byte behind gzip", packed, n + 1, "behind its end");
    packed[10] = 7; /* a block type that does not exist */
    refuse("not deflate", packed, n, "damaged");
}

/* --- pairs in files ----------------------------------------------------------- */

static char folder[] = "/tmp/actgrid-test-XXXXXX";

static const char *write_file(const char *name, const uint8_t *bytes, size_t n, char path[128]) {
    snprintf(path, 128, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    CHECK(file && fwrite(bytes, 1, n, file) == n, "write %s", path);
    if (file) fclose(file);
    return path;
}

static ag_status read_pair(const uint8_t *x, size_t n_x, const uint8_t *y, size_t n_y,
                           ag_shape shape, ag_arena *arena, struct ag_source_part *part,
                           ag_error *err) {
    char a[128], b[128];
    write_file("images", x, n_x, a);
    write_file("labels", y, n_y, b);
    return ag_idx_read_pair(a, b, shape, 10, arena, part, err);
}

static void test_pair(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    struct ag_source_part part = {0};
    const ag_shape shape = {1, 2, 2};
    CHECK(read_pair(images, IMAGES, labels, LABELS, shape, &arena, &part, &err) == AG_OK, "%s",
          err.text);
    CHECK(part.n == 3 && part.label[0] == 4 && part.label[1] == 0 && part.label[2] == 9, "labels");
    double row[4];
    ag_source_row(&part, 4, 1, row);
    CHECK(row[0] == 128 / 255.0 && row[1] == 5 / 255.0 && row[2] == 1.0 && row[3] == 254 / 255.0,
          "pixels / 255");

    uint8_t bad[LABELS];
    memcpy(bad, labels, LABELS);
    bad[9] = 10;
    CHECK(read_pair(images, IMAGES, bad, LABELS, shape, &arena, &part, &err) == AG_DATA,
          "label 10");
    CHECK(strstr(err.text, "/labels: label 1 is 10, must be 0 to 9"), "%s", err.text);

    memcpy(bad, labels, LABELS);
    bad[7] = 2;
    CHECK(read_pair(images, IMAGES, bad, LABELS - 1, shape, &arena, &part, &err) == AG_DATA,
          "2 labels");
    CHECK(strstr(err.text, "2 labels") && strstr(err.text, "3 images"), "%s", err.text);

    CHECK(read_pair(images, IMAGES, labels, LABELS, (ag_shape){1, 28, 28}, &arena, &part, &err) ==
              AG_DATA,
          "2 x 2 images");
    CHECK(strstr(err.text, "2 x 2, must be 28 x 28"), "%s", err.text);

    CHECK(read_pair(labels, LABELS, images, IMAGES, shape, &arena, &part, &err) == AG_DATA,
          "swapped");
    CHECK(strstr(err.text, "/images has 1 dimensions, must have 3"), "%s", err.text);
    ag_arena_close(&arena);
}

static void test_no_file(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    struct ag_source_part part;
    char path[128], missing[160];
    write_file("images", images, IMAGES, path);
    snprintf(missing, sizeof missing, "%s/nothing", folder);
    CHECK(ag_idx_read_pair(path, missing, (ag_shape){1, 2, 2}, 10, &arena, &part, &err) == AG_DATA,
          "no labels");
    CHECK(strstr(err.text, "/nothing"), "%s", err.text);
    CHECK(ag_idx_read_pair(folder, path, (ag_shape){1, 2, 2}, 10, &arena, &part, &err) == AG_DATA,
          "a folder");
    CHECK(strstr(err.text, folder), "%s", err.text);
    ag_arena_close(&arena);
}

/* No allocation may fail in any other way than by AG_NOMEM. */
static void test_no_memory(void) {
    char a[128], b[128];
    write_file("images", images, IMAGES, a);
    write_file("labels", labels, LABELS, b);
    for (long k = 0; k < 8; k++) {
        ag_arena arena = {.fail_after = k};
        ag_error err = {0};
        struct ag_source_part part;
        const ag_status status =
            ag_idx_read_pair(a, b, (ag_shape){1, 2, 2}, 10, &arena, &part, &err);
        CHECK(status == AG_NOMEM || (status == AG_OK && k >= 3), "allocation %ld: %s", k,
              ag_status_words(status));
        ag_arena_close(&arena);
    }
}

int main(void) {
    CHECK(mkdtemp(folder), "a temporary folder");
    test_good();
    test_wrong_bytes();
    test_wrong_gzip();
    test_pair();
    test_no_file();
    test_no_memory();
    char path[128];
    snprintf(path, sizeof path, "%s/images", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/labels", folder);
    unlink(path);
    rmdir(folder);
    return check_report();
}
