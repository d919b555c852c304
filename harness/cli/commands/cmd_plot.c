/* actgrid plot: figures of a store. */
#include "harness/base/glyph.h"
#include "harness/base/nearest.h"
#include "harness/cli/command.h"
#include "harness/cli/trial_option.h"
#include "harness/cli/word_list.h"
#include "results/report/draw.h"

#include <stdio.h>
#include <string.h>

/* --- words -------------------------------------------------------------------------- */

static ag_status read_figure(const char *name, const ag_figure **figure, ag_error *err) {
    const ag_element *element = ag_catalogue_find(&ag_figures, name);
    if (element) {
        *figure = ag_figure_of(element);
        return AG_OK;
    }
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(name);
    for (int i = 0; i < ag_figures.n_items; i++)
        ag_nearest_offer(&nearest, ag_figures.items[i]->name);
    return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "no figure '%.60s'%s", name,
                   ag_nearest_hint(hint, &nearest, "; `actgrid plot --help` lists them"));
}

/* "svg,csv" */
static int read_formats(const ag_call *call, bool wanted[AG_PICTURES]) {
    const char *text = ag_call_value(call, "format");
    const char *const *words;
    int n;
    const int wrong = ag_word_list(call, "format", text ? text : "svg,csv", &words, &n);
    if (wrong) return wrong;
    for (int i = 0; i < n; i++) {
        int k = 0;
        while (ag_picture_names[k] && strcmp(ag_picture_names[k], words[i]) != 0)
            k++;
        if (!ag_picture_names[k])
            return ag_call_usage(call,
                                 "--format has '%s', must be of svg, csv, pdf and png, with commas "
                                 "between",
                                 words[i]);
        wanted[k] = true;
    }
    return 0;
}

/* --- the command ----------------------------------------------------------------------- */

static void say_wrote(void *self, const char *path) {
    (void)self;
    ag_print_visible(stdout, path);
    putchar('\n');
}

static void say_skipped(void *self, const char *figure, const char *why) {
    (void)self;
    fprintf(stderr, "no figure %s: ", figure);
    ag_print_visible(stderr, why);
    fputc('\n', stderr);
}

/* DIR/figures, unless -o says where. */
static const char *folder_of(const ag_call *call, const char *store) {
    const char *output = ag_call_value(call, "output");
    if (output) return output;
    const size_t n = strlen(store) + sizeof "/figures";
    char *folder = AG_NEW_ARRAY(call->arena, char, n);
    if (folder) snprintf(folder, n, "%s/figures", store);
    return folder;
}

static ag_status read_names(const ag_call *call, ag_draw_request *request, ag_error *err) {
    const char *figure = ag_call_value(call, "figure"), *metric = ag_call_value(call, "metric");
    if (figure) AG_TRY(read_figure(figure, &request->figure, err));
    return metric ? ag_metric_wanted(metric, AG_NOWHERE, &request->of.metric, err) : AG_OK;
}

static int run(const ag_call *call) {
    ag_error err = {0};
    const ag_draw_told told = {say_wrote, say_skipped, NULL};
    ag_draw_request request = {.of.by = ag_call_value(call, "by"),
                               .of.store = ag_store_folder(call->words[0], call->arena)};
    if (request.of.store) request.folder = folder_of(call, request.of.store);
    if (!request.folder) return ag_call_no_memory(call);
    int wrong = ag_word_conditions(call, &request.of.at, &request.of.n_at);
    if (!wrong) wrong = read_formats(call, request.wanted);
    if (!wrong) wrong = ag_trial_option(call, request.of.store, &request.of.set);
    if (wrong) return wrong;
    if (read_names(call, &request, &err) != AG_OK ||
        ag_draw(&request, &told, call->arena, &err) != AG_OK)
        return ag_call_fail(call, &err);
    return 0;
}

static const ag_option options[] = {
    {"figure", 0, "NAME", "one of them; standard: all that the store has numbers for"},
    {"metric", 0, "NAME", "what is compared; standard: accuracy, R2 or loss on validation"},
    {"by", 0, "KEY,...", "a panel for each value; standard: depth and what else fits"},
    {"at", 0, "KEY=VALUE,...", "of these trials only"},
    AG_TRIAL_OPTIONS,
    {"output", 'o', "FOLDER", "where; standard: DIR/figures"},
    {"format", 0, "LIST", "of svg, csv, pdf, png; standard: svg,csv"},
};

const ag_command ag_cmd_plot = {
    .about = {.name = "plot", .formula = "figures of a store, as SVG and CSV"},
    .arguments = "DIR|NAME",
    .least = 1,
    .most = 1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "  curves               a metric by epoch, with bands over seeds\n"
            "  gradients            norms of gradients, layer by layer\n"
            "  dead                 share of dead units, by depth and by layer\n"
            "  heatmap              a metric of each activation at each depth\n"
            "  box                  a metric of each activation, seed by seed\n"
            "  learning_rates       a metric by learning rate, and where training diverges\n"
            "  budget               what a search of k candidates is expected to find\n"
            "  critical_difference  average ranks over 5 blocks or more, who differs\n"
            "\n"
            "Each is a file NAME.svg, and the numbers that are drawn NAME.csv; the name of a\n"
            "metric that was asked for is part of them. Nothing is overwritten. An activation\n"
            "looks the same in all figures of a store. Trials that diverged are in no mean,\n"
            "and are counted below. Trials of phase `final` are drawn if there are some; each\n"
            "seed counts once, whatever it is averaged over. PDF and PNG need the program\n"
            "rsvg-convert (Debian: librsvg2-bin).\n"
            "\n"
            "    actgrid plot quickstart\n"
            "    actgrid plot quickstart --figure curves --metric train_loss -o figures\n"
            "    actgrid plot runs/deep --figure gradients --at depth=16 --format pdf\n",
    .run = run,
};
