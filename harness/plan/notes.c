/* Notes: what a user should know about a plan that is no error. */
#include "activations/activation.h"
#include "harness/base/text.h"
#include "harness/plan/expand.h"
#include "harness/plan/tuning.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

enum { TOLD_MAX = 8 };

/* Activations of the plan of which `holds`, each element once, with other inputs once more.
 * Returns how many. */
static int find_activations(const ag_plan *plan, bool (*holds)(const ag_choice *),
                            const ag_choice *found[TOLD_MAX]) {
    int n = 0;
    for (int v = 0; v < plan->n_variants[AG_PART_ACTIVATION]; v++) {
        const ag_activation_list *list = &plan->variants[AG_PART_ACTIVATION][v].is.activation;
        for (int i = 0; i < list->n && n < TOLD_MAX; i++) {
            const ag_choice *choice = &list->items[i];
            bool known = !holds(choice);
            for (int t = 0; t < n; t++)
                known |= found[t]->element == choice->element &&
                         ag_act_inputs(found[t]) == ag_act_inputs(choice);
            if (!known) found[n++] = choice;
        }
    }
    return n;
}

static bool is_forward_only(const ag_choice *choice) {
    return ag_activation_of(choice)->forward_only;
}

static bool has_inputs(const ag_choice *choice) { return ag_act_inputs(choice) > 1; }

static ag_status note_activations(ag_draft *d, ag_error *err) {
    const ag_choice *found[TOLD_MAX];
    int n = find_activations(d->plan, is_forward_only, found);
    for (int i = 0; i < n; i++)
        AG_TRY(ag_note(d, err, "%s: derivative is 0 everywhere: layers in front of it cannot learn",
                       found[i]->element->name));
    char names[NOTE_LENGTH_MAX / 2];
    size_t length = 0;
    n = find_activations(d->plan, has_inputs, found);
    for (int i = 0; i < n && length < sizeof names; i++)
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s (%d)",
                                   i ? ", " : "", found[i]->element->name, ag_act_inputs(found[i]));
    if (!n) return AG_OK;
    /* nets are not made narrower so that all have as many parameters: whoever compares knows */
    return ag_note(d, err,
                   "%s: a unit has so many inputs, and at equal width the layer in front of it so "
                   "many times the weights",
                   names);
}

/* A list of the file with two numbers: nothing lies between them. */
static bool has_two_numbers(const ag_draft *d, const char *key) {
    for (int a = 0; a < d->axes.n; a++)
        for (int k = 0; k < d->axes.axis[a].n_keys; k++) {
            const ag_axis_key *of = &d->axes.axis[a].keys[k];
            double x;
            if (strcmp(of->path.text, key) == 0)
                return d->axes.axis[a].n_choices == 2 && of->values[0]->kind == AG_NODE_VALUE &&
                       ag_parse_number(of->values[0]->text, &x);
        }
    return false;
}

static ag_status note_tuning(ag_draft *d, ag_error *err) {
    const ag_tuning *t = d->tuning;
    if (!t) return AG_OK;
    if (d->plan->n_seeds == 1 && t->n_candidates > 1)
        AG_TRY(ag_note(d, err,
                       "tuning: one seed cannot tell whether a choice is chance; of more, 'run' "
                       "says where it may be"));
    if (t->search.element) return AG_OK;
    for (int i = 0; i < t->n_over; i++)
        if (has_two_numbers(d, t->over[i]))
            AG_TRY(ag_note(d, err,
                           "tuning: %s has two values, either of them an edge: from three on it is "
                           "said when a choice lies on one",
                           t->over[i]));
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
    AG_TRY(note_tuning(d, err));
    return note_activations(d, err);
}
