#include "harness/cli/activation_show.h"

#include "activations/activation.h"
#include "harness/base/isa.h"
#include "harness/base/text.h"
#include "harness/cli/listing.h"
#include "harness/cli/parameter.h"
#include "harness/cli/plot.h"
#include "harness/cli/terminal.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 80, INDENT = 14 }; /* of lines, as far as possible */

/* --- what was chosen ---------------------------------------------------------- */

/* The value of a parameter as in an experiment file. */
static const char *setting(char text[AG_NUMBER_MAX], const ag_choice *choice, int i) {
    const char *word = ag_choice_word(choice, i);
    return word ? word : ag_format_number(text, choice->number[i]);
}

void ag_show_settings(FILE *out, const ag_choice *choice) {
    char text[AG_NUMBER_MAX];
    int column = 0;
    for (int i = 0; i < choice->element->n_params; i++) {
        const char *name = choice->element->params[i].name, *value = setting(text, choice, i);
        const int width = (int)(strlen(name) + strlen(value)) + 3;
        if (i && column + width > WIDTH) column = 0;
        if (column == 0) fprintf(out, "%s%-*s", i ? ",\n" : "", INDENT, i ? "" : "  here");
        fprintf(out, "%s%s %s", column ? ", " : "", name, value);
        column = (column ? column : INDENT) + width;
    }
    if (choice->element->n_params) fputc('\n', out);
}

/* A blank and the item, on the next line if there is no room. Returns the column behind it. */
static int print_item(FILE *out, const char *item, int column) {
    const int width = ag_text_width(item);
    if (column + 1 + width <= WIDTH) {
        fprintf(out, " %s", item);
        return column + 1 + width;
    }
    fprintf(out, "\n%*s%s", INDENT, "", item);
    return INDENT + width;
}

static void print_learned(FILE *out, const ag_choice *choice) {
    const ag_activation *act = ag_activation_of(choice);
    if (act->forward_only)
        fputs("  forward only: its derivative is 0 wherever there is one, so no layer in front\n"
              "              of it can learn by gradients\n",
              out);
    if (!act->n_learned) return;
    int column = fprintf(out, "  can learn  ");
    for (int k = 0; k < act->n_learned; k++) {
        char name[80];
        snprintf(name, sizeof name, "%s,", choice->element->params[k].name);
        column = print_item(out, name, column);
    }
    fprintf(out, "\n%*swhen learned is shared, per_layer or per_channel\n", INDENT, "");
}

/* --- what kind of function ------------------------------------------------------ */

static const char *number(char text[AG_NUMBER_MAX], double x) {
    if (isinf(x)) return x < 0.0 ? "-infinity" : "infinity";
    if (isnan(x)) return "undefined";
    snprintf(text, AG_NUMBER_MAX, "%.6g", x + 0.0); /* no "-0" */
    return text;
}

static void print_range(FILE *out, const ag_traits *t) {
    char low[AG_NUMBER_MAX], high[AG_NUMBER_MAX];
    if (isnan(t->low.value)) {
        fputs("  range       none: undefined everywhere\n", out);
        return;
    }
    fprintf(out, "  range       %c%s, %s%c\n", t->low.taken ? '[' : '(', number(low, t->low.value),
            number(high, t->high.value), t->high.taken ? ']' : ')');
    const char *const bounded[] = {"no", "above", "below", "yes"};
    fprintf(out, "  bounded     %s\n",
            bounded[2 * isfinite(t->low.value) + 1 * isfinite(t->high.value)]);
    fprintf(out, "  limits      %s at -infinity, ",
            isnan(t->before) ? "none" : number(low, t->before));
    fprintf(out, "%s at infinity\n", isnan(t->after) ? "none" : number(high, t->after));
}

/* "x < 0", "0 < x < 1", "x = 0": where an interval begins or ends at the last float it goes on. */
static void print_interval(FILE *out, ag_interval at) {
    const bool open_left = at.from <= -FLT_MAX, open_right = at.to >= FLT_MAX;
    const double below = (double)ag_float_before(at.from), above = (double)ag_float_after(at.to);
    if (open_left && open_right)
        fputs("every x", out);
    else if (at.from == at.to)
        fprintf(out, "x = %.7g", (double)at.from);
    else if (open_left)
        fprintf(out, "x < %.7g", fabs(above) < (double)FLT_MIN ? 0.0 : above);
    else if (open_right)
        fprintf(out, "x > %.7g", fabs(below) < (double)FLT_MIN ? 0.0 : below);
    else
        fprintf(out, "%.7g < x < %.7g", fabs(below) < (double)FLT_MIN ? 0.0 : below,
                fabs(above) < (double)FLT_MIN ? 0.0 : above);
}

static void print_intervals(FILE *out, const char *before, const ag_intervals *where) {
    const int n = where->n < AG_INTERVALS_MAX ? where->n : AG_INTERVALS_MAX;
    for (int i = 0; i < n; i++) {
        fputs(i ? ", " : before, out);
        print_interval(out, where->at[i]);
    }
    if (where->n > n) fprintf(out, " and %d more pieces", where->n - n);
    if (n) fputc('\n', out);
}

static void print_turns(FILE *out, const ag_activation_facts *facts) {
    const ag_traits *t = &facts->traits;
    char x[AG_NUMBER_MAX], y[AG_NUMBER_MAX];
    const int n = t->n_turns < AG_TURNS_MAX ? t->n_turns : AG_TURNS_MAX;
    int column = INDENT + 2 + fprintf(out, ": turns at"); /* behind "no" */
    for (int i = 0; i < n; i++) {
        char turn[3 * AG_NUMBER_MAX];
        snprintf(turn, sizeof turn, "%s%s (f = %s)%s", i ? "" : "x = ", number(x, t->turn[i]),
                 number(y, ag_act_value(facts->choice, t->turn[i])), i + 1 < n ? "," : "");
        column = print_item(out, turn, column);
    }
    if (t->n_turns > n) fprintf(out, "\n%*sand %d more within 20 of 0", INDENT, "", t->n_turns - n);
}

static void print_monotone(FILE *out, const ag_activation_facts *facts) {
    static const char *const words[] = {"no",
                                        "constant",
                                        "increasing",
                                        "decreasing",
                                        "increasing, constant in places",
                                        "decreasing, constant in places"};
    fprintf(out, "  monotone    %s", words[facts->traits.monotone]);
    if (facts->traits.monotone == AG_MONOTONE_NOT) print_turns(out, facts);
    fputc('\n', out);
}

static void print_smooth(FILE *out, const ag_traits *t) {
    char x[AG_NUMBER_MAX], by[AG_NUMBER_MAX];
    for (int i = 0; i < t->n_jumps; i++)
        fprintf(out, "%s%s", i ? ", " : "  seams       two formulas meet at ",
                number(x, t->jump[i].at));
    if (t->n_jumps) fputc('\n', out);
    fputs("  smooth      ", out);
    if (t->smooth == INT_MAX)
        fputs("yes: no seams\n", out);
    else if (t->smooth >= AG_ORDER_MAX)
        fprintf(out, "yes, up to the derivative of order %d\n", AG_ORDER_MAX);
    else if (t->smooth < 0)
        fputs("no: f jumps\n", out);
    else
        fprintf(out, "%s\n",
                t->smooth == 0   ? "f is continuous, f' is not"
                : t->smooth == 1 ? "f and f' are continuous, f'' is not"
                : t->smooth == 2 ? "f, f' and f'' are continuous, f''' is not"
                                 : "f to f''' are continuous, f'''' is not");
    static const char *const name[] = {"f", "f'", "f''", "f'''", "f''''"};
    for (int i = 0; i < t->n_jumps; i++) {
        const ag_jump *j = &t->jump[i];
        if (j->order > AG_ORDER_MAX) continue;
        fprintf(out, "              at %s ", number(x, j->at));
        fprintf(out, "%s jumps by %s\n", name[j->order],
                isnan(j->by) ? "what is not finite" : number(by, j->by));
    }
}

static void print_traits(FILE *out, const ag_activation_facts *facts) {
    const ag_traits *t = &facts->traits;
    char text[AG_NUMBER_MAX];
    print_intervals(out, "  undefined   for ", &t->undefined);
    print_range(out, t);
    print_monotone(out, facts);
    if (t->odd || t->even) fprintf(out, "  symmetry    %s\n", t->odd ? "odd" : "even");
    if (isnan(t->mean))
        fputs("  zero-centred no: E f(z) is undefined\n", out);
    else if (t->centred)
        fputs("  zero-centred yes: E f(z) = 0\n", out);
    else
        fprintf(out, "  zero-centred no: E f(z) = %s\n", number(text, t->mean));
    print_smooth(out, t);
}

/* --- expectations ---------------------------------------------------------------- */

void ag_show_gain(FILE *out, const ag_activation_facts *facts) {
    if (!isnan(facts->gain))
        fprintf(out,
                "  gain        %.6f   weights ~ N(0, gain^2 / fan_in) keep the variance at 1\n",
                facts->gain);
    else
        fputs("  gain        none: no weights keep the variance at 1\n", out);
}

static void print_expectations(FILE *out, const ag_activation_facts *facts) {
    fputs("\nfor z from the normal distribution N(0, 1)\n", out);
    const double values[] = {facts->mean, facts->square, facts->slope_square};
    static const char *const names[] = {"E f(z)", "E f(z)^2", "E f'(z)^2"};
    for (int i = 0; i < AG_COUNT(values); i++)
        if (isnan(values[i]))
            fprintf(out, "  %-11s undefined, or infinite\n", names[i]);
        else
            fprintf(out, "  %-11s %.6f\n", names[i], values[i] + 0.0);
    if (facts->off > 5e-7)
        fprintf(out, "  off by      %.0e at most: f oscillates too often, or is too steep\n",
                facts->off);
    ag_show_gain(out, facts);
}

static void print_edge(FILE *out, const ag_edge *e) {
    if (isnan(e->sigma_w)) {
        fprintf(out, "  %8g   %8s\n", e->sigma_b, "none");
        return;
    }
    fprintf(out, "  %8g   %8.5g %9.4g %8.3f   ", e->sigma_b, e->sigma_w, e->q, e->slope);
    if (isinf(e->depth))
        fputs("q is kept\n", out);
    else if (e->depth >= 0.0 && e->depth < 0.05)
        fputs("q comes back at once\n", out);
    else if (e->depth > 0.0)
        fprintf(out, "q comes back in %.3g layers\n", e->depth);
    else
        fprintf(out, "unstable: q runs away in %.3g layers\n", -e->depth);
}

static void print_edges(FILE *out, const ag_activation_facts *facts) {
    fputs("\nedge of chaos: weights ~ N(0, sigma_w^2 / fan_in), biases ~ N(0, sigma_b^2)\n", out);
    switch (facts->edge_kind) {
    case AG_EDGE_UNDEFINED:
        fputs("  undefined: f has no finite expectations, or oscillates too often\n", out);
        return;
    case AG_EDGE_FLAT: fputs("  none: f' = 0, so every net is ordered\n", out); return;
    case AG_EDGE_JUMPS:
        fputs("  none: f jumps, so inputs, however alike, part: chaos where q* > 0\n", out);
        return;
    case AG_EDGE_SCALE_FREE:
        fprintf(out,
                "  a point: sigma_w %.4f without biases, where every q is kept; with biases, q\n"
                "  grows in each layer by sigma_b^2\n",
                facts->edge[0].sigma_w);
        return;
    case AG_EDGE_LINE: break;
    }
    fprintf(out, "  %8s   %8s %9s %8s\n", "sigma_b", "sigma_w", "q*", "dq'/dq");
    for (int i = 0; i < AG_FACTS_EDGES; i++)
        print_edge(out, &facts->edge[i]);
}

static void print_depth(FILE *out, const ag_depth *d) {
    fprintf(out, "%9.4g ", d->q);
    fprintf(out, isinf(d->chi_1) ? "infinite " : "%8.5g ", d->chi_1);
    fprintf(out, "%9.4f ", d->c);
    if (isnan(d->xi))
        fprintf(out, "%9s\n", d->c == 1.0 ? "chaos" : "unknown");
    else if (isinf(d->xi_low))
        fputs(" infinite\n", out);
    else if (d->xi_high < 0.05)
        fprintf(out, "%9s\n", "< 0.05");
    else if (d->xi_high - d->xi_low <= 1e-4 * d->xi_high)
        fprintf(out, "%9.4g\n", d->xi);
    else if (isinf(d->xi_high))
        fprintf(out, "over %.3g\n", d->xi_low);
    else
        fprintf(out, "%.3g to %.3g\n", d->xi_low, d->xi_high);
}

static void print_depths(FILE *out, const ag_activation_facts *facts) {
    if (facts->edge_kind == AG_EDGE_UNDEFINED) return;
    fprintf(out,
            "\ndepth scale: layers in which the distance of correlations from c* falls by e\n"
            "  %-8s   %8s %9s %8s %9s %9s\n",
            "weights", "sigma_w", "q*", "chi_1", "c*", "layers");
    for (int i = 0; i < AG_FACTS_DEPTHS; i++) {
        const ag_depth *d = &facts->depth[i].depth;
        if (isnan(d->sigma_w)) continue; /* no gain */
        fprintf(out, "  %-8s   %8.4f ", facts->depth[i].weights, d->sigma_w);
        if (isfinite(d->q))
            print_depth(out, d);
        else
            fputs(isnan(d->q) ? "undefined\n" : "  grows without bound\n", out);
    }
}

/* --- the float path --------------------------------------------------------------- */

static void print_error(FILE *out, const char *name, double ulp, double at, double near_zero) {
    char text[AG_NUMBER_MAX];
    if (isinf(ulp))
        fprintf(out, "  error %-5s wrong at x = %s\n", name, number(text, at));
    else
        fprintf(out, "  error %-5s %.2f ULP", name, ulp);
    if (isfinite(ulp) && ulp > 0.0) fprintf(out, " at x = %s", number(text, at));
    if (isfinite(ulp) && near_zero > 0.0) fprintf(out, ", %.1e where it crosses zero", near_zero);
    if (isfinite(ulp)) fputc('\n', out);
}

void ag_show_float_error(FILE *out, const ag_float_error *e) {
    print_error(out, "f", e->ulp, e->at, e->near_zero);
    print_error(out, "f'", e->slope_ulp, e->slope_at, e->slope_near_zero);
}

void ag_show_pace(FILE *out, const ag_pace *p) {
    fprintf(out, "  forward     %.3f ns an element, f and f' (y = x: %.3f)\n", p->forward.median,
            p->identity.median);
    fprintf(out, "  backward    %.3f ns, dy f'; in the first cache, one core, %s\n",
            p->backward.median, ag_isa_name(ag_isa()));
}

static void print_float_path(FILE *out, const ag_activation_facts *facts) {
    const ag_traits *t = &facts->traits;
    fputs("\nin training, in float\n", out);
    print_intervals(out, "  overflow    f for ", &t->overflows);
    print_intervals(out, "  overflow    f' for ", &t->slope_overflows);
    if (!t->overflows.n && !t->slope_overflows.n) fputs("  overflow    none\n", out);
    ag_show_float_error(out, &facts->error);
    ag_show_pace(out, &facts->pace);
}

/* --- points and picture ------------------------------------------------------------ */

static const char *digits(char text[AG_NUMBER_MAX], double x) {
    if (!isfinite(x)) return number(text, x);
    snprintf(text, AG_NUMBER_MAX, "%.10g", x + 0.0); /* no "-0" */
    return text;
}

static void print_points(FILE *out, const ag_activation_facts *facts) {
    char x[AG_NUMBER_MAX], f[AG_NUMBER_MAX], df[AG_NUMBER_MAX];
    fprintf(out, "\n%12s %18s %18s\n", "x", "f(x)", "f'(x)");
    for (int i = 0; i < facts->n_points; i++) {
        const ag_fact_point p = ag_fact_point_at(facts, i);
        fprintf(out, "%12s %18s %18s\n", ag_format_number(x, p.x), digits(f, p.value),
                digits(df, p.derivative));
    }
}

static void print_plot(FILE *out, const ag_choice *choice) {
    ag_plot plot = {.x0 = -4.0, .x1 = 4.0, .columns = ag_plot_columns(out)};
    for (int i = 0; i < ag_plot_samples(&plot); i++) {
        const double y = plot.first[i] = ag_act_value(choice, ag_plot_x(&plot, i));
        plot.second[i] = isnan(y) ? y : ag_act_derivative(choice, ag_plot_x(&plot, i));
    }
    const bool braille = ag_terminal_utf8();
    fputs(braille ? "\n  line: f    dots: f'\n\n" : "\n  *: f    o: f'\n\n", out);
    ag_plot_print(out, &plot, braille);
}

void ag_activation_show(FILE *out, const ag_activation_facts *facts) {
    if (ag_act_inputs(facts->choice) > 1) {
        ag_activation_show_unit(out, facts);
        return;
    }
    ag_listing_show(out, facts->choice->element, ag_act_derivative_text(facts->choice));
    ag_show_settings(out, facts->choice);
    print_learned(out, facts->choice);
    print_traits(out, facts);
    print_expectations(out, facts);
    print_edges(out, facts);
    print_depths(out, facts);
    print_float_path(out, facts);
    print_points(out, facts);
    print_plot(out, facts->choice);
}
