#include "activations/activation.h"
#include "harness/base/text.h"
#include "harness/cli/activation_show.h"
#include "harness/cli/listing.h"
#include "harness/cli/plot.h"
#include "harness/cli/terminal.h"

#include <stdio.h>

static bool is_gated(const ag_choice *choice) {
    return ag_activation_of(choice)->unit->gate != NULL;
}

/* "b" of a gated unit, "z_1": input k as the page calls it. */
static const char *input_name(char text[16], const ag_choice *choice, int k) {
    if (is_gated(choice)) return k ? "b" : "a";
    snprintf(text, 16, "z_%d", k + 1);
    return text;
}

static void print_inputs(FILE *out, const ag_choice *choice) {
    const int n = ag_act_inputs(choice);
    fprintf(out,
            "  inputs      %d for each unit: for a width of w the layer in front makes %d w\n"
            "              numbers or channels, and has %d times the weights;\n              ",
            n, n, n);
    if (!is_gated(choice)) {
        fputs("z_1 of all units comes first, then z_2, ...\n", out);
        return;
    }
    const char *gate = ag_activation_of(choice)->unit->gate->about.name;
    fprintf(out,
            "a is the first half, b the second\n"
            "  gate        %s of b: y = a %s(b), dy/da = %s(b),\n"
            "              dy/db = a %s'(b); 'activations show %s' tells more\n",
            gate, gate, gate, gate, gate);
}

static void print_expectations(FILE *out, const ag_activation_facts *facts) {
    fprintf(out,
            "\nfor independent inputs from the normal distribution N(0, 1)\n"
            "  E y         %.6f\n"
            "  E y^2       %.6f\n"
            "  E |dy/dz|^2 %.6f   summed over the inputs\n",
            facts->mean, facts->square, facts->slope_square);
    ag_show_gain(out, facts);
    fputs("\nRange, monotony, edge of chaos and depth scales: of functions of one number.\n", out);
}

static void print_points(FILE *out, const ag_activation_facts *facts) {
    enum { SHOWN_MAX = 4 }; /* derivatives */
    const ag_choice *choice = facts->choice;
    double z[AG_UNIT_INPUTS_MAX], d[AG_UNIT_INPUTS_MAX];
    char name[16], head[32];
    const int n = ag_act_inputs(choice) < SHOWN_MAX ? ag_act_inputs(choice) : SHOWN_MAX;
    const int along = ag_unit_line(choice, 0.0, z);
    fprintf(out, "\n%12s %18s", input_name(name, choice, along), "y");
    for (int k = 0; k < n; k++) {
        snprintf(head, sizeof head, "dy/d%s", input_name(name, choice, k));
        fprintf(out, " %18s", head);
    }
    fputs(is_gated(choice) ? "   at a = 1\n" : "   all other z are 0\n", out);
    for (int i = 0; i < facts->n_points; i++) {
        char text[AG_NUMBER_MAX];
        ag_unit_line(choice, facts->points[i], z);
        ag_unit_derivatives(choice, z, d);
        fprintf(out, "%12s %18.10g", ag_format_number(text, facts->points[i]),
                ag_unit_value(choice, z));
        for (int k = 0; k < n; k++)
            fprintf(out, " %18.10g", d[k]);
        fputc('\n', out);
    }
}

static void print_plot(FILE *out, const ag_choice *choice) {
    ag_plot plot = {.x0 = -4.0, .x1 = 4.0};
    char name[16];
    int along = 0;
    for (int i = 0; i < AG_PLOT_SAMPLES; i++) {
        double z[AG_UNIT_INPUTS_MAX], d[AG_UNIT_INPUTS_MAX];
        along = ag_unit_line(choice, ag_plot_x(&plot, i), z);
        ag_unit_derivatives(choice, z, d);
        plot.first[i] = ag_unit_value(choice, z);
        plot.second[i] = d[along];
    }
    const bool braille = ag_terminal_utf8();
    const char *input = input_name(name, choice, along);
    fprintf(out, "\n  %s y    %s dy/d%s    over %s\n\n",
            braille ? "line:" : "*:", braille ? "dots:" : "o:", input, input);
    ag_plot_print(out, &plot, braille);
}

void ag_activation_show_unit(FILE *out, const ag_activation_facts *facts) {
    ag_listing_show(out, facts->choice->element, NULL);
    ag_show_settings(out, facts->choice);
    print_inputs(out, facts->choice);
    print_expectations(out, facts);
    fputs("\nin training, in float: f is y, f' its derivatives\n", out);
    ag_show_float_error(out, &facts->error);
    ag_show_pace(out, &facts->pace);
    print_points(out, facts);
    print_plot(out, facts->choice);
}
