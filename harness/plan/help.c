#include "harness/plan/help.h"

#include "harness/base/text.h"
#include "harness/config/choice.h"
#include "harness/plan/schema.h"

static void print_words(FILE *out, const ag_field *f) {
    char least[AG_NUMBER_MAX], most[AG_NUMBER_MAX], names[AG_NAMES_MAX];
    if (f->must_be) {
        fprintf(out, "%s", f->must_be);
        return;
    }
    switch (f->kind) {
    case AG_FIELD_INT:
    case AG_FIELD_LONG:
    case AG_FIELD_REAL:
        fprintf(out, "%s to %s", ag_format_number(least, f->min), ag_format_number(most, f->max));
        break;
    case AG_FIELD_FLAG: fprintf(out, "true or false"); break;
    case AG_FIELD_WORD:
        for (int i = 0; f->words[i]; i++)
            fprintf(out, "%s%s", i ? ", " : "", f->words[i]);
        break;
    case AG_FIELD_TEXT: fprintf(out, "a text"); break;
    case AG_FIELD_CHOICE:
        fprintf(out, "%s%s", f->word && !ag_catalogue_find(f->catalogue, f->word) ? f->word : "",
                f->word && !ag_catalogue_find(f->catalogue, f->word) ? ", " : "");
        fprintf(out, "%s", ag_catalogue_names(names, f->catalogue));
        break;
    case AG_FIELD_NODE: break;
    }
}

static void print_standard(FILE *out, const ag_field *f) {
    char number[AG_NUMBER_MAX];
    if (f->required)
        fprintf(out, " (required)");
    else if (f->word)
        fprintf(out, f->word[0] ? " (%s)" : "%s", f->word);
    else if (f->kind == AG_FIELD_FLAG)
        fprintf(out, " (%s)", f->standard != 0.0 ? "true" : "false");
    else if (f->kind == AG_FIELD_WORD)
        fprintf(out, " (%s)", f->words[(int)f->standard]);
    else if (f->kind == AG_FIELD_INT || f->kind == AG_FIELD_LONG || f->kind == AG_FIELD_REAL)
        fprintf(out, " (%s)", ag_format_number(number, f->standard));
}

static void print_fields(FILE *out, const ag_field *fields, int n) {
    for (int i = 0; i < n; i++) {
        const ag_field *f = &fields[i];
        fprintf(out, "  %-14s %s\n  %-14s ", f->key, f->meaning, "");
        print_words(out, f);
        print_standard(out, f);
        fprintf(out, "\n");
    }
}

void ag_plan_help(FILE *out) {
    fprintf(out, "An experiment file is YAML. In brackets the standard value.\n\n");
    print_fields(out, ag_root_fields, ag_n_root_fields);
    for (int p = 0; p < AG_PARTS; p++) {
        const ag_part_schema *schema = &ag_part_schemas[p];
        if (schema->catalogue) continue;
        fprintf(out, "\n%s:\n", ag_part_names[p]);
        print_fields(out, schema->fields, schema->n_fields);
    }
    fprintf(out, "\nnames to choose from:\n");
    for (int p = 0; p < AG_PARTS; p++) {
        char names[AG_NAMES_MAX];
        const ag_part_schema *schema = &ag_part_schemas[p];
        if (schema->catalogue)
            fprintf(out, "  %-14s %s\n", ag_part_names[p],
                    ag_catalogue_names(names, schema->catalogue));
    }
    fprintf(out,
            "\nlists, for grid, zip, exclude and seeds:\n"
            "  [2, 4, 8]              these values\n"
            "  range(a, b[, step])    a, a+step, ... before b\n"
            "  linspace(a, b, n)      n values from a to b, equally far apart\n"
            "  logspace(a, b, n)      n values from a to b, with equal ratios\n"
            "\none value or several, in grid, zip, exclude and key=value of the command line:\n"
            "  model.depth: [2, 4]                  a list is several values\n"
            "  model.head: [128, 64]                of a key that takes a list, it is one value,\n"
            "  model.head: [[128, 64], [256]]       and several if there is a list in it\n"
            "\nper-layer activations:    activation: {layers: [tanh, relu, relu]}\n"
            "formulas:                 activation: {formula: \"x*sigmoid(b*x)\", name: mine, "
            "parameters: {b: 1}}\n"
            "  its parameters:         b: 1, or b: {init: 1, min: 0, max: 5, learned: per_layer}; "
            "min and\n"
            "                          max bound init. What is learned is not clipped: in the "
            "formula,\n"
            "                          max(b, 0) is\n"
            "dotted keys in grid:      optimizer.learning_rate, model.depth, "
            "training.schedule.warmup\n");
}
