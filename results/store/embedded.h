/* results/schema.sql, put into the program by the build. */
#ifndef AG_EMBEDDED_H
#define AG_EMBEDDED_H

#include "results/store/store.h"

extern const char *const ag_schema_sql;

#endif
