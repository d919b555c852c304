/* One character of UTF-8 text, and how much room it takes on a terminal. */
#ifndef AG_GLYPH_H
#define AG_GLYPH_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ag_glyph {
    int bytes;     /* 1 to 4 */
    unsigned code; /* of Unicode; the byte itself if it is no UTF-8 */
    bool valid;
    bool visible; /* false: a control character, or one that changes the direction of text */
    int width;    /* columns: 0 combining, 2 East Asian wide and emoji, else 1 */
} ag_glyph;

/* The first character of n > 0 bytes. */
ag_glyph ag_glyph_read(const char *text, size_t n);

#endif
