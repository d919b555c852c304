/* The line of finite floats, in order: where a condition holds on it.
 *
 * Looked at are some 10,000 of them: every 0.005 from -20 to 20, 16 for each power of two
 * beyond and 4 within, and both neighbours of every seam. What is narrower than their
 * distance and touches no seam goes unseen. */
#ifndef AG_LINE_H
#define AG_LINE_H

#include "harness/base/arena.h"
#include "harness/base/catalogue.h"

typedef struct ag_line {
    int n;
    float *x;       /* ascending */
    double *f, *df; /* the definition there */
    float *y, *dy;  /* what the float path makes of it */
} ag_line;

/* NULL: no memory. */
const ag_line *ag_line_sampled(const ag_choice *choice, ag_arena *arena);

/* All floats from `from` to `to`, both included. */
typedef struct ag_interval {
    float from, to;
} ag_interval;

enum { AG_INTERVALS_MAX = 8 };

typedef struct ag_intervals {
    int n; /* of more than AG_INTERVALS_MAX, only the first are here */
    ag_interval at[AG_INTERVALS_MAX];
} ag_intervals;

/* What a place of an activation can be asked. */
typedef enum ag_line_question {
    AG_LINE_UNDEFINED,      /* f is NaN */
    AG_LINE_OVERFLOWS,      /* f is a number, and the float path is none that is finite */
    AG_LINE_SLOPE_OVERFLOWS /* the same of f', where f is finite */
} ag_line_question;

/* Where the answer is yes; the ends are exact. */
ag_intervals ag_line_where(const ag_choice *choice, const ag_line *line, ag_line_question question);

/* The next larger float and the next smaller one. */
float ag_float_after(float x);
float ag_float_before(float x);

#endif
