/* A report: sheets one after the other, each a heading, a table and what is to be said about it.
 *
 * A sheet has its numbers twice: for programs every one in a column of its own, with all digits;
 * for people the same in few columns, rounded. */
#ifndef AG_REPORT_H
#define AG_REPORT_H

#include "results/store/print/table.h"

/* A table that grows cell by cell, row after row. Memory that runs out is remembered and said when
 * the report is printed. */
typedef struct ag_grid {
    ag_arena *arena;
    int n_columns, column; /* column: of the next cell */
    const char *const *columns;
    const bool *numeric;
    const char **cells;
    size_t n_cells, room;
    bool failed;
} ag_grid;

typedef struct ag_column {
    const char *name;
    bool numeric; /* stands to the right */
} ag_column;

void ag_grid_columns(ag_grid *grid, ag_arena *arena, const ag_column *columns, int n);
void ag_grid_text(ag_grid *grid, const char *text); /* copied; NULL: nothing */
void ag_grid_number(ag_grid *grid, double x);       /* all digits; NaN: nothing */
void ag_grid_whole(ag_grid *grid, long x);
void ag_grid_flag(ag_grid *grid, bool x);
void ag_grid_format(ag_grid *grid, const char *format, ...) __attribute__((format(printf, 2, 3)));
ag_table ag_grid_table(const ag_grid *grid); /* its whole rows */

/* The columns of `numbers` that say which row it is: of these names, in this order. */
enum { AG_SHEET_KEYS = 3 };
extern const char *const ag_sheet_keys[AG_SHEET_KEYS]; /* "block", "activation", "item" */

typedef struct ag_sheet {
    const char *name;   /* "pairs" */
    const char *title;  /* the whole sentence */
    const char *metric; /* of its numbers; NULL: that of the report, or of the column `metric` */
    ag_grid numbers, words;
    const char **notes;
    int n_notes;
    size_t note_room;
    bool quiet; /* in `numbers` only: people see the notes, or nothing */
} ag_sheet;

typedef struct ag_fact {
    const char *key, *value;
} ag_fact;

typedef struct ag_report {
    ag_arena *arena;
    ag_sheet **sheets;
    int n_sheets;
    size_t sheet_room;
    ag_fact *facts; /* what all sheets share: experiment, metric, ... */
    int n_facts;
    size_t fact_room;
    ag_sheet nowhere; /* where rows go when memory is out */
    bool failed;
} ag_report;

#define AG_REPORT(memory) ((ag_report){.arena = (memory)})

/* Never NULL: without memory one that nobody sees, and the report has failed. */
ag_sheet *ag_report_sheet(ag_report *report, const char *name, const char *title, ...)
    __attribute__((format(printf, 3, 4)));
void ag_report_fact(ag_report *report, const char *key, const char *value, ...)
    __attribute__((format(printf, 3, 4)));
void ag_report_note(ag_report *report, ag_sheet *sheet, const char *note, ...)
    __attribute__((format(printf, 3, 4)));

/* How it is printed: text and Markdown for people, LaTeX (booktabs) for their papers; JSON, one
 * object; CSV, one table of section, metric, block, activation, item, quantity, value. */
typedef enum ag_report_format {
    AG_REPORT_TABLE,
    AG_REPORT_CSV,
    AG_REPORT_JSON,
    AG_REPORT_MD,
    AG_REPORT_TEX
} ag_report_format;

extern const char *const ag_report_format_names[]; /* "table", "csv", ..., NULL */

/* For people: sheets may leave out what would be too long. */
static inline bool ag_report_for_people(ag_report_format format) {
    return format != AG_REPORT_CSV && format != AG_REPORT_JSON;
}

ag_status ag_report_print(FILE *out, const ag_report *report, ag_report_format format,
                          ag_error *err);

#endif
