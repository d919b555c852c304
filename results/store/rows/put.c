/* One trial into results.sqlite: all its rows in one transaction. */
#include "harness/base/clock.h"
#include "harness/base/digest.h"
#include "harness/base/memory.h"
#include "results/store/rows/rows_private.h"

#include <sqlite3.h>
#include <string.h>

/* What a record's rows have in common. */
typedef struct put {
    const ag_record *record;
    char id[AG_ID_TEXT];
    int64_t number; /* what stands for the id in the rows of the trial */
    const char *status;
    char cell[AG_ID_TEXT], rate_group[AG_ID_TEXT], pair_group[AG_ID_TEXT];
} put;

void ag_rows_hash(char out[AG_ID_TEXT], const char *phase, const char *json) {
    ag_id_text(out, ag_digest(json, strlen(json), ag_digest(phase, strlen(phase), 0)));
}

static void hash_column(char out[AG_ID_TEXT], const put *p, sqlite3_stmt *s, int column) {
    ag_rows_hash(out, p->record->phase, ag_column_word(s, column));
}

/* Runs statements whose one ? is the cell. */
static ag_status of_cell(ag_rows *rows, const put *p, const int statements[], int n,
                         ag_error *err) {
    for (int i = 0; i < n; i++) {
        ag_binder b = {rows->statement[statements[i]], 0};
        ag_bind_text(&b, p->cell);
        AG_TRY(ag_bound(rows, &b, err));
    }
    return AG_OK;
}

/* Its means no longer hold, nor those of its curve, which is added if it is new. A cell that is new
 * has none; the curve of one that waits for its means waits already. */
static ag_status unsettle_cell(ag_rows *rows, const put *p, bool is_new, ag_error *err) {
    static const int unsettle = AG_UNSETTLE;
    static const int drops[] = {AG_DROP_RESULT, AG_DROP_EPOCHS, AG_DROP_LAYERS,
                                AG_DROP_ROBUSTNESS}; /* cell_pair asks `settled` */
    static const int curve[] = {AG_CURVE, AG_DROP_CURVE, AG_UNSETTLE_CURVE};
    AG_TRY(of_cell(rows, p, &unsettle, 1, err));
    const bool was_settled = sqlite3_changes(rows->db) > 0;
    if (was_settled) AG_TRY(of_cell(rows, p, drops, AG_COUNT(drops), err));
    return is_new || was_settled ? of_cell(rows, p, curve, AG_COUNT(curve), err) : AG_OK;
}

/* Fills the three hashes and adds the cell, if it is new. */
static ag_status put_cell(ag_rows *rows, put *p, ag_error *err) {
    const ag_record *r = p->record;
    ag_binder hashes = {rows->statement[AG_HASHES], 0};
    ag_bind_text(&hashes, r->settings);
    if (sqlite3_step(hashes.s) != SQLITE_ROW) {
        sqlite3_reset(hashes.s);
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "the settings of trial %s are no JSON", p->id);
    }
    hash_column(p->cell, p, hashes.s, 0);
    hash_column(p->rate_group, p, hashes.s, 1);
    hash_column(p->pair_group, p, hashes.s, 2);

    ag_binder b = {rows->statement[AG_CELL], 0};
    ag_bind_text(&b, p->cell);
    ag_bind_text(&b, r->phase);
    ag_bind_text(&b, r->dataset);
    ag_bind_text(&b, r->model);
    ag_bind_text(&b, r->activation);
    ag_bind_text(&b, r->initializer);
    ag_bind_integer(&b, r->depth);
    ag_bind_integer(&b, r->width);
    ag_bind_text(&b, r->optimizer);
    ag_bind_real(&b, r->learning_rate);
    ag_bind_integer(&b, r->batch_size);
    ag_bind_text(&b, r->training);
    ag_bind_text(&b, p->rate_group);
    ag_bind_text(&b, ag_column_word(hashes.s, 0));
    const ag_status status = ag_bound(rows, &b, err);
    const bool is_new = sqlite3_changes(rows->db) > 0;
    sqlite3_reset(hashes.s);
    return status == AG_OK ? unsettle_cell(rows, p, is_new, err) : status;
}

/* The columns of `trial`, in three parts: what it is, how it ended, how it went. */
static void bind_settings(ag_binder *b, const put *p) {
    const ag_record *r = p->record;
    const char *const words[] = {p->id,    p->status,     r->phase,           r->dataset,
                                 r->model, r->activation, r->activation_name, r->initializer};
    for (int i = 0; i < AG_COUNT(words); i++)
        ag_bind_text(b, words[i]);
    ag_bind_integer(b, r->depth);
    ag_bind_integer(b, r->width);
    ag_bind_text(b, r->optimizer);
    ag_bind_real(b, r->learning_rate);
    ag_bind_integer(b, r->batch_size);
    ag_bind_text(b, r->training);
    ag_bind_text(b, r->loss);
    ag_bind_integer(b, (int64_t)r->trial->seed);
    ag_bind_text(b, r->settings);
    ag_bind_integer(b, (int64_t)r->parameters);
    ag_bind_integer(b, r->epochs);
    ag_bind_integer(b, r->steps);
}

static void bind_results(ag_binder *b, const ag_record *r) {
    const double measures[] = {r->train_loss,    r->train_accuracy,   r->train_r2,
                               r->val_loss,      r->val_accuracy,     r->val_r2,
                               r->test_loss,     r->test_accuracy,    r->test_r2,
                               r->best_val_loss, r->best_val_accuracy};
    for (int i = 0; i < AG_COUNT(measures); i++)
        ag_bind_real(b, measures[i]);
    const bool finished = r->outcome == AG_FINISHED, diverged = r->outcome == AG_DIVERGED;
    ag_bind_natural(b, r->best_epoch);
    ag_bind_natural(b, finished ? r->chosen_epoch : -1);
    ag_bind_natural(b, finished ? r->stopped_early : -1);
    ag_bind_natural(b, diverged ? r->diverged_step : -1);
    ag_bind_natural(b, diverged ? r->diverged_layer : -1);
    ag_bind_text(b, diverged ? r->diverged_what : NULL);
    const ag_summary summary = ag_summary_of(r);
    const double *const summaries[] = {summary.gradient_decay, summary.delta_decay,
                                       summary.dead_fraction};
    for (int i = 0; i < AG_COUNT(summaries); i++)
        for (int k = 0; k < 2; k++)
            ag_bind_real(b, summaries[i][k]);
}

static ag_status put_trial(ag_rows *rows, put *p, ag_error *err) {
    const ag_record *r = p->record;
    char digest[AG_ID_TEXT], sentence[sizeof r->error->where + sizeof r->error->text + 4];
    ag_binder b = {rows->statement[AG_TRIAL], 0};
    bind_settings(&b, p);
    bind_results(&b, r);
    ag_bind_real(&b, r->seconds);
    ag_bind_real(&b, r->probe_seconds);
    ag_bind_real(&b, r->samples_per_second);
    ag_bind_real(&b, r->flops);
    ag_bind_text(&b, r->outcome == AG_BROKEN ? NULL : ag_id_text(digest, r->digest));
    if (r->error)
        sqlite3_snprintf(sizeof sentence, sentence, "%s%s%s", r->error->where,
                         r->error->where[0] ? ": " : "", r->error->text);
    ag_bind_text(&b, r->outcome == AG_BROKEN && r->error ? sentence : NULL);
    ag_bind_text(&b, r->started_at);
    ag_bind_text(&b, r->finished_at);
    ag_bind_integer(&b, rows->experiment);
    ag_bind_integer(&b, rows->environment);
    ag_bind_text(&b, p->cell);
    ag_bind_text(&b, p->rate_group);
    ag_bind_text(&b, p->pair_group);
    AG_TRY(ag_bound(rows, &b, err));
    p->number = sqlite3_last_insert_rowid(rows->db);
    return AG_OK;
}

static ag_status put_epochs(ag_rows *rows, const put *p, ag_error *err) {
    for (int i = 0; i < p->record->n_epoch_rows; i++) {
        const ag_epoch_row *e = &p->record->epoch_rows[i];
        ag_binder b = {rows->statement[AG_EPOCH], 0};
        ag_bind_integer(&b, p->number);
        ag_bind_integer(&b, e->epoch);
        ag_bind_integer(&b, e->step);
        const double measures[] = {e->learning_rate, e->train_loss, e->train_accuracy, e->val_loss,
                                   e->val_accuracy,  e->val_r2,     e->grad_norm,      e->seconds};
        for (int k = 0; k < AG_COUNT(measures); k++)
            ag_bind_real(&b, measures[k]);
        AG_TRY(ag_bound(rows, &b, err));
    }
    return AG_OK;
}

static ag_status put_layers(ag_rows *rows, const put *p, ag_error *err) {
    for (int k = 0; k < p->record->n_layers; k++) {
        const ag_layer_row *layer = &p->record->layer_rows[k];
        const ag_vanishing gradient = ag_vanishing_of(p->record, k);
        ag_binder b = {rows->statement[AG_LAYER], 0};
        ag_bind_integer(&b, p->number);
        ag_bind_integer(&b, layer->layer);
        ag_bind_text(&b, layer->name);
        ag_bind_text(&b, layer->kind);
        ag_bind_integer(&b, layer->units);
        ag_bind_integer(&b, (int64_t)layer->parameters);
        ag_bind_real(&b, gradient.smallest);
        ag_bind_natural(&b, gradient.epoch);
        AG_TRY(ag_bound(rows, &b, err));
    }
    return AG_OK;
}

static ag_status put_robustness(ag_rows *rows, const put *p, ag_error *err) {
    for (int i = 0; i < p->record->n_robustness; i++) {
        const ag_robustness_row *row = &p->record->robustness_rows[i];
        ag_binder b = {rows->statement[AG_ROBUSTNESS], 0};
        ag_bind_text(&b, p->id);
        ag_bind_text(&b, p->record->robustness_noise);
        ag_bind_real(&b, row->level);
        ag_bind_text(&b, p->record->robustness_part);
        ag_bind_real(&b, row->loss);
        ag_bind_real(&b, row->accuracy);
        ag_bind_real(&b, row->r2);
        AG_TRY(ag_bound(rows, &b, err));
    }
    return AG_OK;
}

static ag_status put_parameters(ag_rows *rows, const put *p, ag_error *err) {
    for (int i = 0; i < p->record->n_parameter_rows; i++) {
        const ag_parameter_row *row = &p->record->parameter_rows[i];
        ag_binder b = {rows->statement[AG_PARAMETER], 0};
        ag_bind_integer(&b, p->number);
        ag_bind_integer(&b, row->epoch);
        ag_bind_integer(&b, row->layer);
        ag_bind_text(&b, row->name);
        ag_bind_real(&b, row->mean);
        ag_bind_real(&b, row->min);
        ag_bind_real(&b, row->max);
        AG_TRY(ag_bound(rows, &b, err));
    }
    return AG_OK;
}

static ag_status put_flight(ag_rows *rows, const put *p, ag_error *err) {
    for (int i = 0; i < p->record->n_flight_rows; i++) {
        const ag_flight_row *row = &p->record->flight_rows[i];
        ag_binder b = {rows->statement[AG_FLIGHT], 0};
        ag_bind_integer(&b, p->number);
        ag_bind_integer(&b, row->step);
        ag_bind_integer(&b, row->layer);
        ag_bind_integer(&b, row->epoch);
        const double measures[] = {row->loss,        row->learning_rate, row->grad_norm,
                                   row->weight_norm, row->update_ratio,  row->preactivation_max};
        for (int k = 0; k < AG_COUNT(measures); k++)
            ag_bind_real(&b, measures[k]);
        AG_TRY(ag_bound_again(rows, &b, err));
    }
    return AG_OK;
}

/* column[m]: place of the record's metric m among the columns of layer_epoch. */
static ag_status find_columns(const ag_rows *rows, const ag_record *record, int column[],
                              ag_error *err) {
    for (int m = 0; m < record->n_metrics; m++) {
        column[m] = 0;
        while (column[m] < rows->n_metrics &&
               strcmp(rows->metric[column[m]], record->metric_names[m]) != 0)
            column[m]++;
        if (column[m] == rows->n_metrics)
            return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                           "the table layer_epoch of '%s' has no column for the probe '%s'",
                           rows->path, record->metric_names[m]);
    }
    return AG_OK;
}

static ag_status put_layer_epochs(ag_rows *rows, const put *p, ag_error *err) {
    const ag_record *r = p->record;
    if (!r->layer_values || r->n_metrics == 0) return AG_OK;
    if (r->n_metrics > AG_METRICS_MAX)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "%d probes, the store takes at most %d",
                       r->n_metrics, AG_METRICS_MAX);
    int column[AG_METRICS_MAX];
    AG_TRY(find_columns(rows, r, column, err));
    sqlite3_stmt *s = rows->statement[AG_LAYER_EPOCH];
    const double *value = r->layer_values;
    for (int i = 0; i < r->n_epoch_rows; i++)
        for (int k = 0; k < r->n_layers; k++) {
            ag_binder b = {s, 0};
            ag_bind_integer(&b, p->number);
            ag_bind_integer(&b, r->epoch_rows[i].epoch);
            ag_bind_integer(&b, r->layer_rows[k].layer);
            for (int m = 0; m < r->n_metrics; m++)
                sqlite3_bind_double(s, AG_FIRST_METRIC + 1 + column[m], *value++);
            AG_TRY(ag_bound_again(rows, &b, err));
        }
    sqlite3_clear_bindings(s);
    return AG_OK;
}

/* Makes room: a failed trial is replaced, any other stays. */
static ag_status remove_failed(ag_rows *rows, const put *p, ag_error *err) {
    ag_binder b = {rows->statement[AG_FIND], 0};
    ag_bind_text(&b, p->id);
    const bool there = sqlite3_step(b.s) == SQLITE_ROW;
    const bool failed = there && strcmp(ag_column_word(b.s, 0), "failed") == 0;
    const long long number = there ? sqlite3_column_int64(b.s, 1) : 0;
    sqlite3_reset(b.s);
    if (!there) return AG_OK;
    if (!failed)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "trial %s is in '%s' already", p->id, rows->path);
    static const char *const of_number[] = {"epoch_row", "layer_row", "layer_epoch_row",
                                            "activation_parameter_row", "flight_row"};
    char sql[128]; /* the id is hex digits only */
    for (int i = 0; i < AG_COUNT(of_number); i++) {
        sqlite3_snprintf(sizeof sql, sql, "DELETE FROM %s WHERE trial = %lld", of_number[i],
                         number);
        AG_TRY(ag_rows_execute(rows, sql, err));
    }
    sqlite3_snprintf(sizeof sql, sql,
                     "DELETE FROM robustness WHERE trial_id = '%s';"
                     " DELETE FROM trial WHERE number = %lld",
                     p->id, number);
    return ag_rows_execute(rows, sql, err);
}

static ag_status count_one(ag_rows *rows, const put *p, ag_error *err) {
    char now[AG_TIMESTAMP_MAX];
    ag_binder b = {rows->statement[AG_COUNT_TRIAL], 0};
    ag_bind_integer(&b, rows->experiment);
    ag_bind_integer(&b, p->record->outcome != AG_BROKEN);
    ag_bind_integer(&b, p->record->outcome == AG_BROKEN);
    ag_bind_text(&b, ag_clock_stamp(now));
    return ag_bound(rows, &b, err);
}

ag_status ag_rows_put_one(ag_rows *rows, const ag_record *record, ag_error *err) {
    static const char *const status[] = {"finished", "diverged", "failed"};
    put p = {.record = record, .status = status[record->outcome]};
    ag_id_text(p.id, record->trial->id);
    AG_TRY(remove_failed(rows, &p, err));
    AG_TRY(put_cell(rows, &p, err));
    AG_TRY(put_trial(rows, &p, err));
    AG_TRY(put_epochs(rows, &p, err));
    AG_TRY(put_layers(rows, &p, err));
    AG_TRY(put_robustness(rows, &p, err));
    AG_TRY(put_parameters(rows, &p, err));
    AG_TRY(put_flight(rows, &p, err));
    AG_TRY(put_layer_epochs(rows, &p, err));
    return count_one(rows, &p, err);
}

/* Asking the system takes as long as a trial's own row: while trials come, no more often. */
static const double NOTE_SECONDS = 1;

ag_status ag_rows_note_memory(ag_rows *rows, ag_error *err) {
    rows->memory_noted = ag_clock_now();
    ag_binder b = {rows->statement[AG_NOTE_MEMORY], 0};
    ag_bind_integer(&b, rows->experiment);
    ag_bind_integer(&b, (int64_t)ag_memory_peak());
    return ag_bound(rows, &b, err);
}

typedef struct batch {
    const ag_record *const *records;
    int n;
} batch;

static ag_status put_all(ag_rows *rows, const void *with, ag_error *err) {
    const batch *b = with;
    for (int i = 0; i < b->n; i++)
        AG_TRY(ag_rows_put_one(rows, b->records[i], err));
    if (ag_clock_now() >= rows->memory_noted + NOTE_SECONDS) AG_TRY(ag_rows_note_memory(rows, err));
    return ag_rows_settle_some(rows, b->n, err);
}

ag_status ag_rows_put(ag_rows *rows, const ag_record *const *records, int n, ag_error *err) {
    const double began = ag_clock_now();
    const ag_status status = ag_rows_transaction(rows, put_all, &(batch){records, n}, err);
    rows->putting_seconds += ag_clock_now() - began;
    return status;
}
