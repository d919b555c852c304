/* Everything about one activation, for people and as JSON. */
#ifndef AG_ACTIVATION_SHOW_H
#define AG_ACTIVATION_SHOW_H

#include "harness/base/catalogue.h"

#include <stdio.h>

/* x[n]: where f and f' are printed. */
void ag_activation_show(FILE *out, const ag_choice *choice, int n, const double *x);
void ag_activation_show_json(FILE *out, const ag_choice *choice, int n, const double *x);

#endif
