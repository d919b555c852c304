/* A comparison of two stores, for people. */
#include "harness/cli/store_diff.h"

#include "harness/base/glyph.h"
#include "harness/cli/call.h"
#include "results/store/print/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char side_name[2] = {'A', 'B'};

/* --- places and values as one text ------------------------------------------------------- */

enum { PLACE_MAX = 1024, WHAT_MAX = 320, COUNT_MAX = 24 };

/* "trial 0123456789abcdef, epoch 3, layer 2" */
static void place_text(const ag_difference *d, char text[PLACE_MAX]) {
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < d->n_keys && used < PLACE_MAX; i++) {
        const char *name = strcmp(d->key[i].name, "trial_id") == 0 ? "trial" : d->key[i].name;
        const char *value = d->key[i].value.text ? d->key[i].value.text : "NULL";
        used +=
            (size_t)snprintf(text + used, PLACE_MAX - used, "%s%s %s", i ? ", " : "", name, value);
    }
}

/* "epoch.val_loss", "curves.h5 step/loss", "rows of epoch in A only" */
static void what_text(const ag_difference *d, char text[WHAT_MAX]) {
    const bool array = strcmp(d->table, "curves.h5") == 0;
    if (d->column)
        snprintf(text, WHAT_MAX, "%.120s%s%.180s", d->table, array ? " " : ".", d->column);
    else if (array)
        snprintf(text, WHAT_MAX, "arrays of trials in %c only", side_name[d->only]);
    else
        snprintf(text, WHAT_MAX, "rows of %.120s in %c only", d->table, side_name[d->only]);
}

static void print_value(const ag_cell *cell) {
    ag_print_visible(stdout, cell->text ? cell->text : "NULL");
}

static void print_line(const ag_difference *d) {
    char place[PLACE_MAX], what[WHAT_MAX];
    place_text(d, place);
    what_text(d, what);
    ag_print_visible(stdout, what);
    fputs(": ", stdout);
    ag_print_visible(stdout, place);
    if (d->column) {
        fputs(": ", stdout);
        print_value(&d->value[0]);
        fputs(" | ", stdout);
        print_value(&d->value[1]);
        if (d->has_ulps) printf(" (%" PRIu64 " ULP)", d->ulps);
    } else if (d->value[d->only].text) {
        fputs(": ", stdout);
        print_value(&d->value[d->only]);
    }
    fputc('\n', stdout);
}

ag_status ag_diff_print_each(void *self, const ag_difference *difference, ag_error *err) {
    (void)err;
    ag_diff_printer *printer = self;
    if (printer->json)
        ag_diff_json_each(printer, difference);
    else
        print_line(difference);
    printer->n++;
    return AG_OK;
}

/* --- the verdict ---------------------------------------------------------------------------- */

static const char *plural(size_t n) { return n == 1 ? "" : "s"; }

static void print_extent(const ag_diff *diff) {
    printf("%zu trial%s, %zu row%s, %zu array%s", diff->trials, plural(diff->trials), diff->rows,
           plural(diff->rows), diff->arrays, plural(diff->arrays));
}

static void print_verdict(const ag_diff_printer *printer, const ag_diff *diff) {
    if (diff->equal) {
        fputs("equal: ", stdout);
        print_extent(diff);
        fputs(" (times left out)\n", stdout);
        if (diff->n_lone[0] + diff->n_lone[1] + diff->n_facts == 0) return;
    } else {
        printf("different: %zu of %zu trials in both, %zu in A only, %zu in B only; compared ",
               diff->different, diff->trials, diff->n_lone[0], diff->n_lone[1]);
        print_extent(diff);
        fputs(" (times left out)\n", stdout);
    }
    for (int i = 0; i < 2; i++) {
        printf("%c: ", side_name[i]);
        ag_print_visible(stdout, printer->dir[i]);
        fputc('\n', stdout);
    }
}

static void print_lone(const ag_diff *diff) {
    for (int i = 0; i < 2; i++) {
        const size_t n = diff->n_lone[i], shown = n < AG_DIFF_NAMED ? n : AG_DIFF_NAMED;
        if (n > 0) printf("\n%zu trial%s in %c only\n", n, plural(n), side_name[i]);
        for (size_t k = 0; k < shown; k++) {
            printf("    %s  ", diff->lone[i][k].trial_id);
            ag_print_visible(stdout, diff->lone[i][k].words);
            fputc('\n', stdout);
        }
        if (n > shown) printf("    and %zu more\n", n - shown);
    }
}

static const char *kept(const char *text, ag_arena *arena) {
    char *copy = AG_NEW_ARRAY(arena, char, strlen(text) + 1);
    return copy ? strcpy(copy, text) : NULL;
}

static const char *kept_count(uint64_t n, ag_arena *arena) {
    char text[COUNT_MAX];
    snprintf(text, sizeof text, "%" PRIu64, n);
    return kept(text, arena);
}

enum { COUNT_COLUMNS = 7, FACT_COLUMNS = 3 };

static bool fill_count(const ag_diff_count *count, const char **cell, ag_arena *arena) {
    char place[PLACE_MAX], what[WHAT_MAX];
    const ag_difference *d = &count->first;
    place_text(d, place);
    what_text(d, what);
    cell[0] = kept(what, arena);
    cell[1] = kept_count(count->cells, arena);
    cell[2] = kept_count(count->trials, arena);
    cell[3] = kept(place, arena);
    cell[4] = d->value[0].text;
    cell[5] = d->value[1].text;
    cell[6] = d->has_ulps ? kept_count(d->ulps, arena) : NULL;
    return cell[0] && cell[1] && cell[2] && cell[3];
}

/* Values are words here: all their digits are wanted. */
static ag_status print_counts(const ag_diff *diff, ag_arena *arena, ag_error *err) {
    static const char *const columns[COUNT_COLUMNS] = {"what", "cells", "trials", "first at",
                                                       "A",    "B",     "ULP"};
    static const bool numeric[COUNT_COLUMNS] = {[1] = true, [2] = true, [6] = true};
    const char **cells = AG_NEW_ARRAY(arena, const char *, COUNT_COLUMNS * diff->n_counts + 1);
    bool good = cells;
    for (size_t i = 0; i < diff->n_counts && good; i++)
        good = fill_count(&diff->count[i], cells + COUNT_COLUMNS * i, arena);
    if (!good) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
    const ag_table table = {COUNT_COLUMNS, columns, diff->n_counts, cells, numeric};
    fputc('\n', stdout);
    return ag_table_print(stdout, &table, AG_FORMAT_TABLE, err);
}

static ag_status print_facts(const ag_diff *diff, ag_arena *arena, ag_error *err) {
    static const char *const columns[FACT_COLUMNS] = {"environment", "A", "B"};
    static const bool numeric[FACT_COLUMNS] = {false, false, false};
    const char **cells = AG_NEW_ARRAY(arena, const char *, FACT_COLUMNS * diff->n_facts + 1);
    if (!cells) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
    for (size_t i = 0; i < diff->n_facts; i++) {
        cells[FACT_COLUMNS * i] = diff->fact[i].key;
        cells[FACT_COLUMNS * i + 1] = diff->fact[i].value[0];
        cells[FACT_COLUMNS * i + 2] = diff->fact[i].value[1];
    }
    const ag_table table = {FACT_COLUMNS, columns, diff->n_facts, cells, numeric};
    puts("\nnot the same, but no difference of numbers:\n");
    return ag_table_print(stdout, &table, AG_FORMAT_TABLE, err);
}

static void print_notes(const ag_diff *diff) {
    for (int i = 0; i < 2; i++)
        if (diff->ungathered[i])
            printf("note: the arrays of %zu trial%s of %c are not gathered yet: read from"
                   " arrays.log\n",
                   diff->ungathered[i], plural(diff->ungathered[i]), side_name[i]);
    if (diff->left_out)
        printf("note: %zu row%s left out: of trials that one store has\n", diff->left_out,
               diff->left_out == 1 ? " of means is" : "s of means are");
    for (size_t i = 0; i < diff->n_notes; i++) {
        fputs("note: ", stdout);
        ag_print_visible(stdout, diff->note[i]);
        fputc('\n', stdout);
    }
}

ag_status ag_diff_print(ag_diff_printer *printer, const ag_diff *diff, ag_arena *arena,
                        ag_error *err) {
    if (printer->json) {
        ag_diff_json(printer, diff);
        return AG_OK;
    }
    if (printer->n > 0) fputc('\n', stdout);
    print_verdict(printer, diff);
    print_lone(diff);
    if (diff->n_counts > 0) AG_TRY(print_counts(diff, arena, err));
    if (diff->n_facts > 0) AG_TRY(print_facts(diff, arena, err));
    print_notes(diff);
    return AG_OK;
}
