#include "results/report/svg.h"

#include "harness/base/catalogue.h"
#include "harness/base/glyph.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* --- the buffer ---------------------------------------------------------------- */

static bool make_room(ag_svg *svg, size_t more) {
    if (svg->failed) return false;
    if (svg->n + more < svg->room) return true;
    size_t room = svg->room ? svg->room : 1 << 14;
    while (room <= svg->n + more)
        room *= 2;
    char *text = room <= AG_SVG_BYTES_MAX ? AG_NEW_ARRAY(svg->arena, char, room) : NULL;
    if (!text) {
        svg->failed = true;
        return false;
    }
    if (svg->n) memcpy(text, svg->text, svg->n);
    svg->text = text;
    svg->room = room;
    return true;
}

static void put_bytes(ag_svg *svg, const char *bytes, size_t n) {
    if (!make_room(svg, n)) return;
    memcpy(svg->text + svg->n, bytes, n);
    svg->n += n;
    svg->text[svg->n] = '\0';
}

__attribute__((format(printf, 2, 3))) static void put(ag_svg *svg, const char *format, ...) {
    char line[512]; /* what is printed has no text from elsewhere */
    va_list list;
    va_start(list, format);
    const int n = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (n > 0) put_bytes(svg, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

/* --- text ------------------------------------------------------------------------ */

static const char REPLACEMENT[] = "\xef\xbf\xbd"; /* U+FFFD */

/* What stands for one character in XML. */
static const char *escaped(const char *text, const ag_glyph *glyph, size_t *n) {
    static const struct {
        char c;
        const char *entity;
    } entities[] = {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}, {'"', "&quot;"}};
    for (int i = 0; i < AG_COUNT(entities); i++)
        if (*text == entities[i].c) {
            *n = strlen(entities[i].entity);
            return entities[i].entity;
        }
    if (!glyph->valid || !glyph->visible || glyph->code == 0xfffe || glyph->code == 0xffff) {
        *n = sizeof REPLACEMENT - 1;
        return REPLACEMENT;
    }
    *n = (size_t)glyph->bytes;
    return text;
}

static void put_text(ag_svg *svg, const char *text, size_t n) {
    for (size_t i = 0; i < n;) {
        const ag_glyph glyph = ag_glyph_read(text + i, n - i);
        size_t length;
        const char *piece = escaped(text + i, &glyph, &length);
        put_bytes(svg, piece, length);
        i += (size_t)glyph.bytes;
    }
}

/* From ' ' to '~' in thousandths of the letters' size: DejaVu Sans, as wide as Verdana and wider
 * than Helvetica, Arial and Liberation Sans. */
static const short widths[] = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};

static double width_of(const ag_glyph *glyph, bool bold) {
    if (glyph->code < ' ' || glyph->code > '~')
        return glyph->width == 2 ? 1.1 : glyph->visible && glyph->width == 0 ? 0.0 : 1.0;
    return (bold ? 1.13 : 1.0) * widths[glyph->code - ' '] / 1000.0;
}

size_t ag_svg_fit(const char *text, double size, bool bold, double most) {
    const size_t n = strlen(text);
    double width = 0;
    size_t i = 0;
    while (i < n) {
        const ag_glyph glyph = ag_glyph_read(text + i, n - i);
        width += size * width_of(&glyph, bold);
        if (width > most) break;
        i += (size_t)glyph.bytes;
    }
    return i;
}

double ag_svg_width(const char *text, double size, bool bold) {
    double width = 0;
    for (size_t n = strlen(text); n > 0;) {
        const ag_glyph glyph = ag_glyph_read(text, n);
        width += size * width_of(&glyph, bold);
        text += glyph.bytes;
        n -= (size_t)glyph.bytes;
    }
    return width;
}

static void draw_letters(ag_svg *svg, ag_svg_point at, const char *text, size_t n, bool cut,
                         const ag_type *type) {
    static const char *const anchors[] = {"start", "middle", "end"};
    put(svg, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"%.4g\" text-anchor=\"%s\" fill=\"%s\"", at.x,
        at.y, type->size, anchors[type->anchor], type->colour ? type->colour : "#202020");
    if (type->bold) put(svg, " font-weight=\"bold\"");
    if (type->italic) put(svg, " font-style=\"italic\"");
    if (type->upwards) put(svg, " transform=\"rotate(-90 %.2f %.2f)\"", at.x, at.y);
    put(svg, ">");
    put_text(svg, text, n);
    if (cut) put(svg, "...");
    put(svg, "</text>\n");
}

void ag_svg_text(ag_svg *svg, ag_svg_point at, const char *text, const ag_type *type) {
    size_t n = strlen(text);
    const bool cut = type->within > 0 && ag_svg_width(text, type->size, type->bold) > type->within;
    if (cut)
        n = ag_svg_fit(text, type->size, type->bold,
                       type->within - ag_svg_width("...", type->size, type->bold));
    draw_letters(svg, at, text, n, cut, type);
}

/* Bytes of the first line: up to a space, or as many as fit. */
static size_t first_line(const char *text, const ag_type *type) {
    const size_t fit = ag_svg_fit(text, type->size, type->bold, type->within);
    if (text[fit] == '\0') return fit;
    size_t space = fit;
    while (space > 0 && text[space] != ' ')
        space--;
    if (space) return space;
    return fit ? fit : 1;
}

int ag_svg_lines(const char *text, const ag_type *type) {
    int n = 0;
    for (; *text; n++) {
        text += first_line(text, type);
        text += *text == ' ';
    }
    return n;
}

int ag_svg_paragraph(ag_svg *svg, ag_svg_point at, const char *text, const ag_type *type,
                     double line, int most) {
    int n = 0;
    for (; *text && n < most; n++, at.y += line) {
        const size_t length = first_line(text, type);
        if (n + 1 == most) { /* whatever is left, cut if it does not fit */
            ag_svg_text(svg, at, text, type);
            return most;
        }
        draw_letters(svg, at, text, length, false, type);
        text += length;
        text += *text == ' ';
    }
    return n;
}

/* --- the page ---------------------------------------------------------------------- */

void ag_svg_begin(ag_svg *svg, ag_arena *arena, double width, double height, const char *title) {
    *svg = (ag_svg){.arena = arena, .width = width, .height = height};
    put(svg,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
        "viewBox=\"0 0 %.0f %.0f\" font-family=\"Helvetica, Arial, sans-serif\">\n<title>",
        width, height, width, height);
    put_text(svg, title, strlen(title));
    put(svg, "</title>\n");
    ag_svg_rectangle(svg, &(ag_svg_box){0, 0, width, height}, "#ffffff", NULL);
}

ag_status ag_svg_end(ag_svg *svg, ag_error *err) {
    put(svg, "</svg>\n");
    if (svg->failed) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure");
    return AG_OK;
}

void ag_svg_clip(ag_svg *svg, const ag_svg_box *box) {
    svg->n_clips++;
    put(svg,
        "<clipPath id=\"c%d\"><rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>"
        "</clipPath>\n<g clip-path=\"url(#c%d)\">\n",
        svg->n_clips, box->left, box->top, box->right - box->left, box->bottom - box->top,
        svg->n_clips);
}

void ag_svg_clip_end(ag_svg *svg) { put(svg, "</g>\n"); }

/* --- lines and areas ----------------------------------------------------------------- */

static void put_pen(ag_svg *svg, const ag_pen *pen) {
    put(svg, " stroke=\"%s\" stroke-width=\"%.3g\"", pen->colour, pen->width);
    if (pen->dash) put(svg, " stroke-dasharray=\"%s\"", pen->dash);
    if (pen->opacity > 0) put(svg, " stroke-opacity=\"%.3g\"", pen->opacity);
}

void ag_svg_line(ag_svg *svg, ag_svg_point from, ag_svg_point to, const ag_pen *pen) {
    put(svg, "<path d=\"M%.2f %.2fL%.2f %.2f\"", from.x, from.y, to.x, to.y);
    put_pen(svg, pen);
    put(svg, "/>\n");
}

static bool is_finite(const ag_svg_point *p) { return isfinite(p->x) && isfinite(p->y); }

void ag_svg_path(ag_svg *svg, int n, const ag_svg_point *points, const ag_pen *pen) {
    put(svg, "<path%s%s%s fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\"",
        pen->name ? " class=\"" : "", pen->name ? pen->name : "", pen->name ? "\"" : "");
    put_pen(svg, pen);
    put(svg, " d=\"");
    bool drawing = false;
    for (int i = 0; i < n; i++) {
        const bool seen = is_finite(&points[i]);
        if (seen) put(svg, "%s%.2f %.2f", drawing ? " " : "M", points[i].x, points[i].y);
        if (seen && !drawing && (i + 1 == n || !is_finite(&points[i + 1]))) put(svg, "h0");
        drawing = seen;
    }
    put(svg, "\"/>\n");
}

void ag_svg_area(ag_svg *svg, int n, const ag_svg_point *points, const char *colour,
                 double opacity) {
    put(svg, "<path fill=\"%s\" fill-opacity=\"%.3g\" d=\"", colour, opacity);
    for (int i = 0; i < n; i++)
        put(svg, "%s%.2f %.2f", i ? " " : "M", points[i].x, points[i].y);
    put(svg, "Z\"/>\n");
}

void ag_svg_rectangle(ag_svg *svg, const ag_svg_box *box, const char *fill, const ag_pen *pen) {
    put(svg, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"", box->left,
        box->top, box->right - box->left, box->bottom - box->top, fill);
    if (pen) put_pen(svg, pen);
    put(svg, "/>\n");
}

/* Corners of a marker of size 2 around 0, as SVG's path data. */
static const char *const outlines[AG_MARKERS] = {
    [AG_MARKER_SQUARE] = "M-.88-.88H.88V.88H-.88Z",
    [AG_MARKER_TRIANGLE] = "M0-1.15L1.05.8H-1.05Z",
    [AG_MARKER_DIAMOND] = "M0-1.25L1.05 0L0 1.25L-1.05 0Z",
    [AG_MARKER_TRIANGLE_DOWN] = "M0 1.15L1.05-.8H-1.05Z",
    [AG_MARKER_CROSS] = "M-.9-.9L.9.9M-.9.9L.9-.9",
    [AG_MARKER_PLUS] = "M-1.1 0H1.1M0-1.1V1.1",
};

void ag_svg_marker(ag_svg *svg, ag_marker marker, ag_svg_point at, double size, const char *colour,
                   bool hollow) {
    const double scale = 0.5 * size;
    const bool open = marker == AG_MARKER_CROSS || marker == AG_MARKER_PLUS;
    if (marker == AG_MARKER_CIRCLE)
        put(svg, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\"", at.x, at.y, scale);
    else
        put(svg, "<path transform=\"translate(%.2f %.2f) scale(%.3f)\" d=\"%s\"", at.x, at.y, scale,
            outlines[marker]);
    put(svg, " fill=\"%s\" stroke=\"%s\" stroke-width=\"%.3g\"/>\n",
        open     ? "none"
        : hollow ? "#ffffff"
                 : colour,
        colour, (open ? 1.6 : 1.2) / (marker == AG_MARKER_CIRCLE ? 1.0 : scale));
}
