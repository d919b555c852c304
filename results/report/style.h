/* How an activation looks in every figure of a store: colour, dashes and marker.
 *
 * Colours that people with any colour vision tell apart: of M. Okabe and K. Ito, 2008, without
 * yellow, which is too light on white, and the wine red of P. Tol. No two of the first 48 have both
 * colour and dashes in common, and neighbours differ in dashes and marker, too, so that they differ
 * in grey.
 */
#ifndef AG_STYLE_H
#define AG_STYLE_H

#include "results/report/svg.h"

typedef struct ag_style {
    const char *colour;
    const char *dash; /* NULL: solid */
    ag_marker marker;
    int number;
} ag_style;

/* labels: of all activations of the store, each once. What looks like what does not depend on their
 * order: those that everybody compares always look the same (relu is blue), the others follow by
 * name. False: out of memory. */
bool ag_styles_of(int n, const char *const *labels, ag_style *styles, ag_arena *scratch);

/* What stands behind those that a crowded figure is about. */
extern const ag_style ag_style_pale;

#endif
