/* A figure of an activation and its derivative, as SVG 1.1. */
#ifndef AG_ACTIVATION_SVG_H
#define AG_ACTIVATION_SVG_H

#include "harness/analysis/traits.h"
#include "harness/base/status.h"

#include <stdio.h>

/* Over [-5, 5]. Replaces the file. */
ag_status ag_activation_svg(const char *path, const ag_choice *choice, const ag_traits *traits,
                            ag_error *err);

#endif
