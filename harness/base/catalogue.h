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
    AG_PARAM_TEXT, /* any text, such as a path: in ag_choice.text */
    AG_PARAM_LIST  /* any number of `items`: in ag_choice.list */
} ag_param_kind;

typedef struct ag_param ag_param;
typedef struct ag_list ag_list;

/* What one parameter is set to; which member, its kind says. */
typedef struct ag_value {
    double number;
    const char *text;
    const ag_list *list;
} ag_value;

/* {channels: 32, convs: 2}, {channels: 64}, ...: a value for each of the list's
 * ag_param.items, item after item. */
struct ag_list {
    int n, n_items;
    const ag_value *values; /* [n][n_items] */
};

/* A number, word or list the user may set: `activation: {name: elu, alpha: 0.5}`.
 *
 * A REAL or INT with `words` takes these words too (`padding: same`, `padding: 2`):
 * its number is then AG_WORD(index), below 0, so min must not be. */
struct ag_param {
    const char *name;
    const char *const *aliases; /* other names understood, ends in NULL; may be NULL */
    ag_param_kind kind;
    bool required;             /* the file must set it; a TEXT also if it has no standard_text */
    double standard;           /* when the file does not set it; WORD: an index */
    double min, max;           /* REAL, INT: inclusive; LIST: its length */
    const char *const *words;  /* WORD, and REAL and INT that know words: ends in NULL */
    const char *standard_text; /* TEXT: NULL means that the file must set it */
    const char *meaning;       /* a few words with the unit, printed by `actgrid ... show` */
    /* Another parameter, without which this one means nothing: where that is 0, false or
     * its first word, this one is standard whatever was given. NULL: it always counts. */
    const char *with;
    /* It came when trials with its element were stored: where it is standard, settings do not
     * say it, and those trials keep their ids. */
    bool later;

    /* LIST: what one item consists of. One parameter without a name: plain values,
     * `head: [128, 64]`; otherwise maps, `blocks: [{channels: 32, pool: max}]`. */
    const ag_param *items;
    int n_items;
    const ag_list *standard_list; /* NULL: the empty list */
};

/* The number of a REAL or INT whose value is words[index]; AG_WORD(AG_WORD(i)) is i. */
#define AG_WORD(index) (-1.0 - (double)(index))

typedef struct ag_element {
    const char *name;           /* the file's name without .c */
    const char *formula;        /* as printed in tables; for a dataset, what it is */
    const char *paper;          /* authors, year, identifier; "folklore" where none */
    const char *const *aliases; /* other names understood, ends in NULL; may be NULL */
    const ag_param *params;
    int n_params; /* <= AG_PARAMS_MAX */
    /* What stands for this element and its parameters in an experiment file, as JSON, if it
     * is none of a catalogue: {"formula":"x*tanh(x)"}. NULL: name and parameters do. */
    const char *definition;
} ag_element;

typedef struct ag_catalogue {
    const char *kind;               /* "activation" */
    const char *plural;             /* "activations" */
    const ag_element *const *items; /* in alphabetical order of name */
    int n_items;
    bool any_spelling; /* also as other programs spell: nn.LeakyReLU, leakyReLU, leaky-relu */
} ag_catalogue;

/* How many elements a name may mean, the first two of them in found[]: 0, 1, or more where
 * two elements have one alias (hard_sigmoid). A name goes before aliases. With any_spelling,
 * what is written exactly so goes before what differs in upper and lower case or a leading
 * "nn.", and that before what differs in _ and -. */
int ag_catalogue_match(const ag_catalogue *catalogue, const char *name, const ag_element *found[2]);

/* The one element that a name or alias means; NULL if there is none or more than one. */
const ag_element *ag_catalogue_find(const ag_catalogue *catalogue, const char *name);

/* One element with a value for each of its parameters. */
typedef struct ag_choice {
    const ag_element *element;
    union { /* which one, the kind of the parameter says: a plan holds 100,000 of these */
        double number[AG_PARAMS_MAX];
        const char *text[AG_PARAMS_MAX];
        const ag_list *list[AG_PARAMS_MAX]; /* never NULL */
    };
    const char *file; /* that it was read from, for paths relative to it; NULL: none. No setting */
} ag_choice;

/* Every parameter at its standard value. */
ag_choice ag_choice_standard(const ag_element *element);

/* Position of a parameter in element->params, -1 if it has none of that name or alias. */
int ag_element_param(const ag_element *element, const char *name);

/* The value of a parameter, or `otherwise` if the element has none of that name. */
double ag_choice_number(const ag_choice *choice, const char *name, double otherwise);

/* The word that parameter i is set to; NULL if it is a number, text or list. */
const char *ag_choice_word(const ag_choice *choice, int i);

/* The list of a parameter; empty if the element has no list of that name. */
const ag_list *ag_choice_list(const ag_choice *choice, const char *name);

/* The number that item `item` of a list has for its parameter `param`. */
static inline double ag_list_number(const ag_list *list, int item, int param) {
    return list->values[(size_t)item * (size_t)list->n_items + (size_t)param].number;
}

/* Parameter i of a choice. */
ag_value ag_choice_value(const ag_choice *choice, int i);
void ag_choice_set(ag_choice *choice, int i, ag_value value);

/* What a parameter has when it is not set. */
ag_value ag_param_standard(const ag_param *param);

/* The file must set it. */
bool ag_param_required(const ag_param *param);

/* The list holds plain values, not maps. */
bool ag_param_is_plain(const ag_param *list);

/* Position of a name, or an alias, among n parameters, -1 if there is none. */
int ag_param_find(const ag_param *params, int n, const char *name);

/* Makes standard what means nothing beside the other values: see ag_param.with. */
void ag_params_settle(const ag_param *params, int n, ag_value *values);

/* The same number, word, text, list. */
bool ag_value_same(const ag_param *param, const ag_value *a, const ag_value *b);
bool ag_choice_same(const ag_choice *a, const ag_choice *b);

#endif
