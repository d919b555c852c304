/* Notes: what a user should know about a plan that is no error. */
#include "activations/activation.h"
#include "harness/plan/expand.h"

#include <stdarg.h>
#include <stdio.h>

enum { NOTES_MAX = 64, NOTE_LENGTH_MAX = 256 };

ag_status ag_note(ag_draft *d, ag_error *err, const char *format, ...) {
    ag_plan *plan = d->plan;
    if (plan->n_notes == NOTES_MAX) return AG_OK;
    if (!plan->notes) plan->notes = AG_NEW_ARRAY(d->arena, const char *, NOTES_MAX);
    char *text = AG_NEW_ARRAY(d->arena, char, NOTE_LENGTH_MAX);
    if (!plan->notes || !text)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no room for the notes of the plan");
    va_list args;
    va_start(args, format);
    vsnprintf(text, NOTE_LENGTH_MAX, format, args);
    va_end(args);
    ((const char **)plan->notes)[plan->n_notes++] = text;
    return AG_OK;
}

ag_status ag_notes_write(ag_draft *d, size_t n_twice, ag_error *err) {
    char at[AG_PLACE_MAX];
    for (int r = 0; r < d->rules.n; r++)
        if (!d->rules.rule[r].hits)
            AG_TRY(ag_note(d, err, "%s: this rule of 'exclude' matches nothing",
                           ag_place_text(at, d->rules.rule[r].place)));
    if (n_twice)
        AG_TRY(ag_note(d, err,
                       "%zu points of the grid have the same settings as another and were "
                       "dropped",
                       n_twice));
    const ag_element *told[8] = {0};
    int n_told = 0;
    for (int v = 0; v < d->plan->n_variants[AG_PART_ACTIVATION]; v++) {
        const ag_activation_list *list = &d->plan->variants[AG_PART_ACTIVATION][v].is.activation;
        for (int i = 0; i < list->n; i++) {
            const ag_element *element = list->items[i].element;
            bool known = n_told == AG_COUNT(told);
            for (int t = 0; t < n_told; t++)
                known |= told[t] == element;
            if (known || !ag_activation_of(&list->items[i])->forward_only) continue;
            told[n_told++] = element;
            AG_TRY(ag_note(d, err,
                           "%s: derivative is 0 everywhere: layers in front of it cannot learn",
                           element->name));
        }
    }
    return AG_OK;
}
