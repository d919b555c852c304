/* Everything about one activation, for people and as JSON. */
#ifndef AG_ACTIVATION_SHOW_H
#define AG_ACTIVATION_SHOW_H

#include "harness/cli/activation_facts.h"

#include <stdio.h>

/* Of a unit of several inputs: what can be said of it, and what cannot. */
void ag_activation_show_unit(FILE *out, const ag_activation_facts *facts);

/* Parts of it. */
void ag_show_settings(FILE *out, const ag_choice *choice);
void ag_show_gain(FILE *out, const ag_activation_facts *facts);
void ag_show_float_error(FILE *out, const ag_float_error *error);
void ag_show_pace(FILE *out, const ag_pace *pace);

void ag_activation_show(FILE *out, const ag_activation_facts *facts);
void ag_activation_show_json(FILE *out, const ag_activation_facts *facts);

#endif
