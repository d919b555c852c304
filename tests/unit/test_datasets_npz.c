/* .npz archives: good ones, and every way of being wrong that has a name. Made here, byte by
 * byte. */
#include "datasets/arrays/read_arrays.h"

#include "harness/base/catalogue.h"

#include "made_folder.h"
#include "made_npy.h"

static const uint8_t numbers[6] = {1, 2, 3, 4, 5, 6};

static made_file usual(void) { return made_array("|u1", "(2, 3)", numbers, 6); }

/* An archive of x as `m` says (its name too) and of y. */
static made_file archive(made_member m, const made_file *x) {
    made_zip z = {.n_members = 0};
    const made_file y = made_array("|u1", "(2,)", numbers, 2);
    made_zip_add(&z, m, x);
    made_zip_add(&z, (made_member){.name = "y.npy"}, &y);
    return made_zip_end(&z);
}

static ag_status read_x(const made_file *f, bool shape_only, ag_arena *arena, ag_ndarray *a,
                        ag_error *err) {
    char path[256];
    made_write("a.npz", f->bytes, f->n);
    return ag_read_npz(made_path(path, "a.npz"), "x", shape_only, arena, a, err);
}

static void check_good(const made_file *f) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_ndarray a = {0}, shape = {0};
    ag_error err = {0};
    double row[3] = {0};
    CHECK(read_x(f, false, &arena, &a, &err) == AG_OK, "%s", err.text);
    CHECK(a.n_dims == 2 && a.dim[0] == 2 && a.dim[1] == 3 && a.bytes, "[2, 3]");
    if (a.bytes) ag_ndarray_row(&a, 1, row);
    CHECK(row[0] == 4 && row[1] == 5 && row[2] == 6, "%g %g %g", row[0], row[1], row[2]);
    CHECK(read_x(f, true, &arena, &shape, &err) == AG_OK, "%s", err.text);
    CHECK(!shape.bytes && shape.dim[1] == 3 && shape.size == 1, "the shape alone");
    CHECK(strncmp(a.name, "x of /tmp/", 10) == 0, "%s", a.name);
    ag_arena_close(&arena);
}

static void test_good(void) {
    const made_file x = usual();
    made_file f = archive((made_member){.name = "x.npy"}, &x);
    check_good(&f);
    f = archive((made_member){.name = "x"}, &x); /* not as numpy names it */
    check_good(&f);
}

static void refuse(const char *name, const made_file *f, ag_status wanted, const char *says) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_ndarray a = {.n_dims = -7};
    ag_error err = {0};
    const ag_status status = read_x(f, false, &arena, &a, &err);
    CHECK(status == wanted, "%s: %s: %s", name, ag_status_words(status), err.text);
    CHECK(strstr(err.text, "a.npz"), "%s: no file name: %s", name, err.text);
    CHECK(strstr(err.text, says), "%s: '%s' without '%s'", name, err.text, says);
    CHECK(a.n_dims == -7, "%s: result touched", name);
    CHECK(arena.peak < 2048 + f->n, "%s: took %zu bytes of a file of %zu", name, arena.peak, f->n);
    ag_arena_close(&arena);
}

static void test_wrong_members(void) {
    const made_file x = usual();
    static const struct {
        const char *name;
        made_member m;
        ag_status status;
        const char *says;
    } wrong[] = {
        {"no x", {.name = "z.npy"}, AG_NOTFOUND, "has no array 'x'; it has z, y"},
        {"no x, an x.txt", {.name = "x.txt"}, AG_NOTFOUND, "has no array 'x'; it has x.txt, y"},
        {"an upper-case X", {.name = "X.npy"}, AG_NOTFOUND, "has no array 'x'; it has X, y"},
        {"bzip2", {.name = "x.npy", .method = 12}, AG_DATA, "packed by method 12 of zip"},
        {"lzma", {.name = "x.npy", .method = 14}, AG_DATA, "packed by method 14 of zip"},
        {"encrypted", {.name = "x.npy", .flags = 1}, AG_DATA, "is encrypted"},
        {"a member larger than the file",
         {.name = "x.npy", .packed = 1 << 30, .size = 1 << 30},
         AG_DATA,
         ""},
        {"stored, but larger than it is", {.name = "x.npy", .size = 1 << 30}, AG_DATA, ""},
        {"a bomb: 4 GB deflated",
         {.name = "x.npy", .size = 0xfffffff0u, .method = 8},
         AG_DATA,
         "4294967280 bytes cannot be packed into"},
        {"called deflated, but not", {.name = "x.npy", .method = 8}, AG_DATA, ""},
    };
    for (int i = 0; i < AG_COUNT(wrong); i++) {
        const made_file f = archive(wrong[i].m, &x);
        refuse(wrong[i].name, &f, wrong[i].status, wrong[i].says);
    }
}

static void test_wrong_arrays(void) {
    static const made_member m = {.name = "x.npy"};
    made_file x = usual();
    x.n = 0;
    made_file f = archive(m, &x);
    refuse("an empty member", &f, AG_DATA, "does not begin with");
    x = usual();
    x.n--;
    f = archive(m, &x);
    refuse("a number missing", &f, AG_DATA, "[2, 3] of uint8 do not fit in the 5 bytes");
    x = usual();
    x.bytes[x.n++] = 0;
    f = archive(m, &x);
    refuse("a byte more", &f, AG_DATA, "1 bytes behind its end");
    x = made_array("|u1", "(1000000000, 1000000000)", numbers, 6);
    f = archive(m, &x);
    refuse("10^18 numbers", &f, AG_DATA, "do not fit in the 6 bytes");
    x = made_array("|O", "(6,)", numbers, 6);
    f = archive(m, &x);
    refuse("objects", &f, AG_DATA, "holds Python objects (pickled)");
    x = usual();
    f = archive(m, &x);
    f.bytes[30 + 5 + x.n - 1] ^= 1; /* behind the local header and its name: the last number */
    refuse("a bit of a number", &f, AG_DATA, "damaged: CRC error");
}

static void test_wrong_archives(void) {
    const made_file x = usual();
    const made_file good = archive((made_member){.name = "x.npy"}, &x);
    made_file f = {.n = 0};
    refuse("empty", &f, AG_DATA, "is no .npz file");
    f = x;
    refuse("a .npy", &f, AG_DATA, "is no .npz file");
    for (size_t cut = 1; cut < good.n; cut += 7) {
        f = good;
        f.n = cut;
        refuse("cut", &f, AG_DATA, "");
    }
    f = good;
    f.bytes[f.n - 6] ^= 0x40; /* where the directory begins */
    refuse("directory elsewhere", &f, AG_DATA, "");
    f = good;
    f.bytes[f.n - 12] = 77; /* how many entries it has */
    f.bytes[f.n - 14] = 77;
    refuse("77 members", &f, AG_DATA, "");
    f = good;
    memset(f.bytes + 26, 0xff, 2); /* the length of its name */
    refuse("a long name", &f, AG_DATA, "");
}

static void test_places(void) {
    char path[256];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_ndarray a;
    ag_error err = {0};
    CHECK(ag_read_npz(made_path(path, "none.npz"), "x", false, &arena, &a, &err) == AG_DATA &&
              strstr(err.text, "none.npz is not a file"),
          "%s", err.text);
    CHECK(ag_read_npz(made_folder, "x", false, &arena, &a, &err) == AG_DATA &&
              strstr(err.text, "is not a file"),
          "%s", err.text);
    for (long k = 0; k < 4; k++) {
        const made_file x = usual(), f = archive((made_member){.name = "x.npy"}, &x);
        ag_arena small = {.fail_after = k};
        const ag_status status = read_x(&f, false, &small, &a, &err);
        CHECK(status == AG_NOMEM || (status == AG_OK && k >= 2), "allocation %ld: %s", k, err.text);
        ag_arena_close(&small);
    }
    ag_arena_close(&arena);
}

int main(void) {
    made_folder_open();
    test_good();
    test_wrong_members();
    test_wrong_arrays();
    test_wrong_archives();
    test_places();
    made_folder_close();
    return check_report();
}
