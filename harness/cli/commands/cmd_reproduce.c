/* actgrid reproduce: what papers published, done again. */
#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/drive.h"
#include "harness/cli/estimate.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/paper_figure.h"
#include "harness/cli/paper_report.h"
#include "harness/cli/sweep.h"
#include "harness/cli/terminal.h"
#include "harness/cli/tuned.h"

#include <string.h>

static const ag_interrupt preparing = {
    "\ninterrupted before a trial began: nothing was started, and nothing is lost\n", true};

/* --- the list --------------------------------------------------------------------------------- */

/* Timing each scale of each paper: rough, so that the list does not keep anybody waiting. */
static const double CALIBRATION_SECONDS = 0.1;

static void print_estimate(const ag_reproduction *r, const ag_estimate *e) {
    char cost[AG_HUMAN_MAX], time[AG_HUMAN_MAX];
    printf("    %-9s %6zu trials, %sFLOP, ", r->scale->name, r->experiment.plan.n_trials,
           ag_format_count(cost, r->experiment.flops));
    if (e->n_todo == 0)
        printf("all there in %s\n", r->folder);
    else if (e->no_data)
        printf("its data are missing\n");
    else
        printf("%s%s%s\n", e->cached ? "to go " : "about ",
               ag_format_seconds(time, e->seconds < 1 ? 1 : e->seconds),
               e->cached ? ", the others are there" : "");
}

static ag_status list_scale(ag_reproduction *r, const char *scale, int threads, ag_arena *arena,
                            ag_error *err) {
    ag_begun begun;
    ag_estimate estimate;
    AG_TRY(ag_reproduction_plan(r, scale, arena, err));
    AG_TRY(ag_tuned_prepare(&r->experiment, r->folder, arena, err));
    if (r->scale == r->paper.scales) {
        fputs("    ", stdout);
        ag_print_visible(stdout, r->experiment.plan.description);
        putchar('\n');
    }
    AG_TRY(ag_sweep_begun(&r->experiment, r->folder, arena, &begun, err));
    AG_TRY(ag_estimate_within(&r->experiment, &begun, threads, CALIBRATION_SECONDS, arena,
                              &estimate, err));
    print_estimate(r, &estimate);
    fflush(stdout);
    return AG_OK;
}

static ag_status list_one(const char *name, int threads, ag_arena *arena, ag_error *err) {
    ag_reproduction r;
    AG_TRY(ag_reproduction_find(name, arena, &r, err));
    ag_print_bold(stdout, r.name);
    fputs("\n    ", stdout);
    ag_print_visible(stdout, r.paper.title);
    fputs("\n    ", stdout);
    ag_print_visible(stdout, r.paper.authors);
    printf(", %d, ", r.paper.year);
    ag_print_visible(stdout, r.paper.id);
    printf("; %d numbers\n", r.paper.n_numbers);
    for (int s = 0; s < r.paper.n_scales; s++)
        AG_TRY(list_scale(&r, r.paper.scales[s].name, threads, arena, err));
    return AG_OK;
}

static int list(const ag_call *call, int threads) {
    ag_error err = {0};
    const char *const *names;
    int n;
    if (ag_reproduction_names(call->arena, &names, &n, &err)) return ag_call_fail(call, &err);
    for (int i = 0; i < n; i++) {
        const ag_mark mark = ag_arena_mark(call->arena);
        if (i) putchar('\n');
        if (list_one(names[i], threads, call->arena, &err)) return ag_call_fail(call, &err);
        ag_arena_release(call->arena, mark);
    }
    if (!n) fputs("no papers are shipped beside this program\n", stderr);
    return 0;
}

/* --- one of them ------------------------------------------------------------------------------ */

static bool format_of(const char *word, ag_format *format) {
    static const ag_format known[] = {AG_FORMAT_TABLE, AG_FORMAT_CSV, AG_FORMAT_JSON, AG_FORMAT_MD};
    *format = AG_FORMAT_TABLE;
    for (int i = 0; word && i < AG_COUNT(known); i++)
        if (strcmp(word, ag_format_names[known[i]]) == 0) {
            *format = known[i];
            return true;
        }
    return !word;
}

static ag_status report_on(const ag_reproduction *r, const char *folder, ag_format format,
                           ag_paper_report *report, ag_arena *arena, ag_error *err) {
    ag_paper_result *results;
    const char *path;
    AG_TRY(ag_paper_compare(&r->paper, &r->experiment.plan, folder, arena, &results, err));
    *report = (ag_paper_report){.of = r, .results = results, .folder = folder, .format = format};
    AG_TRY(ag_claims_evaluate(folder, &r->experiment.plan, arena, &report->claims, err));
    AG_TRY(ag_paper_figure_draw(r, folder, arena, &report->figure, err));
    AG_TRY(ag_paper_report_print(stdout, report, arena, err));
    fflush(stdout);
    AG_TRY(ag_paper_report_write(report, arena, &path, err));
    fputs("\nThe report is ", stderr);
    ag_print_visible(stderr, path);
    fputc('\n', stderr);
    return AG_OK;
}

static int run(const ag_call *call) {
    ag_error err = {0};
    ag_reproduction r;
    ag_progress_mode mode;
    ag_progress progress = {0};
    ag_paper_report report;
    ag_format format;
    int threads;
    const char *how = ag_call_value(call, "progress"), *as = ag_call_value(call, "format");
    if (!ag_progress_mode_of(how, &mode))
        return ag_call_usage(call, "--progress is '%s', must be auto, plain, json or none", how);
    if (!format_of(as, &format))
        return ag_call_usage(call, "--format is '%s', must be table, csv, json or md", as);
    if (!ag_sweep_threads(call, &threads)) return 2;
    if (!call->n_words) return list(call, threads);
    ag_interrupt_listen(&preparing);
    if (ag_reproduction_find(call->words[0], call->arena, &r, &err))
        return ag_call_fail(call, &err);
    r.overrides = call->words + 1;
    r.n_overrides = call->n_words - 1;
    if (ag_reproduction_plan(&r, ag_call_value(call, "scale"), call->arena, &err) ||
        ag_experiment_costs(&r.experiment, call->arena, &err))
        return ag_call_fail(call, &err);
    const char *folder = ag_call_value(call, "output");
    if (!folder || !folder[0]) folder = r.folder;
    const ag_drive_options options = {
        .folder = folder, .threads = threads, .checkpoint_every = 300, .mode = mode, .call = call};
    const ag_status status = ag_drive(&r.experiment, &options, call->arena, &progress, &err);
    ag_interrupt_end();
    if (status == AG_STOPPED) return ag_status_exit_code(status);
    if (status || report_on(&r, folder, format, &report, call->arena, &err))
        return ag_call_fail(call, &err);
    if (progress.failed > 0) return 1;
    if (!ag_call_value(call, "strict")) return 0;
    const int differ = ag_paper_report_count(&report, AG_AGREEMENT_DIFFERS);
    return differ + report.claims.counts[AG_CONTRADICTED] > 0 ? 4 : 0;
}

static const ag_option options[] = {
    {.name = "scale", .value = "NAME", .meaning = "how large; the list says which there are"},
    {.name = "output", .letter = 'o', .value = "DIR", .meaning = "the store; else runs/NAME-SCALE"},
    {.name = "threads",
     .letter = 'j',
     .value = "N",
     .meaning = "trials at a time; else one per core"},
    {.name = "format", .value = "FORMAT", .meaning = "table, csv, json or md"},
    {.name = "strict", .meaning = "exit with 4 if a number differs or a claim is contradicted"},
    {.name = "progress", .value = "HOW", .meaning = "auto, plain, json or none"},
};

const ag_command ag_cmd_reproduce = {
    .about = {.name = "reproduce", .formula = "published comparisons, done again"},
    .arguments = "[NAME [key=value ...]]",
    .least = 0,
    .most = -1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Without a name, lists the papers whose comparisons are shipped, with what each\n"
            "scale costs here. With one, trains what its store lacks, as `run` does, and\n"
            "sets the paper's numbers beside ours: with interval, verdict, where each comes\n"
            "from, what its claims come to, and all that is different from the paper. The\n"
            "same goes to DIR/REPORT.md, with a figure; nothing is overwritten. json is an\n"
            "object with the numbers and the claims, csv a table with both: `kind` says which\n"
            "a row is, of a claim `ours` is the difference that it is about. NAME may be a\n"
            "file of your own that ends in .paper.yaml, with its experiment beside it:\n"
            "`actgrid help paper`.\n"
            "\n"
            "    actgrid reproduce\n"
            "    actgrid reproduce mnist1d_activations\n"
            "    actgrid reproduce born_dead --scale full\n"
            "    actgrid reproduce mnist1d_activations seeds=50 -o runs/more\n",
    .run = run,
};
