/* At equal cost: what each activation had reached when the cheapest trial of the block was done.
 *
 * A step costs 1 step, its floating-point operations, and the cell's time of a step: the median
 * over its trials of the time of a step in the trial's fastest epoch, without observing. What else
 * runs on a machine makes epochs slower and none faster. */
#include "results/report/compare_private.h"

#include "harness/config/writer.h"
#include "results/stats/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum cost { STEPS, SECONDS, FLOPS, COSTS } cost;

static const char *const cost_names[COSTS] = {"steps", "seconds", "flops"};

/* A trial counts with its last epoch that ends within the budget, rounding aside. */
#define WITHIN (1 + 1e-9)

/* A cell of the samples, found by its name in the store. */
typedef struct place {
    const char *cell;
    size_t at;       /* in samples.cells */
    int n, n_timed;  /* finished trials; those of which the time of a step is known */
    double *seconds; /* [n_timed] of a step, room for all of its trials */
    double least_steps, of_step[COSTS];
} place;

typedef struct held {
    uint64_t *seed;
    double *value;
    double epochs; /* sum of those that were reached */
} held;

typedef struct reading {
    const ag_comparison *c;
    place *places; /* by name */
    size_t n_places;
    double *budget;               /* [n_blocks][COSTS]: the least of its finished trials */
    ag_cell_sample *cells[COSTS]; /* as samples.cells: values at the budget */
    held *held[COSTS];            /* what they point to */
    /* the trial whose epochs come */
    long number;
    const place *of;
    uint64_t seed;
    double value[COSTS], epoch[COSTS];
} reading;

/* --- where a trial belongs ------------------------------------------------------------------- */

static int compare_places(const void *a, const void *b) {
    return strcmp(((const place *)a)->cell, ((const place *)b)->cell);
}

static ag_status list_places(reading *r, ag_error *err) {
    const ag_samples *s = &r->c->samples;
    const size_t n = (size_t)s->n_blocks * (size_t)s->n_activations;
    r->places = AG_NEW_ARRAY(r->c->arena, place, n);
    r->budget = AG_NEW_ARRAY(r->c->arena, double, (size_t)s->n_blocks *COSTS);
    if (!r->places || !r->budget) return ag_samples_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        if (!s->cells[i].ran) continue;
        place *p = &r->places[r->n_places++];
        *p = (place){.cell = s->cells[i].cell, .at = i, .least_steps = HUGE_VAL};
        p->seconds = AG_NEW_ARRAY(r->c->arena, double, (size_t)s->cells[i].ran);
        if (!p->seconds) return ag_samples_no_memory(err);
    }
    qsort(r->places, r->n_places, sizeof *r->places, compare_places);
    for (int i = 0; i < s->n_blocks * COSTS; i++)
        r->budget[i] = HUGE_VAL;
    for (int k = 0; k < COSTS; k++) {
        r->cells[k] = AG_NEW_ARRAY(r->c->arena, ag_cell_sample, n);
        r->held[k] = AG_NEW_ARRAY(r->c->arena, held, n);
        if (!r->cells[k] || !r->held[k]) return ag_samples_no_memory(err);
        for (size_t i = 0; i < n; i++) {
            const size_t room = (size_t)s->cells[i].ran + 1;
            uint64_t *seed = AG_NEW_ARRAY(r->c->arena, uint64_t, room);
            double *value = AG_NEW_ARRAY(r->c->arena, double, room);
            if (!seed || !value) return ag_samples_no_memory(err);
            r->cells[k][i] = s->cells[i];
            r->cells[k][i].n = 0;
            r->cells[k][i].seed = seed;
            r->cells[k][i].value = value;
            r->held[k][i] = (held){seed, value, 0};
        }
    }
    return AG_OK;
}

static place *find_place(const reading *r, const char *cell) {
    const place wanted = {.cell = cell};
    return bsearch(&wanted, r->places, r->n_places, sizeof *r->places, compare_places);
}

static int block_of(const reading *r, const place *of) {
    return (int)(of->at / (size_t)r->c->samples.n_activations);
}

static double number_of(ag_cell cell) {
    return cell.kind == AG_CELL_NUMBER ? strtod(cell.text, NULL) : (double)NAN;
}

/* --- what a block's trials cost -------------------------------------------------------------- */

static ag_status cost_row(void *self, const ag_cell *row, ag_error *err) {
    reading *r = self;
    (void)err;
    place *of = find_place(r, row[0].text);
    const double steps = number_of(row[1]);
    if (!of || !(steps > 0)) return AG_OK;
    of->n++;
    if (steps < of->least_steps) of->least_steps = steps;
    of->of_step[STEPS] += 1;
    const double seconds = number_of(row[2]);
    if (seconds > 0 && of->n_timed < r->c->samples.cells[of->at].ran)
        of->seconds[of->n_timed++] = seconds;
    of->of_step[FLOPS] += number_of(row[3]) / steps;
    return AG_OK;
}

static const char *trials_of(const ag_comparison *c) {
    return c->options->set.sql ? c->options->set.sql : "1";
}

/* NaN where no trial was timed: such a cell has nothing at equal seconds. */
static double time_of_step(place *of) {
    ag_sort(of->n_timed, of->seconds);
    return of->n_timed ? ag_median(of->n_timed, of->seconds) : (double)NAN;
}

static ag_status read_budgets(reading *r, ag_error *err) {
    ag_writer w = AG_WRITER(r->c->arena);
    ag_write_format(&w,
                    "SELECT t.cell, t.steps, (1 - ifnull(t.probe_seconds / t.seconds, 0)) *"
                    " coalesce((SELECT min((e.seconds - b.seconds) / (e.step - b.step))"
                    "  FROM epoch_row e JOIN epoch_row b ON b.trial = e.trial"
                    "  AND b.epoch = e.epoch - 1 AND b.step < e.step AND b.seconds < e.seconds"
                    "  WHERE e.trial = t.number), t.seconds / t.steps), t.flops"
                    " FROM trial t WHERE t.phase = '%s' AND t.status = 'finished' AND %s"
                    " ORDER BY t.trial_id",
                    r->c->samples.phase, trials_of(r->c));
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_select(r->c->reader, w.text, 0, (ag_row_sink){ag_columns_ignored, cost_row, r},
                            err));
    for (size_t i = 0; i < r->n_places; i++) {
        place *of = &r->places[i];
        double *budget = r->budget + (size_t)block_of(r, of) * COSTS;
        of->of_step[SECONDS] = time_of_step(of);
        for (int k = 0; k < COSTS && of->n; k++) {
            if (k != SECONDS) of->of_step[k] /= of->n;
            const double all = of->least_steps * of->of_step[k];
            if (all < budget[k]) budget[k] = all;
        }
    }
    return AG_OK;
}

/* --- where they stood ------------------------------------------------------------------------ */

/* Appends the trial's values. Seeds come in any order; they are sorted afterwards. */
static void end_trial(reading *r) {
    for (int k = 0; k < COSTS && r->of; k++) {
        if (isnan(r->value[k])) continue;
        ag_cell_sample *cell = &r->cells[k][r->of->at];
        if (cell->n == cell->ran) continue;
        int at = cell->n++;
        held *to = &r->held[k][r->of->at];
        for (; at > 0 && to->seed[at - 1] > r->seed; at--) {
            to->seed[at] = to->seed[at - 1];
            to->value[at] = to->value[at - 1];
        }
        to->seed[at] = r->seed;
        to->value[at] = r->value[k];
        to->epochs += r->epoch[k];
    }
}

enum { NUMBER, CELL, SEED, EPOCH, STEP, VALUE };

static ag_status epoch_row(void *self, const ag_cell *row, ag_error *err) {
    reading *r = self;
    (void)err;
    const long number = atol(row[NUMBER].text);
    if (number != r->number) {
        end_trial(r);
        r->number = number;
        r->of = find_place(r, row[CELL].text);
        r->seed = strtoull(row[SEED].text, NULL, 10);
        for (int k = 0; k < COSTS; k++)
            r->value[k] = (double)NAN;
    }
    if (!r->of) return AG_OK;
    const double *budget = r->budget + (size_t)block_of(r, r->of) * COSTS;
    for (int k = 0; k < COSTS; k++)
        if (number_of(row[STEP]) * r->of->of_step[k] <= budget[k] * WITHIN) {
            r->value[k] = number_of(row[VALUE]);
            r->epoch[k] = number_of(row[EPOCH]);
        }
    return AG_OK;
}

static ag_status read_curves(reading *r, const char *curve, ag_error *err) {
    ag_writer w = AG_WRITER(r->c->arena);
    ag_write_format(&w,
                    "SELECT t.number, t.cell, t.seed, e.epoch, e.step, e.%s"
                    " FROM trial t CROSS JOIN epoch_row e ON e.trial = t.number"
                    " WHERE t.phase = '%s' AND t.status = 'finished' AND %s"
                    " ORDER BY t.number, e.epoch",
                    curve, r->c->samples.phase, trials_of(r->c));
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_select(r->c->reader, w.text, 0,
                            (ag_row_sink){ag_columns_ignored, epoch_row, r}, err));
    end_trial(r);
    return AG_OK;
}

/* --- the sheet ------------------------------------------------------------------------------- */

/* Which curve says what the metric says. */
static ag_status find_curve(const ag_comparison *c, const ag_metric **metric, ag_error *err) {
    static const char *const curves[] = {"val_accuracy", "val_r2", "val_loss"};
    ag_table table;
    AG_TRY(ag_reader_query(c->reader,
                           "SELECT count(val_accuracy), count(val_r2), count(val_loss) FROM trial"
                           " WHERE status = 'finished'",
                           0, c->arena, &table, err));
    const bool loss = strstr(c->metric->name, "loss") != NULL;
    *metric = ag_metric_find("val_loss");
    for (int i = loss ? 2 : 0; i < AG_COUNT(curves) && table.n_rows; i++)
        if (strcmp(table.cells[i], "0") != 0) {
            *metric = ag_metric_find(curves[i]);
            break;
        }
    return AG_OK;
}

typedef struct reached {
    ag_by_seed values;
    ag_bounds mean;
    double epochs; /* mean of those that were reached */
} reached;

static ag_status measure(const reading *r, const ag_samples *at_cost, const ag_block_group *group,
                         int a, int k, reached *out, ag_error *err) {
    double epochs = 0;
    int n = 0;
    AG_TRY(ag_sample_values_over(at_cost, &group->set, a, r->c->arena, &out->values, err));
    AG_TRY(ag_compare_mean(r->c, out->values.n, out->values.value, &out->mean, err));
    for (int b = 0; b < group->set.n; b++) {
        const size_t at = (size_t)group->set.block[b] * (size_t)at_cost->n_activations + (size_t)a;
        epochs += r->held[k][at].epochs;
        n += r->cells[k][at].n;
    }
    out->epochs = n ? epochs / n : (double)NAN;
    return AG_OK;
}

static void put_numbers(const reading *r, const ag_block_group *group, int a, int k,
                        const reached *x, ag_grid *grid) {
    const double budget =
        group->set.n == 1 ? r->budget[group->set.block[0] * COSTS + k] : (double)NAN;
    ag_grid_text(grid, group->label);
    ag_grid_text(grid, r->c->samples.activations[a]);
    ag_grid_text(grid, cost_names[k]);
    ag_grid_whole(grid, x->values.n);
    ag_grid_number(grid, x->mean.estimate);
    ag_grid_number(grid, x->mean.low);
    ag_grid_number(grid, x->mean.high);
    ag_grid_number(grid, x->epochs);
    ag_grid_number(grid, budget);
}

static void put_words(ag_rounding rounding, const reached *x, bool epochs, ag_grid *grid) {
    char text[AG_WORD_MAX];
    ag_grid_text(grid, ag_round_value(text, rounding, x->mean.estimate));
    ag_grid_text(grid, ag_round_interval(text, rounding, x->mean, false));
    if (epochs) ag_grid_text(grid, ag_round_value(text, (ag_rounding){false, 1}, x->epochs));
}

static ag_status fill_sheet(const reading *r, const ag_metric *curve, const ag_block_group *group,
                            ag_sheet *sheet, ag_error *err) {
    const ag_comparison *c = r->c;
    ag_rounding rounding = {false, 4};
    for (int i = 0; i < group->present; i++) {
        const int a = group->order[i];
        reached x[COSTS];
        for (int k = 0; k < COSTS; k++) {
            ag_samples at_cost = c->samples;
            at_cost.metric = curve;
            at_cost.cells = r->cells[k];
            AG_TRY(measure(r, &at_cost, group, a, k, &x[k], err));
            put_numbers(r, group, a, k, &x[k], &sheet->numbers);
        }
        if (i == 0) {
            const double width = x[0].mean.high - x[0].mean.low;
            rounding = ag_rounding_of(curve, 1, &width);
        }
        ag_grid_text(&sheet->words, c->samples.activations[a]);
        ag_grid_whole(&sheet->words, x[0].values.n);
        for (int k = 0; k < COSTS; k++)
            put_words(rounding, &x[k], k == SECONDS, &sheet->words);
    }
    return AG_OK;
}

static ag_status add_sheet(const reading *r, const ag_metric *curve, const ag_block_group *group,
                           ag_report *report, ag_error *err) {
    static const ag_column numbers[] = {{"block", false}, {"activation", false}, {"item", false},
                                        {"n", true},      {"mean", true},        {"low", true},
                                        {"high", true},   {"epochs", true},      {"budget", true}};
    static const ag_column words[] = {{"activation", false},   {"n", true},
                                      {"equal steps", true},   {"95 % interval", false},
                                      {"equal seconds", true}, {"95 % interval", false},
                                      {"epochs", true},        {"equal FLOPs", true},
                                      {"95 % interval", false}};
    ag_sheet *sheet =
        ag_report_sheet(report, "cost", "%s: %s at equal cost", group->title, curve->name);
    sheet->metric = curve->name;
    ag_grid_columns(&sheet->numbers, r->c->arena, numbers, AG_COUNT(numbers));
    ag_grid_columns(&sheet->words, r->c->arena, words, AG_COUNT(words));
    AG_TRY(fill_sheet(r, curve, group, sheet, err));
    ag_report_note(
        report, sheet,
        "The budget of a block is what its cheapest finished trial takes; each trial "
        "counts with its last epoch that fits (epochs: their mean). Seconds: steps x time "
        "of a step in the fastest epoch, median over the trials, without observing.");
    return AG_OK;
}

ag_status ag_compare_cost(const ag_comparison *c, ag_report *report, ag_error *err) {
    reading r = {.c = c, .number = -1};
    const ag_metric *curve;
    AG_TRY(find_curve(c, &curve, err));
    AG_TRY(list_places(&r, err));
    AG_TRY(read_budgets(&r, err));
    AG_TRY(read_curves(&r, curve->name, err));
    for (int g = 0; g < c->n_shown; g++)
        AG_TRY(add_sheet(&r, curve, &c->groups[g], report, err));
    return AG_OK;
}
