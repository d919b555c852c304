/* What tells the blocks of a store apart, in words, and their order. */
#include "results/report/sample_private.h"

#include "harness/base/text.h"
#include "harness/config/writer.h"
#include "harness/plan/plan.h"

#include <stdlib.h>
#include <string.h>

enum { VARYING_MAX = 64 };

/* Keys that differ; those beyond VARYING_MAX tell nothing that the others do not. */
static ag_status read_varying(ag_reader *reader, const ag_sample_sql *sql, ag_arena *arena,
                              ag_varying *varying, ag_error *err) {
    ag_writer w = AG_WRITER(arena);
    ag_table table;
    ag_write_format(
        &w,
        "WITH b AS MATERIALIZED (SELECT DISTINCT %s AS block FROM trial t WHERE %s),"
        " l AS (SELECT replace(substr(j.fullkey, 3), '\"', '') AS key, j.atom AS atom, j.id AS id"
        " FROM b, json_tree(b.block) j WHERE j.atom IS NOT NULL)"
        " SELECT key FROM l GROUP BY key HAVING count(DISTINCT atom) > 1"
        " OR count(*) < (SELECT count(*) FROM b) ORDER BY min(id) LIMIT %d",
        sql->block, sql->of_cells, VARYING_MAX);
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_query(reader, w.text, 0, arena, &table, err));
    *varying = (ag_varying){(int)table.n_rows, table.cells};
    return AG_OK;
}

static int compare_settings(const void *a, const void *b) {
    return strcmp(((const ag_block_sample *)a)->settings, ((const ag_block_sample *)b)->settings);
}

/* The values of the keys, for each block; blocks are in order of their settings afterwards. */
static ag_status read_values(ag_reader *reader, const ag_sample_sql *sql, int n_blocks,
                             ag_block_sample *blocks, ag_arena *arena, const ag_varying *varying,
                             ag_error *err) {
    ag_writer w = AG_WRITER(arena);
    ag_table table;
    ag_write_format(&w, "SELECT block");
    for (int k = 0; k < varying->n; k++) {
        ag_writer path = AG_WRITER(arena);
        ag_write_format(&path, "$.%s", varying->key[k]);
        const char *quoted = path.failed ? NULL : ag_sql_quoted(arena, path.text);
        const char *standard = ag_plan_late_standard(varying->key[k]);
        if (!quoted) return ag_samples_no_memory(err);
        ag_write_format(&w,
                        ", CASE json_type(block, %s) WHEN 'true' THEN 'true' WHEN 'false' THEN"
                        " 'false' ELSE ifnull(block ->> %s, %s) END",
                        quoted, quoted, standard ? standard : "NULL");
    }
    ag_write_format(&w, " FROM (SELECT DISTINCT %s AS block FROM trial t WHERE %s) ORDER BY block",
                    sql->block, sql->of_cells);
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_query(reader, w.text, 0, arena, &table, err));
    qsort(blocks, (size_t)n_blocks, sizeof *blocks, compare_settings);
    if (table.n_rows != (size_t)n_blocks)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "the settings of the trials are not as this program writes them");
    for (int b = 0; b < n_blocks; b++)
        blocks[b].value = table.cells + (size_t)b * (size_t)table.n_columns + 1;
    return AG_OK;
}

/* --- order ----------------------------------------------------------------------------------- */

static int compare_values(const char *a, const char *b) {
    double x, y;
    if (!a || !b) return (a != NULL) - (b != NULL);
    if (ag_parse_number(a, &x) && ag_parse_number(b, &y)) return (x > y) - (x < y);
    return strcmp(a, b);
}

/* Insertion by halves: qsort has no room for the number of keys. */
static bool comes_before(const ag_block_sample *a, const ag_block_sample *b, int n_keys) {
    for (int k = 0; k < n_keys; k++) {
        const int order = compare_values(a->value[k], b->value[k]);
        if (order) return order < 0;
    }
    return strcmp(a->settings, b->settings) < 0;
}

static void merge(ag_block_sample *blocks, int n, ag_block_sample *room, int n_keys) {
    if (n < 2) return;
    const int half = n / 2;
    merge(blocks, half, room, n_keys);
    merge(blocks + half, n - half, room, n_keys);
    memcpy(room, blocks, (size_t)n * sizeof *blocks);
    for (int i = 0, a = 0, b = half; i < n; i++) {
        const bool second = a == half || (b < n && comes_before(&room[b], &room[a], n_keys));
        blocks[i] = second ? room[b++] : room[a++];
    }
}

/* --- words ----------------------------------------------------------------------------------- */

static bool ends_in_name(const char *key) {
    return strcmp(ag_last_word(key), "name") == 0 || strcmp(ag_last_word(key), "type") == 0;
}

/* The column that says all of a part, if its name varies: the key's first word. NULL: none. */
static const char *column_of(const ag_block_sample *block, const ag_varying *varying,
                             const char *key) {
    static const char *const parts[] = {"dataset", "model", "initializer", "optimizer"};
    const char *const columns[] = {block->dataset, block->model, block->initializer,
                                   block->optimizer};
    for (int p = 0; p < 4; p++) {
        const size_t n = strlen(parts[p]);
        if (strncmp(key, parts[p], n) != 0 || key[n] != '.') continue;
        for (int k = 0; k < varying->n; k++)
            if (strncmp(varying->key[k], key, n + 1) == 0 && ends_in_name(varying->key[k]) &&
                strchr(varying->key[k], '.') == strrchr(varying->key[k], '.'))
                return columns[p];
    }
    return NULL;
}

/* The shortest end of the key that no other varying key has; `x.name` is x. */
static void write_key(ag_writer *w, const ag_varying *varying, const char *key) {
    const size_t n = ends_in_name(key) ? strlen(key) - 5 : strlen(key);
    size_t from = n;
    while (from > 0 && key[from - 1] != '.')
        from--;
    bool twice = false;
    for (int k = 0; k < varying->n; k++)
        twice |= varying->key[k] != key && strcmp(ag_last_word(varying->key[k]), key + from) == 0;
    ag_write_bytes(w, twice ? key : key + from, twice ? n : n - from);
}

static const char *label_of(const ag_block_sample *block, const ag_varying *varying,
                            ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    const char *said = NULL; /* the last column that was written */
    ag_write(&w, "");
    for (int k = 0; k < varying->n; k++) {
        const char *column = column_of(block, varying, varying->key[k]);
        if (column && column == said) continue;
        if (!column && !block->value[k]) continue;
        if (w.n) ag_write(&w, " ");
        if (column) {
            ag_write(&w, column);
            said = column;
        } else {
            write_key(&w, varying, varying->key[k]);
            ag_write_format(&w, "=%s", block->value[k]);
        }
    }
    return w.failed ? NULL : w.text ? w.text : "";
}

ag_status ag_sample_label_blocks(ag_reader *reader, const ag_sample_sql *sql, int n_blocks,
                                 ag_block_sample *blocks, ag_arena *arena, ag_varying *varying,
                                 ag_error *err) {
    *varying = (ag_varying){0};
    if (n_blocks > 1) AG_TRY(read_varying(reader, sql, arena, varying, err));
    AG_TRY(read_values(reader, sql, n_blocks, blocks, arena, varying, err));
    ag_block_sample *room = AG_NEW_ARRAY(arena, ag_block_sample, (size_t)n_blocks);
    if (!room) return ag_samples_no_memory(err);
    merge(blocks, n_blocks, room, varying->n);
    for (int b = 0; b < n_blocks; b++) {
        blocks[b].label = label_of(&blocks[b], varying, arena);
        if (!blocks[b].label) return ag_samples_no_memory(err);
    }
    return AG_OK;
}
