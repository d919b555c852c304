/* SVG, drawn piece by piece into memory.
 *
 * Lengths are pixels, y counts downwards from the top edge. Memory that runs out stops the drawing;
 * ag_svg_end says so, and so does a buffer beyond AG_SVG_BYTES_MAX. Texts may be anybody's: they
 * become XML here. How wide they are is estimated from the widest of the usual fonts, so
 * that what is placed by it does not overlap in others.
 */
#ifndef AG_SVG_H
#define AG_SVG_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>
#include <stddef.h>

enum { AG_SVG_BYTES_MAX = 64 << 20 };

typedef struct ag_svg {
    ag_arena *arena;
    char *text; /* ends in a 0 byte */
    size_t n, room;
    double width, height;
    int n_clips;
    bool failed;
} ag_svg;

typedef struct ag_svg_point {
    double x, y;
} ag_svg_point;

typedef struct ag_svg_box {
    double left, top, right, bottom;
} ag_svg_box;

/* colour: "#0072B2" or "none". */
typedef struct ag_pen {
    const char *colour;
    double width;     /* of the line */
    const char *dash; /* "7 4"; NULL: solid */
    double opacity;   /* 0: opaque */
    const char *name; /* attribute `class` of a path, for who looks for it; NULL: none */
} ag_pen;

typedef enum ag_anchor { AG_ANCHOR_START, AG_ANCHOR_MIDDLE, AG_ANCHOR_END } ag_anchor;

typedef struct ag_type {
    double size;
    const char *colour; /* NULL: near black */
    ag_anchor anchor;
    bool bold, italic;
    bool upwards;  /* turned by 90 degrees, read from below */
    double within; /* cut where it would be wider, with ... behind it; 0: as it is */
} ag_type;

typedef enum ag_marker {
    AG_MARKER_CIRCLE,
    AG_MARKER_SQUARE,
    AG_MARKER_TRIANGLE,
    AG_MARKER_DIAMOND,
    AG_MARKER_TRIANGLE_DOWN,
    AG_MARKER_CROSS,
    AG_MARKER_PLUS,
    AG_MARKERS
} ag_marker;

/* `title`: for who cannot see it. */
void ag_svg_begin(ag_svg *svg, ag_arena *arena, double width, double height, const char *title);
ag_status ag_svg_end(ag_svg *svg, ag_error *err);

/* What is drawn between these two is seen inside the box only. */
void ag_svg_clip(ag_svg *svg, const ag_svg_box *box);
void ag_svg_clip_end(ag_svg *svg);

void ag_svg_line(ag_svg *svg, ag_svg_point from, ag_svg_point to, const ag_pen *pen);
/* Through n points; where x or y is not finite there is a gap, and a point between gaps a dot. */
void ag_svg_path(ag_svg *svg, int n, const ag_svg_point *points, const ag_pen *pen);
/* Closed, filled. All finite. */
void ag_svg_area(ag_svg *svg, int n, const ag_svg_point *points, const char *colour,
                 double opacity);
void ag_svg_rectangle(ag_svg *svg, const ag_svg_box *box, const char *fill, const ag_pen *pen);
/* size: of a circle, its diameter; the others look as large. */
void ag_svg_marker(ag_svg *svg, ag_marker marker, ag_svg_point at, double size, const char *colour,
                   bool hollow);
/* at: on the base line of the letters. */
void ag_svg_text(ag_svg *svg, ag_svg_point at, const char *text, const ag_type *type);

/* Lines of a text that is wrapped at spaces, or where it must be, to be within type->within. */
int ag_svg_lines(const char *text, const ag_type *type);

/* Draws them, `line` pixels apart, the first one at `at`; of more than `most` the last is cut.
 * Returns how many. */
int ag_svg_paragraph(ag_svg *svg, ag_svg_point at, const char *text, const ag_type *type,
                     double line, int most);

/* How wide a text is at most, in letters of this size. */
double ag_svg_width(const char *text, double size, bool bold);

/* Bytes of the longest beginning, of whole characters, that is no wider than `most`. */
size_t ag_svg_fit(const char *text, double size, bool bold, double most);

#endif
