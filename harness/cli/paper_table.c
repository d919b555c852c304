#include "harness/cli/paper_table.h"

#include "harness/base/text.h"
#include "harness/config/writer.h"
#include "results/store/print/table.h"

#include <math.h>
#include <string.h>

enum {
    KIND,
    WHAT,
    PAPER,
    TOLERANCE,
    OURS,
    INTERVAL,
    LOW,
    HIGH,
    SEEDS,
    LOST,
    VERDICT,
    WHY,
    MARK,
    CERTAINTY,
    SOURCE,
    COLUMNS
};
static const char *const columns[COLUMNS] = {
    "kind",  "number", "paper",   "+-",  "ours", "95 % interval", "low",   "high",
    "seeds", "lost",   "verdict", "why", "mark", "certainty",     "source"};
static const bool numeric[COLUMNS] = {
    [PAPER] = true, [TOLERANCE] = true, [OURS] = true, [LOW] = true,
    [HIGH] = true,  [SEEDS] = true,     [LOST] = true};

enum { ALL_DIGITS = 17 };

/* relu he_normal depth=8: of a part its name alone. */
static void write_cell(ag_writer *w, const ag_paper_cell *cell, const char *before) {
    ag_write(w, before);
    if (cell->activation) ag_write(w, cell->activation);
    for (int i = 0; i < cell->n_keys; i++) {
        const char *dot = strrchr(cell->keys[i].key, '.');
        if (i || cell->activation) ag_write(w, " ");
        if (dot) ag_write_format(w, "%s=", dot + 1);
        ag_write(w, cell->keys[i].value);
    }
}

/* "training loss: relu depth=8, epoch 10" */
static const char *what_of(const ag_paper_number *number, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    ag_write_format(&w, "%s: ", number->what);
    write_cell(&w, &number->at, "");
    if (number->relation == AG_PAPER_OVER) write_cell(&w, &number->other, " over ");
    if (number->relation == AG_PAPER_MINUS) write_cell(&w, &number->other, " minus ");
    if (number->layer != AG_LAYER_NONE) ag_write_format(&w, ", layer %d", number->layer);
    if (number->epoch != AG_EPOCH_NONE) ag_write_format(&w, ", epoch %ld", number->epoch);
    return w.failed ? NULL : w.text;
}

/* With so many significant digits, ALL_DIGITS: as few as read back the same; NULL for NaN. */
static const char *number_text(double x, int digits, ag_arena *arena) {
    char *text = isnan(x) ? NULL : AG_NEW_ARRAY(arena, char, AG_NUMBER_MAX);
    if (text && digits == ALL_DIGITS && isfinite(x))
        ag_format_number(text, x);
    else if (text)
        snprintf(text, AG_NUMBER_MAX, "%.*g", digits, x);
    return text;
}

/* "1.338 .. 1.346"; NULL where there is none. */
static const char *interval_text(ag_bounds b, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    if (isnan(b.low) || isnan(b.high)) return NULL;
    ag_write_format(&w, "%.4g .. %.4g", b.low, b.high);
    return w.failed ? NULL : w.text;
}

static ag_status fill(const ag_paper *paper, const ag_paper_result *results, bool brief,
                      ag_arena *arena, const char **cells, size_t *n_rows, ag_error *err) {
    const int digits = brief ? 5 : ALL_DIGITS;
    for (int i = 0; i < paper->n_numbers; i++) {
        const ag_paper_number *number = &paper->numbers[i];
        const ag_paper_result *r = &results[i];
        const char **row = cells + *n_rows * COLUMNS;
        if (brief && r->agreement == AG_AGREEMENT_NONE) continue;
        ++*n_rows;
        row[KIND] = "number";
        row[WHAT] = what_of(number, arena);
        row[PAPER] = number_text(number->paper, digits, arena);
        row[TOLERANCE] = number_text(r->tolerance, brief ? 2 : digits, arena);
        row[OURS] = number_text(r->ours.estimate, digits, arena);
        row[INTERVAL] = interval_text(r->ours, arena);
        row[LOW] = number_text(r->ours.low, digits, arena);
        row[HIGH] = number_text(r->ours.high, digits, arena);
        row[SEEDS] = number_text(r->n, 9, arena);
        row[LOST] = number_text(r->diverged + r->failed, 9, arena);
        row[VERDICT] = ag_agreement_names[r->agreement];
        row[WHY] = r->why;
        row[MARK] = ag_certainty_names[number->certainty];
        row[CERTAINTY] = ag_certainty_words[number->certainty];
        row[SOURCE] = number->source;
        if (!row[WHAT] || !row[PAPER] || !row[SEEDS] || !row[LOST])
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a table");
    }
    return AG_OK;
}

/* "36 of 40 trials are done"; NULL where all are. */
static const char *missing_text(const ag_claim_result *r, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    if (r->there) return NULL;
    ag_write_format(&w, "%zu of %zu trials are done", r->done, r->planned);
    return w.failed ? NULL : w.text;
}

/* A claim in the columns of a number: ours is the difference, or ratio, that it is about; the
 * tolerance its margin. */
static ag_status fill_claims(const ag_claim_results *claims, ag_arena *arena, const char **cells,
                             size_t *n_rows, ag_error *err) {
    for (int c = 0; c < claims->n; c++) {
        const ag_claim_result *r = &claims->result[c];
        const ag_judgement *j = &r->judged;
        const double margin = j->margin > 0 ? j->margin : (double)NAN;
        const char **row = cells + (*n_rows)++ * COLUMNS;
        row[KIND] = "claim";
        row[WHAT] = r->claim->text;
        row[VERDICT] = ag_claim_word(r);
        row[WHY] = missing_text(r, arena);
        row[TOLERANCE] = number_text(ag_metric_unscaled(r->metric, margin), ALL_DIGITS, arena);
        if (!r->there) {
            if (!row[WHY]) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a table");
            continue;
        }
        row[OURS] =
            number_text(ag_metric_unscaled(r->metric, j->difference.estimate), ALL_DIGITS, arena);
        row[LOW] = number_text(ag_metric_unscaled(r->metric, j->difference.low), ALL_DIGITS, arena);
        row[HIGH] =
            number_text(ag_metric_unscaled(r->metric, j->difference.high), ALL_DIGITS, arena);
        row[SEEDS] = number_text(j->n, 9, arena);
        row[LOST] = number_text(r->diverged + r->without, 9, arena);
        if (!row[SEEDS] || !row[LOST])
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a table");
    }
    return AG_OK;
}

static bool varies(const ag_table *t, int column) {
    for (size_t r = 1; r < t->n_rows; r++)
        if (strcmp(t->cells[r * COLUMNS + (size_t)column], t->cells[column]) != 0) return true;
    return false;
}

/* Certainties and reasons are said below the table; which number has which, only if they differ. */
static void choose(const ag_table *all, bool brief, bool claims, bool *keep) {
    for (int c = 0; c < COLUMNS; c++)
        keep[c] =
            brief ? c <= INTERVAL || c == SEEDS || c == VERDICT : c != INTERVAL && c != CERTAINTY;
    keep[KIND] = claims;
    if (!brief || !all->n_rows) return;
    keep[MARK] = varies(all, MARK);
    keep[LOST] = varies(all, LOST) || strcmp(all->cells[LOST], "0") != 0;
}

ag_status ag_paper_table(const ag_paper *paper, const ag_paper_result *results,
                         const ag_claim_results *claims, bool brief, ag_arena *arena,
                         ag_table *table, ag_error *err) {
    bool keep[COLUMNS];
    size_t n = 0;
    const int rows = paper->n_numbers + (claims ? claims->n : 0);
    const char **cells = AG_NEW_ARRAY(arena, const char *, (size_t)rows *COLUMNS + 1);
    if (!cells) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a table");
    AG_TRY(fill(paper, results, brief, arena, cells, &n, err));
    if (claims) AG_TRY(fill_claims(claims, arena, cells, &n, err));
    const ag_table all = {
        .n_columns = COLUMNS, .columns = columns, .n_rows = n, .cells = cells, .numeric = numeric};
    choose(&all, brief, claims != NULL, keep);
    return ag_table_pick(&all, keep, n, arena, table, err);
}
