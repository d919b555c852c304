#include "datasets/export.h"
#include "datasets/fetch.h"
#include "harness/base/clock.h"
#include "harness/base/glyph.h"
#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "harness/cli/call.h"
#include "harness/cli/choice_words.h"
#include "harness/cli/command.h"
#include "harness/cli/dataset_info.h"
#include "harness/cli/file_info.h"
#include "harness/cli/listing.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const ag_dataset *find(const ag_call *call, const char *name) {
    const ag_element *element = ag_element_wanted(call, &ag_datasets, name);
    return (const ag_dataset *)(const void *)element;
}

/* --- list, info, path ------------------------------------------------------- */

static int do_list(const ag_call *call) {
    if (call->n_words > 1) return ag_call_usage(call, "list takes no NAME; 'info NAME' tells more");
    ag_dataset_list(stdout, ag_call_value(call, "json") != NULL, call->arena);
    return 0;
}

/* A set that is nothing without parameters: these are what there is to say. */
static bool shows_parameters(const char *name, bool json) {
    const ag_element *element = ag_catalogue_find(&ag_datasets, name);
    if (!element || !((const ag_dataset *)(const void *)element)->own_files) return false;
    if (json)
        ag_listing_show_json(stdout, element);
    else
        ag_listing_show(stdout, element, NULL);
    if (json) putchar('\n');
    return true;
}

static int do_info(const ag_call *call) {
    ag_choice choice;
    ag_error err = {0};
    const bool json = ag_call_value(call, "json") != NULL;
    if (call->n_words < 2)
        return ag_call_usage(call, "info needs the NAME of a data set, or a FILE");
    if (ag_names_a_file(call->words[1])) {
        if (call->n_words > 2)
            return ag_call_usage(call, "info FILE takes no parameters; a data set does: info csv "
                                       "path=FILE target=NAME");
        return ag_file_info(stdout, json, call->words[1], call->arena, &err) == AG_OK
                   ? 0
                   : ag_call_fail(call, &err);
    }
    if (call->n_words == 2 && shows_parameters(call->words[1], json)) return 0;
    if (ag_choice_words(call, 1, &ag_datasets, &choice, &err) != AG_OK ||
        ag_dataset_info(stdout, json, &choice, call->arena, &err) != AG_OK)
        return ag_call_fail(call, &err);
    return 0;
}

/* Where files are looked for, in this order. */
static int print_folders(const ag_call *call) {
    static const ag_dataset any = {.folder = "."};
    const char *list = getenv("ACTGRID_DATA");
    while (list && *list) {
        const size_t n = strcspn(list, ":");
        if (n) printf("%.*s\n", (int)n, list);
        list += list[n] ? n + 1 : n;
    }
    const char *cache = ag_dataset_cache_folder(&any, call->arena);
    if (cache) printf("%.*s\n", (int)strlen(cache) - 2, cache); /* without its "/." */
    return 0;
}

static int do_path(const ag_call *call) {
    if (call->n_words < 2) return print_folders(call);
    if (call->n_words > 2) return ag_call_usage(call, "path takes one NAME");
    const ag_dataset *set = find(call, call->words[1]);
    if (!set) return 2;
    int found = 0, missing = 0;
    for (int i = 0; i < set->n_files; i++) {
        const char *path = ag_dataset_file_path(set, i, call->arena);
        found += path != NULL;
        if (path)
            puts(path);
        else
            missing += !set->files[i].optional;
    }
    if (!found && !missing) missing = set->n_files; /* each is optional, but one must be there */
    if (!set->n_files)
        fprintf(stderr,
                set->own_files ? "%s reads files of your own\n"
                               : "%s is generated: it has no files\n",
                set->about.name);
    if (!missing) return 0;
    ag_error err = {0};
    AG_FAIL(&err, AG_DATA, AG_NOWHERE,
            "%d files of %s are not there; run 'actgrid datasets fetch %s'", missing,
            set->about.name, set->about.name);
    return ag_call_fail(call, &err);
}

/* --- fetch ------------------------------------------------------------------ */

static volatile sig_atomic_t interrupted; /* set by Ctrl-C while fetching */

static void note_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

typedef struct watcher {
    bool terminal;
    bool line_open; /* a progress line without its newline stands on the terminal */
    double shown;   /* seconds, when it was last renewed */
} watcher;

static void close_line(watcher *w) {
    if (w->line_open) fputs("\r\033[K", stderr);
    w->line_open = false;
}

static void say(void *self, const char *sentence) {
    close_line(self);
    ag_print_visible(stderr, sentence);
    fputc('\n', stderr);
}

static bool progress(void *self, const char *file, int64_t got, int64_t total) {
    watcher *w = self;
    const double now = ag_clock_now();
    if (w->terminal && now - w->shown > 0.1) {
        char done[AG_HUMAN_MAX], all[AG_HUMAN_MAX];
        fprintf(stderr, "\r\033[K%s  %3d %%  %sB of %sB", file,
                (int)(100.0 * (double)got / (double)total), ag_format_count(done, (double)got),
                ag_format_count(all, (double)total));
        fflush(stderr);
        w->line_open = true;
        w->shown = now;
    }
    return !interrupted;
}

static int fetch_all(const ag_call *call) {
    watcher w = {.terminal = isatty(STDERR_FILENO) == 1};
    const ag_fetch_watch watch = {.self = &w, .say = say, .progress = progress};
    int worst = 0;
    for (int i = 1; i < call->n_words && !interrupted; i++) {
        ag_error err = {0};
        const ag_status status =
            ag_dataset_fetch(find(call, call->words[i]), &watch, call->arena, &err);
        close_line(&w);
        if (status != AG_OK) worst = ag_call_fail(call, &err);
    }
    return worst;
}

static int do_fetch(const ag_call *call) {
    if (call->n_words < 2) return ag_call_usage(call, "fetch needs the NAME of a data set");
    for (int i = 1; i < call->n_words; i++)
        if (!find(call, call->words[i])) return 2;
    struct sigaction before, during = {.sa_handler = note_interrupt};
    sigemptyset(&during.sa_mask);
    sigaction(SIGINT, &during, &before);
    const int code = fetch_all(call);
    sigaction(SIGINT, &before, NULL);
    return code;
}

/* --- export ----------------------------------------------------------------- */

/* From --format, else from the ending of the file's name, else csv. */
static ag_status read_format(const ag_call *call, const char *path, ag_export_format *format,
                             ag_error *err) {
    const char *given = ag_call_value(call, "format");
    const char *dot = path ? strrchr(path, '.') : NULL;
    *format = AG_EXPORT_CSV;
    for (int i = 0; ag_export_words[i]; i++)
        if (given ? strcmp(given, ag_export_words[i]) == 0
                  : dot && strcmp(dot + 1, ag_export_words[i]) == 0) {
            *format = (ag_export_format)i;
            return AG_OK;
        }
    if (!given) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "format is '%.60s', must be csv, npz or h5", given);
}

static ag_status export_set(const ag_call *call, ag_error *err) {
    const char *path = ag_call_value(call, "output");
    const bool to_stdout = !path || strcmp(path, "-") == 0;
    ag_export_format format;
    ag_choice choice = {0};
    ag_source source = {0};
    AG_TRY(ag_choice_words(call, 1, &ag_datasets, &choice, err));
    AG_TRY(read_format(call, path, &format, err));
    if (to_stdout && format != AG_EXPORT_CSV)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%s cannot go to the standard output: add -o FILE", ag_export_words[format]);
    struct stat there; /* before the data are read; checked again when the file appears */
    if (!to_stdout && lstat(path, &there) == 0)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "%s exists; nothing is overwritten", path);
    AG_TRY(ag_dataset_source(&choice, call->arena, &source, err));
    if (to_stdout) return ag_dataset_print(&source, stdout, call->arena, err);
    AG_TRY(ag_dataset_export(&source, format, path, call->arena, err));
    ag_print_visible(stderr, path);
    fprintf(stderr, ": %zu training and %zu test examples\n", source.train.n, source.test.n);
    return AG_OK;
}

static int do_export(const ag_call *call) {
    ag_error err = {0};
    if (call->n_words < 2) return ag_call_usage(call, "export needs the NAME of a data set");
    return export_set(call, &err) == AG_OK ? 0 : ag_call_fail(call, &err);
}

/* --- the command ------------------------------------------------------------ */

static const struct verb {
    const char *name;
    int (*run)(const ag_call *call);
} verbs[] = {{"list", do_list},
             {"info", do_info},
             {"fetch", do_fetch},
             {"path", do_path},
             {"export", do_export}};

static int run(const ag_call *call) {
    if (!call->n_words) return do_list(call);
    ag_nearest nearest = ag_nearest_begin(call->words[0]);
    for (int i = 0; i < AG_COUNT(verbs); i++) {
        if (strcmp(call->words[0], verbs[i].name) == 0) return verbs[i].run(call);
        ag_nearest_offer(&nearest, verbs[i].name);
    }
    char hint[AG_HINT_MAX];
    return ag_call_usage(call, "'%.60s' must be list, info, fetch, path or export%s",
                         call->words[0], ag_nearest_hint(hint, &nearest, ""));
}

static const ag_option options[] = {
    {"output", 'o', "FILE", "export: where to; - or nothing is the standard output (csv only)"},
    {"format", 0, "FORMAT", "export: csv, npz or h5; otherwise by FILE's ending, else csv"},
    {"json", 0, NULL, "list, info: JSON instead of text"},
};

const ag_command ag_cmd_datasets = {
    .about = {.name = "datasets", .formula = "data sets: list, describe, download, export"},
    .arguments = "[list | info NAME|FILE | fetch NAME... | path [NAME] | export NAME]",
    .least = 0,
    .most = -1,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "list    a line for each set, and where its files are (this happens without\n"
            "        words)\n"
            "info    shape, examples, class balance, mean and deviation, licence, files; of a\n"
            "        FILE (csv, npy, npz, hdf5, idx, CIFAR-10 records): columns, types,\n"
            "        missing values, classes, warnings, and the line that makes it a data set\n"
            "fetch   downloads files from their publishers, checks size and SHA-256, and puts\n"
            "        them into $XDG_CACHE_HOME/actgrid/datasets (or\n"
            "        ~/.cache/actgrid/datasets)\n"
            "path    where the files of a set lie; without NAME, the folders that are\n"
            "        searched\n"
            "export  all examples as published: training rows, then test rows, label last\n"
            "\n"
            "info and export take parameters behind NAME, as in an experiment file:\n"
            "samples=10000. Nothing that exists is overwritten by export.\n"
            "\n"
            "ACTGRID_DATA    folders with data sets, separated by colons, searched first\n"
            "ACTGRID_MIRROR  fetch from URL/<folder>/<file> instead of the publishers\n"
            "\n"
            "examples:\n"
            "  actgrid datasets info mnist1d\n"
            "  actgrid datasets info my.csv\n"
            "  actgrid datasets info csv path=my.csv target=label missing=drop\n"
            "  actgrid datasets fetch fashion-mnist mnist\n"
            "  actgrid datasets export mnist1d samples=10000 -o mnist1d.npz\n"
            "  actgrid datasets export xor noise=0.1 > xor.csv\n",
    .run = run,
};
