/* What is no formula, or too much of one, gets an error with its place, never a crash. */
#include "formula_check.h"

static void test_errors(void) {
    static const char *const bad[][2] = {
        {"", "formula is empty"},
        {"x+", "it ends where"},
        {"x)", "')' at column 2 closes nothing"},
        {"(x", "the bracket at column 1 is not closed"},
        {"tanh(x", "the bracket of 'tanh(' at column 1 is not closed"},
        {"tanh x", "'tanh' at column 1 is a function"},
        {"tanh(x,1)", "tanh at column 1 has 2 arguments, must have 1"},
        {"where(x,1)", "where at column 1 has 2 arguments, must have 3"},
        {"2x", "no operator before 'x' at column 2"},
        {"x x", "no operator before 'x'"},
        {"x**2", "'**' at column 2; a power is x^2"},
        {"x = 1", "equality is =="},
        {"x ! 1", "inequality is !="},
        {"x < 1 < 2", "second comparison"},
        {"sigmoid(beta*x)", "unknown name 'beta' at column 9"},
        {"tahn(x)", "did you mean 'tanh'?"},
        {"x(2)", "'x' at column 1 is not a function"},
        {"1", "x is not in it"},
        {"x*1e999", "is not a finite number"},
        {"x;y", "unexpected ';' at column 2"},
        {"x\xc3\xa9", "unexpected character (byte 195) at column 2"},
        {"()", "where a number, x, a function or a bracket should stand"},
        {"x,x", "where an operator should stand"},
        {"*x", "where a number, x, a function or a bracket should stand"},
    };
    for (int i = 0; i < AG_COUNT(bad); i++) {
        ag_choice c;
        ag_error err;
        CHECK(compile(bad[i][0], 0, &c, &err) == AG_CONFIG, "%s is accepted", bad[i][0]);
        CHECK(strstr(err.text, bad[i][1]), "%s: %s", bad[i][0], err.text);
        CHECK(strncmp(err.where, "f:1:", 4) == 0, "%s: %s", bad[i][0], err.where);
    }
}

/* What is legal in kind and too much of it. */
static void test_limits(void) {
    static char text[20000];
    ag_choice c;
    ag_error err;
    memset(text, '(', 400), strcpy(text + 400, "x");
    CHECK(compile(text, 0, &c, &err) == AG_CONFIG && strstr(err.text, "nested deeper"), "%s",
          err.text);
    memset(text, '-', 900), strcpy(text + 900, "x");
    CHECK(compile(text, 0, &c, &err) == AG_CONFIG && strstr(err.text, "nested deeper"), "%s",
          err.text);
    memset(text, '1', 5000), strcpy(text + 5000, "*x");
    CHECK(compile(text, 0, &c, &err) == AG_CONFIG && strstr(err.text, "the limit is 1000"), "%s",
          err.text);
    strcpy(text, "x");
    for (int i = 0; i < 60; i++)
        strcat(text, "^x");
    CHECK(compile(text, 0, &c, &err) == AG_CONFIG && strstr(err.text, "nested deeper"), "%s",
          err.text);
    strcpy(text, "x");
    for (int i = 0; strlen(text) < 990; i++)
        sprintf(text + strlen(text), "+%d", i);
    CHECK(compile(text, 0, &c, &err) == AG_CONFIG && strstr(err.text, "too many terms"), "%s",
          err.text);
    strcpy(text, "x");
    for (int i = 0; strlen(text) < 990; i++)
        strcat(text, i % 2 ? "*x" : "+x");
    CHECK(compile(text, 0, &c, &err) == AG_OK || err.status == AG_CONFIG, "%s", err.text);
    strcpy(text, "x");
    for (int i = 0; i < 40; i++) {
        memmove(text + 5, text, strlen(text) + 1);
        memcpy(text, "tanh(", 5);
        strcat(text, ")");
    }
    CHECK(compile(text, 0, &c, &err) == AG_OK, "%s", err.text);
}

/* --- names ------------------------------------------------------------------------ */

static void test_reserved_names(void) {
    static const char *const taken[] = {"x",       "e",
                                        "pi",      "where",
                                        "tanh",    "relu",
                                        "clip",    "name",
                                        "formula", "learned",
                                        "log1p",   "parameters",
                                        "",        "1a",
                                        "a b",     "\xc3\xa9",
                                        "a-b",     "$(id)",
                                        "a.b",     "learning_rate_factor",
                                        "a\n",     "parameter_decay"};
    for (int i = 0; i < AG_COUNT(taken); i++) {
        const ag_formula_param param = {.name = taken[i], .init = 1, .min = -9, .max = 9};
        const ag_formula_spec spec = {
            .text = "x", .place = {"f", 1, 1}, .n_params = 1, .params = &param};
        ag_choice c;
        ag_error err = {0};
        CHECK(ag_formula_choice(&arena, &spec, &c, &err) == AG_CONFIG &&
                  strstr(err.text, "cannot be a parameter"),
              "'%s': %s", taken[i], err.text);
    }
    static const char *const names[] = {"relu", "SiLU", "", "a b", "%s", "-a", "\xc3\xa9", "a/b"};
    for (int i = 0; i < AG_COUNT(names); i++) {
        const ag_formula_spec spec = {.text = "x", .place = {"f", 1, 1}, .name = names[i]};
        ag_choice c;
        ag_error err = {0};
        CHECK(ag_formula_choice(&arena, &spec, &c, &err) == AG_CONFIG, "'%s'", names[i]);
    }
}

/* What is no number, and formulas that have none: accepted or not, NaN is what they give. */
static void test_no_numbers(void) {
    static const char *const texts[] = {
        "x+0/0",        "where(0/0,1,x)", "x*(1/0)*0",    "log(-1)*x",         "(x<0/0)*x",
        "max(x,0/0)",   "clip(x,0/0,1)",  "sqrt(-1-x^2)", "x^(0/0)",           "sign(0/0)+x",
        "abs(0/0)*x^0", "min(0/0,x)",     "tanh(x/0*0)",  "where(x==x,0/0,x)",
    };
    for (int i = 0; i < AG_COUNT(texts); i++) {
        ag_choice c;
        ag_error err;
        CHECK(compile(texts[i], 0, &c, &err) == AG_OK, "%s: %s", texts[i], err.text);
        if (err.status) continue;
        const ag_real z = 2;
        ag_real y, d;
        ag_act_evaluate(&c, 1, &z, &y, &d);
        CHECK(isnan(ag_act_value(&c, 2)) && isnan((double)y), "%s: %g, %g", texts[i],
              ag_act_value(&c, 2), (double)y);
    }
}

/* Formulas with a character too many, too few or another: mostly none at all. */
static int test_mutants(int n) {
    static const char *const good[] = {"x*tanh(softplus(x))", "where(x>0,x,0.1*expm1(x))",
                                       "0.5*x*(1+erf(x/sqrt(2)))", "clip(x^3-2e-1,-1,1)*sin(pi*x)",
                                       "max(min(x,1),-x)/(1+abs(x))"};
    static const char other[] = "x()+-*/^,.<>=!0e9 \x01\xff_#";
    ag_stream random = ag_stream_open(8, AG_RANDOM_TEST, 0);
    int n_bad = 0;
    for (int i = 0; i < n; i++) {
        const ag_mark mark = ag_arena_mark(&arena);
        char text[100];
        strcpy(text, good[below(&random, sizeof good / sizeof *good)]);
        const uint64_t times = 1 + below(&random, 3);
        for (uint64_t k = 0; k < times; k++) {
            char *at = text + below(&random, strlen(text));
            const uint64_t way = below(&random, 3);
            if (way == 0) memmove(at, at + 1, strlen(at));
            if (way == 1) memmove(at + 1, at, strlen(at) + 1);
            if (way && *at) *at = other[below(&random, sizeof other - 1)];
        }
        ag_choice c;
        ag_error err;
        const ag_status status = compile(text, 0, &c, &err);
        CHECK(status == AG_OK || (status == AG_CONFIG && err.text[0] && err.where[0]), "%s", text);
        n_bad += status != AG_OK;
        if (!status) (void)ag_act_derivative(&c, 0.5);
        ag_arena_release(&arena, mark);
    }
    return n_bad;
}

/* Bytes that are no formula, or that nearly are one: an error, or a formula; never a crash. */
static int test_hostile(int n) {
    static const char pieces[][8] = {
        "x",   "(",     ")", ",",     "+",    "-",      "*",     "/",    "^",  "<",    "=",  "!",
        "1e9", "1e-99", ".", "tanh",  "max(", "where(", "pi",    "e",    "_",  " ",    "\n", "\x80",
        "%s",  "\"",    ";", "clip(", "a",    "0/0",    "1e308", "log(", "\\", "$(id)"};
    int n_bad = 0;
    ag_stream random = ag_stream_open(6, AG_RANDOM_TEST, 0);
    for (int i = 0; i < n; i++) {
        const ag_mark mark = ag_arena_mark(&arena);
        char text[1500] = "";
        const uint64_t length = 1 + below(&random, 40);
        for (uint64_t k = 0; k < length; k++)
            strcat(text, pieces[below(&random, sizeof pieces / sizeof *pieces)]);
        ag_choice c;
        ag_error err;
        const ag_status status = compile(text, 0, &c, &err);
        CHECK(status == AG_OK || (status == AG_CONFIG && err.text[0]), "%s", text);
        n_bad += status != AG_OK;
        if (!status) (void)ag_act_value(&c, 0.5);
        ag_arena_release(&arena, mark);
    }
    return n_bad;
}

int main(void) {
    test_errors();
    test_limits();
    test_reserved_names();
    test_no_numbers();
    const int n_bad = test_hostile(5000) + test_mutants(3000);
    CHECK(n_bad >= 5000, "%d were no formulas", n_bad);
    printf("%d of 8000 texts were refused\n", n_bad);
    ag_arena_close(&arena);
    return check_report();
}
