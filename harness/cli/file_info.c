#include "harness/cli/file_info.h"

#include "datasets/dataset.h"
#include "datasets/file_format.h"
#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/call.h"
#include "harness/cli/json.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

enum { COLUMNS_SHOWN = 60, CLASSES_SHOWN = 30, CELL_MAX = 48 };

bool ag_names_a_file(const char *word) {
    struct stat s;
    if (ag_catalogue_find(&ag_datasets, word)) return false;
    return strchr(word, '/') || strchr(word, '.') || (stat(word, &s) == 0 && S_ISREG(s.st_mode));
}

/* --- text ---------------------------------------------------------------------- */

static void print_label(FILE *out, const char *label) { fprintf(out, "%-11s ", label); }

static void print_number(FILE *out, double x) {
    char text[AG_NUMBER_MAX] = "-";
    if (!isnan(x)) snprintf(text, sizeof text, "%.6g", x);
    fprintf(out, " %12s", text);
}

static void print_cell(FILE *out, const char *text, int width) {
    char cell[CELL_MAX];
    snprintf(cell, sizeof cell, "%.*s", width, text);
    fputc(' ', out);
    ag_print_visible(out, cell);
    fprintf(out, "%*s", width - (int)strlen(cell), "");
}

static void print_columns(FILE *out, const ag_file_facts *facts) {
    fprintf(out, "%-11s %-24s %-17s %8s %9s %12s %12s\n", "columns", "name", "type", "missing",
            "different", "least", "most");
    for (size_t c = 0; c < facts->n_columns && c < COLUMNS_SHOWN; c++) {
        const ag_file_column *column = &facts->columns[c];
        char distinct[AG_NUMBER_MAX] = "-";
        if (column->n_distinct)
            snprintf(distinct, sizeof distinct, "%s%zu", column->more ? "> " : "",
                     column->n_distinct);
        fprintf(out, "%11s", "");
        print_cell(out, column->name, 24);
        print_cell(out, column->type, 17);
        fprintf(out, " %8zu %9s", column->n_missing, distinct);
        print_number(out, column->least);
        print_number(out, column->most);
        if (column->shape) fprintf(out, "  %s", column->shape);
        fputc('\n', out);
    }
    if (facts->n_columns > COLUMNS_SHOWN)
        fprintf(out, "%11s ... and %zu more; --json has all\n", "",
                facts->n_columns - COLUMNS_SHOWN);
}

static void print_classes(FILE *out, const ag_file_facts *facts) {
    fprintf(out, "%-11s %-24s %8s\n", "classes", "name", "rows");
    for (size_t c = 0; c < facts->n_classes && c < CLASSES_SHOWN; c++) {
        fprintf(out, "%11s", "");
        print_cell(out, facts->classes[c].name, 24);
        fprintf(out, " %8zu\n", facts->classes[c].n);
    }
    if (facts->n_classes > CLASSES_SHOWN)
        fprintf(out, "%11s ... and %zu more; --json has all\n", "",
                facts->n_classes - CLASSES_SHOWN);
}

static void print_line(FILE *out, const char *label, const char *text) {
    if (!text) return;
    print_label(out, label);
    ag_print_visible(out, text);
    fputc('\n', out);
}

static void print_text(FILE *out, const char *path, const ag_file_format *format,
                       const ag_file_facts *facts) {
    ag_print_visible(out, path);
    fprintf(out, ": %s%s%s\n", format->about.formula, facts->how ? "; " : "",
            facts->how ? facts->how : "");
    if (facts->n_rows) fprintf(out, "%-11s %zu\n", "rows", facts->n_rows);
    print_columns(out, facts);
    print_line(out, "target", facts->target);
    if (facts->n_classes) print_classes(out, facts);
    for (int w = 0; w < facts->n_warnings; w++)
        print_line(out, w ? "" : "warnings", facts->warnings[w]);
    print_line(out, "use", facts->use);
}

/* --- JSON ---------------------------------------------------------------------- */

static void member(FILE *out, const char *key, const char *text) {
    fprintf(out, " \"%s\": ", key);
    ag_json_text(out, text);
    fputs(",\n", out);
}

static void column_json(FILE *out, const ag_file_column *column) {
    fputs("{\"name\": ", out);
    ag_json_text(out, column->name);
    fputs(", \"type\": ", out);
    ag_json_text(out, column->type);
    fputs(", \"shape\": ", out);
    ag_json_text(out, column->shape);
    fprintf(out, ", \"missing\": %zu, \"different\": ", column->n_missing);
    ag_json_number(out, column->n_distinct ? (double)column->n_distinct : (double)NAN);
    fprintf(out, ", \"more\": %s, \"least\": ", column->more ? "true" : "false");
    ag_json_number(out, column->least);
    fputs(", \"most\": ", out);
    ag_json_number(out, column->most);
    fputs("}", out);
}

static void print_json(FILE *out, const char *path, const ag_file_format *format,
                       const ag_file_facts *facts) {
    fputs("{\n", out);
    member(out, "file", path);
    member(out, "format", format->about.name);
    member(out, "how", facts->how);
    fprintf(out, " \"rows\": %zu,\n \"columns\": [", facts->n_rows);
    for (size_t c = 0; c < facts->n_columns; c++) {
        fputs(c ? ",\n  " : "\n  ", out);
        column_json(out, &facts->columns[c]);
    }
    fputs("],\n", out);
    member(out, "target", facts->target);
    fputs(" \"classes\": [", out);
    for (size_t c = 0; c < facts->n_classes; c++) {
        fputs(c ? ", {\"name\": " : "{\"name\": ", out);
        ag_json_text(out, facts->classes[c].name);
        fprintf(out, ", \"rows\": %zu}", facts->classes[c].n);
    }
    fputs("],\n \"warnings\": [", out);
    for (int w = 0; w < facts->n_warnings; w++) {
        fputs(w ? ", " : "", out);
        ag_json_text(out, facts->warnings[w]);
    }
    fputs("],\n \"use\": ", out);
    ag_json_text(out, facts->use);
    fputs("\n}\n", out);
}

ag_status ag_file_info(FILE *out, bool json, const char *path, ag_arena *arena, ag_error *err) {
    const ag_file_format *format = NULL;
    ag_file_facts facts;
    AG_TRY(ag_file_inspect(path, arena, &format, &facts, err));
    (json ? print_json : print_text)(out, path, format, &facts);
    return AG_OK;
}
