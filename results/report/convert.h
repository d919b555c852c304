/* SVG as PDF or PNG, through the program rsvg-convert (Debian: librsvg2-bin). */
#ifndef AG_CONVERT_H
#define AG_CONVERT_H

#include "harness/base/status.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether there is one among the programs of this machine. */
bool ag_can_convert(void);

/* format: "pdf" or "png". Into `descriptor`, which stays open. AG_MACHINE if the program is not
 * there or does not do it. */
ag_status ag_convert(const char *svg, size_t n, const char *format, int descriptor, ag_error *err);

#endif
