/* Text as one word of a command that people copy into their shell. */
#ifndef AG_SHELL_WORD_H
#define AG_SHELL_WORD_H

#include "harness/base/arena.h"

/* As it is where that is safe, else in single quotes: 'my runs/it'\''s'; what could command the
 * terminal as "$(printf '\033')". One that begins with - gets ./ in front, so that it is no
 * option. NULL: out of memory. */
const char *ag_shell_word(const char *text, ag_arena *arena);

#endif
