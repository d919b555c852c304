/* actgrid why: what happened to a trial that diverged. */
#include "harness/base/text.h"
#include "harness/cli/command.h"
#include "harness/cli/shell_word.h"
#include "harness/cli/why.h"
#include "results/store/print/table.h"

#include <math.h>
#include <stdio.h>

/* --- all of a store ---------------------------------------------------------------------- */

/* Those that the fewest words describe together; the example is the first that stopped:
 * its step is in front of its id while they are compared. */
static const char *const GROUPS =
    "SELECT activation, what, layer, name, count(*) AS trials,"
    " CASE WHEN min(step) = max(step) THEN '' || min(step)"
    " ELSE min(step) || '..' || max(step) END AS steps,"
    " CASE WHEN min(rate) = max(rate) THEN printf('%g', min(rate))"
    " ELSE printf('%g..%g', min(rate), max(rate)) END AS learning_rates,"
    " substr(min(printf('%020d', step) || example), 21) AS example"
    " FROM (SELECT t.activation, t.diverged_what AS what, t.diverged_layer AS layer,"
    "  (SELECT l.name FROM layer l WHERE l.trial_id = t.trial_id AND l.layer = t.diverged_layer)"
    "   AS name, t.diverged_step AS step, t.learning_rate AS rate, t.trial_id AS example"
    "  FROM trial t WHERE t.status = 'diverged')"
    " GROUP BY activation, what, layer, name ORDER BY trials DESC, activation, what, layer";
enum { EXAMPLE = 7 };

static int list(const ag_call *call, const char *dir) {
    ag_error err = {0};
    ag_table groups, counts;
    if (ag_store_query(dir, GROUPS, 0, call->arena, &groups, &err)) return ag_call_fail(call, &err);
    if (ag_call_value(call, "json")) {
        if (ag_table_print(stdout, &groups, AG_FORMAT_JSON, &err)) return ag_call_fail(call, &err);
        return 0;
    }
    if (ag_store_query(dir, "SELECT count(*), count(*) FILTER (WHERE status = 'failed') FROM trial",
                       0, call->arena, &counts, &err))
        return ag_call_fail(call, &err);
    if (!groups.n_rows) {
        printf("None of %s trials diverged; %s failed.\n", counts.cells[0], counts.cells[1]);
        return 0;
    }
    if (ag_table_print(stdout, &groups, AG_FORMAT_TABLE, &err)) return ag_call_fail(call, &err);
    fflush(stdout);
    const char *word = ag_shell_word(call->words[0], call->arena);
    fprintf(stderr, "\nWhat happened to one of them:\n    actgrid why %s %s\n", word ? word : dir,
            groups.cells[EXAMPLE]);
    return 0;
}

/* --- one trial -------------------------------------------------------------------------------- */

static int run(const ag_call *call) {
    ag_error err = {0};
    ag_why why;
    const char *wanted = ag_call_value(call, "layer");
    const char *dir = ag_store_folder(call->words[0], call->arena);
    ag_why_words *words = AG_NEW(call->arena, ag_why_words);
    if (!dir || !words) return ag_call_no_memory(call);
    const bool all = ag_call_value(call, "all"), again_wanted = ag_call_value(call, "replay");
    if (call->n_words == 1 && (wanted || all || again_wanted))
        return ag_call_usage(call, "--%s is of one trial: actgrid why DIR TRIAL",
                             wanted ? "layer"
                             : all  ? "all"
                                    : "replay");
    if (call->n_words == 1) return list(call, dir);
    if (ag_why_read(dir, call->words[1], call->arena, &why, &err)) return ag_call_fail(call, &err);
    ag_why_say(&why, words);
    const ag_why_grown grown = ag_why_grew(&why);
    ag_why_view view = {.layer = grown.found ? grown.layer : why.layer, .all = all};
    double layer;
    if (wanted && (!ag_parse_number(wanted, &layer) || layer < 1 || layer > why.n_layers ||
                   floor(layer) != layer))
        return ag_call_usage(call, "--layer is '%s', must be 1 to %d", wanted, why.n_layers);
    if (wanted) view.layer = (int)layer;
    ag_why_again again;
    const bool replay = again_wanted && why.layer;
    if (again_wanted && !why.layer)
        fprintf(stderr, "--replay is of trials that diverged: this one is not trained again\n");
    if (replay && ag_why_train_again(dir, &why, call->arena, &again, &err))
        return ag_call_fail(call, &err);
    if (ag_call_value(call, "json")) {
        ag_why_print_json(stdout, &why, words, replay ? &again : NULL);
        return 0;
    }
    if (ag_why_print(stdout, &why, words, view, call->arena, &err) ||
        (replay && ag_why_print_again(stdout, &why, &again, call->arena, &err)))
        return ag_call_fail(call, &err);
    return 0;
}

static const ag_option options[] = {
    {.name = "layer", .value = "N", .meaning = "shows this layer's steps, not what grew first"},
    {.name = "all", .meaning = "shows all recorded steps, up to 64"},
    {.name = "replay", .meaning = "trains it again, and shows more of the last steps"},
    {.name = "json", .meaning = "everything as JSON"},
};

const ag_command ag_cmd_why = {
    .about = {.name = "why", .formula = "what happened to a trial that diverged"},
    .arguments = "DIR|NAME [TRIAL]",
    .least = 1,
    .most = 2,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Explains from the last 64 steps, which the store keeps of trials that diverge:\n"
            "where it stopped being finite (layer, operation, step), what grew since when and\n"
            "how fast, and what the numbers say about it. TRIAL is an id or the beginning of\n"
            "one. Without it: the diverged trials of the store, those that went the same way\n"
            "together. All steps of all layers are in the table `flight`. --replay trains the\n"
            "trial again up to there, and shows for its last steps the largest pre-activation\n"
            "and the norm of dLoss/dz of every layer.\n"
            "\n"
            "    actgrid why quickstart\n"
            "    actgrid why quickstart 0123456789abcdef\n"
            "    actgrid why quickstart 0123 --layer 2 --all\n"
            "    actgrid query quickstart \"SELECT * FROM flight WHERE layer = 0\"\n",
    .run = run,
};
