#include "harness/cli/reproduction.h"

#include "harness/base/nearest.h"
#include "harness/cli/shipped.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FOLDER "papers/"
#define ENDING ".paper.yaml"
enum { FILE_BYTES = (1 << 20) + 1 };

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading a paper");
}

static bool ends_in(const char *text, const char *ending) {
    const size_t n = strlen(text), m = strlen(ending);
    return n > m && strcmp(text + n - m, ending) == 0;
}

/* The first n characters of `text`, then `ending`. */
static const char *joined(const char *text, size_t n, const char *ending, ag_arena *arena) {
    char *to = AG_NEW_ARRAY(arena, char, n + strlen(ending) + 1);
    if (!to) return NULL;
    memcpy(to, text, n);
    strcpy(to + n, ending);
    return to;
}

static ag_status read_paper(ag_reproduction *r, ag_arena *arena, ag_error *err) {
    char *bytes = AG_NEW_ARRAY(arena, char, FILE_BYTES + 1);
    if (!bytes) return no_memory(err);
    FILE *f = fopen(r->file, "rb");
    if (!f) return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%s: %s", r->file, strerror(errno));
    const size_t n = fread(bytes, 1, FILE_BYTES, f);
    const bool bad = ferror(f);
    fclose(f);
    if (bad) return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%s: cannot be read", r->file);
    AG_TRY(ag_paper_read(arena, r->file, bytes, n, &r->paper, err));
    return AG_OK;
}

ag_status ag_reproduction_names(ag_arena *arena, const char *const **names, int *n, ag_error *err) {
    AG_TRY(ag_shipped_list(FOLDER, ENDING, arena, names, n, err));
    return AG_OK;
}

static ag_status check_name(const char *name, ag_arena *arena, ag_error *err) {
    char hint[AG_HINT_MAX];
    const char *const *names;
    int n = 0;
    AG_TRY(ag_reproduction_names(arena, &names, &n, err));
    ag_nearest nearest = ag_nearest_begin(name);
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) return AG_OK;
        ag_nearest_offer(&nearest, names[i]);
    }
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                   "'%.60s' is no shipped paper, and no file that ends in " ENDING "%s", name,
                   ag_nearest_hint(hint, &nearest, "; `actgrid reproduce` lists them"));
}

/* The path of the experiment, of which the paper's follows. */
static ag_status find_files(const char *name, ag_arena *arena, ag_reproduction *r, ag_error *err) {
    if (ends_in(name, ENDING) && strchr(name, '/')) {
        r->file = name;
        r->experiment_file = joined(name, strlen(name) - strlen(ENDING), ".yaml", arena);
        return r->experiment_file ? AG_OK : no_memory(err);
    }
    AG_TRY(check_name(name, arena, err));
    char *word = AG_NEW_ARRAY(arena, char, strlen(name) + sizeof FOLDER);
    if (!word) return no_memory(err);
    sprintf(word, FOLDER "%s", name);
    AG_TRY(ag_shipped_find(word, arena, &r->experiment_file, err));
    r->file =
        joined(r->experiment_file, strlen(r->experiment_file) - strlen(".yaml"), ENDING, arena);
    return r->file ? AG_OK : no_memory(err);
}

ag_status ag_reproduction_find(const char *name, ag_arena *arena, ag_reproduction *r,
                               ag_error *err) {
    *r = (ag_reproduction){0};
    AG_TRY(find_files(name, arena, r, err));
    const char *slash = strrchr(r->file, '/'), *stem = slash ? slash + 1 : r->file;
    r->name = joined(stem, strlen(stem) - strlen(ENDING), "", arena);
    if (!r->name) return no_memory(err);
    AG_TRY(read_paper(r, arena, err));
    return AG_OK;
}

/* Those of the scale, then those of the command line. */
static ag_status words_of(const ag_reproduction *r, ag_arena *arena, const char *const **words,
                          int *n, ag_error *err) {
    const char **all =
        AG_NEW_ARRAY(arena, const char *, (size_t)(r->scale->n_overrides + r->n_overrides) + 1);
    if (!all) return no_memory(err);
    *n = 0;
    for (int i = 0; i < r->scale->n_overrides; i++)
        all[(*n)++] = r->scale->overrides[i];
    for (int i = 0; i < r->n_overrides; i++)
        all[(*n)++] = r->overrides[i];
    *words = all;
    return AG_OK;
}

ag_status ag_reproduction_plan(ag_reproduction *r, const char *scale, ag_arena *arena,
                               ag_error *err) {
    const char *const *words = NULL;
    int n = 0;
    r->scale = &r->paper.scales[0];
    if (scale) AG_TRY(ag_paper_scale_find(&r->paper, scale, &r->scale, err));
    const size_t size = strlen(r->name) + strlen(r->scale->name) + 8;
    char *folder = AG_NEW_ARRAY(arena, char, size);
    if (!folder) return no_memory(err);
    snprintf(folder, size, "runs/%s-%s", r->name, r->scale->name);
    r->folder = folder;
    AG_TRY(words_of(r, arena, &words, &n, err));
    AG_TRY(ag_experiment_read(r->experiment_file, words, n, arena, &r->experiment, err));
    return AG_OK;
}
