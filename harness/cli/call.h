/* From the program's words to an ag_call. Private to the command line's frame;
 * commands use command.h. */
#ifndef AG_CALL_H
#define AG_CALL_H

#include "harness/base/glyph.h" /* ag_print_visible: words from elsewhere */
#include "harness/cli/command.h"

#include <stdio.h>

typedef enum ag_parsed {
    AG_PARSED_RUN,  /* the call is complete: command->run may have it */
    AG_PARSED_HELP, /* --help was among the words, whatever else was wrong behind it */
    AG_PARSED_WRONG /* a sentence stands on stderr */
} ag_parsed;

/* Takes the words behind the command's name apart. Options may stand anywhere:
 * --name=value, --name value, -o value, -ovalue, and switches in one word (-ab).
 * Everything behind -- is a plain word, and so is "-". */
ag_parsed ag_call_parse(const ag_command *command, int n, const char *const *words, ag_arena *arena,
                        ag_call *call);

/* What every command understands besides its own options. */
extern const ag_option ag_common_options[];
extern const int ag_n_common_options;

/* The command of that name, NULL if there is none. */
const ag_command *ag_command_find(const char *name);

/* "unknown command 'rnu'; did you mean 'run'?" on stderr. Returns 2. */
int ag_command_unknown(const char *name);

/* The element of that name; else NULL, and "no activation 'rleu'; did you mean
 * 'relu'?" on stderr. */
const ag_element *ag_element_wanted(const ag_call *call, const ag_catalogue *catalogue,
                                    const char *name);

#endif
