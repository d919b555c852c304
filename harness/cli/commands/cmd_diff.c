/* actgrid diff: are two stores equal, but for times? */
#include "harness/cli/command.h"
#include "harness/cli/store_diff.h"

enum { DIFFERENT = 4 };

static int compare_stores(const ag_call *call) {
    ag_error err = {0};
    ag_diff diff;
    ag_diff_printer printer = {.json = ag_call_value(call, "json"),
                               .all = ag_call_value(call, "all")};
    for (int i = 0; i < 2; i++)
        if (!(printer.dir[i] = ag_store_folder(call->words[i], call->arena)))
            return ag_call_usage(call, "out of memory");
    const ag_diff_wish wish = {.only_common = ag_call_value(call, "only-common"),
                               .each = printer.all ? ag_diff_print_each : NULL,
                               .self = &printer};
    ag_diff_print_begin(&printer);
    if (ag_store_diff(printer.dir, &wish, call->arena, &diff, &err) ||
        ag_diff_print(&printer, &diff, call->arena, &err))
        return ag_call_fail(call, &err);
    return diff.equal ? 0 : DIFFERENT;
}

static int run(const ag_call *call) { return compare_stores(call); }

static const ag_option options[] = {
    {.name = "all", .meaning = "every difference, and not only the first of each column"},
    {.name = "only-common", .meaning = "trials that one store has are no difference"},
    {.name = "json", .meaning = "one line of JSON"},
};

const ag_command ag_cmd_diff = {
    .about = {.name = "diff", .formula = "are two stores equal, bit for bit, but for times?"},
    .arguments = "DIR|NAME DIR|NAME",
    .least = 2,
    .most = 2,
    .options = options,
    .n_options = AG_COUNT(options),
    .help =
        "Compares all that two stores hold: every row of every table by its keys, means of cells\n"
        "included, and every array of curves.h5, trial by trial. Numbers are the same if their\n"
        "bits are. Left out are times and what only says in which order trials arrived; another\n"
        "program or machine (`environment`) is said and is no difference.\n"
        "\n"
        "Says `equal` and exits 0, or counts what differs in each column and array, shows the\n"
        "first place of each with both values and the distance in units of the last place\n"
        "(ULP), and exits 4. Stores that cannot be read: 3. A run may be going on in either:\n"
        "what is compared are the trials that were stored when this began.\n"
        "\n"
        "    actgrid diff runs/monday runs/tuesday\n"
        "    actgrid diff small large --only-common\n"
        "    actgrid diff before after --all --json\n",
    .run = run,
};
