#include "harness/cli/dataset_info.h"

#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/call.h"
#include "harness/cli/json.h"
#include "harness/cli/parameter.h"

#include <math.h>
#include <string.h>

enum { SHAPE_MAX = 48, PLACE_MAX = 512 };

/* "2", "40", "3 x 100", "1 x 28 x 28" */
static const char *shape_text(char text[SHAPE_MAX], ag_shape s) {
    if (s.rows == 1 && (s.columns == 1 || s.channels == 1))
        snprintf(text, SHAPE_MAX, "%zu", ag_shape_size(s));
    else if (s.rows == 1)
        snprintf(text, SHAPE_MAX, "%d x %d", s.channels, s.columns);
    else
        snprintf(text, SHAPE_MAX, "%d x %d x %d", s.channels, s.rows, s.columns);
    return text;
}

static const ag_dataset *dataset_at(int i) {
    return (const ag_dataset *)(const void *)ag_datasets.items[i];
}

/* --- list ------------------------------------------------------------------- */

/* Files that the set cannot do without. */
static int count_needed(const ag_dataset *set) {
    int n = 0;
    for (int i = 0; i < set->n_files; i++)
        n += !set->files[i].optional;
    return n;
}

static int count_found(const ag_dataset *set, ag_arena *arena, const char **first) {
    int n = 0;
    *first = NULL;
    for (int i = 0; i < set->n_files; i++) {
        const char *path = ag_dataset_file_path(set, i, arena);
        if (path && !*first) *first = path;
        n += path && !set->files[i].optional;
    }
    return n;
}

static int64_t bytes_of(const ag_dataset *set) {
    int64_t bytes = 0;
    for (int i = 0; i < set->n_files; i++)
        bytes += set->files[i].optional ? 0 : set->files[i].bytes;
    return bytes;
}

/* "generated", "/data/mnist (11.6 MB)", "not found: ..." */
static void place_text(char text[PLACE_MAX], const ag_dataset *set, ag_arena *arena) {
    char size[AG_HUMAN_MAX];
    const char *first;
    const int n = count_found(set, arena, &first);
    ag_format_count(size, (double)bytes_of(set));
    if (set->own_files)
        snprintf(text, PLACE_MAX, "%s", set->about.formula);
    else if (!set->n_files)
        snprintf(text, PLACE_MAX, "generated");
    else if (n == count_needed(set))
        snprintf(text, PLACE_MAX, "%.*s (%sB)", (int)(strrchr(first, '/') - first), first, size);
    else if (n)
        snprintf(text, PLACE_MAX, "%d of %d files found: actgrid datasets fetch %s", n,
                 count_needed(set), set->about.name);
    else
        snprintf(text, PLACE_MAX, "not found (%sB): actgrid datasets fetch %s", size,
                 set->about.name);
}

static void list_json(FILE *out, ag_arena *arena) {
    fputs("[", out);
    for (int i = 0; i < ag_datasets.n_items; i++) {
        const ag_dataset *set = dataset_at(i);
        const char *first;
        fputs(i ? ",\n {\"name\": " : "\n {\"name\": ", out);
        ag_json_text(out, set->about.name);
        fputs(", \"what\": ", out);
        ag_json_text(out, set->about.formula);
        fprintf(out,
                ", \"shape\": [%d, %d, %d], \"classes\": %d, \"train\": %zu, \"test\": %zu, "
                "\"files\": %d, \"bytes\": %lld, \"found\": %d}",
                set->shape.channels, set->shape.rows, set->shape.columns, set->n_classes,
                set->n_train, set->n_test, count_needed(set), (long long)bytes_of(set),
                count_found(set, arena, &first));
    }
    fputs("\n]\n", out);
}

void ag_dataset_list(FILE *out, bool json, ag_arena *arena) {
    if (json) {
        list_json(out, arena);
        return;
    }
    fprintf(out, "%-15s %8s  %-12s %7s  %s\n", "name", "examples", "shape", "classes", "files");
    for (int i = 0; i < ag_datasets.n_items; i++) {
        const ag_dataset *set = dataset_at(i);
        char shape[SHAPE_MAX], place[PLACE_MAX];
        place_text(place, set, arena);
        char classes[16] = "-", examples[24] = "-"; /* numbers to predict; not known */
        if (set->n_classes) snprintf(classes, sizeof classes, "%d", set->n_classes);
        if (set->n_train) snprintf(examples, sizeof examples, "%zu", set->n_train + set->n_test);
        fprintf(out, "%-15s %8s  %-12s %7s  ", set->about.name, examples,
                set->n_train ? shape_text(shape, set->shape) : "-", classes);
        ag_print_visible(out, place);
        fputc('\n', out);
    }
}

/* --- info: what is known by reading ------------------------------------------ */

typedef struct moments {
    double mean, deviation; /* of all values of the training examples */
} moments;

typedef struct measured {
    ag_data data;
    moments before, after; /* standardising */
    size_t *balance[3];    /* train, validation, test: [n_classes]; NULL for regression */
} measured;

static moments moments_of(const ag_data *data) {
    const size_t n = data->train.n * ag_shape_size(data->shape);
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (double)data->train.x[i];
    const double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += ((double)data->train.x[i] - mean) * ((double)data->train.x[i] - mean);
    return (moments){.mean = mean, .deviation = sqrt(squares / (double)n)};
}

/* Of target t in the training examples, in its own unit. */
static moments target_moments(const ag_data *data, int t) {
    const size_t n = data->train.n, targets = (size_t)data->n_targets;
    const float *y = data->train.target + t;
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (double)y[i * targets];
    const double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += ((double)y[i * targets] - mean) * ((double)y[i * targets] - mean);
    return (moments){.mean = data->target_mean[t] + data->target_deviation[t] * mean,
                     .deviation = data->target_deviation[t] * sqrt(squares / (double)n)};
}

static ag_status measure_plain(const ag_choice *choice, moments *before, ag_error *err) {
    ag_choice plain = *choice;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_data data;
    const int standardize = ag_element_param(choice->element, "standardize");
    if (standardize >= 0) plain.number[standardize] = 0;
    const ag_status status = ag_dataset_open(&plain, &arena, &data, err);
    if (status == AG_OK) *before = moments_of(&data);
    ag_arena_close(&arena);
    if (status != AG_DATA) return status;
    *before = (moments){(double)NAN, (double)NAN}; /* larger than float, or not there at all */
    return AG_OK;
}

static ag_status measure(const ag_choice *choice, ag_arena *arena, measured *m, ag_error *err) {
    AG_TRY(measure_plain(choice, &m->before, err));
    AG_TRY(ag_dataset_open(choice, arena, &m->data, err));
    m->after = moments_of(&m->data);
    const ag_examples *parts[] = {&m->data.train, &m->data.validation, &m->data.test};
    for (int p = 0; p < AG_COUNT(parts) && !m->data.regression; p++) {
        m->balance[p] = AG_NEW_ARRAY(arena, size_t, (size_t)m->data.n_classes);
        if (!m->balance[p]) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to count classes");
        for (size_t i = 0; i < parts[p]->n; i++)
            m->balance[p][parts[p]->label[i]]++;
    }
    return AG_OK;
}

/* --- info as text ------------------------------------------------------------ */

static void print_params(FILE *out, const ag_choice *choice, ag_arena *arena) {
    for (int i = 0; i < choice->element->n_params; i++) {
        const ag_param *p = &choice->element->params[i];
        fprintf(out, "%-11s %s = ", i ? "" : "parameters", p->name);
        ag_param_print(out, choice, i, arena);
        fprintf(out, "  (%s)\n", p->meaning);
    }
}

static void print_balance(FILE *out, const measured *m) {
    fprintf(out, "%-11s %-16s %8s %11s %8s\n", "classes", "name", "train", "validation", "test");
    for (int c = 0; c < m->data.n_classes; c++) {
        char number[16];
        snprintf(number, sizeof number, "%d", c);
        fprintf(out, "%11d %-16s %8zu %11zu %8zu\n", c,
                m->data.class_names ? m->data.class_names[c] : number, m->balance[0][c],
                m->balance[1][c], m->balance[2][c]);
    }
}

static void print_targets(FILE *out, const ag_choice *choice, const ag_data *data) {
    const bool scaled = ag_choice_number(choice, "standardize_target", 0) != 0;
    for (int t = 0; t < data->n_targets; t++) {
        const moments of = target_moments(data, t);
        fprintf(out, "%-11s mean %.6g, standard deviation %.6g (training examples)\n",
                t ? "" : "targets", of.mean, of.deviation);
    }
    fprintf(out, "%11s %s\n", "",
            scaled ? "standardized: in losses, an error of 1 is one standard deviation"
                   : "as they are: losses are in their own unit");
}

static void print_files(FILE *out, const ag_dataset *set, ag_arena *arena) {
    for (int i = 0; i < set->n_files; i++) {
        const ag_data_file *file = &set->files[i];
        const char *path = ag_dataset_file_path(set, i, arena);
        fprintf(out, "%-11s %s  %lld bytes%s\n%11s %s %s\n%11s ", i ? "" : "files", file->name,
                (long long)file->bytes, file->optional ? ", optional" : "", "",
                file->sha256 ? "sha256" : "git blob sha1",
                file->sha256 ? file->sha256 : file->git_sha1, "");
        if (path) fputs("found at ", out);
        ag_print_visible(out, path ? path : "not found");
        fputc('\n', out);
    }
}

/* m NULL: files are missing. */
static void info_text(FILE *out, const ag_choice *choice, const measured *m, ag_arena *arena) {
    const ag_dataset *set = ag_dataset_of(choice);
    char shape[SHAPE_MAX];
    fprintf(out, "%s: %s\n", set->about.name, set->about.formula);
    fprintf(out, "%-11s %s\n%-11s %s\n", "paper", set->about.paper, "licence", set->licence);
    fprintf(out, "%-11s %s\n", "shape", shape_text(shape, m ? m->data.shape : set->shape));
    print_params(out, choice, arena);
    if (m) {
        fprintf(out, "%-11s %zu train, %zu validation, %zu test\n", "examples", m->data.train.n,
                m->data.validation.n, m->data.test.n);
        if (isnan(m->before.mean))
            fprintf(out, "%-11s beyond float before standardizing\n", "values");
        else
            fprintf(out, "%-11s mean %.6g, standard deviation %.6g before standardizing\n",
                    "values", m->before.mean, m->before.deviation);
        fprintf(out, "%11s mean %.6g, standard deviation %.6g as used (training examples)\n", "",
                fabs(m->after.mean) < 1e-6 ? 0.0 : m->after.mean, m->after.deviation);
        if (m->data.note) fprintf(out, "%-11s %s\n", "note", m->data.note);
        if (m->balance[0]) print_balance(out, m);
        if (m->data.regression) print_targets(out, choice, &m->data);
        fprintf(out, "%-11s %016llx\n", "digest", (unsigned long long)m->data.digest);
    } else
        fprintf(out,
                "%-11s %zu train, %zu test, %d classes as published; for more: actgrid "
                "datasets fetch %s\n",
                "examples", set->n_train, set->n_test, set->n_classes, set->about.name);
    print_files(out, set, arena);
}

/* --- info as JSON ------------------------------------------------------------ */

static void member(FILE *out, const char *key, const char *text) {
    fprintf(out, " \"%s\": ", key);
    ag_json_text(out, text);
    fputs(",\n", out);
}

static void params_json(FILE *out, const ag_choice *choice, ag_arena *arena) {
    fputs(" \"parameters\": {", out);
    for (int i = 0; i < choice->element->n_params; i++) {
        fputs(i ? ", " : "", out);
        ag_json_text(out, choice->element->params[i].name);
        fputs(": ", out);
        ag_param_print_json(out, choice, i, arena);
    }
    fputs("},\n", out);
}

static void moments_json(FILE *out, const char *key, moments v) {
    fprintf(out, " \"%s\": {\"mean\": ", key);
    ag_json_number(out, v.mean);
    fputs(", \"standard_deviation\": ", out);
    ag_json_number(out, v.deviation);
    fputs("},\n", out);
}

static void targets_json(FILE *out, const ag_data *data) {
    fputs(" \"targets\": [", out);
    for (int t = 0; t < data->n_targets; t++) {
        const moments of = target_moments(data, t);
        fprintf(out, "%s{\"mean\": %.17g, \"standard_deviation\": %.17g}", t ? ", " : "", of.mean,
                of.deviation);
    }
    fputs("],\n", out);
}

static void balance_json(FILE *out, const measured *m) {
    fputs(" \"classes\": [", out);
    for (int c = 0; c < m->data.n_classes; c++) {
        fputs(c ? ",\n  {\"name\": " : "\n  {\"name\": ", out);
        ag_json_text(out, m->data.class_names ? m->data.class_names[c] : NULL);
        fprintf(out, ", \"train\": %zu, \"validation\": %zu, \"test\": %zu}", m->balance[0][c],
                m->balance[1][c], m->balance[2][c]);
    }
    fputs("],\n", out);
}

static void measured_json(FILE *out, const measured *m) {
    if (!m) {
        fputs(" \"train\": null, \"validation\": null, \"test\": null, \"digest\": null,\n", out);
        return;
    }
    fprintf(out, " \"train\": %zu, \"validation\": %zu, \"test\": %zu, \"digest\": \"%016llx\",\n",
            m->data.train.n, m->data.validation.n, m->data.test.n,
            (unsigned long long)m->data.digest);
    fputs(" \"note\": ", out);
    ag_json_text(out, m->data.note);
    fputs(",\n", out);
    moments_json(out, "before_standardizing", m->before);
    moments_json(out, "as_used", m->after);
    if (m->balance[0]) balance_json(out, m);
    if (m->data.regression) targets_json(out, &m->data);
}

static void info_json(FILE *out, const ag_choice *choice, const measured *m, ag_arena *arena) {
    const ag_dataset *set = ag_dataset_of(choice);
    const ag_shape shape = m ? m->data.shape : set->shape;
    fputs("{\n", out);
    member(out, "name", set->about.name);
    member(out, "what", set->about.formula);
    member(out, "paper", set->about.paper);
    member(out, "licence", set->licence);
    fprintf(out, " \"shape\": [%d, %d, %d],\n", shape.channels, shape.rows, shape.columns);
    params_json(out, choice, arena);
    measured_json(out, m);
    fputs(" \"files\": [", out);
    for (int i = 0; i < set->n_files; i++) {
        const ag_data_file *file = &set->files[i];
        fputs(i ? ",\n  {\"name\": " : "\n  {\"name\": ", out);
        ag_json_text(out, file->name);
        fprintf(out, ", \"bytes\": %lld, \"optional\": %s, \"%s\": \"%s\", \"path\": ",
                (long long)file->bytes, file->optional ? "true" : "false",
                file->sha256 ? "sha256" : "git_sha1", file->sha256 ? file->sha256 : file->git_sha1);
        ag_json_text(out, ag_dataset_file_path(set, i, arena));
        fputs("}", out);
    }
    fputs("]\n}\n", out);
}

ag_status ag_dataset_info(FILE *out, bool json, const ag_choice *choice, ag_arena *arena,
                          ag_error *err) {
    const ag_dataset *set = ag_dataset_of(choice);
    const char *first;
    measured m = {0};
    const bool complete = count_found(set, arena, &first) == count_needed(set);
    if (complete) AG_TRY(measure(choice, arena, &m, err));
    (json ? info_json : info_text)(out, choice, complete ? &m : NULL, arena);
    return AG_OK;
}
