/* What SQLite says when something is wrong with the file, as one sentence. */
#include "results/store/rows_private.h"

#include <sqlite3.h>
#include <string.h>

ag_status ag_database_trouble(sqlite3 *db, const char *path, ag_error *err) {
    const int code = sqlite3_errcode(db) & 0xff;
    const int cause =
        code == SQLITE_IOERR || code == SQLITE_CANTOPEN ? sqlite3_system_errno(db) : 0;
    switch (code) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' is damaged (%s); move it away, save what is left with"
                       " `sqlite3 FILE .recover`, and run again",
                       path, sqlite3_errmsg(db));
    case SQLITE_FULL:
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "the disk is full: '%s' keeps every trial finished so far", path);
    case SQLITE_NOMEM: return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for '%s'", path);
    default:
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s': %s", path,
                       cause ? strerror(cause) : sqlite3_errmsg(db));
    }
}
