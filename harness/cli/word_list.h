/* Options that take several words with commas between. */
#ifndef AG_WORD_LIST_H
#define AG_WORD_LIST_H

#include "harness/cli/command.h"
#include "results/report/sample.h"

enum { AG_WORD_LIST_MAX = 16 };

/* "a,b": at most AG_WORD_LIST_MAX, from the call's arena. 0, or what ag_call_usage returned. */
int ag_word_list(const ag_call *call, const char *option, const char *text,
                 const char *const **words, int *n);

/* --at key=value,key=value; none if it was not given. 0, or what ag_call_usage returned. */
int ag_word_conditions(const ag_call *call, const ag_condition **at, int *n);

#endif
