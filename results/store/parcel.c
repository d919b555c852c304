/* A record's own copy: what it points to belongs to a worker, who trains the next trial in it. */
#include "results/store/writer_private.h"

#include <string.h>

typedef struct packer {
    ag_arena *arena;
    bool good;
} packer;

static const void *copy(packer *p, const void *from, size_t count, size_t size) {
    if (!from || count == 0) return from;
    void *to = ag_alloc(p->arena, count, size);
    if (!to) {
        p->good = false;
        return NULL;
    }
    return memcpy(to, from, count * size);
}

static const char *copy_text(packer *p, const char *text) {
    return text ? copy(p, text, strlen(text) + 1, 1) : NULL;
}

static void copy_texts(packer *p, ag_record *r) {
    const char **texts[] = {&r->phase,       &r->settings,         &r->dataset,
                            &r->model,       &r->activation,       &r->activation_name,
                            &r->initializer, &r->optimizer,        &r->training,
                            &r->loss,        &r->diverged_what,    &r->started_at,
                            &r->finished_at, &r->robustness_noise, &r->robustness_part};
    for (int i = 0; i < AG_COUNT(texts); i++)
        *texts[i] = copy_text(p, *texts[i]);
}

static void copy_rows(packer *p, ag_record *r) {
    const size_t layers = (size_t)r->n_layers, epochs = (size_t)r->n_epoch_rows;
    r->error = copy(p, r->error, 1, sizeof *r->error);
    r->epoch_rows = copy(p, r->epoch_rows, epochs, sizeof *r->epoch_rows);
    r->robustness_rows =
        copy(p, r->robustness_rows, (size_t)r->n_robustness, sizeof *r->robustness_rows);
    r->flight_rows = copy(p, r->flight_rows, (size_t)r->n_flight_rows, sizeof *r->flight_rows);
    ag_parameter_row *parameter = (ag_parameter_row *)copy(
        p, r->parameter_rows, (size_t)r->n_parameter_rows, sizeof *parameter);
    for (int i = 0; parameter && i < r->n_parameter_rows; i++)
        parameter[i].name = copy_text(p, parameter[i].name);
    r->parameter_rows = parameter;
    r->layer_values =
        copy(p, r->layer_values, epochs * layers * (size_t)r->n_metrics, sizeof *r->layer_values);
    ag_layer_row *layer = (ag_layer_row *)copy(p, r->layer_rows, layers, sizeof *layer);
    for (size_t k = 0; layer && k < layers; k++) {
        layer[k].name = copy_text(p, layer[k].name);
        layer[k].kind = copy_text(p, layer[k].kind);
    }
    r->layer_rows = layer;
    const char **names =
        (const char **)copy(p, r->metric_names, (size_t)r->n_metrics, sizeof *names);
    for (int m = 0; names && m < r->n_metrics; m++)
        names[m] = copy_text(p, names[m]);
    r->metric_names = names;
}

ag_status ag_parcel_pack(const ag_record *record, ag_receipt receipt, ag_arena *arena,
                         ag_parcel *parcel, ag_error *err) {
    packer p = {arena, true};
    *parcel = (ag_parcel){.record = *record, .receipt = receipt};
    copy_texts(&p, &parcel->record);
    copy_rows(&p, &parcel->record);
    if (record->outcome != AG_BROKEN) {
        parcel->entry = ag_log_entry_of(record, arena);
        p.good = p.good && parcel->entry.bytes;
    }
    parcel->record.arrays = NULL;
    parcel->record.n_arrays = 0;
    if (!p.good) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial on its way");
    return AG_OK;
}
