#include "harness/plan/variant.h"

#include "harness/plan/schema.h"

#include <string.h>

static const ag_setting none = {.kind = AG_SETTING_NONE};

static ag_setting number(double x) { return (ag_setting){.kind = AG_SETTING_NUMBER, .number = x}; }
static ag_setting flag(bool on) { return (ag_setting){.kind = AG_SETTING_FLAG, .number = on}; }
static ag_setting word(const char *text) {
    return (ag_setting){.kind = AG_SETTING_WORD, .text = text};
}

ag_setting ag_setting_of(const ag_param *p, ag_value value) {
    switch (p->kind) {
    case AG_PARAM_REAL:
    case AG_PARAM_INT:
        if (p->words && value.number < 0.0) return word(p->words[(int)AG_WORD(value.number)]);
        return number(value.number);
    case AG_PARAM_FLAG: return flag(value.number != 0.0);
    case AG_PARAM_WORD: return word(p->words[(int)value.number]);
    case AG_PARAM_TEXT: return word(value.text ? value.text : "");
    case AG_PARAM_LIST: return (ag_setting){.kind = AG_SETTING_LIST, .param = p, .value = value};
    }
    return none;
}

/* The choice itself (path used up), its name, or one of its parameters. */
static ag_setting of_choice(const ag_choice *choice, const char *name_key, int n,
                            const char *const *path) {
    if (n == 0) return (ag_setting){.kind = AG_SETTING_CHOICE, .choice = *choice};
    if (choice->element->definition && strcmp(path[0], "formula") == 0)
        return n == 1 ? word(choice->element->formula) : none;
    if (choice->element->definition && strcmp(path[0], "parameters") == 0 && n > 1) {
        path++; /* beta, or beta.init */
        n -= 1 + (n > 2 && strcmp(path[1], "init") == 0);
    }
    if (n > 1) return none;
    if (strcmp(path[0], name_key) == 0) return word(choice->element->name);
    const int i = ag_element_param(choice->element, path[0]);
    if (i < 0) return none;
    return ag_setting_of(&choice->element->params[i], ag_choice_value(choice, i));
}

static ag_setting of_activation(const ag_activation_list *list, int n, const char *const *path) {
    const bool all = n == 0 || (n == 1 && strcmp(path[0], "layers") == 0);
    if (list->n > 1) return all ? (ag_setting){.kind = AG_SETTING_LAYERS, .list = list} : none;
    return of_choice(list->items, "name", n, path);
}

/* One field of a part, or what stands below it. */
static ag_setting of_field(const ag_field *f, const void *slot, int n, const char *const *path) {
    const bool absent = f->word && !f->word[0];
    if (f->kind == AG_FIELD_CHOICE) {
        const ag_choice *choice = slot;
        if (!choice->element)
            return n == 0 || (n == 1 && strcmp(path[0], "name") == 0) ? word(f->word) : none;
        ag_setting s = of_choice(choice, "name", n, path);
        s.number_means = f->number_means;
        return s;
    }
    if (n > 0) return none;
    switch (f->kind) {
    case AG_FIELD_INT: return number(*(const int *)slot);
    case AG_FIELD_LONG:
        return absent && !*(const long *)slot ? none : number((double)*(const long *)slot);
    case AG_FIELD_REAL: return number(*(const double *)slot);
    case AG_FIELD_FLAG: return flag(*(const bool *)slot);
    case AG_FIELD_WORD: return word(f->words[*(const int *)slot]);
    default: return none;
    }
}

static ag_setting of_training(const ag_training *t, int n, const char *const *path) {
    const ag_part_schema *schema = &ag_part_schemas[AG_PART_TRAINING];
    if (n == 0) return (ag_setting){.kind = AG_SETTING_PART};
    for (int i = 0; i < schema->n_fields; i++)
        if (strcmp(schema->fields[i].key, path[0]) == 0)
            return of_field(&schema->fields[i], (const char *)t + schema->fields[i].offset, n - 1,
                            path + 1);
    return none;
}

static ag_setting of_probes(const ag_probing *p, int n, const char *const *path) {
    if (n == 0) return p->on ? (ag_setting){.kind = AG_SETTING_PART} : word("none");
    if (n > 1) return none;
    if (strcmp(path[0], "every") == 0)
        return p->every ? number((double)p->every) : word(p->on ? "epoch" : "none");
    if (!p->on) return none;
    if (strcmp(path[0], "which") == 0)
        return (ag_setting){.kind = AG_SETTING_NAMES, .names = p->which};
    if (strcmp(path[0], "examples") == 0) return number(p->examples);
    if (strcmp(path[0], "histograms") == 0) return flag(p->histograms);
    if (strcmp(path[0], "channels") == 0) return flag(p->channels);
    return none;
}

ag_setting ag_variant_setting(ag_part part, const ag_variant *v, int n_path,
                              const char *const *path) {
    switch (part) {
    case AG_PART_ACTIVATION: return of_activation(&v->is.activation, n_path - 1, path + 1);
    case AG_PART_TRAINING: return of_training(v->is.training, n_path - 1, path + 1);
    case AG_PART_PROBES: return of_probes(&v->is.probes, n_path - 1, path + 1);
    default: return of_choice(&v->is.choice, ag_part_schemas[part].name_key, n_path - 1, path + 1);
    }
}

void ag_write_setting(ag_writer *w, const ag_setting *setting) {
    switch (setting->kind) {
    case AG_SETTING_NONE: ag_write(w, "-"); break;
    case AG_SETTING_NUMBER: ag_write_number(w, setting->number); break;
    case AG_SETTING_FLAG: ag_write(w, setting->number != 0.0 ? "true" : "false"); break;
    case AG_SETTING_WORD: ag_write(w, setting->text); break;
    case AG_SETTING_CHOICE: ag_write_choice_label(w, &setting->choice); break;
    case AG_SETTING_LIST: ag_write_value(w, setting->param, &setting->value, false); break;
    case AG_SETTING_NAMES:
    case AG_SETTING_LAYERS:
    case AG_SETTING_PART: break; /* the variant has its own label for these */
    }
}
