#include "datasets/export.h"

#include "datasets/arrays/arrays.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const ag_export_words[] = {"csv", "npz", "h5", NULL};

/* --- the four arrays -------------------------------------------------------- */

/* Numbers without geometry, and signals of one channel, are rows of a table. */
static void set_dims(ag_array *a, ag_shape shape) {
    const bool geometry = shape.columns > 1 && (shape.rows > 1 || shape.channels > 1);
    a->dim[0] = a->part->n;
    a->n_dims = a->integers ? 1 : 2;
    a->dim[1] = a->columns;
    if (a->answers || !geometry) return;
    a->n_dims = 4;
    a->dim[1] = (size_t)shape.channels;
    a->dim[2] = (size_t)shape.rows;
    a->dim[3] = (size_t)shape.columns;
}

void ag_arrays_of(const ag_source *source, ag_array array[AG_ARRAYS]) {
    static const char *const names[AG_ARRAYS] = {"x", "y", "x_test", "y_test"};
    for (int i = 0; i < AG_ARRAYS; i++) {
        const bool answers = i % 2;
        array[i] = (ag_array){.name = names[i],
                              .source = source,
                              .part = i < 2 ? &source->train : &source->test,
                              .answers = answers,
                              .integers = answers && !source->regression,
                              .columns = !answers             ? ag_shape_size(source->shape)
                                         : source->regression ? (size_t)source->n_targets
                                                              : 1};
        set_dims(&array[i], source->shape);
    }
}

void ag_array_row(const ag_array *array, size_t i, void *out) {
    if (array->integers) {
        const int64_t label = array->part->label[i];
        memcpy(out, &label, sizeof label);
    } else if (array->answers)
        memcpy(out, array->part->target + i * array->columns, array->columns * sizeof(double));
    else
        ag_source_row(array->part, array->columns, i, out);
}

/* --- csv -------------------------------------------------------------------- */

static void print_header(const ag_source *source, FILE *out) {
    for (size_t f = 0; f < ag_shape_size(source->shape); f++)
        fprintf(out, "f%zu,", f);
    if (!source->regression) fputs("label\n", out);
    for (int t = 0; t < source->n_targets; t++)
        fprintf(out, "target%d%s", t, t + 1 < source->n_targets ? "," : "\n");
}

/* The 256 values of a byte as text: printing each of 55 million takes a minute. */
typedef struct byte_text {
    char text[256][28];
    uint8_t length[256];
} byte_text;

static void fill_byte_text(byte_text *b) {
    for (int i = 0; i < 256; i++)
        b->length[i] = (uint8_t)snprintf(b->text[i], sizeof b->text[i], "%.17g,", i / 255.0);
}

static void print_part(const ag_source *source, const struct ag_source_part *part,
                       const byte_text *bytes, double *row, FILE *out) {
    const size_t features = ag_shape_size(source->shape);
    for (size_t i = 0; i < part->n; i++) {
        const uint8_t *x8 = part->x8 ? part->x8 + i * features : NULL;
        if (!x8) ag_source_row(part, features, i, row);
        for (size_t f = 0; f < features; f++) {
            if (x8)
                fwrite(bytes->text[x8[f]], 1, bytes->length[x8[f]], out);
            else
                fprintf(out, "%.17g,", row[f]);
        }
        if (!source->regression) fprintf(out, "%d\n", (int)part->label[i]);
        for (int t = 0; t < source->n_targets; t++)
            fprintf(out, "%.17g%s", part->target[i * (size_t)source->n_targets + (size_t)t],
                    t + 1 < source->n_targets ? "," : "\n");
    }
}

ag_status ag_dataset_print(const ag_source *source, FILE *out, ag_arena *arena, ag_error *err) {
    byte_text *bytes = AG_NEW(arena, byte_text);
    double *row = AG_NEW_ARRAY(arena, double, ag_shape_size(source->shape));
    if (!bytes || !row) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to print a data set");
    fill_byte_text(bytes);
    errno = 0;
    print_header(source, out);
    print_part(source, &source->train, bytes, row, out);
    print_part(source, &source->test, bytes, row, out);
    if (fflush(out) != 0 || ferror(out))
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "cannot write the rows: %s",
                       errno ? strerror(errno) : "the output is closed");
    return AG_OK;
}

static ag_status write_csv(const ag_source *source, const ag_file_draft *draft, ag_arena *arena,
                           ag_error *err) {
    FILE *out = ag_file_draft_stream(draft);
    if (!out)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "cannot write %s: %s", draft->path, strerror(errno));
    const ag_status status = ag_dataset_print(source, out, arena, err);
    if (fclose(out) != 0 && status == AG_OK)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "cannot write %s: %s", draft->path, strerror(errno));
    return status;
}

/* --- all formats ------------------------------------------------------------ */

ag_status ag_dataset_export(const ag_source *source, ag_export_format format, const char *path,
                            ag_arena *arena, ag_error *err) {
    struct stat s;
    if (lstat(path, &s) == 0) /* found again at the end, but better before the work */
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "%s exists; nothing is overwritten", path);
    ag_array array[AG_ARRAYS];
    ag_arrays_of(source, array);
    ag_file_draft draft;
    AG_TRY(ag_file_draft_open(path, arena, &draft, err));
    ag_status status = AG_OK;
    switch (format) {
    case AG_EXPORT_CSV: status = write_csv(source, &draft, arena, err); break;
    case AG_EXPORT_NPZ: status = ag_write_npz(array, &draft, arena, err); break;
    case AG_EXPORT_H5: status = ag_write_h5(array, &draft, arena, err); break;
    }
    if (status == AG_OK) return ag_file_draft_keep_new(&draft, err);
    ag_file_draft_drop(&draft);
    return status;
}
