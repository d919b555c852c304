#include "results/report/sample_own.h"

#include "harness/config/writer.h"
#include "results/report/sample_private.h"

enum { EXPERIMENT, KEY, TUNED, COLUMNS };

static const char *cell(const ag_own *own, size_t row, int column) {
    return own->keys.cells[row * COLUMNS + (size_t)column];
}

ag_status ag_own_read(ag_reader *reader, const char *phase, ag_arena *arena, ag_own *own,
                      ag_error *err) {
    ag_writer w = AG_WRITER(arena);
    ag_write_format(
        &w,
        "SELECT e.experiment_id AS id, o.value AS key, 1 AS tuned FROM experiment e,"
        " json_each(e.resolved, '$.tuning.over') o WHERE %d"
        " UNION SELECT e.experiment_id, k.key, 0 FROM experiment e,"
        " json_each(e.resolved, '$.zip') z, json_each(z.value) k"
        " WHERE json_type(z.value, '$.activation') = 'array' AND k.key NOT LIKE 'activation%%'"
        " AND k.key NOT LIKE 'dataset%%'"
        " AND (SELECT count(*) = count(DISTINCT a.value) FROM json_each(z.value, '$.activation') a)"
        " ORDER BY id, tuned DESC, key",
        strcmp(phase, "final") == 0);
    return w.failed ? ag_samples_no_memory(err)
                    : ag_reader_query(reader, w.text, 0, arena, &own->keys, err);
}

bool ag_own_is_tuned(const ag_own *own, const char *key) {
    for (size_t r = 0; r < own->keys.n_rows; r++)
        if (cell(own, r, KEY) && strcmp(cell(own, r, KEY), key) == 0 &&
            cell(own, r, TUNED)[0] == '1')
            return true;
    return false;
}

static bool same_experiment(const ag_own *own, size_t a, size_t b) {
    return strcmp(cell(own, a, EXPERIMENT), cell(own, b, EXPERIMENT)) == 0;
}

/* CASE t.experiment_id WHEN 1 THEN ... END: for each experiment `begin`, what `write` says of each
 * key, `end`. */
static const char *by_experiment(const ag_own *own, const char *begin,
                                 void (*write)(ag_writer *w, const char *key, bool first),
                                 const char *end, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    if (own->keys.n_rows) ag_write(&w, "CASE t.experiment_id");
    for (size_t r = 0; r < own->keys.n_rows; r++) {
        const char *key = cell(own, r, KEY);
        const bool first = r == 0 || !same_experiment(own, r - 1, r);
        if (first) ag_write_format(&w, " WHEN %s THEN %s", cell(own, r, EXPERIMENT), begin);
        if (key && ag_is_json_path(key)) write(&w, key, first);
        if (r + 1 == own->keys.n_rows || !same_experiment(own, r, r + 1)) ag_write(&w, end);
    }
    ag_write_format(&w, "%s%s%s%s", own->keys.n_rows ? " ELSE " : "", begin, end,
                    own->keys.n_rows ? " END" : "");
    return w.failed ? NULL : w.text;
}

static void write_path(ag_writer *w, const char *key, bool first) {
    (void)first;
    ag_write_format(w, ", '$.%s'", key);
}

const char *ag_own_removed(const ag_own *own, ag_arena *arena) {
    return by_experiment(own, "json_remove(t.settings, '$.seed', '$.phase', '$.activation'",
                         write_path, ")", arena);
}

static void write_words(ag_writer *w, const char *key, bool first) {
    ag_write_format(w, " || '%s%s=' || coalesce(", first ? "" : " ", ag_last_word(key));
    ag_sample_write_value(w, key);
    ag_write(w, ", '')");
}

const char *ag_own_in_words(const ag_own *own, ag_arena *arena) {
    return by_experiment(own, "''", write_words, "", arena);
}
