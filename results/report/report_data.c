/* A report for programs: JSON, CSV. */
#include "results/report/report_private.h"

#include <string.h>

static void print_json(FILE *out, const char *text) { ag_print_json_text(out, text, strlen(text)); }

static void print_key(FILE *out, const char *key, const char *before) {
    fputs(before, out);
    print_json(out, key);
    fputs(": ", out);
}

ag_status ag_report_print_json(FILE *out, const ag_report *report, ag_error *err) {
    fputc('{', out);
    for (int f = 0; f < report->n_facts; f++) {
        print_key(out, report->facts[f].key, f ? ",\n " : "");
        print_json(out, report->facts[f].value);
    }
    print_key(out, "sections", report->n_facts ? ",\n " : "");
    fputs("[", out);
    for (int s = 0; s < report->n_sheets; s++) {
        const ag_sheet *sheet = report->sheets[s];
        const ag_table table = ag_grid_table(&sheet->numbers);
        print_key(out, "name", s ? ",\n{" : "\n{");
        print_json(out, sheet->name);
        print_key(out, "title", ", ");
        print_json(out, sheet->title);
        if (sheet->metric) {
            print_key(out, "metric", ", ");
            print_json(out, sheet->metric);
        }
        print_key(out, "notes", ",\n ");
        fputc('[', out);
        for (int i = 0; i < sheet->n_notes; i++) {
            if (i) fputs(", ", out);
            print_json(out, sheet->notes[i]);
        }
        fputs("],\n \"rows\": ", out);
        if (table.n_columns)
            AG_TRY(ag_table_print(out, &table, AG_FORMAT_JSON, err));
        else
            fputs("[]\n", out);
        fputc('}', out);
    }
    fputs("]}\n", out);
    return AG_OK;
}

/* --- one row for each number ----------------------------------------------------------------- */

enum { SECTION, METRIC, KEYS, QUANTITY = KEYS + AG_SHEET_KEYS, VALUE, LONG_COLUMNS };

static int key_of(const char *column) {
    for (int k = 0; k < AG_SHEET_KEYS; k++)
        if (strcmp(ag_sheet_keys[k], column) == 0) return k;
    return -1;
}

/* Of what metric a row is: as its column `metric` says, or its sheet, or the report. */
static const char *metric_of(const ag_table *table, const char *const *row, const char *other) {
    for (int c = 0; c < table->n_columns; c++)
        if (strcmp(table->columns[c], "metric") == 0) return row[c];
    return other;
}

static ag_cell text_cell(const char *text, ag_cell_kind kind) {
    return (ag_cell){text ? kind : AG_CELL_NULL, text, text ? strlen(text) : 0};
}

static ag_status print_long(ag_row_sink sink, const ag_sheet *sheet, const char *metric,
                            ag_error *err) {
    const ag_table table = ag_grid_table(&sheet->numbers);
    for (size_t r = 0; r < table.n_rows; r++) {
        const char *const *row = table.cells + r * (size_t)table.n_columns;
        ag_cell cells[LONG_COLUMNS] = {[SECTION] = text_cell(sheet->name, AG_CELL_TEXT),
                                       [METRIC] =
                                           text_cell(metric_of(&table, row, metric), AG_CELL_TEXT)};
        for (int c = 0; c < table.n_columns; c++) {
            const int key = key_of(table.columns[c]);
            if (key >= 0) cells[KEYS + key] = text_cell(row[c], AG_CELL_TEXT);
        }
        for (int c = 0; c < table.n_columns; c++) {
            if (key_of(table.columns[c]) >= 0) continue;
            cells[QUANTITY] = text_cell(table.columns[c], AG_CELL_TEXT);
            cells[VALUE] = text_cell(row[c], table.numeric[c] ? AG_CELL_NUMBER : AG_CELL_TEXT);
            AG_TRY(sink.row(sink.self, cells, err));
        }
    }
    return AG_OK;
}

ag_status ag_report_print_csv(FILE *out, const ag_report *report, ag_error *err) {
    const char *columns[LONG_COLUMNS] = {
        [SECTION] = "section", [METRIC] = "metric", [QUANTITY] = "quantity", [VALUE] = "value"};
    for (int k = 0; k < AG_SHEET_KEYS; k++)
        columns[KEYS + k] = ag_sheet_keys[k];
    const char *metric = NULL;
    for (int f = 0; f < report->n_facts; f++)
        if (strcmp(report->facts[f].key, "metric") == 0) metric = report->facts[f].value;
    ag_printer printer = {.out = out, .format = AG_FORMAT_CSV, .arena = report->arena};
    const ag_row_sink sink = ag_printer_sink(&printer);
    AG_TRY(sink.begin(sink.self, LONG_COLUMNS, columns, err));
    for (int s = 0; s < report->n_sheets; s++)
        AG_TRY(print_long(sink, report->sheets[s],
                          report->sheets[s]->metric ? report->sheets[s]->metric : metric, err));
    return ag_printer_end(&printer, err);
}
