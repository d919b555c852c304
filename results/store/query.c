/* results.sqlite, reading: one SELECT at a time, under guard. */
#include "harness/base/clock.h"
#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "results/store/functions.h"
#include "results/store/rows_private.h"
#include "results/store/store_private.h"

#include <ctype.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STEPS_BETWEEN_LOOKS = 20000, /* of SQLite's machine: a fraction of a millisecond */
    LENGTH_MAX = 64 << 20,       /* bytes of one value or row */
    COLUMNS_MAX = 2000,          /* SQLite's own limit */
    BUSY_MILLISECONDS = 10000
};

struct ag_reader {
    ag_arena *arena;
    const char *path;
    sqlite3 *db;
    char refused[96]; /* what the guard said no to */
    double deadline;  /* on ag_clock_now; infinite: none */
};

/* --- guard ---------------------------------------------------------------------- */

/* Pragmas that only tell. The last four take an argument that is a name. */
static const char *const telling[] = {
    "user_version",  "application_id", "table_list",  "database_list", "compile_options",
    "function_list", "table_info",     "table_xinfo", "index_list",    "index_info"};
enum { WITHOUT_ARGUMENT = 6 };

static bool only_tells(const char *pragma, const char *argument) {
    for (int i = 0; i < AG_COUNT(telling); i++)
        if (sqlite3_stricmp(pragma, telling[i]) == 0) return i >= WITHOUT_ARGUMENT || !argument;
    return false;
}

static const char *name_of_action(int action) {
    switch (action) {
    case SQLITE_ATTACH: return "ATTACH";
    case SQLITE_DETACH: return "DETACH";
    case SQLITE_INSERT: return "INSERT";
    case SQLITE_UPDATE: return "UPDATE";
    case SQLITE_DELETE: return "DELETE";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT: return "a transaction";
    case SQLITE_PRAGMA: return "this PRAGMA";
    default: return "a change of the store";
    }
}

static int guard(void *self, int action, const char *a, const char *b, const char *c,
                 const char *d) {
    (void)c;
    (void)d;
    ag_reader *reader = self;
    bool allowed = false;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: allowed = true; break;
    case SQLITE_FUNCTION:
        allowed =
            sqlite3_stricmp(b, "load_extension") != 0 && sqlite3_stricmp(b, "fts3_tokenizer") != 0;
        if (!allowed) snprintf(reader->refused, sizeof reader->refused, "%s()", b);
        break;
    case SQLITE_PRAGMA: allowed = only_tells(a, b); break;
    default: break;
    }
    if (allowed) return SQLITE_OK;
    if (!reader->refused[0])
        snprintf(reader->refused, sizeof reader->refused, "%s", name_of_action(action));
    return SQLITE_DENY;
}

static int look_at_clock(void *self) {
    const ag_reader *reader = self;
    return ag_clock_now() > reader->deadline;
}

/* --- opening ---------------------------------------------------------------------- */

/* A store in a folder that nobody may write to: SQLite then wants to be told that
 * the file does not change. NULL: out of memory. */
static char *immutable_uri(const char *path, ag_arena *arena) {
    const size_t n = 3 * strlen(path) + 32;
    char *uri = AG_NEW_ARRAY(arena, char, n);
    if (!uri) return NULL;
    size_t at = (size_t)snprintf(uri, n, "file:");
    for (const char *c = path; *c; c++)
        at += (size_t)snprintf(uri + at, n - at, strchr("%?#", *c) ? "%%%02X" : "%c",
                               (unsigned)(unsigned char)*c);
    snprintf(uri + at, n - at, "?immutable=1");
    return uri;
}

static ag_status trouble(const ag_reader *reader, ag_error *err) {
    const int code = sqlite3_errcode(reader->db) & 0xff;
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' is damaged (%s); move it away, save what is left with"
                       " `sqlite3 FILE .recover`, and run again",
                       reader->path, sqlite3_errmsg(reader->db));
    return AG_FAIL(err, AG_STORE, AG_NOWHERE, "could not read '%s': %s", reader->path,
                   sqlite3_errmsg(reader->db));
}

/* Opens and reads one integer of the header: SQLite looks at the file only then. */
static bool try_open(ag_reader *reader, const char *name, int flags, int *application,
                     int *format) {
    sqlite3_close(reader->db);
    if (sqlite3_open_v2(name, &reader->db, flags, NULL) != SQLITE_OK) return false;
    sqlite3_busy_timeout(reader->db, BUSY_MILLISECONDS);
    sqlite3_stmt *s = NULL;
    const char *sql = "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)"
                      " FROM pragma_application_id, pragma_user_version";
    if (sqlite3_prepare_v2(reader->db, sql, -1, &s, NULL) != SQLITE_OK) return false;
    if (sqlite3_step(s) == SQLITE_ROW) {
        *application = sqlite3_column_int(s, 0);
        *format = sqlite3_column_int(s, 1);
    }
    return sqlite3_finalize(s) == SQLITE_OK;
}

static ag_status open_database(ag_reader *reader, ag_error *err) {
    int application = 0, format = 0;
    struct stat file, wal;
    if (stat(reader->path, &file) != 0)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "there is no store: '%s' does not exist; `actgrid run` makes one",
                       reader->path);
    const char *log = ag_alloc(reader->arena, strlen(reader->path) + 8, 1);
    const char *uri = immutable_uri(reader->path, reader->arena);
    if (!log || !uri) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    strcat(strcpy((char *)log, reader->path), "-wal");
    /* Opened for writing where that is allowed: only such a reader can tidy up behind a
     * run that was killed. The guard keeps queries from it. */
    bool good = try_open(reader, reader->path, SQLITE_OPEN_READWRITE, &application, &format);
    const int code = sqlite3_errcode(reader->db) & 0xff;
    if (!good && (code == SQLITE_CANTOPEN || code == SQLITE_READONLY)) {
        if (stat(log, &wal) == 0 && wal.st_size > 0)
            return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                           "'%s' was not closed and its folder cannot be written: copy the"
                           " folder to where you may write, and ask there",
                           reader->path);
        good = try_open(reader, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &application, &format);
    }
    if (!good) return trouble(reader, err);
    if (application != 0x61637467)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' is a database, but no result store",
                       reader->path);
    if (format > AG_STORE_FORMAT)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' has store format %d, this program knows up to %d: use the newer"
                       " actgrid that wrote it",
                       reader->path, format, AG_STORE_FORMAT);
    return AG_OK;
}

/* SQLite makes tables of these functions at their first use, which the guard would
 * take for a change. */
static void meet_table_functions(ag_reader *reader) {
    char sql[96];
    for (int i = -2; i < AG_COUNT(telling); i++) {
        const char *name = i == -2 ? "json_each" : i == -1 ? "json_tree" : telling[i];
        sqlite3_stmt *s = NULL;
        snprintf(sql, sizeof sql, "SELECT 1 FROM %s%s", i < 0 ? "" : "pragma_", name);
        sqlite3_prepare_v2(reader->db, sql, -1, &s, NULL);
        sqlite3_finalize(s);
    }
}

static ag_status open_all(ag_reader *reader, ag_error *err) {
    AG_TRY(open_database(reader, err));
    meet_table_functions(reader);
    sqlite3_limit(reader->db, SQLITE_LIMIT_LENGTH, LENGTH_MAX);
    sqlite3_limit(reader->db, SQLITE_LIMIT_ATTACHED, 0);
    if (!ag_functions_add(reader->db)) return trouble(reader, err);
    /* One transaction from here on: the first read fixes what is seen. */
    if (sqlite3_exec(reader->db, "PRAGMA query_only = 1; BEGIN; SELECT count(*) FROM sqlite_schema",
                     NULL, NULL, NULL) != SQLITE_OK)
        return trouble(reader, err);
    sqlite3_set_authorizer(reader->db, guard, reader);
    sqlite3_progress_handler(reader->db, STEPS_BETWEEN_LOOKS, look_at_clock, reader);
    return AG_OK;
}

ag_status ag_reader_open(const char *dir, ag_arena *arena, ag_reader **out, ag_error *err) {
    ag_reader *reader = AG_NEW(arena, ag_reader);
    if (!reader) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the store");
    *reader = (ag_reader){.arena = arena, .deadline = HUGE_VAL};
    reader->path = ag_path_join(arena, dir, "results.sqlite");
    if (!reader->path) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    const ag_status status = open_all(reader, err);
    if (status != AG_OK)
        ag_reader_close(reader);
    else
        *out = reader;
    return status;
}

void ag_reader_close(ag_reader *reader) { sqlite3_close(reader->db); }

/* --- what to say about a query that is wrong ------------------------------------------ */

static const char *const ALL_TABLES =
    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name";
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

/* The word behind `what` in SQLite's message: "no such column: t.activaton". */
static const char *behind(const char *message, const char *what) {
    const char *at = strstr(message, what);
    if (!at) return NULL;
    const char *word = at + strlen(what), *dot = strrchr(word, '.');
    return dot ? dot + 1 : word;
}

static ag_status wrong_query(ag_reader *reader, const char *sql, ag_error *err) {
    char message[200], list[320], hint[AG_HINT_MAX];
    if (reader->refused[0])
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "a query may only read: %s is refused",
                       reader->refused);
    snprintf(message, sizeof message, "%s", sqlite3_errmsg(reader->db));
    const char *table = behind(message, "no such table: ");
    const char *column = behind(message, "no such column: ");
    if (table) {
        ag_nearest nearest = ag_nearest_begin(table);
        offer_tables(reader, &nearest, list, sizeof list);
        if (nearest.best[0]) list[0] = '\0';
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%.100s%s%s", message,
                       ag_nearest_hint(hint, &nearest, ""), list);
    }
    if (column) {
        ag_nearest nearest = ag_nearest_begin(column);
        offer_columns(reader, sql, &nearest);
        if (!nearest.best[0]) offer_columns(reader, NULL, &nearest);
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%.100s%s", message,
                       ag_nearest_hint(hint, &nearest, ""));
    }
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "the query is wrong: %s", message);
}

/* --- selecting --------------------------------------------------------------------------- */

enum { NUMBER_TEXT = 40 };

/* 15 digits if they are enough, else 17: the fastest text that reads back as x. */
static size_t write_real(char text[NUMBER_TEXT], double x) {
    int n = snprintf(text, NUMBER_TEXT, "%.15g", x);
    if (isfinite(x)) {
        double back;
        if (!ag_parse_number(text, &back) || back != x) n = snprintf(text, NUMBER_TEXT, "%.17g", x);
    }
    return (size_t)n;
}

static ag_cell read_cell(sqlite3_stmt *s, int column, char number[NUMBER_TEXT]) {
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_NULL: return (ag_cell){.kind = AG_CELL_NULL};
    case SQLITE_FLOAT:
        return (ag_cell){AG_CELL_NUMBER, number,
                         write_real(number, sqlite3_column_double(s, column))};
    default: break;
    }
    const bool is_number = sqlite3_column_type(s, column) == SQLITE_INTEGER;
    const char *text = (const char *)sqlite3_column_text(s, column);
    return (ag_cell){is_number ? AG_CELL_NUMBER : AG_CELL_TEXT, text ? text : "",
                     (size_t)sqlite3_column_bytes(s, column)};
}

/* "@name" to the text of the shipped query. */
static ag_status find_shipped(const char *sql, const char **text, ag_error *err) {
    *text = sql;
    if (sql[0] != '@') return AG_OK;
    ag_nearest nearest = ag_nearest_begin(sql + 1);
    for (int i = 0; i < ag_n_shipped_queries; i++) {
        *text = ag_shipped_queries[i].sql;
        if (sqlite3_stricmp(sql + 1, ag_shipped_queries[i].name) == 0) return AG_OK;
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

static ag_status prepare(ag_reader *reader, const char *sql, sqlite3_stmt **s, ag_error *err) {
    const char *tail = "";
    reader->refused[0] = '\0';
    if (sqlite3_prepare_v2(reader->db, sql, -1, s, &tail) != SQLITE_OK)
        return wrong_query(reader, sql, err);
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
    char(*numbers)[NUMBER_TEXT] = ag_alloc(arena, (size_t)n + 1, NUMBER_TEXT);
    if (!names || !cells || !numbers)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a query");
    for (int c = 0; c < n; c++)
        names[c] = sqlite3_column_name(s, c);
    AG_TRY(sink.begin(sink.self, n, names, err));
    while (sqlite3_step(s) == SQLITE_ROW) {
        for (int c = 0; c < n; c++)
            cells[c] = read_cell(s, c, numbers[c]);
        AG_TRY(sink.row(sink.self, cells, err));
    }
    return AG_OK;
}

ag_status ag_reader_select(ag_reader *reader, const char *sql, double seconds, ag_row_sink sink,
                           ag_error *err) {
    const char *text;
    sqlite3_stmt *s = NULL;
    AG_TRY(find_shipped(sql, &text, err));
    reader->deadline = seconds > 0 ? ag_clock_now() + seconds : HUGE_VAL;
    AG_TRY(prepare(reader, text, &s, err));
    ag_status status = deliver(s, sink, reader->arena, err);
    const int code = sqlite3_finalize(s) & 0xff;
    if (status != AG_OK || code == SQLITE_OK) return status;
    if (code == SQLITE_INTERRUPT) {
        char limit[AG_HUMAN_MAX];
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "the query was stopped after %s",
                       ag_format_seconds(limit, seconds));
    }
    if (code == SQLITE_CORRUPT || code == SQLITE_IOERR || code == SQLITE_NOTADB)
        return trouble(reader, err);
    return wrong_query(reader, text, err);
}
