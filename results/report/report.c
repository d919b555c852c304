#include "results/report/report.h"

#include "harness/base/decimal.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

const char *const ag_sheet_keys[AG_SHEET_KEYS] = {"block", "activation", "item"};

/* --- a grid ---------------------------------------------------------------------------------- */

void ag_grid_columns(ag_grid *grid, ag_arena *arena, const ag_column *columns, int n) {
    const char **names = AG_NEW_ARRAY(arena, const char *, (size_t)n);
    bool *numeric = AG_NEW_ARRAY(arena, bool, (size_t)n);
    *grid = (ag_grid){.arena = arena, .n_columns = n, .columns = names, .numeric = numeric};
    grid->failed = !names || !numeric;
    for (int c = 0; c < n && !grid->failed; c++) {
        names[c] = columns[c].name;
        numeric[c] = columns[c].numeric;
    }
}

static void put(ag_grid *grid, const char *text) {
    if (grid->failed) return;
    const char **cells = AG_GROW(grid->arena, grid->cells, grid->n_cells, &grid->room);
    grid->failed = !cells;
    if (!cells) return;
    grid->cells = cells;
    cells[grid->n_cells++] = text;
}

static char *copy(ag_grid *grid, const char *text, size_t n) {
    char *to = ag_alloc(grid->arena, n + 1, 1);
    if (to)
        memcpy(to, text, n);
    else
        grid->failed = true;
    return to;
}

void ag_grid_text(ag_grid *grid, const char *text) {
    put(grid, text ? copy(grid, text, strlen(text)) : NULL);
}

void ag_grid_number(ag_grid *grid, double x) {
    char text[AG_DECIMAL_MAX];
    if (isnan(x))
        put(grid, NULL);
    else
        put(grid, copy(grid, text, ag_decimal_write(text, x)));
}

void ag_grid_whole(ag_grid *grid, long x) { ag_grid_format(grid, "%ld", x); }
void ag_grid_flag(ag_grid *grid, bool x) { ag_grid_whole(grid, x); }

/* In an arena. NULL: out of memory. */
static const char *print(ag_arena *arena, const char *format, va_list list) {
    va_list again;
    va_copy(again, list);
    const int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = n < 0 ? NULL : ag_alloc(arena, (size_t)n + 1, 1);
    if (text) vsnprintf(text, (size_t)n + 1, format, list);
    return text;
}

void ag_grid_format(ag_grid *grid, const char *format, ...) {
    va_list list;
    va_start(list, format);
    const char *text = print(grid->arena, format, list);
    va_end(list);
    grid->failed |= !text;
    put(grid, text);
}

ag_table ag_grid_table(const ag_grid *grid) {
    const size_t n = (size_t)grid->n_columns;
    return (ag_table){grid->n_columns, grid->columns, n ? grid->n_cells / n : 0, grid->cells,
                      grid->numeric};
}

/* --- a report -------------------------------------------------------------------------------- */

ag_sheet *ag_report_sheet(ag_report *report, const char *name, const char *title, ...) {
    va_list list;
    va_start(list, title);
    const char *text = print(report->arena, title, list);
    va_end(list);
    ag_sheet *sheet = text ? AG_NEW(report->arena, ag_sheet) : NULL;
    ag_sheet **sheets = sheet ? AG_GROW(report->arena, report->sheets, (size_t)report->n_sheets,
                                        &report->sheet_room)
                              : NULL;
    report->failed |= !sheets;
    if (!sheets) return &report->nowhere;
    *sheet = (ag_sheet){.name = name, .title = text};
    report->sheets = sheets;
    sheets[report->n_sheets++] = sheet;
    return sheet;
}

void ag_report_fact(ag_report *report, const char *key, const char *value, ...) {
    va_list list;
    va_start(list, value);
    const char *text = print(report->arena, value, list);
    va_end(list);
    ag_fact *facts =
        text ? AG_GROW(report->arena, report->facts, (size_t)report->n_facts, &report->fact_room)
             : NULL;
    report->failed |= !facts;
    if (!facts) return;
    report->facts = facts;
    facts[report->n_facts++] = (ag_fact){key, text};
}

void ag_report_note(ag_report *report, ag_sheet *sheet, const char *note, ...) {
    va_list list;
    va_start(list, note);
    const char *text = print(report->arena, note, list);
    va_end(list);
    const char **notes =
        text ? AG_GROW(report->arena, sheet->notes, (size_t)sheet->n_notes, &sheet->note_room)
             : NULL;
    report->failed |= !notes;
    if (!notes) return;
    sheet->notes = notes;
    notes[sheet->n_notes++] = text;
}
