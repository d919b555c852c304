/* One character of UTF-8 text, and how much room it takes on a terminal. */
#ifndef AG_GLYPH_H
#define AG_GLYPH_H

#include "harness/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct ag_glyph {
    int bytes;     /* 1 to 4 */
    unsigned code; /* of Unicode; the byte itself if it is no UTF-8 */
    bool valid;
    bool visible; /* false: a control character, or one that changes the direction of text */
    int width;    /* columns: 0 combining, 2 East Asian wide and emoji, else 1 */
} ag_glyph;

/* The first character of n > 0 bytes. */
ag_glyph ag_glyph_read(const char *text, size_t n);

enum { AG_GLYPH_SHOWN = 16 };

/* How it is shown: as it is, or \n, \x1b, \u202e. `bytes`: where it was read. Returns its width. */
int ag_glyph_show(const ag_glyph *glyph, const char *bytes, char shown[AG_GLYPH_SHOWN]);

/* The first character of a text that is not empty, likewise; *text then begins behind it. */
int ag_glyph_show_next(const char **text, char shown[AG_GLYPH_SHOWN]);

/* Text from elsewhere on its way to people: it must not command the terminal. */
void ag_print_visible(FILE *out, const char *text);

/* The same as a text: the one given if all of it is visible. NULL: out of memory. */
const char *ag_visible(const char *text, ag_arena *arena);

#endif
