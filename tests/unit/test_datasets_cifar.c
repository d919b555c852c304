/* The reader of CIFAR-10 records: good files, and every way of being wrong that has a
 * name. The files are made here. */
#include "datasets/files/unpack.h"
#include "datasets/images/cifar.h"

#include "check.h"
#include "made_gzip.h"

#include <stdlib.h>

enum { N = 3, BYTES = N * AG_CIFAR_RECORD, ROOM = BYTES + 64 + MADE_GZIP_MORE };

static uint8_t made_byte(size_t record, size_t at) { return (uint8_t)(7 * record + 3 * at); }

/* Three records of classes 9, 0 and 4. */
static void make(uint8_t out[ROOM]) {
    static const uint8_t label[N] = {9, 0, 4};
    memset(out, 0, ROOM);
    for (size_t i = 0; i < N; i++) {
        out[i * AG_CIFAR_RECORD] = label[i];
        for (size_t k = 0; k < AG_CIFAR_PIXELS; k++)
            out[i * AG_CIFAR_RECORD + 1 + k] = made_byte(i, k);
    }
}

/* --- good files -------------------------------------------------------------- */

static void check_good(const uint8_t *bytes, size_t n, size_t n_records) {
    static uint8_t x8[N * AG_CIFAR_PIXELS];
    int32_t label[N] = {0};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_cifar cifar = {0};
    CHECK(ag_cifar_decode("batch", bytes, n, n_records, &arena, &cifar, &err) == AG_OK, "%s",
          err.text);
    CHECK(cifar.n == N, "%zu records", cifar.n);
    if (cifar.n == N) ag_cifar_copy(&cifar, x8, label);
    CHECK(label[0] == 9 && label[1] == 0 && label[2] == 4, "labels");
    int wrong = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < AG_CIFAR_PIXELS; k++)
            wrong += x8[i * AG_CIFAR_PIXELS + k] != made_byte(i, k);
    CHECK(wrong == 0, "%d pixels differ", wrong);
    CHECK(ag_is_gzip(bytes, n) || arena.peak == 0, "plain records lie where they are");
    ag_arena_close(&arena);
}

static void test_good(void) {
    uint8_t bytes[ROOM], packed[ROOM];
    make(bytes);
    const size_t n_packed = made_gzip(bytes, BYTES, packed);
    check_good(bytes, BYTES, N);
    check_good(bytes, BYTES, 0);
    check_good(packed, n_packed, N);
    check_good(packed, n_packed, 0);
}

/* --- wrong files ------------------------------------------------------------- */

static void refuse(const char *name, const uint8_t *bytes, size_t n, size_t n_records,
                   const char *says) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_cifar cifar = {.n = 77};
    /* A copy of exactly n bytes: reading past them stops the sanitizer builds. */
    uint8_t *copy = malloc(n ? n : 1);
    if (n) memcpy(copy, bytes, n);
    const ag_status status =
        ag_cifar_decode("data_batch_9", copy, n, n_records, &arena, &cifar, &err);
    CHECK(status == AG_DATA, "%s: %s", name, ag_status_words(status));
    CHECK(strncmp(err.text, "data_batch_9", 12) == 0, "%s: no file name: %s", name, err.text);
    CHECK(strstr(err.text, says), "%s: '%s' without '%s'", name, err.text, says);
    CHECK(cifar.n == 77, "%s: result touched", name);
    CHECK(arena.peak <= (ag_is_gzip(bytes, n) ? 1100 * n : 0), "%s: took %zu bytes", name,
          arena.peak);
    free(copy);
    ag_arena_close(&arena);
}

static void test_wrong_plain(void) {
    static const struct {
        const char *name;
        size_t n, n_records;
        int at, byte; /* at < 0: nothing is changed */
        const char *says;
    } wrong[] = {
        {"empty", 0, N, -1, 0, "0 bytes cannot hold 3 records"},
        {"empty, any number", 0, 0, -1, 0, "its 0 bytes are no multiple of 3073"},
        {"one byte", 1, N, -1, 0, "1 bytes cannot hold 3 records"},
        {"one byte, any number", 1, 0, -1, 0, "its 1 bytes are no multiple of 3073"},
        {"a label only", 1, 1, -1, 0, "1 bytes cannot hold 1 records"},
        {"pixels without label", AG_CIFAR_PIXELS, 1, -1, 0, "3072 bytes cannot hold 1 records"},
        {"one record missing", BYTES - AG_CIFAR_RECORD, N, -1, 0, "cannot hold 3 records"},
        {"last byte missing", BYTES - 1, N, -1, 0, "truncated or damaged: its 9218 bytes"},
        {"last byte missing, any number", BYTES - 1, 0, -1, 0, "9218 bytes are no multiple"},
        {"one byte too many", BYTES + 1, N, -1, 0, "behind its end, after 3 records"},
        {"one byte too many, any number", BYTES + 1, 0, -1, 0, "9220 bytes are no multiple"},
        {"one record too many", BYTES, N - 1, -1, 0, "behind its end, after 2 records"},
        {"absurd number", BYTES, (size_t)1 << 48, -1, 0, "cannot hold 281474976710656 records"},
        {"first label 10", BYTES, N, 0, 10, "the label of record 0 is 10, must be 0 to 9"},
        {"first label 255", BYTES, 0, 0, 255, "the label of record 0 is 255, must be 0 to 9"},
        {"second label", BYTES, N, AG_CIFAR_RECORD, 100, "record 1 is 100"},
        {"last label", BYTES, 0, 2 * AG_CIFAR_RECORD, 11, "record 2 is 11"},
        {"text", BYTES, N, 0, '#', "record 0 is 35"},
        {"shifted by one", BYTES, N, AG_CIFAR_RECORD, 'x', "record 1 is 120"},
    };
    for (int i = 0; i < AG_COUNT(wrong); i++) {
        uint8_t bytes[ROOM];
        make(bytes);
        if (wrong[i].at >= 0) bytes[wrong[i].at] = (uint8_t)wrong[i].byte;
        refuse(wrong[i].name, bytes, wrong[i].n, wrong[i].n_records, wrong[i].says);
    }
}

static void test_wrong_gzip(void) {
    uint8_t bytes[ROOM], packed[ROOM];
    make(bytes);
    const size_t n = made_gzip(bytes, BYTES, packed);
    for (size_t cut = 2; cut < n; cut += cut < 40 || cut > n - 40 ? 1 : 101) {
        refuse("cut gzip", packed, cut, N, "");
        refuse("cut gzip, any number", packed, cut, 0, "");
    }
    refuse("cut in the trailer", packed, n - 1, N, "truncated: its gzip stream has no end");
    refuse("4 records wanted", packed, n, 4, "is truncated: 9219 of 12292 bytes");
    refuse("2 records wanted", packed, n, 2, "behind its end");
    refuse("absurd number", packed, n, (size_t)1 << 40, "cannot hold 1099511627776 records");
    packed[n] = 0;
    refuse("byte behind gzip", packed, n + 1, N, "behind its end");
    made_put(packed, n - 4, 4 * AG_CIFAR_RECORD, 4);
    refuse("trailer says 4 records", packed, n, 0, "damaged");
    made_put(packed, n - 4, 4000 * AG_CIFAR_RECORD, 4);
    refuse("trailer says 4000 records", packed, n, 0, "cannot hold 4000 records");
    made_put(packed, n - 4, 5, 4);
    refuse("trailer says 5 bytes", packed, n, 0, "no multiple");
    made_gzip(bytes, BYTES, packed);
    for (size_t at = MADE_GZIP_HEAD; at < n; at += 97) { /* content and checksum */
        packed[at] ^= 0x10;
        refuse("broken gzip", packed, n, N, "");
        packed[at] ^= 0x10;
    }
    packed[10] = 7; /* a block type that does not exist */
    refuse("not deflate", packed, n, N, "damaged");
    bytes[AG_CIFAR_RECORD] = 10;
    refuse("packed label", packed, made_gzip(bytes, BYTES, packed), N, "record 1 is 10");
}

static void test_no_memory(void) {
    uint8_t bytes[ROOM], packed[ROOM];
    make(bytes);
    const size_t n = made_gzip(bytes, BYTES, packed);
    for (long k = 0; k < 2; k++) {
        ag_arena arena = {.fail_after = k};
        ag_error err = {0};
        ag_cifar cifar;
        const ag_status status = ag_cifar_decode("batch", packed, n, N, &arena, &cifar, &err);
        CHECK(status == (k ? AG_OK : AG_NOMEM), "allocation %ld: %s", k, ag_status_words(status));
        ag_arena_close(&arena);
    }
}

int main(void) {
    test_good();
    test_wrong_plain();
    test_wrong_gzip();
    test_no_memory();
    return check_report();
}
