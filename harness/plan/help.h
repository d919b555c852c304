/* `actgrid help experiment`: the keys of an experiment file, from the tables that
 * the parser reads. */
#ifndef AG_HELP_H
#define AG_HELP_H

#include <stdio.h>

/* Prints keys, kinds, ranges, standard values and meanings. */
void ag_plan_help(FILE *out);

#endif
