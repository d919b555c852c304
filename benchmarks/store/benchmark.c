/* The store at scale: makes one of 20,000 trials x 50 epochs x 10 layers through the very
 * path a run takes (durable, one trial after the other), asks it every shipped question,
 * and exports it. Prints what everything took.
 *
 *     ag_benchmark_store [-o DIR] [--trials N] [--epochs N] [--layers N] [--seeds N] [--json FILE]
 *
 * Without -o the store goes to a temporary folder and is removed again. With -o a store
 * that is there is asked only. Wall time is what a user waits; CPU time (of this process,
 * all threads) is what does not depend on what else the machine does. */
#include "benchmarks/store/made_trials.h"
#include "harness/base/clock.h"
#include "results/store/print/table.h"
#include "results/store/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ROWS_MAX = 64, NAME_BYTES = 64, WARM = 5 };

typedef struct timing {
    double wall, cpu; /* seconds */
} timing;

static timing now(void) {
    struct timespec cpu;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    return (timing){ag_clock_now(), (double)cpu.tv_sec + 1e-9 * (double)cpu.tv_nsec};
}

static timing since(timing began) {
    const timing end = now();
    return (timing){end.wall - began.wall, end.cpu - began.cpu};
}

static double thread_seconds(void) {
    struct timespec cpu;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    return (double)cpu.tv_sec + 1e-9 * (double)cpu.tv_nsec;
}

typedef struct asked {
    char name[NAME_BYTES];
    size_t rows;
    double cold, warm, cpu, printed; /* seconds; cpu: of the warm ones; printed: the aligned table,
                                        negative: not tried */
} asked;

typedef struct bench {
    ag_arena arena;
    ag_made_size size;
    const char *dir, *json;
    bool made;
    double make; /* CPU seconds */
    timing put, close;
    size_t layer_rows;
    asked list[ROWS_MAX];
    int n;
    struct {
        const char *format;
        size_t rows, bytes;
        timing t;
    } export[2];
} bench;

_Noreturn static void die(const char *what, const ag_error *err) {
    fprintf(stderr, "ag_benchmark_store: %s: %s\n", what, err ? err->text : "");
    exit(3);
}

/* --- making -------------------------------------------------------------------------- */

static void note(void *self, const ag_record *record) {
    (void)record;
    ++*(int *)self;
}

/* As a run does: the sink takes a trial over and says when it is on the disk. What making the
 * numbers takes in CPU time is subtracted, as it stands in for training. */
static void make_store(bench *b) {
    ag_error err = {0};
    ag_store *store;
    ag_made_sweep sweep;
    ag_arena trial = AG_ARENA_EMPTY;
    int stored = 0;
    if (!ag_made_sweep_init(&sweep, b->size, &b->arena)) die("out of memory", NULL);
    const ag_pair facts[] = {{"version", "made"}};
    const ag_store_about about = {.plan = &sweep.plan, .environment = facts, .n_environment = 1};
    if (ag_store_open(b->dir, &about, &store, &err)) die("open", &err);
    const ag_sink sink = ag_store_sink(store);
    const timing began = now();
    for (int i = 0; i < b->size.trials; i++) {
        ag_record record;
        const double t = thread_seconds();
        if (!ag_made_record(&sweep, i, &trial, &record)) die("out of memory", NULL);
        b->make += thread_seconds() - t;
        if (sink.put(sink.self, &record, (ag_receipt){note, &stored}, &err)) die("put", &err);
        b->layer_rows += (size_t)record.n_epoch_rows * (size_t)record.n_layers;
        ag_arena_reset(&trial);
    }
    if (sink.finish(sink.self, &err) || stored != b->size.trials) die("finish", &err);
    b->put = since(began);
    b->put.cpu -= b->make;
    const timing t = now();
    if (ag_store_close(store, &err)) die("close", &err);
    b->close = since(t);
    ag_arena_close(&trial);
    b->made = true;
}

/* --- asking -------------------------------------------------------------------------- */

static ag_status ignore_header(void *self, int n, const char *const *columns, ag_error *err) {
    (void)self, (void)n, (void)columns, (void)err;
    return AG_OK;
}

static ag_status count_row(void *self, const ag_cell *cells, ag_error *err) {
    (void)cells, (void)err;
    ++*(size_t *)self;
    return AG_OK;
}

/* Takes the file out of the system's memory: the next reader fetches it from the disk. */
static void make_cold(const bench *b) {
    char path[4096];
    snprintf(path, sizeof path, "%s/results.sqlite", b->dir);
    const int fd = open(path, O_RDONLY);
    if (fd < 0) return;
    fsync(fd);
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
}

/* From the open reader to the last row, every value as text. */
static timing ask(ag_reader *reader, const char *sql, size_t *rows) {
    ag_error err = {0};
    *rows = 0;
    const timing began = now();
    if (ag_reader_select(reader, sql, 0, (ag_row_sink){ignore_header, count_row, rows}, &err))
        die(sql, &err);
    return since(began);
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double x[WARM]) {
    qsort(x, WARM, sizeof x[0], by_size);
    return x[WARM / 2];
}

static double print_it(const bench *b, const char *sql) {
    ag_error err = {0};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_table table;
    FILE *nowhere = fopen("/dev/null", "w");
    const double began = ag_clock_now();
    if (!nowhere || ag_store_query(b->dir, sql, 0, &arena, &table, &err) ||
        ag_table_print(nowhere, &table, AG_FORMAT_TABLE, &err))
        die(sql, &err);
    const double seconds = ag_clock_now() - began;
    fclose(nowhere);
    ag_arena_close(&arena);
    return seconds;
}

static void ask_one(bench *b, const char *name, const char *sql, bool print) {
    ag_error err = {0};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_reader *reader;
    if (b->n == ROWS_MAX) return;
    asked *a = &b->list[b->n++];
    snprintf(a->name, sizeof a->name, "%s", name);
    make_cold(b);
    if (ag_reader_open(b->dir, &arena, &reader, &err)) die("open", &err);
    a->cold = ask(reader, sql, &a->rows).wall;
    double warm[WARM], cpu[WARM];
    for (int i = 0; i < WARM; i++) {
        const timing t = ask(reader, sql, &a->rows);
        warm[i] = t.wall;
        cpu[i] = t.cpu;
    }
    a->warm = median(warm);
    a->cpu = median(cpu);
    ag_reader_close(reader);
    ag_arena_close(&arena);
    a->printed = print ? print_it(b, sql) : -1;
}

static void ask_all(bench *b) {
    static const char *const views[] = {"leaderboard", "best_learning_rate", "gradient_decay",
                                        "dead_units",  "convergence",        "curves",
                                        "pairs"};
    char name[NAME_BYTES], sql[128];
    for (int i = 0; i < AG_COUNT(views); i++) {
        snprintf(sql, sizeof sql, "SELECT * FROM %s", views[i]);
        ask_one(b, views[i], sql, false);
    }
    ask_one(b, "convergence of one activation",
            "SELECT * FROM convergence WHERE activation = 'relu'", false);
    ask_one(b, "curves: mean curve by activation",
            "SELECT activation, epoch, sum(cells * val_loss_mean) / sum(cells) FROM curves"
            " GROUP BY 1, 2",
            false);
    for (int i = 0; i < ag_n_shipped_queries; i++) {
        snprintf(name, sizeof name, "@%s", ag_shipped_queries[i].name);
        ask_one(b, name, name, true);
    }
}

/* --- exporting ----------------------------------------------------------------------- */

static void export_layers(bench *b, int at, ag_format format) {
    ag_error err = {0};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_reader *reader;
    char path[4096];
    snprintf(path, sizeof path, "%s/layer_epoch.%s", b->dir, ag_format_names[format]);
    unlink(path);
    if (ag_reader_open(b->dir, &arena, &reader, &err)) die("open", &err);
    size_t rows = 0;
    const timing began = now();
    if (ag_table_export(reader, "layer_epoch", format, path, &rows, &err)) die("export", &err);
    b->export[at].t = since(began);
    b->export[at].format = ag_format_names[format];
    b->export[at].rows = rows;
    struct stat file;
    b->export[at].bytes = stat(path, &file) == 0 ? (size_t)file.st_size : 0;
    unlink(path);
    ag_reader_close(reader);
    ag_arena_close(&arena);
}

/* --- telling ------------------------------------------------------------------------- */

static double megabytes(const bench *b, const char *name) {
    char path[4096];
    struct stat file;
    snprintf(path, sizeof path, "%s/%s", b->dir, name);
    return stat(path, &file) == 0 ? 1e-6 * (double)file.st_size : 0;
}

static void tell_making(const bench *b) {
    const double rows = (double)b->layer_rows;
    printf("%d trials x %d epochs x %d layers, cells of %d seeds: %.2f M layer rows\n",
           b->size.trials, b->size.epochs, b->size.layers, b->size.seeds, 1e-6 * rows);
    printf("%-38s %9s %9s %12s\n", "making the store", "wall s", "CPU s", "layer rows/s");
    printf("  %-36s %9.2f %9.2f %12.0f\n", "put: rows and arrays, durable", b->put.wall, b->put.cpu,
           rows / b->put.wall);
    printf("  %-36s %9.2f %9.2f %12.0f\n", "close: means of cells, curves.h5", b->close.wall,
           b->close.cpu, rows / b->close.wall);
    printf("  %-36s %9.2f %9.2f %12.0f\n", "both", b->put.wall + b->close.wall,
           b->put.cpu + b->close.cpu, rows / (b->put.wall + b->close.wall));
}

static void tell(const bench *b) {
    if (b->made) tell_making(b);
    printf("results.sqlite %.0f MB, curves.h5 %.0f MB\n\n", megabytes(b, "results.sqlite"),
           megabytes(b, "curves.h5"));
    printf("%-38s %9s %9s %9s %9s %9s\n", "asking (all rows, as text)", "rows", "cold ms",
           "warm ms", "CPU ms", "table ms");
    for (int i = 0; i < b->n; i++) {
        const asked *a = &b->list[i];
        printf("  %-36s %9zu %9.1f %9.1f %9.1f ", a->name, a->rows, 1e3 * a->cold, 1e3 * a->warm,
               1e3 * a->cpu);
        if (a->printed >= 0)
            printf("%9.1f\n", 1e3 * a->printed);
        else
            printf("%9s\n", "-");
    }
    printf("\n%-38s %9s %9s %12s %9s\n", "exporting layer_epoch", "wall s", "CPU s", "rows/s",
           "MB");
    for (int i = 0; i < AG_COUNT(b->export); i++)
        printf("  %-36s %9.2f %9.2f %12.0f %9.0f\n", b->export[i].format, b->export[i].t.wall,
               b->export[i].t.cpu, (double)b->export[i].rows / b->export[i].t.wall,
               1e-6 * (double)b->export[i].bytes);
}

static void tell_json(const bench *b) {
    FILE *out = fopen(b->json, "w");
    if (!out) die("could not create the JSON file", NULL);
    fprintf(
        out,
        "{\"trials\": %d, \"epochs\": %d, \"layers\": %d, \"seeds\": %d, \"layer_rows\": %zu,\n",
        b->size.trials, b->size.epochs, b->size.layers, b->size.seeds, b->layer_rows);
    fprintf(out, " \"put_seconds\": %.3f, \"put_cpu_seconds\": %.3f,", b->put.wall, b->put.cpu);
    fprintf(out, " \"close_seconds\": %.3f, \"close_cpu_seconds\": %.3f,\n \"queries\": [",
            b->close.wall, b->close.cpu);
    for (int i = 0; i < b->n; i++) {
        const asked *a = &b->list[i];
        fprintf(
            out,
            "%s\n  {\"name\": \"%s\", \"rows\": %zu, \"cold\": %.5f, \"warm\": %.5f, \"cpu\": %.5f",
            i ? "," : "", a->name, a->rows, a->cold, a->warm, a->cpu);
        if (a->printed >= 0) fprintf(out, ", \"table\": %.5f", a->printed);
        fputc('}', out);
    }
    fputs("],\n \"exports\": [", out);
    for (int i = 0; i < AG_COUNT(b->export); i++)
        fprintf(out, "%s\n  {\"format\": \"%s\", \"rows\": %zu, \"seconds\": %.3f, \"cpu\": %.3f}",
                i ? "," : "", b->export[i].format, b->export[i].rows, b->export[i].t.wall,
                b->export[i].t.cpu);
    fputs("]}\n", out);
    if (fclose(out) != 0) die("could not write the JSON file", NULL);
}

/* --- main ------------------------------------------------------------------------------ */

static int natural(const char *option, const char *text) {
    char *end;
    const long x = text ? strtol(text, &end, 10) : 0;
    if (!text || *end || x < 1 || x > 10000000) {
        fprintf(stderr, "ag_benchmark_store: %s must be a number from 1 to 10000000\n", option);
        exit(2);
    }
    return (int)x;
}

static void read_options(bench *b, int n, char **word) {
    const struct {
        const char *name;
        int *value;
    } numbers[] = {{"--trials", &b->size.trials},
                   {"--epochs", &b->size.epochs},
                   {"--layers", &b->size.layers},
                   {"--seeds", &b->size.seeds},
                   {"--steps", &b->size.steps}};
    for (int i = 1; i < n; i += 2) {
        int k = 0;
        while (k < AG_COUNT(numbers) && strcmp(word[i], numbers[k].name) != 0)
            k++;
        if (k < AG_COUNT(numbers))
            *numbers[k].value = natural(word[i], word[i + 1]);
        else if (strcmp(word[i], "-o") == 0 && word[i + 1])
            b->dir = word[i + 1];
        else if (strcmp(word[i], "--json") == 0 && word[i + 1])
            b->json = word[i + 1];
        else {
            fprintf(stderr,
                    "usage: ag_benchmark_store [-o DIR] [--trials N] [--epochs N] [--layers N]"
                    " [--seeds N] [--steps N] [--json FILE]\n");
            exit(2);
        }
    }
}

int main(int n, char **word) {
    static bench b = {.size = {20000, 50, 10, 5, 20}};
    b.arena = AG_ARENA_EMPTY;
    read_options(&b, n, word);
    char temporary[4096], command[4200];
    const char *tmp = getenv("TMPDIR");
    const bool keep = b.dir != NULL;
    if (!keep) {
        snprintf(temporary, sizeof temporary, "%s/ag_benchmark_store-XXXXXX", tmp ? tmp : "/tmp");
        if (!mkdtemp(temporary)) die("could not create a temporary folder", NULL);
        b.dir = temporary;
    }
    if (!keep || access(b.dir, F_OK) != 0) make_store(&b);
    ask_all(&b);
    export_layers(&b, 0, AG_FORMAT_CSV);
    export_layers(&b, 1, AG_FORMAT_JSONL);
    tell(&b);
    if (b.json) tell_json(&b);
    snprintf(command, sizeof command, "rm -rf '%s'", b.dir);
    if (!keep && system(command) != 0) printf("could not remove %s\n", b.dir);
    ag_arena_close(&b.arena);
    return 0;
}
