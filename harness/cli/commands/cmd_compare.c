/* actgrid compare: which activation is better, by how much, how sure. */
#include "harness/base/glyph.h"
#include "harness/cli/command.h"
#include "results/report/compare.h"

#include <stdio.h>
#include <string.h>

enum { LIST_MAX = 16 };

/* Words between commas, at most LIST_MAX. NULL: too many, or no memory. */
static const char **split(const ag_call *call, const char *text, int *n) {
    const char **words = AG_NEW_ARRAY(call->arena, const char *, LIST_MAX);
    *n = 0;
    while (words && *text) {
        const size_t length = strcspn(text, ",");
        char *word = ag_alloc(call->arena, length + 1, 1);
        if (!word || *n == LIST_MAX) return NULL;
        memcpy(word, text, length);
        words[(*n)++] = word;
        text += length + (text[length] == ',');
    }
    return words;
}

static int list_metrics(void) {
    for (int m = 0; m < ag_n_metrics; m++)
        printf("%-28s %s%s%s%s%s\n", ag_metrics[m].name, ag_metrics[m].title,
               ag_metrics[m].unit[0] ? " [" : "", ag_metrics[m].unit,
               ag_metrics[m].unit[0] ? "]" : "",
               ag_metrics[m].scale == AG_SCALE_LOG ? " (ratios)" : "");
    return 0;
}

/* key=value,key=value */
static int read_conditions(const ag_call *call, ag_compare_options *options) {
    int n;
    const char *text = ag_call_value(call, "at");
    if (!text) return 0;
    const char **words = split(call, text, &n);
    ag_condition *at = AG_NEW_ARRAY(call->arena, ag_condition, LIST_MAX);
    if (!words || !at) return ag_call_usage(call, "--at has more than %d conditions", LIST_MAX);
    for (int i = 0; i < n; i++) {
        char *equals = strchr(words[i], '=');
        if (!equals || equals == words[i])
            return ag_call_usage(call, "--at is '%s', must be key=value, as model.depth=8",
                                 words[i]);
        *equals = '\0';
        at[i] = (ag_condition){.key = words[i], .value = equals + 1};
    }
    options->at = at;
    options->n_at = n;
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
                             .for_people = ag_report_for_people(*format)};
    if (by && strcmp(by, "none") == 0) {
        options->overall_only = true;
    } else if (by) {
        options->by = split(call, by, &options->n_by);
        if (!options->by) return ag_call_usage(call, "--by has more than %d keys", LIST_MAX);
    }
    return read_conditions(call, options);
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
    if (ag_compare(dir, &options, call->arena, &report, &err) ||
        ag_report_print(stdout, &report, format, &err))
        return ag_call_fail(call, &err);
    return 0;
}

static const ag_option options[] = {
    {.name = "metric", .value = "METRIC", .meaning = "what is compared; --metrics lists them"},
    {.name = "by", .value = "KEY,...", .meaning = "compare for each of its values; none: overall"},
    {.name = "at", .value = "KEY=VALUE,...", .meaning = "only trials with these settings"},
    {.name = "baseline", .value = "ACTIVATION", .meaning = "the others against this one"},
    {.name = "all-pairs", .meaning = "show all pairs, however many"},
    {.name = "interval", .value = "t|bootstrap", .meaning = "how intervals are made (standard: t)"},
    {.name = "format", .value = "FORMAT", .meaning = "table (standard), csv, json, md or tex"},
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
            "digits.\n"
            "\n"
            "    actgrid compare quickstart\n"
            "    actgrid compare quickstart --baseline relu --by depth\n"
            "    actgrid compare quickstart --metric gradient_decay --at depth=8\n"
            "    actgrid compare quickstart --format md\n",
    .run = run,
};
