#include "results/report/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MARGIN = 16, TITLE = 17, ABOUT = 12, NOTE = 11, LINE = 15 };

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

/* Bytes of the first line of a text that is wrapped: up to a space, or as many as fit. */
static size_t first_line(const char *text, double width) {
    const size_t fit = ag_svg_fit(text, NOTE, false, width);
    if (text[fit] == '\0') return fit;
    size_t space = fit;
    while (space > 0 && text[space] != ' ')
        space--;
    if (space) return space;
    return fit ? fit : 1;
}

static int lines_of(const char *text, double width) {
    int n = 0;
    while (*text) {
        text += first_line(text, width);
        text += *text == ' ';
        n++;
    }
    return n;
}

double ag_page_top(const ag_page *page) { return *page->about ? 62 : 44; }

static void draw_note(ag_svg *svg, const char *text, double width, double *y, ag_arena *arena) {
    const ag_type type = {.size = NOTE, .colour = "#505050"};
    while (*text) {
        const size_t n = first_line(text, width);
        const ag_mark mark = ag_arena_mark(arena);
        char *line = AG_NEW_ARRAY(arena, char, n + 1);
        if (!line) {
            svg->failed = true;
            return;
        }
        memcpy(line, text, n);
        ag_svg_text(svg, (ag_svg_point){MARGIN, *y}, line, &type);
        ag_arena_release(arena, mark);
        *y += LINE;
        text += n;
        text += *text == ' ';
    }
}

void ag_page_begin(const ag_page *page, double width, double height, ag_arena *arena, ag_svg *svg) {
    const double inner = width - 2 * MARGIN, top = ag_page_top(page);
    int lines = 0;
    for (int i = 0; i < page->n_notes; i++)
        lines += lines_of(page->notes[i], inner);
    char title[AG_PAGE_TITLE];
    snprintf(title, sizeof title, "%s", page->title);
    if (title[0] >= 'a' && title[0] <= 'z') title[0] = (char)(title[0] - 'a' + 'A');
    ag_svg_begin(svg, arena, width, ceil(top + height + LINE * lines + MARGIN), title);
    ag_svg_text(svg, (ag_svg_point){MARGIN, 28}, title,
                &(ag_type){.size = TITLE, .bold = true, .within = inner});
    if (*page->about)
        ag_svg_text(svg, (ag_svg_point){MARGIN, 46}, page->about,
                    &(ag_type){.size = ABOUT, .colour = "#505050", .within = inner});
    double y = top + height + LINE;
    ag_arena scratch = AG_ARENA_EMPTY; /* the drawing's own grows meanwhile */
    for (int i = 0; i < page->n_notes; i++)
        draw_note(svg, page->notes[i], inner, &y, &scratch);
    ag_arena_close(&scratch);
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
