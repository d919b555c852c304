/* The binary version of CIFAR-10: records without a header. */
#include "datasets/images/cifar.h"
#include "datasets/file_format.h"
#include "datasets/files/files.h"

#include <stdio.h>

enum { SHAPE_MAX = 48 };

/* A label, pixels, a label: nothing says so, but text does not have such bytes. */
static ag_file_likeness recognise(const ag_file_head *head) {
    const bool labels = head->n > AG_CIFAR_RECORD && head->bytes[0] < AG_CIFAR_CLASSES &&
                        head->bytes[AG_CIFAR_RECORD] < AG_CIFAR_CLASSES;
    const bool alone = head->n == AG_CIFAR_RECORD && head->bytes[0] < AG_CIFAR_CLASSES;
    const bool whole = head->packed || head->size % AG_CIFAR_RECORD == 0;
    return (labels || alone) && whole ? AG_FILE_PERHAPS : AG_FILE_OTHER;
}

static ag_status count(const char *path, const ag_cifar *cifar, ag_arena *arena,
                       ag_file_facts *facts, ag_error *err) {
    char *shape = AG_NEW_ARRAY(arena, char, SHAPE_MAX);
    ag_file_class *classes = AG_NEW_ARRAY(arena, ag_file_class, AG_CIFAR_CLASSES);
    ag_file_column *column = AG_NEW(arena, ag_file_column);
    if (!shape || !classes || !column)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to describe %s", path);
    snprintf(shape, SHAPE_MAX, "%zu x %d x %d x %d", cifar->n, AG_CIFAR_CHANNELS, AG_CIFAR_SIDE,
             AG_CIFAR_SIDE);
    *column = (ag_file_column){.name = "pixels", .type = "bytes", .shape = shape, .least = 255};
    for (int c = 0; c < AG_CIFAR_CLASSES; c++)
        classes[c].name = ag_cifar_class_names[c];
    for (size_t i = 0; i < cifar->n; i++) {
        const uint8_t *record = cifar->records + i * AG_CIFAR_RECORD;
        classes[record[0]].n++;
        for (int k = 1; k < AG_CIFAR_RECORD; k++) {
            if (record[k] < column->least) column->least = record[k];
            if (record[k] > column->most) column->most = record[k];
        }
    }
    *facts = (ag_file_facts){.how = "32 x 32 pixels in three colours behind a label",
                             .n_rows = cifar->n,
                             .columns = column,
                             .n_columns = 1,
                             .classes = classes,
                             .n_classes = AG_CIFAR_CLASSES};
    return AG_OK;
}

static ag_status inspect(const char *path, ag_arena *arena, ag_file_facts *facts, ag_error *err) {
    ag_arena scratch = {.fail_after = arena->fail_after};
    const uint8_t *bytes = NULL;
    size_t n = 0;
    ag_cifar cifar = {0};
    ag_status status = ag_file_read(path, &scratch, &bytes, &n, err);
    if (status == AG_OK) status = ag_cifar_decode(path, bytes, n, 0, &scratch, &cifar, err);
    if (status == AG_OK) status = count(path, &cifar, arena, facts, err);
    ag_arena_close(&scratch);
    return status;
}

const ag_file_format ag_format_cifar = {
    .about = {.name = "cifar",
              .formula = "records of CIFAR-10, binary version",
              .paper = "https://www.cs.toronto.edu/~kriz/cifar.html"},
    .recognise = recognise,
    .inspect = inspect,
};
