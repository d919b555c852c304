/* Formulas where floats or doubles overflow or vanish on the way and the result does not. */
#include "formula_check.h"

static void test_values(void) {
    static const struct {
        const char *text;
        double x, value, derivative;
    } known[] = {
        {"x*tanh(exp(x))", 89, 89, 1},
        {"x*tanh(exp(x))", 750, 750, 1},
        {"x*tanh(exp(x))", 0x1p127, 0x1p127, 1},
        {"x*tanh(exp(x))", -750, 0, 0},
        {"x*tanh(exp(exp(x)))", 7, 7, 1},
        {"x*atan(exp(x))", 1000, 1570.7963267948966, 1.5707963267948966},
        {"x*exp(-exp(-x))", -1000, 0, 0},
        {"x*exp(-exp(-x))", 1000, 1000, 1},
        {"log(2+exp(x))", 100, 100, 1},
        {"log(2+exp(x))", 0x1p127, 0x1p127, 1},
        {"1/log(2+exp(x))", 1000, 1e-3, -1e-6},
        {"log(exp(x)+exp(2*x))", -102.5, -102.5, 1},
        {"log(exp(x)+exp(2*x))", -1000, -1000, 1},
        {"log(exp(x)+exp(2*x))", 1000, 2000, 2},
        {"log(1+x^2)", 0x1p100, 138.62943611198906, 2 * 0x1p-100},
        {"x/sqrt(1+x^2)", -0x1p100, -1, 0},
        {"x/sqrt(1+x^2)", 0x1p127, 1, 0},
        {"x^2/(1+x^2)", 0x1p70, 1, 0},
        {"exp(x)/exp(x)", 1000, 1, 0},
        {"exp(x)/exp(x)", -1000, 1, 0},
        {"exp(-x)*exp(x)*x", 0x1p100, 0x1p100, 1},
        {"exp(-x^2)/exp(-x^2)", 100, 1, 0},
        {"exp(-x^2)*exp(x^2/2)/exp(-x^2/2)", 11, 1, 0},
        {"exp(x)/(exp(x)+exp(-x)+1)", -800, 0, 0},
        {"2^x/(1+2^x)", 2000, 1, 0},
        {"sqrt(softplus(x))", -128, 1.603810890548638e-28, 0.801905445274319e-28},
        {"log(softplus(x))", -1000, -1000, 1},
        {"tanh(softplus(x))/softplus(x)", -1000, 1, 0},
        {"log(1-erf(x))", 30, -903.97411711064388, -60.033296398756229},
        {"sigmoid(x)/exp(x)", -2000, 1, 0},
        {"log(sigmoid(x)*sigmoid(-x))", 1000, -1000, -1},
        {"softplus(exp(x))/exp(x)", 1000, 1, 0},
        {"atan(1/exp(x))*exp(x)", 1000, 1, 0},
        {"erf(exp(-x))*exp(x)", 1000, 1.1283791670955126, 0},
        {"where(x>1,x,exp(x^2))", 100, 100, 1},
        {"max(x,exp(-x))", 1000, 1000, 1},
        {"abs(exp(x)-exp(x+1))/exp(x)", 1000, 1.718281828459045, 0},
        {"softplus(0.1*(2*x))", 0x1.8p127, 0x1.8p127 * 0.2, 0.2},
        {"sign(sigmoid(x))*x", -200, -200, 1},
        {"(-2)^3*exp(x)^2/exp(2*x)", 1000, -8, 0},
        {"log(1+x)", -1, -HUGE_VAL, HUGE_VAL},
        {"exp(3*x)*exp(-x^2)", -0x1p60, 0, 0},
        {"x*exp(x)*exp(-x^2)*exp(x^2)", -0x1p60, 0, 0},
        {"sqrt(x^2)", -0x1p-70, 0x1p-70, -1},
        {"x^3/x^2", 0x1p-60, 0x1p-60, 1},
        {"sign(x^4)", 0x1p-50, 1, 0},
        {"sign(sin(exp(x)))", -200, 1, 0},
        {"(1+erf(x))*erf(x)", 0.5, 0.79142000061644293, 1.7935950288557107},
        {"log1p(erf(x))", 0.5, 0.41903914777555959, 0.57795636274526273},
    };
    for (int i = 0; i < AG_COUNT(known); i++) {
        ag_choice c;
        ag_error err;
        CHECK(compile(known[i].text, 0, &c, &err) == AG_OK, "%s: %s", known[i].text, err.text);
        if (err.status) continue;
        const double x = known[i].x, f = ag_act_value(&c, x), df = ag_act_derivative(&c, x);
        CHECK(close_to(f, known[i].value, 1e-9, 1e-200), "%s at %g: %.17g", known[i].text, x, f);
        CHECK(close_to(df, known[i].derivative, 1e-7, 1e-12), "%s at %g: derivative %.17g",
              known[i].text, x, df);
        const ag_real z = (ag_real)x;
        ag_real y, d;
        ag_act_evaluate(&c, 1, &z, &y, &d);
        CHECK(close_to((double)y, known[i].value, 1e-6, 1e-37), "%s at %g: float %.9g",
              known[i].text, x, (double)y);
        CHECK(close_to((double)d, known[i].derivative, 1e-6, 1e-12),
              "%s at %g: float derivative %.9g", known[i].text, x, (double)d);
    }
}

/* Elements that the definition computes do not change their neighbours, nor theirs them. */
static void test_neighbours(void) {
    enum { N = 2300 };
    static ag_real x[N], p[N], y[N], d[N], da[N], y1, d1, da1;
    ag_choice c;
    ag_error err;
    CHECK(compile("x*tanh(exp(a*x))+log(2+a^2+exp(x))/sqrt(1+x^2)", 1, &c, &err) == AG_OK, "%s",
          err.text);
    if (err.status) return;
    for (int i = 0; i < N; i++) {
        x[i] = (ag_real)((i % 7 ? 1 : 20) * 0.013 * (i - N / 2));
        p[i] = (ag_real)(i % 11 == 3 ? 0.7 * i - 300 : 1 + 1e-3 * i);
    }
    ag_act_evaluate_learned(&c, N, x, (const ag_real *const[]){p}, y, d, (ag_real *const[]){da});
    for (int i = 0; i < N; i++) {
        ag_choice own = c;
        double dp;
        own.number[0] = (double)p[i];
        ag_act_param_derivatives(&own, (double)x[i], &dp);
        const double f = ag_act_value(&own, (double)x[i]),
                     df = ag_act_derivative(&own, (double)x[i]);
        CHECK(close_to((double)y[i], f, 1e-5, 1e-6) && close_to((double)d[i], df, 1e-4, 1e-5) &&
                  close_to((double)da[i], dp, 1e-4, 1e-5),
              "at %g with %g: %g, %g, %g, not %g, %g, %g", (double)x[i], (double)p[i], (double)y[i],
              (double)d[i], (double)da[i], f, df, dp);
        ag_act_evaluate_learned(&c, 1, x + i, (const ag_real *const[]){p + i}, &y1, &d1,
                                (ag_real *const[]){&da1});
        CHECK(memcmp(&y1, y + i, sizeof y1) == 0 && memcmp(&d1, d + i, sizeof d1) == 0 &&
                  memcmp(&da1, da + i, sizeof da1) == 0,
              "element %d alone has other bits", i);
    }
}

/* A parameter that is not the one a formula was compiled with: far out, too. */
static void test_other_parameter(void) {
    const ag_formula_spec spec = {
        .text = "x*tanh(exp(a*x))", .place = {"f", 1, 1}, .n_params = 1, .params = parameters};
    ag_choice c;
    ag_error err = {0};
    CHECK(ag_formula_choice(&arena, &spec, &c, &err) == AG_OK, "%s", err.text);
    c.number[0] = 60;
    const ag_real z = 5;
    ag_real y, d;
    ag_act_evaluate(&c, 1, &z, &y, &d);
    CHECK(y == 5 && d == 1, "%g, %g", (double)y, (double)d);
}

int main(void) {
    test_values();
    test_neighbours();
    test_other_parameter();
    ag_arena_close(&arena);
    return check_report();
}
