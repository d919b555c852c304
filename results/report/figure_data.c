#include "results/report/figure_data.h"

#include "harness/config/writer.h"
#include "results/stats/describe.h"
#include "results/stats/interval.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* More activations than these, and only a few are named and coloured. */
enum { NAMED_MAX = 8, NAMED_OF_MANY = 6 };

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure");
}

/* --- who is named -------------------------------------------------------------------- */

static double mean_of(const ag_cell_sample *cell, const ag_metric *metric) {
    double sum = 0;
    for (int i = 0; i < cell->n; i++)
        sum += ag_metric_scaled(metric, cell->value[i]);
    return sum / cell->n;
}

/* By the mean of its place in each block, the last one where it has no number. */
static void rank_activations(const ag_samples *samples, double *place) {
    const int n = samples->n_activations;
    for (int a = 0; a < n; a++) {
        place[a] = 0;
        for (int b = 0; b < samples->n_blocks; b++) {
            const ag_cell_sample *cell = ag_samples_cell(samples, b, a);
            for (int other = 0; other < n; other++) {
                const ag_cell_sample *with = ag_samples_cell(samples, b, other);
                if (with->n == 0 || other == a) continue;
                place[a] += cell->n == 0 ||
                            ag_metric_better(samples->metric, mean_of(with, samples->metric),
                                             mean_of(cell, samples->metric));
            }
        }
    }
}

static ag_status choose_named(ag_figure_data *data, ag_arena *arena, ag_error *err) {
    const int n = data->n_activations;
    bool *named = AG_NEW_ARRAY(arena, bool, (size_t)n + 1);
    double *place = AG_NEW_ARRAY(arena, double, (size_t)n + 1);
    if (!named || !place) return no_memory(err);
    data->named = named;
    data->n_named = n <= NAMED_MAX ? n : NAMED_OF_MANY;
    int chosen = 0;
    const int baseline = ag_samples_activation(&data->samples, "relu");
    if (n > NAMED_MAX && baseline >= 0) named[baseline] = ++chosen > 0;
    rank_activations(&data->samples, place);
    for (; chosen < data->n_named; chosen++) {
        int best = -1;
        for (int a = 0; a < n; a++)
            if (!named[a] && (best < 0 || place[a] < place[best])) best = a;
        named[best] = true;
    }
    return AG_OK;
}

/* --- styles -------------------------------------------------------------------------- */

/* Of all activations that the store has, not only those asked for. */
static ag_status choose_styles(ag_figure_data *data, ag_arena *arena, ag_error *err) {
    ag_table all;
    AG_TRY(ag_reader_query(data->reader, "SELECT DISTINCT activation FROM trial", 0, arena, &all,
                           err));
    const int n = (int)all.n_rows;
    ag_style *of_all = AG_NEW_ARRAY(arena, ag_style, all.n_rows + 1);
    ag_style *styles = AG_NEW_ARRAY(arena, ag_style, (size_t)data->n_activations + 1);
    if (!of_all || !styles || !ag_styles_of(n, all.cells, of_all, arena)) return no_memory(err);
    for (int a = 0; a < data->n_activations; a++)
        for (int i = 0; i < n; i++)
            if (strcmp(all.cells[i], data->samples.activations[a]) == 0) styles[a] = of_all[i];
    data->styles = styles;
    return AG_OK;
}

ag_status ag_figure_numbers(const ag_grid *numbers, ag_drawn *drawn, ag_error *err) {
    if (numbers->failed) return no_memory(err);
    drawn->data = ag_grid_table(numbers);
    return AG_OK;
}

const ag_style *ag_figure_style(const ag_figure_data *data, int activation) {
    return data->named[activation] ? &data->styles[activation] : &ag_style_pale;
}

/* --- all of it ----------------------------------------------------------------------- */

/* Numbers of trials, exact in a double up to 2^53. */
static const ag_metric trial_number = {.name = "number",
                                       .title = "number of the trial",
                                       .unit = "",
                                       .sql = "t.number",
                                       .better = AG_BETTER_NEITHER};

static ag_status read_phase(const ag_figure_request *request, const char *phase, ag_reader *reader,
                            ag_arena *arena, ag_figure_data *data, ag_error *err) {
    *data = (ag_figure_data){.request = request, .reader = reader, .metric = request->metric};
    if (!data->metric) AG_TRY(ag_metric_usual(reader, &request->set, arena, &data->metric, err));
    ag_sample_query query = {.metric = data->metric,
                             .at = request->at,
                             .n_at = request->n_at,
                             .phase = phase,
                             .trials = request->set.sql};
    AG_TRY(ag_samples_select(reader, &query, arena, &data->samples, err));
    data->phase = phase ? phase : data->samples.phase;
    query.metric = &trial_number;
    AG_TRY(ag_samples_select(reader, &query, arena, &data->trials, err));
    data->n_activations = data->samples.n_activations;
    AG_TRY(choose_styles(data, arena, err));
    return choose_named(data, arena, err);
}

ag_status ag_figure_data_read(const ag_figure_request *request, ag_reader *reader, ag_arena *arena,
                              ag_figure_data *data, ag_error *err) {
    return read_phase(request, request->set.phase, reader, arena, data, err);
}

ag_status ag_figure_data_of_tuning(const ag_figure_data *data, ag_figure_request *request,
                                   ag_arena *arena, ag_figure_data *tuning, ag_error *err) {
    char name[64]; /* trials of this phase never see the test part */
    *request = *data->request;
    request->metric = data->metric;
    if (data->metric->of_test && strncmp(data->metric->name, "test_", 5) == 0) {
        snprintf(name, sizeof name, "val_%s", data->metric->name + 5);
        AG_TRY(ag_metric_wanted(name, AG_NOWHERE, &request->metric, err));
    }
    return read_phase(request, "tune", data->reader, arena, tuning, err);
}

ag_status ag_figure_origin(const ag_figure_data *data, ag_arena *arena, const char **text,
                           ag_error *err) {
    ag_table names;
    if (data->request->set.experiment) {
        ag_writer w = AG_WRITER(arena);
        ag_write_format(&w, "experiment %s", data->request->set.experiment);
        *text = w.text;
        return w.failed ? no_memory(err) : AG_OK;
    }
    AG_TRY(ag_reader_query(data->reader,
                           "SELECT 'experiment ' || group_concat(name, ', ') FROM (SELECT name FROM"
                           " experiment WHERE experiment_id IN (SELECT experiment_id FROM trial)"
                           " GROUP BY name ORDER BY min(experiment_id))",
                           0, arena, &names, err));
    *text = names.n_rows && names.cells[0] ? names.cells[0] : "";
    return AG_OK;
}

ag_status ag_over_seeds_of(const ag_samples *samples, const ag_block_set *blocks, int activation,
                           ag_arena *scratch, ag_over_seeds *out, ag_error *err) {
    const ag_mark mark = ag_arena_mark(scratch);
    const double none = (double)NAN;
    ag_by_seed by_seed;
    *out = (ag_over_seeds){.mean = none, .low = none, .high = none};
    AG_TRY(ag_sample_values_over(samples, blocks, activation, scratch, &by_seed, err));
    out->n = by_seed.n;
    out->blocks = by_seed.blocks;
    out->left_out = by_seed.left_out;
    bool finite = by_seed.n > 0, zero = false;
    for (int i = 0; i < by_seed.n; i++) {
        finite &= isfinite(by_seed.value[i]) != 0;
        zero |= by_seed.value[i] == -HUGE_VAL && samples->metric->scale == AG_SCALE_LOG;
    }
    if (finite) {
        const ag_bounds bounds = ag_t_interval(by_seed.n, by_seed.value, AG_FIGURE_LEVEL);
        out->mean = ag_metric_unscaled(samples->metric, bounds.estimate);
        out->low = ag_metric_unscaled(samples->metric, bounds.low);
        out->high = ag_metric_unscaled(samples->metric, bounds.high);
    } else if (zero) {
        out->mean = 0; /* the geometric mean, if one of them is */
    }
    ag_arena_release(scratch, mark);
    return AG_OK;
}
