/* CSV files: what is read, value by value, and what is refused, word by word. */
#include "datasets/dataset.h"
#include "harness/config/choice.h"
#include "harness/config/document.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

static char root[] = "/tmp/actgrid-test-XXXXXX";

static void put_bytes(const char *name, const char *bytes, size_t n) {
    FILE *file = fopen(name, "wb");
    CHECK(file && fwrite(bytes, 1, n, file) == n, "%s", name);
    if (file) fclose(file);
}

static void put(const char *name, const char *text) { put_bytes(name, text, strlen(text)); }

/* {name: csv, path: t.csv, ...} as an experiment file has it. */
static ag_choice chosen(const char *params, ag_arena *arena) {
    char text[512];
    const ag_node *node = NULL;
    ag_choice choice = {0};
    ag_error err = {0};
    snprintf(text, sizeof text, "{name: csv, path: t.csv, %s}", params);
    CHECK(ag_document_parse_at(arena, (ag_place){"test", 1, 0}, text, &node, &err) == AG_OK &&
              ag_choice_read(arena, node, &ag_datasets, "name", "dataset", &choice, &err) == AG_OK,
          "%s: %s", text, err.text);
    return choice;
}

static ag_status source_of(const char *params, ag_arena *arena, ag_source *source, ag_error *err) {
    const ag_choice choice = chosen(params, arena);
    return ag_dataset_source(&choice, arena, source, err);
}

/* --- what is read ------------------------------------------------------------- */

typedef struct good {
    const char *what, *params, *file;
    size_t n, features;
    double x[24];      /* [n][features]; NAN: missing */
    int n_classes;     /* 0: regression */
    const char *names; /* of the classes: "a b" */
    double y[8];       /* labels or targets */
} good;

static const good goods[] = {
    {"header and texts",
     "target: kind",
     "a,b,kind\n1,2.5,dog\n-3,4e1,cat\n",
     2,
     2,
     {1, 2.5, -3, 40},
     2,
     "cat dog ",
     {1, 0}},
    {"the same without a line end, CRLF, BOM, spaces",
     "target: kind",
     "\xef\xbb\xbf"
     "a , b,kind\r\n1,2.5, dog\r\n -3 ,4e1,cat",
     2,
     2,
     {1, 2.5, -3, 40},
     2,
     "cat dog ",
     {1, 0}},
    {"CR only, empty lines",
     "target: 3",
     "\r\ra,b,kind\r\r1,2.5,dog\r  \r-3,4e1,cat\r\r",
     2,
     2,
     {1, 2.5, -3, 40},
     2,
     "cat dog ",
     {1, 0}},
    {"semicolons, decimal comma",
     "target: y, decimal: comma",
     "a;y\n1,5;0,25\n-0,5;7\n",
     2,
     1,
     {1.5, -0.5},
     0,
     "",
     {0.25, 7}},
    {"tabs, empty texts",
     "target: y, missing: mean",
     "a\tb\ty\n\t1\t0.5\n2\t\t1.5\n",
     2,
     2,
     {(double)NAN, 1, 2, (double)NAN},
     0,
     "",
     {0.5, 1.5}},
    {"bars", "target: -1", "1|2|x\n3|4|y\n", 2, 2, {1, 2, 3, 4}, 2, "x y ", {0, 1}},
    {"runs of spaces",
     "target: -1",
     "  1   2  x\n3 4\ty  \n",
     2,
     2,
     {1, 2, 3, 4},
     2,
     "x y ",
     {0, 1}},
    {"quotes, separators and line ends inside",
     "target: kind",
     "\"a\",\"the \"\"kind\"\"\",kind\n\"1\",\"p,q\",\"x\ny\"\n\"2\",\"p\"\"q\",\"x\"\n",
     2,
     3,
     {1, 0, 1, 2, 1, 0},
     2,
     "x x\ny ",
     {1, 0}},
    {"no header, target by number from behind",
     "target: -2",
     "1,0.5,7\n2,1.5,8\n",
     2,
     2,
     {1, 7, 2, 8},
     0,
     "",
     {0.5, 1.5}},
    {"header: false makes names values",
     "target: 1, header: 'false', task: classification",
     "a,1\nb,2\na,3\n",
     3,
     1,
     {1, 2, 3},
     2,
     "a b ",
     {0, 1, 0}},
    {"texts only, with a word about the header",
     "target: 2, header: 'true'",
     "c,y\nred,a\nblue,b\n",
     2,
     2,
     {0, 1, 1, 0},
     2,
     "a b ",
     {0, 1}},
    {"numbers as classes in numeric order, 1.0 is 1",
     "target: y",
     "x,y\n1,10\n2,9\n3,10.0\n4,9\n",
     4,
     1,
     {1, 2, 3, 4},
     2,
     "9 10 ",
     {1, 0, 1, 0}},
    {"the same as numbers",
     "target: y, task: regression",
     "x,y\n1,10\n2,9\n3,10.0\n4,9\n",
     4,
     1,
     {1, 2, 3, 4},
     0,
     "",
     {10, 9, 10, 9}},
    {"categories in sorted order, numbers by value",
     "target: y, categorical: n",
     "n,c,y\n10,red,0.5\n9,blue,1.5\n10,green,2.5\n",
     3,
     5,
     {0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0},
     0,
     "",
     {0.5, 1.5, 2.5}},
    {"a category of its own for no text",
     "target: y, missing: mean",
     "c,y\nred,0.5\n?,1.5\nNA,2.5\n",
     3,
     2,
     {1, 0, 0, 1, 0, 1},
     0,
     "",
     {0.5, 1.5, 2.5}},
    {"rows dropped; what is ignored may be missing",
     "target: y, missing: drop, ignore: id",
     "id,x,y\n,1,0.5\n7,null,1.5\n8,3,n/a\n9,4,3.5\n",
     2,
     1,
     {1, 4},
     0,
     "",
     {0.5, 3.5}},
    {"two targets", "target: \"y, 3\"", "x,y,z\n1,2,3\n4,5,6\n", 2, 1, {1, 4}, 0, "", {2, 3, 5, 6}},
    {"comments",
     "target: y, comments: true",
     "# made by hand\nx,y\n1,0.5\n  # 2,3\n2,1.5\n",
     2,
     1,
     {1, 2},
     0,
     "",
     {0.5, 1.5}},
    {"# is text unless comments are announced",
     "target: y",
     "#x,y\n#1,0.5\n#2,1.5\n",
     2,
     2,
     {1, 0, 0, 1},
     0,
     "",
     {0.5, 1.5}},
    {"a quote in a class",
     "target: y",
     "x,y\n1,\"5\"\" disk\"\n2,b\n",
     2,
     1,
     {1, 2},
     2,
     "5\" disk b ",
     {0, 1}},
    {"a separator that is not in every line",
     "target: y",
     "a;b,y\n1,0.5\n2,1.5\n",
     2,
     1,
     {1, 2},
     0,
     "",
     {0.5, 1.5}},
    {"a first line with a gap holds values",
     "target: -1, missing: mean",
     "NA,a\n1,b\n2,c\n",
     3,
     1,
     {(double)NAN, 1, 2},
     3,
     "a b c ",
     {0, 1, 2}},
    {"row numbers as pandas and R write them",
     "target: y, ignore: 1",
     "\"\",x,y\n0,5,a\n1,6,b\n",
     2,
     1,
     {5, 6},
     2,
     "a b ",
     {0, 1}},
    {"the target's number is no name",
     "target: 2, task: regression",
     "1,2\n3,4\n5,7\n",
     3,
     1,
     {1, 3, 5},
     0,
     "",
     {2, 4, 7}},
    {"names that are numbers",
     "target: -1, header: 'true'",
     "0,1,2\n1,2,3.5\n4,5,6.5\n",
     2,
     2,
     {1, 2, 4, 5},
     0,
     "",
     {3.5, 6.5}},
    {"numbers to the last bit",
     "target: y",
     "x,y\n0.1,1e-308\n4.35,0.30000000000000004\n",
     2,
     1,
     {0.1, 4.35},
     0,
     "",
     {1e-308, 0.30000000000000004}},
};

static void check_part(const good *g, const ag_source *s) {
    const size_t targets = g->n_classes ? 1 : (size_t)s->n_targets;
    CHECK(s->train.n == g->n && ag_shape_size(s->shape) == g->features &&
              s->n_classes == g->n_classes && s->regression == !g->n_classes,
          "%s: %zu x %zu, %d classes", g->what, s->train.n, ag_shape_size(s->shape), s->n_classes);
    if (s->train.n != g->n || ag_shape_size(s->shape) != g->features ||
        s->regression != !g->n_classes)
        return;
    for (size_t i = 0; i < g->n * g->features; i++)
        CHECK(s->train.x[i] == g->x[i] || (isnan(s->train.x[i]) && isnan(g->x[i])),
              "%s: x[%zu] is %.17g, must be %.17g", g->what, i, s->train.x[i], g->x[i]);
    for (size_t i = 0; i < g->n * targets; i++) {
        const double y = g->n_classes ? s->train.label[i] : s->train.target[i];
        CHECK(y == g->y[i], "%s: y[%zu] is %.17g, must be %.17g", g->what, i, y, g->y[i]);
    }
    char names[64] = "";
    for (int c = 0; c < s->n_classes; c++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", s->class_names[c]);
    CHECK(strcmp(names, g->names) == 0, "%s: classes are %s", g->what, names);
}

static void test_good(void) {
    for (int i = 0; i < AG_COUNT(goods); i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_source source = {0};
        ag_error err = {0};
        put("t.csv", goods[i].file);
        const ag_status status = source_of(goods[i].params, &arena, &source, &err);
        CHECK(status == AG_OK, "%s: %s: %s", goods[i].what, err.where, err.text);
        if (status == AG_OK) check_part(&goods[i], &source);
        ag_arena_close(&arena);
    }
}

/* --- what is refused ---------------------------------------------------------- */

typedef struct bad {
    const char *what, *params, *file, *where, *text;
    ag_status status; /* 0: AG_DATA */
} bad;

#define DROP_HELP                                                                                  \
    "'missing: drop' leaves such rows out, 'missing: mean' fills them in, 'ignore' leaves the "    \
    "column out"

static const bad bads[] = {
    {"an empty file", "target: y", "", "", "t.csv is empty: there is no row in it", 0},
    {"blank lines only", "target: y", "\n  \n\r\n", "", "t.csv is empty: there is no row in it", 0},
    {"only a header", "target: y", "x,y\n", "", "t.csv has a header and no row", 0},
    {"a quote that never closes", "target: y", "x,y\n1,\"a\n2,b\n", "t.csv:2:3",
     "a quoted text begins here and never ends", 0},
    {"text behind a quote", "target: y", "x,y\n1,\"a\"b\n", "t.csv:2:6",
     "text behind a closing quote; a quote inside a quoted text is written twice", 0},
    {"too few fields", "target: y", "x,y\n1,2\n3\n", "t.csv:3:1",
     "a row of 1 fields, must be 2 as in the first line", 0},
    {"too many fields, after a quoted line end", "target: y", "x,y\n1,\"a\nb\"\n3,4,5\n",
     "t.csv:4:1", "a row of 3 fields, must be 2 as in the first line", 0},
    {"a number that is none", "target: y", "x,y\n1,a\n2O,b\n", "t.csv:3:1",
     "'x' is '2O' here, but a finite decimal number in 1 rows: must be one or the other; name it "
     "in "
     "'categorical' if its values are categories",
     0},
    {"inf", "target: y", "x,y\n1,a\ninf,b\n", "t.csv:3:1",
     "'x' is 'inf' here, but a finite decimal number in 1 rows: must be one or the other; name it "
     "in 'categorical' if its values are categories",
     0},
    {"too large for a number", "target: y", "x,y\n1,a\n1e999,b\n", "t.csv:3:1",
     "'x' is '1e999' here, but a finite decimal number in 1 rows: must be one or the other; name "
     "it "
     "in 'categorical' if its values are categories",
     0},
    {"hexadecimal", "target: y", "x,y\n1,0.5\n2,0x1F\n", "t.csv:3:3",
     "'y' is '0x1F' here, but a finite decimal number in 1 rows: must be one or the other; 'task: "
     "classification' if its values are classes",
     0},
    {"a text to predict", "target: y, task: regression", "x,y\n1,0.5\n2,\xc3\xa9\n", "t.csv:3:3",
     "'y' is a text here, must be a finite decimal number to be predicted by regression", 0},
    {"columns count characters", "target: y", "x,y\n\xc3\xa9\xc3\xa9,\"a\n", "t.csv:2:4",
     "a quoted text begins here and never ends", 0},
    {"a zero byte", "target: y", NULL, "t.csv:2:3", "a zero byte inside the text", 0},
    {"not UTF-8", "target: y", "x,y\n1,caf\xe9\n", "t.csv:2:6", "byte 0xe9 is not UTF-8 text", 0},
    {"UTF-16", "target: y", "\xff\xfex", "",
     "t.csv is UTF-16, must be UTF-8: iconv -f UTF-16 -t UTF-8 turns it", 0},
    {"two columns of one name", "target: y", "x,x,y\n1,2,3\n", "t.csv:1:3",
     "two columns are named 'x'", 0},
    {"a column without a name", "target: y", "x,,y\n1,2,3\n", "t.csv:1:3",
     "a column without a name, as row numbers have it: 'ignore: 2' leaves it out; 'header: false' "
     "if this line holds values",
     0},
    {"row numbers as pandas writes them", "target: y", ",x,y\n0,5,a\n1,6,b\n", "t.csv:1:1",
     "a column without a name, as row numbers have it: 'ignore: 1' leaves it out; 'header: false' "
     "if this line holds values",
     0},
    {"a name and another's number", "target: 2, header: 'true'", "0,1,2\n1,2,3\n4,5,6\n", "",
     "target is '2', which is the name of column 3 of t.csv and the number of another: say -1 for "
     "the one of this name, counted from the last",
     AG_CONFIG},
    {"names that are numbers, or values", "target: -1", "0,1,2\n1.5,2,3\n4,5,6\n", "",
     "the first line of t.csv counts from 0: say 'header: true' if these are the names of the "
     "columns, else 'header: false'",
     AG_CONFIG},
    {"no such target", "target: lable", "x,label\n1,2\n", "",
     "target is 'lable', must be a column of t.csv: its name or number (1 to 2, or -1 for the "
     "last); did you mean 'label'?",
     AG_CONFIG},
    {"a target beyond the last", "target: 3", "x,label\n1,2\n", "",
     "target is '3', must be a column of t.csv: its name or number (1 to 2, or -1 for the last)",
     AG_CONFIG},
    {"a name without a header", "target: y", "1,2\n3,4\n", "",
     "target is 'y', must be a column of t.csv: its number, as there is no header (1 to 2, or -1 "
     "for the last)",
     AG_CONFIG},
    {"target ignored", "target: y, ignore: 2", "x,y\n1,2\n", "",
     "'2' is in ignore, but was named before: a column has one use", AG_CONFIG},
    {"nothing but the target", "target: y", "y\n1\n2\n", "",
     "t.csv has 1 column and none is left as a feature; is its separator another?", AG_CONFIG},
    {"a missing value", "target: y", "x,y\n1,a\n ?,b\n,b\n", "t.csv:3:2",
     "'x' has no value here (2 are missing in all): " DROP_HELP, 0},
    {"the first of two missing values", "target: y", "x,z,y\n1,,a\n,2,b\n", "t.csv:2:3",
     "'z' has no value here (2 are missing in all): " DROP_HELP, 0},
    {"thousands with a point", "target: y, decimal: comma", "x;y\n1.000,5;1\n2,5;3\n", "t.csv:2:1",
     "'x' is '1.000,5' here, but a finite decimal number in 1 rows: must be one or the other; name "
     "it in 'categorical' if its values are categories",
     0},
    {"a point where commas are decimal", "target: y, decimal: comma", "x;y\n1,5;1\n2.5;3\n",
     "t.csv:3:1",
     "'x' is '2.5' here, but a finite decimal number in 1 rows: must be one or the other; name it "
     "in "
     "'categorical' if its values are categories",
     0},
    {"lines that end with CR LF", "target: y", "x,y\r\n1,2\r\n3\r\n", "t.csv:3:1",
     "a row of 1 fields, must be 2 as in the first line", 0},
    {"a missing target", "target: y, missing: mean", "x,y\n1,a\n,\"\"\n", "t.csv:3:3",
     "'y' has no value here (1 are missing in all): 'missing: drop' leaves such rows out", 0},
    {"every row dropped", "target: y, missing: drop", "x,y\n1,\n,b\n", "",
     "t.csv has no row without a missing value", 0},
    {"a column of nothing", "target: y, missing: mean", "x,z,y\n,1,a\n,2,b\n", "",
     "'x' of t.csv has no value in any row; ignore it", 0},
    {"one class", "target: y", "x,y\n1,a\n2,a\n", "",
     "'y' of t.csv has 1 class only, must have 2 at least", 0},
    {"too many categories", "target: y, categories: 2", "x,y\na,1\nb,1\nc,2\n", "",
     "'x' of t.csv has more than 2 different texts; ignore it, or allow more with 'categories'", 0},
    {"decimal commas unannounced", "target: y", "x;y\n1,5;a\n2,5;b\n", "t.csv:2:1",
     "'x' has numbers with a comma: 'decimal: comma' if that is the decimal sign; commas between "
     "thousands are not understood",
     0},
    {"header or not", "target: -1", "a,b\nc,d\n", "",
     "the first two lines of t.csv are texts only: say 'header: true' if the first one holds the "
     "names of the columns, else 'header: false'",
     AG_CONFIG},
    {"two classifications", "target: \"x, y\", task: classification", "x,y,z\n1,2,3\n", "",
     "target names 2 columns, must be one for classification", AG_CONFIG},
    {"two test parts", "target: y, test_path: t.csv, test: 0.3", "x,y\n1,a\n2,b\n", "",
     "test of csv is given and test_path too, must be one of them", AG_CONFIG},
    {"a gzip file cut off", "target: y", "\x1f\x8b\x08", "",
     "t.csv is truncated or damaged: no gzip file ends so", 0},
    {"a gzip file that claims 2 GB", "target: y",
     "\x1f\x8b\x08\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x7f", "",
     "t.csv is truncated or damaged: no gzip file ends so", 0},
};

/* `size`: of the file. Nothing large is taken for what is refused. */
static void expect_refused(const bad *b, size_t size) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source source = {.n_classes = -3};
    ag_error err = {0};
    const ag_status wanted = b->status ? b->status : AG_DATA;
    const ag_status status = source_of(b->params, &arena, &source, &err);
    CHECK(status == wanted, "%s: status %d, must be %d", b->what, (int)status, (int)wanted);
    CHECK(strcmp(err.where, b->where) == 0, "%s: at '%s', must be '%s'", b->what, err.where,
          b->where);
    CHECK(strcmp(err.text, b->text) == 0, "%s: '%s', must be '%s'", b->what, err.text, b->text);
    CHECK(source.n_classes == -3, "%s: half made", b->what);
    CHECK(arena.peak < 100000 + 100 * size, "%s: %zu bytes for a file of %zu", b->what, arena.peak,
          size);
    ag_arena_close(&arena);
}

static void test_bad(void) {
    static const char zero[] = "x,y\n1,\0\n";
    for (int i = 0; i < AG_COUNT(bads); i++) {
        const bool literal = bads[i].file;
        const size_t n = literal ? strlen(bads[i].file) : sizeof zero - 1;
        put_bytes("t.csv", literal ? bads[i].file : zero, n);
        expect_refused(&bads[i], n);
    }
}

/* Sizes that no table has. */
static void test_absurd(void) {
    const size_t n = 1 << 20;
    char *bytes = malloc(n + 1);
    CHECK(bytes, "memory");
    if (!bytes) return;
    memset(bytes, 'a', n);
    put_bytes("t.csv", bytes, n);
    expect_refused(&(bad){"a line of 1 MB", "target: y", "", "t.csv:1:1",
                          "a cell of 1048576 bytes, must be at most 65535: a quote too many before "
                          "it, or another separator?",
                          0},
                   n);
    memset(bytes, ',', n);
    put_bytes("t.csv", bytes, n);
    expect_refused(&(bad){"a million columns", "target: y", "", "t.csv:1:100001",
                          "more than 100000 columns", 0},
                   n);
    free(bytes);
}

/* --- two files, packing, places ------------------------------------------------- */

static void test_test_path(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source source = {0};
    ag_error err = {0};
    static const char params[] = "target: y, test_path: u.csv";
    put("t.csv", "c,x,y\nred,1,a\nblue,2,b\n");
    put("u.csv", "c,x,y\nblue,3,b\n");
    CHECK(source_of(params, &arena, &source, &err) == AG_OK, "%s", err.text);
    CHECK(source.train.n == 2 && source.test.n == 1, "%zu", source.test.n);
    CHECK(source.test.x[0] == 1 && source.test.x[1] == 0 && source.test.x[2] == 3 &&
              source.test.label[0] == 1,
          "codes of the training file");
    put("t.csv", "c,x,y\nred,1,2\nblue,2,10\nred,1,2\nblue,2,10\n");
    put("u.csv", "c,x,y\nblue,3,10.0\n");
    CHECK(source_of(params, &arena, &source, &err) == AG_OK, "%s", err.text);
    CHECK(source.test.n == 1 && source.test.label[0] == 1, "10.0 is 10");
    put("t.csv", "c,x,y\nred,1,a\nblue,2,b\n");
    static const struct {
        const char *file, *where, *text;
    } wrong[] = {
        {"c,x,y\ngreen,3,b\n", "u.csv:2:1", "'c' is 'green' here, which is nowhere in t.csv"},
        {"c,x,y\nred,3,c\n", "u.csv:2:7", "'y' is 'c' here, which is nowhere in t.csv"},
        {"c,x,y\nred,three,b\n", "u.csv:2:5",
         "'x' is no finite decimal number here, as in the training file"},
        {"c,x,y\nred,,b\n", "u.csv:2:5", "'x' is without a value here"},
        {"c,x,y\n?,1,b\n", "u.csv:2:1",
         "'c' is without a value here, which the training file never is"},
        {"c,z,y\nred,3,b\n", "", "column 2 of u.csv is 'z', must be 'x' as in t.csv"},
        {"c,y\nred,b\n", "", "u.csv has 2 columns, must have 3 as t.csv"},
    };
    for (int i = 0; i < AG_COUNT(wrong); i++) {
        put("u.csv", wrong[i].file);
        CHECK(source_of(params, &arena, &source, &err) == AG_DATA, "%d", i);
        CHECK(strcmp(err.where, wrong[i].where) == 0 && strcmp(err.text, wrong[i].text) == 0,
              "%d: %s: %s", i, err.where, err.text);
    }
    static const char dropped[] = "target: y, test_path: u.csv, missing: drop";
    put("u.csv", "c,x,y\nred,,b\n");
    CHECK(source_of(dropped, &arena, &source, &err) == AG_DATA &&
              strcmp(err.text, "u.csv has no row without a missing value") == 0,
          "%s", err.text);
    put("u.csv", "c,x,y\nred,,b\nred,3,b\n");
    source = (ag_source){0};
    CHECK(source_of(dropped, &arena, &source, &err) == AG_OK, "%s", err.text);
    CHECK(source.note &&
              strcmp(source.note, "1 of 2 rows of the test file dropped for missing values") == 0,
          "%s", source.note);
    ag_arena_close(&arena);
}

/* A header so wide that looking for each name from its beginning would take a minute. */
static void test_wide(void) {
    enum { COLUMNS = 60000, ROOM = COLUMNS * 24 };
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source source = {0};
    ag_error err = {0};
    char *text = malloc(ROOM);
    size_t n = 0;
    CHECK(text, "memory");
    if (!text) return;
    for (int c = 0; c < COLUMNS; c++)
        n += (size_t)snprintf(text + n, ROOM - n, "%sfeature%d", c ? "," : "", c);
    for (int row = 0; row < 2; row++)
        for (int c = 0; c < COLUMNS; c++)
            n += (size_t)snprintf(text + n, ROOM - n, "%s%d", c ? "," : "\n", row + c % 7);
    put_bytes("t.csv", text, n);
    const clock_t begun = clock();
    CHECK(source_of("target: feature0, task: regression", &arena, &source, &err) == AG_OK, "%s",
          err.text);
    CHECK(clock() - begun < 5 * CLOCKS_PER_SEC, "%g s", (double)(clock() - begun) / CLOCKS_PER_SEC);
    free(text);
    ag_arena_close(&arena);
}

/* What double or float cannot hold becomes neither 0 nor NaN. */
static void test_ranges(void) {
    static const struct {
        const char *params, *file, *text; /* NULL: fine */
    } cases[] = {
        {"target: y", "x,y\n1e-200,a\n2e-200,b\n3e-200,a\n4e-200,b\n",
         "feature 1 reaches from 1e-200 to 4e-200: their squares are beyond double, so it cannot "
         "be standardized; write it in another unit"},
        {"target: y", "x,y\n1e300,a\n-1e300,b\n3,a\n4,b\n",
         "feature 1 reaches from -1e+300 to 1e+300: their squares are beyond double, so it cannot "
         "be standardized; write it in another unit"},
        {"target: y, standardize: none", "x,z,y\n1,1e39,a\n2,1,b\n3,2,a\n4,3,b\n",
         "feature 2 is 1e+39 in an example, which as used is beyond float's largest number; write "
         "it in another unit"},
        {"target: y", "x,y\n1,1e200\n2,-1e200\n3,2.5\n4,3.5\n",
         "target 1 reaches from -1e+200 to 1e+200: their squares are beyond double, so it cannot "
         "be standardized; write it in another unit"},
        {"target: y", "x,y\n1,1.5\n2,1.5\n3,1.5\n4,1.5\n",
         "the target is the same in all 4 training examples: there is nothing to predict"},
        {"target: \"y, z\"", "x,y,z\n1,1.5,1\n2,1.5,2\n3,1.5,3\n4,1.5,4\n", NULL},
        {"target: y", "x,y\n1e39,a\n2e39,b\n3e39,a\n4e39,b\n", NULL},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        char params[96];
        snprintf(params, sizeof params, "%s, test: 0, validation: 0", cases[i].params);
        const ag_choice choice = chosen(params, &arena);
        ag_data data = {0};
        ag_error err = {0};
        put("t.csv", cases[i].file);
        const ag_status status = ag_dataset_open(&choice, &arena, &data, &err);
        CHECK(status == (cases[i].text ? AG_DATA : AG_OK), "%d: %s", i, err.text);
        if (cases[i].text) CHECK(strcmp(err.text, cases[i].text) == 0, "%d: %s", i, err.text);
        ag_arena_close(&arena);
    }
}

/* A class of one row is trained on, whatever its share of what is held out. */
static void test_lonely_class(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    char text[256] = "x,y\n0,c\n1,d\n"; /* and 10 of a, 10 of b: 0.2 leaves no remainder there */
    for (int i = 0; i < 20; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d,%c\n", i, i < 10 ? 'a' : 'b');
    put("t.csv", text);
    const ag_choice choice = chosen("target: y, test: 0.25, validation: 0.25", &arena);
    ag_data data = {0};
    CHECK(ag_dataset_open(&choice, &arena, &data, &err) == AG_OK, "%s", err.text);
    int n[4] = {0};
    for (size_t i = 0; i < data.train.n; i++)
        n[data.train.label[i]]++;
    CHECK(data.test.n == 6 && data.validation.n == 4 && n[0] == 5 && n[1] == 5 && n[2] == 1 &&
              n[3] == 1,
          "%d %d %d %d", n[0], n[1], n[2], n[3]);
    const ag_choice most = chosen("target: y, test: 20, validation: 0", &arena);
    CHECK(ag_dataset_open(&most, &arena, &data, &err) == AG_OK && data.test.n == 20, "%s",
          err.text);
    ag_arena_close(&arena);
}

static void test_packed(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source source = {0};
    ag_error err = {0};
    gzFile packed = gzopen("t.csv", "wb");
    gzputs(packed, "x,y\n1,0.5\n2,1.5\n");
    gzclose(packed);
    CHECK(source_of("target: y", &arena, &source, &err) == AG_OK, "%s", err.text);
    CHECK(source.train.n == 2 && source.train.target[1] == 1.5, "unpacked");
    ag_arena_close(&arena);
}

/* The experiment file's folder first, then the current one, then ACTGRID_DATA. */
static void test_places(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_choice choice = chosen("target: y", &arena);
    ag_error err = {0};
    ag_data_outline outline;
    unlink("t.csv");
    mkdir("data", 0700);
    mkdir("exp", 0700);
    setenv("ACTGRID_DATA", "none:data", 1);
    choice.file = "exp/my.yaml";
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_DATA, "no file");
    CHECK(strcmp(err.text, "t.csv of csv is no file; looked in exp, ., none, data") == 0, "%s",
          err.text);
    static const struct {
        const char *path, *file;
        size_t n_train;
    } steps[] = {{"data/t.csv", "x,y\n1,0.5\n2,1.5\n", 2},
                 {"t.csv", "x,y\n1,0.5\n2,1.5\n3,2.5\n", 3},
                 {"exp/t.csv", "x,y\n1,0.5\n2,1.5\n3,2.5\n4,3.5\n", 4}};
    choice.number[ag_element_param(choice.element, "test")] = 0;
    choice.number[ag_element_param(choice.element, "validation")] = 0;
    for (int i = 0; i < AG_COUNT(steps); i++) {
        put(steps[i].path, steps[i].file);
        CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_OK, "%s", err.text);
        CHECK(outline.n_train == steps[i].n_train, "%s is not first", steps[i].path);
    }
    unsetenv("ACTGRID_DATA");
    static const char *const left[] = {"data/t.csv", "exp/t.csv", "data", "exp"};
    for (int i = 0; i < AG_COUNT(left); i++)
        remove(left[i]);
    ag_arena_close(&arena);
}

/* 40 rows: y is i + 0.5, x is i * i, and nothing in every fourth row. */
static void put_gaps(const char *name) {
    char text[1024] = "x,y\n";
    for (int i = 0; i < 40; i++) {
        const size_t n = strlen(text);
        if (i % 4 == 1)
            snprintf(text + n, sizeof text - n, ",%d.5\n", i);
        else
            snprintf(text + n, sizeof text - n, "%d,%d.5\n", i * i, i);
    }
    put(name, text);
}

/* The part's filled values are `mean`; returns how many there are. */
static size_t check_filled(const ag_examples *part, float mean) {
    size_t n = 0;
    for (size_t i = 0; i < part->n; i++) {
        const int row = (int)part->target[i];
        const bool gap = row % 4 == 1;
        const float want = gap ? mean : (float)(row * row);
        CHECK(part->x[i] == want, "row %d is %g, must be %g", row, (double)part->x[i],
              (double)want);
        n += gap;
    }
    return n;
}

/* Means are of the training examples, whatever the others hold. */
static void test_no_leak(void) {
    static const char *const splits[] = {"test: 10, validation: 10",
                                         "test_path: u.csv, validation: 10"};
    put_gaps("t.csv");
    put_gaps("u.csv");
    for (int k = 0; k < AG_COUNT(splits); k++) {
        char params[160];
        snprintf(params, sizeof params,
                 "target: y, missing: mean, standardize: none, standardize_target: false, %s",
                 splits[k]);
        ag_arena arena = AG_ARENA_EMPTY;
        const ag_choice choice = chosen(params, &arena);
        ag_error err = {0};
        ag_data data = {0};
        CHECK(ag_dataset_open(&choice, &arena, &data, &err) == AG_OK, "%s", err.text);
        double sum = 0;
        size_t n = 0;
        for (size_t i = 0; i < data.train.n; i++) {
            const int row = (int)data.train.target[i];
            if (row % 4 == 1) continue;
            sum += row * row;
            n++;
        }
        const float mean = (float)(sum / (double)n);
        CHECK(check_filled(&data.train, mean) && check_filled(&data.validation, mean) &&
                  check_filled(&data.test, mean),
              "a part without gaps tests nothing");
        ag_arena_close(&arena);
    }
}

/* The one value may be held out: then there is no mean. */
static void test_no_mean(void) {
    int n_refused = 0;
    for (int k = 0; k < 4; k++) {
        char text[64] = "x,z,y\n";
        for (int i = 0; i < 4; i++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s,%d,%d.5\n",
                     i == k ? "7" : "", i, i);
        put("t.csv", text);
        ag_arena arena = AG_ARENA_EMPTY;
        const ag_choice choice = chosen("target: y, missing: mean, test: 1, validation: 0", &arena);
        ag_error err = {0};
        ag_data data;
        if (ag_dataset_open(&choice, &arena, &data, &err) != AG_OK) {
            n_refused++;
            CHECK(strcmp(err.text,
                         "feature 1 has no value in any of the 3 training examples: there "
                         "is no mean to fill in; ignore its column") == 0,
                  "%s", err.text);
        }
        ag_arena_close(&arena);
    }
    CHECK(n_refused == 1, "%d refused", n_refused);
}

static void test_home(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_choice choice = chosen("target: y", &arena);
    ag_data_outline outline;
    ag_error err = {0};
    put("t.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n");
    setenv("HOME", root, 1);
    choice.text[ag_element_param(choice.element, "path")] = "~/t.csv";
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_OK, "%s", err.text);
    choice.text[ag_element_param(choice.element, "path")] = "~/u/t.csv";
    CHECK(ag_dataset_outline(&choice, &outline, &err) == AG_DATA &&
              strcmp(err.text, "~/u/t.csv of csv is no file") == 0,
          "%s", err.text);
    ag_arena_close(&arena);
}

/* The k-th allocation fails, for every k. */
static void test_no_memory(void) {
    put("t.csv", "c,x,y\nred,1,a\nblue,,b\n?,3,a\nred,4,b\n");
    ag_arena names = AG_ARENA_EMPTY;
    const ag_choice choice = chosen("target: y, missing: mean, test: 1, validation: 1", &names);
    ag_status status = AG_NOMEM;
    for (long k = 0; k < 300 && status != AG_OK; k++) {
        ag_arena arena = {.fail_after = k};
        ag_data data = {.n_classes = -3};
        ag_error err = {0};
        status = ag_dataset_open(&choice, &arena, &data, &err);
        CHECK(status == AG_NOMEM || status == AG_OK, "allocation %ld: %s", k, err.text);
        CHECK(status == AG_OK || (data.n_classes == -3 && arena.taken == 0), "allocation %ld", k);
        ag_arena_close(&arena);
    }
    CHECK(status == AG_OK, "never enough");
    ag_arena_close(&names);
}

/* What is decided for the user is said. */
static void test_notes(void) {
    static const struct {
        const char *params, *file, *note; /* NULL: nothing to say */
    } cases[] = {
        {"target: y", "x,y\n1,a\n2,b\n", NULL},
        {"target: y, task: regression", "x,y\n1,1\n2,2\n", NULL},
        {"target: y", "x,y\n1,1\n2,2\n3,1\n4,2\n",
         "taken for classification: 'y' has 2 different whole numbers in 4 rows; 'task: "
         "regression' would make it the other"},
        {"target: y, missing: drop", "x,y\n1,1\n2,2\n3,1\n?,2\n",
         "taken for regression: 'y' has 2 different whole numbers in 3 rows; 'task: "
         "classification' would make it the other; 1 of 4 rows dropped for missing values"},
        {"target: y, missing: mean", "x,z,y\n1,,a\n,2,b\n", "2 missing values filled in"},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_source source = {0};
        ag_error err = {0};
        put("t.csv", cases[i].file);
        CHECK(source_of(cases[i].params, &arena, &source, &err) == AG_OK, "%s", err.text);
        CHECK(!source.note == !cases[i].note &&
                  (!source.note || strcmp(source.note, cases[i].note) == 0),
              "%d: %s", i, source.note ? source.note : "nothing");
        ag_arena_close(&arena);
    }
}

int main(void) {
    unsetenv("ACTGRID_DATA");
    CHECK(mkdtemp(root) && chdir(root) == 0, "a temporary folder");
    test_good();
    test_bad();
    test_absurd();
    test_test_path();
    test_wide();
    test_ranges();
    test_lonely_class();
    test_packed();
    test_places();
    test_no_leak();
    test_no_mean();
    test_home();
    test_notes();
    test_no_memory();
    remove("t.csv");
    remove("u.csv");
    CHECK(chdir("/") == 0 && rmdir(root) == 0, "%s is left", root);
    return check_report();
}
