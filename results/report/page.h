/* The page around a chart: title, what is shown, notes below. */
#ifndef AG_PAGE_H
#define AG_PAGE_H

#include "results/report/svg.h"

enum { AG_NOTES_MAX = 12, AG_PAGE_TITLE = 160 };

typedef struct ag_page {
    const char *title; /* up to AG_PAGE_TITLE bytes; begins with a capital letter when drawn */
    const char *about; /* a line below it */
    int n_notes;
    const char *notes[AG_NOTES_MAX]; /* a paragraph each, for the caption */
} ag_page;

/* A note from printf; texts in it may be anybody's. */
ag_status ag_page_note(ag_page *page, ag_arena *arena, ag_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Where the chart begins on a page of this width: a long title has several lines. */
double ag_page_top(const ag_page *page, double width);

/* Begins a drawing for a chart of this width and height below ag_page_top: title and notes are
 * drawn, and only the chart is left to do. */
void ag_page_begin(const ag_page *page, double width, double height, ag_arena *arena, ag_svg *svg);

/* Places for labels one below the other that do not overlap, each as near as can be to where it
 * wants to be, in the same order. y [n]: middles, wanted and then placed. height: of one. Those
 * that want to be at the same place stay in the order given. n <= AG_LABELS_MAX. False: there is
 * no room for all between top and bottom. */
enum { AG_LABELS_MAX = 64 };

bool ag_labels_spread(int n, double *y, double height, double top, double bottom);

#endif
