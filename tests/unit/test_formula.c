/* Formulas that users type: the language, derivatives, and the machine against the
 * definition. */
#include "formula_check.h"

/* --- the language ---------------------------------------------------------------- */

static void test_values(void) {
    static const struct {
        const char *text;
        double x, value, derivative;
    } known[] = {
        {"-x^2", 3, -9, -6},
        {"2^x^2", 1, 2, 2.772588722239781},
        {"x^-1", 2, 0.5, -0.25},
        {"x-1-2", 5, 2, 1},
        {"x/2/2", 8, 2, 0.25},
        {"2*-x", 3, -6, -2},
        {"--x", 3, 3, 1},
        {"x^0.5", 4, 2, 0.25},
        {"x^3/3", -2, -8.0 / 3, 4},
        {"e^x", 1, 2.718281828459045, 2.718281828459045},
        {"sin(pi*x)", 0.5, 1, 0},
        {"x*(x>0)", 3, 3, 1},
        {"x*(x>0)", -3, 0, 0},
        {"where(x<=0, x, 2*x)", 0, 0, 1},
        {"where(x!=0, x, 1)", 0, 1, 0},
        {"where(x==0, 1, x)", 2, 2, 1},
        {"where(x>=1, 3*x, x)", 1, 3, 3},
        {"clip(x, -1, 1)", -1, -1, 0},
        {"clip(x, -1, 1)", 0.5, 0.5, 1},
        {"relu(x)", 0, 0, 0},
        {"max(0, x)", 0, 0, 0},
        {"min(x, 1)", 1, 1, 0},
        {"abs(x)", -2, 2, -1},
        {"sign(x)*x", -2, 2, -1},
        {"log(x)", 2, 0.6931471805599453, 0.5},
        {"log1p(x)", 1, 0.6931471805599453, 0.5},
        {"expm1(x)", 0, 0, 1},
        {"atan(x)", 1, 0.7853981633974483, 0.5},
        {"cos(x)", 0, 1, 0},
        {"erf(x)", 0, 0, 1.1283791670955126},
        {"1e-3*x + .5", 1, 0.501, 1e-3},
        {"max(x, 0/0)", 1, (double)NAN, (double)NAN},
        {"where(x<0/0, 1, x)", 1, (double)NAN, (double)NAN},
    };
    for (int i = 0; i < AG_COUNT(known); i++) {
        ag_choice c;
        ag_error err;
        CHECK(compile(known[i].text, 0, &c, &err) == AG_OK, "%s: %s", known[i].text, err.text);
        if (err.status) continue;
        const double y = ag_act_value(&c, known[i].x), d = ag_act_derivative(&c, known[i].x);
        CHECK(close_to(y, known[i].value, 1e-14, 1e-15), "%s at %g: %.17g", known[i].text,
              known[i].x, y);
        CHECK(close_to(d, known[i].derivative, 1e-14, 1e-15), "%s at %g: derivative %.17g",
              known[i].text, known[i].x, d);
    }
}

static void test_canonical(void) {
    static const char *const pairs[][2] = {
        {" x *  tanh( softplus(x) ) ", "x*tanh(softplus(x))"},
        {"(x)", "x"},
        {"((x+1))*2", "(x+1)*2"},
        {"x+(1+x)", "x+(1+x)"},
        {"(x+1)+x", "x+1+x"},
        {"x-(1-x)", "x-(1-x)"},
        {"x/(2*x)", "x/(2*x)"},
        {"-(x^2)", "-x^2"},
        {"(-x)^2", "(-x)^2"},
        {"(x^2)^3", "(x^2)^3"},
        {"x^(2^3)", "x^2^3"},
        {"x^(-2)", "x^-2"},
        {"0 < x", "x>0"},
        {"x>0", "x>0"},
        {"(x<1)*x", "(x<1)*x"},
        {"3.14159265358979323846*x", "pi*x"},
        {"x*1.0e0", "x*1"},
        {"where(x >= 1.50, x, -x)", "where(x>=1.5,x,-x)"},
    };
    for (int i = 0; i < AG_COUNT(pairs); i++) {
        ag_choice c, again;
        ag_error err;
        CHECK(compile(pairs[i][0], 0, &c, &err) == AG_OK, "%s: %s", pairs[i][0], err.text);
        if (err.status) continue;
        CHECK(strcmp(c.element->formula, pairs[i][1]) == 0, "%s is printed %s", pairs[i][0],
              c.element->formula);
        CHECK(compile(c.element->formula, 0, &again, &err) == AG_OK &&
                  strcmp(again.element->formula, c.element->formula) == 0,
              "%s", c.element->formula);
    }
}

/* --- known functions ------------------------------------------------------------------ */

/* However it is typed, it is the catalogue's: in both tails, too. */
static void test_equivalents(void) {
    static const char *const pairs[][2] = {
        {"tanh", "(exp(x)-exp(-x))/(exp(x)+exp(-x))"},
        {"tanh", "(exp(2*x)-1)/(exp(2*x)+1)"},
        {"tanh", "(1-exp(-2*x))/(1+exp(-2*x))"},
        {"tanh", "2/(1+exp(-2*x))-1"},
        {"tanh", "2*sigmoid(2*x)-1"},
        {"sigmoid", "1/(1+exp(-x))"},
        {"sigmoid", "exp(x)/(1+exp(x))"},
        {"softplus", "log(1+exp(x))"},
        {"softplus", "log1p(exp(x))"},
        {"softplus", "-log(sigmoid(-x))"},
        {"softplus", "-log(1/(1+exp(x)))"},
        {"swish", "x*sigmoid(x)"},
        {"swish", "x/(1+exp(-x))"},
        {"swish", "x*exp(x)/(1+exp(x))"},
        {"gelu", "0.5*x*(1+erf(x/sqrt(2)))"},
        {"gelu", "x/2*(1+erf(x*0.5^0.5))"},
        {"gelu", "x*(1-erf(-x*2^-0.5))/2"},
        {"gelu_tanh", "0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))"},
        {"gelu_sigmoid", "x*sigmoid(1.702*x)"},
        {"elu", "where(x>0,x,exp(x)-1)"},
        {"elu", "max(x,0)+min(0,expm1(x))"},
        {"relu", "max(0,x)"},
        {"relu", "(x+abs(x))/2"},
        {"leaky_relu", "max(x,0.01*x)"},
        {"selu", "1.0507009873554805*where(x>0,x,1.6732632423543772*expm1(x))"},
    };
    for (int i = 0; i < AG_COUNT(pairs); i++) {
        ag_choice c;
        ag_error err;
        const ag_choice known = ag_choice_standard(ag_catalogue_find(&ag_activations, pairs[i][0]));
        CHECK(compile(pairs[i][1], 0, &c, &err) == AG_OK, "%s: %s", pairs[i][1], err.text);
        if (err.status) continue;
        for (int k = -4000; k <= 4000; k++) {
            const double x = k ? k * 0.03125 : 0.5;
            const double y = ag_act_value(&c, x), want = ag_act_value(&known, x);
            const double d = ag_act_derivative(&c, x), slope = ag_act_derivative(&known, x);
            CHECK(close_to(y, want, 2e-12, 1e-300), "%s at %g: %.17g, %s %.17g", pairs[i][1], x, y,
                  pairs[i][0], want);
            CHECK(close_to(d, slope, 2e-11, 1e-15), "%s at %g: derivative %.17g, %s %.17g",
                  pairs[i][1], x, d, pairs[i][0], slope);
        }
    }
}

/* f(x), f'(x) at places where plain floats overflow, cancel or are undefined. */
static void test_extremes(void) {
    const double inf = (double)INFINITY;
    const struct {
        const char *text;
        double x, value, derivative;
    } known[] = {
        {"x*tanh(softplus(x))", inf, inf, 1},
        {"x*tanh(softplus(x))", -inf, 0, 0},
        {"x*tanh(log(1+exp(x)))", 1e30, (double)1e30f, 1},
        {"x*sigmoid(x)", -inf, 0, 0},
        {"x*sigmoid(x)", -1e38, 0, 0},
        {"x^2*sigmoid(x)", -1e30, 0, 0},
        {"x/(1+abs(x))", inf, 1, 0},
        {"x/(1+abs(x))", -inf, -1, 0},
        {"x/sqrt(1+x^2)", -inf, -1, 0},
        {"x*exp(-x^2)", inf, 0, 0},
        {"sin(x)", inf, (double)NAN, (double)NAN},
        {"0*x", 5, 0, 0},
        {"where(x>0, 1, 0)*x", 1e38, (double)1e38f, 1},
    };
    for (int i = 0; i < AG_COUNT(known); i++) {
        ag_choice c;
        ag_error err;
        CHECK(compile(known[i].text, 0, &c, &err) == AG_OK, "%s: %s", known[i].text, err.text);
        if (err.status) continue;
        const ag_real z = (ag_real)known[i].x;
        ag_real y, d;
        ag_act_evaluate(&c, 1, &z, &y, &d);
        CHECK(close_to((double)y, known[i].value, 1e-6, 0), "%s at %g: %g", known[i].text,
              known[i].x, (double)y);
        CHECK(close_to((double)d, known[i].derivative, 1e-6, 1e-30), "%s at %g: derivative %g",
              known[i].text, known[i].x, (double)d);
        const ag_real nan = (ag_real)NAN;
        ag_act_evaluate(&c, 1, &nan, &y, &d);
        CHECK(isnan((double)y) && isnan((double)d), "%s of NaN: %g, %g", known[i].text, (double)y,
              (double)d);
        CHECK(isnan(ag_act_value(&c, (double)NAN)) && isnan(ag_act_derivative(&c, (double)NAN)),
              "%s of NaN", known[i].text);
    }
}

static void test_seams(void) {
    static const struct {
        const char *text;
        int n;
        double at[4];
    } known[] = {
        {"x*sin(x)", 0, {0}},
        {"relu(x)", 1, {0}},
        {"clip(x,-1,2.5)", 2, {-1, 2.5}},
        {"abs(x^2-2)", 2, {-1.4142135623730951, 1.4142135623730951}},
        {"where(x>0.1,x,-x)", 1, {0.1}},
        {"max(x,max(x,0))", 1, {0}},
        {"sign(x-3)*x", 1, {3}},
        {"x*(x>-1)*(x<1)", 2, {-1, 1}},
    };
    for (int i = 0; i < AG_COUNT(known); i++) {
        ag_choice c;
        ag_error err;
        double at[AG_ACT_SEAMS_MAX] = {0};
        CHECK(compile(known[i].text, 0, &c, &err) == AG_OK, "%s: %s", known[i].text, err.text);
        if (err.status) continue;
        const int n = ag_act_seams(&c, at);
        CHECK(n == known[i].n, "%s has %d seams", known[i].text, n);
        for (int k = 0; k < known[i].n; k++)
            CHECK(close_to(at[k], known[i].at[k], 1e-12, 1e-12), "%s: %.17g", known[i].text, at[k]);
    }
}

/* --- random formulas ------------------------------------------------------------------- */

static void grow(ag_stream *random, char *text, int depth, int n_params) {
    static const char *const ones[] = {"tanh(",      "sigmoid(",   "softplus(",   "erf(",
                                       "sin(",       "cos(",       "atan(",       "abs(",
                                       "relu(",      "exp(-abs(",  "-(",          "sqrt(1+abs(",
                                       "log(2+cos(", "log1p(abs(", "expm1(-abs(", "sign("};
    static const char *const twos[] = {"+", "-", "*", "/(2+cos(", "+", "*"};
    static const char *const numbers[] = {"1", "2", "0.5", "3", "pi", "0.25", "1.5"};
    const uint64_t kind = below(random, 10);
    if (strlen(text) > 600 || depth > 4 || kind < 2) {
        if (n_params && below(random, 3) == 0)
            strcat(text, below(random, 2) ? "a" : "b");
        else
            strcat(text, below(random, 4) ? "x" : numbers[below(random, 7)]);
    } else if (kind < 5) {
        const char *one = ones[below(random, sizeof ones / sizeof *ones)];
        strcat(text, one);
        grow(random, text, depth + 1, n_params);
        strcat(text, strchr(one, '(') == strrchr(one, '(') ? ")" : "))");
    } else if (kind < 8) {
        const char *two = twos[below(random, 6)];
        strcat(text, "(");
        grow(random, text, depth + 1, n_params);
        strcat(text, two);
        grow(random, text, depth + 1, n_params);
        strcat(text, two[0] == '/' ? ")))" : ")");
    } else {
        static const char *const threes[] = {"where(", "clip(", "min(", "max("};
        const uint64_t three = below(random, 4);
        strcat(text, threes[three]);
        grow(random, text, depth + 1, n_params);
        if (three == 0) strcat(text, ">"), grow(random, text, depth + 1, n_params);
        strcat(text, three == 1 ? ",-1" : ",");
        if (three != 1) grow(random, text, depth + 1, n_params);
        if (three < 2) strcat(text, ",");
        if (three < 2) grow(random, text, depth + 1, n_params);
        strcat(text, ")");
    }
}

static double slope_at(const ag_choice *c, double x, double h) {
    return (8 * (ag_act_value(c, x + h) - ag_act_value(c, x - h)) -
            (ag_act_value(c, x + 2 * h) - ag_act_value(c, x - 2 * h))) /
           (12 * h);
}

/* The difference that fits best; kinks next to x spoil the wide ones, rounding the narrow. */
static bool agrees(const ag_choice *c, double x, double derivative, double scale) {
    for (double h = 1e-2; h > 1e-6; h /= 4)
        if (fabs(slope_at(c, x, h) - derivative) <= 1e-6 * (scale + fabs(derivative))) return true;
    return false;
}

static bool agrees_with_parameter(const ag_choice *c, double x, int k, double derivative,
                                  double scale) {
    ag_choice low = *c, high = *c;
    for (double h = 1e-2; h > 1e-7; h /= 4) {
        low.number[k] = c->number[k] - h;
        high.number[k] = c->number[k] + h;
        const double d = (ag_act_value(&high, x) - ag_act_value(&low, x)) / (2 * h);
        if (fabs(d - derivative) <= 1e-4 * (scale + fabs(derivative))) return true;
    }
    return false;
}

static void check_random(const char *text, const ag_choice *c, ag_stream *random) {
    double dp[2];
    for (int i = 0; i < 12; i++) {
        const double x = 8 * ag_random_uniform(random) - 4 + 1e-4;
        const double y = ag_act_value(c, x), d = ag_act_derivative(c, x);
        if (!isfinite(y) || fabs(y) > 1e6 || !isfinite(d) || fabs(d) > 1e6) continue;
        CHECK(agrees(c, x, d, 1 + fabs(y)), "%s at %.17g: derivative %.10g, differences %.10g",
              text, x, d, slope_at(c, x, 1e-4));
        if (ag_activation_of(c)->n_learned < 2) continue;
        ag_act_param_derivatives(c, x, dp);
        for (int k = 0; k < 2; k++)
            CHECK(!(fabs(dp[k]) < 1e6) || agrees_with_parameter(c, x, k, dp[k], 1 + fabs(y)),
                  "%s at %.17g: df/d%s %.10g", text, x, k ? "b" : "a", dp[k]);
    }
}

/* The machine against the definition, element by element and at any place in a block. */
static void check_machine(const char *text, const ag_choice *c) {
    enum { N = 700 };
    static ag_real x[N], y[N], d[N], y2[N], d2[N];
    int off = 0;
    for (int i = 0; i < N; i++)
        x[i] = (ag_real)(i * 0.0117 - 4.1);
    ag_act_evaluate(c, N, x, y, d);
    for (int i = 0; i < N; i++) {
        const double z = (double)x[i], want = ag_act_value(c, z), slope = ag_act_derivative(c, z);
        if (!isfinite(want) || fabs(want) > 1e5 || !isfinite(slope) || fabs(slope) > 1e5) continue;
        /* steep ones magnify roundings; at a seam a float may be on the other side */
        const double blur = 2e-5 * (1 + fabs(want) + fabs(slope) * (1 + fabs(z)));
        off += !(fabs((double)y[i] - want) <= blur);
        off += !(fabs((double)d[i] - slope) <= 5e-3 * (1 + fabs(slope) + fabs(want)));
    }
    CHECK(off <= 24, "%s: %d of %d elements are not what they are by definition", text, off, N);
    ag_act_evaluate(c, 1, x + 3, y2, d2);
    CHECK(memcmp(y2, y + 3, sizeof *y) == 0 && memcmp(d2, d + 3, sizeof *d) == 0, "%s", text);
    ag_act_evaluate(c, 77, x + 301, y2, d2);
    CHECK(memcmp(y2, y + 301, 77 * sizeof *y) == 0 && memcmp(d2, d + 301, 77 * sizeof *d) == 0,
          "%s: other bits at another place", text);
    memcpy(y2, x, sizeof x);
    ag_act_evaluate(c, N, y2, y2, d2);
    CHECK(memcmp(y2, y, sizeof y) == 0 && memcmp(d2, d, sizeof d) == 0, "%s: in place", text);
}

/* What a float can hold is not lost on the way, however far out. The sine of a large number that
 * has been rounded may be any: which branch it decides for, too. */
static void check_far(const char *text, const ag_choice *c) {
    enum { N = 66 };
    ag_real x[N], y[N], d[N];
    if (strstr(text, "where") && (strstr(text, "sin") || strstr(text, "cos"))) return;
    for (int i = 0; i < N; i++)
        x[i] = (ag_real)ldexp(i % 2 ? 1.0 : -1.0, (i / 2) * 4 - 4);
    ag_act_evaluate(c, N, x, y, d);
    for (int i = 0; i < N; i++) {
        const double f = ag_act_value(c, (double)x[i]), df = ag_act_derivative(c, (double)x[i]);
        CHECK(isfinite((double)y[i]) || !(fabs(f) < 1e37), "%s at %g: %g, not %g", text,
              (double)x[i], (double)y[i], f);
        CHECK(isfinite((double)d[i]) || !(fabs(df) < 1e37), "%s at %g: derivative %g, not %g", text,
              (double)x[i], (double)d[i], df);
    }
}

static void check_machine_learned(const char *text, const ag_choice *c) {
    enum { N = 45 };
    ag_real x[N], a[N], b[N], y[N], d[N], da[N], db[N];
    for (int i = 0; i < N; i++) {
        x[i] = (ag_real)(i * 0.17 - 4.1);
        a[i] = (ag_real)(0.7 + 0.01 * i);
        b[i] = (ag_real)(-1.3 - 0.02 * i);
    }
    ag_act_evaluate_learned(c, N, x, (const ag_real *const[]){a, b}, y, d,
                            (ag_real *const[]){da, db});
    int off = 0;
    for (int i = 0; i < N; i++) {
        double dp[2];
        ag_choice own = *c;
        own.number[0] = (double)a[i];
        own.number[1] = (double)b[i];
        const double z = (double)x[i], want = ag_act_value(&own, z);
        ag_act_param_derivatives(&own, z, dp);
        if (!isfinite(want) || fabs(want) > 1e5 || !(fabs(dp[0]) + fabs(dp[1]) < 1e5)) continue;
        off += !(fabs((double)y[i] - want) <= 1e-3 * (1 + fabs(want)));
        off += !(fabs((double)da[i] - dp[0]) <= 5e-3 * (1 + fabs(dp[0]) + fabs(want)));
        off += !(fabs((double)db[i] - dp[1]) <= 5e-3 * (1 + fabs(dp[1]) + fabs(want)));
    }
    CHECK(off <= 4, "%s: %d learned elements are not what they are by definition", text, off);
}

static void test_random(int n) {
    ag_stream random = ag_stream_open(5, AG_RANDOM_TEST, 0);
    int n_good = 0;
    for (int i = 0; i < n; i++) {
        const ag_mark mark = ag_arena_mark(&arena);
        char text[2000] = "";
        const int n_params = i % 3 == 0 ? 2 : 0;
        if (n_params) strcat(text, "a*b*");
        strcat(text, "x+");
        grow(&random, text, 0, n_params);
        ag_choice c, again;
        ag_error err;
        const ag_status status = compile(text, n_params, &c, &err);
        CHECK(status == AG_OK || strstr(err.text, "limit") || strstr(err.text, "more than"),
              "%s: %s", text, err.text);
        if (!status) {
            n_good++;
            check_random(text, &c, &random);
            check_machine(text, &c);
            check_far(text, &c);
            if (n_params) check_machine_learned(text, &c);
            CHECK(compile(c.element->formula, n_params, &again, &err) == AG_OK, "%s", text);
            CHECK(strcmp(c.element->definition, again.element->definition) == 0, "%s", text);
        }
        ag_arena_release(&arena, mark);
    }
    CHECK(n_good > n * 9 / 10, "%d of %d", n_good, n);
}

int main(void) {
    test_values();
    test_canonical();
    test_equivalents();
    test_extremes();
    test_seams();
    test_random(2000);
    ag_arena_close(&arena);
    return check_report();
}
