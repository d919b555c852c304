/* What is said below a figure. */
#include "results/report/figure_data.h"

#include "harness/config/writer.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 6 }; /* activations that a note names */

/* Fewest and most seeds that a number of the figure rests on. */
static void range_of_seeds(const ag_figure_data *data, int *least, int *most) {
    *least = INT_MAX;
    *most = 0;
    for (int i = 0; i < data->samples.n_blocks * data->n_activations; i++) {
        const int n = data->trials.cells[i].n;
        if (n == 0) continue;
        *least = n < *least ? n : *least;
        *most = n > *most ? n : *most;
    }
}

/* Trials of phases that are compared, and are not in this figure. */
static ag_status note_others(const ag_figure_data *data, ag_page *page, ag_arena *arena,
                             ag_error *err) {
    const ag_trial_set *set = &data->request->set;
    ag_writer w = AG_WRITER(arena);
    ag_table table;
    if (strcmp(data->phase, "tune") == 0 || set->sql || /* its name is said */
        (!set->phase && strcmp(data->phase, "final") != 0))
        return AG_OK;
    ag_write_format(&w, "SELECT count(*) FROM trial WHERE phase NOT IN ('tune', '%s')",
                    data->phase);
    if (w.failed) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure's caption");
    AG_TRY(ag_reader_query(data->reader, w.text, 0, arena, &table, err));
    const long n = table.n_rows ? atol(table.cells[0]) : 0;
    if (!n) return AG_OK;
    return ag_page_note(page, arena, err, "Not drawn: %ld trial%s of another phase.", n,
                        n == 1 ? "" : "s");
}

ag_status ag_figure_notes(const ag_figure_data *data, const ag_panels *panels,
                          const ag_figure_words *words, ag_page *page, ag_arena *arena,
                          ag_error *err) {
    int least, most;
    range_of_seeds(data, &least, &most);
    char seeds[48], interval[64] = "";
    if (least >= most)
        snprintf(seeds, sizeof seeds, "%d seed%s", most, most == 1 ? "" : "s");
    else
        snprintf(seeds, sizeof seeds, "%d to %d seeds", least, most);
    if (words && words->interval && most >= AG_BAND_SEEDS)
        snprintf(interval, sizeof interval, "; %s: 95 %% t interval of it", words->interval);
    if (!words)
        AG_TRY(ag_page_note(page, arena, err, "n = %s. Phase: %s.", seeds, data->phase));
    else
        AG_TRY(ag_page_note(
            page, arena, err, "n = %s; %s: %smean over seeds%s%s. Phase: %s.", seeds, words->mean,
            words->scale == AG_SCALE_LOG ? "geometric " : "", interval,
            words->interval && most < AG_BAND_SEEDS ? "; no interval of fewer than 3 seeds is drawn"
                                                    : "",
            data->phase));
    if (words) AG_TRY(ag_figure_note_named(data, page, arena, err));
    if (panels->averaged > 1)
        AG_TRY(ag_page_note(page, arena, err,
                            "Each seed's number is a mean over %d settings, which differ in %s; a "
                            "seed that lacks one of them is left out.",
                            panels->averaged, panels->over));
    if (panels->left_out)
        AG_TRY(ag_page_note(page, arena, err,
                            "%d more panels are not drawn: choose with --at key=value, or --by.",
                            panels->left_out));
    AG_TRY(note_others(data, page, arena, err));
    return ag_figure_note_missing(data, page, arena, err);
}

ag_status ag_figure_note_named(const ag_figure_data *data, ag_page *page, ag_arena *arena,
                               ag_error *err) {
    if (data->n_named == data->n_activations) return AG_OK;
    const bool relu = ag_samples_activation(&data->samples, "relu") >= 0;
    return ag_page_note(page, arena, err,
                        "In grey: %d other activations, in the CSV file with their names. In "
                        "colour: %sthe best by %s, on average over all settings.",
                        data->n_activations - data->n_named, relu ? "relu and " : "",
                        data->metric->title);
}

typedef struct missing {
    int activation, diverged, failed;
} missing;

static missing missing_of(const ag_figure_data *data, int activation) {
    missing m = {.activation = activation};
    for (int b = 0; b < data->samples.n_blocks; b++) {
        const ag_cell_sample *cell = ag_samples_cell(&data->trials, b, activation);
        m.diverged += cell->diverged;
        m.failed += cell->failed;
    }
    return m;
}

/* "relu 4, square 12" of those that lost most, from out[0] on; returns the length. */
static void list_missing(const ag_figure_data *data, bool failed, char *out, size_t size) {
    int said = 0, last = INT_MAX, rest = 0;
    *out = '\0';
    for (int round = 0; round <= data->n_activations; round++) {
        int best = -1, most = 0;
        for (int a = 0; a < data->n_activations; a++) {
            const missing m = missing_of(data, a);
            const int n = failed ? m.failed : m.diverged;
            /* in descending order, equal ones as they stand: n and a as one key */
            const int key = n * (data->n_activations + 1) + (data->n_activations - a);
            if (n && key < last && key > most) {
                most = key;
                best = a;
            }
        }
        if (best < 0) break;
        last = most;
        const missing m = missing_of(data, best);
        if (said == NAMES_MAX) {
            rest++;
            continue;
        }
        const size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%.40s %d", said++ ? ", " : "",
                 data->samples.activations[best], failed ? m.failed : m.diverged);
    }
    const size_t used = strlen(out);
    if (rest) snprintf(out + used, size - used, ", %d more", rest);
}

ag_status ag_figure_note_missing(const ag_figure_data *data, ag_page *page, ag_arena *arena,
                                 ag_error *err) {
    int diverged = 0, failed = 0;
    for (int a = 0; a < data->n_activations; a++) {
        const missing m = missing_of(data, a);
        diverged += m.diverged;
        failed += m.failed;
    }
    char names[512];
    if (diverged) {
        list_missing(data, false, names, sizeof names);
        AG_TRY(ag_page_note(page, arena, err, "Diverged, and in no number: %d trial%s (%s).",
                            diverged, diverged == 1 ? "" : "s", names));
    }
    if (failed) {
        list_missing(data, true, names, sizeof names);
        AG_TRY(ag_page_note(page, arena, err, "Failed, and in no number: %d trial%s (%s).", failed,
                            failed == 1 ? "" : "s", names));
    }
    return AG_OK;
}
