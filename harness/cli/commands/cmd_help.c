#include "harness/base/nearest.h"
#include "harness/cli/call.h"
#include "harness/cli/overview.h"

#include <string.h>

static int unknown_topic(const ag_call *call, const char *word) {
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(word);
    for (int i = 0; i < ag_n_topics; i++)
        ag_nearest_offer(&nearest, ag_topics[i].name);
    for (int i = 0; i < ag_commands.n_items; i++)
        ag_nearest_offer(&nearest, ag_commands.items[i]->name);
    return ag_call_usage(call, "no command or topic '%s'%s", word,
                         ag_nearest_hint(hint, &nearest, ""));
}

static int run(const ag_call *call) {
    if (ag_call_value(call, "man")) {
        if (call->n_words) return ag_call_usage(call, "--man is about everything, not one topic");
        ag_manual_print(stdout);
        return 0;
    }
    if (call->n_words == 0) {
        ag_overview_print(stdout);
        return 0;
    }
    const char *word = call->words[0];
    const ag_command *command = ag_command_find(word);
    if (command) {
        ag_command_help(stdout, command);
        return 0;
    }
    for (int i = 0; i < ag_n_topics; i++)
        if (strcmp(ag_topics[i].name, word) == 0) {
            ag_topics[i].print(stdout);
            return 0;
        }
    return unknown_topic(call, word);
}

static const ag_option options[] = {
    {"man", 0, NULL, "the manual page, for man(1): actgrid help --man | man -l -"},
};

const ag_command ag_cmd_help = {
    .about = {.name = "help", .formula = "explains a command or a topic"},
    .arguments = "[TOPIC]",
    .least = 0,
    .most = 1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "TOPIC is a command, or experiment, environment, sql, exit-codes.\n\n"
            "examples:\n"
            "  actgrid help experiment     the keys of an experiment file\n"
            "  actgrid help run            the same as actgrid run --help\n",
    .run = run,
};
