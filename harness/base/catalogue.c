#include "harness/base/catalogue.h"

#include <string.h>

/* How far a spelling may be from a name. */
typedef enum spelling { EXACT_NAME, EXACT, ANY_CASE, ANY_SEPARATOR, SPELLINGS } spelling;

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static const char *skip(const char *text, spelling how) {
    while (how == ANY_SEPARATOR && (*text == '_' || *text == '-'))
        text++;
    return text;
}

static bool spelled(const char *typed, const char *name, spelling how) {
    if (how < ANY_CASE) return strcmp(typed, name) == 0;
    if (lower(typed[0]) == 'n' && lower(typed[1]) == 'n' && typed[2] == '.') typed += 3;
    for (;; typed++, name++) {
        typed = skip(typed, how);
        name = skip(name, how);
        if (lower(*typed) != lower(*name)) return false;
        if (!*typed) return true;
    }
}

static bool means(const ag_element *element, const char *typed, spelling how) {
    bool found = spelled(typed, element->name, how);
    for (const char *const *alias = element->aliases; how > EXACT_NAME && alias && *alias; alias++)
        found |= spelled(typed, *alias, how);
    return found;
}

int ag_catalogue_match(const ag_catalogue *catalogue, const char *name,
                       const ag_element *found[2]) {
    const spelling end = catalogue->any_spelling ? SPELLINGS : ANY_CASE;
    int n = 0;
    for (spelling how = EXACT_NAME; how < end && !n; how++)
        for (int i = 0; i < catalogue->n_items; i++)
            if (means(catalogue->items[i], name, how)) {
                if (n < 2) found[n] = catalogue->items[i];
                n++;
            }
    return n;
}

const ag_element *ag_catalogue_find(const ag_catalogue *catalogue, const char *name) {
    const ag_element *found[2];
    return ag_catalogue_match(catalogue, name, found) == 1 ? found[0] : NULL;
}

static const ag_list empty = {0};

ag_value ag_param_standard(const ag_param *param) {
    const ag_list *list = param->standard_list ? param->standard_list : &empty;
    return (ag_value){.number = param->standard,
                      .text = param->standard_text,
                      .list = param->kind == AG_PARAM_LIST ? list : NULL};
}

bool ag_param_required(const ag_param *param) {
    return param->required || (param->kind == AG_PARAM_TEXT && !param->standard_text);
}

bool ag_param_is_plain(const ag_param *list) { return list->n_items == 1 && !list->items[0].name; }

int ag_param_find(const ag_param *params, int n, const char *name) {
    for (int i = 0; i < n; i++)
        if (params[i].name && strcmp(params[i].name, name) == 0) return i;
    for (int i = 0; i < n; i++)
        for (const char *const *alias = params[i].aliases; alias && *alias; alias++)
            if (strcmp(*alias, name) == 0) return i;
    return -1;
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool ag_value_same(const ag_param *param, const ag_value *a, const ag_value *b) {
    if (param->kind == AG_PARAM_TEXT) return same_text(a->text, b->text);
    if (param->kind != AG_PARAM_LIST) return a->number == b->number;
    if (a->list->n != b->list->n) return false;
    for (int i = 0; i < a->list->n * param->n_items; i++)
        if (!ag_value_same(&param->items[i % param->n_items], &a->list->values[i],
                           &b->list->values[i]))
            return false;
    return true;
}

void ag_params_settle(const ag_param *params, int n, ag_value *values) {
    for (int i = 0; i < n; i++) {
        const int with = params[i].with ? ag_param_find(params, n, params[i].with) : -1;
        if (with >= 0 && values[with].number == 0) values[i] = ag_param_standard(&params[i]);
    }
}

/* --- choices -------------------------------------------------------------- */

ag_choice ag_choice_standard(const ag_element *element) {
    ag_choice choice = {.element = element};
    for (int i = 0; i < element->n_params; i++)
        ag_choice_set(&choice, i, ag_param_standard(&element->params[i]));
    return choice;
}

int ag_element_param(const ag_element *element, const char *name) {
    return ag_param_find(element->params, element->n_params, name);
}

double ag_choice_number(const ag_choice *choice, const char *name, double otherwise) {
    const int i = ag_element_param(choice->element, name);
    return i < 0 ? otherwise : choice->number[i];
}

const char *ag_choice_word(const ag_choice *choice, int i) {
    const ag_param *p = &choice->element->params[i];
    if (p->kind == AG_PARAM_WORD) return p->words[(int)choice->number[i]];
    const bool number = p->kind == AG_PARAM_REAL || p->kind == AG_PARAM_INT;
    return number && p->words && choice->number[i] < 0.0 ? p->words[(int)AG_WORD(choice->number[i])]
                                                         : NULL;
}

const ag_list *ag_choice_list(const ag_choice *choice, const char *name) {
    const int i = ag_element_param(choice->element, name);
    const bool list = i >= 0 && choice->element->params[i].kind == AG_PARAM_LIST;
    return list && choice->list[i] ? choice->list[i] : &empty;
}

ag_value ag_choice_value(const ag_choice *choice, int i) {
    switch (choice->element->params[i].kind) {
    case AG_PARAM_TEXT: return (ag_value){.text = choice->text[i]};
    case AG_PARAM_LIST: return (ag_value){.list = choice->list[i] ? choice->list[i] : &empty};
    default: return (ag_value){.number = choice->number[i]};
    }
}

void ag_choice_set(ag_choice *choice, int i, ag_value value) {
    switch (choice->element->params[i].kind) {
    case AG_PARAM_TEXT: choice->text[i] = value.text; break;
    case AG_PARAM_LIST: choice->list[i] = value.list; break;
    default: choice->number[i] = value.number;
    }
}

bool ag_choice_same(const ag_choice *a, const ag_choice *b) {
    if (a->element != b->element) return false;
    for (int i = 0; i < a->element->n_params; i++) {
        const ag_value x = ag_choice_value(a, i), y = ag_choice_value(b, i);
        if (!ag_value_same(&a->element->params[i], &x, &y)) return false;
    }
    return true;
}
