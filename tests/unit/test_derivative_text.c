/* f' as `activations show` writes it: read as a formula, it is the derivative that trains. */
#include "activations/activation.h"
#include "activations/formula/formula.h"

#include "check.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static ag_arena arena;

/* The text with values in brackets in place of the names of parameters. */
static void put_values(char *to, size_t most, const char *text, const ag_choice *choice) {
    size_t n = 0;
    for (const char *c = text; *c && n + 40 < most;) {
        size_t word = 0;
        while (isalnum((unsigned char)c[word]) || c[word] == '_' || (word && c[word] == '.'))
            word++;
        int k = choice->element->n_params - 1;
        while (k >= 0 && (strlen(choice->element->params[k].name) != word ||
                          strncmp(choice->element->params[k].name, c, word) != 0))
            k--;
        if (word && k >= 0)
            n += (size_t)snprintf(to + n, most - n, "(%.17g)", choice->number[k]);
        else
            n += (size_t)snprintf(to + n, most - n, "%.*s", word ? (int)word : 1, c);
        c += word ? word : 1;
    }
}

static bool read_text(const char *text, ag_choice *choice) {
    const ag_formula_spec spec = {.text = text, .place = {"f", 1, 1}, .one_line = true};
    ag_error err = {0};
    const ag_status status = ag_formula_choice(&arena, &spec, choice, &err);
    CHECK(status == AG_OK, "%s: %s", text, err.text);
    return status == AG_OK;
}

static void compare(const ag_choice *of, const char *name, const char *text) {
    ag_choice derivative;
    char with_x[4096]; /* a constant is no formula */
    snprintf(with_x, sizeof with_x, "%s+0*x", text);
    if (!read_text(with_x, &derivative)) return;
    for (int i = 0; i < 500; i++) {
        const double x = -8 + 16 * (i + 0.3719) / 500, want = ag_act_derivative(of, x),
                     got = ag_act_value(&derivative, x);
        CHECK(close_to(got, want, 1e-9, 1e-12) || (isnan(got) && isnan(want)),
              "%s: %s at %g is %.17g, f' %.17g", name, text, x, got, want);
    }
}

/* Every function of the catalogue, with its standard parameters and with others. */
static void test_catalogue(void) {
    char text[4000];
    for (int i = 0; i < ag_activations.n_items; i++) {
        ag_choice choice = ag_choice_standard(ag_activations.items[i]);
        const ag_activation *act = ag_activation_of(&choice);
        const char *name = act->about.name;
        CHECK((ag_act_derivative_text(&choice) == NULL) == (ag_act_inputs(&choice) > 1), "%s",
              name);
        if (ag_act_inputs(&choice) > 1) continue;
        for (int other = 0; other < 2; other++) {
            const ag_mark mark = ag_arena_mark(&arena);
            for (int k = 0; other && k < act->about.n_params; k++) {
                const ag_param *p = &act->about.params[k];
                const double moved = p->standard * 0.75 + 0.125;
                if (p->kind == AG_PARAM_REAL && !p->words && !p->with && moved >= p->min &&
                    moved <= p->max)
                    choice.number[k] = moved;
            }
            put_values(text, sizeof text, ag_act_derivative_text(&choice), &choice);
            compare(&choice, name, text);
            ag_arena_release(&arena, mark);
        }
    }
}

/* What is typed: the text of the derivative that was made of it. */
static void test_typed(void) {
    static const char *const typed[] = {"x*sin(x)",
                                        "x*tanh(softplus(x))",
                                        "x*(1+erf(x/sqrt(2)))/2",
                                        "log(1+exp(x))",
                                        "x*sigmoid(1.702*x)",
                                        "where(x>0.3,x^3,exp(-x^2))",
                                        "clip(2*x,-1,1)",
                                        "abs(x)^1.5",
                                        "x*tanh(exp(x))",
                                        "min(x,max(-x,2))/3",
                                        "atan(x)-cos(2*x)",
                                        "erf(tanh(x))",
                                        "sqrt(1+x^2)",
                                        "1/(1+exp(-3*x))",
                                        "x*relu(x+3)/6",
                                        "expm1(-abs(x))",
                                        "sign(x)*log1p(x^2)",
                                        "2^x*x^-2",
                                        "5-x",
                                        "softplus(x)^2",
                                        "x-(x-(1-x))/(2/(x+9.5))"};
    for (int i = 0; i < AG_COUNT(typed); i++) {
        const ag_mark mark = ag_arena_mark(&arena);
        ag_choice choice;
        if (read_text(typed[i], &choice)) {
            const char *text = ag_act_derivative_text(&choice);
            CHECK(text && text[0], "%s has no text", typed[i]);
            compare(&choice, typed[i], text);
        }
        ag_arena_release(&arena, mark);
    }
}

/* Parts that are one node stand in the text many times: it ends before that takes time. */
static void test_long(void) {
    char text[1000] = "x";
    for (int i = 0; i < 40; i++) {
        char inner[1000];
        memcpy(inner, text, sizeof inner);
        snprintf(text, sizeof text, "tanh(%.900s)", inner);
    }
    ag_choice choice;
    if (read_text(text, &choice))
        CHECK(ag_act_derivative_text(&choice)[0] == 0, "%s", ag_act_derivative_text(&choice));
}

int main(void) {
    arena = AG_ARENA_EMPTY;
    test_catalogue();
    test_typed();
    test_long();
    ag_arena_close(&arena);
    return check_report();
}
