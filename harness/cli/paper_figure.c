#include "harness/cli/paper_figure.h"

#include "harness/base/glyph.h"
#include "harness/cli/report_file.h"
#include "results/report/draw.h"

#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure");
}

/* The metric of the first number, if that is of a whole trial and the figure has one. */
static ag_status metric_of(const ag_paper *paper, const ag_figure *figure, const ag_metric **metric,
                           ag_error *err) {
    const ag_paper_number *first = paper->n_numbers ? paper->numbers : NULL;
    *metric = NULL;
    if (!figure->of_metric || !first || first->epoch != AG_EPOCH_NONE ||
        first->layer != AG_LAYER_NONE)
        return AG_OK;
    AG_TRY(ag_metric_wanted(first->metric, first->metric_place, metric, err));
    return AG_OK;
}

static void say_without(const char *why) {
    fputs("note: no figure: ", stderr);
    ag_print_visible(stderr, why);
    fputc('\n', stderr);
}

ag_status ag_paper_figure_draw(const ag_reproduction *r, const char *folder, ag_arena *arena,
                               const char **file, ag_error *err) {
    const char *wanted = r->paper.figure;
    ag_draw_request request = {.of.store = folder, .of.by = r->paper.by};
    *file = NULL;
    if (!wanted) return AG_OK;
    const ag_element *element = ag_catalogue_find(&ag_figures, wanted);
    if (!element)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%s: there is no figure '%.60s'", r->file,
                       wanted);
    request.figure = ag_figure_of(element);
    AG_TRY(metric_of(&r->paper, request.figure, &request.of.metric, err));
    AG_TRY(ag_trial_set_of_plan(&r->experiment.plan, folder, arena, &request.of.set, err));
    const char *metric = request.of.metric ? request.of.metric->name : "";
    const size_t size = strlen(wanted) + strlen(metric) + 2;
    char *stem = AG_NEW_ARRAY(arena, char, size);
    if (!stem) return no_memory(err);
    snprintf(stem, size, "%s%s%s", wanted, metric[0] ? "_" : "", metric);
    ag_drawn drawn;
    ag_error trouble = {0};
    const ag_status status = ag_draw_one(&request, arena, &drawn, &trouble);
    if (status == AG_NOTFOUND) {
        say_without(trouble.text);
        return AG_OK;
    }
    if (status) {
        *err = trouble;
        return ag_pass(err, status, __FILE__, __LINE__);
    }
    const ag_report_file new = {folder, stem, ".svg", drawn.svg.text, drawn.svg.n};
    const char *path;
    AG_TRY(ag_report_file_write(&new, arena, &path, err));
    *file = strrchr(path, '/') + 1;
    return AG_OK;
}
