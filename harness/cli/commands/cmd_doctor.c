#include "datasets/dataset.h"
#include "harness/base/glyph.h"
#include "harness/cli/call.h"
#include "harness/cli/json.h"
#include "harness/cli/terminal.h"
#include "harness/run/machine.h"
#include "results/store/file_system.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DATA_MAX = 64 };

/* --- what is there of the data -------------------------------------------- */

/* Where the files of a set lie: "generated", the user's own, a folder, or what is missing. */
static const char *data_found(const ag_dataset *set, ag_arena *arena, bool *missing) {
    if (set->n_files == 0)
        return set->own_files ? "files of your own" : "generated, needs no files";
    const char *path = NULL;
    for (int i = 0; i < set->n_files; i++) {
        const bool last = i == set->n_files - 1;
        if (set->files[i].optional && (path || !last)) continue; /* one file must be there */
        path = ag_dataset_file_path(set, i, arena);
        if (path) continue;
        *missing = true;
        const size_t size = strlen(set->files[i].name) + strlen(set->about.name) + 64;
        char *text = AG_NEW_ARRAY(arena, char, size);
        if (text)
            snprintf(text, size, "%s is missing: actgrid datasets fetch %s", set->files[i].name,
                     set->about.name);
        return text ? text : "missing";
    }
    const char *slash = path ? strrchr(path, '/') : NULL;
    const size_t n = slash ? (size_t)(slash - path) : 0;
    char *folder = AG_NEW_ARRAY(arena, char, n + 2);
    if (!folder) return "found";
    memcpy(folder, slash ? path : ".", slash ? n : 1);
    return folder;
}

static int data_facts(ag_arena *arena, ag_fact facts[DATA_MAX], bool *missing) {
    int n = 0;
    for (int i = 0; i < ag_datasets.n_items && n < DATA_MAX; i++) {
        const ag_dataset *set = (const ag_dataset *)(const void *)ag_datasets.items[i];
        facts[n++] = (ag_fact){set->about.name, data_found(set, arena, missing)};
    }
    return n;
}

/* --- printing ------------------------------------------------------------- */

/* A block of the page: a heading in text, an object in JSON. */
static void print_block(bool json, bool first, const char *name, const ag_fact *facts, int n) {
    if (json) {
        fputs(first ? "{\"" : ",\n \"", stdout);
        fprintf(stdout, "%s\": {", name);
    } else {
        fputs(first ? "" : "\n", stdout);
        ag_print_bold(stdout, name);
        fputc('\n', stdout);
    }
    for (int i = 0; i < n; i++) {
        if (json) {
            fputs(i ? ",\n  " : "\n  ", stdout);
            ag_json_text(stdout, facts[i].key);
            fputs(": ", stdout);
            ag_json_text(stdout, facts[i].value);
        } else {
            fprintf(stdout, "  %-17s ", facts[i].key);
            ag_print_visible(stdout, facts[i].value);
            fputc('\n', stdout);
        }
    }
    if (json) fputs("}", stdout);
}

/* --- what is wrong -------------------------------------------------------- */

static int print_troubles(void) {
    int troubles = 0;
    if (!ag_machine_denormals()) {
        fputs("actgrid: numbers below 1e-38 are flushed to zero: vanishing gradients would be "
              "measured wrongly\n",
              stderr);
        troubles++;
    }
    if (access(".", W_OK) != 0) {
        fputs("actgrid: the current folder cannot be written: runs need -o DIR\n", stderr);
        troubles++;
    }
    return troubles;
}

/* Of the current folder, below which runs/ lies. */
static void print_place(bool json) {
    char words[AG_FILE_SYSTEM_WORDS];
    ag_file_system fs;
    ag_file_system_of(".", &fs);
    const ag_fact facts[] = {
        {"file_system", fs.name},
        {"stores_here",
         ag_file_system_words(&fs, words)[0] ? words : "as usual (journal_mode WAL, locks)"},
    };
    print_block(json, false, "folder", facts, AG_COUNT(facts));
}

static int run(const ag_call *call) {
    const bool json = ag_call_value(call, "json") != NULL;
    const ag_fact *facts, *limits;
    const int n_facts = ag_machine_facts(call->arena, &facts);
    const int n_limits = ag_machine_limits(call->arena, &limits);
    if (n_facts < 0 || n_limits < 0) {
        const ag_error err = {.status = AG_NOMEM};
        return ag_call_fail(call, &err);
    }
    bool missing = false;
    ag_fact data[DATA_MAX] = {{0}};
    const int n_data = data_facts(call->arena, data, &missing);
    print_block(json, true, "environment", facts, n_facts);
    print_block(json, false, "limits", limits, n_limits);
    print_place(json);
    print_block(json, false, "data", data, n_data);
    fputs(json ? "}\n" : "", stdout);
    if (missing && !json && !getenv("ACTGRID_DATA"))
        fputs("\nACTGRID_DATA is not set: only fetched data are found\n", stdout);
    return print_troubles() ? 3 : 0;
}

static const ag_option options[] = {{"json", 0, NULL, "JSON instead of text"}};

const ag_command ag_cmd_doctor = {
    .about = {.name = "doctor", .formula = "processor, libraries, limits, data found"},
    .arguments = "",
    .least = 0,
    .most = 0,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Prints what a report about a problem should contain, and what may be in the way\n"
            "of a run. Exits with 3 if something is. Checksums of data files are not looked\n"
            "at: `actgrid datasets info NAME` does.\n"
            "\n"
            "examples:\n"
            "  actgrid doctor\n"
            "  actgrid doctor --json | python3 -m json.tool\n",
    .run = run,
};
