/* A command of the program: one file cmd_<name>.c each, found by the build.
 *
 * Data go to stdout, everything else to stderr. A command returns the exit code:
 * 0 done, 1 some trials failed, 2 usage or invalid experiment, 3 environment,
 * 4 a claim or verification does not hold, 130 interrupted.
 */
#ifndef AG_COMMAND_H
#define AG_COMMAND_H

#include "harness/base/arena.h"
#include "harness/base/catalogue.h"
#include "harness/base/status.h"

/* An option of a command: --format csv, --format=csv, -o DIR, --json. */
typedef struct ag_option {
    const char *name;  /* "format", without dashes */
    char letter;       /* 'o', or 0 */
    const char *value; /* what it takes, for the help: "DIR"; NULL: a switch */
    const char *meaning;
} ag_option;

enum { AG_OPTIONS_MAX = 16 };

struct ag_call;

typedef struct ag_command {
    ag_element about;      /* name; formula: one line for the list of commands */
    const char *arguments; /* "FILE [key=value ...]", for the usage line */
    int least, most;       /* how many words besides options; most < 0: any */
    const ag_option *options;
    int n_options;
    const char *help; /* a paragraph and examples, ends in a newline */
    int (*run)(const struct ag_call *call);
} ag_command;

/* The command line, taken apart. */
typedef struct ag_call {
    const ag_command *command;
    int n_words;
    const char *const *words;          /* besides options, in order */
    const char *value[AG_OPTIONS_MAX]; /* of each option: text, "" for a switch, NULL: not given */
    bool trace;                        /* --trace: errors show how they travelled */
    ag_arena *arena;                   /* lives as long as the command */
} ag_call;

extern const ag_catalogue ag_commands;

/* Value of an option by name; NULL if it was not given. */
const char *ag_call_value(const ag_call *call, const char *option);

/* Prints "actgrid: file:line:column: text" and, with --trace, the path; returns
 * the exit code of the status. */
int ag_call_fail(const ag_call *call, const ag_error *err);

/* The same where there is no memory for the words of a command line. Returns 3. */
int ag_call_no_memory(const ag_call *call);

/* The same for a mistake on the command line, with a hint at --help. Returns 2. */
int ag_call_usage(const ag_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
