/* results.sqlite, reading: one SELECT at a time, and what to say about one that is wrong. */
#include "harness/base/clock.h"
#include "harness/base/decimal.h"
#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "results/store/read/functions.h"
#include "results/store/read/reader_private.h"
#include "results/store/rows/rows_private.h"

#include <ctype.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { OLDER_MAX = 160, FUNCTION_MAX = AG_HINT_MAX + 64 };

/* --- what to say about a query that is wrong ------------------------------------------ */

/* Those that views are made of (*_row, *_now) are found by who knows them. */
static const char *const ALL_TABLES =
    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '%\\_row' ESCAPE '\\'"
    " AND name NOT LIKE '%\\_now' ESCAPE '\\' ORDER BY type, name";
static const char *const ALL_COLUMNS =
    "SELECT c.name, t.name FROM sqlite_schema t, pragma_table_info(t.name) c"
    " WHERE t.type IN ('table', 'view') ORDER BY t.type, t.name, c.cid";

static bool is_letter(char c) {
    return strchr("_0123456789", c) ? c != '\0' : isalpha((unsigned char)c);
}

/* Whether `name` stands in sql as a word of its own. */
static bool mentions(const char *sql, const char *name) {
    const size_t n = strlen(name);
    for (const char *at = sql; *at; at++)
        if (sqlite3_strnicmp(at, name, (int)n) == 0 && (at == sql || !is_letter(at[-1])) &&
            !is_letter(at[n]))
            return true;
    return false;
}

/* Offers the columns of the tables that `sql` names; NULL: of all tables. */
static void offer_columns(ag_reader *reader, const char *sql, ag_nearest *nearest) {
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(reader->db, ALL_COLUMNS, -1, &s, NULL) != SQLITE_OK) return;
    while (sqlite3_step(s) == SQLITE_ROW)
        if (!sql || mentions(sql, ag_column_word(s, 1)))
            ag_nearest_offer(nearest, ag_column_word(s, 0));
    sqlite3_finalize(s);
}

/* Offers all tables, and lists them. */
static void offer_tables(ag_reader *reader, ag_nearest *nearest, char *list, size_t size) {
    sqlite3_stmt *s = NULL;
    list[0] = '\0';
    if (sqlite3_prepare_v2(reader->db, ALL_TABLES, -1, &s, NULL) != SQLITE_OK) return;
    while (sqlite3_step(s) == SQLITE_ROW) {
        const size_t used = strlen(list);
        snprintf(list + used, size - used, "%s%s", used ? ", " : "; there are ",
                 ag_column_word(s, 0));
        ag_nearest_offer(nearest, ag_column_word(s, 0));
    }
    sqlite3_finalize(s);
}

/* The function `name` or those of a like name: what to say behind SQLite's message. */
static const char *about_function(ag_reader *reader, const char *name, char text[FUNCTION_MAX]) {
    char hint[AG_HINT_MAX];
    const size_t n = strcspn(name, "(");
    for (int i = 0; ag_sql_function_at(i); i++) {
        const ag_sql_function *f = ag_sql_function_at(i);
        if (strlen(f->name) != n || sqlite3_strnicmp(f->name, name, (int)n) != 0) continue;
        snprintf(text, FUNCTION_MAX, "; it is %s(%s)", f->name, f->arguments);
        return text;
    }
    ag_nearest nearest = ag_nearest_begin(name);
    sqlite3_stmt *s = NULL;
    const char *sql = "SELECT DISTINCT name FROM pragma_function_list ORDER BY name";
    if (sqlite3_prepare_v2(reader->db, sql, -1, &s, NULL) == SQLITE_OK)
        while (sqlite3_step(s) == SQLITE_ROW)
            ag_nearest_offer(&nearest, ag_column_word(s, 0));
    sqlite3_finalize(s);
    snprintf(text, FUNCTION_MAX, "%s",
             ag_nearest_hint(hint, &nearest, "; `actgrid help sql` lists them"));
    return text;
}

/* The word behind `what` in SQLite's message: "no such column: t.activaton". */
static const char *behind(const char *message, const char *what) {
    const char *at = strstr(message, what);
    if (!at) return NULL;
    const char *word = at + strlen(what), *dot = strrchr(word, '.');
    return dot ? dot + 1 : word;
}

/* What shipped queries ask for may be missing in a store that an older program made. */
static const char *of_older(const ag_reader *reader, char text[OLDER_MAX]) {
    text[0] = '\0';
    if (reader->format < AG_STORE_FORMAT)
        snprintf(text, OLDER_MAX, " (the store has format %d, this program's have %d: %s)",
                 reader->format, AG_STORE_FORMAT,
                 reader->format < AG_STORE_OLDEST_UPGRADED
                     ? "`actgrid query DIR` lists what it has"
                     : "`actgrid run` of its experiment brings it up to date");
    return text;
}

static ag_status wrong_query(ag_reader *reader, const char *sql, ag_error *err) {
    char message[200], list[400], hint[AG_HINT_MAX], older[OLDER_MAX], about[FUNCTION_MAX];
    if (reader->refused[0])
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "a query may only read: %s is refused",
                       reader->refused);
    snprintf(message, sizeof message, "%s", sqlite3_errmsg(reader->db));
    const char *table = behind(message, "no such table: ");
    const char *column = behind(message, "no such column: ");
    const char *function = behind(message, "no such function: ");
    if (!function) function = behind(message, "wrong number of arguments to function ");
    if (table) {
        ag_nearest nearest = ag_nearest_begin(table);
        offer_tables(reader, &nearest, list, sizeof list);
        if (nearest.best[0] || of_older(reader, older)[0]) list[0] = '\0';
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%.100s%s%s%s", message,
                       ag_nearest_hint(hint, &nearest, ""), list, of_older(reader, older));
    }
    if (column) {
        ag_nearest nearest = ag_nearest_begin(column);
        offer_columns(reader, sql, &nearest);
        if (!nearest.best[0]) offer_columns(reader, NULL, &nearest);
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%.100s%s%s", message,
                       ag_nearest_hint(hint, &nearest, ""), of_older(reader, older));
    }
    if (function)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%.100s%s", message,
                       about_function(reader, function, about));
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "the query is wrong: %s", message);
}

/* --- selecting --------------------------------------------------------------------------- */

/* A column's number as text, and the number: what stands in many rows is written once. */
typedef struct number {
    int type;
    uint64_t bits;
    size_t n;
    char text[AG_DECIMAL_MAX];
} number;

static ag_cell read_number(sqlite3_value *value, int type, number *last) {
    uint64_t bits;
    const double real = type == SQLITE_FLOAT ? sqlite3_value_double(value) : 0;
    const int64_t whole = type == SQLITE_INTEGER ? sqlite3_value_int64(value) : 0;
    memcpy(&bits, type == SQLITE_FLOAT ? (const void *)&real : &whole, sizeof bits);
    if (type != last->type || bits != last->bits) {
        last->type = type;
        last->bits = bits;
        last->n = type == SQLITE_FLOAT ? ag_decimal_write(last->text, real)
                                       : ag_decimal_write_whole(last->text, whole);
    }
    return (ag_cell){AG_CELL_NUMBER, last->text, last->n};
}

/* By sqlite3_value_*, in two thirds of the time of sqlite3_column_*: what those lock and check
 * each time, a connection opened with SQLITE_OPEN_NOMUTEX does not have. */
static ag_cell read_cell(sqlite3_stmt *s, int column, number *last) {
    sqlite3_value *value = sqlite3_column_value(s, column);
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_NULL) return (ag_cell){.kind = AG_CELL_NULL};
    if (type == SQLITE_FLOAT || type == SQLITE_INTEGER) return read_number(value, type, last);
    const char *text = (const char *)sqlite3_value_text(value);
    return (ag_cell){AG_CELL_TEXT, text ? text : "", (size_t)sqlite3_value_bytes(value)};
}

/* In a store of before format 8, which has no such tables. */
#define NOTHING_CHOSEN                                                                             \
    "WITH selection(cell) AS (SELECT NULL WHERE 0),"                                               \
    " selection_past(cell) AS (SELECT NULL WHERE 0)\n"

/* A shipped query that leaves out what was chosen before: in an older store, nothing. */
static ag_status fit_older(const ag_reader *reader, const char **text, ag_error *err) {
    if (reader->format >= 8 || !strstr(*text, "FROM selection_past")) return AG_OK;
    const size_t size = sizeof NOTHING_CHOSEN + strlen(*text);
    char *fitted = AG_NEW_ARRAY(reader->arena, char, size);
    if (!fitted) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a query");
    snprintf(fitted, size, "%s%s", NOTHING_CHOSEN, *text);
    *text = fitted;
    return AG_OK;
}

/* "@name" to the text of the shipped query. */
static ag_status find_shipped(const ag_reader *reader, const char *sql, const char **text,
                              ag_error *err) {
    *text = sql;
    if (sql[0] != '@') return AG_OK;
    ag_nearest nearest = ag_nearest_begin(sql + 1);
    for (int i = 0; i < ag_n_shipped_queries; i++) {
        *text = ag_shipped_queries[i].sql;
        if (sqlite3_stricmp(sql + 1, ag_shipped_queries[i].name) == 0)
            return fit_older(reader, text, err);
        ag_nearest_offer(&nearest, ag_shipped_queries[i].name);
    }
    const char *near = nearest.best;
    return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "no shipped query is called '%.64s'%s%s%s", sql,
                   near[0] ? "; did you mean '@" : "; `actgrid query DIR` lists them", near,
                   near[0] ? "'?" : "");
}

/* Whether SQL holds nothing but spaces, comments and semicolons. */
static bool is_blank(const char *sql) {
    for (;;) {
        sql += strspn(sql, " \t\r\n\f;");
        if (strncmp(sql, "--", 2) == 0) {
            sql += strcspn(sql, "\n");
        } else if (strncmp(sql, "/*", 2) == 0) {
            const char *end = strstr(sql + 2, "*/");
            if (!end) return true;
            sql = end + 2;
        } else {
            return *sql == '\0';
        }
    }
}

/* Not the fault of who asks. */
static bool is_of_the_file(int code) {
    static const int codes[] = {SQLITE_CORRUPT, SQLITE_IOERR, SQLITE_NOTADB,   SQLITE_NOMEM,
                                SQLITE_BUSY,    SQLITE_FULL,  SQLITE_CANTOPEN, SQLITE_PROTOCOL};
    for (int i = 0; i < AG_COUNT(codes); i++)
        if (code == codes[i]) return true;
    return false;
}

/* Whether what was read without locks stayed as it was. */
static ag_status check_sight(const ag_reader *reader, ag_error *err) {
    const ag_reader_sight *then = &reader->lies, now = ag_reader_look(reader);
    if (!then->bytes ||
        (then->bytes == now.bytes && then->log == now.log && then->journal == now.journal &&
         then->seconds == now.seconds && then->nanoseconds == now.nanoseconds))
        return AG_OK;
    return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' was changed while it was read: ask again",
                   reader->path);
}

static ag_status prepare(ag_reader *reader, const char *sql, sqlite3_stmt **s, ag_error *err) {
    const char *tail = "";
    reader->refused[0] = '\0';
    if (sqlite3_prepare_v2(reader->db, sql, -1, s, &tail) != SQLITE_OK)
        return is_of_the_file(sqlite3_errcode(reader->db) & 0xff) ? ag_reader_trouble(reader, err)
                                                                  : wrong_query(reader, sql, err);
    ag_status status = AG_OK;
    if (!*s)
        status = AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "the query is empty");
    else if (!is_blank(tail))
        status = AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                         "the query has more than one statement, must be one");
    else if (!sqlite3_stmt_readonly(*s))
        status = AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "a query may only read");
    if (status != AG_OK) sqlite3_finalize(*s);
    return status;
}

static ag_status deliver(sqlite3_stmt *s, ag_row_sink sink, ag_arena *arena, ag_error *err) {
    const int n = sqlite3_column_count(s);
    const char **names = AG_NEW_ARRAY(arena, const char *, (size_t)n + 1);
    ag_cell *cells = AG_NEW_ARRAY(arena, ag_cell, (size_t)n + 1);
    number *numbers = AG_NEW_ARRAY(arena, number, (size_t)n + 1);
    if (!names || !cells || !numbers)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a query");
    for (int c = 0; c < n; c++)
        names[c] = sqlite3_column_name(s, c);
    AG_TRY(sink.begin(sink.self, n, names, err));
    while (sqlite3_step(s) == SQLITE_ROW) {
        for (int c = 0; c < n; c++)
            cells[c] = read_cell(s, c, &numbers[c]);
        AG_TRY(sink.row(sink.self, cells, err));
    }
    return AG_OK;
}

void ag_reader_limit_memory(size_t bytes) { sqlite3_hard_heap_limit64((sqlite3_int64)bytes); }

static ag_status too_large(ag_error *err) {
    char limit[AG_HUMAN_MAX];
    const double bytes = (double)sqlite3_hard_heap_limit64(-1);
    if (bytes <= 0) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a query");
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "the query needs more than %sB of memory",
                   ag_format_count(limit, bytes));
}

ag_status ag_reader_select(ag_reader *reader, const char *sql, double seconds, ag_row_sink sink,
                           ag_error *err) {
    const char *text;
    sqlite3_stmt *s = NULL;
    AG_TRY(find_shipped(reader, sql, &text, err));
    reader->deadline = seconds > 0 ? ag_clock_now() + seconds : HUGE_VAL;
    AG_TRY(prepare(reader, text, &s, err));
    ag_status status = deliver(s, sink, reader->arena, err);
    const int code = sqlite3_finalize(s) & 0xff;
    if (status == AG_OK && code == SQLITE_OK) return check_sight(reader, err);
    if (status != AG_OK) return status;
    if (code == SQLITE_INTERRUPT) {
        char limit[AG_HUMAN_MAX];
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "the query was stopped after %s",
                       ag_format_seconds(limit, seconds));
    }
    if (code == SQLITE_NOMEM) return too_large(err);
    if (is_of_the_file(code)) return ag_reader_trouble(reader, err);
    return wrong_query(reader, text, err);
}

/* --- row by row ---------------------------------------------------------------------------- */

ag_status ag_cursor_open(ag_reader *reader, const char *sql, ag_cursor *cursor, ag_error *err) {
    *cursor = (ag_cursor){.reader = reader};
    reader->deadline = HUGE_VAL;
    if (sqlite3_prepare_v2(reader->db, sql, -1, &cursor->s, NULL) == SQLITE_OK) return AG_OK;
    if ((sqlite3_errcode(reader->db) & 0xff) != SQLITE_ERROR) return ag_reader_trouble(reader, err);
    return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' is not as this program writes it: %.150s",
                   reader->path, sqlite3_errmsg(reader->db));
}

ag_status ag_cursor_next(ag_cursor *cursor, ag_error *err) {
    const int code = sqlite3_step(cursor->s);
    cursor->row = code == SQLITE_ROW;
    return cursor->row || code == SQLITE_DONE ? AG_OK : ag_reader_trouble(cursor->reader, err);
}

ag_sql_value ag_cursor_value(const ag_cursor *cursor, int column) {
    sqlite3_value *value = sqlite3_column_value(cursor->s, column);
    switch (sqlite3_value_type(value)) {
    case SQLITE_NULL: return (ag_sql_value){.kind = AG_SQL_NULL};
    case SQLITE_INTEGER:
        return (ag_sql_value){.kind = AG_SQL_WHOLE, .whole = sqlite3_value_int64(value)};
    case SQLITE_FLOAT:
        return (ag_sql_value){.kind = AG_SQL_REAL, .real = sqlite3_value_double(value)};
    default: break;
    }
    const char *text = (const char *)sqlite3_value_text(value);
    return (ag_sql_value){
        .kind = AG_SQL_TEXT, .text = text ? text : "", .n = (size_t)sqlite3_value_bytes(value)};
}

void ag_cursor_close(ag_cursor *cursor) {
    sqlite3_finalize(cursor->s);
    cursor->s = NULL;
}
