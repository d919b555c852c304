/* IDX: MNIST's own format, one array of bytes. */
#include "datasets/images/idx.h"
#include "datasets/file_format.h"
#include "datasets/files/files.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TYPE_U8 = 0x08, TEXT_MAX = 64, VALUES = 256, NAME_SIZE = 4 };

static ag_file_likeness recognise(const ag_file_head *head) {
    const uint8_t *b = head->bytes;
    const bool is =
        head->n >= 8 && !b[0] && !b[1] && b[2] == TYPE_U8 && b[3] >= 1 && b[3] <= AG_IDX_DIMS_MAX;
    return is ? AG_FILE_CERTAIN : AG_FILE_OTHER;
}

static void shape_text(const ag_idx *idx, char text[TEXT_MAX]) {
    text[0] = 0;
    for (int d = 0; d < idx->n_dims; d++)
        snprintf(text + strlen(text), TEXT_MAX - strlen(text), "%s%lu", d ? " x " : "",
                 (unsigned long)idx->dim[d]);
}

/* The values of a one-dimensional array are labels. */
static void count_labels(const size_t count[VALUES], char *names, ag_file_class *classes,
                         ag_file_facts *facts) {
    for (int v = 0; v < VALUES; v++) {
        if (!count[v]) continue;
        char *name = names + (size_t)v * NAME_SIZE;
        snprintf(name, NAME_SIZE, "%d", v);
        classes[facts->n_classes++] = (ag_file_class){name, count[v]};
    }
    facts->classes = classes;
}

static ag_status inspect(const char *path, ag_arena *arena, ag_file_facts *facts, ag_error *err) {
    ag_idx idx;
    size_t total = 1, *count = AG_NEW_ARRAY(arena, size_t, VALUES);
    char *shape = AG_NEW_ARRAY(arena, char, TEXT_MAX);
    char *names = AG_NEW_ARRAY(arena, char, VALUES *NAME_SIZE);
    ag_file_class *classes = AG_NEW_ARRAY(arena, ag_file_class, VALUES);
    ag_file_column *column = AG_NEW(arena, ag_file_column);
    if (!count || !shape || !names || !classes || !column)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to describe %s", path);
    AG_TRY(ag_idx_read(path, 0, arena, &idx, err));
    for (int d = 0; d < idx.n_dims; d++)
        total *= idx.dim[d];
    *column = (ag_file_column){.name = "array", .type = "bytes", .shape = shape, .least = VALUES};
    for (size_t i = 0; i < total; i++) {
        column->n_distinct += !count[idx.bytes[i]]++;
        column->least = fmin(column->least, idx.bytes[i]);
        column->most = fmax(column->most, idx.bytes[i]);
    }
    shape_text(&idx, shape);
    *facts = (ag_file_facts){.n_rows = idx.dim[0], .columns = column, .n_columns = 1};
    if (idx.n_dims == 1) count_labels(count, names, classes, facts);
    return AG_OK;
}

const ag_file_format ag_format_idx = {
    .about = {.name = "idx",
              .formula = "IDX, an array of bytes as MNIST has them",
              .paper = "http://yann.lecun.com/exdb/mnist"},
    .recognise = recognise,
    .inspect = inspect,
};
