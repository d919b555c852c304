/* What `datasets info FILE` finds out: formats by content, columns, classes, warnings. */
#include "datasets/file_format.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static char root[] = "/tmp/actgrid-test-XXXXXX";

static void put(const char *name, const char *bytes, size_t n) {
    FILE *file = fopen(name, "wb");
    CHECK(file && fwrite(bytes, 1, n, file) == n, "%s", name);
    if (file) fclose(file);
}

static ag_status inspect(const char *name, ag_arena *arena, const char **format,
                         ag_file_facts *facts, ag_error *err) {
    const ag_file_format *f = NULL;
    const ag_status status = ag_file_inspect(name, arena, &f, facts, err);
    *format = f ? f->about.name : "";
    return status;
}

static void test_catalogue(void) {
    static const uint8_t nothing[] = {0xde, 0xad, 0, 1};
    const ag_file_head head = {.path = "x", .size = 4, .bytes = nothing, .n = sizeof nothing};
    for (int i = 0; i < ag_file_formats.n_items; i++) {
        const ag_file_format *f = (const ag_file_format *)(const void *)ag_file_formats.items[i];
        CHECK(f->about.formula && f->about.paper && f->recognise && f->inspect, "%s",
              f->about.name);
        CHECK(f->recognise(&head) == AG_FILE_OTHER, "%s takes anything", f->about.name);
    }
}

/* Columns as one text: "name type missing different least most; ..." */
static void columns_text(const ag_file_facts *facts, char *text, size_t size) {
    text[0] = 0;
    for (size_t c = 0; c < facts->n_columns; c++) {
        const ag_file_column *column = &facts->columns[c];
        snprintf(text + strlen(text), size - strlen(text), "%s %s %zu %s%zu %g %g; ", column->name,
                 column->type, column->n_missing, column->more ? ">" : "", column->n_distinct,
                 column->least, column->most);
    }
}

static void test_csv(void) {
    static const struct {
        const char *file, *how, *columns, *target, *classes, *warnings, *use;
    } cases[] = {
        {"x,kind\n1.5,a\n-2,b\n3,a\n1,b\n", "fields separated by commas, with a header",
         "x number 0 4 -2 3; kind text 0 2 nan nan; ",
         "with the last column as target: classification, 2 classes of 'kind'", "a 2; b 2; ", "",
         "dataset: {name: csv, path: t.csv, target: kind}"},
        {"1;2;7\n1;?;7\n1;2;7\n1;3;8\n", "fields separated by semicolons, no header",
         "column 1 whole number 0 1 1 1; column 2 whole number 1 2 2 3; column 3 whole number 0 2 "
         "7 "
         "8; ",
         "with the last column as target: classification, 2 classes of 'column 3'", "7 3; 8 1; ",
         "1 class is of one row only: in training or in test, never in both|"
         "1 values are missing, in 1 column: 'missing: drop' or 'mean'|"
         "1 row is a copy of another: they may stand in training and test|"
         "'column 1' is the same in every row|",
         "dataset: {name: csv, path: t.csv, target: -1, missing: mean}"},
        {"id\tx\tthe y\nu\t1\t0.5\nv\tone\t1.5\nw\t\t2.5\n",
         "fields separated by tabs, with a header",
         "id text 0 3 nan nan; x numbers and texts 1 2 nan nan; the y number 0 3 0.5 2.5; ",
         "with the last column as target: regression of 'the y'", "",
         "1 values are missing, in 1 column: 'missing: drop' or 'mean'|"
         "'id' is another text in every row: ignore it|"
         "'x' has 1 numbers and 1 texts, the first in line 3|",
         "dataset: {name: csv, path: t.csv, target: 'the y', missing: mean}"},
        {"c,y\nred,a\nblue,b\nred,b\n", "fields separated by commas, with a header",
         "c text 0 2 nan nan; y text 0 2 nan nan; ",
         "with the last column as target: classification, 2 classes of 'y'", "a 1; b 2; ",
         "the first line may be a header or values: taken for a header; say 'header: true' or "
         "'false'|"
         "1 class is of one row only: in training or in test, never in both|",
         "dataset: {name: csv, path: t.csv, target: y}"},
        {",a,y\n1,1.5,0\n2,2.5,1\n3,1.5,0\n4,3.5,1\n", "fields separated by commas, with a header",
         "column 1 whole number 0 4 1 4; a number 0 3 1.5 3.5; y whole number 0 2 0 1; ",
         "with the last column as target: classification, 2 classes of 'y'", "0 2; 1 2; ",
         "'column 1' has no name, as row numbers have it: ignore it|",
         "dataset: {name: csv, path: t.csv, target: y, ignore: 1}"},
        {"0,1,2\n1.5,2.5,7.5\n2.5,1.5,8\n", "fields separated by commas, with a header",
         "0 number 0 2 1.5 2.5; 1 number 0 2 1.5 2.5; 2 number 0 2 7.5 8; ",
         "with the last column as target: regression of '2'", "",
         "the first line may be a header or values: taken for a header; say 'header: true' or "
         "'false'|",
         "dataset: {name: csv, path: t.csv, target: -1, header: true}"},
        {"x,y\n1,0.5\n,2.5\n3,\n", "fields separated by commas, with a header",
         "x whole number 1 2 1 3; y number 1 2 0.5 2.5; ",
         "with the last column as target: regression of 'y'", "",
         "2 values are missing, in 2 columns: 'missing: drop' or 'mean'|",
         "dataset: {name: csv, path: t.csv, target: y, missing: drop}"},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_file_facts facts = {0};
        ag_error err = {0};
        const char *format;
        char columns[512], classes[128] = "", warnings[512] = "";
        put("t.csv", cases[i].file, strlen(cases[i].file));
        CHECK(inspect("t.csv", &arena, &format, &facts, &err) == AG_OK, "%d: %s", i, err.text);
        columns_text(&facts, columns, sizeof columns);
        for (size_t c = 0; c < facts.n_classes; c++)
            snprintf(classes + strlen(classes), sizeof classes - strlen(classes), "%s %zu; ",
                     facts.classes[c].name, facts.classes[c].n);
        for (int w = 0; w < facts.n_warnings; w++)
            snprintf(warnings + strlen(warnings), sizeof warnings - strlen(warnings), "%s|",
                     facts.warnings[w]);
        CHECK(strcmp(format, "csv") == 0 && strcmp(facts.how, cases[i].how) == 0, "%d: %s", i,
              facts.how);
        CHECK(strcmp(columns, cases[i].columns) == 0, "%d: %s", i, columns);
        CHECK(strcmp(facts.target, cases[i].target) == 0, "%d: %s", i, facts.target);
        CHECK(strcmp(classes, cases[i].classes) == 0, "%d: %s", i, classes);
        CHECK(strcmp(warnings, cases[i].warnings) == 0, "%d: %s", i, warnings);
        CHECK(strcmp(facts.use, cases[i].use) == 0, "%d: %s", i, facts.use);
        ag_arena_close(&arena);
    }
}

/* More warnings than anybody reads. */
static void test_many_warnings(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_file_facts facts = {0};
    ag_error err = {0};
    const char *format;
    char text[512] = "";
    for (int row = 0; row < 2; row++)
        for (int c = 0; c < 40; c++)
            strcat(text, c == 39 ? (row ? "2\n" : "1\n") : "5,");
    put("t.csv", text, strlen(text));
    CHECK(inspect("t.csv", &arena, &format, &facts, &err) == AG_OK, "%s", err.text);
    CHECK(facts.n_warnings == 21 && strcmp(facts.warnings[20], "... and 19 more") == 0, "%d: %s",
          facts.n_warnings, facts.warnings[facts.n_warnings - 1]);
    ag_arena_close(&arena);
}

static void test_idx(void) {
    static const char labels[] = {0, 0, 8, 1, 0, 0, 0, 5, 3, 1, 3, 3, 0};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_file_facts facts = {0};
    ag_error err = {0};
    const char *format;
    gzFile packed = gzopen("labels.bin", "wb"); /* the name says nothing */
    gzwrite(packed, labels, sizeof labels);
    gzclose(packed);
    CHECK(inspect("labels.bin", &arena, &format, &facts, &err) == AG_OK, "%s", err.text);
    CHECK(strcmp(format, "idx") == 0 && facts.n_rows == 5 && facts.n_classes == 3, "%s", format);
    CHECK(strcmp(facts.classes[2].name, "3") == 0 && facts.classes[2].n == 3, "three threes");
    CHECK(facts.columns[0].least == 0 && facts.columns[0].most == 3 &&
              strcmp(facts.columns[0].shape, "5") == 0,
          "%s", facts.columns[0].shape);
    put("labels.bin", labels, sizeof labels - 1);
    CHECK(inspect("labels.bin", &arena, &format, &facts, &err) == AG_DATA &&
              strstr(err.text, "labels.bin is truncated"),
          "%s", err.text);
    ag_arena_close(&arena);
}

static void test_refused(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_file_facts facts = {.n_rows = 77};
    ag_error err = {0};
    const char *format;
    CHECK(inspect("none", &arena, &format, &facts, &err) == AG_DATA, "no file");
    CHECK(strcmp(err.text, "cannot read none: it is not a file") == 0, "%s", err.text);
    put("t.csv", "\x7f\x45LF\0\1", 6);
    CHECK(inspect("t.csv", &arena, &format, &facts, &err) == AG_DATA &&
              strstr(err.text, "t.csv has none of the formats") && strstr(err.text, "csv, "),
          "%s", err.text);
    put("t.csv", "", 0);
    CHECK(inspect("t.csv", &arena, &format, &facts, &err) == AG_DATA &&
              strcmp(err.text, "t.csv is empty: there is no row in it") == 0,
          "%s", err.text);
    ag_arena_close(&arena);
}

static void test_no_memory(void) {
    static const char text[] = "id,x,y\na,1,0\nb,?,1\nc,1,0\nd,2,1\n";
    put("t.csv", text, sizeof text - 1);
    ag_status status = AG_NOMEM;
    for (long k = 0; k < 200 && status != AG_OK; k++) {
        ag_arena arena = {.fail_after = k};
        ag_file_facts facts;
        ag_error err = {0};
        const char *format;
        status = inspect("t.csv", &arena, &format, &facts, &err);
        CHECK(status == AG_NOMEM || status == AG_OK, "allocation %ld: %s", k, err.text);
        ag_arena_close(&arena);
    }
    CHECK(status == AG_OK, "never enough");
}

int main(void) {
    CHECK(mkdtemp(root) && chdir(root) == 0, "a temporary folder");
    test_catalogue();
    test_csv();
    test_many_warnings();
    test_idx();
    test_refused();
    test_no_memory();
    remove("t.csv");
    remove("labels.bin");
    CHECK(chdir("/") == 0 && rmdir(root) == 0, "%s is left", root);
    return check_report();
}
