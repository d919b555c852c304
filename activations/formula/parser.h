/* Text to graph and back. Private to activations/formula. */
#ifndef AG_FORMULA_PARSER_H
#define AG_FORMULA_PARSER_H

#include "activations/formula/graph.h"

/* The typed expression, nothing changed in it, in `graph`; its node in *root. */
ag_status ag_formula_parse(const ag_formula_spec *spec, ag_graph *graph, int *root, ag_error *err);

/* Canonical text of a node: what the parser reads as the same node, if it is a typed one, and
 * otherwise as the same function. "": longer than `most`. NULL: out of memory. */
const char *ag_formula_print(const ag_graph *graph, int root, const ag_formula_spec *spec,
                             size_t most, ag_arena *arena);

/* pi or e; false if it is no constant of the language. */
bool ag_formula_constant(const char *word, double *number);

/* The place of character `at` of the formula. */
ag_place ag_formula_place(const ag_formula_spec *spec, size_t at);

#endif
