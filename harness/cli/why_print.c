/* Sentences, and the steps as a table. */
#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/base/wrap.h"
#include "harness/cli/call.h"
#include "harness/cli/terminal.h"
#include "harness/cli/why.h"
#include "results/store/print/table.h"

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

/* One of the numbers of a trial that was trained again: a row per layer, a column per step. */
static ag_status print_again(FILE *out, const char *title, const ag_why *why,
                             const ag_why_again *again, const double *x, ag_arena *arena,
                             ag_error *err) {
    const bool all = x == again->largest; /* the last step may have come to no gradient */
    enum { NUMBER, NAME, STEPS, N = STEPS + AG_WHY_AGAIN };
    static const bool numeric[N] = {true, false, true, true, true, true, true, true};
    const char *names[N] = {"layer", "name"};
    const char **cells = AG_NEW_ARRAY(arena, const char *, (size_t)why->n_layers *N);
    if (!cells) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a table");
    const int width = STEPS + again->n_steps;
    for (int s = 0; s < again->n_steps; s++) {
        char *name = AG_NEW_ARRAY(arena, char, AG_NUMBER_MAX);
        if (!name) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a table");
        snprintf(name, AG_NUMBER_MAX, "step %ld", again->at[s]);
        names[STEPS + s] = name;
    }
    for (int k = 0; k < why->n_layers; k++) {
        const char **cell = cells + (size_t)k * (size_t)width;
        cell[NUMBER] = number(k + 1, true, arena);
        cell[NAME] = why->layers[k + 1].name;
        for (int s = 0; s < again->n_steps; s++)
            cell[STEPS + s] =
                number(x[k * AG_WHY_AGAIN + s], all || !isnan(x[k * AG_WHY_AGAIN + s]), arena);
    }
    const ag_table table = {width, names, (size_t)why->n_layers, cells, numeric};
    fputc('\n', out);
    ag_print_bold(out, title);
    fputc('\n', out);
    return ag_table_print(out, &table, AG_FORMAT_TABLE, err);
}

ag_status ag_why_print_again(FILE *out, const ag_why *why, const ag_why_again *again,
                             ag_arena *arena, ag_error *err) {
    if (!again->same)
        fprintf(out,
                "\nTrained again it went on to step %ld: by another program or machine, see actgrid"
                " verify.\n",
                again->stopped);
    if (!again->n_steps) return AG_OK;
    AG_TRY(print_again(out, "Trained again: the largest pre-activation of each layer", why, again,
                       again->largest, arena, err));
    return print_again(out, "Trained again: the norm of dLoss/dz of each layer", why, again,
                       again->delta, arena, err);
}
