/* What a database may do to who opens it: as little as SQLite lets one say, and nothing but the
 * views of results/schema.sql in what a run writes with. */
#include "results/store/embedded.h"
#include "results/store/rows/rows_private.h"

#include <sqlite3.h>
#include <string.h>

/* The schema stays trusted: SQLite 3.40 takes json_valid() in our own CHECK for unsafe otherwise.
 * With these there is no function left in it that reaches outside of the database. */
bool ag_database_harden(sqlite3 *db) {
    static const struct {
        int what, on;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1}, /* nobody writes to sqlite_schema */
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    for (int i = 0; i < AG_COUNT(settings); i++)
        if (sqlite3_db_config(db, settings[i].what, settings[i].on, NULL) != SQLITE_OK)
            return false;
    return sqlite3_exec(db, "PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0", NULL, NULL, NULL) ==
           SQLITE_OK;
}

/* --- objects ------------------------------------------------------------------------- */

static ag_status refuse(const char *path, const char *type, const char *name, const char *why,
                        ag_error *err) {
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "'%s' is not as actgrid made it: the %.10s '%.60s' %s; use a copy of the store"
                   " that nobody changed, or another folder (-o DIR)",
                   path, type, name, why);
}

/* One object of the schema as it should be: in `db` of the same kind, a view of the same text. */
static ag_status compare(sqlite3_stmt *should, sqlite3_stmt *is, const char *path, ag_error *err) {
    const char *type = ag_column_word(should, 0), *name = ag_column_word(should, 1);
    sqlite3_bind_text(is, 1, name, -1, SQLITE_STATIC);
    const int code = sqlite3_step(is);
    if (code == SQLITE_DONE) return refuse(path, type, name, "is missing", err);
    if (code != SQLITE_ROW) return ag_database_trouble(sqlite3_db_handle(is), path, err);
    if (strcmp(ag_column_word(is, 0), type) != 0 ||
        sqlite3_strnicmp(ag_column_word(is, 1), "CREATE VIRTUAL", 14) == 0)
        return refuse(path, type, name, "is something else", err);
    const bool view = strcmp(type, "view") == 0;
    if (view && strcmp(ag_column_word(is, 1), ag_column_word(should, 2)) != 0)
        return refuse(path, type, name, "has another text", err);
    return AG_OK;
}

static ag_status compare_all(sqlite3 *db, sqlite3 *model, const char *path, ag_error *err) {
    sqlite3_stmt *should = NULL, *is = NULL;
    ag_status status = AG_OK;
    if (sqlite3_prepare_v2(model,
                           "SELECT type, name, sql FROM sqlite_schema"
                           " WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'",
                           -1, &should, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db,
                           "SELECT type, sql FROM sqlite_schema"
                           " WHERE type IN ('table', 'view') AND name = ?1",
                           -1, &is, NULL) != SQLITE_OK)
        status = ag_database_trouble(db, path, err);
    while (status == AG_OK && sqlite3_step(should) == SQLITE_ROW) {
        status = compare(should, is, path, err);
        sqlite3_reset(is);
    }
    const bool whole = sqlite3_finalize(should) == SQLITE_OK;
    sqlite3_finalize(is);
    return status == AG_OK && !whole ? ag_database_trouble(model, path, err) : status;
}

static ag_status refuse_triggers(sqlite3 *db, const char *path, ag_error *err) {
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'trigger'", -1, &s,
                           NULL) != SQLITE_OK)
        return ag_database_trouble(db, path, err);
    ag_status status = AG_OK;
    if (sqlite3_step(s) == SQLITE_ROW)
        status = refuse(path, "trigger", ag_column_word(s, 0), "would change what is stored", err);
    const bool known = sqlite3_finalize(s) == SQLITE_OK;
    return status == AG_OK && !known ? ag_database_trouble(db, path, err) : status;
}

ag_status ag_schema_check(sqlite3 *db, const char *path, ag_error *err) {
    sqlite3 *model = NULL;
    ag_status status = refuse_triggers(db, path, err);
    if (status == AG_OK && (sqlite3_open(":memory:", &model) != SQLITE_OK ||
                            sqlite3_exec(model, ag_schema_sql, NULL, NULL, NULL) != SQLITE_OK))
        status = ag_database_trouble(model, path, err);
    if (status == AG_OK) status = compare_all(db, model, path, err);
    sqlite3_close(model);
    return status;
}
