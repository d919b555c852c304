/* key=value words of the command line. Private to harness/plan. */
#ifndef AG_OVERRIDES_H
#define AG_OVERRIDES_H

#include "harness/config/document.h"

/* `root` with the words applied, one after the other:
 *
 *     model.depth=8                  a setting; takes the place of an axis of this key
 *     model.depth=2,4,8              an axis of the grid, as are range(...) and [2,4,8]
 *     model.head=[128,64]            one value of a key that takes a list, see values.h
 *     model.head=[128],[256,128]     an axis of two
 *     activation={name: elu, alpha: 0.5}
 *     seeds=10  name=test
 *     ~model.depth  ~grid.model.depth  ~zip  ~exclude
 *                                    takes the axis or the setting away
 *
 * The place of what a word says is the word: {word, 1, 0}. */
ag_status ag_overrides_apply(ag_arena *arena, const ag_node *root, const char *const *words,
                             int n_words, const ag_node **out, ag_error *err);

#endif
