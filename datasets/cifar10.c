/* CIFAR-10: photographs of ten kinds of things, 32 x 32 in colour. */
#include "datasets/files/files.h"
#include "datasets/images/cifar.h"

static const char *const aliases[] = {"cifar-10", NULL};

enum { BATCHES = 5, OFFICIAL_FILE = BATCHES, FIRST_FILE };
enum { BATCH = 10000, FIRST = 1000 }; /* examples of a file */

/* --- files ------------------------------------------------------------------- */

/* A file packed with gzip -9; or as the publisher's archive holds it, without its folder or
 * in it. The sums of the .bin are of bytes found alike in two independent copies. */
#define FORMS(file, records, packed_sum, packed_bytes, sum)                                        \
    .name = file ".gz", .sha256 = packed_sum, .bytes = packed_bytes,                               \
    .otherwise = (const ag_data_file[]) {                                                          \
        {.name = file, .sha256 = sum, .bytes = (int64_t)(records)*AG_CIFAR_RECORD},                \
            {.name = "cifar-10-batches-bin/" file,                                                 \
             .sha256 = sum,                                                                        \
             .bytes = (int64_t)(records)*AG_CIFAR_RECORD},                                         \
            {0},                                                                                   \
    }

#define OFFICIAL_SHA1 "e3f3b4653f18f27ada1558cabc3352a3ed1b25cc"

static const ag_data_file files[] = {
    {FORMS("data_batch_1.bin", BATCH,
           "6fcee3c4b6ea120cf82b263e2e9fe932e7edf7daf530e8b8ed62c178f70910c6", 28313767,
           "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5")},
    {FORMS("data_batch_2.bin", BATCH,
           "fdda9af5bfc1ff90c0018a3c997cc37619077ae8e4e7f1238323a8259607add2", 28346891,
           "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed")},
    {FORMS("data_batch_3.bin", BATCH,
           "6cfabbc0ca93a74e247cf16f68544c0b2162576f7e2aa8d8e5d73778cbdfe628", 28358756,
           "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67")},
    {FORMS("data_batch_4.bin", BATCH,
           "361042113c9a826b76ab9f91d499ae3102fd43ece9af030844a33b4d801c2743", 28352478,
           "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48")},
    {FORMS("data_batch_5.bin", BATCH,
           "4c618c86d699c20baa688bcbc1ca629a1c2e9bbe7647d66c2e6869b025174b12", 28328565,
           "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add")},
    /* SHA-256 of the official test part: not published anywhere we know; the git tree of
     * NTU-ALComLab/IWLS2021, whose other five files are right, has its blob SHA-1. */
    {.name = "test_batch.bin",
     .git_sha1 = OFFICIAL_SHA1,
     .bytes = (int64_t)BATCH * AG_CIFAR_RECORD,
     .optional = true,
     .otherwise = (const ag_data_file[]){{.name = "cifar-10-batches-bin/test_batch.bin",
                                          .git_sha1 = OFFICIAL_SHA1,
                                          .bytes = (int64_t)BATCH * AG_CIFAR_RECORD},
                                         {.name = "test_batch.bin.gz",
                                          .git_sha1 = OFFICIAL_SHA1,
                                          .bytes = (int64_t)BATCH * AG_CIFAR_RECORD},
                                         {0}}},
    {FORMS("test_batch_first1000.bin", FIRST,
           "3d5e72c2623a79c57b916d8669b4cba52fa2984d04cb8cd7d256902adc743432", 2834548,
           "8314c96d7cd65618193bab23acdd5d4c4af15bf6dd00a1781d55beedf3be1ef5"),
     .optional = true},
};

/* 162 MiB, as the publisher's page says; MD5 c32a1d4ab5d03f1284b67883e8d87530. */
static const ag_data_archive archive = {
    .url = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    .name = "cifar-10-binary.tar.gz",
    .bytes_max = 200000000,
};

/* --- which examples are for the test ------------------------------------------- */

enum { TEST_AUTO, TEST_OFFICIAL, TEST_FIRST1000, TEST_BATCH5 };
static const char *const test_words[] = {"auto", "official", "first1000", "batch5", NULL};

static const char *const notes[] = {
    [TEST_OFFICIAL] = "tested on the official 10,000 (test_batch.bin)",
    [TEST_FIRST1000] = "tested on the first 1,000 of the 10,000 official test images only "
                       "(test_batch_first1000.bin): papers report on all of them",
    [TEST_BATCH5] = "tested on data_batch_5, which is held out of training: neither the official "
                    "test images nor all 50,000 training ones, as papers have them",
};

static int test_part(const ag_choice *choice) {
    return (int)ag_choice_number(choice, "test_part", TEST_AUTO);
}

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    (void)arena, (void)err;
    const int part = test_part(choice);
    source->train.n = part == TEST_BATCH5 ? (BATCHES - 1) * BATCH : BATCHES * BATCH;
    source->test.n = part == TEST_FIRST1000 ? FIRST : BATCH; /* auto: load knows */
    return AG_OK;
}

/* Whatever lies there, the training examples are the same: only what is tested differs. */
static ag_status choose_test(const ag_choice *choice, const char *const *paths, int *part,
                             ag_error *err) {
    const ag_dataset *set = ag_dataset_of(choice);
    *part = test_part(choice);
    if (*part == TEST_AUTO)
        *part = paths[OFFICIAL_FILE] || !paths[FIRST_FILE] ? TEST_OFFICIAL : TEST_FIRST1000;
    const int file = *part == TEST_OFFICIAL ? OFFICIAL_FILE : FIRST_FILE;
    if (*part == TEST_BATCH5) return AG_OK;
    if (!paths[file])
        return ag_dataset_file_missing(set, file, "; test_part: batch5 does without it", err);
    return ag_dataset_file_check(set, file, paths[file], err);
}

/* --- reading ------------------------------------------------------------------ */

/* The records of a file behind the first n of the part. */
static ag_status add_file(const char *path, size_t n_records, struct ag_source_part *part,
                          uint8_t *x8, ag_arena *scratch, ag_error *err) {
    const uint8_t *bytes;
    size_t n;
    ag_cifar cifar;
    AG_TRY(ag_file_read(path, scratch, &bytes, &n, err));
    AG_TRY(ag_cifar_decode(path, bytes, n, n_records, scratch, &cifar, err));
    ag_cifar_copy(&cifar, x8 + part->n * AG_CIFAR_PIXELS, part->label + part->n);
    part->n += cifar.n;
    return AG_OK;
}

static ag_status read_part(const char *const *paths, int n_files, size_t n_records, ag_arena *arena,
                           struct ag_source_part *part, ag_error *err) {
    const size_t n = (size_t)n_files * n_records;
    uint8_t *x8 = AG_NEW_ARRAY(arena, uint8_t, n * AG_CIFAR_PIXELS);
    *part = (struct ag_source_part){.x8 = x8, .label = AG_NEW_ARRAY(arena, int32_t, n)};
    if (!x8 || !part->label)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %zu images of cifar10", n);
    ag_arena scratch = {.fail_after = arena->fail_after};
    ag_status status = AG_OK;
    for (int i = 0; i < n_files && status == AG_OK; i++) {
        status = add_file(paths[i], n_records, part, x8, &scratch, err);
        ag_arena_reset(&scratch);
    }
    ag_arena_close(&scratch);
    return status;
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    int part;
    AG_TRY(choose_test(choice, paths, &part, err));
    const int n_train = part == TEST_BATCH5 ? BATCHES - 1 : BATCHES;
    AG_TRY(read_part(paths, n_train, BATCH, arena, &source->train, err));
    source->note = notes[part];
    switch (part) {
    case TEST_OFFICIAL: paths += OFFICIAL_FILE; break;
    case TEST_FIRST1000: paths += FIRST_FILE; break;
    default: paths += BATCHES - 1; break;
    }
    return read_part(paths, 1, part == TEST_FIRST1000 ? FIRST : BATCH, arena, &source->test, err);
}

static const ag_param params[] = {
    {.name = "test_part",
     .kind = AG_PARAM_WORD,
     .standard = TEST_AUTO,
     .words = test_words,
     .meaning = "auto: official if it is there, else first1000 (of it); or the training file "
                "data_batch_5"},
    AG_DATASET_PARAMS(0.1, 3),
};

const ag_dataset ag_data_cifar10 = {
    .about = {.name = "cifar10",
              .formula = "photographs of ten kinds of things, 32 x 32 in colour",
              .paper = "A. Krizhevsky, 2009, Learning multiple layers of features from tiny images",
              .aliases = aliases,
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "none declared by its authors, A. Krizhevsky, V. Nair and G. Hinton, who ask for a "
               "citation",
    .shape = {AG_CIFAR_CHANNELS, AG_CIFAR_SIDE, AG_CIFAR_SIDE},
    .n_classes = AG_CIFAR_CLASSES,
    .class_names = ag_cifar_class_names,
    .n_train = (size_t)BATCHES * BATCH,
    .n_test = BATCH,
    .files = files,
    .n_files = AG_COUNT(files),
    .folder = "cifar10",
    .archive = &archive,
    .describe = describe,
    .load = load,
};
