/* A report for people: text, Markdown, LaTeX. For programs: report_data.c. */
#include "results/report/report_private.h"

#include "harness/base/glyph.h"
#include "harness/base/wrap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *const ag_report_format_names[] = {"table", "csv", "json", "md", "tex", NULL};

enum { LINE = 100 };

/* Whether a sheet before this one said the same. */
static bool was_said(const ag_report *report, int sheet, const char *note) {
    for (int s = 0; s < sheet; s++)
        for (int i = 0; i < report->sheets[s]->n_notes; i++)
            if (strcmp(report->sheets[s]->notes[i], note) == 0) return true;
    return false;
}

/* --- text ------------------------------------------------------------------------------------ */

/* Made visible, in lines, `indent` before each. */
static ag_status print_paragraph(FILE *out, const ag_report *report, const char *text, int indent,
                                 ag_error *err) {
    const char *visible = ag_visible(text, report->arena);
    if (!visible) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a report");
    fprintf(out, "%*s", indent, "");
    ag_print_wrapped(out, visible, indent, indent, LINE);
    fputc('\n', out);
    return AG_OK;
}

static ag_status print_text(FILE *out, const ag_report *report, ag_error *err) {
    for (int f = 0; f < report->n_facts; f++) {
        char line[512];
        snprintf(line, sizeof line, "%s: %s", report->facts[f].key, report->facts[f].value);
        AG_TRY(print_paragraph(out, report, line, 0, err));
    }
    for (int s = 0; s < report->n_sheets; s++) {
        const ag_sheet *sheet = report->sheets[s];
        const ag_table table = ag_grid_table(&sheet->words);
        if (sheet->quiet && !sheet->n_notes) continue;
        fputc('\n', out);
        AG_TRY(print_paragraph(out, report, sheet->title, 0, err));
        if (!sheet->quiet && table.n_rows) {
            fputc('\n', out);
            AG_TRY(ag_table_print(out, &table, AG_FORMAT_TABLE, err));
        }
        bool first = true;
        for (int i = 0; i < sheet->n_notes; i++) {
            if (was_said(report, s, sheet->notes[i])) continue;
            if (first) fputc('\n', out);
            first = false;
            AG_TRY(print_paragraph(out, report, sheet->notes[i], 2, err));
        }
    }
    return AG_OK;
}

/* --- Markdown -------------------------------------------------------------------------------- */

static void print_markdown_text(FILE *out, const char *text) {
    for (char shown[AG_GLYPH_SHOWN]; *text;) {
        if (ag_is_markdown(*text)) fputc('\\', out);
        ag_glyph_show_next(&text, shown);
        fputs(shown, out);
    }
}

static ag_status print_markdown(FILE *out, const ag_report *report, ag_error *err) {
    for (int f = 0; f < report->n_facts; f++) {
        fprintf(out, "- %s: ", report->facts[f].key);
        print_markdown_text(out, report->facts[f].value);
        fputc('\n', out);
    }
    for (int s = 0; s < report->n_sheets; s++) {
        const ag_sheet *sheet = report->sheets[s];
        const ag_table table = ag_grid_table(&sheet->words);
        if (sheet->quiet && !sheet->n_notes) continue;
        fputs("\n### ", out);
        print_markdown_text(out, sheet->title);
        fputs("\n\n", out);
        if (!sheet->quiet && table.n_rows) {
            AG_TRY(ag_table_print(out, &table, AG_FORMAT_MD, err));
            fputc('\n', out);
        }
        for (int i = 0; i < sheet->n_notes; i++) {
            if (was_said(report, s, sheet->notes[i])) continue;
            fputs("- ", out);
            print_markdown_text(out, sheet->notes[i]);
            fputc('\n', out);
        }
    }
    return AG_OK;
}

/* --- LaTeX ----------------------------------------------------------------------------------- */

/* LaTeX's own characters are escaped; control characters are made visible. */
static void print_tex_text(FILE *out, const char *text) {
    for (char shown[AG_GLYPH_SHOWN]; *text;) {
        ag_glyph_show_next(&text, shown);
        for (const char *c = shown; *c; c++) {
            switch (*c) {
            case '\\': fputs("\\textbackslash{}", out); break;
            case '~': fputs("\\textasciitilde{}", out); break;
            case '^': fputs("\\textasciicircum{}", out); break;
            case '<': fputs("\\textless{}", out); break;
            case '>': fputs("\\textgreater{}", out); break;
            case '|': fputs("\\textbar{}", out); break;
            default:
                if (strchr("&%$#_{}", *c)) fputc('\\', out);
                fputc(*c, out);
            }
        }
    }
}

static void print_tex_row(FILE *out, const ag_table *table, const char *const *cells) {
    for (int c = 0; c < table->n_columns; c++) {
        if (c) fputs(" & ", out);
        if (cells[c])
            print_tex_text(out, cells[c]);
        else
            fputs("--", out);
    }
    fputs(" \\\\\n", out);
}

static void print_tex_sheet(FILE *out, const ag_sheet *sheet) {
    const ag_table table = ag_grid_table(&sheet->words);
    fputs("\n\\begin{table}\n\\centering\n\\begin{tabular}{", out);
    for (int c = 0; c < table.n_columns; c++)
        fputc(table.numeric[c] ? 'r' : 'l', out);
    fputs("}\n\\toprule\n", out);
    print_tex_row(out, &table, table.columns);
    fputs("\\midrule\n", out);
    for (size_t r = 0; r < table.n_rows; r++)
        print_tex_row(out, &table, table.cells + r * (size_t)table.n_columns);
    fputs("\\bottomrule\n\\end{tabular}\n\\caption{", out);
    print_tex_text(out, sheet->title);
    fputc('.', out);
    for (int i = 0; i < sheet->n_notes; i++) {
        fputc(' ', out);
        print_tex_text(out, sheet->notes[i]);
    }
    fputs("}\n\\end{table}\n", out);
}

static ag_status print_tex(FILE *out, const ag_report *report) {
    fputs("% \\usepackage{booktabs}\n", out);
    for (int f = 0; f < report->n_facts; f++) {
        fprintf(out, "%% %s: ", report->facts[f].key);
        ag_print_visible(out, report->facts[f].value);
        fputc('\n', out);
    }
    for (int s = 0; s < report->n_sheets; s++)
        if (!report->sheets[s]->quiet && report->sheets[s]->words.n_cells)
            print_tex_sheet(out, report->sheets[s]);
    return AG_OK;
}

/* --- which ----------------------------------------------------------------------------------- */

static bool failed(const ag_report *report) {
    bool any = report->failed;
    for (int s = 0; s < report->n_sheets; s++)
        any |= report->sheets[s]->numbers.failed || report->sheets[s]->words.failed;
    return any;
}

ag_status ag_report_print(FILE *out, const ag_report *report, ag_report_format format,
                          ag_error *err) {
    if (failed(report)) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a report");
    ag_status status = AG_OK;
    errno = 0;
    switch (format) {
    case AG_REPORT_TABLE: status = print_text(out, report, err); break;
    case AG_REPORT_MD: status = print_markdown(out, report, err); break;
    case AG_REPORT_TEX: status = print_tex(out, report); break;
    case AG_REPORT_JSON: status = ag_report_print_json(out, report, err); break;
    case AG_REPORT_CSV: status = ag_report_print_csv(out, report, err); break;
    }
    if (status != AG_OK) return status;
    if (fflush(out) || ferror(out))
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not write the comparison: %s",
                       strerror(errno));
    return AG_OK;
}
