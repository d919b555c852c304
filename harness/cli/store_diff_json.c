/* A comparison of two stores as one line of JSON. */
#include "harness/cli/json.h"
#include "harness/cli/store_diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Infinity as in `query --format json`: every reader takes 1e999 for it. */
static void put_cell(const ag_cell *cell) {
    if (cell->kind == AG_CELL_NUMBER && strstr(cell->text, "inf"))
        fputs(cell->text[0] == '-' ? "-1e999" : "1e999", stdout);
    else if (cell->kind == AG_CELL_NUMBER)
        fputs(cell->text, stdout);
    else
        ag_json_text(stdout, cell->text);
}

static void put_only(const ag_difference *d) {
    if (d->only >= 0) printf(", \"only_in\": \"%c\"", d->only ? 'b' : 'a');
}

/* The members of a difference, without braces. */
static void put_difference(const ag_difference *d) {
    fputs("\"table\": ", stdout);
    ag_json_text(stdout, d->table);
    fputs(", \"column\": ", stdout);
    ag_json_text(stdout, d->column);
    put_only(d);
    fputs(", \"at\": {", stdout);
    for (int i = 0; i < d->n_keys; i++) {
        fputs(i ? ", " : "", stdout);
        ag_json_text(stdout, d->key[i].name);
        fputs(": ", stdout);
        put_cell(&d->key[i].value);
    }
    fputc('}', stdout);
    static const char *const names[2] = {"a", "b"};
    for (int i = 0; i < 2; i++) {
        if (d->only == !i) continue;
        printf(", \"%s\": ", names[i]);
        put_cell(&d->value[i]);
    }
    if (d->has_ulps) printf(", \"ulps\": %" PRIu64, d->ulps);
}

/* Nothing is printed before something is known: stores that cannot be read have no JSON. */
void ag_diff_json_each(const ag_diff_printer *printer, const ag_difference *difference) {
    fputs(printer->n ? ", {" : "{\"all\": [{", stdout);
    put_difference(difference);
    fputc('}', stdout);
}

static void put_lone(const ag_diff *diff, int side) {
    printf(", \"only_in_%c\": {\"trials\": %zu, \"first\": [", side ? 'b' : 'a',
           diff->n_lone[side]);
    for (size_t i = 0; i < diff->n_lone[side] && i < AG_DIFF_NAMED; i++) {
        fputs(i ? ", {\"trial_id\": " : "{\"trial_id\": ", stdout);
        ag_json_text(stdout, diff->lone[side][i].trial_id);
        fputs(", \"settings\": ", stdout);
        ag_json_text(stdout, diff->lone[side][i].words);
        fputc('}', stdout);
    }
    fputs("]}", stdout);
}

static void put_facts(const ag_diff *diff) {
    fputs(", \"environment\": [", stdout);
    for (size_t i = 0; i < diff->n_facts; i++) {
        fputs(i ? ", {\"key\": " : "{\"key\": ", stdout);
        ag_json_text(stdout, diff->fact[i].key);
        fputs(", \"a\": ", stdout);
        ag_json_text(stdout, diff->fact[i].value[0]);
        fputs(", \"b\": ", stdout);
        ag_json_text(stdout, diff->fact[i].value[1]);
        fputc('}', stdout);
    }
    fputc(']', stdout);
}

void ag_diff_json(const ag_diff_printer *printer, const ag_diff *diff) {
    if (printer->all) fputs(printer->n ? "], " : "{\"all\": [], ", stdout);
    fputs(printer->all ? "\"a\": " : "{\"a\": ", stdout);
    ag_json_text(stdout, printer->dir[0]);
    fputs(", \"b\": ", stdout);
    ag_json_text(stdout, printer->dir[1]);
    printf(", \"equal\": %s, \"trials\": %zu, \"different_trials\": %zu, \"rows\": %zu,"
           " \"arrays\": %zu",
           diff->equal ? "true" : "false", diff->trials, diff->different, diff->rows, diff->arrays);
    put_lone(diff, 0);
    put_lone(diff, 1);
    fputs(", \"differences\": [", stdout);
    for (size_t i = 0; i < diff->n_counts; i++) {
        const ag_diff_count *count = &diff->count[i];
        printf("%s{\"cells\": %zu, \"trials\": %zu, ", i ? ", " : "", count->cells, count->trials);
        put_difference(&count->first);
        fputc('}', stdout);
    }
    fputc(']', stdout);
    put_facts(diff);
    printf(", \"ungathered_a\": %zu, \"ungathered_b\": %zu, \"means_left_out\": %zu, \"notes\": [",
           diff->ungathered[0], diff->ungathered[1], diff->left_out);
    for (size_t i = 0; i < diff->n_notes; i++) {
        fputs(i ? ", " : "", stdout);
        ag_json_text(stdout, diff->note[i]);
    }
    puts("]}");
}
