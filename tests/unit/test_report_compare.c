/* A whole comparison against SciPy's (scripts/make_compare_vectors.py), number by number, through
 * the CSV that users get. */
#include "results/report/compare.h"
#include "store_fixture.h"

typedef struct golden {
    const char *metric, *section, *block, *activation, *item, *quantity;
    double value;
} golden;

#include "compare_scipy.h"

static const char *const activations[] = {"relu", "tanh", "gelu"};
enum { N_ACTIVATIONS = 3, N_DEPTHS = 5, N_SEEDS = 7 };

/* --- the store: the formulas of the script --------------------------------------------------- */

static double accuracy(int a, int d, int s) {
    return (600 + 3 * a + 7 * d + (s * 37 + a * 11 + d * 5 + s * s * a * 3) % 29) / 1000.0;
}

static double seconds(int a, int d, int s) {
    return 0.5 + ((s * 17 + a * 5 + d * 3 + s * a) % 23) / 10.0;
}

static void put_trial(ag_store *store, int a, int d, int s) {
    fixture f;
    make(&f, activations[a], 0.1, (uint64_t)s, accuracy(a, d, s));
    snprintf(f.settings, sizeof f.settings,
             "{\"dataset\":{\"name\":\"xor\"},\"model\":{\"type\":\"mlp\",\"depth\":%d},"
             "\"activation\":{\"name\":\"%s\"},\"seed\":%d}",
             1 << d, activations[a], s);
    f.trial.id = ag_digest(f.settings, strlen(f.settings), 0);
    f.record.depth = 1 << d;
    f.record.seconds = seconds(a, d, s);
    if (a == 0 && d == 4 && s == 3) diverge(&f);
    if (a == 1 && d == 0 && s == 5) fail(&f, "no");
    if (a == 2 && d == 2 && s == 6) return;
    put(store, &f);
}

static void make_store(void) {
    ag_store *store =
        open_store("made", "{\"grid\":{\"activation\":[\"relu\",\"tanh\",\"gelu\"]}}", 0, NULL);
    for (int s = 0; s < N_SEEDS; s++)
        for (int d = 0; d < N_DEPTHS; d++)
            for (int a = 0; a < N_ACTIVATIONS; a++)
                put_trial(store, a, d, s);
    close_store(store);
}

/* --- the comparison, as CSV ------------------------------------------------------------------ */

enum { ROWS_MAX = 4000, FIELDS = 7 };

typedef struct csv {
    ag_arena arena;
    int n;
    char *row[ROWS_MAX][FIELDS];
} csv;

static void read_csv(csv *c, FILE *in) {
    char line[512];
    while (fgets(line, sizeof line, in) && c->n < ROWS_MAX) {
        char *text = ag_alloc(&c->arena, strlen(line) + 1, 1);
        memcpy(text, line, strcspn(line, "\n"));
        for (int k = 0; k < FIELDS; k++) {
            char *comma = strchr(text, ',');
            c->row[c->n][k] = text;
            if (!comma) comma = text + strlen(text) - 1;
            text = comma + 1;
            if (*comma == ',') *comma = '\0';
        }
        c->n++;
    }
}

static void compare_as_csv(csv *c, const char *metric) {
    ag_report report = AG_REPORT(&c->arena);
    ag_error err = {0};
    const ag_compare_options options = {.metric = metric, .variance = true, .cost = true};
    FILE *out = tmpfile();
    if (!out) exit(3);
    CHECK(ag_compare(in_folder("made"), &options, &c->arena, &report, &err) == AG_OK, "%s",
          err.text);
    CHECK(ag_report_print(out, &report, AG_REPORT_CSV, &err) == AG_OK, "%s", err.text);
    rewind(out);
    read_csv(c, out);
    fclose(out);
}

static const char *find(const csv *c, const golden *g) {
    const char *const wanted[] = {g->section,    g->metric, g->block,
                                  g->activation, g->item,   g->quantity};
    for (int r = 0; r < c->n; r++) {
        bool same = true;
        for (int k = 0; k < 6 && same; k++)
            same = strcmp(c->row[r][k], wanted[k]) == 0;
        if (same) return c->row[r][6];
    }
    return NULL;
}

static void test_against_scipy(const char *metric) {
    static csv c;
    c = (csv){.arena = AG_ARENA_EMPTY};
    compare_as_csv(&c, metric);
    int n = 0;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const golden *g = &expected[i];
        if (strcmp(g->metric, metric) != 0) continue;
        const char *text = find(&c, g);
        CHECK(text && close_to(strtod(text, NULL), g->value, 1e-10, 1e-13),
              "%s %s %s %s %s %s: %s, SciPy %.17g", metric, g->section, g->block, g->activation,
              g->item, g->quantity, text ? text : "not there", g->value);
        n++;
    }
    CHECK(n > 300, "%d numbers of %s", n, metric);
    ag_arena_close(&c.arena);
}

/* What is counted beside the numbers. */
static void test_counts(void) {
    static csv c;
    c = (csv){.arena = AG_ARENA_EMPTY};
    compare_as_csv(&c, "val_accuracy");
    const golden counts[] = {
        {"val_accuracy", "cells", "depth=16", "relu", "", "diverged", 1},
        {"val_accuracy", "cells", "depth=1", "tanh", "", "failed", 1},
        {"val_accuracy", "cells", "depth=4", "gelu", "", "ran", 6},
        {"val_accuracy", "cells", "overall", "relu", "", "left_out", 1},
        {"val_accuracy", "cells", "overall", "relu", "", "ran", 35},
        {"val_accuracy", "pairs", "depth=16", "gelu", "relu", "left_out", 0},
        {"val_accuracy", "cost", "depth=2", "tanh", "steps", "epochs", 2},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const char *text = find(&c, &counts[i]);
        CHECK(text && strtod(text, NULL) == counts[i].value, "%s %s %s %s: %s", counts[i].section,
              counts[i].block, counts[i].activation, counts[i].quantity, text ? text : "not there");
    }
    ag_arena_close(&c.arena);
}

/* Whatever piece of memory is refused: a sentence. */
static void test_memory(void) {
    int refused = 0;
    for (long n = 0;; n += n < 100 ? 1 : 211) {
        ag_arena arena = AG_ARENA_EMPTY;
        arena.fail_after = n;
        ag_report report = AG_REPORT(&arena);
        ag_error err = {0};
        const ag_compare_options options = {
            .variance = true, .cost = true, .for_people = true, .ends = AG_ENDS_BOOTSTRAP};
        FILE *out = tmpfile();
        if (!out) exit(3);
        ag_status status = ag_compare(in_folder("made"), &options, &arena, &report, &err);
        if (status == AG_OK) status = ag_report_print(out, &report, AG_REPORT_TEX, &err);
        fclose(out);
        ag_arena_close(&arena);
        if (status == AG_OK) break;
        refused++;
        CHECK(status == AG_NOMEM && err.text[0], "request %ld: %d, '%s'", n, (int)status, err.text);
    }
    CHECK(refused > 50, "%d", refused);
}

/* Refused in the middle of a line, and then there again: what was said stays as it was. */
static void test_memory_for_a_line(void) {
    for (int n = 1; n < 40; n++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_report report = AG_REPORT(&arena);
        for (int i = 0; i < n; i++)
            ag_report_fact(&report, "n", "%d", i);
        arena.fail_after = 1;
        ag_report_fact(&report, "n", "refused");
        arena.fail_after = -1;
        ag_report_fact(&report, "n", "later");
        for (int i = 0; i < n; i++)
            CHECK(atoi(report.facts[i].value) == i, "fact %d of %d: '%s'", i, n,
                  report.facts[i].value);
        ag_arena_close(&arena);
    }
}

/* --- names from elsewhere -------------------------------------------------------------------- */

static void put_named(ag_store *store, const char *label, const char *json, int s) {
    fixture f;
    make(&f, label, 0.1, (uint64_t)s, 0.5 + 0.01 * s);
    snprintf(f.settings, sizeof f.settings, "{\"activation\":\"%s\",\"seed\":%d}", json, s);
    f.trial.id = ag_digest(f.settings, strlen(f.settings), 0);
    put(store, &f);
}

static void test_names(void) {
    static char text[1 << 16];
    ag_store *store = open_store("names", "{}", 0, NULL);
    for (int s = 0; s < 2; s++) {
        put_named(store, "\x1b[2J\n\\end{table}|%_\"", "a", s);
        put_named(store, "b,\"c\"", "b", s);
    }
    close_store(store);
    for (int format = 0; ag_report_format_names[format]; format++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_report report = AG_REPORT(&arena);
        ag_error err = {0};
        const ag_compare_options options = {.for_people = true, .cost = true, .variance = true};
        FILE *out = tmpfile();
        if (!out) exit(3);
        CHECK(ag_compare(in_folder("names"), &options, &arena, &report, &err) == AG_OK, "%s",
              err.text);
        CHECK(ag_report_print(out, &report, (ag_report_format)format, &err) == AG_OK, "%s",
              err.text);
        rewind(out);
        text[fread(text, 1, sizeof text - 1, out)] = '\0';
        fclose(out);
        const char *name = ag_report_format_names[format];
        CHECK(format == AG_REPORT_CSV || !strchr(text, '\x1b'), "%s commands the terminal", name);
        if (format == AG_REPORT_CSV) CHECK(strstr(text, "\"b,\"\"c\"\"\""), "quoted in %s", name);
        if (format == AG_REPORT_JSON) CHECK(strstr(text, "\\u001b[2J\\n"), "escaped in %s", name);
        if (format == AG_REPORT_TEX)
            CHECK(strstr(text, "\\textbackslash{}end\\{table\\}\\textbar{}\\%\\_"), "escaped in %s",
                  name);
        if (format == AG_REPORT_MD) CHECK(strstr(text, "\\|%\\_"), "escaped in %s", name);
        ag_arena_close(&arena);
    }
}

int main(void) {
    new_folder();
    make_store();
    test_against_scipy("val_accuracy");
    test_against_scipy("seconds_per_step");
    test_counts();
    test_memory();
    test_memory_for_a_line();
    test_names();
    remove_folder();
    return check_report();
}
