/* What two stores are compared by: every table that both have, with its keys, and the columns that
 * say what came out. A new table or column of results/schema.sql is compared without a word here.
 */
#include "results/store/compare/diff_private.h"
#include "results/store/embedded.h"

#include <stdio.h>
#include <string.h>

const char *const ag_diff_curve_keys[AG_DIFF_CURVE_KEYS] = {
    "phase", "dataset", "model", "activation", "initializer", "optimizer", "training"};

static const char *const ARRIVAL = "in order of arrival, which has no part in any number";
static const char *const TIME = "a time, never twice the same";
static const char *const FROM_TIMES = "a mean of times";

const ag_diff_omission ag_diff_omissions[] = {
    {"experiment", NULL, "which files ran into the store, and when"},
    {"progress", NULL, "how far the last run came, when, and in how much memory"},
    {"environment", NULL, "said beside the verdict: other machines may compute the same bits"},
    {"selection_past", NULL, "what a tuning chose before it had all that it has now"},
    {NULL, "chosen_at", TIME},
    {NULL, "seconds", TIME},
    {NULL, "probe_seconds", TIME},
    {NULL, "samples_per_second", TIME},
    {NULL, "started_at", TIME},
    {NULL, "finished_at", TIME},
    {NULL, "seconds_mean", FROM_TIMES},
    {NULL, "samples_per_second_mean", FROM_TIMES},
    {NULL, "flops_per_second_mean", FROM_TIMES},
    {NULL, "probe_share_mean", FROM_TIMES},
    {NULL, "number", ARRIVAL},
    {NULL, "curve", ARRIVAL},
    {NULL, "experiment_id", ARRIVAL},
    {NULL, "environment_id", ARRIVAL},
    {NULL, "settled", "whether means stand in a table or are computed at the question"},
};
const int ag_n_diff_omissions = AG_COUNT(ag_diff_omissions);

static bool is_omitted(const char *table, const char *column) {
    for (int i = 0; i < ag_n_diff_omissions; i++) {
        const char *name = column ? ag_diff_omissions[i].column : ag_diff_omissions[i].table;
        if (name && strcmp(name, column ? column : table) == 0) return true;
    }
    return false;
}

/* --- names and keys --------------------------------------------------------------------------- */

/* Rows that have a trial's number in front. */
static bool is_numbered(const ag_diff_shape *s) {
    const int at = ag_diff_find_column(s, "trial");
    return at >= 0 && s->key[at] > 0;
}

/* "epoch_row" is said "epoch": NULL: out of memory. */
static const char *said_name(const ag_diff_shape *s, ag_arena *arena) {
    const size_t n = strlen(s->name);
    if (!is_numbered(s) || n < 5 || strcmp(s->name + n - 4, "_row") != 0) return s->name;
    return ag_diff_copy(arena, (ag_sql_value){.text = s->name, .n = n - 4});
}

/* The table of that name, or the one with its rows. */
static const ag_diff_shape *find_table(const ag_diff_schema *schema, const char *said) {
    char row[128];
    snprintf(row, sizeof row, "%.100s_row", said);
    const ag_diff_shape *s = ag_diff_find_shape(schema, row);
    if (s && !s->is_view && is_numbered(s)) return s;
    s = ag_diff_find_shape(schema, said);
    return s && !s->is_view ? s : NULL;
}

static bool follows(const char *name) {
    return strncmp(name, "cell_", 5) == 0 || strcmp(name, "curve") == 0 ||
           strncmp(name, "curve_", 6) == 0;
}

static int put_keys(const char *const *names, int n, const char **key) {
    memcpy(key, names, (size_t)n * sizeof *key);
    return n;
}

/* Fills the keys of a table; 0: it has none, or too many to be one of the program's. */
static int find_keys(const ag_diff_shape *s, const char **key) {
    static const char *const trial = "trial_id";
    if (strcmp(s->name, "trial") == 0) return put_keys(&trial, 1, key);
    int n = 0;
    if (strcmp(s->name, "curve") == 0 || strcmp(s->name, "curve_epoch") == 0)
        n = put_keys(ag_diff_curve_keys, AG_DIFF_CURVE_KEYS, key);
    if (strcmp(s->name, "curve") == 0) return n;
    const int before = n;
    for (int place = 1;; place++) {
        int at = 0;
        while (at < s->n_columns && s->key[at] != place)
            at++;
        if (at == s->n_columns) return n > before ? n : 0;
        if (n == AG_DIFF_KEYS_MAX) return 0;
        if (before > 0 && strcmp(s->column[at], "curve") == 0) continue;
        key[n++] = strcmp(s->column[at], "trial") == 0 ? trial : s->column[at];
    }
}

static bool same_keys(int n, const char *const *a, int m, const char *const *b) {
    for (int i = 0; i < n && n == m; i++)
        if (strcmp(a[i], b[i]) != 0) return false;
    return n == m;
}

static ag_diff_kind kind_of(const ag_diff_table *t) {
    if (strcmp(t->key[0], "trial_id") == 0) return AG_DIFF_OF_TRIAL;
    if (strcmp(t->key[0], "cell") == 0) return AG_DIFF_OF_CELL;
    if (strcmp(t->key[0], "cell_a") == 0) return AG_DIFF_OF_PAIR;
    return strncmp(t->name, "curve", 5) == 0 ? AG_DIFF_OF_CURVE : AG_DIFF_OF_OTHER;
}

/* --- statements ------------------------------------------------------------------------------- */

typedef struct builder {
    ag_arena *arena;
    char *text;
    size_t n, room;
    bool good;
} builder;

static void put(builder *b, const char *text) {
    const size_t n = strlen(text);
    if (b->n + n + 1 > b->room && b->good) {
        const size_t room = 2 * (b->n + n + 256);
        char *more = AG_NEW_ARRAY(b->arena, char, room);
        if (more && b->n) memcpy(more, b->text, b->n);
        b->good = more;
        b->text = more;
        b->room = room;
    }
    if (!b->good) return;
    memcpy(b->text + b->n, text, n + 1);
    b->n += n;
}

/* In quotes: names come from the file. */
static void put_name(builder *b, const char *name) {
    put(b, "\"");
    for (char one[2] = ""; *name; name++) {
        one[0] = *name;
        put(b, *name == '"' ? "\"\"" : one);
    }
    put(b, "\"");
}

/* Keys that stand in another table are of `t` (trial) or `g` (curve), everything else of `x`. */
static void put_columns(builder *b, const ag_diff_table *t, const ag_diff_shape *s) {
    put(b, "SELECT ");
    for (int i = 0; i < t->n_keys + t->n_columns; i++) {
        const char *name = i < t->n_keys ? t->key[i] : t->column[i - t->n_keys];
        put(b, i ? ", " : "");
        put(b, ag_diff_find_column(s, name) >= 0 ? "x." : is_numbered(s) ? "t." : "g.");
        put_name(b, name);
    }
    put(b, " FROM ");
}

static void put_source(builder *b, const ag_diff_shape *s, const char *table) {
    if (is_numbered(s)) put(b, "trial t CROSS JOIN ");
    if (strcmp(s->name, "curve_epoch") == 0) put(b, "curve g CROSS JOIN ");
    put_name(b, table);
    put(b, " x");
    if (is_numbered(s)) put(b, " ON x.trial = t.number");
    if (strcmp(s->name, "curve_epoch") == 0) put(b, " ON x.curve = g.curve");
}

/* Means that are not settled are computed by a view, and a pair in the table counts if both its
 * cells are settled: the same rows as in the views of results/schema.sql. */
static const char *write_sql(const ag_diff_table *t, const ag_diff_shape *s,
                             const ag_diff_schema *schema, ag_arena *arena) {
    builder b = {.arena = arena, .good = true};
    char now[128], number[16];
    snprintf(now, sizeof now, "%.100s_now", s->name);
    put_columns(&b, t, s);
    put_source(&b, s, s->name);
    if (strcmp(s->name, "cell_pair") == 0)
        put(&b, " JOIN cell a ON a.cell = x.cell_a AND a.settled = 1"
                " JOIN cell b ON b.cell = x.cell_b AND b.settled = 1");
    if (ag_diff_find_shape(schema, now)) {
        put(&b, " UNION ALL ");
        put_columns(&b, t, s);
        put_source(&b, s, now);
    }
    for (int i = 0; i < t->n_keys; i++) {
        snprintf(number, sizeof number, "%s%d", i ? ", " : " ORDER BY ", i + 1);
        put(&b, number);
    }
    return b.good ? b.text : NULL;
}

/* --- the plan --------------------------------------------------------------------------------- */

static bool is_key(const ag_diff_table *t, const char *column) {
    for (int i = 0; i < t->n_keys; i++)
        if (strcmp(t->key[i], column) == 0) return true;
    return false;
}

static bool is_compared(const ag_diff_table *t, const ag_diff_shape *s, int column) {
    return !is_key(t, s->column[column]) && strcmp(s->column[column], "trial") != 0 &&
           !is_omitted(t->name, s->column[column]);
}

/* A table of results/schema.sql; others are the user's own. */
static bool is_ours(const ag_diff_schema *schema, const char *said) {
    char statement[160];
    const ag_diff_shape *s = find_table(schema, said);
    snprintf(statement, sizeof statement, "CREATE TABLE %.100s (", s ? s->name : said);
    return strstr(ag_schema_sql, statement);
}

/* Something that one store has: of another format it may be, of the same it may not. */
static ag_status only_one(ag_comparison *c, const char *table, const char *column, int side,
                          ag_error *err) {
    if (c->diff->format[0] != c->diff->format[1] || !is_ours(&c->schema[side], table))
        return ag_diff_note(c, err, "%s '%.60s%s%.60s' is in '%.100s' (format %d) only",
                            column ? "column" : "table", table, column ? "." : "",
                            column ? column : "", c->dir[side], c->diff->format[side]);
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "'%.100s/results.sqlite' is not as this program writes it: there is no %s"
                   " '%.60s%s%.60s'",
                   c->dir[!side], column ? "column" : "table", table, column ? "." : "",
                   column ? column : "");
}

static ag_status find_columns(ag_comparison *c, ag_diff_table *t, const ag_diff_shape *const s[2],
                              ag_error *err) {
    t->column = AG_NEW_ARRAY(c->arena, const char *, (size_t)s[0]->n_columns);
    if (!t->column) return ag_diff_no_memory(err);
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < s[side]->n_columns; i++) {
            if (!is_compared(t, s[side], i)) continue;
            if (ag_diff_find_column(s[!side], s[side]->column[i]) < 0)
                AG_TRY(only_one(c, t->name, s[side]->column[i], side, err));
            else if (side == 0)
                t->column[t->n_columns++] = s[0]->column[i];
        }
    return AG_OK;
}

/* Fills the next of the tables, unless there is nothing to compare. */
static ag_status plan_table(ag_comparison *c, const char *name, const ag_diff_shape *const s[2],
                            ag_diff_table *t, size_t *n, ag_error *err) {
    const char *other[AG_DIFF_KEYS_MAX];
    *t = (ag_diff_table){.name = name};
    t->key = AG_NEW_ARRAY(c->arena, const char *, AG_DIFF_KEYS_MAX);
    if (!t->key) return ag_diff_no_memory(err);
    t->n_keys = find_keys(s[0], t->key);
    if (t->n_keys == 0 || !same_keys(t->n_keys, t->key, find_keys(s[1], other), other))
        return ag_diff_note(c, err, "table '%.100s' has no key by which its rows could be found",
                            name);
    t->kind = kind_of(t);
    AG_TRY(find_columns(c, t, s, err));
    for (int i = 0; i < 2; i++) {
        t->sql[i] = write_sql(t, s[i], &c->schema[i], c->arena);
        if (!t->sql[i]) return ag_diff_no_memory(err);
    }
    ++*n;
    return AG_OK;
}

ag_status ag_diff_plan(ag_comparison *c, ag_diff_table **tables, size_t *n, ag_error *err) {
    const bool same_format = c->diff->format[0] == c->diff->format[1];
    *tables = AG_NEW_ARRAY(c->arena, ag_diff_table, c->schema[0].n + 1);
    if (!*tables) return ag_diff_no_memory(err);
    *n = 0;
    if (!same_format)
        AG_TRY(ag_diff_note(c, err,
                            "store formats %d and %d: means are left out, each format has"
                            " its own",
                            c->diff->format[0], c->diff->format[1]));
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < c->schema[side].n; i++) {
            const ag_diff_shape *shape = &c->schema[side].shape[i];
            const char *name = shape->is_view ? NULL : said_name(shape, c->arena);
            if (shape->is_view || is_omitted(shape->name, NULL)) continue;
            if (!name) return ag_diff_no_memory(err);
            if (!same_format && follows(name)) continue;
            const ag_diff_shape *const both[2] = {find_table(&c->schema[0], name),
                                                  find_table(&c->schema[1], name)};
            if (!both[!side])
                AG_TRY(only_one(c, name, NULL, side, err));
            else if (side == 0)
                AG_TRY(plan_table(c, name, both, &(*tables)[*n], n, err));
        }
    return AG_OK;
}
