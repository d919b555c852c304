/* What SQLite says when something is wrong with the file, as one sentence. */
#include "results/store/rows/rows_private.h"

#include <sqlite3.h>
#include <string.h>

/* errno of what the file or its log was refused; SQLite itself keeps it for some failures only. */
static int cause_of(sqlite3 *db) {
    int cause = 0;
    sqlite3_file *log = NULL;
    sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &cause);
    if (!cause) sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, (void *)&log);
    if (log && log->pMethods) log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &cause);
    return cause ? cause : sqlite3_system_errno(db);
}

/* .dump: Debian's sqlite3 is built without what its .recover needs, and fails on every file. */
ag_status ag_database_damaged(const char *path, const char *what, ag_error *err) {
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "'%s' is damaged (%.100s); move it away, save what is left with"
                   " `sqlite3 FILE .dump`, and run again",
                   path, what);
}

ag_status ag_database_trouble(sqlite3 *db, const char *path, ag_error *err) {
    const int code = sqlite3_errcode(db) & 0xff;
    const bool of_memory = sqlite3_extended_errcode(db) == SQLITE_IOERR_NOMEM;
    const int cause = code == SQLITE_IOERR || code == SQLITE_CANTOPEN ? cause_of(db) : 0;
    switch (of_memory ? SQLITE_NOMEM : code) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return ag_database_damaged(path, sqlite3_errmsg(db), err);
    case SQLITE_FULL:
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "the disk is full: '%s' keeps every trial finished so far; free some space"
                       " and run again",
                       path);
    case SQLITE_NOMEM: return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for '%s'", path);
    case SQLITE_READONLY:
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' may not be written: the file, its folder or the disk is read-only",
                       path);
    case SQLITE_BUSY:
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' was locked by another program for too long: end that and try again",
                       path);
    default:
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s': %s%s", path,
                       cause ? strerror(cause) : sqlite3_errmsg(db), ag_file_advice(cause));
    }
}
