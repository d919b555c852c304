/* 'activations check': a line for each activation, or an object of JSON. */
#ifndef AG_ACTIVATION_CHECK_H
#define AG_ACTIVATION_CHECK_H

#include "harness/analysis/check.h"

#include <stdio.h>

void ag_check_print_head(FILE *out);
/* all: also functions that it is with a parameter of theirs fitted, where others are it as they
 * stand. */
void ag_check_print(FILE *out, const ag_choice *choice, const ag_activation_check *check, bool all);
void ag_check_print_json(FILE *out, const ag_choice *choice, const ag_activation_check *check);

#endif
