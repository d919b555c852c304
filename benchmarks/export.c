#include "benchmarks/export.h"

#include "harness/cli/json.h"

#include <errno.h>
#include <string.h>

enum { PATH_BYTES = 4096 };

static ag_status open_file(const char *folder, const char *name, FILE **file, ag_error *err) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    *file = fopen(path, "wb");
    return *file ? AG_OK : AG_FAIL(err, AG_IO, AG_NOWHERE, "%s: %s", path, strerror(errno));
}

static ag_status close_file(FILE *file, const char *name, ag_error *err) {
    const int bad = ferror(file);
    return fclose(file) || bad ? AG_FAIL(err, AG_IO, AG_NOWHERE, "%s cannot be written", name)
                               : AG_OK;
}

static ag_status write_examples(const ag_data *data, const char *folder, ag_error *err) {
    FILE *x, *label;
    AG_TRY(open_file(folder, "x.f32", &x, err));
    fwrite(data->train.x, sizeof(float) * ag_shape_size(data->shape), data->train.n, x);
    AG_TRY(close_file(x, "x.f32", err));
    AG_TRY(open_file(folder, "label.i32", &label, err));
    fwrite(data->train.label, sizeof(int32_t), data->train.n, label);
    return close_file(label, "label.i32", err);
}

static const ag_role roles[] = {AG_ROLE_WEIGHT, AG_ROLE_BIAS, AG_ROLE_SCALE};
static const char *const role_names[] = {"weight", "bias", "scale"};

static void write_weights(const ag_net *net, FILE *file) {
    for (int i = 0; i < net->n_layers; i++)
        for (int r = 0; r < AG_COUNT(roles); r++)
            if (net->layers[i].slice[roles[r]].n)
                fwrite(net->layers[i].parameter[roles[r]], sizeof(float),
                       net->layers[i].slice[roles[r]].n, file);
}

/* [{"kind": "dense", "weight": 100352, "bias": 128}, ...] */
static void print_layers(const ag_net *net, FILE *out) {
    int n = 0;
    fputs(", \"layers\": [", out);
    for (int i = 0; i < net->n_layers; i++) {
        const ag_layer *layer = &net->layers[i];
        fprintf(out, "%s{\"kind\": ", n++ ? ", " : "");
        ag_json_text(out, layer->kind->name);
        for (int r = 0; r < AG_COUNT(roles); r++)
            if (layer->slice[roles[r]].n)
                fprintf(out, ", \"%s\": %zu", role_names[r], layer->slice[roles[r]].n);
        fputc('}', out);
    }
    fputc(']', out);
}

static ag_status export_trial(ag_workload *w, int t, const char *folder, ag_arena *arena, FILE *out,
                              ag_error *err) {
    ag_bench *bench = &w->bench[2 * t];
    char weights[64], order[64];
    snprintf(weights, sizeof weights, "weights-%d.f32", t);
    snprintf(order, sizeof order, "order-%d.u32", t);
    FILE *file;
    AG_TRY(ag_bench_begin(bench, err));
    AG_TRY(open_file(folder, weights, &file, err));
    write_weights(&bench->run.net, file);
    AG_TRY(close_file(file, weights, err));

    AG_TRY(open_file(folder, order, &file, err));
    bool more;
    do {
        more = ag_train_epoch(&bench->run);
        fwrite(bench->run.order, sizeof(uint32_t), bench->data.train.n, file);
    } while (more);
    AG_TRY(close_file(file, order, err));

    const ag_plan *plan = &w->experiment.plan;
    const char *settings = ag_plan_settings_json(plan, &plan->trials[t], arena);
    if (!settings) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
    fprintf(out, "%s{\"label\": ", t ? ", " : "");
    ag_json_text(out, bench->label);
    fprintf(out,
            ", \"settings\": %s, \"weights\": \"%s\", \"order\": \"%s\", \"flops\": ", settings,
            weights, order);
    ag_json_number(out, bench->flops);
    fprintf(out, ", \"parameters\": %zu", bench->run.net.n_parameters);
    print_layers(&bench->run.net, out);
    fputs(", \"losses\": [", out);
    for (long s = 0; s < bench->run.step; s++) {
        fputs(s ? ", " : "", out);
        ag_json_number(out, (double)bench->run.step_loss[s]);
    }
    fputs("]}", out);
    return AG_OK;
}

ag_status ag_export(ag_workload *w, const char *folder, ag_arena *arena, FILE *out, ag_error *err) {
    const ag_plan *plan = &w->experiment.plan;
    if (plan->n_variants[AG_PART_DATASET] != 1 || w->bench[0].data.regression)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%s: to compare, a workload has one data set, with classes", plan->name);
    const ag_data *data = &w->bench[0].data;
    AG_TRY(write_examples(data, folder, err));
    fputs("{\"name\": ", out);
    ag_json_text(out, plan->name);
    fputs(", \"generated\": ", out);
    ag_json_text(out, w->generated);
    fprintf(out, ", \"examples\": %zu, \"shape\": [%d, %d, %d], \"classes\": %d, \"trials\": [",
            data->train.n, data->shape.channels, data->shape.rows, data->shape.columns,
            data->n_classes);
    for (int t = 0; t < w->n / 2; t++)
        AG_TRY(export_trial(w, t, folder, arena, out, err));
    fputs("]}\n", out);
    fflush(out);
    return AG_OK;
}
