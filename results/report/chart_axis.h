/* One axis of a chart: where a value lies, and where the ticks go. */
#ifndef AG_CHART_AXIS_H
#define AG_CHART_AXIS_H

#include <stdbool.h>

typedef enum ag_axis_kind { AG_AXIS_LINEAR, AG_AXIS_LOG } ag_axis_kind;

typedef struct ag_chart_axis {
    ag_axis_kind kind;
    bool whole;       /* ticks at whole numbers only: layers, epochs */
    double low, high; /* values at `from` and `to`; low < high, LOG: above 0 */
    double from, to;  /* pixels */
    /* LOG: pixel of 0, which has a place of its own in front of `from`; NaN: it has none */
    double zero;
} ag_chart_axis;

/* Pixel of a value. LOG: of 0 and less that of `zero`, or NaN. NaN gives NaN. */
double ag_chart_axis_at(const ag_chart_axis *axis, double value);

enum { AG_TICKS_MAX = 64, AG_TICK_LABEL = 24 };

typedef struct ag_tick {
    double value;
    char label[AG_TICK_LABEL]; /* "" of minor ones */
} ag_tick;

/* Ticks within the axis, ascending, at most `most` of them labelled (and at least 2 wherever that
 * can be): 1, 2 or 5 times a power of ten. Returns how many. */
int ag_chart_axis_ticks(const ag_chart_axis *axis, int most, ag_tick ticks[AG_TICKS_MAX]);

/* Widens low..high to where an axis should end: a little beyond the values; to something around
 * them if they are equal. */
void ag_chart_axis_widen(ag_chart_axis *axis);

#endif
