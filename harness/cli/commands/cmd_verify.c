/* actgrid verify: stored trials are trained again, and must give the same bits. */
#include "harness/base/text.h"
#include "harness/cli/call.h"
#include "harness/cli/json.h"
#include "harness/cli/shell_word.h"
#include "harness/cli/sweep.h"
#include "harness/cli/verify.h"
#include "results/store/store.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const verdict_words[AG_VERDICTS] = {"not_reached", "verified", "different",
                                                       "other_bits", "cannot"};

/* --- JSON ------------------------------------------------------------------------------ */

static void json_trial(const ag_verification *v, size_t i) {
    const ag_stored_trial *stored = &v->stored[i];
    const ag_verified *verified = &v->verified[i];
    printf("{\"trial_id\":");
    ag_json_text(stdout, stored->name);
    printf(",\"verdict\":\"%s\"", verdict_words[verified->verdict]);
    if (verified->why) {
        printf(",\"why\":");
        ag_json_text(stdout, verified->why);
    }
    if (verified->result) {
        const ag_recheck_result *r = verified->result;
        printf(",\"values\":%zu,\"different\":%zu,\"first\":", r->values, r->different);
        ag_json_text(stdout, r->where);
        printf(",\"stored\":");
        ag_json_text(stdout, r->then);
        printf(",\"now\":");
        ag_json_text(stdout, r->now);
        printf(",\"largest_relative\":");
        ag_json_number(stdout, r->largest);
        printf(",\"largest_at\":");
        ag_json_text(stdout, r->largest_where);
    }
    if (verified->from && !verified->from->same) {
        printf(",\"origin\":");
        ag_json_text(stdout, verified->from->words);
    }
    putchar('}');
}

static void print_json(const ag_verification *v, const ag_sample *sample) {
    printf("{\"store\":");
    ag_json_text(stdout, v->folder);
    printf(",\"trials\":%zu,\"chosen\":%zu,\"seed\":%llu", v->there, v->n,
           (unsigned long long)sample->seed);
    for (int k = 0; k < AG_VERDICTS; k++)
        printf(",\"%s\":%zu", verdict_words[k], v->count[k]);
    printf(",\"failed\":%zu,\"without_arrays\":%zu,\"values\":%.0f,\"rest\":[", v->failed,
           v->without_arrays, v->values);
    const char *before = "";
    for (size_t i = 0; i < v->n; i++) {
        if (v->verified[i].verdict <= AG_VERDICT_SAME) continue;
        fputs(before, stdout);
        before = ",";
        json_trial(v, i);
    }
    printf("]}\n");
}

/* --- text ------------------------------------------------------------------------------- */

/* A largest difference that is infinite. */
static const char one_sided[] = "there, or a finite number, on one side only:";

static void print_result(const ag_recheck_result *r) {
    const char *const words[] = {r->where, ": ", r->then, " stored, ", r->now, " now"};
    printf("%zu of %zu values differ, first ", r->different, r->values);
    for (int i = 0; i < AG_COUNT(words); i++)
        ag_print_visible(stdout, words[i]);
    if (r->largest > 0 && (isfinite(r->largest) || strcmp(r->where, r->largest_where) != 0)) {
        if (isfinite(r->largest))
            printf("; the largest by %.2g of it, ", r->largest);
        else
            printf("; %s ", one_sided);
        ag_print_visible(stdout, r->largest_where);
    }
    putchar('\n');
}

/* The trials of one verdict, one line each. */
static void print_trials(const ag_verification *v, ag_verdict verdict) {
    enum { SHOWN = 10 };
    size_t shown = 0;
    for (size_t i = 0; i < v->n; i++) {
        const ag_verified *verified = &v->verified[i];
        if (verified->verdict != verdict || shown++ >= SHOWN) continue;
        printf("  ");
        ag_print_visible(stdout, v->stored[i].name);
        putchar(' ');
        ag_print_visible(stdout, v->stored[i].label);
        printf(": ");
        if (verified->result)
            print_result(verified->result);
        else
            ag_print_visible(stdout, verified->why);
        if (!verified->result) putchar('\n');
    }
    if (shown > SHOWN) printf("  ... and %zu more; --json lists all\n", shown - SHOWN);
}

static void print_other(const ag_verification *v) {
    if (!v->count[AG_VERDICT_OTHER]) return;
    printf("other bits %zu: expected where they come from another program or machine; ",
           v->count[AG_VERDICT_OTHER]);
    if (isfinite(v->largest->largest))
        printf("the largest difference is %.2g of the number, ", v->largest->largest);
    else
        printf("%s ", one_sided);
    ag_print_visible(stdout, v->largest->largest_where);
    putchar('\n');
    for (size_t p = 0; p < v->n_provenance; p++) {
        const ag_provenance *from = &v->provenance[p];
        bool used = false;
        for (size_t i = 0; i < v->n; i++)
            used |= v->verified[i].verdict == AG_VERDICT_OTHER && v->verified[i].from == from;
        if (!used) continue;
        printf("  ");
        ag_print_visible(stdout, from->words);
        putchar('\n');
    }
    print_trials(v, AG_VERDICT_OTHER);
}

static void print_text(const ag_verification *v, const ag_sample *sample) {
    printf("verified   %zu of %zu trials", v->count[AG_VERDICT_SAME], v->n);
    if (v->n < v->there)
        printf(" (chosen from %zu by seed %llu)", v->there, (unsigned long long)sample->seed);
    if (v->count[AG_VERDICT_SAME]) {
        char text[AG_HUMAN_MAX];
        printf(": the same weights, and the same bits in %s stored values",
               ag_format_count(text, v->values));
    }
    putchar('\n');
    if (v->count[AG_VERDICT_DIFFERENT]) {
        printf("different  %zu\n", v->count[AG_VERDICT_DIFFERENT]);
        print_trials(v, AG_VERDICT_DIFFERENT);
    }
    print_other(v);
    if (v->count[AG_VERDICT_CANNOT]) {
        printf("cannot     %zu be trained again\n", v->count[AG_VERDICT_CANNOT]);
        print_trials(v, AG_VERDICT_CANNOT);
    }
    if (v->count[AG_VERDICT_NONE])
        printf("left       %zu when it was stopped\n", v->count[AG_VERDICT_NONE]);
    if (v->without_arrays)
        printf("no arrays  of %zu are in the store: nothing is said of theirs\n",
               v->without_arrays);
    if (v->failed) printf("failed     %zu in the store: nothing to verify\n", v->failed);
}

/* What a reader may do about it; not among the data. */
static void print_hint(const ag_verification *v) {
    for (size_t i = 0; i < v->n; i++) {
        if (v->verified[i].verdict != AG_VERDICT_DIFFERENT) continue;
        const char *folder = ag_shell_word(v->folder, v->arena);
        const char *const words[] = {folder ? folder : v->folder, " ", v->stored[i].name, " ",
                                     v->stored[i].name};
        fprintf(stderr, "\nDoes this program give the same twice? Both times step by step:\n"
                        "    actgrid diff ");
        for (int k = 0; k < AG_COUNT(words); k++)
            ag_print_visible(stderr, words[k]);
        fputc('\n', stderr);
        return;
    }
}

/* --- command ---------------------------------------------------------------------------- */

/* "0.1" and "10%" are a share, "25" is a number. */
static bool read_sample(const ag_call *call, ag_sample *sample) {
    const char *text = ag_call_value(call, "sample"), *seed = ag_call_value(call, "seed");
    double x = HUGE_VAL, s = 0;
    char number[AG_NUMBER_MAX];
    const size_t n = text ? strlen(text) : 0;
    const bool percent = n && n < sizeof number && text[n - 1] == '%';
    if (percent) snprintf(number, sizeof number, "%.*s", (int)n - 1, text);
    if (text && (!ag_parse_number(percent ? number : text, &x) || !(x > 0) ||
                 (percent ? x > 100 : x > 1 && x != floor(x)))) {
        ag_call_usage(call, "--sample is '%s', must be a share (0.1, 10%%) or a number of trials",
                      text);
        return false;
    }
    if (seed && (!ag_parse_number(seed, &s) || s < 0 || s > 1e15 || s != floor(s))) {
        ag_call_usage(call, "--seed is '%s', must be a whole number, 0 or above", seed);
        return false;
    }
    if (percent) x = x < 100 ? x / 100 : HUGE_VAL;
    *sample = (ag_sample){x, (uint64_t)s};
    return true;
}

static int exit_code(const ag_verification *v) {
    if (v->count[AG_VERDICT_DIFFERENT]) return 4;
    return v->count[AG_VERDICT_SAME] ? 0 : 3;
}

static int run(const ag_call *call) {
    ag_error err = {0};
    ag_sample sample;
    ag_verification v;
    ag_progress_mode mode;
    int threads;
    const char *word = ag_call_value(call, "progress");
    if (!ag_progress_mode_of(word, &mode))
        return ag_call_usage(call, "--progress is '%s', must be auto, plain, json or none", word);
    if (!ag_sweep_threads(call, &threads) || !read_sample(call, &sample)) return 2;
    const char *folder = ag_store_folder(call->words[0], call->arena);
    if (!folder) return ag_call_fail(call, &(ag_error){.text = "out of memory"});
    if (ag_verify_open(folder, &sample, call->arena, &v, &err)) return ag_call_fail(call, &err);
    ag_meter_open(mode, NULL, &v.meter);
    const ag_status status = ag_verify_run(&v, threads, &err);
    if (status && status != AG_STOPPED) return ag_call_fail(call, &err);
    for (int k = AG_VERDICT_SAME; k < AG_VERDICTS; k++)
        v.count[AG_VERDICT_NONE] += v.count[k];
    v.count[AG_VERDICT_NONE] = v.n - v.count[AG_VERDICT_NONE];
    if (ag_call_value(call, "json"))
        print_json(&v, &sample);
    else
        print_text(&v, &sample);
    if (mode != AG_PROGRESS_NONE) print_hint(&v);
    if (!v.there) {
        fputs("there is no trial in ", stderr);
        ag_print_visible(stderr, folder);
        fputs(" that could be verified\n", stderr);
    }
    return status == AG_STOPPED ? ag_status_exit_code(status) : exit_code(&v);
}

static const ag_option options[] = {
    {.name = "sample",
     .value = "P",
     .meaning = "a share (0.1, 10%) or a number of trials; else all"},
    {.name = "seed", .value = "N", .meaning = "chooses other ones; else 0"},
    {.name = "threads",
     .letter = 'j',
     .value = "N",
     .meaning = "trials at a time; else one per core"},
    {.name = "progress", .value = "HOW", .meaning = "auto, plain, json or none"},
    {.name = "json", .meaning = "one object; all trials that are not the same"},
};

const ag_command ag_cmd_verify = {
    .about = {.name = "verify", .formula = "train stored trials again: the same bits?"},
    .arguments = "DIR|NAME",
    .least = 1,
    .most = 1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Trains trials of a store again, from their settings and data, and compares the\n"
            "final weights and all numbers in their rows but times, and in curves.h5. The\n"
            "store is only read: it may be read-only, and a run may go on in it.\n"
            "\n"
            "verified: the same bits. different: others, though the program, the processor\n"
            "and its level are those that the trial ran on. other bits: of another program or\n"
            "machine, where they are expected; how far they are from the stored ones is said.\n"
            "cannot: the data are missing or not those of then, or this version has no such\n"
            "settings. Failed trials are counted and left out. A store without curves.h5 says\n"
            "so.\n"
            "\n"
            "Exits with 4 if a trial is different, 3 if none could be verified, else 0.\n"
            "\n"
            "    actgrid verify runs/smoke\n"
            "    actgrid verify runs/night --sample 5% -j 2\n"
            "    actgrid verify runs/night --sample 20 --seed 1     20 others\n",
    .run = run,
};
