/* What reader.c (opening, guard) and query.c (asking) share. */
#ifndef AG_READER_PRIVATE_H
#define AG_READER_PRIVATE_H

#include "results/store/store.h"

struct sqlite3;

struct ag_reader {
    ag_arena *arena;
    const char *dir, *path;
    struct sqlite3 *db;
    int format;       /* of the store; older ones lack tables and columns */
    bool nothing;     /* no file, or one in which nothing was ever written */
    char refused[96]; /* what the guard said no to */
    double deadline;  /* on ag_clock_now; infinite: none */
};

/* What is wrong with the file itself. */
ag_status ag_reader_trouble(const ag_reader *reader, ag_error *err);

#endif
