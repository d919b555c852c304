/* results.sqlite, reading: opening it, what a query may do, which trials there are. */
#include "results/store/read/reader_private.h"

#include "harness/base/clock.h"
#include "results/store/file_system.h"
#include "results/store/read/functions.h"
#include "results/store/rows/rows_private.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STEPS_BETWEEN_LOOKS = 20000, /* of SQLite's machine: a fraction of a millisecond */
    LENGTH_MAX = 64 << 20,       /* bytes of one value or row */
    BUSY_MILLISECONDS = 10000
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

/* SQLite wants to be told that a file does not change. NULL: out of memory. */
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

ag_status ag_reader_trouble(const ag_reader *reader, ag_error *err) {
    return ag_database_trouble(reader->db, reader->path, err);
}

/* How it is opened, and what stands in its head. */
typedef struct opening {
    const char *name, *file_system; /* SQLite's; NULL: the usual */
    int flags;
    bool alone; /* no other process reads or writes */
    int application, format, objects;
} opening;

/* Opens and reads integers of the header: SQLite looks at the file only then. */
static bool try_open(ag_reader *reader, opening *o) {
    sqlite3_close(reader->db);
    if (sqlite3_open_v2(o->name, &reader->db, o->flags | SQLITE_OPEN_NOMUTEX, o->file_system) !=
        SQLITE_OK)
        return false;
    if (!ag_database_harden(reader->db)) return false;
    sqlite3_busy_timeout(reader->db, BUSY_MILLISECONDS);
    if (o->alone) {
        sqlite3_db_config(reader->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        sqlite3_exec(reader->db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
    }
    sqlite3_stmt *s = NULL;
    const char *sql = "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)"
                      " FROM pragma_application_id, pragma_user_version";
    if (sqlite3_prepare_v2(reader->db, sql, -1, &s, NULL) != SQLITE_OK) return false;
    if (sqlite3_step(s) == SQLITE_ROW) {
        o->application = sqlite3_column_int(s, 0);
        o->format = sqlite3_column_int(s, 1);
        o->objects = sqlite3_column_int(s, 2);
    }
    return sqlite3_finalize(s) == SQLITE_OK;
}

/* Bytes of what stands beside the database; 0: it is not there. -1: out of memory. */
static off_t beside(const ag_reader *reader, const char *ending) {
    struct stat at;
    char *path = AG_NEW_ARRAY(reader->arena, char, strlen(reader->path) + strlen(ending) + 1);
    if (!path) return -1;
    strcat(strcpy(path, reader->path), ending);
    return stat(path, &at) == 0 ? at.st_size : 0;
}

/* Of a folder that nobody may write to, and where processes cannot share memory: as the files lie
 * there, with nothing made beside them and nothing locked. What stands in the log is read, too. */
static ag_status open_as_it_lies(ag_reader *reader, opening *o, ag_error *err) {
    const off_t log = beside(reader, "-wal"), journal = beside(reader, "-journal");
    *o = (opening){.name = immutable_uri(reader->path, reader->arena),
                   .flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI};
    if (!o->name || log < 0 || journal < 0)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    if (journal > 0)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' was not closed and its folder cannot be written: copy the"
                       " folder to where you may write, and ask there",
                       reader->path);
    if (log > 0)
        *o = (opening){.name = reader->path,
                       .flags = SQLITE_OPEN_READONLY,
                       .file_system = "unix-none",
                       .alone = true};
    if (!try_open(reader, o)) return ag_reader_trouble(reader, err);
    reader->lies = ag_reader_look(reader);
    return AG_OK;
}

ag_reader_sight ag_reader_look(const ag_reader *reader) {
    struct stat at;
    if (stat(reader->path, &at) != 0) return (ag_reader_sight){0};
    return (ag_reader_sight){at.st_size, beside(reader, "-wal"), beside(reader, "-journal"),
                             at.st_mtim.tv_sec, at.st_mtim.tv_nsec};
}

/* Whether its header says that it has a log (WAL): readers then share memory with whom they read
 * beside. */
static bool has_log(const char *path) {
    unsigned char version[2] = {0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const bool read_it = fd >= 0 && pread(fd, version, sizeof version, 18) == sizeof version;
    if (fd >= 0) close(fd);
    return read_it && version[1] == 2;
}

/* Opened for writing where that is allowed: only such a reader can tidy up behind a
 * run that was killed. The guard keeps queries from it. */
static ag_status open_file(ag_reader *reader, opening *o, ag_error *err) {
    char holder[AG_HOLDER_MAX];
    ag_file_system fs;
    ag_file_system_of(reader->dir, &fs);
    if (fs.is_remote && has_log(reader->path)) return open_as_it_lies(reader, o, err);
    *o = (opening){.name = reader->path, .flags = SQLITE_OPEN_READWRITE};
    if (try_open(reader, o)) return AG_OK;
    const int code = sqlite3_errcode(reader->db) & 0xff;
    const bool sealed = code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
    return sealed && !ag_store_holder(reader->dir, holder) ? open_as_it_lies(reader, o, err)
                                                           : ag_reader_trouble(reader, err);
}

static ag_status open_database(ag_reader *reader, ag_error *err) {
    opening o = {0};
    struct stat file;
    if (stat(reader->path, &file) != 0) {
        reader->nothing = errno == ENOENT;
        if (!reader->nothing) return ag_file_trouble("open", reader->path, err);
        return ag_store_missing(reader->dir, err);
    }
    AG_TRY(ag_database_files_check(reader->path, err));
    AG_TRY(open_file(reader, &o, err));
    if (o.application == 0 && o.objects == 0) { /* a run was killed as it made the store */
        reader->nothing = true;
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "there is no store: '%s' is empty; `actgrid run` makes one", reader->path);
    }
    if (o.application != 0x61637467)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' is a database, but no result store",
                       reader->path);
    if (o.format > AG_STORE_FORMAT)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' has store format %d, this program knows up to %d: use the newer"
                       " actgrid that wrote it",
                       reader->path, o.format, AG_STORE_FORMAT);
    reader->format = o.format;
    return o.format < AG_STORE_FORMAT ? AG_OK : ag_schema_check(reader->db, reader->path, err);
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
    if (!ag_functions_add(reader->db, &reader->deadline)) return ag_reader_trouble(reader, err);
    /* One transaction from here on: the first read fixes what is seen. */
    if (sqlite3_exec(reader->db, "PRAGMA query_only = 1; BEGIN; SELECT count(*) FROM sqlite_schema",
                     NULL, NULL, NULL) != SQLITE_OK)
        return ag_reader_trouble(reader, err);
    sqlite3_set_authorizer(reader->db, guard, reader);
    sqlite3_progress_handler(reader->db, STEPS_BETWEEN_LOOKS, look_at_clock, reader);
    return AG_OK;
}

/* `*out` is set whatever happens, unless memory is out. */
static ag_status open_reader(const char *dir, ag_arena *arena, ag_reader **out, ag_error *err) {
    *out = AG_NEW(arena, ag_reader);
    const char *path = ag_path_join(arena, dir, "results.sqlite");
    if (!*out || !path) {
        *out = NULL;
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the store");
    }
    **out = (ag_reader){.arena = arena, .dir = dir, .path = path, .deadline = HUGE_VAL};
    const ag_status status = open_all(*out, err);
    if (status != AG_OK) ag_reader_close(*out);
    return status;
}

ag_status ag_reader_open(const char *dir, ag_arena *arena, ag_reader **reader, ag_error *err) {
    return open_reader(dir, arena, reader, err);
}

void ag_reader_close(ag_reader *reader) { sqlite3_close(reader->db); }

/* --- ids ------------------------------------------------------------------------------------ */

/* Ids of the trials that have one of the states, ascending. */
static ag_status read_ids(ag_reader *reader, const char *states, ag_arena *arena, uint64_t **ids,
                          size_t *n, ag_error *err) {
    sqlite3_stmt *s = NULL;
    char sql[160];
    snprintf(sql, sizeof sql,
             "SELECT trial_id, count(*) OVER () FROM trial WHERE status IN (%s) ORDER BY trial_id",
             states);
    if (sqlite3_prepare_v2(reader->db, sql, -1, &s, NULL) != SQLITE_OK)
        return ag_reader_trouble(reader, err);
    ag_status status = AG_OK;
    while (sqlite3_step(s) == SQLITE_ROW) {
        if (!*ids) *ids = AG_NEW_ARRAY(arena, uint64_t, (size_t)sqlite3_column_int64(s, 1));
        if (!*ids) {
            status = AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for trial ids");
            break;
        }
        (*ids)[(*n)++] = strtoull(ag_column_word(s, 0), NULL, 16);
    }
    const bool failed = sqlite3_finalize(s) != SQLITE_OK;
    return status == AG_OK && failed ? ag_reader_trouble(reader, err) : status;
}

ag_status ag_store_ids(const char *dir, ag_arena *arena, uint64_t **ids, size_t *n, ag_error *err) {
    ag_reader *reader = NULL;
    ag_error trouble = {0};
    *ids = NULL;
    *n = 0;
    ag_status status = open_reader(dir, arena, &reader, &trouble);
    if (status != AG_OK && reader && reader->nothing) return AG_OK;
    if (status == AG_OK) {
        status = read_ids(reader, "'finished', 'diverged'", arena, ids, n, &trouble);
        ag_reader_close(reader);
    }
    if (status != AG_OK) *err = trouble;
    return status;
}

/* One trial speaks for all of its label, which begins with the length. */
static ag_status read_lengths(ag_reader *reader, ag_arena *arena, ag_finished *f, ag_error *err) {
    const char *sql = "SELECT DISTINCT settings ->> '$.training.epochs', settings ->> "
                      "'$.training.steps' FROM trial"
                      " WHERE rowid IN (SELECT min(rowid) FROM trial WHERE status = 'finished' "
                      "GROUP BY training)";
    sqlite3_stmt *s = NULL;
    size_t room = 0;
    ag_length *lengths = NULL;
    if (sqlite3_prepare_v2(reader->db, sql, -1, &s, NULL) != SQLITE_OK)
        return ag_reader_trouble(reader, err);
    ag_status status = AG_OK;
    while (sqlite3_step(s) == SQLITE_ROW) {
        lengths = AG_GROW(arena, lengths, f->n_lengths, &room);
        if (!lengths) {
            status = AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a store");
            break;
        }
        const ag_length length = {sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
        if ((length.epochs > 0) != (length.steps > 0)) lengths[f->n_lengths++] = length;
    }
    f->lengths = lengths;
    const bool failed = sqlite3_finalize(s) != SQLITE_OK;
    return status == AG_OK && failed ? ag_reader_trouble(reader, err) : status;
}

static ag_status read_finished(ag_reader *reader, ag_arena *arena, ag_finished *f, ag_error *err) {
    uint64_t *ids = NULL;
    if (reader->format < AG_STORE_OLDEST_UPGRADED) return AG_OK;
    AG_TRY(read_ids(reader, "'finished'", arena, &ids, &f->n, err));
    f->ids = ids;
    return f->n ? read_lengths(reader, arena, f, err) : AG_OK;
}

ag_status ag_store_finished(const char *dir, ag_arena *arena, ag_finished *finished,
                            ag_error *err) {
    ag_reader *reader = NULL;
    ag_error trouble = {0};
    *finished = (ag_finished){0};
    ag_status status = open_reader(dir, arena, &reader, &trouble);
    if (status != AG_OK && reader && reader->nothing) return AG_OK;
    if (status == AG_OK) {
        status = read_finished(reader, arena, finished, &trouble);
        ag_reader_close(reader);
    }
    if (status != AG_OK) *err = trouble;
    return status;
}
