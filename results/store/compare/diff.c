/* Two stores compared: opening them, what is counted, what is said. */
#include "results/store/compare/diff_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

ag_status ag_diff_no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for comparing two stores");
}

/* --- counting ---------------------------------------------------------------------------- */

bool ag_diff_add(ag_comparison *c, ag_diff_tally *tally, ptrdiff_t trial) {
    ag_diff_count *count = &tally->count;
    if (trial != AG_DIFF_NO_TRIAL && (count->trials == 0 || tally->last != (size_t)trial)) {
        tally->last = (size_t)trial;
        count->trials++;
        c->diff->different += !c->different[trial];
        c->different[trial] = true;
    }
    return count->cells++ == 0 || c->wish->each;
}

static bool keep_text(ag_comparison *c, ag_cell *cell) {
    if (!cell->text) return true;
    char *text = AG_NEW_ARRAY(c->arena, char, cell->n + 1);
    if (text) memcpy(text, cell->text, cell->n);
    cell->text = text;
    return text;
}

ag_status ag_diff_tell(ag_comparison *c, ag_diff_tally *tally, const ag_difference *difference,
                       ag_error *err) {
    if (tally->count.cells == 1) {
        ag_difference *first = &tally->count.first;
        *first = *difference;
        bool good = keep_text(c, &first->value[0]) && keep_text(c, &first->value[1]);
        for (int i = 0; i < first->n_keys && good; i++)
            good = keep_text(c, &first->key[i].value);
        if (!good) return ag_diff_no_memory(err);
    }
    return c->wish->each ? c->wish->each(c->wish->self, difference, err) : AG_OK;
}

ag_status ag_diff_keep(ag_comparison *c, const ag_diff_tally *tally, size_t n, ag_error *err) {
    for (size_t i = 0; i < n; i++) {
        if (tally[i].count.cells == 0) continue;
        c->count = AG_GROW(c->arena, c->count, c->diff->n_counts, &c->counts_room);
        if (!c->count) return ag_diff_no_memory(err);
        c->count[c->diff->n_counts++] = tally[i].count;
    }
    c->diff->count = c->count;
    return AG_OK;
}

enum { NOTE_MAX = 320 };

ag_status ag_diff_note(ag_comparison *c, ag_error *err, const char *format, ...) {
    char *text = AG_NEW_ARRAY(c->arena, char, NOTE_MAX);
    c->note = AG_GROW(c->arena, c->note, c->diff->n_notes, &c->notes_room);
    if (!text || !c->note) return ag_diff_no_memory(err);
    va_list words;
    va_start(words, format);
    vsnprintf(text, NOTE_MAX, format, words);
    va_end(words);
    c->note[c->diff->n_notes++] = text;
    c->diff->note = c->note;
    return AG_OK;
}

/* --- where the numbers come from -------------------------------------------------------------- */

static const char *const FACTS =
    "SELECT key, group_concat(value, ', ') FROM (SELECT DISTINCT key, value FROM environment"
    " WHERE environment_id IN (SELECT environment_id FROM trial) ORDER BY key, value)"
    " GROUP BY key ORDER BY key";

static ag_status add_fact(ag_comparison *c, const ag_cursor *cursor, const bool has[2],
                          ag_error *err) {
    c->fact = AG_GROW(c->arena, c->fact, c->diff->n_facts, &c->facts_room);
    if (!c->fact) return ag_diff_no_memory(err);
    c->diff->fact = c->fact;
    ag_diff_fact *fact = &c->fact[c->diff->n_facts++];
    const ag_sql_value name = ag_cursor_value(&cursor[has[0] ? 0 : 1], 0);
    ag_cell key = {AG_CELL_TEXT, name.text, name.n};
    bool good = keep_text(c, &key);
    fact->key = key.text;
    for (int i = 0; i < 2 && good; i++) {
        const ag_sql_value x = has[i] ? ag_cursor_value(&cursor[i], 1) : (ag_sql_value){0};
        ag_cell cell = {AG_CELL_TEXT, x.text, x.n};
        good = keep_text(c, &cell);
        fact->value[i] = cell.text;
    }
    return good ? AG_OK : ag_diff_no_memory(err);
}

static ag_status walk_facts(ag_comparison *c, ag_cursor cursor[2], ag_error *err) {
    AG_TRY(ag_cursor_next(&cursor[0], err));
    AG_TRY(ag_cursor_next(&cursor[1], err));
    while (cursor[0].row || cursor[1].row) {
        ag_sql_value key[2] = {{0}}, value[2] = {{0}};
        for (int i = 0; i < 2; i++) {
            if (!cursor[i].row) continue;
            key[i] = ag_cursor_value(&cursor[i], 0);
            value[i] = ag_cursor_value(&cursor[i], 1);
        }
        const int order = !cursor[0].row ? 1 : !cursor[1].row ? -1 : ag_sql_order(&key[0], &key[1]);
        const bool has[2] = {order <= 0, order >= 0};
        if (order != 0 || !ag_sql_same(&value[0], &value[1])) AG_TRY(add_fact(c, cursor, has, err));
        for (int i = 0; i < 2; i++)
            if (has[i]) AG_TRY(ag_cursor_next(&cursor[i], err));
    }
    return AG_OK;
}

static ag_status compare_facts(ag_comparison *c, ag_error *err) {
    ag_cursor cursor[2] = {{0}};
    ag_status status = AG_OK;
    for (int i = 0; i < 2 && status == AG_OK; i++)
        status = ag_cursor_open(c->reader[i], FACTS, &cursor[i], err);
    if (status == AG_OK) status = walk_facts(c, cursor, err);
    for (int i = 0; i < 2; i++)
        ag_cursor_close(&cursor[i]);
    return status;
}

/* --- all of it -------------------------------------------------------------------------------- */

static ag_status compare(ag_comparison *c, ag_error *err) {
    ag_diff_table *tables;
    size_t n;
    for (int i = 0; i < 2; i++) {
        c->diff->format[i] = c->reader[i]->format;
        AG_TRY(ag_diff_read_schema(c->reader[i], c->arena, &c->schema[i], err));
    }
    AG_TRY(ag_diff_trials(c, err));
    AG_TRY(ag_diff_plan(c, &tables, &n, err));
    AG_TRY(compare_facts(c, err));
    for (size_t i = 0; i < n; i++)
        AG_TRY(ag_diff_rows(c, &tables[i], err));
    AG_TRY(ag_diff_arrays(c, err));
    const size_t *lone = c->diff->n_lone;
    const bool strangers = c->diff->trials == 0 && lone[0] > 0 && lone[1] > 0;
    c->diff->equal =
        c->diff->n_counts == 0 && !strangers && (c->wish->only_common || lone[0] + lone[1] == 0);
    return AG_OK;
}

ag_status ag_store_diff(const char *const dir[2], const ag_diff_wish *wish, ag_arena *arena,
                        ag_diff *diff, ag_error *err) {
    ag_comparison c = {.arena = arena, .dir = dir, .wish = wish, .diff = diff};
    *diff = (ag_diff){0};
    AG_TRY(ag_reader_open(dir[0], arena, &c.reader[0], err));
    ag_status status = ag_reader_open(dir[1], arena, &c.reader[1], err);
    if (status == AG_OK) {
        status = compare(&c, err);
        ag_reader_close(c.reader[1]);
    }
    ag_reader_close(c.reader[0]);
    return status;
}
