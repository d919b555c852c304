/* The texts about commands: the overview, one command's help, the man page. All
 * of them come from the command and option tables, so they cannot go stale. */
#ifndef AG_OVERVIEW_H
#define AG_OVERVIEW_H

#include "harness/cli/command.h"

#include <stdio.h>

/* Every command in one line, by what one wants to do. */
void ag_overview_print(FILE *out);

/* Usage, options, paragraph and examples of one command. */
void ag_command_help(FILE *out, const ag_command *command);

/* The manual page of section 1, for man(1). */
void ag_manual_print(FILE *out);

/* Pages of `actgrid help` besides the commands. */
typedef struct ag_topic {
    const char *name, *meaning;
    void (*print)(FILE *out);
} ag_topic;
extern const ag_topic ag_topics[];
extern const int ag_n_topics;

#endif
