/* Stores that somebody else made: opening one, for questions or for a run, writes into no other
 * file, deletes none, runs nothing of what was planted there, and never waits. */
#include "results/store/print/table.h"
#include "store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

static const char PRECIOUS[] = "what somebody else wrote\n";

static fixture one, other;

/* A store with a trial, of which `name` is to be a copy. */
static void make_store(const char *name) {
    if (access(in_folder("good"), F_OK) != 0) {
        make(&one, "relu", 0.1, 0, 0.9);
        make(&other, "tanh", 0.1, 0, 0.8);
        ag_store *store = open_store("good", "{}", 1, &one.trial);
        put(store, &one);
        close_store(store);
    }
    copy_store("good", name);
}

/* What a run says that opens the store and stores one more trial. */
static const char *say_run(const char *name) {
    static ag_error err;
    const ag_plan plan = {.name = "test", .resolved = "{}", .source = "", .description = ""};
    const ag_store_about about = {.plan = &plan, .environment = facts, .n_environment = 2};
    ag_store *store = NULL;
    err = (ag_error){0};
    if (ag_store_open(in_folder(name), &about, &store, &err) != AG_OK) return err.text;
    ag_record record = other.record;
    record.trial = &other.trial;
    const bool stored = ag_store_put(store, &record, &err) == AG_OK;
    ag_error late = {0};
    if (ag_store_close(store, &late) != AG_OK && stored) err = late;
    return err.text;
}

static const char *say_query(const char *name) {
    static ag_error err;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_table table;
    err = (ag_error){0};
    ag_store_query(in_folder(name), "SELECT * FROM leaderboard", 5, &arena, &table, &err);
    ag_arena_close(&arena);
    return err.text;
}

static void write_precious(void) {
    FILE *f = fopen(in_folder("precious"), "w");
    CHECK(f && fputs(PRECIOUS, f) >= 0 && fclose(f) == 0, "the file to be kept");
}

static bool is_precious(void) {
    char text[sizeof PRECIOUS + 8] = "";
    FILE *f = fopen(in_folder("precious"), "r");
    const size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f) fclose(f);
    return n == sizeof PRECIOUS - 1 && strcmp(text, PRECIOUS) == 0;
}

/* --- in the database ---------------------------------------------------------------- */

static void test_planted_objects(void) {
    static const struct {
        const char *name, *sql, *said;
    } cases[] = {
        {"trigger",
         "CREATE TRIGGER t AFTER INSERT ON trial BEGIN UPDATE trial SET val_accuracy = 1; END",
         "the trigger 't' would change what is stored"},
        {"view", "DROP VIEW leaderboard; CREATE VIEW leaderboard AS SELECT 1",
         "the view 'leaderboard' has another text"},
        {"endless",
         "DROP VIEW cell_epoch_now; CREATE VIEW cell_epoch_now AS WITH RECURSIVE r(x) AS"
         " (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x AS cell FROM r",
         "the view 'cell_epoch_now' has another text"},
        {"replaced", "DROP TABLE progress; CREATE VIEW progress AS SELECT 1",
         "the table 'progress' is something else"},
        {"virtual", "DROP TABLE progress; CREATE VIRTUAL TABLE progress USING fts5(a)",
         "the table 'progress' is something else"},
        {"missing", "DROP TABLE robustness", "the table 'robustness' is missing"},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        make_store(cases[i].name);
        run_sql(cases[i].name, cases[i].sql);
        CHECK(strstr(say_query(cases[i].name), cases[i].said), "%s", say_query(cases[i].name));
        CHECK(strstr(say_run(cases[i].name), cases[i].said), "%s", say_run(cases[i].name));
    }
}

/* What a user adds for himself is none of our business. */
static void test_own_objects(void) {
    make_store("own");
    run_sql("own", "CREATE VIEW mine AS SELECT count(*) AS n FROM trial;"
                   "CREATE INDEX fast ON trial (seed); CREATE TABLE notes (text TEXT)");
    CHECK(!say_query("own")[0], "%s", say_query("own"));
    CHECK(!say_run("own")[0], "a run");
    ASK("own", "SELECT n FROM mine", "2");
}

static void test_other_databases(void) {
    static const struct {
        const char *name, *sql, *said;
    } cases[] = {
        {"foreign", "PRAGMA application_id = 1", "is a database, but no result store"},
        {"newer", "PRAGMA user_version = 1000", "has store format 1000, this program knows up to"},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        make_store(cases[i].name);
        run_sql(cases[i].name, cases[i].sql);
        CHECK(strstr(say_query(cases[i].name), cases[i].said), "%s", say_query(cases[i].name));
        CHECK(strstr(say_run(cases[i].name), cases[i].said), "%s", say_run(cases[i].name));
    }
}

/* A page that nobody reads before training is over. */
static void test_damaged_page(void) {
    make_store("page");
    char path[512], number[32];
    snprintf(number, sizeof number, "%s",
             ask("page", "SELECT 8192 * (rootpage - 1) FROM sqlite_schema"
                         " WHERE name = 'cell_robustness'"));
    snprintf(path, sizeof path, "%s", in_folder("page/results.sqlite"));
    const int fd = open(path, O_RDWR);
    CHECK(fd >= 0 && pwrite(fd, "\xff\xff\xff\xff", 4, (off_t)strtoll(number, NULL, 10)) == 4 &&
              close(fd) == 0,
          "page at %s", number);
    CHECK(strstr(say_run("page"), "results.sqlite' is damaged ("), "%s", say_run("page"));
}

/* --- beside the database ---------------------------------------------------------------- */

/* A journal as SQLite leaves it of a transaction over several databases, here with `precious`
 * for the file that holds them together: SQLite deletes that one once all is rolled back. */
static void write_journal(const char *name) {
    unsigned char head[512] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    const unsigned char magic[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    char path[64], victim[512];
    struct stat database;
    snprintf(path, sizeof path, "%s/results.sqlite", name);
    CHECK(stat(in_folder(path), &database) == 0, "%s", path);
    snprintf(victim, sizeof victim, "%s", in_folder("precious"));
    unsigned sum = 0;
    for (const char *c = victim; *c; c++)
        sum += (unsigned char)*c;
    const unsigned page = 8192, pages = (unsigned)database.st_size / page;
    const unsigned numbers[] = {0, 7, pages, 512, page, (1U << 30) / page + 1};
    const unsigned end[] = {(unsigned)strlen(victim), sum};
    for (int i = 0; i < 5; i++)
        for (int b = 0; b < 4; b++)
            head[8 + 4 * i + b] = (unsigned char)(numbers[i] >> (24 - 8 * b));
    snprintf(path, sizeof path, "%s/results.sqlite-journal", name);
    FILE *f = fopen(in_folder(path), "w");
    CHECK(f && fwrite(head, sizeof head, 1, f) == 1, "the journal");
    for (int b = 0; b < 4; b++)
        fputc((int)(numbers[5] >> (24 - 8 * b) & 255), f);
    fputs(victim, f);
    for (int i = 0; i < 2; i++)
        for (int b = 0; b < 4; b++)
            fputc((int)(end[i] >> (24 - 8 * b) & 255), f);
    CHECK(fwrite(magic, sizeof magic, 1, f) == 1 && fclose(f) == 0, "the journal");
}

/* What a loss of power leaves of a journal of which the first sector did not reach the disk. */
static void test_cold_journal(void) {
    char path[4096];
    make_store("cold");
    snprintf(path, sizeof path, "%s", in_folder("cold/results.sqlite-journal"));
    FILE *f = fopen(path, "w");
    for (int i = 0; f && i < 1024; i++)
        fputc(i < 512 ? 0 : 7, f);
    CHECK(f && fclose(f) == 0, "the journal");
    CHECK(!say_run("cold")[0], "%s", say_run("cold"));
    CHECK(access(path, F_OK) != 0, "a journal of nothing lies there");
}

static void test_journal_of_others(void) {
    make_store("journal");
    run_sql("journal", "PRAGMA journal_mode = delete");
    write_precious();
    write_journal("journal");
    CHECK(strstr(say_query("journal"), "would make SQLite delete another file"), "%s",
          say_query("journal"));
    CHECK(strstr(say_run("journal"), "would make SQLite delete another file"), "%s",
          say_run("journal"));
    CHECK(is_precious(), "deleted");
}

/* Links to a file of the user in every place that the program or a library writes to. */
static void test_links(void) {
    make_store("links");
    static const char *const places[] = {"results.sqlite-wal",
                                         "results.sqlite-shm",
                                         "results.sqlite-journal",
                                         "lock",
                                         "results.sqlite.tmp",
                                         "curves.h5.tmp",
                                         "arrays.log",
                                         "results.sqlite.tmp-journal"};
    char path[512];
    for (int i = 0; i < AG_COUNT(places); i++) {
        copy_store("good", "links");
        write_precious();
        snprintf(path, sizeof path, "%s/links/%s", folder, places[i]);
        unlink(path);
        CHECK(symlink("../precious", path) == 0, "%s", path);
        say_query("links");
        CHECK(is_precious(), "%s: a query wrote through it", places[i]);
        say_run("links");
        CHECK(is_precious(), "%s: a run wrote through it", places[i]);
    }
}

/* Pipes, of which opening waits for the other end. */
static void test_pipes(void) {
    make_store("pipes");
    static const char *const places[] = {"results.sqlite", "results.sqlite-wal", "curves.h5",
                                         "arrays.log", "lock"};
    char path[512];
    alarm(60);
    for (int i = 0; i < AG_COUNT(places); i++) {
        copy_store("good", "pipes");
        snprintf(path, sizeof path, "%s/pipes/%s", folder, places[i]);
        unlink(path);
        CHECK(mkfifo(path, 0600) == 0, "%s", path);
        CHECK(say_run("pipes")[0], "%s: a run does without it", places[i]);
        if (strncmp(places[i], "results", 7) == 0)
            CHECK(say_query("pipes")[0], "%s: a query does without it", places[i]);
        ag_store_holder(in_folder("pipes"), (char[AG_HOLDER_MAX]){0});
    }
    alarm(0);
}

/* --- curves.h5 -------------------------------------------------------------------------- */

static size_t size_of(const char *path) {
    struct stat file;
    return stat(in_folder(path), &file) == 0 ? (size_t)file.st_size : 0;
}

static void change_byte(const char *path, size_t at) {
    const int fd = open(in_folder(path), O_RDWR);
    unsigned char byte = 0;
    CHECK(fd >= 0 && pread(fd, &byte, 1, (off_t)at) == 1, "%s at %zu", path, at);
    byte ^= 0x10;
    CHECK(pwrite(fd, &byte, 1, (off_t)at) == 1 && close(fd) == 0, "%s at %zu", path, at);
}

enum { SEAL = 64 };

/* Any byte of the file, and its length. */
static void test_broken_seal(void) {
    make_store("seal");
    const size_t n = size_of("seal/curves.h5");
    for (size_t at = 0; at < n - SEAL; at += n / 23) {
        copy_store("good", "seal");
        change_byte("seal/curves.h5", at);
        const char *said = say_run("seal");
        CHECK(strstr(said, "curves.h5' is not as it was written; it is damaged: move it away"),
              "byte %zu: %s", at, said);
    }
    copy_store("good", "seal");
    CHECK(truncate(in_folder("seal/curves.h5"), (off_t)(n - 3 * SEAL)) == 0, "cut");
    CHECK(strstr(say_run("seal"), "damaged"), "%s", say_run("seal"));
    ASK("seal", "SELECT count(*) FROM trial", "1");
}

/* A file of an older program, or that somebody changed with HDF5, has none: all of it is read in
 * another process, and what cannot be read is said. */
static void test_without_seal(void) {
    make_store("bare");
    const size_t n = size_of("bare/curves.h5") - SEAL;
    CHECK(truncate(in_folder("bare/curves.h5"), (off_t)n) == 0, "cut");
    const char *said = say_run("bare");
    CHECK(!said[0], "%s", said);
    ASK("bare", "SELECT count(*) FROM trial", "2");
    int refused = 0;
    for (size_t at = 8; at < n; at += 241) {
        copy_store("good", "bare");
        CHECK(truncate(in_folder("bare/curves.h5"), (off_t)n) == 0, "cut");
        change_byte("bare/curves.h5", at);
        refused += say_run("bare")[0] != '\0'; /* that it comes back is what is tested */
    }
    CHECK(refused > 3, "only %d", refused);
}

int main(void) {
    new_folder();
    test_planted_objects();
    test_own_objects();
    test_other_databases();
    test_damaged_page();
    test_cold_journal();
    test_journal_of_others();
    test_links();
    test_pipes();
    test_broken_seal();
    test_without_seal();
    remove_folder();
    return check_report();
}
