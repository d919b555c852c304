/* A formula that a user typed, as an activation: "x*tanh(softplus(x))".
 *
 * Text is parsed into a graph in which equal expressions are one node, differentiated by x
 * and by every parameter, simplified and stabilised (stabilise.c), and translated into a
 * program for a machine whose instructions are loops over blocks of floats (machine.c).
 * The same graph, computed in double precision by libm, is the definition. Nothing the
 * user typed reaches a compiler or a shell.
 *
 * The language: README.md of this folder.
 */
#ifndef AG_FORMULA_H
#define AG_FORMULA_H

#include "activations/activation.h"
#include "harness/base/arena.h"
#include "harness/base/status.h"

enum {
    AG_FORMULA_TEXT_MAX = 1000,  /* characters */
    AG_FORMULA_DEPTH_MAX = 50,   /* brackets in brackets */
    AG_FORMULA_TYPED_MAX = 300,  /* different expressions in what was typed */
    AG_FORMULA_NODES_MAX = 4096, /* with all derivatives */
    AG_FORMULA_PARAMS_MAX = 8,
    AG_FORMULA_NAME_MAX = 64 /* of a formula or a parameter, with the final 0 */
};

typedef struct ag_formula_param {
    const char *name;
    double init, min, max;
    ag_place place; /* where it was declared */
} ag_formula_param;

typedef struct ag_formula ag_formula;

/* What was typed. Those parameters that are learned stand first. */
typedef struct ag_formula_spec {
    const char *text;
    ag_place place;   /* of the first character; column 0: a word of the command line */
    bool one_line;    /* characters of the text are columns of the file */
    const char *name; /* NULL: the formula itself, shortened */
    ag_place name_place;
    int n_params, n_learned;
    const ag_formula_param *params;
    ag_learned learned;
    double learning_rate_factor, parameter_decay;
} ag_formula_spec;

/* An activation in `arena`, with about.definition in the words of an experiment file, and
 * the values of its parameters. On failure an error in the text at its own column. */
ag_status ag_formula_choice(ag_arena *arena, const ag_formula_spec *spec, ag_choice *choice,
                            ag_error *err);

/* f' in the language of formulas; "" where it is too long to be read. */
const char *ag_formula_derivative_text(const ag_formula *formula);

/* f and its derivatives in double precision. */
double ag_formula_value(const ag_formula *formula, double x, const double *param);
double ag_formula_derivative(const ag_formula *formula, double x, const double *param);
void ag_formula_param_derivatives(const ag_formula *formula, double x, const double *param,
                                  double *dp);
int ag_formula_seams(const ag_formula *formula, const double *param, double *at);

/* As ag_activation's evaluate and evaluate_learned. */
void ag_formula_evaluate(const ag_formula *formula, size_t n, const float *z, float *y, float *dydz,
                         const double *param);
void ag_formula_evaluate_learned(const ag_formula *formula, size_t n, const float *z,
                                 const float *const *p, float *y, float *dydz, float *const *dydp,
                                 const double *param);

/* Whether a text that stands for an activation looks like a formula, not like a name: it has
 * something other than letters, digits and _. */
bool ag_formula_is_typed(const char *text);

#endif
