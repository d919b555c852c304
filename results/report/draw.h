/* Figures of a store as files: <folder>/<name>.svg and the same numbers as <name>.csv. */
#ifndef AG_DRAW_H
#define AG_DRAW_H

#include "results/report/figure.h"

typedef enum ag_picture {
    AG_PICTURE_SVG,
    AG_PICTURE_CSV,
    AG_PICTURE_PDF,
    AG_PICTURE_PNG
} ag_picture;

enum { AG_PICTURES = 4 };

extern const char *const ag_picture_names[]; /* "svg", "csv", "pdf", "png", NULL */

typedef struct ag_draw_request {
    ag_figure_request of;
    const ag_figure *figure;  /* NULL: all that the store has numbers for */
    const char *folder;       /* made if it is not there, with those above it */
    bool wanted[AG_PICTURES]; /* PDF and PNG: through the program rsvg-convert */
} ag_draw_request;

/* What is told as it happens; both may be NULL. */
typedef struct ag_draw_told {
    void (*wrote)(void *self, const char *path);
    void (*skipped)(void *self, const char *figure, const char *why);
    void *self;
} ag_draw_told;

/* Nothing that is there is replaced: one file that exists, and none is written. AG_NOTFOUND if
 * the store has nothing for what is asked for; AG_MACHINE without rsvg-convert, if it is needed. */
ag_status ag_draw(const ag_draw_request *request, const ag_draw_told *told, ag_arena *arena,
                  ag_error *err);

/* request->figure, drawn and not written. */
ag_status ag_draw_one(const ag_draw_request *request, ag_arena *arena, ag_drawn *drawn,
                      ag_error *err);

#endif
