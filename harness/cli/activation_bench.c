#include "harness/cli/activation_bench.h"

#include "harness/analysis/pace.h"
#include "harness/base/isa.h"
#include "harness/base/text.h"
#include "harness/cli/json.h"
#include "harness/cli/parameter.h"
#include "harness/config/writer.h"

/* 60 activations take 20 to 40 s: a slow one has few passes over the largest array. */
static const int ROUNDS[AG_PACE_SIZES] = {9, 9, 3};
static const double SECONDS = 5e-4;

enum { NAME_WIDTH = 18 };

static const char *const pass_names[] = {"forward", "backward", "identity"};

static const ag_spread *spreads(const ag_pace *pace, int i) {
    const ag_spread *const all[] = {&pace->forward, &pace->backward, &pace->identity};
    return all[i];
}

/* --- text ------------------------------------------------------------------------------ */

static void print_head(FILE *out) {
    fprintf(out,
            "nanoseconds of processor time for an element, one core, %s: the median of rounds in\n"
            "turn, with the least and the most of forward. forward: f and f'; back: dy f';\n"
            "y = x: forward of the identity, what the arrays alone cost, measured beside each\n\n",
            ag_isa_name(ag_isa()));
    fprintf(out, "%-*s", NAME_WIDTH, "");
    for (int s = 0; s < AG_PACE_SIZES; s++)
        fprintf(out, "  %-34s", ag_pace_names[s]);
    fprintf(out, "\n%-*s", NAME_WIDTH, "name");
    for (int s = 0; s < AG_PACE_SIZES; s++)
        fprintf(out, "  %7s %-13s %5s %5s ", "forward", "  range", "back", "y = x");
    fputc('\n', out);
}

static void print_row(FILE *out, const char *label, const ag_pace *pace) {
    ag_print_padded(out, label, NAME_WIDTH);
    if (ag_text_width(label) > NAME_WIDTH) fprintf(out, "\n%*s", NAME_WIDTH, "");
    for (int s = 0; s < AG_PACE_SIZES; s++) {
        const ag_spread f = pace[s].forward;
        char range[AG_NUMBER_MAX];
        snprintf(range, sizeof range, "(%.3g-%.3g)", f.least, f.most);
        fprintf(out, "  %7.3f %-13s %5.3f %5.3f ", f.median, range, pace[s].backward.median,
                pace[s].identity.median);
    }
    fputc('\n', out);
    fflush(out);
}

/* --- CSV and JSON ------------------------------------------------------------------------ */

/* A field of RFC 4180: in quotes if it holds what separates fields. */
static void csv_text(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void csv_rows(FILE *out, const char *label, const ag_pace *pace) {
    for (int s = 0; s < AG_PACE_SIZES; s++)
        for (int i = 0; i < AG_COUNT(pass_names); i++) {
            const ag_spread *t = spreads(&pace[s], i);
            csv_text(out, label);
            fprintf(out, ",%s,%zu,%s,%s,%.6g,%.6g,%.6g\n", ag_pace_names[s],
                    ag_pace_elements((ag_pace_size)s), ag_isa_name(ag_isa()), pass_names[i],
                    t->median, t->least, t->most);
        }
    fflush(out);
}

static void json_object(FILE *out, const ag_choice *choice, const ag_pace *pace) {
    fputs("{\"name\": ", out);
    ag_json_text(out, choice->element->name);
    ag_settings_print_json(out, choice);
    fputs(", \"isa\": ", out);
    ag_json_text(out, ag_isa_name(ag_isa()));
    for (int s = 0; s < AG_PACE_SIZES; s++) {
        fprintf(out, ",\n  \"%s\": {\"elements\": %zu", ag_pace_names[s],
                ag_pace_elements((ag_pace_size)s));
        for (int i = 0; i < AG_COUNT(pass_names); i++) {
            const ag_spread *t = spreads(&pace[s], i);
            fprintf(out, ", \"%s_ns\": {\"median\": %.6g, \"least\": %.6g, \"most\": %.6g}",
                    pass_names[i], t->median, t->least, t->most);
        }
        fputc('}', out);
    }
    fputc('}', out);
}

/* --- measuring ------------------------------------------------------------------------------ */

/* elu, or elu(alpha=0.5) */
static const char *label_of(const ag_choice *choice, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    ag_write_choice_label(&w, choice);
    return ag_writer_copy(&w, arena);
}

ag_status ag_activation_bench(FILE *out, ag_bench_format format, int n, const ag_choice *choices,
                              ag_arena *arena, ag_error *err) {
    ag_pace_bench *bench[AG_PACE_SIZES];
    for (int s = 0; s < AG_PACE_SIZES; s++)
        if (!(bench[s] = ag_pace_open((ag_pace_size)s, arena)))
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for arrays of 96 MiB");
    if (format == AG_BENCH_TEXT) print_head(out);
    if (format == AG_BENCH_CSV)
        fputs("name,size,elements,isa,pass,median_ns,least_ns,most_ns\n", out);
    if (format == AG_BENCH_JSON) fputc('[', out);
    for (int i = 0; i < n; i++) {
        ag_pace pace[AG_PACE_SIZES];
        const char *label = label_of(&choices[i], arena);
        if (!label) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a name");
        for (int s = 0; s < AG_PACE_SIZES; s++)
            pace[s] = ag_pace_of(bench[s], &choices[i], ROUNDS[s], SECONDS);
        if (format == AG_BENCH_JSON && i) fputs(",\n", out);
        if (format == AG_BENCH_TEXT) print_row(out, label, pace);
        if (format == AG_BENCH_CSV) csv_rows(out, label, pace);
        if (format == AG_BENCH_JSON) json_object(out, &choices[i], pace);
    }
    if (format == AG_BENCH_JSON) fputs("]\n", out);
    return AG_OK;
}
