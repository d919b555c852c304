/* The arrays of a trial that was trained again against those that the store has of it. */
#include "results/store/arrays/gather_private.h"
#include "results/store/compare/recheck_private.h"

#include "harness/base/decimal.h"
#include "harness/base/sorted.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- opening -------------------------------------------------------------------------------- */

ag_status ag_recheck_arrays_open(const char *folder, ag_arena *arena, ag_stored_arrays **arrays,
                                 ag_error *err) {
    ag_stored_arrays *a = AG_NEW(arena, ag_stored_arrays);
    if (!a) return ag_h5_no_memory(err);
    uint64_t *ids;
    size_t n;
    AG_TRY(ag_store_ids(folder, arena, &ids, &n, err));
    ag_h5_ear ear;
    ag_h5_listen(&ear, true);
    const ag_status status = ag_stored_arrays_open(a, folder, ids, n, arena, err);
    if (status == AG_OK) *arrays = a;
    ag_h5_stop_listening();
    return status;
}

/* --- comparing ------------------------------------------------------------------------------ */

/* An array of one trial; behind its ends curves.h5 has NaN. */
typedef struct box {
    const float *data;
    size_t size[AG_ARRAY_RANK_MAX]; /* 1 where it has no such axis */
} box;

static box box_of(const float *data, const size_t *size, int rank) {
    box b = {data, {1, 1, 1}};
    for (int i = 0; i < rank; i++)
        b.size[i] = size[i];
    return b;
}

static float number_at(const box *b, const size_t *index) {
    for (int i = 0; i < AG_ARRAY_RANK_MAX; i++)
        if (index[i] >= b->size[i]) return (float)NAN;
    return b->data[(index[0] * b->size[1] + index[1]) * b->size[2] + index[2]];
}

typedef struct spot {
    const ag_array *array;
    size_t index[AG_ARRAY_RANK_MAX];
} spot;

/* "step/loss[12]": indexes count from 0. */
static void write_spot(const void *self, char where[AG_RECHECK_WHERE]) {
    const spot *at = self;
    snprintf(where, AG_RECHECK_WHERE, "curves.h5 %.80s[%zu", at->array->name, at->index[0]);
    for (int i = 1; i < at->array->rank; i++) {
        const size_t used = strlen(where);
        snprintf(where + used, AG_RECHECK_WHERE - used, ", %zu", at->index[i]);
    }
    strncat(where, "]", AG_RECHECK_WHERE - strlen(where) - 1);
}

static void compare_numbers(const spot *at, float then, float now, ag_recheck_result *result) {
    if (memcmp(&then, &now, sizeof then) == 0 || (isnan(then) && isnan(now))) return;
    const double relative = ag_recheck_relative((double)then, (double)now);
    if (!ag_recheck_count(result, relative, write_spot, at)) return;
    char number[AG_DECIMAL_MAX];
    ag_decimal_write(number, (double)then);
    snprintf(result->then, sizeof result->then, "%s", number);
    ag_decimal_write(number, (double)now);
    snprintf(result->now, sizeof result->now, "%s", number);
}

static void compare_boxes(const ag_array *array, const box *then, const box *now,
                          ag_recheck_result *result) {
    size_t most[AG_ARRAY_RANK_MAX], n = 1;
    for (int i = 0; i < AG_ARRAY_RANK_MAX; i++) {
        most[i] = then->size[i] > now->size[i] ? then->size[i] : now->size[i];
        n *= now->size[i];
    }
    result->values += n;
    if (memcmp(then->size, now->size, sizeof then->size) == 0 &&
        memcmp(then->data, now->data, n * sizeof(float)) == 0)
        return;
    spot at = {.array = array};
    size_t *index = at.index;
    for (index[0] = 0; index[0] < most[0]; index[0]++)
        for (index[1] = 0; index[1] < most[1]; index[1]++)
            for (index[2] = 0; index[2] < most[2]; index[2]++)
                compare_numbers(&at, number_at(then, index), number_at(now, index), result);
}

/* --- one trial ------------------------------------------------------------------------------ */

static bool find_in_log(const unsigned char *entry, const ag_array *wanted, box *then) {
    ag_entry_reader reader = ag_entry_open(entry);
    const char *axes;
    for (ag_array array; ag_entry_next(&reader, &array, &axes);)
        if (strcmp(array.name, wanted->name) == 0 && array.rank == wanted->rank) {
            *then = box_of(array.data, array.size, array.rank);
            return true;
        }
    return false;
}

static ag_status find_in_file(ag_gathering *g, int64_t row, const ag_array *wanted,
                              ag_arena *scratch, box *then, bool *found, ag_error *err) {
    const ag_series *series = ag_series_find(g, wanted->name);
    *found = series && series->old_set >= 0 && series->rank == wanted->rank;
    if (!*found) return AG_OK;
    *then = box_of(NULL, series->old_size, series->rank);
    float *data = AG_NEW_ARRAY(scratch, float, then->size[0] * then->size[1] * then->size[2] + 1);
    if (!data) return ag_h5_no_memory(err);
    then->data = data;
    if (!ag_series_read_old(series, (ag_slab){row, 1, 0, series->old_size[0]}, data))
        return ag_h5_trouble("read", g->old_path, ag_h5_damaged, err);
    return AG_OK;
}

static void write_name(const void *self, char where[AG_RECHECK_WHERE]) {
    snprintf(where, AG_RECHECK_WHERE, "curves.h5 %.80s", ((const ag_array *)self)->name);
}

/* An array of numbers that the store lacks, of a trial of which it has others. */
static void compare_lone(const ag_array *array, ag_recheck_result *result) {
    size_t n = 1;
    for (int i = 0; i < array->rank; i++)
        n *= array->size[i];
    if (!n || !ag_recheck_count(result, HUGE_VAL, write_name, array)) return;
    snprintf(result->then, sizeof result->then, "none");
    snprintf(result->now, sizeof result->now, "there");
}

static ag_status compare(ag_stored_arrays *a, const ag_record *record, bool same_program,
                         ag_arena *scratch, ag_recheck_result *result, ag_error *err) {
    ag_gathering *g = &a->g;
    const uint64_t *id = ag_sorted_find(g->ids, g->n, record->trial->id);
    const unsigned char *entry = id ? a->leftover.entry[id - g->ids] : NULL;
    const int64_t row = id ? g->old_row[id - g->ids] : -1;
    result->no_arrays = !entry && row < 0 && record->n_arrays > 0;
    if (!entry && row < 0) return AG_OK;
    for (int i = 0; i < record->n_arrays; i++) {
        const ag_array *array = &record->arrays[i];
        box then = {0};
        bool found = entry && find_in_log(entry, array, &then);
        if (!entry) AG_TRY(find_in_file(g, row, array, scratch, &then, &found, err));
        if (!found && same_program) compare_lone(array, result);
        if (!found) continue; /* an older program did not write it */
        const box now = box_of(array->data, array->size, array->rank);
        compare_boxes(array, &then, &now, result);
    }
    if (entry)
        ag_leftover_was_read(&a->leftover, (size_t)(ag_entry_open(entry).end - entry), &g->since);
    return AG_OK;
}

ag_status ag_recheck_arrays_compare(ag_stored_arrays *a, const ag_record *record, bool same_program,
                                    ag_arena *scratch, ag_recheck_result *result, ag_error *err) {
    ag_h5_ear ear;
    ag_h5_listen(&ear, true);
    const ag_status status = compare(a, record, same_program, scratch, result, err);
    ag_h5_stop_listening();
    return status;
}
