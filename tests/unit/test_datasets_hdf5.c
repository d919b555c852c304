/* HDF5 files: every type, storage and link; damaged ones; and those that would have the
 * library read something else than the file. Written by the library, damaged by hand. */
#include "datasets/arrays/read_arrays.h"

#include "harness/base/catalogue.h"

#include "made_folder.h"

#include <hdf5.h>

enum { ROWS = 6, COLUMNS = 4, NUMBERS = ROWS * COLUMNS };

static const hsize_t size[2] = {ROWS, COLUMNS};

/* --- writing ---------------------------------------------------------------------- */

static hid_t create(const char *name) {
    char path[256];
    const hid_t file = H5Fcreate(made_path(path, name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    CHECK(file >= 0, "create %s", path);
    return file;
}

/* Numbers 0 to 23 of a type as dataset `name`, stored as `list` says. */
static void add_set(hid_t file, const char *name, hid_t type, hid_t list) {
    double numbers[NUMBERS];
    for (int i = 0; i < NUMBERS; i++)
        numbers[i] = i;
    const hid_t space = H5Screate_simple(2, size, NULL);
    const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    CHECK(set >= 0, "dataset %s", name);
    const herr_t wrote = H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers);
    CHECK(wrote >= 0, "write %s", name);
    H5Dclose(set);
    H5Sclose(space);
}

static hid_t chunked(int filter) {
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t chunk[2] = {4, 3};
    H5Pset_chunk(list, 2, chunk);
    if (filter > 0) H5Pset_shuffle(list);
    if (filter > 0) H5Pset_deflate(list, (unsigned)filter);
    if (filter > 1) H5Pset_fletcher32(list);
    return list;
}

/* binary16, as numpy's float16 is written. */
static hid_t half_type(void) {
    const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(type, 15, 10, 5, 0, 10);
    H5Tset_size(type, 2);
    H5Tset_ebias(type, 15);
    return type;
}

/* numpy's bool, or something that only looks like it. */
static hid_t truth_type(const char *no, const char *yes) {
    const hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    const int8_t values[2] = {0, 1};
    H5Tenum_insert(type, no, &values[0]);
    H5Tenum_insert(type, yes, &values[1]);
    return type;
}

/* --- reading ---------------------------------------------------------------------- */

static ag_status read_file(const char *file, const char *name, ag_arena *arena, ag_ndarray *a,
                           ag_error *err) {
    char path[256];
    return ag_read_hdf5(made_path(path, file), name, false, arena, a, err);
}

static void check_good(const char *file, const char *name, const char *type) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_ndarray a = {0};
    ag_error err = {0};
    char text[16];
    CHECK(read_file(file, name, &arena, &a, &err) == AG_OK, "%s: %s", name, err.text);
    CHECK(a.n_dims == 2 && a.dim[0] == ROWS && a.dim[1] == COLUMNS && a.bytes, "%s", name);
    if (a.bytes) {
        CHECK(strcmp(ag_ndarray_type(text, &a), type) == 0, "%s: %s, must be %s", name, text, type);
        for (size_t i = 0; i < ROWS; i++) {
            double row[COLUMNS];
            ag_ndarray_row(&a, i, row);
            for (size_t k = 0; k < COLUMNS; k++)
                CHECK(row[k] == (double)(i * COLUMNS + k), "%s: [%zu, %zu] is %g", name, i, k,
                      row[k]);
        }
    }
    ag_arena_close(&arena);
}

static void test_types(void) {
    const hid_t half = half_type();
    const struct {
        hid_t type;
        const char *name;
    } types[] = {
        {H5T_STD_I8LE, "int8"},      {H5T_STD_U8LE, "uint8"},     {H5T_STD_I16LE, "int16"},
        {H5T_STD_I16BE, "int16"},    {H5T_STD_U16BE, "uint16"},   {H5T_STD_I32LE, "int32"},
        {H5T_STD_U32BE, "uint32"},   {H5T_STD_I64BE, "int64"},    {H5T_STD_U64LE, "uint64"},
        {H5T_IEEE_F32LE, "float32"}, {H5T_IEEE_F32BE, "float32"}, {H5T_IEEE_F64LE, "float64"},
        {H5T_IEEE_F64BE, "float64"}, {half, "float32"},
    };
    const hid_t file = create("types.h5");
    char name[AG_COUNT(types)][16];
    for (int i = 0; i < AG_COUNT(types); i++) {
        snprintf(name[i], sizeof name[i], "x%d", i);
        add_set(file, name[i], types[i].type, H5P_DEFAULT);
    }
    H5Fclose(file);
    H5Tclose(half);
    for (int i = 0; i < AG_COUNT(types); i++)
        check_good("types.h5", name[i], types[i].name);
}

static void test_storages(void) {
    const hid_t file = create("storages.h5");
    const hid_t lists[] = {chunked(0), chunked(1), chunked(9), H5Pcreate(H5P_DATASET_CREATE)};
    static const char *const names[] = {"plain chunks", "packed", "checked", "compact"};
    H5Pset_layout(lists[3], H5D_COMPACT);
    for (int i = 0; i < AG_COUNT(lists); i++) {
        add_set(file, names[i], H5T_IEEE_F32LE, lists[i]);
        H5Pclose(lists[i]);
    }
    const hid_t group = H5Gcreate2(file, "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    add_set(group, "x", H5T_IEEE_F32LE, H5P_DEFAULT);
    H5Gclose(group);
    H5Lcreate_soft("/group/x", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(file, "/group/x", file, "hard", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    for (int i = 0; i < AG_COUNT(names); i++)
        check_good("storages.h5", names[i], "float32");
    check_good("storages.h5", "group/x", "float32");
    check_good("storages.h5", "/group/x", "float32");
    check_good("storages.h5", "soft", "float32");
    check_good("storages.h5", "hard", "float32");
}

static void test_truth(void) {
    const int8_t bits[3] = {1, 0, 1};
    const hsize_t n = 3;
    const hid_t file = create("truth.h5"), type = truth_type("FALSE", "TRUE");
    const hid_t space = H5Screate_simple(1, &n, NULL);
    const hid_t set = H5Dcreate2(file, "y", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bits);
    H5Dclose(set);
    H5Sclose(space);
    H5Tclose(type);
    H5Fclose(file);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_ndarray a = {0};
    ag_error err = {0};
    CHECK(read_file("truth.h5", "y", &arena, &a, &err) == AG_OK, "%s", err.text);
    CHECK(a.kind == AG_NUMBER_BOOL && a.n_dims == 1 && a.dim[0] == 3, "bool [3]");
    for (size_t i = 0; i < 3 && a.bytes; i++) {
        double v = -1;
        ag_ndarray_row(&a, i, &v);
        CHECK(v == bits[i], "[%zu] is %g", i, v);
    }
    ag_arena_close(&arena);
}

/* --- refused ------------------------------------------------------------------------ */

static void refuse(const char *file, const char *name, ag_status wanted, const char *says) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_ndarray a = {.n_dims = -7};
    ag_error err = {0};
    const ag_status status = read_file(file, name, &arena, &a, &err);
    CHECK(status == wanted, "%s: %s: %s", name, ag_status_words(status), err.text);
    CHECK(strstr(err.text, file), "%s: no file name: %s", name, err.text);
    CHECK(strstr(err.text, says), "%s: '%s' without '%s'", name, err.text, says);
    CHECK(a.n_dims == -7, "%s: result touched", name);
    CHECK(arena.peak < 4096, "%s: took %zu bytes", name, arena.peak);
    ag_arena_close(&arena);
}

/* A dataset that nobody wrote to. */
static void add_empty(hid_t file, const char *name, hid_t type, int n_dims, const hsize_t *dim,
                      hid_t list) {
    const hid_t space = n_dims ? H5Screate_simple(n_dims, dim, NULL) : H5Screate(H5S_SCALAR);
    const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    CHECK(set >= 0, "%s", name);
    H5Dclose(set);
    H5Sclose(space);
}

static void add_types(hid_t file) {
    const hid_t compound = H5Tcreate(H5T_COMPOUND, 8), text = H5Tcopy(H5T_C_S1);
    const hid_t variable = H5Tvlen_create(H5T_NATIVE_INT),
                array = H5Tarray_create2(H5T_NATIVE_INT, 1, size);
    const hid_t words = truth_type("no", "yes"), wide = H5Tcopy(H5T_STD_I64LE);
    H5Tinsert(compound, "a", 0, H5T_NATIVE_DOUBLE);
    H5Tset_size(text, 5);
    H5Tset_size(wide, 16);
    const struct {
        const char *name;
        hid_t type;
    } types[] = {{"compound", compound},
                 {"text", text},
                 {"variable", variable},
                 {"array", array},
                 {"words", words},
                 {"128 bits", wide},
                 {"long double", H5T_NATIVE_LDOUBLE},
                 {"bits", H5T_STD_B8LE},
                 {"reference", H5T_STD_REF_OBJ}};
    for (int i = 0; i < AG_COUNT(types); i++)
        add_empty(file, types[i].name, types[i].type, 2, size, H5P_DEFAULT);
    H5Tclose(compound);
    H5Tclose(text);
    H5Tclose(variable);
    H5Tclose(array);
    H5Tclose(words);
    H5Tclose(wide);
}

static void add_shapes(hid_t file) {
    const hsize_t nine[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, huge[2] = {1000000000, 1000000000};
    const hid_t list = chunked(1), space = H5Screate(H5S_NULL);
    add_empty(file, "scalar", H5T_NATIVE_INT, 0, NULL, H5P_DEFAULT);
    add_empty(file, "nine dimensions", H5T_NATIVE_INT, 9, nine, H5P_DEFAULT);
    add_empty(file, "never written", H5T_NATIVE_INT, 2, size, H5P_DEFAULT);
    add_empty(file, "10^18 never written", H5T_NATIVE_INT, 2, huge, list);
    H5Dclose(
        H5Dcreate2(file, "null", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
    H5Pclose(list);
}

/* What would be read from another file. */
static void add_elsewhere(hid_t file) {
    char path[256];
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE), virtual = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t space = H5Screate_simple(2, size, NULL);
    made_path(path, "types.h5");
    H5Pset_external(list, "/etc/hostname", 0, NUMBERS);
    add_empty(file, "external", H5T_NATIVE_UINT8, 2, size, list);
    H5Pset_virtual(virtual, space, path, "x0", space);
    add_empty(file, "virtual", H5T_NATIVE_INT8, 2, size, virtual);
    H5Lcreate_external(path, "x0", file, "link", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external(path, "/", file, "root", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/link", file, "soft to link", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/nowhere", file, "soft to nowhere", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/circle", file, "circle", H5P_DEFAULT, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(list);
    H5Pclose(virtual);
}

static void test_refused(void) {
    static const struct {
        const char *name;
        ag_status status;
        const char *says;
    } cases[] = {
        {"compound", AG_DATA, "holds no numbers of a usual type"},
        {"text", AG_DATA, "holds no numbers"},
        {"variable", AG_DATA, "holds no numbers"},
        {"array", AG_DATA, "holds no numbers"},
        {"words", AG_DATA, "holds no numbers"},
        {"128 bits", AG_DATA, "holds no numbers"},
        {"long double", AG_DATA, "holds no numbers"},
        {"bits", AG_DATA, "holds no numbers"},
        {"reference", AG_DATA, "holds no numbers"},
        {"scalar", AG_DATA, "is a single number, must be an array"},
        {"null", AG_DATA, "is a single number, must be an array"},
        {"nine dimensions", AG_DATA, "more than 8 dimensions"},
        {"never written", AG_DATA, "was never written in full: [6, 4] of int32 cannot be in the 0"},
        {"10^18 never written", AG_DATA, "[1000000000, 1000000000] of int32 cannot be in the 0"},
        {"external", AG_DATA, "keeps its numbers in other files"},
        {"virtual", AG_DATA, "keeps its numbers in other files"},
        {"link", AG_DATA, "is a link to another file, which is not followed"},
        {"root/x0", AG_DATA, "is a link to another file"},
        {"soft to link", AG_DATA, "a link that leads nowhere or to another file"},
        {"soft to nowhere", AG_DATA, "a link that leads nowhere"},
        {"circle", AG_DATA, "a link that leads nowhere"},
        {"group", AG_DATA, "is no dataset: it is a group"},
        {"x", AG_NOTFOUND, "has no dataset 'x'; it has 10^18 never written, 128 bits, array"},
        {"group/x", AG_NOTFOUND, "has no dataset 'group/x'"},
        {"text/x", AG_NOTFOUND, "has no dataset 'text/x'"},
        {"", AG_NOTFOUND, "has no dataset ''"},
    };
    const hid_t file = create("refused.h5");
    add_types(file);
    add_shapes(file);
    add_elsewhere(file);
    H5Gclose(H5Gcreate2(file, "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Fclose(file);
    for (int i = 0; i < AG_COUNT(cases); i++)
        refuse("refused.h5", cases[i].name, cases[i].status, cases[i].says);
}

/* A filter that this library has not is not looked for among plug-ins. */
static size_t pass_on(unsigned flags, size_t n_values, const unsigned values[], size_t n,
                      size_t *room, void **bytes) {
    (void)flags, (void)n_values, (void)values, (void)room, (void)bytes;
    return n;
}

static void test_filter(void) {
    const H5Z_class2_t ours = {.version = H5Z_CLASS_T_VERS,
                               .id = 300,
                               .encoder_present = 1,
                               .decoder_present = 1,
                               .name = "ours",
                               .filter = pass_on};
    const hid_t file = create("filter.h5"), list = chunked(0);
    H5Zregister(&ours);
    H5Pset_filter(list, 300, H5Z_FLAG_MANDATORY, 0, NULL);
    add_set(file, "x", H5T_IEEE_F32LE, list);
    H5Pclose(list);
    H5Fclose(file);
    H5Zunregister(300);
    refuse("filter.h5", "x", AG_DATA, "is packed by the filter 300 (ours), which this");
}

/* --- damaged -------------------------------------------------------------------------- */

static size_t read_all(const char *name, uint8_t *out, size_t room) {
    char path[256];
    FILE *file = fopen(made_path(path, name), "rb");
    const size_t n = file ? fread(out, 1, room, file) : 0;
    if (file) fclose(file);
    return n;
}

/* Whatever is broken: an error that names the file, or the numbers themselves; nothing
 * that the file cannot hold. */
static void survive(const char *what, size_t at, size_t n) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_ndarray a = {0};
    ag_error err = {0};
    const ag_status status = read_file("broken.h5", "x", &arena, &a, &err);
    CHECK(status == AG_OK || strstr(err.text, "broken.h5"), "%s %zu: %s", what, at, err.text);
    CHECK(arena.peak <= n * 1032, "%s %zu: took %zu bytes", what, at, arena.peak);
    CHECK(status != AG_OK || a.bytes, "%s %zu: nothing", what, at);
    ag_arena_close(&arena);
}

static void test_damaged(void) {
    static uint8_t good[1 << 16], bad[1 << 16];
    const hid_t file = create("good.h5"), list = chunked(2);
    add_set(file, "x", H5T_IEEE_F32LE, list);
    H5Pclose(list);
    H5Fclose(file);
    const size_t n = read_all("good.h5", good, sizeof good);
    CHECK(n > 512 && n < sizeof good, "%zu bytes", n);
    for (size_t cut = 0; cut < n; cut += 97) {
        made_write("broken.h5", good, cut);
        refuse("broken.h5", "x", AG_DATA, "");
    }
    for (size_t at = 0; at < n; at += 19) {
        memcpy(bad, good, n);
        bad[at] ^= 0x21;
        made_write("broken.h5", bad, n);
        survive("byte", at, n);
        memset(bad + at, 0xff, n - at < 8 ? n - at : 8);
        made_write("broken.h5", bad, n);
        survive("eight bytes", at, n);
    }
    made_write("broken.h5", (const uint8_t *)"x,y\n1,2\n", 8);
    refuse("broken.h5", "x", AG_DATA, "is no HDF5 file, truncated or damaged");
    char path[256];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_ndarray a;
    ag_error err = {0};
    CHECK(ag_read_hdf5(made_path(path, "none.h5"), "x", false, &arena, &a, &err) == AG_DATA &&
              strstr(err.text, "none.h5 is not a file"),
          "%s", err.text);
    ag_arena_close(&arena);
}

static void test_no_memory(void) {
    for (long k = 0; k < 3; k++) {
        ag_arena arena = {.fail_after = k};
        ag_ndarray a;
        ag_error err = {0};
        const ag_status status = read_file("good.h5", "x", &arena, &a, &err);
        CHECK(status == (k < 2 ? AG_NOMEM : AG_OK), "allocation %ld: %s", k, err.text);
        ag_arena_close(&arena);
    }
}

int main(void) {
    made_folder_open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    test_types();
    test_storages();
    test_truth();
    test_refused();
    test_filter();
    test_damaged();
    test_no_memory();
    made_folder_close();
    return check_report();
}
