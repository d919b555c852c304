#include "results/report/paper.h"

#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "harness/config/choice.h"
#include "harness/config/fields.h"

#include <float.h>
#include <string.h>

const char *const ag_certainty_names[] = {"verified", "secondary", "figure", "computed", NULL};
const char *const ag_certainty_words[] = {"as published", "from a summary of the paper",
                                          "read off the figure",
                                          "computed independently from the paper's definitions"};

enum { LIST_MAX = 1000 };

/* --- forms --------------------------------------------------------------------------------- */

typedef struct paper_form {
    const char *title, *authors, *id, *what, *figure, *by;
    int year;
    const ag_node *deviations, *scales, *numbers;
} paper_form;

#define PAPER(member) offsetof(paper_form, member)
static const ag_field paper_fields[] = {
    {.key = "title",
     .kind = AG_FIELD_TEXT,
     .offset = PAPER(title),
     .required = true,
     .meaning = "of the paper"},
    {.key = "authors",
     .kind = AG_FIELD_TEXT,
     .offset = PAPER(authors),
     .required = true,
     .meaning = "of the paper"},
    {.key = "year",
     .kind = AG_FIELD_INT,
     .offset = PAPER(year),
     .required = true,
     .min = 1900,
     .max = 2200,
     .meaning = "in which it appeared"},
    {.key = "id",
     .kind = AG_FIELD_TEXT,
     .offset = PAPER(id),
     .required = true,
     .meaning = "arXiv:..., a DOI, or where it appeared"},
    {.key = "what",
     .kind = AG_FIELD_TEXT,
     .offset = PAPER(what),
     .required = true,
     .meaning = "a paragraph: what was compared, and what came out"},
    {.key = "figure",
     .kind = AG_FIELD_TEXT,
     .offset = PAPER(figure),
     .meaning = "one of `actgrid plot`, for the report"},
    {.key = "by",
     .kind = AG_FIELD_TEXT,
     .offset = PAPER(by),
     .meaning = "the figure has a panel for each value of these keys, with commas between"},
    {.key = "deviations",
     .kind = AG_FIELD_NODE,
     .offset = PAPER(deviations),
     .must_be = "a list of sentences",
     .meaning = "from the paper, at every scale"},
    {.key = "scales",
     .kind = AG_FIELD_NODE,
     .offset = PAPER(scales),
     .required = true,
     .must_be = "{reduced: {overrides: [seeds=5], deviations: [...]}, full: {}}",
     .meaning = "how large; the first is taken unless --scale says otherwise"},
    {.key = "numbers",
     .kind = AG_FIELD_NODE,
     .offset = PAPER(numbers),
     .must_be = "a list of maps, see below",
     .meaning = "what the paper says"},
};

typedef struct scale_form {
    const ag_node *overrides, *deviations;
} scale_form;

#define SCALE(member) offsetof(scale_form, member)
static const ag_field scale_fields[] = {
    {.key = "overrides",
     .kind = AG_FIELD_NODE,
     .offset = SCALE(overrides),
     .must_be = "a list of words as `actgrid run` takes them: seeds=5",
     .meaning = "changes to the experiment"},
    {.key = "deviations",
     .kind = AG_FIELD_NODE,
     .offset = SCALE(deviations),
     .must_be = "a list of sentences",
     .meaning = "what these are, from the paper"},
};

typedef struct number_form {
    const char *what, *metric, *source;
    const ag_node *epoch, *layer, *at, *over, *minus, *tolerance, *certainty;
    double paper;
} number_form;

#define NUMBER(member) offsetof(number_form, member)
#define CELL "{activation: relu, model.depth: 8}"
static const ag_field number_fields[] = {
    {.key = "what",
     .kind = AG_FIELD_TEXT,
     .offset = NUMBER(what),
     .required = true,
     .meaning = "the number is, in a few words"},
    {.key = "metric",
     .kind = AG_FIELD_TEXT,
     .offset = NUMBER(metric),
     .required = true,
     .meaning = "of `compare --metrics`; with epoch or layer a column of the tables epoch and "
                "layer_epoch"},
    {.key = "epoch",
     .kind = AG_FIELD_NODE,
     .offset = NUMBER(epoch),
     .must_be = "a whole number from 0",
     .meaning = "at the end of which; 0: before the first step"},
    {.key = "layer",
     .kind = AG_FIELD_NODE,
     .offset = NUMBER(layer),
     .must_be = "a whole number from 1",
     .meaning = "of the net, from the input"},
    {.key = "at",
     .kind = AG_FIELD_NODE,
     .offset = NUMBER(at),
     .required = true,
     .must_be = CELL,
     .meaning = "which trials: all that have these settings, and differ in the seed alone"},
    {.key = "over",
     .kind = AG_FIELD_NODE,
     .offset = NUMBER(over),
     .must_be = CELL,
     .meaning = "the number is a ratio: to trials that differ from `at` in this, seed by seed"},
    {.key = "minus",
     .kind = AG_FIELD_NODE,
     .offset = NUMBER(minus),
     .must_be = CELL,
     .meaning = "the number is a difference, likewise"},
    {.key = "paper",
     .kind = AG_FIELD_REAL,
     .offset = NUMBER(paper),
     .required = true,
     .min = -DBL_MAX,
     .max = DBL_MAX,
     .meaning = "the paper's number"},
    {.key = "tolerance",
     .kind = AG_FIELD_NODE,
     .offset = NUMBER(tolerance),
     .required = true,
     .must_be = "a number above 0, 15%, or {sigma: 4, most: 0.05}",
     .meaning = "how far ours may be from it; sigma: standard errors of ours, together `most`"},
    {.key = "certainty",
     .kind = AG_FIELD_NODE,
     .offset = NUMBER(certainty),
     .required = true,
     .must_be = "verified, secondary, figure or computed",
     .meaning = "of the paper's number"},
    {.key = "source",
     .kind = AG_FIELD_TEXT,
     .offset = NUMBER(source),
     .required = true,
     .meaning = "where it was read: table, figure, file"},
};

/* --- lists and words ------------------------------------------------------------------------- */

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading a paper");
}

static ag_status must_be(const ag_node *node, const char *key, const char *what, ag_error *err) {
    return AG_FAIL(err, AG_CONFIG, node->place, "%s must be %s", key, what);
}

/* A list of texts; absent: empty. */
static ag_status read_texts(ag_arena *arena, const ag_node *list, const char *key,
                            const char *const **texts, int *n, ag_error *err) {
    *n = 0;
    *texts = NULL;
    if (!list) return AG_OK;
    if (list->kind != AG_NODE_LIST || list->count > LIST_MAX)
        return must_be(list, key, "a list of texts", err);
    const char **room = AG_NEW_ARRAY(arena, const char *, (size_t)list->count + 1);
    if (!room) return no_memory(err);
    for (const ag_node *item = list->first; item; item = item->next) {
        if (item->kind != AG_NODE_VALUE) return must_be(item, key, "a list of texts", err);
        room[(*n)++] = item->text;
    }
    *texts = room;
    return AG_OK;
}

static ag_status read_scales(ag_arena *arena, const ag_node *map, ag_paper *paper, ag_error *err) {
    if (map->kind != AG_NODE_MAP || !map->count)
        return must_be(map, "scales", "a map from names to {overrides: [...]}", err);
    ag_paper_scale *scales = AG_NEW_ARRAY(arena, ag_paper_scale, (size_t)map->count);
    if (!scales) return no_memory(err);
    for (const ag_node *node = map->first; node; node = node->next) {
        scale_form form;
        ag_paper_scale *scale = &scales[paper->n_scales++];
        AG_TRY(ag_fields_read(arena, node, node->key, scale_fields, AG_COUNT(scale_fields), &form,
                              err));
        scale->name = node->key;
        AG_TRY(read_texts(arena, form.overrides, "overrides", &scale->overrides,
                          &scale->n_overrides, err));
        AG_TRY(read_texts(arena, form.deviations, "deviations", &scale->deviations,
                          &scale->n_deviations, err));
    }
    paper->scales = scales;
    return AG_OK;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static ag_status read_cell(ag_arena *arena, const ag_node *map, const char *key,
                           ag_paper_cell *cell, ag_error *err) {
    if (map->kind != AG_NODE_MAP || !map->count) return must_be(map, key, CELL, err);
    ag_paper_key *keys = AG_NEW_ARRAY(arena, ag_paper_key, (size_t)map->count);
    if (!keys) return no_memory(err);
    *cell = (ag_paper_cell){.keys = keys, .place = map->place};
    for (const ag_node *node = map->first; node; node = node->next) {
        if (node->kind != AG_NODE_VALUE)
            return AG_FAIL(err, AG_CONFIG, node->place, "%s in '%s' must be one value", node->key,
                           key);
        if (strcmp(node->key, "activation") == 0)
            cell->activation = node->text;
        else
            keys[cell->n_keys++] = (ag_paper_key){node->key, node->text, node->key_place};
    }
    return AG_OK;
}

static ag_status read_tolerance(const ag_node *node, ag_tolerance *t, ag_error *err) {
    char text[32];
    const size_t n = node->kind == AG_NODE_VALUE ? strlen(node->text) : 0;
    if (node->kind == AG_NODE_MAP) {
        const ag_node *sigma = ag_node_get(node, "sigma"), *most = ag_node_get(node, "most");
        t->kind = AG_TOLERANCE_SIGMA;
        if (node->count == 2 && sigma && most && ag_node_number(sigma, &t->number) &&
            ag_node_number(most, &t->most) && t->number > 0 && t->most > 0)
            return AG_OK;
    } else if (ag_node_number(node, &t->number)) {
        t->kind = AG_TOLERANCE_ABSOLUTE;
        if (t->number > 0) return AG_OK;
    } else if (n > 1 && n < sizeof text && node->text[n - 1] == '%') {
        memcpy(text, node->text, n - 1);
        text[n - 1] = 0;
        t->kind = AG_TOLERANCE_RELATIVE;
        if (ag_parse_number(text, &t->number) && t->number > 0) {
            t->number /= 100;
            return AG_OK;
        }
    }
    return must_be(node, "tolerance", "a number above 0, 15%, or {sigma: 4, most: 0.05}", err);
}

static ag_status read_certainty(const ag_node *node, ag_certainty *certainty, ag_error *err) {
    int index;
    if (ag_node_is_word(node, "unverified"))
        return AG_FAIL(err, AG_CONFIG, node->place,
                       "certainty is 'unverified': a number that nobody has checked is not shown "
                       "as the paper's; leave it out");
    AG_TRY(ag_word_read(node, "certainty", ag_certainty_names, &index, err));
    *certainty = (ag_certainty)index;
    return AG_OK;
}

static ag_status read_place_in_net(const number_form *form, ag_paper_number *number,
                                   ag_error *err) {
    double x;
    number->epoch = AG_EPOCH_NONE;
    number->layer = AG_LAYER_NONE;
    if (form->epoch) {
        AG_TRY(ag_number_read(form->epoch, "epoch", true, 0, 1e9, &x, err));
        number->epoch = (long)x;
    }
    if (form->layer) {
        AG_TRY(ag_number_read(form->layer, "layer", true, 1, 1e6, &x, err));
        number->layer = (int)x;
    }
    return AG_OK;
}

static ag_status read_number(ag_arena *arena, const ag_node *node, ag_paper_number *number,
                             ag_error *err) {
    number_form form;
    AG_TRY(
        ag_fields_read(arena, node, "numbers", number_fields, AG_COUNT(number_fields), &form, err));
    *number = (ag_paper_number){.what = form.what,
                                .metric = form.metric,
                                .source = form.source,
                                .place = node->place,
                                .metric_place = ag_node_get(node, "metric")->place,
                                .paper = form.paper};
    AG_TRY(read_place_in_net(&form, number, err));
    AG_TRY(read_cell(arena, form.at, "at", &number->at, err));
    if (!number->at.activation)
        return AG_FAIL(err, AG_CONFIG, number->at.place, "'at' has no activation");
    if (form.over && form.minus)
        return AG_FAIL(err, AG_CONFIG, form.minus->place,
                       "a number is a ratio (over) or a difference (minus), not both");
    if (form.over || form.minus) {
        number->relation = form.over ? AG_PAPER_OVER : AG_PAPER_MINUS;
        AG_TRY(read_cell(arena, form.over ? form.over : form.minus, form.over ? "over" : "minus",
                         &number->other, err));
    }
    AG_TRY(read_tolerance(form.tolerance, &number->tolerance, err));
    if (number->tolerance.kind == AG_TOLERANCE_RELATIVE && number->paper == 0.0)
        return AG_FAIL(err, AG_CONFIG, form.tolerance->place,
                       "tolerance is a share of the paper's number, which is 0");
    return read_certainty(form.certainty, &number->certainty, err);
}

static ag_status read_numbers(ag_arena *arena, const ag_node *list, ag_paper *paper,
                              ag_error *err) {
    if (!list) return AG_OK;
    if (list->kind != AG_NODE_LIST || list->count > LIST_MAX)
        return must_be(list, "numbers", "a list of maps", err);
    ag_paper_number *numbers = AG_NEW_ARRAY(arena, ag_paper_number, (size_t)list->count + 1);
    if (!numbers) return no_memory(err);
    for (const ag_node *node = list->first; node; node = node->next)
        AG_TRY(read_number(arena, node, &numbers[paper->n_numbers++], err));
    paper->numbers = numbers;
    return AG_OK;
}

ag_status ag_paper_read(ag_arena *arena, const char *file, const char *bytes, size_t n,
                        ag_paper *paper, ag_error *err) {
    const ag_node *root;
    paper_form form;
    AG_TRY(ag_document_parse(arena, file, bytes, n, &root, err));
    AG_TRY(
        ag_fields_read(arena, root, "a paper", paper_fields, AG_COUNT(paper_fields), &form, err));
    *paper = (ag_paper){.title = form.title,
                        .authors = form.authors,
                        .id = form.id,
                        .what = form.what,
                        .year = form.year,
                        .figure = form.figure,
                        .by = form.by};
    AG_TRY(read_texts(arena, form.deviations, "deviations", &paper->deviations,
                      &paper->n_deviations, err));
    AG_TRY(read_scales(arena, form.scales, paper, err));
    return read_numbers(arena, form.numbers, paper, err);
}

ag_status ag_paper_scale_find(const ag_paper *paper, const char *name, const ag_paper_scale **scale,
                              ag_error *err) {
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(name);
    for (int i = 0; i < paper->n_scales; i++) {
        *scale = &paper->scales[i];
        if (strcmp((*scale)->name, name) == 0) return AG_OK;
        ag_nearest_offer(&nearest, (*scale)->name);
    }
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "no scale '%.60s'%s", name,
                   ag_nearest_hint(hint, &nearest, ""));
}

/* --- help ------------------------------------------------------------------------------------- */

static void help_of(FILE *out, const char *heading, const ag_field *fields, int n) {
    fprintf(out, "%s\n", heading);
    for (int i = 0; i < n; i++) {
        fprintf(out, "  %-12s %s%s\n", fields[i].key, fields[i].meaning,
                fields[i].required ? " (required)" : "");
        if (fields[i].must_be) fprintf(out, "  %-12s %s\n", "", fields[i].must_be);
    }
}

void ag_paper_help(FILE *out) {
    fputs(
        "A published comparison is two files: NAME.yaml, an experiment, and NAME.paper.yaml, what "
        "the\npaper says:\n\n",
        out);
    help_of(out, "the file:", paper_fields, AG_COUNT(paper_fields));
    help_of(out, "\neach of scales:", scale_fields, AG_COUNT(scale_fields));
    help_of(out, "\neach of numbers:", number_fields, AG_COUNT(number_fields));
    fputs("\ncertainty, and how it is printed:\n", out);
    for (int i = 0; ag_certainty_names[i]; i++)
        fprintf(out, "  %-12s %s\n", ag_certainty_names[i], ag_certainty_words[i]);
}
