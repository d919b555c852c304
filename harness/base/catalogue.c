#include "harness/base/catalogue.h"

#include <string.h>

const ag_element *ag_catalogue_find(const ag_catalogue *catalogue, const char *name) {
    for (int i = 0; i < catalogue->n_items; i++) {
        const ag_element *element = catalogue->items[i];
        if (strcmp(element->name, name) == 0) return element;
        for (const char *const *alias = element->aliases; alias && *alias; alias++)
            if (strcmp(*alias, name) == 0) return element;
    }
    return NULL;
}

ag_choice ag_choice_standard(const ag_element *element) {
    ag_choice choice = {.element = element};
    for (int i = 0; i < element->n_params; i++) {
        choice.number[i] = element->params[i].standard;
        choice.text[i] = element->params[i].standard_text;
    }
    return choice;
}

int ag_element_param(const ag_element *element, const char *name) {
    for (int i = 0; i < element->n_params; i++)
        if (strcmp(element->params[i].name, name) == 0) return i;
    return -1;
}

double ag_choice_number(const ag_choice *choice, const char *name, double otherwise) {
    const int i = ag_element_param(choice->element, name);
    return i < 0 ? otherwise : choice->number[i];
}
