/* An activation as experiment files and the command line say it: a name of the catalogue, a
 * map with its parameters, or {formula: "x*sigmoid(beta*x)", name: mine, parameters: {...}}. */
#ifndef AG_PLAN_ACTIVATION_H
#define AG_PLAN_ACTIVATION_H

#include "activations/activation.h"
#include "harness/base/arena.h"
#include "harness/config/document.h"
#include "models/family.h"

/* `what` is the key that it belongs to, for messages. A formula is compiled in `arena`. */
ag_status ag_activation_read(ag_arena *arena, const ag_node *node, const char *what,
                             ag_choice *choice, ag_error *err);

/* Whether a formula is in it, typed out. */
bool ag_activation_is_typed(const ag_activation_list *list);

#endif
