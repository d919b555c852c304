/* One array of one trial in two stores, number by number. */
#include "results/store/compare/diff_private.h"

#include <stdio.h>
#include <string.h>

static float filling(void) { /* what curves.h5 is padded with */
    const uint32_t bits = 0x7fc00000;
    float nan;
    memcpy(&nan, &bits, sizeof nan);
    return nan;
}

size_t ag_diff_numbers(const size_t *size, int rank) {
    size_t n = 1;
    for (int i = 0; i < rank; i++)
        n *= size[i];
    return n;
}

/* --- what is said of a difference ---------------------------------------------------------- */

ag_diff_array ag_diff_array_of(const char *name, const char *axes, int rank) {
    ag_diff_array a = {.name = name, .rank = rank};
    if (strncmp(axes, "trial, ", 7) == 0) axes += 7;
    for (int i = 0; i < rank; i++) {
        const size_t n = strcspn(axes, ",");
        snprintf(a.axis[i], sizeof a.axis[i], "%.*s", (int)n, n ? axes : "?");
        axes += n;
        axes += strspn(axes, ", ");
    }
    return a;
}

ag_difference ag_diff_at_trial(const char *array, uint64_t id, char text[AG_ID_TEXT]) {
    ag_difference d = {.table = "curves.h5", .column = array, .only = -1, .n_keys = 1};
    d.key[0] = (ag_diff_key){"trial_id", {AG_CELL_TEXT, ag_id_text(text, id), AG_ID_TEXT - 1}};
    return d;
}

/* Numbers of the last axis; those of the store that has fewer go on with NaN. */
typedef struct line {
    const float *data;
    size_t n;
} line;

typedef struct place {
    ag_comparison *c;
    const ag_diff_spot *spot;
    size_t index[AG_ARRAY_RANK_MAX];
} place;

static ag_status tell(const place *at, float a, float b, ag_error *err) {
    char id[AG_ID_TEXT], value[2][AG_DIFF_SHOWN], index[AG_ARRAY_RANK_MAX][AG_DECIMAL_MAX];
    ag_diff_array *array = at->spot->array;
    ag_difference d = ag_diff_at_trial(array->name, at->spot->id, id);
    for (int i = 0; i < array->rank && i < AG_ARRAY_RANK_MAX; i++) {
        const size_t n = ag_decimal_write_whole(index[i], (int64_t)at->index[i]);
        d.key[d.n_keys++] = (ag_diff_key){array->axis[i], {AG_CELL_NUMBER, index[i], n}};
    }
    ag_diff_floats(&d, a, b, value);
    return ag_diff_tell(at->c, &array->tally, &d, err);
}

static ag_status compare_lines(place *at, line a, line b, ag_error *err) {
    const float nan = filling();
    ag_diff_array *array = at->spot->array;
    size_t *index = &at->index[array->rank - 1];
    const size_t first = *index;
    ag_status status = AG_OK;
    for (size_t i = 0; (i < a.n || i < b.n) && status == AG_OK; i++) {
        const float x = i < a.n ? a.data[i] : nan, y = i < b.n ? b.data[i] : nan;
        if (memcmp(&x, &y, sizeof x) == 0) continue;
        *index = first + i;
        if (ag_diff_add(at->c, &array->tally, at->spot->place)) status = tell(at, x, y, err);
    }
    *index = first;
    return status;
}

/* The box with as many axes as can be, those in front of size 1. */
_Static_assert(AG_ARRAY_RANK_MAX == 3, "lines are found by two axes in front of theirs");
static ag_diff_box widen(const ag_diff_box *b, int rank) {
    ag_diff_box wide = {b->data, {1, 1, 1}};
    memcpy(wide.size + AG_ARRAY_RANK_MAX - rank, b->size, (size_t)rank * sizeof *b->size);
    return wide;
}

static line line_of(const ag_diff_box *b, size_t i, size_t j) {
    if (!b->data || i >= b->size[0] || j >= b->size[1]) return (line){0};
    return (line){b->data + (i * b->size[1] + j) * b->size[2], b->size[2]};
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

ag_status ag_diff_boxes(ag_comparison *c, const ag_diff_spot *spot, const ag_diff_box *a,
                        const ag_diff_box *b, ag_error *err) {
    const int rank = spot->array->rank, outer = AG_ARRAY_RANK_MAX - rank;
    if (a->data && b->data && memcmp(a->size, b->size, sizeof a->size) == 0 &&
        memcmp(a->data, b->data, ag_diff_numbers(a->size, rank) * sizeof(float)) == 0)
        return AG_OK;
    const ag_diff_box x = widen(a, rank), y = widen(b, rank);
    for (size_t i = 0; i < larger(x.size[0], y.size[0]); i++)
        for (size_t j = 0; j < larger(x.size[1], y.size[1]); j++) {
            const size_t front[AG_ARRAY_RANK_MAX] = {i, j, 0};
            place at = {c, spot, {0}};
            memcpy(at.index, front + outer, (size_t)rank * sizeof *front);
            at.index[0] += spot->step;
            AG_TRY(compare_lines(&at, line_of(&x, i, j), line_of(&y, i, j), err));
        }
    return AG_OK;
}
