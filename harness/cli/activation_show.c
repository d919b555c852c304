#include "harness/cli/activation_show.h"

#include "activations/activation.h"
#include "harness/base/text.h"
#include "harness/cli/json.h"
#include "harness/cli/listing.h"
#include "harness/cli/plot.h"
#include "models/initializer.h"

#include <math.h>

/* Expectations for z ~ N(0, 1). */
typedef struct moments {
    double mean, square, slope_square; /* E f, E f^2, E f'^2 */
} moments;

static moments moments_of(const ag_choice *choice) {
    return (moments){ag_activation_expectation(choice, AG_EXPECT_VALUE),
                     ag_activation_expectation(choice, AG_EXPECT_VALUE_SQUARED),
                     ag_activation_expectation(choice, AG_EXPECT_SLOPE_SQUARED)};
}

/* The value of a parameter as in an experiment file. */
static const char *setting(char text[AG_NUMBER_MAX], const ag_choice *choice, int i) {
    const ag_param *p = &choice->element->params[i];
    return p->kind == AG_PARAM_WORD ? p->words[(int)choice->number[i]]
                                    : ag_format_number(text, choice->number[i]);
}

static void print_settings(FILE *out, const ag_choice *choice) {
    char text[AG_NUMBER_MAX];
    for (int i = 0; i < choice->element->n_params; i++)
        fprintf(out, "%s%s %s", i ? ", " : "  here        ", choice->element->params[i].name,
                setting(text, choice, i));
    if (choice->element->n_params) fputc('\n', out);
}

static void print_seams(FILE *out, const ag_choice *choice) {
    char text[AG_NUMBER_MAX];
    double seam[AG_ACT_SEAMS_MAX];
    const int n = ag_act_seams(choice, seam);
    for (int i = 0; i < n; i++)
        fprintf(out, "%s%s", i ? ", " : "  seams       two formulas meet at ",
                ag_format_number(text, seam[i]));
    fputs(n ? "\n" : "  seams       none: smooth everywhere\n", out);
}

static void print_points(FILE *out, const ag_choice *choice, int n, const double *x) {
    char text[AG_NUMBER_MAX];
    fprintf(out, "\n%12s %18s %18s\n", "x", "f(x)", "f'(x)");
    for (int i = 0; i < n; i++)
        fprintf(out, "%12s %18.10g %18.10g\n", ag_format_number(text, x[i]),
                ag_act_value(choice, x[i]), ag_act_derivative(choice, x[i]));
}

static void print_plot(FILE *out, const ag_choice *choice) {
    ag_plot plot = {.x0 = -4.0, .x1 = 4.0};
    for (int i = 0; i < AG_PLOT_SAMPLES; i++) {
        plot.first[i] = ag_act_value(choice, ag_plot_x(&plot, i));
        plot.second[i] = ag_act_derivative(choice, ag_plot_x(&plot, i));
    }
    fputs("\n  line: f    dots: f'\n\n", out);
    ag_plot_print(out, &plot);
}

void ag_activation_show(FILE *out, const ag_choice *choice, int n, const double *x) {
    const ag_activation *act = ag_activation_of(choice);
    const moments m = moments_of(choice);
    ag_listing_show(out, choice->element);
    print_settings(out, choice);
    print_seams(out, choice);
    if (act->forward_only)
        fputs("  forward only: its derivative is 0 wherever there is one, so no layer in front of\n"
              "              it can learn by gradients\n",
              out);
    for (int k = 0; k < act->n_learned; k++)
        fprintf(out, "%s%s%s", k ? ", " : "  can learn   ", choice->element->params[k].name,
                k + 1 < act->n_learned ? ""
                                       : ", when learned is shared, per_layer or per_channel\n");
    fprintf(out,
            "\nfor z from the normal distribution N(0, 1)\n"
            "  E f(z)      %.6f\n"
            "  E f(z)^2    %.6f\n"
            "  E f'(z)^2   %.6f\n"
            "  gain        %.6f   weights of variance gain^2 / fan_in keep the variance at 1\n",
            m.mean, m.square, m.slope_square, ag_activation_gain(choice));
    print_points(out, choice, n, x);
    print_plot(out, choice);
}

static void json_member(FILE *out, const char *name, double x) {
    fprintf(out, ", \"%s\": ", name);
    ag_json_number(out, x);
}

static void json_settings(FILE *out, const ag_choice *choice) {
    fputs(", \"settings\": {", out);
    for (int i = 0; i < choice->element->n_params; i++) {
        const ag_param *p = &choice->element->params[i];
        fputs(i ? ", " : "", out);
        ag_json_text(out, p->name);
        fputs(": ", out);
        if (p->kind == AG_PARAM_WORD)
            ag_json_text(out, p->words[(int)choice->number[i]]);
        else
            ag_json_number(out, choice->number[i]);
    }
    fputc('}', out);
}

void ag_activation_show_json(FILE *out, const ag_choice *choice, int n, const double *x) {
    const ag_activation *act = ag_activation_of(choice);
    const moments m = moments_of(choice);
    fputs("{\"activation\": ", out);
    ag_listing_show_json(out, choice->element);
    json_settings(out, choice);
    fputs(", \"seams\": [", out);
    double seam[AG_ACT_SEAMS_MAX];
    const int n_seams = ag_act_seams(choice, seam);
    for (int i = 0; i < n_seams; i++) {
        fputs(i ? ", " : "", out);
        ag_json_number(out, seam[i]);
    }
    fprintf(out, "], \"forward_only\": %s, \"can_learn\": [", act->forward_only ? "true" : "false");
    for (int k = 0; k < act->n_learned; k++) {
        fputs(k ? ", " : "", out);
        ag_json_text(out, choice->element->params[k].name);
    }
    fputc(']', out);
    json_member(out, "mean", m.mean);
    json_member(out, "mean_square", m.square);
    json_member(out, "mean_derivative_square", m.slope_square);
    json_member(out, "gain", ag_activation_gain(choice));
    fputs(", \"points\": [", out);
    for (int i = 0; i < n; i++) {
        fputs(i ? ", {\"x\": " : "{\"x\": ", out);
        ag_json_number(out, x[i]);
        json_member(out, "value", ag_act_value(choice, x[i]));
        json_member(out, "derivative", ag_act_derivative(choice, x[i]));
        fputc('}', out);
    }
    fputs("]}\n", out);
}
