/* actgrid diff: are two stores equal, but for times? Where do two trials part? */
#include "harness/cli/command.h"
#include "harness/cli/side_by_side.h"
#include "harness/cli/store_diff.h"

enum { DIFFERENT = 4 };

static int compare_stores(const ag_call *call) {
    ag_error err = {0};
    ag_diff diff;
    ag_diff_printer printer = {.json = ag_call_value(call, "json"),
                               .all = ag_call_value(call, "all")};
    for (int i = 0; i < 2; i++)
        if (!(printer.dir[i] = ag_store_folder(call->words[i], call->arena)))
            return ag_call_no_memory(call);
    const ag_diff_wish wish = {.only_common = ag_call_value(call, "only-common"),
                               .each = printer.all ? ag_diff_print_each : NULL,
                               .self = &printer};
    if (ag_store_diff(printer.dir, &wish, call->arena, &diff, &err) ||
        ag_diff_print(&printer, &diff, call->arena, &err))
        return ag_call_fail(call, &err);
    return diff.equal ? 0 : DIFFERENT;
}

/* What says nothing of what is compared is a mistake. */
static const char *misplaced(const ag_call *call, const char *const *options, int n) {
    for (int i = 0; i < n; i++)
        if (ag_call_value(call, options[i])) return options[i];
    return NULL;
}

static int run(const ag_call *call) {
    static const char *const of_stores[] = {"all", "only-common"}, *const of_trials[] = {"steps"};
    const bool trials = call->n_words == 3;
    const char *wrong = trials ? misplaced(call, of_stores, AG_COUNT(of_stores))
                               : misplaced(call, of_trials, AG_COUNT(of_trials));
    if (wrong)
        return ag_call_usage(call, "--%s is for two %s", wrong,
                             trials ? "stores: DIR DIR" : "trials: DIR TRIAL TRIAL");
    return trials ? ag_side_by_side(call, call->words[0], call->words[1], call->words[2])
                  : compare_stores(call);
}

static const ag_option options[] = {
    {.name = "all", .meaning = "every difference, and not only the first of each column"},
    {.name = "only-common",
     .meaning = "trials that one store has are no difference, if some are in both"},
    {.name = "steps",
     .value = "N",
     .meaning = "of two trials: follow them so far; else 100 steps beyond where they part"},
    {.name = "json", .meaning = "one line of JSON"},
};

const ag_command ag_cmd_diff = {
    .about = {.name = "diff", .formula = "are two stores equal? where do two trials part?"},
    .arguments = "DIR|NAME (DIR|NAME | TRIAL TRIAL)",
    .least = 2,
    .most = 3,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Compares all that two stores hold: every row of every table by its keys, means\n"
            "of cells included, and every array of curves.h5, trial by trial. Numbers are the\n"
            "same if their bits are. Left out are times and what only says in which order\n"
            "trials arrived; another program or machine (`environment`) is said and is no\n"
            "difference.\n"
            "\n"
            "Says `equal` and exits 0, or counts what differs in each column and array, shows\n"
            "the first place of each with both values and the distance in units of the last\n"
            "place (ULP), and exits 4. Stores that cannot be read: 3. A run may be going on\n"
            "in either: what is compared are the trials that were stored when this began.\n"
            "\n"
            "Of two trials of a store, each called by its id or the beginning of it: lists\n"
            "the settings that differ, trains both again side by side and names the first\n"
            "number that does: the step, what it is of (initial weights, order of the\n"
            "examples, inputs, output of a layer, loss, gradient, weights after the update,\n"
            "what the optimizer remembers), the layer, the element, both values. A table\n"
            "shows how the weights and losses go apart from there. A trial beside itself must\n"
            "be the same in all steps. Where one ends and the other goes on (fewer epochs, an\n"
            "early stop), that is a difference, too; with --steps only the steps up to there\n"
            "count. Exits 0 or 4 likewise.\n"
            "\n"
            "    actgrid diff runs/monday runs/tuesday\n"
            "    actgrid diff small large --only-common\n"
            "    actgrid diff before after --all --json\n"
            "    actgrid diff runs/smoke 0d9e cb5b\n"
            "    actgrid diff runs/smoke 0d9e 0d9e --steps 50\n",
    .run = run,
};
