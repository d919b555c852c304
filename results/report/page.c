#include "results/report/page.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 16,
    TITLE = 17,
    TITLE_LINE = 21,
    TITLE_LINES = 3, /* at most */
    ABOUT = 12,
    NOTE = 11,
    LINE = 15
};

ag_status ag_page_note(ag_page *page, ag_arena *arena, ag_error *err, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    const int n = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *text = n < 0 ? NULL : AG_NEW_ARRAY(arena, char, (size_t)n + 1);
    if (text) vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    if (!text) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure's caption");
    if (page->n_notes < AG_NOTES_MAX) page->notes[page->n_notes++] = text;
    return AG_OK;
}

static ag_type note_type(double width) {
    return (ag_type){.size = NOTE, .colour = "#505050", .within = width - 2 * MARGIN};
}

static ag_type title_type(double width) {
    return (ag_type){.size = TITLE, .bold = true, .within = width - 2 * MARGIN};
}

/* With a capital letter. */
static void write_title(const ag_page *page, char title[AG_PAGE_TITLE]) {
    snprintf(title, AG_PAGE_TITLE, "%s", page->title);
    if (title[0] >= 'a' && title[0] <= 'z') title[0] = (char)(title[0] - 'a' + 'A');
}

/* Pixels of the title's lines beyond the first. */
static double more_title(const ag_page *page, double width) {
    char title[AG_PAGE_TITLE];
    const ag_type type = title_type(width);
    write_title(page, title);
    const int lines = ag_svg_lines(title, &type);
    return TITLE_LINE * (lines > TITLE_LINES ? TITLE_LINES - 1 : lines > 1 ? lines - 1 : 0);
}

double ag_page_top(const ag_page *page, double width) {
    return (*page->about ? 62 : 44) + more_title(page, width);
}

void ag_page_begin(const ag_page *page, double width, double height, ag_arena *arena, ag_svg *svg) {
    const ag_type of_note = note_type(width), of_title = title_type(width);
    const double top = ag_page_top(page, width);
    char title[AG_PAGE_TITLE];
    int lines = 0;
    for (int i = 0; i < page->n_notes; i++)
        lines += ag_svg_lines(page->notes[i], &of_note);
    write_title(page, title);
    ag_svg_begin(svg, arena, width, ceil(top + height + LINE * lines + MARGIN), title);
    ag_svg_paragraph(svg, (ag_svg_point){MARGIN, 28}, title, &of_title, TITLE_LINE, TITLE_LINES);
    if (*page->about)
        ag_svg_text(svg, (ag_svg_point){MARGIN, 46 + more_title(page, width)}, page->about,
                    &(ag_type){.size = ABOUT, .colour = "#505050", .within = width - 2 * MARGIN});
    double y = top + height + LINE;
    for (int i = 0; i < page->n_notes; i++)
        y += LINE * ag_svg_paragraph(svg, (ag_svg_point){MARGIN, y}, page->notes[i], &of_note, LINE,
                                     INT_MAX);
}

/* Isotonic regression of y[i] - i height by pooling neighbours (Ayer et al. 1955), then held
 * between the ends: the least sum of squares of moves. */
static void spread(int n, const double *wanted, double *placed, double height) {
    double mean[AG_LABELS_MAX];
    int size[AG_LABELS_MAX], pools = 0;
    for (int i = 0; i < n; i++) {
        mean[pools] = wanted[i] - i * height;
        size[pools++] = 1;
        while (pools > 1 && mean[pools - 2] > mean[pools - 1]) {
            const int a = size[pools - 2], b = size[pools - 1];
            mean[pools - 2] = (a * mean[pools - 2] + b * mean[pools - 1]) / (a + b);
            size[--pools - 1] = a + b;
        }
    }
    for (int pool = 0, i = 0; pool < pools; pool++)
        for (int k = 0; k < size[pool]; k++, i++)
            placed[i] = mean[pool];
}

bool ag_labels_spread(int n, double *y, double height, double top, double bottom) {
    int order[AG_LABELS_MAX];
    double wanted[AG_LABELS_MAX], placed[AG_LABELS_MAX];
    if (n > AG_LABELS_MAX || n * height > bottom - top) return false;
    for (int i = 0; i < n; i++) {
        int k = i;
        for (; k > 0 && y[order[k - 1]] > y[i]; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
    for (int i = 0; i < n; i++)
        wanted[i] = y[order[i]];
    spread(n, wanted, placed, height);
    const double least = top + 0.5 * height, most = bottom - (n - 0.5) * height;
    for (int i = 0; i < n; i++)
        y[order[i]] = fmax(least, fmin(most, placed[i])) + i * height;
    return true;
}
