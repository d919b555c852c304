/* What every catalogue element has in common, and how a user's choice of one
 * is held.
 *
 * Activations, initializers, optimizers, losses, schedules, datasets, model
 * families and probes are each one file defining one constant struct whose
 * first member is an ag_element. So one parser reads every
 *
 *     activation: {name: elu, alpha: 0.5}
 *
 * one printer lists every catalogue, and one rule makes every error message.
 */
#ifndef AG_CATALOGUE_H
#define AG_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#define AG_COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { AG_PARAMS_MAX = 24 };

typedef enum ag_param_kind {
    AG_PARAM_REAL,
    AG_PARAM_INT,
    AG_PARAM_FLAG, /* true or false: number 1 or 0 */
    AG_PARAM_WORD, /* one of `words`: number is its index */
    AG_PARAM_TEXT  /* any text, such as a path: in ag_choice.text */
} ag_param_kind;

/* A number or word the user may set: `activation: {name: elu, alpha: 0.5}`. */
typedef struct ag_param {
    const char *name;
    ag_param_kind kind;
    double standard;           /* when the file does not set it; WORD: an index */
    double min, max;           /* REAL, INT: inclusive */
    const char *const *words;  /* WORD: ends in NULL */
    const char *standard_text; /* TEXT: NULL means that the file must set it */
    const char *meaning;       /* a few words with the unit, printed by `actgrid ... show` */
} ag_param;

typedef struct ag_element {
    const char *name;           /* the file's name without .c */
    const char *formula;        /* as printed in tables; for a dataset, what it is */
    const char *paper;          /* authors, year, identifier; "folklore" where none */
    const char *const *aliases; /* other names understood, ends in NULL; may be NULL */
    const ag_param *params;
    int n_params; /* <= AG_PARAMS_MAX */
} ag_element;

typedef struct ag_catalogue {
    const char *kind;               /* "activation" */
    const char *plural;             /* "activations" */
    const ag_element *const *items; /* in alphabetical order of name */
    int n_items;
} ag_catalogue;

/* By name or alias; NULL if unknown. */
const ag_element *ag_catalogue_find(const ag_catalogue *catalogue, const char *name);

/* One element with a value for each of its parameters. */
typedef struct ag_choice {
    const ag_element *element;
    double number[AG_PARAMS_MAX];
    const char *text[AG_PARAMS_MAX];
    const char *file; /* that it was read from, for paths relative to it; NULL: none. No setting */
} ag_choice;

/* Every parameter at its standard value. */
ag_choice ag_choice_standard(const ag_element *element);

/* Position of a parameter in element->params, -1 if it has none of that name. */
int ag_element_param(const ag_element *element, const char *name);

/* The value of a parameter, or `otherwise` if the element has none of that name. */
double ag_choice_number(const ag_choice *choice, const char *name, double otherwise);

#endif
