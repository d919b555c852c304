/* A drawing read back: is it well-formed, is all of its text on the page, does none overlap? */
#ifndef AG_SVG_CHECK_H
#define AG_SVG_CHECK_H

#include "check.h"
#include "results/report/svg.h"

#include <stdlib.h>
#include <string.h>

enum { SVG_TEXTS_MAX = 4000, SVG_TEXT_MAX = 1024, SVG_DEPTH_MAX = 16 };

typedef struct svg_label {
    char text[SVG_TEXT_MAX]; /* entities resolved */
    ag_svg_box box;
} svg_label;

typedef struct svg_reading {
    double width, height;
    int n;
    svg_label *label; /* [SVG_TEXTS_MAX] */
} svg_reading;

/* What a text begins with; 0 if that is no number. */
static inline double number_in(const char *text) { return strtod(text, NULL); }

/* The value of an attribute within a tag, "" if it is not there. */
static inline const char *attribute(const char *tag, const char *end, const char *name) {
    static char value[4][256];
    static int turn;
    char wanted[64];
    char *out = value[turn++ % 4];
    *out = '\0';
    snprintf(wanted, sizeof wanted, " %s=\"", name);
    const char *at = strstr(tag, wanted);
    if (!at || at > end) return out;
    at += strlen(wanted);
    const size_t n = strcspn(at, "\"");
    snprintf(out, 256, "%.*s", (int)(n < 255 ? n : 255), at);
    return out;
}

/* Characters up to `end`, with the four entities that are written resolved. */
static inline void resolve(const char *from, const char *end, char *to, const char *where) {
    static const char *const entity[] = {"&lt;", "&gt;", "&amp;", "&quot;"};
    size_t n = 0;
    while (from < end && n + 1 < SVG_TEXT_MAX) {
        int k = 0;
        if (*from == '&') {
            while (k < 4 && strncmp(from, entity[k], strlen(entity[k])) != 0)
                k++;
            CHECK(k < 4, "%s: an ampersand that begins no entity", where);
            if (k == 4) break;
            to[n++] = "<>&\""[k];
            from += strlen(entity[k]);
        } else {
            CHECK((unsigned char)*from >= 0x20 || *from == '\n', "%s: a control character", where);
            to[n++] = *from++;
        }
    }
    to[n] = '\0';
}

static inline ag_svg_box box_of_text(const char *tag, const char *end, const char *text) {
    const double size = number_in(attribute(tag, end, "font-size"));
    const bool bold = *attribute(tag, end, "font-weight") != '\0';
    const double x = number_in(attribute(tag, end, "x")), y = number_in(attribute(tag, end, "y"));
    const double width = ag_svg_width(text, size, bold), up = 0.72 * size, down = 0.2 * size;
    const char *anchor = attribute(tag, end, "text-anchor");
    const double before = strcmp(anchor, "end") == 0      ? width
                          : strcmp(anchor, "middle") == 0 ? 0.5 * width
                                                          : 0;
    if (*attribute(tag, end, "transform") == '\0')
        return (ag_svg_box){x - before, y - up, x - before + width, y + down};
    return (ag_svg_box){x - up, y + before - width, x + down, y + before}; /* read from below */
}

/* Tags close in order; texts are collected. */
static inline svg_reading read_svg(const char *svg, const char *where) {
    svg_reading r = {.label = calloc(SVG_TEXTS_MAX, sizeof(svg_label))};
    char open[SVG_DEPTH_MAX][32];
    int depth = 0;
    if (!r.label) exit(3);
    for (const char *tag = strchr(svg, '<'); tag; tag = strchr(tag + 1, '<')) {
        const char *end = strchr(tag, '>');
        CHECK(end != NULL, "%s: a tag without an end", where);
        if (!end) break;
        if (tag[1] == '?') continue;
        char name[32];
        const char *word = tag + 1 + (tag[1] == '/');
        snprintf(name, sizeof name, "%.*s", (int)strcspn(word, " />"), word);
        if (tag[1] == '/') {
            CHECK(depth > 0 && strcmp(open[depth - 1], name) == 0, "%s: </%s>", where, name);
            depth -= depth > 0;
        } else if (end[-1] != '/' && depth < SVG_DEPTH_MAX) {
            memcpy(open[depth++], name, sizeof name);
        }
        if (strcmp(name, "svg") == 0 && tag[1] != '/') {
            r.width = number_in(attribute(tag, end, "width"));
            r.height = number_in(attribute(tag, end, "height"));
        }
        if (strcmp(name, "text") == 0 && tag[1] != '/' && r.n < SVG_TEXTS_MAX) {
            svg_label *label = &r.label[r.n++];
            const char *stop = strchr(end, '<');
            resolve(end + 1, stop ? stop : end + 1, label->text, where);
            label->box = box_of_text(tag, end, label->text);
        }
    }
    CHECK(depth == 0, "%s: %d tags are left open", where, depth);
    CHECK(r.width > 0 && r.height > 0, "%s: %g x %g", where, r.width, r.height);
    CHECK(!strstr(svg, "nan") && !strstr(svg, "inf,") && !strstr(svg, "inf "),
          "%s: a number that is none", where);
    return r;
}

/* Half a pixel is allowed: coordinates are rounded. */
static inline void check_texts(const svg_reading *r, const char *where) {
    const double slack = 0.5;
    CHECK(r->n > 0, "%s: no text", where);
    for (int i = 0; i < r->n; i++) {
        const ag_svg_box *a = &r->label[i].box;
        CHECK(a->left >= -slack && a->top >= -slack && a->right <= r->width + slack &&
                  a->bottom <= r->height + slack,
              "%s: '%s' at %.0f %.0f %.0f %.0f is beyond the page of %g x %g", where,
              r->label[i].text, a->left, a->top, a->right, a->bottom, r->width, r->height);
        for (int k = 0; k < i; k++) {
            const ag_svg_box *b = &r->label[k].box;
            CHECK(a->left >= b->right - slack || b->left >= a->right - slack ||
                      a->top >= b->bottom - slack || b->top >= a->bottom - slack,
                  "%s: '%s' over '%s'", where, r->label[i].text, r->label[k].text);
        }
    }
}

/* All of it. */
static inline void check_svg(const char *svg, const char *where) {
    svg_reading r = read_svg(svg, where);
    check_texts(&r, where);
    free(r.label);
}

#endif
