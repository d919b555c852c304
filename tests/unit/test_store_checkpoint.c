/* What is kept of trials that are not finished: it comes back as it was or not at all, whatever
 * was done to the file, and the one before stays where a new one cannot be written. */
#include "store_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGE = 200000, SMALL = 500 };

typedef struct state {
    unsigned char bytes[LARGE];
    size_t n;
} state;

static state made(size_t n, unsigned seed) {
    state s = {.n = n};
    for (size_t i = 0; i < n; i++)
        s.bytes[i] = (unsigned char)(ag_digest(&i, sizeof i, seed) & 0xff);
    return s;
}

/* In pieces of all sizes, none among them. */
static void put_state(void *context, ag_outlet *out) {
    const state *s = context;
    size_t piece = 0;
    for (size_t at = 0; at < s->n; at += piece++)
        out->put(out, s->bytes + at, piece < s->n - at ? piece : s->n - at);
}

static ag_store *open_as(const char *name, uint64_t origin, const char *words) {
    ag_store *store = NULL;
    ag_error err = {0};
    const ag_plan plan = {.file = "x.yaml",
                          .name = "test",
                          .description = "",
                          .source = "name: test\n",
                          .resolved = "{}"};
    const ag_store_about about = {.plan = &plan, .origin = origin, .origin_words = words};
    CHECK(ag_store_open(in_folder(name), &about, &store, &err) == AG_OK, "%s", err.text);
    if (!store) exit(1);
    return store;
}

static ag_status keep_as(ag_store *store, ag_state_kind kind, uint64_t id, state *s,
                         ag_error *err) {
    const ag_keeper keeper = ag_store_keeper(store, kind);
    const ag_checkpoint head = {.trial_id = id,
                                .data = 77,
                                .step = (long)s->n,
                                .steps = LARGE,
                                .seconds = 1.5,
                                .started_at = "2026-03-01T12:34:56Z"};
    return keeper.keep(keeper.self, &head, put_state, s, err);
}

static ag_status keep(ag_store *store, uint64_t id, state *s, ag_error *err) {
    return keep_as(store, AG_STATE_UNFINISHED, id, s, err);
}

/* What comes back is `s`; NULL: nothing does. */
static void expect_kept_as(ag_store *store, ag_state_kind kind, uint64_t id, const state *s) {
    const ag_keeper keeper = ag_store_keeper(store, kind);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_kept_state kept;
    ag_error err = {0};
    CHECK(keeper.fetch(keeper.self, id, &arena, &kept, &err) == AG_OK, "%s", err.text);
    CHECK((kept.bytes != NULL) == (s != NULL), "kept or not");
    if (s && kept.bytes) {
        CHECK(kept.n == s->n && memcmp(kept.bytes, s->bytes, s->n) == 0, "%zu bytes of %zu", kept.n,
              s->n);
        CHECK(kept.head.trial_id == id && kept.head.data == 77 && kept.head.seconds == 1.5 &&
                  kept.head.step == (long)s->n && kept.head.steps == LARGE &&
                  strcmp(kept.head.started_at, "2026-03-01T12:34:56Z") == 0,
              "its head");
    }
    ag_arena_close(&arena);
}

static void expect_kept(ag_store *store, uint64_t id, const state *s) {
    expect_kept_as(store, AG_STATE_UNFINISHED, id, s);
}

static ag_status fetch(ag_store *store, uint64_t id, ag_error *err) {
    const ag_keeper keeper = ag_store_keeper(store, AG_STATE_UNFINISHED);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_kept_state kept;
    const ag_status status = keeper.fetch(keeper.self, id, &arena, &kept, err);
    ag_arena_close(&arena);
    return status;
}

static size_t count_files(const char *name) {
    size_t n = 0;
    DIR *d = opendir(in_folder(name));
    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    if (d) closedir(d);
    return n;
}

static void test_back_and_forth(void) {
    ag_error err = {0};
    ag_store *store = open_as("kept", 1, "this program");
    static state s, t;
    expect_kept(store, 5, NULL);
    const size_t sizes[] = {1, SMALL, 65536, 65537, LARGE};
    for (int i = 0; i < AG_COUNT(sizes); i++) {
        s = made(sizes[i], (unsigned)i);
        t = made(sizes[i] / 2 + 1, 99);
        CHECK(keep(store, 5, &s, &err) == AG_OK, "%s", err.text);
        CHECK(keep(store, UINT64_MAX - 1, &t, &err) == AG_OK, "%s", err.text);
        expect_kept(store, 5, &s);
        expect_kept(store, UINT64_MAX - 1, &t);
    }
    close_store(store);
    store = open_as("kept", 1, "this program"); /* another process */
    expect_kept(store, 5, &s);
    const ag_keeper keeper = ag_store_keeper(store, AG_STATE_UNFINISHED);
    keeper.drop(keeper.self, 5);
    keeper.drop(keeper.self, 5);
    expect_kept(store, 5, NULL);
    expect_kept(store, UINT64_MAX - 1, &t);
    CHECK(count_files("kept/checkpoints") == 1, "%zu files", count_files("kept/checkpoints"));
    keeper.drop(keeper.self, UINT64_MAX - 1);
    close_store(store);
    CHECK(access(in_folder("kept/checkpoints"), F_OK) != 0, "an empty folder is left");
}

static const char FILE_5[] = "harmed/checkpoints/0000000000000005.ckpt";

static size_t read_file(unsigned char *bytes, size_t room) {
    FILE *f = fopen(in_folder(FILE_5), "rb");
    const size_t n = f ? fread(bytes, 1, room, f) : 0;
    if (f) fclose(f);
    return n;
}

static void write_file(const unsigned char *bytes, size_t n) {
    FILE *f = fopen(in_folder(FILE_5), "wb");
    CHECK(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0, "the test's own file");
}

/* Every byte turned, every length. */
static void test_damage(void) {
    static unsigned char good[LARGE], bad[LARGE];
    ag_error err = {0};
    ag_store *store = open_as("harmed", 1, "this program");
    state s = made(SMALL, 3);
    CHECK(keep(store, 5, &s, &err) == AG_OK, "%s", err.text);
    const size_t n = read_file(good, sizeof good);
    CHECK(n > SMALL, "%zu bytes", n);
    size_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        memcpy(bad, good, n);
        bad[i] ^= (unsigned char)(1 + i % 255);
        write_file(bad, n);
        taken += fetch(store, 5, &err) == AG_OK;
        write_file(good, i);
        taken += fetch(store, 5, &err) == AG_OK;
    }
    write_file(bad, n + 1);
    taken += fetch(store, 5, &err) == AG_OK;
    CHECK(taken == 0, "%zu damaged files were taken", taken);
    CHECK(strstr(err.text, "0000000000000005.ckpt' is damaged"), "%s", err.text);
    write_file(good, n);
    expect_kept(store, 5, &s);
    char from[512];
    snprintf(from, sizeof from, "%s", in_folder(FILE_5));
    CHECK(rename(from, in_folder("harmed/checkpoints/0000000000000006.ckpt")) == 0, "rename");
    CHECK(fetch(store, 6, &err) == AG_STORE, "another trial's state");
    close_store(store);
    store = open_as("harmed", 2, "a later program");
    write_file(good, n);
    CHECK(fetch(store, 5, &err) == AG_STORE && strstr(err.text, "was made by this program"), "%s",
          err.text);
    close_store(store);
}

/* A file-size limit stands for a full disk. */
static void test_no_room(void) {
    ag_error err = {0};
    ag_store *store = open_as("full", 1, "this program");
    state before = made(SMALL, 4);
    static state after;
    after = made(LARGE, 5);
    CHECK(keep(store, 5, &before, &err) == AG_OK, "%s", err.text);
    struct rlimit whole, small;
    getrlimit(RLIMIT_FSIZE, &whole);
    small = (struct rlimit){LARGE / 2, whole.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK(keep(store, 5, &after, &err) == AG_IO, "a file larger than allowed");
    CHECK(strstr(err.text, "could not write"), "%s", err.text);
    setrlimit(RLIMIT_FSIZE, &whole);
    signal(SIGXFSZ, SIG_DFL);
    expect_kept(store, 5, &before);
    CHECK(count_files("full/checkpoints") == 1, "half a file is left");
    CHECK(keep(store, 5, &after, &err) == AG_OK, "%s", err.text);
    expect_kept(store, 5, &after);
    close_store(store);
}

/* What a run finds: sound ones, damaged ones, half-written ones, and what is none of ours. */
static void test_list(void) {
    ag_error err = {0};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_checkpoint_file *files;
    size_t n;
    CHECK(ag_store_checkpoints(in_folder("nowhere"), &arena, &files, &n, &err) == AG_OK && n == 0,
          "no folder, %zu files", n);
    ag_store *store = open_as("many", 9, "this program");
    state s = made(SMALL, 6);
    for (uint64_t id = 12; id > 0; id--)
        CHECK(keep(store, id * UINT64_C(0x0123456789abcdef), &s, &err) == AG_OK, "%s", err.text);
    static const char *const others[] = {
        "many/checkpoints/0123456789ABCDEF.ckpt", "many/checkpoints/0123.ckpt",
        "many/checkpoints/00000000000000zz.ckpt", "many/checkpoints/a\nb",
        "many/checkpoints/0000000000000001.ckpt", "many/checkpoints/0000000000000002.ckpt.tmp"};
    for (int i = 0; i < AG_COUNT(others); i++)
        close(open(in_folder(others[i]), O_WRONLY | O_CREAT, 0666));
    CHECK(ag_store_checkpoints(in_folder("many"), &arena, &files, &n, &err) == AG_OK && n == 13,
          "%zu files", n);
    for (size_t i = 0; i < n; i++) {
        CHECK(i == 0 || files[i - 1].about.trial_id < files[i].about.trial_id, "order");
        CHECK(files[i].sound == (files[i].about.trial_id != 1), "%zu", i);
        CHECK(!files[i].sound || (files[i].origin == 9 && files[i].about.step == SMALL), "%zu", i);
    }
    close_store(store);
    store = open_as("many", 9, "this program");
    CHECK(access(in_folder(others[5]), F_OK) != 0, "half a file is left");
    CHECK(count_files("many/checkpoints") == 17, "%zu", count_files("many/checkpoints"));
    close_store(store);
    ag_arena_close(&arena);
}

/* Killed between the receipt and the removal. */
static void test_stored_trial(void) {
    ag_error err = {0};
    static fixture f;
    make(&f, "relu", 0.1, 1, 0.9);
    state s = made(SMALL, 7);
    ag_store *store = open_as("stored", 1, "this program");
    CHECK(keep(store, f.trial.id, &s, &err) == AG_OK && keep(store, 3, &s, &err) == AG_OK, "%s",
          err.text);
    put(store, &f);
    expect_kept(store, f.trial.id, &s);
    close_store(store);
    store = open_as("stored", 1, "this program");
    expect_kept(store, f.trial.id, NULL);
    expect_kept(store, 3, &s);
    close_store(store);
}

/* Ends of trials stand beside checkpoints, and stay when the trial is stored. */
static void test_finals(void) {
    ag_error err = {0};
    static fixture f;
    make(&f, "relu", 0.1, 1, 0.9);
    state s = made(SMALL, 8), t = made(LARGE, 9);
    size_t n;
    uint64_t bytes;
    ag_checkpoint_file file;
    ag_store_finals(in_folder("nowhere"), &n, &bytes);
    CHECK(n == 0 && bytes == 0, "no folder");
    ag_store *store = open_as("finals", 4, "this program");
    CHECK(!ag_store_final(in_folder("finals"), f.trial.id, &file), "there is none");
    CHECK(keep(store, f.trial.id, &s, &err) == AG_OK, "%s", err.text);
    expect_kept_as(store, AG_STATE_FINAL, f.trial.id, NULL);
    CHECK(keep_as(store, AG_STATE_FINAL, f.trial.id, &t, &err) == AG_OK, "%s", err.text);
    CHECK(keep_as(store, AG_STATE_FINAL, 3, &s, &err) == AG_OK, "%s", err.text);
    expect_kept(store, f.trial.id, &s);
    put(store, &f);
    close(
        open(in_folder("finals/checkpoints/0000000000000007.final.tmp"), O_WRONLY | O_CREAT, 0666));
    close(open(in_folder("finals/checkpoints/0000000000000008.final"), O_WRONLY | O_CREAT, 0666));
    close_store(store);
    store = open_as("finals", 4, "this program");
    expect_kept(store, f.trial.id, NULL);
    expect_kept_as(store, AG_STATE_FINAL, f.trial.id, &t);
    expect_kept_as(store, AG_STATE_FINAL, 3, &s);
    CHECK(count_files("finals/checkpoints") == 3, "%zu", count_files("finals/checkpoints"));
    CHECK(ag_store_final(in_folder("finals"), 3, &file) && file.sound && file.origin == 4 &&
              file.about.trial_id == 3 && file.about.step == SMALL,
          "its head");
    CHECK(ag_store_final(in_folder("finals"), 8, &file) && !file.sound, "an empty file");
    ag_store_finals(in_folder("finals"), &n, &bytes);
    CHECK(n == 3 && bytes > LARGE + SMALL && bytes < LARGE + 2 * SMALL + 2000, "%zu, %g bytes", n,
          (double)bytes);
    close_store(store);
}

/* What is found by its settings is finished: neither diverged nor failed. */
static void test_finished(void) {
    ag_error err = {0};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_finished finished;
    static fixture f[4];
    static const char *const trainings[] = {"{\"epochs\":20,\"x\":1}", "{\"steps\":77}",
                                            "{\"epochs\":9}", "{\"epochs\":20,\"x\":2}"};
    CHECK(ag_store_finished(in_folder("nowhere"), &arena, &finished, &err) == AG_OK && !finished.n,
          "no store");
    ag_store *store = open_as("lengths", 4, "this program");
    for (int i = 0; i < AG_COUNT(f); i++) {
        make(&f[i], "relu", 0.1, (uint64_t)i, 0.9);
        snprintf(f[i].settings, sizeof f[i].settings, "{\"training\":%s,\"seed\":%d}", trainings[i],
                 i);
        f[i].record.training = trainings[i];
        if (i == 2) f[i].record.outcome = AG_DIVERGED;
        put(store, &f[i]);
    }
    close_store(store);
    CHECK(ag_store_finished(in_folder("lengths"), &arena, &finished, &err) == AG_OK, "%s",
          err.text);
    CHECK(finished.n == 3 && finished.ids[0] < finished.ids[1] && finished.ids[1] < finished.ids[2],
          "%zu trials", finished.n);
    long epochs = 0, steps = 0;
    for (size_t i = 0; i < finished.n_lengths; i++) {
        epochs += finished.lengths[i].epochs;
        steps += finished.lengths[i].steps;
    }
    CHECK(finished.n_lengths == 2 && epochs == 20 && steps == 77, "%zu lengths",
          finished.n_lengths);
    ag_arena_close(&arena);
}

int main(void) {
    new_folder();
    test_back_and_forth();
    test_damage();
    test_no_room();
    test_list();
    test_stored_trial();
    test_finals();
    test_finished();
    remove_folder();
    return check_report();
}
