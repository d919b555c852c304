/* Which trials two stores both have, which only one, and what follows from these. */
#include "results/store/compare/diff_private.h"

#include "harness/base/sorted.h"

#include <stdio.h>
#include <string.h>

/* Columns of what is asked of each trial. */
enum { ID, SPEAKS, CELL, CURVE, WORDS = CURVE + AG_DIFF_CURVE_KEYS };

enum { DIGITS = AG_ID_TEXT - 1, SQL_MAX = 1024 };

/* --- hashes ---------------------------------------------------------------------------- */

static bool parse_id(ag_sql_value x, uint64_t *id) {
    *id = 0;
    for (size_t i = 0; i < x.n; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = strchr(digits, x.text[i]);
        if (!digit || !*digit) return false;
        *id = *id << 4 | (uint64_t)(digit - digits);
    }
    return x.kind == AG_SQL_TEXT && x.n == DIGITS;
}

uint64_t ag_diff_hash(const ag_cursor *cursor, int column, int n) {
    uint64_t hash = 0;
    for (int i = 0; i < n; i++) {
        const ag_sql_value x = ag_cursor_value(cursor, column + i);
        hash = ag_digest(x.text ? x.text : "", x.n, hash);
    }
    return hash;
}

static bool add_hash(ag_diff_hashes *h, uint64_t hash, ag_arena *arena) {
    if (h->n > 0 && h->hash[h->n - 1] == hash) return true;
    h->hash = AG_GROW(arena, h->hash, h->n, &h->room);
    if (!h->hash) return false;
    h->hash[h->n++] = hash;
    return true;
}

bool ag_diff_is_lone_cell(const ag_comparison *c, ag_sql_value cell) {
    uint64_t hash;
    return parse_id(cell, &hash) && ag_sorted_find(c->cells.hash, c->cells.n, hash);
}

bool ag_diff_is_lone_curve(const ag_comparison *c, uint64_t hash) {
    return ag_sorted_find(c->curves.hash, c->curves.n, hash) != NULL;
}

ptrdiff_t ag_diff_place(const ag_comparison *c, ag_sql_value trial_id) {
    uint64_t id;
    if (!parse_id(trial_id, &id)) return AG_DIFF_NO_TRIAL;
    const uint64_t *at = ag_sorted_find(c->id, c->n, id);
    return at ? at - c->id : AG_DIFF_NO_TRIAL;
}

/* --- asking -------------------------------------------------------------------------------- */

/* Formats before 3 have no hashes of cells. */
static const char *if_there(const ag_diff_schema *schema, const char *column) {
    return ag_diff_has_column(schema, "trial", column) ? column : "''";
}

static void write_sql(const ag_diff_schema *schema, char sql[SQL_MAX]) {
    int n = snprintf(sql, SQL_MAX, "SELECT trial_id, status IN ('finished', 'diverged'), %s",
                     if_there(schema, "cell"));
    for (int i = 0; i < AG_DIFF_CURVE_KEYS; i++)
        n +=
            snprintf(sql + n, SQL_MAX - (size_t)n, ", %s", if_there(schema, ag_diff_curve_keys[i]));
    snprintf(sql + n, SQL_MAX - (size_t)n,
             ", activation || ', ' || initializer || ', ' || model || ', ' || dataset || ', '"
             " || optimizer || coalesce(', learning rate ' || learning_rate, '') || ', seed '"
             " || seed || ' (' || status || ')' FROM trial ORDER BY trial_id");
}

static ag_status count(ag_reader *reader, int64_t *n, ag_error *err) {
    ag_cursor cursor;
    AG_TRY(ag_cursor_open(reader, "SELECT count(*) FROM trial", &cursor, err));
    const ag_status status = ag_cursor_next(&cursor, err);
    *n = status == AG_OK ? ag_cursor_value(&cursor, 0).whole : 0;
    ag_cursor_close(&cursor);
    return status;
}

/* --- a trial that one has ------------------------------------------------------------------- */

static ag_status name_lone(ag_comparison *c, int side, const ag_cursor *cursor, ag_error *err) {
    ag_diff_lone *lone = &c->diff->lone[side][c->diff->n_lone[side]];
    lone->trial_id = ag_diff_copy(c->arena, ag_cursor_value(cursor, ID));
    lone->words = ag_diff_copy(c->arena, ag_cursor_value(cursor, WORDS));
    return lone->trial_id && lone->words ? AG_OK : ag_diff_no_memory(err);
}

static ag_status lone(ag_comparison *c, const ag_cursor *cursor, int side, ag_error *err) {
    uint64_t cell;
    if (parse_id(ag_cursor_value(cursor, CELL), &cell) && !add_hash(&c->cells, cell, c->arena))
        return ag_diff_no_memory(err);
    if (!add_hash(&c->curves, ag_diff_hash(cursor, CURVE, AG_DIFF_CURVE_KEYS), c->arena))
        return ag_diff_no_memory(err);
    char text[2][AG_DIFF_SHOWN];
    const ag_sql_value id = ag_cursor_value(cursor, ID), words = ag_cursor_value(cursor, WORDS);
    ag_difference d = {.table = "trial", .only = side, .n_keys = 1};
    d.key[0] = (ag_diff_key){"trial_id", ag_diff_key_cell(&id, text[0])};
    d.value[side] = ag_diff_key_cell(&words, text[1]);
    if (c->diff->n_lone[side] < AG_DIFF_NAMED) AG_TRY(name_lone(c, side, cursor, err));
    c->diff->n_lone[side]++;
    return c->wish->each ? c->wish->each(c->wish->self, &d, err) : AG_OK;
}

/* --- both lists side by side ------------------------------------------------------------------ */

typedef struct side {
    ag_cursor cursor;
    uint64_t id;
    size_t n; /* rows so far */
} side;

static ag_status advance(const ag_comparison *c, side *s, int which, ag_error *err) {
    const uint64_t before = s->id;
    AG_TRY(ag_cursor_next(&s->cursor, err));
    if (!s->cursor.row) return AG_OK;
    if (parse_id(ag_cursor_value(&s->cursor, ID), &s->id) && (s->n++ == 0 || s->id > before))
        return AG_OK;
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "'%s/results.sqlite' is damaged: its trial ids are not 16 hexadecimal digits"
                   " each, in one order",
                   c->dir[which]);
}

static ag_status walk(ag_comparison *c, side s[2], size_t room, ag_error *err) {
    for (int i = 0; i < 2; i++)
        AG_TRY(advance(c, &s[i], i, err));
    while (s[0].cursor.row || s[1].cursor.row) {
        const bool a = s[0].cursor.row && (!s[1].cursor.row || s[0].id <= s[1].id);
        const bool b = s[1].cursor.row && (!s[0].cursor.row || s[1].id <= s[0].id);
        if (a && b && c->n < room) {
            c->id[c->n] = s[0].id;
            for (int i = 0; i < 2; i++)
                c->speaks[i][c->n] = ag_cursor_value(&s[i].cursor, SPEAKS).whole == 1;
            c->n++;
        } else {
            AG_TRY(lone(c, &s[a ? 0 : 1].cursor, a ? 0 : 1, err));
        }
        if (a) AG_TRY(advance(c, &s[0], 0, err));
        if (b) AG_TRY(advance(c, &s[1], 1, err));
    }
    return AG_OK;
}

static ag_status make_room(ag_comparison *c, size_t *room, ag_error *err) {
    int64_t n[2];
    for (int i = 0; i < 2; i++)
        AG_TRY(count(c->reader[i], &n[i], err));
    *room = (size_t)(n[0] < n[1] ? n[0] : n[1]);
    c->id = AG_NEW_ARRAY(c->arena, uint64_t, *room + 1);
    c->different = AG_NEW_ARRAY(c->arena, bool, *room + 1);
    for (int i = 0; i < 2; i++)
        c->speaks[i] = AG_NEW_ARRAY(c->arena, bool, *room + 1);
    return c->id && c->different && c->speaks[0] && c->speaks[1] ? AG_OK : ag_diff_no_memory(err);
}

ag_status ag_diff_trials(ag_comparison *c, ag_error *err) {
    side s[2] = {{.n = 0}};
    char sql[SQL_MAX];
    size_t room;
    AG_TRY(make_room(c, &room, err));
    ag_status status = AG_OK;
    for (int i = 0; i < 2 && status == AG_OK; i++) {
        write_sql(&c->schema[i], sql);
        status = ag_cursor_open(c->reader[i], sql, &s[i].cursor, err);
    }
    if (status == AG_OK) status = walk(c, s, room, err);
    for (int i = 0; i < 2; i++)
        ag_cursor_close(&s[i].cursor);
    ag_sorted_make(c->cells.hash, c->cells.n);
    ag_sorted_make(c->curves.hash, c->curves.n);
    c->diff->trials = c->n;
    return status;
}
