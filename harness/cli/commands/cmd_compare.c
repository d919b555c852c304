/* actgrid compare: which activation is better, by how much, how sure. */
#include "harness/base/glyph.h"
#include "harness/cli/command.h"
#include "harness/cli/trial_option.h"
#include "harness/cli/word_list.h"
#include "results/report/claims.h"
#include "results/report/compare.h"

#include <stdio.h>
#include <string.h>

enum { EXIT_CONTRADICTED = 4 };

static int list_metrics(void) {
    for (int m = 0; m < ag_n_metrics; m++)
        printf("%-28s %s%s%s%s%s\n", ag_metrics[m].name, ag_metrics[m].title,
               ag_metrics[m].unit[0] ? " [" : "", ag_metrics[m].unit,
               ag_metrics[m].unit[0] ? "]" : "",
               ag_metrics[m].scale == AG_SCALE_LOG ? " (ratios)" : "");
    return 0;
}

static int read_options(const ag_call *call, ag_compare_options *options,
                        ag_report_format *format) {
    const char *name = ag_call_value(call, "format"), *by = ag_call_value(call, "by");
    const char *interval = ag_call_value(call, "interval");
    int found = -1;
    for (int i = 0; ag_report_format_names[i]; i++)
        if (!name || strcmp(ag_report_format_names[i], name) == 0) {
            found = i;
            break;
        }
    if (found < 0)
        return ag_call_usage(call, "--format is '%s', must be table, csv, json, md or tex", name);
    if (interval && strcmp(interval, "t") != 0 && strcmp(interval, "bootstrap") != 0)
        return ag_call_usage(call, "--interval is '%s', must be t or bootstrap", interval);
    *format = (ag_report_format)found;
    *options =
        (ag_compare_options){.metric = ag_call_value(call, "metric"),
                             .baseline = ag_call_value(call, "baseline"),
                             .ends = interval && interval[0] == 'b' ? AG_ENDS_BOOTSTRAP : AG_ENDS_T,
                             .all_pairs = ag_call_value(call, "all-pairs") != NULL,
                             .cost = ag_call_value(call, "cost") != NULL,
                             .budget = ag_call_value(call, "budget") != NULL,
                             .variance = ag_call_value(call, "variance") != NULL,
                             .for_people = ag_report_for_people(*format)};
    if (by && strcmp(by, "none") == 0) {
        options->overall_only = true;
    } else if (by) {
        const int wrong = ag_word_list(call, "by", by, &options->by, &options->n_by);
        if (wrong) return wrong;
    }
    return ag_word_conditions(call, &options->at, &options->n_at);
}

/* Of the experiment that was asked for; plan NULL: of the one that ran last. */
static ag_status judge_claims(const char *dir, const ag_plan *plan, ag_arena *arena,
                              ag_claim_results *claims, ag_error *err) {
    if (!plan) return ag_claims_of_store(dir, arena, claims, err);
    AG_TRY(ag_claims_check(plan, err));
    return ag_claims_evaluate(dir, plan, arena, claims, err);
}

static int run(const ag_call *call) {
    ag_error err = {0};
    ag_compare_options options;
    ag_report_format format = AG_REPORT_TABLE;
    ag_report report = AG_REPORT(call->arena);
    if (ag_call_value(call, "metrics")) return list_metrics();
    const int wrong = read_options(call, &options, &format);
    if (wrong) return wrong;
    if (call->n_words == 0) return ag_call_usage(call, "which store?");
    const char *dir = ag_store_folder(call->words[0], call->arena);
    if (!dir) return ag_call_no_memory(call);
    const int none = ag_trial_option(call, dir, &options.set);
    if (none) return none;
    ag_claim_results claims;
    if (ag_compare(dir, &options, call->arena, &report, &err) ||
        judge_claims(dir, options.set.plan, call->arena, &claims, &err))
        return ag_call_fail(call, &err);
    ag_claims_report(&claims, &report);
    if (ag_report_print(stdout, &report, format, &err)) return ag_call_fail(call, &err);
    return claims.counts[AG_CONTRADICTED] && ag_call_value(call, "strict") ? EXIT_CONTRADICTED : 0;
}

static const ag_option options[] = {
    {.name = "metric", .value = "METRIC", .meaning = "what is compared; --metrics lists them"},
    {.name = "by", .value = "KEY,...", .meaning = "compare for each of its values; none: overall"},
    {.name = "at", .value = "KEY=VALUE,...", .meaning = "only trials with these settings"},
    AG_TRIAL_OPTIONS,
    {.name = "baseline", .value = "ACTIVATION", .meaning = "the others against this one"},
    {.name = "all-pairs", .meaning = "show all pairs, however many"},
    {.name = "interval", .value = "t|bootstrap", .meaning = "how intervals are made (standard: t)"},
    {.name = "cost", .meaning = "also at equal steps, seconds and operations"},
    {.name = "budget", .meaning = "also what so many candidates of a tuning are worth"},
    {.name = "variance", .meaning = "also how much of it is activation, depth, ..., seed"},
    {.name = "format", .value = "FORMAT", .meaning = "table (standard), csv, json, md or tex"},
    {.name = "strict", .meaning = "exit with 4 if a claim is contradicted"},
    {.name = "metrics", .meaning = "list the metrics"},
};

const ag_command ag_cmd_compare = {
    .about = {.name = "compare", .formula = "which activation is better, by how much, how sure"},
    .arguments = "DIR|NAME",
    .least = 0,
    .most = 1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Compares the activations of a store seed by seed, in each block (all settings\n"
            "that they share: data, depth, initializer, ...) and overall, where blocks are\n"
            "averaged within a seed. Trials that diverged or failed are counted beside the\n"
            "numbers, never in them. An experiment that was tuned is compared by its final\n"
            "trials. csv has a row for each number; csv and json have all of them, with all\n"
            "digits. The claims of the experiment that ran last stand at the end.\n"
            "Where a store holds several experiments they are compared together, unless\n"
            "--experiment names one.\n"
            "\n"
            "    actgrid compare quickstart\n"
            "    actgrid compare quickstart --baseline relu --by depth\n"
            "    actgrid compare quickstart --metric gradient_decay --at depth=8\n"
            "    actgrid compare quickstart --cost --variance --format md\n",
    .run = run,
};
