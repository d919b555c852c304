/* What a run ends with: the leaderboard, where the store is, what to ask next. */
#ifndef AG_ANSWER_H
#define AG_ANSWER_H

#include "harness/cli/command.h"

/* The leaderboard goes to stdout; columns of words that say the same in every row
 * are left out and named below it. The rest goes to stderr unless quiet. */
ag_status ag_answer_print(const char *folder, bool quiet, ag_arena *arena, ag_error *err);

/* How to call this program from here: scripts/run leaves a link in build/, and only an installed
 * one is found by its bare name. */
const char *ag_program_name(void);

#endif
