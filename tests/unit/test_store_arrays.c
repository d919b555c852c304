/* curves.h5: numbers of every kind and arrays of every shape come back bit for bit, also out of a
 * file that a later run extends. */
#include "results/store/arrays/squeeze.h"
#include "store_fixture.h"

#include <hdf5.h>
#include <stdint.h>
#include <zlib.h>

static uint32_t noise(uint32_t i) {
    i = (i ^ 61) ^ (i >> 16);
    i *= 9;
    i ^= i >> 4;
    i *= 0x27d4eb2d;
    return i ^ (i >> 15);
}

static float as_float(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* --- a packed chunk ------------------------------------------------------------------- */

enum { MOST = 200000 };

static float nothing(uint32_t i) {
    (void)i;
    return 0;
}
static float all_bits(uint32_t i) { return as_float(noise(i)); }
static float noisy(uint32_t i) { return 1 + (float)(noise(i) % 100000) * 1e-6f; }
static float shares(uint32_t i) { return (float)(noise(i) % 8) / 100; }
static float steps(uint32_t i) { return (float)(i % 360); }
static float repeated(uint32_t i) { return as_float(noise(i % 500)); }

static const struct {
    const char *name;
    float (*number)(uint32_t i);
    double most; /* bytes of a large chunk, share of what they were */
} kinds[] = {{"zeros", nothing, 0.01}, {"all bits", all_bits, 1.001}, {"noisy", noisy, 0.75},
             {"shares", shares, 0.35}, {"steps", steps, 0.1},         {"repeated", repeated, 0.05}};

/* What the reader of HDF5 does: inflate, and put the bytes of each number together. */
static bool unpack(const void *packed, size_t bytes, float *x, size_t n) {
    static unsigned char plane[4 * MOST];
    uLongf room = (uLongf)(4 * n);
    if (uncompress(plane, &room, packed, (uLong)bytes) != Z_OK || room != 4 * n) return false;
    for (size_t i = 0; i < n; i++)
        x[i] = as_float((uint32_t)plane[i] | (uint32_t)plane[n + i] << 8 |
                        (uint32_t)plane[2 * n + i] << 16 | (uint32_t)plane[3 * n + i] << 24);
    return true;
}

static void test_packed(void) {
    static const size_t lengths[] = {1, 3, 1023, 1025, 4096, 70001, MOST};
    static float x[MOST], back[MOST];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_squeezer *s = ag_squeezer_new(MOST, &arena);
    if (!s) exit(3);
    for (int k = 0; k < AG_COUNT(kinds); k++)
        for (int l = 0; l < AG_COUNT(lengths); l++) {
            const size_t n = lengths[l], half = n / 2;
            for (size_t i = 0; i < n; i++)
                x[i] = kinds[k].number((uint32_t)i);
            ag_squeeze_begin(s, n);
            ag_squeeze_put(s, half, x + half, n - half);
            ag_squeeze_put(s, 0, x, half);
            size_t bytes = 0;
            const void *packed = ag_squeeze_end(s, &bytes);
            CHECK(packed && unpack(packed, bytes, back, n) && memcmp(x, back, 4 * n) == 0,
                  "%zu numbers, %s", n, kinds[k].name);
            if (n == MOST)
                CHECK((double)bytes < kinds[k].most * 4 * (double)n, "%s: %zu bytes of %zu",
                      kinds[k].name, bytes, 4 * n);
        }
    ag_squeeze_begin(s, 5); /* what nobody put is NaN */
    ag_squeeze_put(s, 2, x, 1);
    size_t bytes = 0;
    const void *packed = ag_squeeze_end(s, &bytes);
    CHECK(packed && unpack(packed, bytes, back, 5) && isnan(back[0]) && isnan(back[4]), "NaN");
    CHECK(memcmp(&back[2], x, 4) == 0, "beside what was put");
    ag_arena_close(&arena);
}

/* --- arrays of every shape -------------------------------------------------------------- */

enum { TRIALS = 7, ARRAYS = 4, LONGEST = 150000 };

static const char *const array_name[ARRAYS] = {"step/loss", "step/norm", "layer/histogram",
                                               "epoch/rare"};
static const int rank_of[ARRAYS] = {1, 2, 3, 1};

/* Trial t's array a: most differ in every axis, some are empty; 150,000 steps of 3 layers are more
 * than one chunk holds. */
static void shape_of(int t, int a, size_t size[3]) {
    const size_t n = (size_t)t;
    const size_t shapes[ARRAYS][3] = {{t == 5 ? LONGEST : 10 * n, 1, 1},
                                      {t == 2 ? LONGEST : 1000 + n, 1 + n % 3, 1},
                                      {2 + n % 2, 1 + n, 7 - n % 4},
                                      {n, 1, 1}};
    memcpy(size, shapes[a], sizeof shapes[a]);
}

static bool has(int t, int a) { return a != 3 || t == 6; }

static float number(int t, int a, size_t i, size_t j, size_t k) {
    const uint32_t at = (uint32_t)((i * 8 + j) * 8 + k);
    return at % 5 == 0 ? noisy(at + (uint32_t)(t * 7919 + a)) : (float)(t + a);
}

static void put_shapes(ag_store *store, int t, uint64_t *id) {
    static float data[ARRAYS][3 * LONGEST];
    fixture f;
    make(&f, "relu", 0.1, (uint64_t)t, 0.9);
    ag_array arrays[ARRAYS];
    int n = 0;
    for (int a = 0; a < ARRAYS; a++) {
        if (!has(t, a)) continue;
        arrays[n] = (ag_array){array_name[a], rank_of[a], {0}, {"x", "y", "z"}, "1", "m", data[a]};
        size_t size[3], at = 0;
        shape_of(t, a, size);
        memcpy(arrays[n++].size, size, sizeof size);
        for (size_t i = 0; i < size[0]; i++)
            for (size_t j = 0; j < size[1]; j++)
                for (size_t k = 0; k < size[2]; k++)
                    data[a][at++] = number(t, a, i, j, k);
    }
    f.record.arrays = arrays;
    f.record.n_arrays = n;
    put(store, &f);
    *id = f.trial.id;
}

static size_t read_whole(const char *store, const char *name, hsize_t size[4], float *out,
                         size_t most) {
    char path[64];
    snprintf(path, sizeof path, "%s/curves.h5", store);
    const hid_t file = H5Fopen(in_folder(path), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t set = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(set);
    H5Sget_simple_extent_dims(space, size, NULL);
    const size_t n = (size_t)H5Sget_simple_extent_npoints(space);
    const bool good =
        n <= most && H5Dread(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) >= 0;
    H5Sclose(space);
    H5Dclose(set);
    H5Fclose(file);
    return good ? n : 0;
}

/* Every number of array `a` where trials `ids` stand, NaN wherever they have none. */
static void check_array(const char *store, int a, const uint64_t *ids, int n) {
    static float x[TRIALS * 3 * LONGEST];
    hsize_t size[4] = {1, 1, 1, 1};
    const size_t total = read_whole(store, array_name[a], size, x, AG_COUNT(x));
    CHECK(total > 0 && size[0] == (hsize_t)n, "%s: %zu", array_name[a], total);
    size_t wrong = 0, at = 0;
    for (hsize_t row = 0; row < size[0] && total > 0; row++) {
        int t = 0; /* rows stand in the order of the ids */
        for (int i = 0; i < n; i++) {
            hsize_t below = 0;
            for (int j = 0; j < n; j++)
                below += ids[j] < ids[i];
            if (below == row) t = i;
        }
        size_t own[3];
        shape_of(t, a, own);
        for (size_t i = 0; i < size[1]; i++)
            for (size_t j = 0; j < size[2]; j++)
                for (size_t k = 0; k < size[3]; k++, at++) {
                    const bool there = has(t, a) && i < own[0] && j < own[1] && k < own[2];
                    wrong += there ? x[at] != number(t, a, i, j, k) : !isnan(x[at]);
                }
    }
    CHECK(wrong == 0 && at == total, "%s of %s: %zu wrong", array_name[a], store, wrong);
}

static void test_shapes(void) {
    uint64_t ids[TRIALS];
    ag_store *store = open_store("grown", "{}", 0, NULL);
    for (int t = 0; t < 4; t++)
        put_shapes(store, t, &ids[t]);
    close_store(store);
    for (int a = 0; a < 3; a++)
        check_array("grown", a, ids, 4);
    store = open_store("grown", "{}", 0, NULL);
    for (int t = 4; t < TRIALS; t++)
        put_shapes(store, t, &ids[t]);
    close_store(store);
    store = open_store("whole", "{}", 0, NULL);
    for (int t = TRIALS - 1; t >= 0; t--)
        put_shapes(store, t, &ids[t]);
    close_store(store);
    for (int a = 0; a < ARRAYS; a++) {
        check_array("grown", a, ids, TRIALS);
        check_array("whole", a, ids, TRIALS);
    }
}

int main(void) {
    new_folder();
    test_packed();
    test_shapes();
    remove_folder();
    return check_report();
}
