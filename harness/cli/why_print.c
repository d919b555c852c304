/* Sentences, and the steps as a table. */
#include "harness/base/text.h"
#include "harness/cli/call.h"
#include "harness/cli/json.h"
#include "harness/cli/terminal.h"
#include "harness/cli/why.h"
#include "results/store/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH_MAX = 100, INDENT = 2 };

/* Text of a store may hold anything: what would command the terminal is made visible. */
static ag_status print_sentence(FILE *out, const char *text, int width, ag_error *err) {
    char *visible = NULL;
    size_t n = 0;
    FILE *memory = open_memstream(&visible, &n);
    if (memory) {
        ag_print_visible(memory, text);
        fclose(memory);
    }
    if (!visible) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a sentence");
    ag_print_wrapped(out, visible, INDENT, INDENT, width);
    fputc('\n', out);
    free(visible);
    return AG_OK;
}

static ag_status print_sentences(FILE *out, const ag_why_words *words, ag_error *err) {
    const int columns = ag_terminal_columns(out), width = columns < WIDTH_MAX ? columns : WIDTH_MAX;
    for (int i = 0; i < words->n; i++) {
        if (i == words->n_facts) {
            fputc('\n', out);
            ag_print_bold(out, "What the numbers say about it");
            fputc('\n', out);
        }
        fputs(i < words->n_facts ? "  " : "- ", out);
        AG_TRY(print_sentence(out, words->text[i], width, err));
    }
    return AG_OK;
}

/* --- the table ------------------------------------------------------------------------------ */

enum { STEP, LOSS, RATE, NET, FIRST_OF_LAYER, COLUMNS = FIRST_OF_LAYER + AG_FLOWN_SERIES };

static const char *const columns[COLUMNS] = {"step",
                                             "loss",
                                             "learning_rate",
                                             "grad_norm",
                                             "layer_grad_norm",
                                             "layer_weight_norm",
                                             "layer_update_ratio"};

/* Whether a step is one of the few that are shown: the first, the last, and between them twice as
 * far apart with every one further back. */
static bool is_shown(const ag_why *why, int s) {
    const int back = why->n_steps - 1 - s;
    return s == 0 || back == 0 || (back & (back - 1)) == 0;
}

/* What a step did not come to is nothing, what is no number says so. */
static const char *number(double x, bool there, ag_arena *arena) {
    char *text = there ? AG_NEW_ARRAY(arena, char, AG_NUMBER_MAX) : NULL;
    if (text && isfinite(x)) ag_format_number(text, x);
    if (text && !isfinite(x)) snprintf(text, AG_NUMBER_MAX, "%g", x);
    return text;
}

/* Of step s. */
static void fill_row(const ag_why *why, int layer, int s, const char **cell, ag_arena *arena) {
    const bool is_last = s == why->n_steps - 1, starts = why->at[s] == 0;
    const bool updated = !starts && (!is_last || ag_why_updated(why));
    const bool gradient = updated || (why->what && strcmp(why->what, "gradient") == 0 && !starts);
    char *step = AG_NEW_ARRAY(arena, char, AG_NUMBER_MAX);
    if (step) snprintf(step, AG_NUMBER_MAX, "%ld", why->at[s]);
    cell[STEP] = step;
    cell[LOSS] = number(why->net_loss[s], true, arena);
    cell[RATE] = number(why->rate[s], !starts, arena);
    cell[NET] = number(ag_why_series(why, AG_FLOWN_GRADIENT, 0)[s], gradient, arena);
    cell[FIRST_OF_LAYER + AG_FLOWN_GRADIENT] =
        number(ag_why_series(why, AG_FLOWN_GRADIENT, layer)[s], gradient, arena);
    cell[FIRST_OF_LAYER + AG_FLOWN_WEIGHTS] =
        number(ag_why_series(why, AG_FLOWN_WEIGHTS, layer)[s], true, arena);
    cell[FIRST_OF_LAYER + AG_FLOWN_UPDATE] =
        number(ag_why_series(why, AG_FLOWN_UPDATE, layer)[s], updated, arena);
}

static bool rate_changes(const ag_why *why) {
    for (int s = 2; s < why->n_steps; s++)
        if (why->rate[s] != why->rate[s - 1]) return true;
    return false;
}

static ag_status print_table(FILE *out, const ag_why *why, ag_why_view view, ag_arena *arena,
                             ag_error *err) {
    static const bool numeric[COLUMNS] = {true, true, true, true, true, true, true};
    const char **cells = AG_NEW_ARRAY(arena, const char *, (size_t)why->n_steps *COLUMNS);
    if (!cells) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a table");
    ag_table table = {COLUMNS, columns, 0, cells, numeric}, shown;
    for (int s = 0; s < why->n_steps; s++)
        if (view.all || is_shown(why, s))
            fill_row(why, view.layer, s, cells + table.n_rows++ * COLUMNS, arena);
    bool keep[COLUMNS] = {true, true, rate_changes(why), true, true, true, true};
    AG_TRY(ag_table_pick(&table, keep, table.n_rows, arena, &shown, err));
    char title[2 * AG_WHY_LAYER], layer[AG_WHY_LAYER];
    snprintf(title, sizeof title, "%s %d recorded steps, and %s in them",
             shown.n_rows < (size_t)why->n_steps ? "Of the" : "The", why->n_steps,
             ag_why_layer_words(why, view.layer, layer));
    fputc('\n', out);
    ag_print_bold(out, title);
    fputc('\n', out);
    return ag_table_print(out, &shown, AG_FORMAT_TABLE, err);
}

/* The pass that was not finite, layer by layer. */
static ag_status print_layers(FILE *out, const ag_why *why, ag_arena *arena, ag_error *err) {
    enum { NUMBER, NAME, WEIGHTS, LARGEST, N };
    static const char *const names[N] = {"layer", "name", "weight_norm", "preactivation_max"};
    static const bool numeric[N] = {true, false, true, true};
    const char **cells = AG_NEW_ARRAY(arena, const char *, (size_t)why->n_layers *N);
    if (!cells) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a table");
    const int last = why->n_steps - 1;
    for (int k = 1; k <= why->n_layers; k++) {
        const char **cell = cells + (size_t)(k - 1) * N;
        cell[NUMBER] = number(k, true, arena);
        cell[NAME] = why->layers[k].name;
        cell[WEIGHTS] = number(ag_why_series(why, AG_FLOWN_WEIGHTS, k)[last], true, arena);
        cell[LARGEST] = number(why->layers[k].largest, true, arena);
    }
    const ag_table table = {N, names, (size_t)why->n_layers, cells, numeric};
    fputc('\n', out);
    ag_print_bold(out, "How large the numbers were on their last way forward");
    fputc('\n', out);
    return ag_table_print(out, &table, AG_FORMAT_TABLE, err);
}

ag_status ag_why_print(FILE *out, const ag_why *why, const ag_why_words *words, ag_why_view view,
                       ag_arena *arena, ag_error *err) {
    fprintf(out, "%.16s  ", why->id);
    ag_print_visible(out, why->label);
    if (isfinite(why->learning_rate)) fprintf(out, " learning_rate=%.6g", why->learning_rate);
    fputs("\n\n", out);
    AG_TRY(print_sentences(out, words, err));
    if (!why->n_steps) return AG_OK;
    if (why->n_steps > 1) AG_TRY(print_table(out, why, view, arena, err));
    return why->n_steps == 1 || view.all ? print_layers(out, why, arena, err) : AG_OK;
}

/* --- JSON ------------------------------------------------------------------------------------- */

/* NaN is null, infinity the 1e999 that readers take for it, as in the tables' JSON. */
static void json_number(FILE *out, double x) {
    if (isinf(x))
        fputs(x > 0 ? "1e999" : "-1e999", out);
    else
        ag_json_number(out, x);
}

static void json_step(FILE *out, const ag_why *why, int s) {
    static const char *const names[AG_FLOWN_SERIES] = {
        [AG_FLOWN_GRADIENT] = "grad_norm",
        [AG_FLOWN_WEIGHTS] = "weight_norm",
        [AG_FLOWN_UPDATE] = "update_ratio",
    };
    fprintf(out, "{\"step\": %ld, \"epoch\": %ld, \"loss\": ", why->at[s], why->epoch_at[s]);
    json_number(out, why->net_loss[s]);
    fputs(", \"learning_rate\": ", out);
    json_number(out, why->rate[s]);
    for (int k = 0; k < AG_FLOWN_SERIES; k++) { /* layer 0, the net, stands first */
        fprintf(out, ", \"%s\": [", names[k]);
        for (int layer = 0; layer <= why->n_layers; layer++) {
            fputs(layer ? ", " : "", out);
            json_number(out, ag_why_series(why, (ag_flown)k, layer)[s]);
        }
        fputc(']', out);
    }
    fputc('}', out);
}

static void json_grown(FILE *out, const ag_why *why, const ag_why_grown *g) {
    static const char *const names[AG_FLOWN_SERIES] = {"gradient", "weights", "update_ratio"};
    if (!g->found) {
        fputs("null", out);
        return;
    }
    fprintf(out,
            "{\"what\": \"%s\", \"layer\": %d, \"from_step\": %ld, \"to_step\": %ld, \"from\": ",
            names[g->kind], g->layer, why->at[g->from], why->at[g->to]);
    json_number(out, g->low);
    fputs(", \"to\": ", out);
    json_number(out, g->high);
    fputs(", \"per_step\": ", out);
    json_number(out, g->per_step);
    fputc('}', out);
}

static void json_texts(FILE *out, const ag_why_words *words, int from, int to) {
    fputc('[', out);
    for (int i = from; i < to; i++) {
        fputs(i > from ? ", " : "", out);
        ag_json_text(out, words->text[i]);
    }
    fputc(']', out);
}

void ag_why_print_json(FILE *out, const ag_why *why, const ag_why_words *words) {
    fputs("{\"trial_id\": ", out);
    ag_json_text(out, why->id);
    fputs(", \"trial\": ", out);
    ag_json_text(out, why->label);
    fputs(", \"status\": ", out);
    ag_json_text(out, why->status);
    fputs(", \"what\": ", out);
    ag_json_text(out, why->what);
    fprintf(out, ", \"step\": %ld, \"layer\": ", why->step);
    if (why->layer)
        fprintf(out, "%d, \"layer_name\": ", why->layer);
    else
        fputs("null, \"layer_name\": ", out);
    ag_json_text(out, why->layer ? why->layers[why->layer].name : NULL);
    fprintf(out, ", \"in_evaluation\": %s", why->layer && ag_why_evaluated(why) ? "true" : "false");
    const ag_why_grown first = ag_why_grew(why), most = ag_why_grew_most(why);
    fputs(", \"grew_first\": ", out);
    json_grown(out, why, &first);
    fputs(", \"grew_most\": ", out);
    json_grown(out, why, &most);
    fputs(", \"happened\": ", out);
    json_texts(out, words, 0, words->n_facts);
    fputs(", \"advice\": ", out);
    json_texts(out, words, words->n_facts, words->n);
    fputs(", \"preactivation_max\": [", out);
    for (int k = 1; k <= why->n_layers; k++) {
        fputs(k > 1 ? ", " : "", out);
        json_number(out, why->layers[k].largest);
    }
    fputs("], \"steps\": [", out);
    for (int s = 0; s < why->n_steps; s++) {
        fputs(s ? ",\n" : "\n", out);
        json_step(out, why, s);
    }
    fputs("]}\n", out);
}
