/* The reader of .npy arrays: every type and order, and every way of being wrong that has a
 * name. The files are made here. */
#include "datasets/arrays/npy.h"

#include "harness/base/catalogue.h"

#include "check.h"
#include "made_npy.h"

#include <stdlib.h>

static ag_status decode(const made_file *f, ag_ndarray *array, ag_error *err) {
    size_t begin = 0;
    const ag_status status = ag_npy_header("a.npy", f->bytes, f->n, f->n, array, &begin, err);
    if (status == AG_OK) array->bytes = f->bytes + begin;
    return status;
}

/* --- types --------------------------------------------------------------------- */

static void test_types(void) {
    static const struct {
        const char *descr, *bytes;
        size_t n;
        double value;
        const char *name;
    } types[] = {
        {"|b1", "\x01", 1, 1, "bool"},
        {"|b1", "\x00", 1, 0, "bool"},
        {"|i1", "\x80", 1, -128, "int8"},
        {"|u1", "\x80", 1, 128, "uint8"},
        {"u1", "\xff", 1, 255, "uint8"},
        {"<i2", "\xfe\xff", 2, -2, "int16"},
        {">i2", "\xff\xfe", 2, -2, "int16"},
        {"<u2", "\xfe\xff", 2, 65534, "uint16"},
        {">u2", "\x01\x02", 2, 258, "uint16"},
        {"<i4", "\x01\x00\x00\x80", 4, -2147483647.0, "int32"},
        {">i4", "\x80\x00\x00\x01", 4, -2147483647.0, "int32"},
        {"<u4", "\x01\x00\x00\x80", 4, 2147483649.0, "uint32"},
        {">u4", "\x80\x00\x00\x01", 4, 2147483649.0, "uint32"},
        {"<i8", "\xff\xff\xff\xff\xff\xff\xff\xff", 8, -1, "int64"},
        {">i8", "\x00\x00\x00\x01\x00\x00\x00\x00", 8, 4294967296.0, "int64"},
        {"<u8", "\xff\xff\xff\xff\xff\xff\xff\xff", 8, 18446744073709551615.0, "uint64"},
        {">u8", "\x00\x00\x00\x00\x00\x00\x00\x07", 8, 7, "uint64"},
        {"<f2", "\x00\x3c", 2, 1, "float16"},
        {">f2", "\xc1\x00", 2, -2.5, "float16"},
        {"<f2", "\x01\x00", 2, 5.9604644775390625e-08, "float16"}, /* 2^-24, the least */
        {"<f2", "\xff\x7b", 2, 65504, "float16"},
        {"<f2", "\x00\x7c", 2, HUGE_VAL, "float16"},
        {"<f2", "\x01\x7e", 2, (double)NAN, "float16"},
        {"<f4", "\x00\x00\x80\x3f", 4, 1, "float32"},
        {">f4", "\xbf\xc0\x00\x00", 4, -1.5, "float32"},
        {"<f8", "\x00\x00\x00\x00\x00\x00\xf8\x3f", 8, 1.5, "float64"},
        {">f8", "\xbf\xf8\x00\x00\x00\x00\x00\x00", 8, -1.5, "float64"},
    };
    for (int i = 0; i < AG_COUNT(types); i++) {
        const made_file f = made_array(types[i].descr, "(1,)", types[i].bytes, types[i].n);
        ag_ndarray a = {0};
        ag_error err = {0};
        char name[16];
        double v = -7;
        CHECK(decode(&f, &a, &err) == AG_OK, "%s: %s", types[i].descr, err.text);
        if (!a.bytes) continue;
        ag_ndarray_row(&a, 0, &v);
        CHECK(close_to(v, types[i].value, 0, 0), "%s: %g, must be %g", types[i].descr, v,
              types[i].value);
        CHECK(strcmp(ag_ndarray_type(name, &a), types[i].name) == 0, "%s", name);
    }
}

/* --- orders -------------------------------------------------------------------- */

static void test_orders(void) {
    static const uint8_t c_order[24] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                                        12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};
    uint8_t fortran[24];
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++)
            for (size_t k = 0; k < 4; k++)
                fortran[i + 2 * j + 6 * k] = (uint8_t)(12 * i + 4 * j + k);
    static const char *const headers[] = {
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }\n",
        "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }   \n",
        "{\"shape\": (2,3,4), \"fortran_order\":False,\"descr\":\"u1\"}\n",
        "  {'shape': (2L, 3L, 4L,), 'descr': '=u1', 'fortran_order': False}\n",
    };
    for (int h = 0; h < AG_COUNT(headers); h++) {
        const made_file f = made_npy(headers[h], h == 1 ? fortran : c_order, 24);
        ag_ndarray a = {0};
        ag_error err = {0};
        CHECK(decode(&f, &a, &err) == AG_OK, "%s: %s", headers[h], err.text);
        if (!a.bytes) continue;
        CHECK(a.n_dims == 3 && a.dim[0] == 2 && a.dim[1] == 3 && a.dim[2] == 4, "%s", headers[h]);
        for (size_t i = 0; i < 2; i++) {
            double row[12];
            ag_ndarray_row(&a, i, row);
            for (size_t k = 0; k < 12; k++)
                CHECK(row[k] == (double)(12 * i + k), "%s: [%zu] %zu: %g", headers[h], i, k,
                      row[k]);
        }
        char text[AG_NDARRAY_PLACE_MAX];
        CHECK(strcmp(ag_ndarray_place(text, &a, 1, 6), "a.npy: [1, 1, 2]") == 0, "%s", text);
        CHECK(strcmp(ag_ndarray_shape(text, &a), "[2, 3, 4]") == 0, "%s", text);
    }
}

static void test_versions(void) {
    for (int version = 1; version <= 3; version++) {
        static const char header[] = "{'descr': '<i2', 'fortran_order': False, 'shape': (1,), }\n";
        made_file f = {.n = 0};
        ag_ndarray a = {0};
        ag_error err = {0};
        double v = 0;
        made_add(&f, "\x93NUMPY", 6);
        f.n = made_put(f.bytes, f.n, (uint32_t)version, 2);
        f.n = made_put(f.bytes, f.n, sizeof header - 1, version == 1 ? 2 : 4);
        made_add(&f, header, sizeof header - 1);
        made_add(&f, "\x05\x00", 2);
        CHECK(decode(&f, &a, &err) == AG_OK, "version %d: %s", version, err.text);
        if (a.bytes) ag_ndarray_row(&a, 0, &v);
        CHECK(v == 5, "version %d: %g", version, v);
    }
    const made_file empty = made_array("<f8", "(0, 3)", "", 0);
    ag_ndarray a = {0};
    ag_error err = {0};
    CHECK(decode(&empty, &a, &err) == AG_OK && a.dim[0] == 0, "no rows: %s", err.text);
}

/* --- wrong files ---------------------------------------------------------------- */

static void refuse(const char *name, const made_file *f, const char *says) {
    ag_error err = {0};
    ag_ndarray array = {.n_dims = -7};
    size_t begin = 0;
    /* A copy of exactly n bytes: reading past them stops the sanitizer builds. */
    uint8_t *copy = malloc(f->n ? f->n : 1);
    if (f->n) memcpy(copy, f->bytes, f->n);
    const ag_status status = ag_npy_header("a.npy", copy, f->n, f->n, &array, &begin, &err);
    CHECK(status == AG_DATA, "%s: %s", name, ag_status_words(status));
    CHECK(strncmp(err.text, "a.npy", 5) == 0, "%s: no file name: %s", name, err.text);
    CHECK(strstr(err.text, says), "%s: '%s' without '%s'", name, err.text, says);
    CHECK(array.n_dims == -7, "%s: result touched", name);
    free(copy);
}

static void test_wrong_headers(void) {
    static const struct {
        const char *header, *says;
    } wrong[] = {
        {"", "'' where '{' must be"},
        {"\n", "where '{' must be"},
        {"[1, 2]\n", "'[1, 2]' where '{' must be"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", "does not end with a line"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), } x\n", "does not end with"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), \n", "a text in quotes must"},
        {"{'descr': '<f8, 'fortran_order': False, 'shape': (1,), }\n", "type '<f8, ', must be"},
        {"{'descr': '<f8\n", "a text with both its quotes"},
        {"{'descr' '<f8', 'fortran_order': False, 'shape': (1,), }\n", "where ':' must be"},
        {"{'descr': <f8, 'fortran_order': False, 'shape': (1,), }\n", "a text in quotes"},
        {"{'descr': '<f8'; 'fortran_order': False, 'shape': (1,), }\n", "a comma or '}'"},
        {"{'descr': '<f8', 'fortran_order': False, }\n", "header lacks 'shape'"},
        {"{'fortran_order': False, 'shape': (1,), }\n", "header lacks 'descr'"},
        {"{'descr': '<f8', 'shape': (1,), }\n", "header lacks 'fortran_order'"},
        {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}\n",
         "has 'descr' twice"},
        {"{'descr': '<f8', 'order': False, 'shape': (1,), }\n", "has 'order' as a key"},
        {"{'descr': '<f8', 'fortran_order': 0, 'shape': (1,), }\n", "True or False must be"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': 1, }\n", "where '(' must be"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (), }\n", "is a single number"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }\n", "dimension 0 is negative"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, -3), }\n",
         "dimension 1 is negative"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1.5,), }\n", "a comma or ')'"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (one,), }\n", "a dimension (a whole"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (,), }\n", "a dimension (a whole"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2\n", "a comma or ')'"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }\n",
         "more than 8 dimensions"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }\n",
         "dimension 0 is larger than memory"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000000,), }\n",
         "[1000000000000000000] of float64 do not fit in the 8 bytes"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 2), }\n",
         "do not fit in the 8 bytes"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }\n",
         "[2] of float64 do not fit"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n", "4 bytes behind its end"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }\n", "8 bytes behind its end"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n",
         "holds Python objects (pickled), must hold numbers"},
        {"{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }\n", "holds complex numbers"},
        {"{'descr': '<U2', 'fortran_order': False, 'shape': (1,), }\n", "holds texts"},
        {"{'descr': '|S8', 'fortran_order': False, 'shape': (1,), }\n", "holds texts"},
        {"{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (1,), }\n", "holds dates"},
        {"{'descr': '<m8[s]', 'fortran_order': False, 'shape': (1,), }\n", "holds time spans"},
        {"{'descr': '|V8', 'fortran_order': False, 'shape': (1,), }\n", "holds raw bytes"},
        {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }\n",
         "holds records of several fields"},
        {"{'descr': '<f16', 'fortran_order': False, 'shape': (1,), }\n", "of type '<f16', must"},
        {"{'descr': '<i3', 'fortran_order': False, 'shape': (1,), }\n", "of type '<i3'"},
        {"{'descr': '<f1', 'fortran_order': False, 'shape': (1,), }\n", "of type '<f1'"},
        {"{'descr': 'f8', 'fortran_order': False, 'shape': (1,), }\n", "with their byte order"},
        {"{'descr': '', 'fortran_order': False, 'shape': (1,), }\n", "of type ''"},
        {"{'descr': '<', 'fortran_order': False, 'shape': (1,), }\n", "of type '<'"},
        {"{'descr': '<f99999999', 'fortran_order': False, 'shape': (1,), }\n", "of type"},
    };
    for (int i = 0; i < AG_COUNT(wrong); i++) {
        const made_file f = made_npy(wrong[i].header, "12345678", 8);
        refuse(wrong[i].header, &f, wrong[i].says);
    }
}

static void test_wrong_files(void) {
    const made_file good = made_array("<f8", "(1,)", "12345678", 8);
    made_file f;
    for (size_t cut = 0; cut < good.n; cut++) {
        f = good;
        f.n = cut;
        refuse("cut", &f, cut < 6 ? "does not begin with \\x93NUMPY" : "truncated");
    }
    f = good;
    f.bytes[0] = 'P';
    refuse("wrong magic", &f, "is no .npy array");
    f = good;
    f.bytes[6] = 4;
    refuse("version 4", &f, "is of version 4.0");
    f = good;
    f.bytes[7] = 9;
    refuse("version 1.9", &f, "is of version 1.9");
    f = good;
    f.bytes[9] = 0xff;
    refuse("long header", &f, "header has 65");
    f = good;
    f.bytes[9] = 1;
    refuse("header behind the end", &f, "truncated within its header");
    f = good;
    f.bytes[f.n++] = 0;
    refuse("a byte more", &f, "has 1 bytes behind its end");
    f = good;
    f.bytes[12] = 0;
    refuse("zero byte in the header", &f, "as a key");
}

static void test_finite(void) {
    const double values[6] = {1, 2, 3, 4, (double)NAN, 6}, less[2] = {0, -HUGE_VAL};
    made_file f = made_array("<f8", "(2, 3)", values, sizeof values);
    ag_ndarray a = {0};
    ag_error err = {0};
    double row[3];
    CHECK(decode(&f, &a, &err) == AG_OK, "%s", err.text);
    CHECK(ag_ndarray_finite(&a, row, &err) == AG_DATA, "nan");
    CHECK(strcmp(err.text, "a.npy: [1, 1] is nan, must be finite (places count from 0)") == 0, "%s",
          err.text);
    f = made_array("<f8", "(2,)", less, sizeof less);
    CHECK(decode(&f, &a, &err) == AG_OK, "%s", err.text);
    CHECK(ag_ndarray_finite(&a, row, &err) == AG_DATA &&
              strncmp(err.text, "a.npy: [1] is minus infinite", 28) == 0,
          "%s", err.text);
}

int main(void) {
    test_types();
    test_orders();
    test_versions();
    test_wrong_headers();
    test_wrong_files();
    test_finite();
    return check_report();
}
