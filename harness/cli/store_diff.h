/* What `actgrid diff DIR1 DIR2` says. */
#ifndef AG_STORE_DIFF_H
#define AG_STORE_DIFF_H

#include "results/store/compare/diff.h"

/* Who prints it: both folders as they were called. */
typedef struct ag_diff_printer {
    const char *dir[2];
    bool json, all;
    size_t n; /* differences printed so far */
} ag_diff_printer;

/* Each difference as it is found. */
ag_status ag_diff_print_each(void *printer, const ag_difference *difference, ag_error *err);

/* The verdict: text or one line of JSON. */
ag_status ag_diff_print(ag_diff_printer *printer, const ag_diff *diff, ag_arena *arena,
                        ag_error *err);

/* store_diff_json.c */
void ag_diff_json_each(const ag_diff_printer *printer, const ag_difference *difference);
void ag_diff_json(const ag_diff_printer *printer, const ag_diff *diff);

#endif
