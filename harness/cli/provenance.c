#include "harness/cli/provenance.h"

#include "harness/base/digest.h"
#include "harness/config/writer.h"
#include "harness/run/machine.h"
#include "results/store/store.h"

#include <stdlib.h>
#include <string.h>

/* What the bits depend on, as far as words say it; for stores whose `origin` is not known. */
static const char *const deciding[] = {"version",    "git_revision", "compiler", "flags",
                                       "build_type", "isa",          "cpu"};

/* Where and how fast it ran, not what came out. */
static const char *const no_matter[] = {"host", "cores", "threads", "memory"};

static bool is_among(const char *key, const char *const *list, int n) {
    for (int i = 0; i < n; i++)
        if (strcmp(key, list[i]) == 0) return true;
    return false;
}

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the store's environments");
}

enum { ENVIRONMENT, KEY, VALUE, N_COLUMNS };

/* Rows of one environment, cell[n][N_COLUMNS], against the facts of this process. */
static ag_status compare(const char *const *cell, size_t n, const ag_fact *facts, int n_facts,
                         ag_arena *arena, ag_provenance *p, ag_error *err) {
    char words[AG_ORIGIN_MAX], origin[AG_ID_TEXT];
    ag_id_text(origin, ag_machine_origin(words));
    const char *stored = NULL;
    bool decided = false;
    ag_writer w = AG_WRITER(arena);
    for (size_t r = 0; r < n; r++) {
        const char *key = cell[r * N_COLUMNS + KEY], *value = cell[r * N_COLUMNS + VALUE];
        if (!key || !value) continue;
        if (strcmp(key, "origin") == 0) stored = value;
        for (int f = 0; f < n_facts; f++) {
            if (strcmp(facts[f].key, key) != 0 || strcmp(facts[f].value, value) == 0 ||
                is_among(key, no_matter, AG_COUNT(no_matter)))
                continue;
            decided |= is_among(key, deciding, AG_COUNT(deciding));
            ag_write_format(&w, "%s%s %s, was %s", w.n ? "; " : "", key, facts[f].value, value);
        }
    }
    p->environment = (int)strtol(cell[ENVIRONMENT] ? cell[ENVIRONMENT] : "0", NULL, 10);
    p->same = stored ? strcmp(stored, origin) == 0 : !decided;
    if (!w.n) ag_write(&w, "another build of the program, or another C library");
    if (w.failed) return no_memory(err);
    p->words = w.text;
    return AG_OK;
}

static bool same_environment(const char *a, const char *b) { return a && b && !strcmp(a, b); }

ag_status ag_provenance_read(const char *folder, ag_arena *arena, ag_provenance **list, size_t *n,
                             ag_error *err) {
    ag_table table;
    const ag_fact *facts;
    AG_TRY(ag_store_query(folder,
                          "SELECT environment_id, key, value FROM environment"
                          " ORDER BY environment_id, key",
                          0, arena, &table, err));
    const int n_facts = ag_machine_facts(arena, &facts);
    *list = AG_NEW_ARRAY(arena, ag_provenance, table.n_rows + 1);
    if (n_facts < 0 || !*list) return no_memory(err);
    *n = 0;
    for (size_t first = 0, end; first < table.n_rows; first = end) {
        const char *const *cell = &table.cells[first * N_COLUMNS];
        for (end = first + 1; end < table.n_rows; end++)
            if (!same_environment(table.cells[end * N_COLUMNS + ENVIRONMENT], cell[ENVIRONMENT]))
                break;
        AG_TRY(compare(cell, end - first, facts, n_facts, arena, &(*list)[(*n)++], err));
    }
    return AG_OK;
}
