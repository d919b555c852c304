/* What a store is compared by if nobody says. */
#include "harness/base/catalogue.h"
#include "harness/config/writer.h"
#include "results/report/sample.h"

#include <string.h>

ag_status ag_metric_usual(ag_reader *reader, const ag_trial_set *set, ag_arena *arena,
                          const ag_metric **metric, ag_error *err) {
    static const char *const tuned[] = {"test_accuracy", "val_accuracy", "test_r2",
                                        "val_r2",        "test_loss",    "val_loss"};
    static const char *const plain[] = {"val_accuracy", "val_accuracy", "val_r2",
                                        "val_r2",       "val_loss",     "val_loss"};
    ag_table table;
    ag_writer w = AG_WRITER(arena);
    ag_write(&w, "SELECT count(test_accuracy), count(val_accuracy), count(test_r2), count(val_r2),"
                 " count(test_loss), count(val_loss), phase FROM trial t"
                 " WHERE status = 'finished' AND phase IN ");
    if (set && set->phase)
        ag_write_format(&w, "('%s')", set->phase);
    else
        ag_write(&w, "('grid', 'final')");
    if (set && set->sql) ag_write_format(&w, " AND %s", set->sql);
    ag_write(&w, " GROUP BY phase ORDER BY phase = 'grid'");
    if (w.failed) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a comparison");
    AG_TRY(ag_reader_query(reader, w.text, 0, arena, &table, err));
    *metric = ag_metric_find("val_accuracy");
    if (table.n_rows == 0) return AG_OK;
    const bool is_tuned = strcmp(table.cells[6], "final") == 0;
    for (int i = is_tuned ? 0 : 1; i < AG_COUNT(tuned); i += is_tuned ? 1 : 2)
        if (strcmp(table.cells[i], "0") != 0) {
            *metric = ag_metric_find(is_tuned ? tuned[i] : plain[i]);
            return AG_OK;
        }
    for (int i = 0; i < AG_COUNT(tuned); i += 2) /* there is no validation part */
        if (strcmp(table.cells[i], "0") != 0) {
            *metric = ag_metric_find(tuned[i]);
            return AG_OK;
        }
    return AG_OK;
}
