/* Every catalogue printed the same way: `actgrid X [list|show NAME] [--json]`. */
#ifndef AG_LISTING_H
#define AG_LISTING_H

#include "harness/cli/command.h"

#include <stdio.h>

/* The catalogues that people choose from in an experiment file, with the command
 * named after their plural; ends in NULL. */
extern const ag_catalogue *const ag_listed[];

/* The whole command: reads the words and --json, prints, returns the exit code. */
int ag_listing(const ag_call *call, const ag_catalogue *catalogue);

/* Members of an ag_command whose run is one call of ag_listing. */
extern const ag_option ag_listing_options[1];
#define AG_LISTING_COMMAND(examples)                                                               \
    .arguments = "[list | show NAME]", .least = 0, .most = 2, .options = ag_listing_options,       \
    .n_options = 1,                                                                                \
    .help = "list    a line for each: name, formula, source (this is what happens without\n"       \
            "        words)\n"                                                                     \
            "show    everything about one: formula, source, parameters with range and\n"           \
            "        standard value\n\n"                                                           \
            "examples:\n" examples

/* Its parts, for commands that have more to say about their elements. */
void ag_listing_list(FILE *out, const ag_catalogue *catalogue);
/* derivative: of the formula, as text; "" too long to print, NULL there is none */
void ag_listing_show(FILE *out, const ag_element *element, const char *derivative);
void ag_listing_list_json(FILE *out, const ag_catalogue *catalogue); /* an array */
void ag_listing_show_json(FILE *out, const ag_element *element);     /* an object */

#endif
