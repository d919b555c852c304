/* What holds of every parameter of every element that an experiment file can name. */
#include "check.h"

#include "harness/cli/listing.h"

#include <string.h>

static void check_params(const char *owner, const ag_param *params, int n);

static void check_limits(const char *owner, const ag_param *p) {
    CHECK(p->min <= p->max, "%s: %s", owner, p->name);
    if (p->words) CHECK(p->min >= 0, "%s: numbers of %s could be words", owner, p->name);
    const bool word = p->words && p->standard < 0;
    if (!p->required && !word)
        CHECK(p->standard >= p->min && p->standard <= p->max, "%s: %s", owner, p->name);
}

static void check_list(const char *owner, const ag_param *p) {
    CHECK(p->items && p->n_items >= 1 && p->n_items <= AG_PARAMS_MAX, "%s: %s", owner, p->name);
    CHECK(p->min >= 0 && p->max >= 1 && p->min <= p->max, "%s: length of %s", owner, p->name);
    const ag_list *standard = p->standard_list;
    const int length = standard ? standard->n : 0;
    CHECK(p->required || length >= p->min, "%s: %s has no standard list", owner, p->name);
    if (standard)
        CHECK(length <= p->max && (!length || standard->n_items == p->n_items), "%s: %s", owner,
              p->name);
    if (ag_param_is_plain(p)) {
        ag_param item = p->items[0];
        item.name = p->name, item.meaning = p->meaning, item.required = true;
        check_params(owner, &item, 1);
    } else {
        check_params(p->name, p->items, p->n_items);
    }
}

static void check_params(const char *owner, const ag_param *params, int n) {
    for (int i = 0; i < n; i++) {
        const ag_param *p = &params[i];
        CHECK(p->name && p->meaning && p->meaning[0], "%s: parameter %d", owner, i);
        for (int k = 0; k < i; k++)
            CHECK(strcmp(p->name, params[k].name) != 0, "%s: %s twice", owner, p->name);
        int n_words = 0;
        while (p->words && p->words[n_words])
            n_words++;
        if (p->kind == AG_PARAM_WORD || (p->words && p->standard < 0)) {
            const double index = p->kind == AG_PARAM_WORD ? p->standard : AG_WORD(p->standard);
            CHECK(n_words && index >= 0 && index < n_words, "%s: %s", owner, p->name);
        }
        if (p->kind == AG_PARAM_REAL || p->kind == AG_PARAM_INT) check_limits(owner, p);
        if (p->kind == AG_PARAM_LIST) check_list(owner, p);
    }
}

/* What `model.head=[128,64]` means must not depend on the element. */
static void check_lists_agree(const ag_catalogue *catalogue, const ag_param *p) {
    for (int i = 0; i < catalogue->n_items; i++) {
        const ag_element *element = catalogue->items[i];
        const int k = ag_element_param(element, p->name);
        if (k < 0) continue;
        CHECK((element->params[k].kind == AG_PARAM_LIST) == (p->kind == AG_PARAM_LIST),
              "%s of %s is a list elsewhere, or the other way round", p->name, element->name);
    }
}

int main(void) {
    for (int c = 0; ag_listed[c]; c++)
        for (int i = 0; i < ag_listed[c]->n_items; i++) {
            const ag_element *element = ag_listed[c]->items[i];
            CHECK(element->n_params <= AG_PARAMS_MAX, "%s", element->name);
            check_params(element->name, element->params, element->n_params);
            for (int p = 0; p < element->n_params; p++)
                check_lists_agree(ag_listed[c], &element->params[p]);
        }
    return check_report();
}
