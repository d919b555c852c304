/* Documents, sequences, choices and fields by hand; then every file in
 * tests/cases/config, whose first lines say what must happen:
 *
 *     # expect: 3:9: epochs is 0, must be 1 to 100000
 *     # expect: ok 24 trials
 *     # override: model.depth=2,4       (any number of these)
 *     # note: 9:5: this rule of 'exclude' matches nothing
 *     # not noted: claims: one seed decides nothing; 5 or more do
 *
 * Each file is read again with every allocation failing. To add a case, add a file. */
#include "check.h"

#include "harness/config/choice.h"
#include "harness/config/sequence.h"
#include "harness/config/writer.h"
#include "harness/plan/plan.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* "2:9: epochs is 0, ..." without the file's name. */
static const char *message(const ag_error *err, const char *file) {
    static char text[sizeof err->where + sizeof err->text + 4];
    const size_t n = strlen(file);
    const bool own = strncmp(err->where, file, n) == 0 && err->where[n] == ':';
    snprintf(text, sizeof text, "%s%s%s", err->where + (own ? n + 1 : 0), err->where[0] ? ": " : "",
             err->text);
    return text;
}

/* --- documents ------------------------------------------------------------ */

/* The document as JSON, or the message of the error. */
static const char *as_json(ag_arena *arena, const char *yaml, size_t n) {
    const ag_node *root;
    ag_error err = {0};
    if (ag_document_parse(arena, "f", yaml, n, &root, &err)) return message(&err, "f");
    ag_writer w = AG_WRITER(arena);
    ag_write_node(&w, root);
    return w.text;
}

static void check_document(const char *yaml, const char *want) {
    ag_arena arena = AG_ARENA_EMPTY;
    const char *got = as_json(&arena, yaml, strlen(yaml));
    CHECK(strcmp(got, want) == 0, "%s\n    expected %s\n    got      %s", yaml, want, got);
    ag_arena_close(&arena);
}

static void test_documents(void) {
    check_document("a: 1\nb: [x, 'true', true, 1e-3, \"7\", ~]\n",
                   "{\"a\":1,\"b\":[\"x\",\"true\",true,0.001,\"7\",null]}");
    check_document("{a: range(2, 8,2), b: f(g(1,2),3), c: [h(1,2), range(0,2)]}",
                   "{\"a\":[2,4,6],\"b\":\"f(g(1,2),3)\",\"c\":[\"h(1,2)\",0,1]}");
    check_document("[range(1,2]", "1:2: the ( in 'range(1,2' is not closed");
    check_document("{a: f(1, b: 2}", "1:5: the ( in 'f(1' is not closed");
    check_document("text: |\n  two\n  lines \"\\\n", "{\"text\":\"two\\nlines \\\"\\\\\\n\"}");
    check_document("x: \"\\e[31m\"", "1:4: a control character (0x1b) inside the text");
    check_document("x: \"\\t\\u202e\"", "{\"x\":\"\\t\xe2\x80\xae\"}");
    check_document("a: &l [1, 2]\nb: *l\n", "{\"a\":[1,2],\"b\":[1,2]}");
    check_document("a: &m {x: 1, y: 2}\nb: {<<: *m, y: 3}\n",
                   "{\"a\":{\"x\":1,\"y\":2},\"b\":{\"y\":3,\"x\":1}}");
    check_document("- &p {x: 1}\n- &q {x: 2, z: 3}\n- {<<: [*p, *q]}\n",
                   "[{\"x\":1},{\"x\":2,\"z\":3},{\"x\":1,\"z\":3}]");
    check_document("a: {'<<': 1}\n", "{\"a\":{\"<<\":1}}");
    check_document("a: {<<: 1}\n", "1:9: only a map can be merged with <<");
    check_document("a: *x\n", "1:4: *x: there is no &x above it");
    check_document("a: &x [*x]\n", "1:8: *x stands inside itself");
    check_document("a: 1\nb: 2\na: 3\n", "3:1: 'a' is given twice");
    check_document("a: !!int 5\n", "1:4: tags (tag:yaml.org,2002:int) are not used here");
    check_document("a: 1\n---\nb: 1\n", "2:1: a second document starts here");
    check_document("", "1:1: there is nothing here");
    check_document("{[a]: 1}", "1:2: a key must be a plain word");
    check_document("a: [1, 2\n", "2:1: not YAML: did not find expected ',' or ']'");
    check_document("a: \xff", "1:4: byte 0xff is not UTF-8 text");
    check_document("\xc3\xa4: \xed\xa0\x80", "1:4: byte 0xed is not UTF-8 text");
    check_document("a: 1\nb: \x01", "2:4: a control character (0x01) inside the text");
    check_document("\xef\xbb\xbf"
                   "a: 1",
                   "{\"a\":1}");
}

static void test_document_limits(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    CHECK(strcmp(as_json(&arena, "a: \0b", 5), "1:4: a zero byte inside the text") == 0, "zero");

    static char big[AG_DOCUMENT_BYTES_MAX + 1];
    memset(big, ' ', sizeof big);
    CHECK(strstr(as_json(&arena, big, sizeof big), "has 1048577 bytes, the limit is 1048576") != 0,
          "size");
    memset(big, '[', 40);
    CHECK(strcmp(as_json(&arena, big, 40), "1:33: more than 32 levels deep") == 0, "depth");

    /* Nine anchors, each nine times the one before: 9^8 values. */
    ag_writer w = AG_WRITER(&arena);
    ag_write(&w, "a0: &a0 x\n");
    for (int i = 1; i < 9; i++) {
        ag_write_format(&w, "a%d: &a%d [", i, i);
        for (int k = 0; k < 9; k++)
            ag_write_format(&w, "*a%d,", i - 1);
        ag_write(&w, "]\n");
    }
    const char *laughs = as_json(&arena, w.text, w.n);
    CHECK(strstr(laughs, "more than 100000 values, with aliases expanded") != 0, "%s", laughs);
    CHECK(strncmp(laughs, "7:", 2) == 0, "place of the bomb: %s", laughs);

    /* Each alias is small; together they would be deep. */
    w = AG_WRITER(&arena);
    ag_write(&w, "a0: &a0 x\n");
    for (int i = 1; i < 40; i++)
        ag_write_format(&w, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    CHECK(strstr(as_json(&arena, w.text, w.n), "more than 32 levels deep") != 0, "alias depth");

    w = AG_WRITER(&arena);
    for (int i = 0; i < 1001; i++)
        ag_write_format(&w, "k%d: 1\n", i);
    CHECK(strstr(as_json(&arena, w.text, w.n), "more than 1000 keys") != 0, "keys");
    ag_arena_close(&arena);
}

/* --- sequences ------------------------------------------------------------- */

static void check_sequence(const char *yaml, const char *want) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_node *root, *list;
    ag_error err = {0};
    ag_writer w = AG_WRITER(&arena);
    if (ag_document_parse(&arena, "f", yaml, strlen(yaml), &root, &err) ||
        ag_sequence_read(&arena, root, "k", &list, &err))
        ag_write(&w, message(&err, "f"));
    else
        ag_write_node(&w, list);
    CHECK(strcmp(w.text, want) == 0, "%s\n    expected %s\n    got      %s", yaml, want, w.text);
    ag_arena_close(&arena);
}

static void test_sequences(void) {
    check_sequence("range(2,9,2)", "[2,4,6,8]");
    check_sequence("range(0, 3)", "[0,1,2]");
    check_sequence("range(3,0,-1)", "[3,2,1]");
    check_sequence("range(0,1,0.1)", "[0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9]");
    check_sequence("linspace(0,1,5)", "[0,0.25,0.5,0.75,1]");
    check_sequence("logspace(1e-4,1e-1,4)", "[0.0001,0.001,0.01,0.1]");
    check_sequence("logspace(1e-3,1e-1,3)", "[0.001,0.01,0.1]");
    check_sequence("logspace(1e-4, 1e-1, 7)", /* 10^(k/2), 12 digits */
                   "[0.0001,0.000316227766017,0.001,0.00316227766017,0.01,0.0316227766017,0.1]");
    check_sequence("[1, range(2,5), x, logspace(10,1000,3)]", "[1,2,3,4,\"x\",10,100,1000]");
    check_sequence("relu", "[\"relu\"]");
    check_sequence("'range(1,3)'", "[\"range(1,3)\"]");
    check_sequence("[]", "1:1: k is an empty list: nothing to choose from");
    check_sequence("range(2)",
                   "1:1: k is 'range(2)', must be range(first, end[, step]) with numbers");
    check_sequence("range(1,x)",
                   "1:1: k is 'range(1,x)', must be range(first, end[, step]) with numbers");
    check_sequence("range(1,5",
                   "1:1: k is 'range(1,5', must be range(first, end[, step]) with numbers");
    check_sequence("range(5,1)", "1:1: k is 'range(5,1)': there is no number in it");
    check_sequence("range(1,5,0)", "1:1: k is 'range(1,5,0)': the step is 0");
    check_sequence("range(-1e308,1e308)", "1:1: k has inf values, the limit is 100000");
    check_sequence("range(0,1000000)", "1:1: k has 1000000 values, the limit is 100000");
    check_sequence("logspace(0,1,3)", "1:1: k is 'logspace(0,1,3)': both ends must be above 0");
    check_sequence("linspace(0,1,1)",
                   "1:1: k is 'linspace(0,1,1)': the third number must be whole and 2 or more");
}

/* --- choices ---------------------------------------------------------------- */

static const char *const shapes_words[] = {"round", "square", NULL};
static const ag_param tool_params[] = {
    {.name = "alpha", .kind = AG_PARAM_REAL, .standard = 1, .min = 0, .max = 100},
    {.name = "count", .kind = AG_PARAM_INT, .standard = 3, .min = 1, .max = 1e6},
    {.name = "fast", .kind = AG_PARAM_FLAG, .standard = 0},
    {.name = "shape", .kind = AG_PARAM_WORD, .standard = 1, .words = shapes_words},
    {.name = "path", .kind = AG_PARAM_TEXT, .meaning = "where it lies"},
    {.name = "edge", .kind = AG_PARAM_REAL, .standard = 2, .max = 9, .later = true},
};
static const char *const tool_aliases[] = {"saw", NULL};
static const ag_element hammer = {.name = "hammer"};
static const ag_element tool = {.name = "tool",
                                .aliases = tool_aliases,
                                .params = tool_params,
                                .n_params = AG_COUNT(tool_params)};
static const ag_element *const tools[] = {&hammer, &tool};
static const ag_catalogue catalogue = {"tool", "tools", .items = tools, .n_items = AG_COUNT(tools)};

static void check_choice_of(const ag_catalogue *tools_or_stacks, const char *yaml, const char *want,
                            const char *want_label) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_node *root;
    ag_error err = {0};
    ag_choice choice;
    ag_writer w = AG_WRITER(&arena), label = AG_WRITER(&arena);
    if (ag_document_parse(&arena, "f", yaml, strlen(yaml), &root, &err) ||
        ag_choice_read(&arena, root, tools_or_stacks, "name", "key", &choice, &err)) {
        ag_write(&w, message(&err, "f"));
    } else {
        ag_write_choice(&w, &choice, "name");
        ag_write_choice_label(&label, &choice);
        CHECK(strcmp(label.text, want_label) == 0, "%s: label %s", yaml, label.text);
    }
    CHECK(strcmp(w.text, want) == 0, "%s\n    expected %s\n    got      %s", yaml, want, w.text);
    ag_arena_close(&arena);
}

static void check_choice(const char *yaml, const char *want, const char *want_label) {
    check_choice_of(&catalogue, yaml, want, want_label);
}

static void test_choices(void) {
    check_choice("hammer", "{\"name\":\"hammer\"}", "hammer");
    check_choice("{name: hammer}", "{\"name\":\"hammer\"}", "hammer");
    check_choice("{name: saw, path: 'a \"b'}",
                 "{\"name\":\"tool\",\"alpha\":1,\"count\":3,\"fast\":false,\"shape\":\"square\","
                 "\"path\":\"a \\\"b\"}",
                 "tool(path=a \"b)");
    check_choice("{fast: true, alpha: 1e-5, count: 1e6, shape: round, path: x, name: tool}",
                 "{\"name\":\"tool\",\"alpha\":1e-05,\"count\":1000000,\"fast\":true,"
                 "\"shape\":\"round\",\"path\":\"x\"}",
                 "tool(alpha=1e-05 count=1000000 fast=true shape=round path=x)");
    /* a parameter that came later is no setting while it is standard: ids stay */
    check_choice("{name: tool, path: x, edge: 2}",
                 "{\"name\":\"tool\",\"alpha\":1,\"count\":3,\"fast\":false,\"shape\":\"square\","
                 "\"path\":\"x\"}",
                 "tool(path=x)");
    check_choice("{name: tool, path: x, edge: 3}",
                 "{\"name\":\"tool\",\"alpha\":1,\"count\":3,\"fast\":false,\"shape\":\"square\","
                 "\"path\":\"x\",\"edge\":3}",
                 "tool(path=x edge=3)");
    check_choice("tool", "1:1: tool: 'path' is missing: where it lies", "");
    check_choice("hamer", "1:1: unknown tool 'hamer'; did you mean 'hammer'?", "");
    check_choice("saww", "1:1: unknown tool 'saww'; did you mean 'saw'?", "");
    check_choice("zzzzzz", "1:1: unknown tool 'zzzzzz'; there are hammer, tool", "");
    check_choice("{alpha: 1}", "1:1: key: 'name' is missing: one of hammer, tool", "");
    check_choice("{name: hammer, alpha: 1}", "1:16: hammer has no parameter 'alpha'; it has none",
                 "");
    check_choice("{name: tool, alhpa: 1}",
                 "1:14: tool has no parameter 'alhpa'; did you mean 'alpha'?", "");
    check_choice(
        "{name: tool, zzzzz: 1}",
        "1:14: tool has no parameter 'zzzzz'; it has alpha, count, fast, shape, path, edge", "");
    check_choice("{name: tool, alpha: -1}", "1:21: alpha is -1, must be 0 to 100", "");
    check_choice("{name: tool, alpha: nan}", "1:21: alpha is 'nan', must be a number", "");
    check_choice("{name: tool, alpha: '1'}", "1:21: alpha is the text '1', must be a number", "");
    check_choice("{name: tool, alpha: {x: 1}}", "1:21: alpha is a map, must be a number", "");
    check_choice("{name: tool, alpha: [1, 2]}",
                 "1:21: alpha is a list, must be one value; several values belong under 'grid'",
                 "");
    check_choice("{name: tool, alpha: }", "1:21: alpha is empty, must be a number", "");
    check_choice("{name: tool, count: 1.5}", "1:21: count is 1.5, must be a whole number", "");
    check_choice("{name: tool, fast: yes}", "1:20: fast is 'yes', must be true or false", "");
    check_choice("{name: tool, fast: 'true'}",
                 "1:20: fast is the text 'true', must be true or false", "");
    check_choice("{name: tool, shape: squre}",
                 "1:21: shape is 'squre', must be one of round, square; did you mean 'square'?",
                 "");
}

/* --- lists ------------------------------------------------------------------- */

static const char *const pools[] = {"none", "max", "average", NULL};
static const char *const paddings[] = {"same", "valid", NULL};
static const ag_param block_items[] = {
    {.name = "channels",
     .kind = AG_PARAM_INT,
     .required = true,
     .min = 1,
     .max = 4096,
     .meaning = "filters"},
    {.name = "convs", .kind = AG_PARAM_INT, .standard = 1, .min = 1, .max = 100},
    {.name = "pool", .kind = AG_PARAM_WORD, .words = pools},
    {.name = "padding",
     .kind = AG_PARAM_INT,
     .standard = AG_WORD(0),
     .min = 0,
     .max = 9,
     .words = paddings},
};
static const ag_param head_items[] = {{.kind = AG_PARAM_INT, .min = 1, .max = 1000}};
static const ag_param level_items[] = {{.kind = AG_PARAM_REAL, .min = 0, .max = 9}};
static const ag_param text_items[] = {{.kind = AG_PARAM_TEXT, .standard_text = ""}};
static const ag_value standard_values[] = {{.number = 64}, {.number = 10}};
static const ag_list standard_head = {.n = 2, .n_items = 1, .values = standard_values};
static const ag_param stack_params[] = {
    {.name = "blocks",
     .kind = AG_PARAM_LIST,
     .min = 0,
     .max = 3,
     .items = block_items,
     .n_items = AG_COUNT(block_items)},
    {.name = "head",
     .kind = AG_PARAM_LIST,
     .min = 1,
     .max = 4,
     .items = head_items,
     .n_items = 1,
     .standard_list = &standard_head},
    {.name = "levels", .kind = AG_PARAM_LIST, .max = 9, .items = level_items, .n_items = 1},
    {.name = "names", .kind = AG_PARAM_LIST, .max = 9, .items = text_items, .n_items = 1},
};
static const ag_element stack = {
    .name = "stack", .params = stack_params, .n_params = AG_COUNT(stack_params)};
static const ag_param must_params[] = {{.name = "head",
                                        .kind = AG_PARAM_LIST,
                                        .required = true,
                                        .max = 4,
                                        .items = head_items,
                                        .n_items = 1,
                                        .meaning = "widths"}};
static const ag_element must = {.name = "must", .params = must_params, .n_params = 1};
static const ag_element *const stacks[] = {&must, &stack};
static const ag_catalogue stack_catalogue = {"stack", "stacks", .items = stacks,
                                             .n_items = AG_COUNT(stacks)};

static void check_list(const char *parameters, const char *want, const char *want_label) {
    char yaml[256];
    snprintf(yaml, sizeof yaml, "{name: stack, %s}", parameters);
    check_choice_of(&stack_catalogue, yaml, want, want_label);
}

#define HEAD "\"head\":[64,10]"
#define REST ",\"levels\":[],\"names\":[]}"

static void test_lists(void) {
    check_list("", "{\"name\":\"stack\",\"blocks\":[]," HEAD REST, "stack");
    check_list("head: [64, 10.0], blocks: []", "{\"name\":\"stack\",\"blocks\":[]," HEAD REST,
               "stack");
    check_list("head: [128]", "{\"name\":\"stack\",\"blocks\":[],\"head\":[128]" REST,
               "stack(head=[128])");
    check_list("blocks: [{channels: 32, convs: 2, pool: max}, {padding: 2, channels: 64}]",
               "{\"name\":\"stack\",\"blocks\":["
               "{\"channels\":32,\"convs\":2,\"pool\":\"max\",\"padding\":\"same\"},"
               "{\"channels\":64,\"convs\":1,\"pool\":\"none\",\"padding\":2}]," HEAD REST,
               "stack(blocks=[32 convs=2 pool=max, 64 padding=2])");
    check_list("levels: linspace(0,1,3), names: [a, '1']",
               "{\"name\":\"stack\",\"blocks\":[]," HEAD
               ",\"levels\":[0,0.5,1],\"names\":[\"a\",\"1\"]}",
               "stack(levels=[0, 0.5, 1] names=[a, 1])");
    check_list("levels: [3, range(0,2)]",
               "{\"name\":\"stack\",\"blocks\":[]," HEAD ",\"levels\":[3,0,1],\"names\":[]}",
               "stack(levels=[3, 0, 1])");

    check_list("head: 128", "1:21: head is '128', must be a list: [whole number, ...]", "");
    check_list("head: {a: 1}", "1:21: head is a map, must be a list: [whole number, ...]", "");
    check_list("head: ", "1:21: head is empty, must be a list: [whole number, ...]", "");
    check_list("head: []", "1:21: head has 0 values, must have 1 to 4", "");
    check_list("head: range(1,6)", "1:21: head has 5 values, must have 1 to 4", "");
    check_list("head: [1, 0]", "1:25: head is 0, must be 1 to 1000", "");
    check_list("head: [1, 2.5]", "1:25: head is 2.5, must be a whole number", "");
    check_list("head: [[1]]",
               "1:22: head is a list, must be one value; several values belong under 'grid'", "");
    check_list("blocks: 3", "1:23: blocks is '3', must be a list: [{channels: ...}, ...]", "");
    check_list("blocks: [3]", "1:24: an item of blocks must be a map: {channels: ...}", "");
    check_list("blocks: [{channels: 1}, {convs: 2}]",
               "1:39: blocks: 'channels' is missing: filters", "");
    check_list("blocks: [{chanels: 1}]",
               "1:25: blocks has no parameter 'chanels'; did you mean 'channels'?", "");
    check_list("blocks: [{channels: 1, pool: mux}]",
               "1:44: pool is 'mux', must be one of none, max, average; did you mean 'max'?", "");
    check_list("blocks: [{channels: 1, padding: sane}]",
               "1:47: padding is 'sane', must be a whole number, or same, valid; did you mean "
               "'same'?",
               "");
    check_list("blocks: [{channels: 1, padding: 10}]", "1:47: padding is 10, must be 0 to 9", "");
    check_list("blocks: [{channels: 1, padding: -1}]", "1:47: padding is -1, must be 0 to 9", "");
    check_list("blocks: [{channels: 1, padding: }]",
               "1:47: padding is empty, must be a whole number, or same, valid", "");
    check_choice_of(&stack_catalogue, "must", "1:1: must: 'head' is missing: widths", "");
    check_choice_of(&stack_catalogue, "{name: must, head: []}", "{\"name\":\"must\",\"head\":[]}",
                    "must(head=[])"); /* what must be given has no standard value */
}

static ag_choice read_stack(ag_arena *arena, const char *yaml) {
    const ag_node *root;
    ag_error err = {0};
    ag_choice choice = {0};
    CHECK(!ag_document_parse(arena, "f", yaml, strlen(yaml), &root, &err) &&
              !ag_choice_read(arena, root, &stack_catalogue, "name", "key", &choice, &err),
          "%s: %s", yaml, err.text);
    return choice;
}

static void test_list_values(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    static const char *const different[] = {
        "stack",
        "{name: stack, head: [64]}",
        "{name: stack, head: [64, 11]}",
        "{name: stack, blocks: [{channels: 3}]}",
        "{name: stack, blocks: [{channels: 3, padding: valid}]}",
        "{name: stack, names: [a]}",
        "{name: stack, names: [b]}",
        "{name: must, head: [64, 10]}",
    };
    for (int i = 0; i < AG_COUNT(different); i++)
        for (int j = 0; j < AG_COUNT(different); j++) {
            const ag_choice a = read_stack(&arena, different[i]);
            const ag_choice b = read_stack(&arena, different[j]);
            CHECK(ag_choice_same(&a, &b) == (i == j), "%s %s", different[i], different[j]);
        }
    const ag_choice c =
        read_stack(&arena, "{name: stack, blocks: [{channels: 3}, {channels: 5, padding: valid}]}");
    const ag_list *blocks = ag_choice_list(&c, "blocks");
    CHECK(blocks->n == 2 && ag_list_number(blocks, 1, 0) == 5, "second block");
    CHECK(ag_list_number(blocks, 0, 3) == AG_WORD(0) && ag_list_number(blocks, 1, 3) == AG_WORD(1),
          "words of a number");
    CHECK(ag_list_number(ag_choice_list(&c, "head"), 1, 0) == 10, "standard list");
    CHECK(ag_choice_list(&c, "nothing")->n == 0, "no such list");
    ag_arena_close(&arena);
}

/* --- case files -------------------------------------------------------------- */

enum { OVERRIDES_MAX = 8, LINE_LENGTH = 512 };

typedef struct case_file {
    const char *name;
    char bytes[65536];
    size_t n;
    char want[LINE_LENGTH], note[LINE_LENGTH], not_noted[LINE_LENGTH];
    char override[OVERRIDES_MAX][LINE_LENGTH];
    const char *words[OVERRIDES_MAX];
    int n_words;
} case_file;

static bool load(case_file *c, const char *folder, const char *name) {
    char path[2048];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    *c = (case_file){.name = name};
    c->n = fread(c->bytes, 1, sizeof c->bytes - 1, f);
    fclose(f);
    for (const char *line = c->bytes; line && line[0] == '#';) {
        if (c->n_words < OVERRIDES_MAX &&
            sscanf(line, "# override: %511[^\n]", c->override[c->n_words]) == 1) {
            c->words[c->n_words] = c->override[c->n_words];
            c->n_words++;
        }
        (void)sscanf(line, "# expect: %511[^\n]", c->want);
        (void)sscanf(line, "# note: %511[^\n]", c->note);
        (void)sscanf(line, "# not noted: %511[^\n]", c->not_noted);
        line = strchr(line, '\n');
        if (line) line++;
    }
    return c->want[0] != 0;
}

static ag_status read_case(const case_file *c, ag_arena *arena, ag_plan *plan, ag_error *err) {
    return ag_plan_read(arena, c->name, c->bytes, c->n, c->words, c->n_words, plan, err);
}

/* The status must be the same as without faults, or AG_NOMEM; never a crash. */
static void with_every_allocation_failing(const case_file *c, ag_status wanted) {
    for (long k = 0; k < 100000; k++) {
        ag_arena arena = AG_ARENA_EMPTY;
        arena.fail_after = k;
        ag_plan plan;
        ag_error err = {0};
        const ag_status status = read_case(c, &arena, &plan, &err);
        ag_arena_close(&arena);
        if (status == wanted) return;
        CHECK(status == AG_NOMEM, "%s with allocation %ld failing: %s", c->name, k, err.text);
        if (k > 200) k += k / 8; /* by then the same code runs for one combination after another */
    }
}

static bool is_noted(const ag_plan *plan, const char *note) {
    for (int i = 0; i < plan->n_notes; i++)
        if (strcmp(plan->notes[i], note) == 0) return true;
    return false;
}

static bool has_note(const ag_plan *plan, const char *note) {
    return is_noted(plan, note) || (plan->n_notes == 0 && !note[0]);
}

static void run_case(const char *folder, const char *name) {
    static case_file c;
    CHECK(load(&c, folder, name), "%s has no `# expect:` line", name);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_plan plan;
    ag_error err = {0};
    char ok[64];
    const ag_status status = read_case(&c, &arena, &plan, &err);
    const char *got = ok;
    if (status)
        got = message(&err, name);
    else
        snprintf(ok, sizeof ok, "ok %zu trials", plan.n_trials);
    CHECK(strcmp(got, c.want) == 0, "%s\n    expected %s\n    got      %s", name, c.want, got);
    if (!status)
        CHECK(has_note(&plan, c.note), "%s: note %s", name, plan.n_notes ? plan.notes[0] : "-");
    if (!status) CHECK(!is_noted(&plan, c.not_noted), "%s: note %s", name, c.not_noted);
    ag_arena_close(&arena);
    with_every_allocation_failing(&c, status);
}

static void test_cases(void) {
    const char *source = getenv("AG_SOURCE");
    char folder[1024];
    snprintf(folder, sizeof folder, "%s/tests/cases/config", source ? source : ".");
    DIR *dir = opendir(folder);
    CHECK(dir != NULL, "no folder %s", folder);
    int n = 0;
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (strstr(e->d_name, ".yaml")) {
            run_case(folder, e->d_name);
            n++;
        }
    if (dir) closedir(dir);
    CHECK(n >= 80, "only %d case files in %s", n, folder);
}

int main(void) {
    test_documents();
    test_document_limits();
    test_sequences();
    test_choices();
    test_lists();
    test_list_values();
    test_cases();
    return check_report();
}
