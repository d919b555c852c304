#include "harness/cli/activation_check.h"

#include "activations/activation.h"
#include "harness/base/text.h"
#include "harness/cli/json.h"
#include "harness/cli/parameter.h"

#include <math.h>

enum { NAME_WIDTH = 18 };

void ag_check_print_head(FILE *out) {
    fprintf(out, "%-*s %11s %7s %7s %9s %10s\n", NAME_WIDTH, "name", "differences", "f, ULP",
            "f', ULP", "near 0", "parameters");
}

/* "swish with beta 1.702" */
static void print_alike(FILE *out, const ag_alike *alike) {
    fputs(alike->element->name, out);
    if (alike->param >= 0)
        fprintf(out, " with %s %.9g", alike->element->params[alike->param].name, alike->value);
}

void ag_check_print(FILE *out, const ag_choice *choice, const ag_activation_check *check,
                    bool all) {
    const ag_float_error *e = &check->error;
    const double near_zero = fmax(e->near_zero, e->slope_near_zero);
    char zero[AG_NUMBER_MAX] = "-", params[AG_NUMBER_MAX] = "-";
    if (near_zero > 0.0) snprintf(zero, sizeof zero, "%.1e", near_zero);
    if (ag_activation_of(choice)->n_learned)
        snprintf(params, sizeof params, "%.1e", check->params.off);
    ag_print_padded(out, choice->element->name, NAME_WIDTH);
    fprintf(out, " %11.1e %7.2f %7.2f %9s %10s  %s\n", check->slopes.off, e->ulp, e->slope_ulp,
            zero, params, check->good ? "good" : "DOES NOT HOLD");
    if (!check->good) fprintf(out, "  %s\n", check->fault);
    for (int i = 0; i < check->n_alike; i++) {
        if (i && !all && check->alike[i].param >= 0) break;
        fputs(i ? ", " : "  this is ", out);
        print_alike(out, &check->alike[i]);
    }
    if (check->n_alike) fputc('\n', out);
}

static void member(FILE *out, const char *name, double x) {
    fprintf(out, ", \"%s\": ", name);
    ag_json_number(out, x);
}

static void json_alike(FILE *out, const ag_activation_check *check) {
    fputs(", \"alike\": [", out);
    for (int i = 0; i < check->n_alike; i++) {
        const ag_alike *a = &check->alike[i];
        fputs(i ? ", {\"name\": " : "{\"name\": ", out);
        ag_json_text(out, a->element->name);
        fputs(", \"settings\": {", out);
        if (a->param >= 0) {
            ag_json_text(out, a->element->params[a->param].name);
            fputs(": ", out);
            ag_json_number(out, a->value);
        }
        fputs("}}", out);
    }
    fputc(']', out);
}

void ag_check_print_json(FILE *out, const ag_choice *choice, const ag_activation_check *check) {
    const ag_float_error *e = &check->error;
    const bool learns = ag_activation_of(choice)->n_learned > 0;
    fputs("{\"name\": ", out);
    ag_json_text(out, choice->element->name);
    ag_settings_print_json(out, choice);
    member(out, "differences", check->slopes.off);
    member(out, "differences_at", check->slopes.at);
    member(out, "points", check->slopes.n);
    member(out, "points_skipped", check->slopes.skipped);
    member(out, "value_ulp", e->ulp);
    member(out, "value_ulp_at", e->at);
    member(out, "derivative_ulp", e->slope_ulp);
    member(out, "derivative_ulp_at", e->slope_at);
    member(out, "value_near_zero", e->near_zero);
    member(out, "derivative_near_zero", e->slope_near_zero);
    member(out, "parameter_differences", learns ? check->params.off : (double)NAN);
    member(out, "parameter_ulp", learns ? check->params_ulp : (double)NAN);
    fprintf(out, ", \"nan_stays\": %s, \"limits_agree\": %s", check->nan_stays ? "true" : "false",
            check->limits_agree ? "true" : "false");
    member(out, "undeclared_seam", check->undeclared);
    json_alike(out, check);
    fputs(", \"fault\": ", out);
    ag_json_text(out, check->good ? NULL : check->fault);
    fprintf(out, ", \"good\": %s}", check->good ? "true" : "false");
}
