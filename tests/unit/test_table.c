/* Printed tables, exactly. */
#include "check.h"
#include "harness/base/glyph.h"
#include "results/store/print/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char printed[4096];

static const char *print(const ag_table *table, ag_format format) {
    ag_error err = {0};
    FILE *out = tmpfile();
    if (!out) exit(3);
    CHECK(ag_table_print(out, table, format, &err) == AG_OK, "%s", err.text);
    rewind(out);
    printed[fread(printed, 1, sizeof printed - 1, out)] = '\0';
    fclose(out);
    return printed;
}

#define PRINTS(table, format, want)                                                                \
    CHECK(strcmp(print(table, format), want) == 0, "\n%s\nnot\n%s", printed, want)

static const char *const columns[] = {"name", "x"};
static const bool numeric[] = {false, true};
static const char *const cells[] = {"relu",
                                    "0.5",
                                    "a,\"b\"\n|\x1b[31m",
                                    "-12",
                                    NULL,
                                    NULL,
                                    "",
                                    "inf",
                                    "gr\xc3\xb6\xc3\x9f"
                                    "e",
                                    "1e-05",
                                    "\xff\xe2\x80\xae",
                                    "-inf"};
static const ag_table table = {2, columns, 6, cells, numeric};

static void test_formats(void) {
    PRINTS(&table, AG_FORMAT_TABLE,
           "name                  x\n"
           "----------------  -----\n"
           "relu                0.5\n"
           "a,\"b\"\\n|\\x1b[31m    -12\n"
           "-                     -\n"
           "                    inf\n"
           "gr\xc3\xb6\xc3\x9f"
           "e             1e-05\n"
           "\\xff\\u202e         -inf\n");
    PRINTS(&table, AG_FORMAT_CSV,
           "name,x\n"
           "relu,0.5\n"
           "\"a,\"\"b\"\"\n|\x1b[31m\",-12\n"
           ",\n"
           "\"\",inf\n"
           "gr\xc3\xb6\xc3\x9f"
           "e,1e-05\n"
           "\xff\xe2\x80\xae,-inf\n");
    PRINTS(&table, AG_FORMAT_JSONL,
           "{\"name\": \"relu\", \"x\": 0.5}\n"
           "{\"name\": \"a,\\\"b\\\"\\n|\\u001b[31m\", \"x\": -12}\n"
           "{\"name\": null, \"x\": null}\n"
           "{\"name\": \"\", \"x\": 1e999}\n"
           "{\"name\": \"gr\xc3\xb6\xc3\x9f"
           "e\", \"x\": 1e-05}\n"
           "{\"name\": \"\\ufffd\\u202e\", \"x\": -1e999}\n");
    PRINTS(&table, AG_FORMAT_MD,
           "| name | x |\n"
           "| --- | ---: |\n"
           "| relu | 0.5 |\n"
           "| a,\"b\"\\n\\|\\x1b\\[31m | -12 |\n"
           "| - | - |\n"
           "|  | inf |\n"
           "| gr\xc3\xb6\xc3\x9f"
           "e | 1e-05 |\n"
           "| \\xff\\u202e | -inf |\n");
}

static void test_json_array(void) {
    const ag_table two = {2, columns, 2, cells, numeric}, none = {2, columns, 0, NULL, numeric};
    PRINTS(&two, AG_FORMAT_JSON,
           "[\n {\"name\": \"relu\", \"x\": 0.5},\n"
           " {\"name\": \"a,\\\"b\\\"\\n|\\u001b[31m\", \"x\": -12}\n]\n");
    PRINTS(&none, AG_FORMAT_JSON, "[]\n");
    PRINTS(&none, AG_FORMAT_CSV, "name,x\n");
    PRINTS(&none, AG_FORMAT_TABLE, "name  x\n----  -\n");
}

static void test_rounding(void) {
    static const char *const names[] = {"x", "text"};
    static const bool is_number[] = {true, false};
    static const char *const reals[] = {"0.58333333333333337",
                                        "0.58333333333333337",
                                        "1792147.3333333333",
                                        "1e-05",
                                        "-1.2345678901234567e-300",
                                        "x",
                                        "123456789012345678",
                                        "1e+300",
                                        NULL,
                                        "-0.1",
                                        "0.1",
                                        "inf"};
    const ag_table t = {2, names, 6, reals, is_number};
    PRINTS(&t, AG_FORMAT_TABLE,
           "                 x  text\n"
           "------------------  -------------------\n"
           "          0.583333  0.58333333333333337\n"
           "           1792147  1e-05\n"
           "     -1.23457e-300  x\n"
           "123456789012345678  1e+300\n"
           "                 -  -0.1\n"
           "               0.1  inf\n");
    CHECK(strstr(print(&t, AG_FORMAT_MD), "| 0.583333 | 0.58333333333333337 |"), "%s", printed);
    CHECK(strstr(print(&t, AG_FORMAT_CSV), "0.58333333333333337,0.583"), "%s", printed);
    CHECK(strstr(print(&t, AG_FORMAT_JSON), "\"x\": 0.58333333333333337"), "%s", printed);
}

static void test_long_text(void) {
    static char text[201];
    static const char *const names[] = {"a", "b"};
    static const bool is_number[] = {false, false};
    memset(text, 'x', 200);
    const char *both[] = {text, "y"};
    const ag_table two = {2, names, 1, both, is_number}, one = {1, names, 1, both, is_number};
    const char *line = strstr(print(&two, AG_FORMAT_TABLE), "x");
    CHECK(line && strspn(line, "x") == 97 && strcmp(line + 97, "...  y\n") == 0, "%s", printed);
    CHECK(strstr(print(&one, AG_FORMAT_TABLE), text), "alone, a text is never cut");
    CHECK(strstr(print(&two, AG_FORMAT_MD), text) && strstr(print(&two, AG_FORMAT_CSV), text),
          "nor in the other formats");
    FILE *out = tmpfile();
    ag_error err = {0};
    if (!out) exit(3);
    CHECK(ag_table_print_list(out, &two, &err) == AG_OK && ftell(out) == 200 + 2 + 1 + 1,
          "nor in a list of labels and values: %ld bytes", ftell(out));
    fclose(out);
}

static void test_full_disk(void) {
    FILE *full = fopen("/dev/full", "w");
    ag_error err = {0};
    if (!full) {
        printf("skipped: a full disk (no /dev/full)\n");
        return;
    }
    CHECK(ag_table_print(full, &table, AG_FORMAT_CSV, &err) == AG_IO, "noticed");
    CHECK(strstr(err.text, "No space left"), "%s", err.text);
    fclose(full);
}

static void test_glyphs(void) {
    static const struct {
        const char *text;
        int bytes, width;
        bool valid, visible;
    } of[] = {
        {"a", 1, 1, true, true},
        {"\xc3\xa9", 2, 1, true, true},         /* e with acute */
        {"\xe4\xb8\xad", 3, 2, true, true},     /* a wide character */
        {"\xcc\x81", 2, 0, true, true},         /* combining acute */
        {"\xf0\x9f\x98\x80", 4, 2, true, true}, /* an emoji */
        {"\x1b", 1, 1, true, false},
        {"\xc2\x9b", 2, 1, true, false},          /* the one-character form of ESC [ */
        {"\xe2\x80\xae", 3, 1, true, false},      /* right-to-left override */
        {"\xc0\xaf", 1, 0, false, false},         /* overlong */
        {"\xed\xa0\x80", 1, 0, false, false},     /* surrogate */
        {"\xf4\x90\x80\x80", 1, 0, false, false}, /* above U+10FFFF */
        {"\xe4\xb8", 1, 0, false, false},         /* cut off */
    };
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        const ag_glyph g = ag_glyph_read(of[i].text, strlen(of[i].text));
        CHECK(g.bytes == of[i].bytes && g.valid == of[i].valid && g.visible == of[i].visible &&
                  (!g.visible || g.width == of[i].width),
              "case %zu: %d bytes, width %d", i, g.bytes, g.width);
    }
}

/* Character by character to the end of the text, and not a byte behind it. */
static void test_glyphs_of_a_text(void) {
    static const struct {
        const char *shown;
        int width;
    } of[] = {{"a", 1},     {"\xe4\xb8\xad", 2}, {"\\n", 2}, {"\xf0\x9f\x98\x80", 2},
              {"\\xe4", 4}, {"\\xb8", 4}};
    const char *text = "a\xe4\xb8\xad\n\xf0\x9f\x98\x80\xe4\xb8", *end = text + strlen(text);
    char shown[AG_GLYPH_SHOWN];
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        const int width = ag_glyph_show_next(&text, shown);
        CHECK(width == of[i].width && strcmp(shown, of[i].shown) == 0, "%zu: '%s', %d columns", i,
              shown, width);
    }
    CHECK(text == end, "%td bytes are left", end - text);
}

/* What a new file was given in advance and did not need is given back. */
static void test_new_file(void) {
    enum { PIECES = 1500, PIECE = 5000 };
    static char piece[PIECE];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_output output;
    FILE *out = tmpfile();
    if (!out || !ag_output_begin(&output, out, &arena)) exit(3);
    output.new_file = true;
    for (int i = 0; i < PIECES; i++) {
        memset(piece, 'a' + i % 26, PIECE);
        ag_output_text(&output, piece, PIECE);
    }
    CHECK(ag_output_end(&output, &err) == AG_OK, "%s", err.text);
    struct stat file;
    CHECK(fstat(fileno(out), &file) == 0 && file.st_size == (off_t)PIECES * PIECE, "%lld bytes",
          (long long)file.st_size);
    CHECK((double)file.st_blocks * 512 < 1.1 * PIECES * PIECE, "%lld blocks",
          (long long)file.st_blocks);
    rewind(out);
    for (int i = 0; i < PIECES; i++) {
        const size_t n = fread(piece, 1, PIECE, out);
        CHECK(n == PIECE && piece[0] == 'a' + i % 26 && piece[PIECE - 1] == piece[0], "piece %d",
              i);
    }
    fclose(out);
    ag_arena_close(&arena);
}

/* JSON of it is read back as it was, and on a terminal it commands nothing: above U+FFFF, too. */
static void test_json_hidden(void) {
    FILE *out = tmpfile();
    char said[64] = "";
    ag_print_json_text(out, "a\t\xe2\x80\xae\xf3\xa0\x81\x81\xf0\x9f\x98\x80", 13);
    rewind(out);
    CHECK(fgets(said, sizeof said, out) != NULL, "nothing");
    CHECK(strcmp(said, "\"a\\u0009\\u202e\\udb40\\udc41\xf0\x9f\x98\x80\"") == 0, "'%s'", said);
    fclose(out);
}

int main(void) {
    test_formats();
    test_json_array();
    test_json_hidden();
    test_rounding();
    test_long_text();
    test_full_disk();
    test_glyphs();
    test_glyphs_of_a_text();
    test_new_file();
    return check_report();
}
