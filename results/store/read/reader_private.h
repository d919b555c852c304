/* What reader.c (opening, guard) and query.c (asking) share. */
#ifndef AG_READER_PRIVATE_H
#define AG_READER_PRIVATE_H

#include "results/store/store.h"

#include <sys/types.h>
#include <time.h>

struct sqlite3;

/* What a file that is read without locks looked like; bytes 0: it is read with them. */
typedef struct ag_reader_sight {
    off_t bytes, log, journal;
    time_t seconds;
    long nanoseconds;
} ag_reader_sight;

struct ag_reader {
    ag_arena *arena;
    const char *dir, *path;
    struct sqlite3 *db;
    int format;       /* of the store; older ones lack tables and columns */
    bool nothing;     /* no file, or one in which nothing was ever written */
    char refused[96]; /* what the guard said no to */
    double deadline;  /* on ag_clock_now; infinite: none */
    ag_reader_sight lies;
};

/* As it is now. */
ag_reader_sight ag_reader_look(const ag_reader *reader);

/* What is wrong with the file itself. */
ag_status ag_reader_trouble(const ag_reader *reader, ag_error *err);

/* --- row by row, as they are asked for: query.c ------------------------------------- */

typedef enum ag_sql_kind { AG_SQL_NULL, AG_SQL_WHOLE, AG_SQL_REAL, AG_SQL_TEXT } ag_sql_kind;

/* A number as its bits are stored; the text of a row lives until the next one. */
typedef struct ag_sql_value {
    ag_sql_kind kind;
    int64_t whole;
    double real;
    const char *text; /* ends in a 0 byte */
    size_t n;         /* bytes */
} ag_sql_value;

/* The rows of one SELECT. Several may be open on a reader. */
typedef struct ag_cursor {
    const ag_reader *reader;
    struct sqlite3_stmt *s;
    bool row; /* there is one: false behind the last */
} ag_cursor;

/* Stands in front of the first row. SQL of the program's own: what it asks for in vain is the
 * store's fault. Closed by the caller if it is AG_OK. */
ag_status ag_cursor_open(ag_reader *reader, const char *sql, ag_cursor *cursor, ag_error *err);
ag_status ag_cursor_next(ag_cursor *cursor, ag_error *err);
ag_sql_value ag_cursor_value(const ag_cursor *cursor, int column);
void ag_cursor_close(ag_cursor *cursor);

#endif
