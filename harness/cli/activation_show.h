/* Everything about one activation, for people and as JSON. */
#ifndef AG_ACTIVATION_SHOW_H
#define AG_ACTIVATION_SHOW_H

#include "harness/cli/activation_facts.h"

#include <stdio.h>

void ag_activation_show(FILE *out, const ag_activation_facts *facts);
void ag_activation_show_json(FILE *out, const ag_activation_facts *facts);

#endif
