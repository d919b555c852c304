/* base/text, the catalogue's searches, base/status and the nearest word. */
#include "check.h"

#include "harness/base/catalogue.h"
#include "harness/base/nearest.h"
#include "harness/base/random.h"
#include "harness/base/status.h"
#include "harness/base/text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void distances(void) {
    static const struct {
        const char *a, *b;
        int edits;
    } known[] = {
        {"", "", 0},          {"", "abc", 3},           {"relu", "relu", 0},
        {"relu", "rleu", 1},  {"relu", "RELU", 0},      {"optimiser", "optimizer", 1},
        {"gelu", "elu", 1},   {"kitten", "sitting", 3}, {"sigmoid", "tanh", 7},
        {"ab", "ba", 1},      {"abc", "ca", 3}, /* no piece is edited twice */
        {"a", "abcdefgh", 7},
    };
    for (int i = 0; i < AG_COUNT(known); i++) {
        const int d = ag_word_distance(known[i].a, known[i].b);
        CHECK(d == known[i].edits, "%s to %s: %d, not %d", known[i].a, known[i].b, d,
              known[i].edits);
        CHECK(ag_word_distance(known[i].b, known[i].a) == d, "%s: both ways alike", known[i].a);
    }
    const char *at_limit = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; /* 32 letters */
    CHECK(ag_word_distance(at_limit, "") == 32, "32 letters are a word");
    CHECK(ag_word_distance("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a") == INT_MAX, "33 are far");
}

static void nearest(void) {
    static const char *const names[] = {"relu",     "elu",      "gelu",          "selu",
                                        "sigmoid",  "val_loss", "val_loss_mean", "val_loss_std",
                                        "abcdwxyz", "cd"};
    static const struct {
        const char *word, *best;
    } known[] = {{"rleu", "relu"},
                 {"sigmiod", "sigmoid"},
                 {"GELU", "gelu"},
                 {"gelo", "gelu"},
                 {"zzz", ""},
                 {"", ""},
                 {"softmaxxxxx", ""},
                 {"ab", ""},                    /* every letter changed */
                 {"abcdefgh", ""},              /* four edits */
                 {"val_loss", "val_loss_mean"}, /* never the word itself */
                 {"val_los", "val_loss"},       /* fewer edits first */
                 {"va", ""}};
    for (int i = 0; i < AG_COUNT(known); i++) {
        ag_nearest n = ag_nearest_begin(known[i].word);
        for (int k = 0; k < AG_COUNT(names); k++)
            ag_nearest_offer(&n, names[k]);
        CHECK(strcmp(n.best, known[i].best) == 0, "'%s' gives '%s'", known[i].word, n.best);
    }
}

static void numbers_read(void) {
    static const struct {
        const char *text;
        double x;
    } good[] = {{"0", 0},         {"-5", -5},    {"+3", 3},       {"0.1", 0.1},
                {"1e-3", 1e-3},   {"1E5", 1e5},  {".5", 0.5},     {"5.", 5},
                {"1e308", 1e308}, {"1e-400", 0}, {"0000012", 12}, {"1e-320", 1e-320}};
    for (int i = 0; i < AG_COUNT(good); i++) {
        double x = (double)NAN;
        CHECK(ag_parse_number(good[i].text, &x) && x == good[i].x, "'%s' is %g", good[i].text, x);
    }
    static const char *const bad[] = {"",    " ",    "1 ",   " 1", "1x",  "x",     "nan",
                                      "inf", "-inf", "0x10", "1e", "1,5", "1e999", "--1",
                                      "1-2", "1e5e", "+",    "e5", "1\n", "१"};
    for (int i = 0; i < AG_COUNT(bad); i++) {
        double x = 42.0;
        CHECK(!ag_parse_number(bad[i], &x), "'%s' must not be a number, gave %g", bad[i], x);
        CHECK(x == 42.0, "'%s' must leave x alone", bad[i]);
    }
}

static void number_is(double x, const char *text) {
    char got[AG_NUMBER_MAX];
    CHECK(strcmp(ag_format_number(got, x), text) == 0, "%s, not %s", got, text);
}

static void numbers_written(void) {
    number_is(0.0, "0");
    number_is(0.1, "0.1");
    number_is(1e-5, "1e-05");
    number_is(128.0, "128");
    number_is(100.0, "100");
    number_is(-1e6, "-1000000");
    number_is(1e15, "1e+15");
    number_is(1.0 / 3.0, "0.3333333333333333");
    number_is(0.1 + 0.2, "0.30000000000000004");
    number_is(5e-324, "5e-324");
    number_is(1.7976931348623157e308, "1.7976931348623157e+308");
    /* Any double comes back as the same bits. */
    ag_stream random = ag_stream_open(1, AG_RANDOM_TEST, 0);
    for (int i = 0; i < 20000; i++) {
        union {
            uint64_t bits;
            double x;
        } u;
        u.bits = (uint64_t)ag_random_bits(&random) << 32 | ag_random_bits(&random);
        if (!isfinite(u.x)) continue;
        char text[AG_NUMBER_MAX];
        const double back = strtod(ag_format_number(text, u.x), NULL);
        CHECK(memcmp(&back, &u.x, sizeof back) == 0, "%s reads back as %.17g", text, back);
    }
}

/* By trying all lengths: the least digits that read back. */
static void shortest(char text[AG_NUMBER_MAX], double x) {
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, AG_NUMBER_MAX, "%.*g", digits, x);
        if (strtod(text, NULL) == x) break;
    }
    if (strchr(text, 'e') && fabs(x) >= 1.0 && fabs(x) < 1e15 && x == floor(x))
        snprintf(text, AG_NUMBER_MAX, "%.0f", x);
}

static void numbers_are_short(void) {
    ag_stream random = ag_stream_open(1, AG_RANDOM_TEST, 1);
    for (int i = 0; i < 20000; i++) {
        const int digits = (int)(ag_random_bits(&random) % 18);
        const double exponent = (double)(ag_random_bits(&random) % 640) - 325.0;
        char rounded[AG_NUMBER_MAX], want[AG_NUMBER_MAX];
        snprintf(rounded, sizeof rounded, "%.*e", digits,
                 ag_random_uniform(&random) * pow(10.0, i % 2 ? exponent : (double)(i % 20) - 5));
        const double x = strtod(rounded, NULL);
        shortest(want, x);
        number_is(x, want);
    }
}

static void seconds_are(double seconds, const char *text) {
    char got[AG_HUMAN_MAX];
    CHECK(strcmp(ag_format_seconds(got, seconds), text) == 0, "%s, not %s", got, text);
}

static void times(void) {
    seconds_are(0, "0 ms");
    seconds_are(0.31, "310 ms");
    seconds_are(4.2, "4.2 s");
    seconds_are(59.94, "59.9 s");
    seconds_are(59.96, "1 min 00 s");
    seconds_are(200, "3 min 20 s");
    seconds_are(3599.4, "59 min 59 s");
    seconds_are(3599.6, "1 h 00 min");
    seconds_are(7500, "2 h 05 min");
    seconds_are(-1, "?");
    seconds_are((double)NAN, "?");
    seconds_are(HUGE_VAL, "?");
    char text[AG_HUMAN_MAX];
    CHECK(strlen(ag_format_seconds(text, 1e300)) < AG_HUMAN_MAX, "%s", text);
}

static void count_is(double count, const char *text) {
    char got[AG_HUMAN_MAX];
    CHECK(strcmp(ag_format_count(got, count), text) == 0, "%s, not %s", got, text);
}

static void counts(void) {
    count_is(0, "0");
    count_is(40, "40");
    count_is(999, "999");
    count_is(1000, "1 k");
    count_is(812345, "812 k");
    count_is(999600, "1 M");
    count_is(12.34e6, "12.3 M");
    count_is(2.5e9, "2.5 G");
    count_is(0.5, "0.5");
    char text[AG_HUMAN_MAX];
    CHECK(strlen(ag_format_count(text, 1e300)) < AG_HUMAN_MAX, "%s", text);
}

/* --- the catalogue -------------------------------------------------------- */

static const char *const other_names[] = {"second-name", "third", NULL};
static const char *const words[] = {"none", "all", NULL};
static const ag_param params[] = {
    {.name = "alpha", .kind = AG_PARAM_REAL, .standard = 0.5, .min = 0, .max = 1},
    {.name = "mode", .kind = AG_PARAM_WORD, .standard = 1, .words = words},
    {.name = "path", .kind = AG_PARAM_TEXT, .standard_text = "here"},
};
static const ag_element plain = {.name = "plain"};
static const ag_element rich = {
    .name = "rich", .aliases = other_names, .params = params, .n_params = AG_COUNT(params)};
static const ag_element *const items[] = {&plain, &rich};
static const ag_catalogue catalogue = {"thing", "things", .items = items,
                                       .n_items = AG_COUNT(items)};

static void catalogues(void) {
    CHECK(ag_catalogue_find(&catalogue, "plain") == &plain, "by name");
    CHECK(ag_catalogue_find(&catalogue, "rich") == &rich, "by name");
    CHECK(ag_catalogue_find(&catalogue, "third") == &rich, "by alias");
    CHECK(!ag_catalogue_find(&catalogue, "Plain"), "names are exact");
    CHECK(!ag_catalogue_find(&catalogue, ""), "no empty name");
    const ag_choice choice = ag_choice_standard(&rich);
    CHECK(choice.element == &rich, "the element itself");
    CHECK(ag_choice_number(&choice, "alpha", -1) == 0.5, "standard number");
    CHECK(ag_choice_number(&choice, "mode", -1) == 1, "standard word");
    CHECK(ag_choice_number(&choice, "beta", -1) == -1, "otherwise");
    CHECK(strcmp(choice.text[2], "here") == 0, "standard text");
    CHECK(ag_element_param(&rich, "path") == 2, "position");
    CHECK(ag_element_param(&plain, "path") == -1, "no such parameter");
}

/* --- status --------------------------------------------------------------- */

static ag_status innermost(ag_error *err) {
    return AG_FAIL(err, AG_DATA, ((ag_place){"a.yaml", 3, 7}), "%d is not %s", 5, "six");
}

static ag_status between(ag_error *err) {
    AG_TRY(innermost(err));
    return AG_OK;
}

static void statuses(void) {
    ag_error err = {.status = AG_OK};
    CHECK(between(&err) == AG_DATA && err.status == AG_DATA, "passed on");
    CHECK(strcmp(err.where, "a.yaml:3:7") == 0, "where: %s", err.where);
    CHECK(strcmp(err.text, "5 is not six") == 0, "text: %s", err.text);
    CHECK(err.n_trace == 2, "trace of %d", err.n_trace);
    CHECK(between(NULL) == AG_DATA, "without a place for the words");
    for (int s = 0; s < AG_STATUS_COUNT; s++)
        CHECK(ag_status_words((ag_status)s)[0], "status %d has words", s);
    CHECK(ag_status_exit_code(AG_OK) == 0, "done");
    CHECK(ag_status_exit_code(AG_CONFIG) == 2 && ag_status_exit_code(AG_NOTFOUND) == 2, "usage");
    CHECK(ag_status_exit_code(AG_NOMEM) == 3 && ag_status_exit_code(AG_IO) == 3, "environment");
    CHECK(ag_status_exit_code(AG_DATA) == 3 && ag_status_exit_code(AG_STORE) == 3, "environment");
    CHECK(ag_status_exit_code(AG_STOPPED) == 130, "interrupted");
}

/* Any digits with a point anywhere: the same bits as strtod. */
static void numbers_exactly(void) {
    ag_stream random = ag_stream_open(1, AG_RANDOM_DATA, 0);
    for (int i = 0; i < 200000; i++) {
        char text[32];
        size_t n = 0;
        const size_t digits = 1 + (size_t)(ag_random_uniform(&random) * 18);
        const size_t point = (size_t)(ag_random_uniform(&random) * 20); /* 19: none, mostly */
        if (ag_random_uniform(&random) < 0.5) text[n++] = "-+"[i & 1];
        for (size_t d = 0; d < digits; d++) {
            if (d == point) text[n++] = '.';
            text[n++] = (char)('0' + (int)(ag_random_uniform(&random) * 10));
        }
        if (digits == point) text[n++] = '.';
        text[n] = 0;
        double x = 42.0;
        const double want = strtod(text, NULL);
        CHECK(ag_parse_number(text, &x) && memcmp(&x, &want, sizeof x) == 0,
              "'%s' is %.17g, must be %.17g", text, x, want);
    }
}

int main(void) {
    distances();
    nearest();
    numbers_read();
    numbers_exactly();
    numbers_written();
    numbers_are_short();
    times();
    counts();
    catalogues();
    statuses();
    return check_report();
}
