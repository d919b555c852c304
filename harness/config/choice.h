/* Reading a choice from a catalogue: `relu`, or {name: elu, alpha: 0.5}.
 *
 * One reader for activations, initializers, optimizers, losses, schedules, data
 * sets and model families, so one set of messages for all of them.
 */
#ifndef AG_CHOICE_H
#define AG_CHOICE_H

#include "harness/base/catalogue.h"
#include "harness/config/document.h"

/* Reads a name, or a map with `name_key` ("name", or "type" for model families)
 * and parameters. `what` is the key it belongs to, for messages and the advice
 * on grids ("optimizer"). Aliases are understood, parameters that are not given
 * get their standard values. Texts point into the node, lists are taken from
 * `arena`. */
ag_status ag_choice_read(ag_arena *arena, const ag_node *node, const ag_catalogue *catalogue,
                         const char *name_key, const char *what, ag_choice *choice, ag_error *err);

/* The element with this name or alias; otherwise an error with the nearest name,
 * or with all names where they are few. */
ag_status ag_element_read(const ag_node *node, const ag_catalogue *catalogue, const char *what,
                          const ag_element **element, ag_error *err);

/* `x` as a number in [min, max], whole if `whole`; `name` is for messages: "alpha
 * is -1, must be 0 to 100". */
ag_status ag_number_read(const ag_node *node, const char *name, bool whole, double min, double max,
                         double *x, ag_error *err);

/* true or false, unquoted. */
ag_status ag_flag_read(const ag_node *node, const char *name, bool *flag, ag_error *err);

/* The place of a word among `words`, which ends in NULL. */
ag_status ag_word_read(const ag_node *node, const char *name, const char *const *words, int *index,
                       ag_error *err);

/* "adam, adamw, sgd": as much as fits, then "...". Returns text. */
enum { AG_NAMES_MAX = 200 };
const char *ag_catalogue_names(char text[AG_NAMES_MAX], const ag_catalogue *catalogue);

#endif
