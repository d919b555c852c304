/* Long numbers in labels, as people read them. */
#ifndef AG_SHORT_TEXT_H
#define AG_SHORT_TEXT_H

#include "harness/base/arena.h"

#include <stdbool.h>

/* out[n]: the texts with those of their numbers that have a point or an exponent rounded to 4
 * significant digits, or as many more as it takes that texts which differ still do:
 * learning_rate=0.0316227766017 is learning_rate=0.03162. Texts may be NULL. false: out of memory.
 */
bool ag_short_texts(int n, const char *const *texts, const char **out, ag_arena *arena);

#endif
