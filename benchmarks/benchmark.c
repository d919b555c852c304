/* ag_benchmark: trains workloads against the clock. For tuning by hand; scripts/benchmark
 * uses it as a worker, see worker.h. */
#include "benchmarks/storing.h"
#include "benchmarks/timing.h"
#include "benchmarks/worker.h"
#include "harness/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "ag_benchmark [--probes|--both] [--seconds S] [--rounds N] WORKLOAD... [key=value ...]\n"
    "\n"
    "Trains every trial of the workloads and prints, of the thread's own time: samples per\n"
    "second (median and range over the rounds), microseconds of a step, and the operations of\n"
    "its products per second beside the peak of fused multiply-adds measured just before and\n"
    "after. Only steps are timed, no evaluation. Rounds go through all trials in turn.\n"
    "\n"
    "WORKLOAD is a file, or one of benchmarks/workloads: a_mlp128, or short a.\n"
    "  --probes       with the probes of the file, every step; otherwise without\n"
    "  --both         both, in turn; the cost of the probes is printed\n"
    "  --seconds S    of each round of each trial, about; 0.5\n"
    "  --rounds N     5; with 1 there is no warming up: for a profiler\n"
    "  --once         instead: trains each trial once to its end, and measures nothing\n"
    "  --worker DIR   instead: writes data and weights to DIR, and answers commands\n"
    "  --storing DIR  instead: runs the file as a sweep into a new store; what does that cost?\n"
    "\n"
    "    ag_benchmark a c\n"
    "    ag_benchmark --both c activation=relu --rounds 9\n"
    "    ag_benchmark a activation=gelu training.batch_size=64 --rounds 20 --seconds 0.1\n"
    "    perf record ag_benchmark d --rounds 1 --seconds 20\n";

enum { WORDS_MAX = 64, ROUNDS_MAX = 1000 };

typedef struct request {
    const char *workloads[WORDS_MAX], *overrides[WORDS_MAX];
    int n_workloads, n_overrides;
    ag_bench_probes probes;
    const char *worker, *storing; /* folders */
    bool once;
    double seconds, rounds;
} request;

/* 0: go on. Otherwise what the program ends with, plus 1. */
static int understand(int argc, char **argv, request *r) {
    *r = (request){.seconds = 0.5, .rounds = 5};
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        double *number = strcmp(word, "--seconds") == 0  ? &r->seconds
                         : strcmp(word, "--rounds") == 0 ? &r->rounds
                                                         : NULL;
        if (number) {
            if (i + 1 < argc && ag_parse_number(argv[++i], number) && *number > 0) continue;
            fprintf(stderr, "ag_benchmark: %s needs a number above 0\n", word);
            return 3;
        }
        if (strcmp(word, "--help") == 0) {
            fputs(usage, stdout);
            return 1;
        }
        if (strcmp(word, "--once") == 0) {
            r->once = true;
        } else if (strcmp(word, "--worker") == 0 && i + 1 < argc) {
            r->worker = argv[++i];
            r->probes = AG_BENCH_BOTH;
        } else if (strcmp(word, "--storing") == 0 && i + 1 < argc) {
            r->storing = argv[++i];
        } else if (strcmp(word, "--probes") == 0) {
            r->probes = AG_BENCH_PROBES;
        } else if (strcmp(word, "--both") == 0) {
            r->probes = AG_BENCH_BOTH;
        } else if (word[0] == '-' || r->n_workloads == WORDS_MAX || r->n_overrides == WORDS_MAX) {
            fprintf(stderr, "ag_benchmark: '%s' is not understood\n\n%s", word, usage);
            return 3;
        } else if (strchr(word, '=') || word[0] == '~') {
            r->overrides[r->n_overrides++] = word;
        } else {
            r->workloads[r->n_workloads++] = word;
        }
    }
    if (!r->n_workloads || ((r->worker || r->storing) && r->n_workloads > 1) ||
        r->rounds > ROUNDS_MAX || r->rounds != (int)r->rounds) {
        fputs(usage, stderr);
        return 3;
    }
    return 0;
}

/* What all rounds of one trial gave. */
typedef struct series {
    double rate[ROUNDS_MAX], share[ROUNDS_MAX], peak[ROUNDS_MAX]; /* samples, operations per s */
    double per_step;                                              /* samples */
} series;

static ag_status measure(const request *r, ag_workload *w, series *s, ag_error *err) {
    ag_bench_time time;
    for (int i = 0; i < w->n && r->rounds > 1; i++) /* caches and clock frequency warm up */
        AG_TRY(ag_bench_go(&w->bench[i], r->seconds / 4, &time, err));
    for (int round = 0; round < (int)r->rounds; round++)
        for (int i = 0; i < w->n; i++) {
            const double before = ag_peak_flops();
            AG_TRY(ag_bench_go(&w->bench[i], r->seconds, &time, err));
            s[i].peak[round] = (before + ag_peak_flops()) / 2;
            s[i].rate[round] = time.samples / time.seconds;
            s[i].share[round] = s[i].rate[round] * w->bench[i].flops / s[i].peak[round];
            s[i].per_step = time.samples / time.steps;
        }
    return AG_OK;
}

static void print(const request *r, const ag_workload *w, series *s) {
    printf("%s%s%s\n", w->experiment.plan.name, w->generated ? ", generated instead of " : "",
           w->generated ? w->generated : "");
    double plain = 0;
    for (int i = 0; i < w->n; i++) {
        const int n = (int)r->rounds;
        const ag_spread rate = ag_spread_of(n, s[i].rate), peak = ag_spread_of(n, s[i].peak);
        const ag_spread share = ag_spread_of(n, s[i].share);
        printf("  %-34s %-6s %9.0f samples/s [%.0f-%.0f] %9.1f us/step %6.1f of %5.1f GFLOP/s, "
               "%5.1f %% [%.1f-%.1f]",
               w->bench[i].label, w->bench[i].probes ? "probes" : "plain", rate.median, rate.least,
               rate.most, 1e6 * s[i].per_step / rate.median, 1e-9 * rate.median * w->bench[i].flops,
               1e-9 * peak.median, 100 * share.median, 100 * share.least, 100 * share.most);
        if (!w->bench[i].probes) plain = rate.median;
        if (r->probes == AG_BENCH_BOTH && w->bench[i].probes)
            printf(", probes cost %.1f %%", 100 * (plain / rate.median - 1));
        printf("\n");
    }
}

/* Nothing that depends on time: a profiler counts the same every time. */
static ag_status train_once(ag_workload *w, ag_error *err) {
    ag_bench_time time;
    for (int i = 0; i < w->n; i++) {
        AG_TRY(ag_bench_begin(&w->bench[i], err));
        while (!w->bench[i].run.done)
            AG_TRY(ag_bench_go(&w->bench[i], 0, &time, err));
    }
    return AG_OK;
}

static ag_status by_hand(const request *r, ag_workload *w, ag_arena *arena, ag_error *err) {
    series *s = AG_NEW_ARRAY(arena, series, (size_t)w->n);
    if (!s) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for measurements");
    AG_TRY(measure(r, w, s, err));
    print(r, w, s);
    return AG_OK;
}

static ag_status store(const request *r, const char *file, ag_arena *arena, ag_error *err) {
    ag_experiment experiment;
    ag_storing s;
    AG_TRY(ag_experiment_read(file, r->overrides, r->n_overrides, arena, &experiment, err));
    AG_TRY(ag_storing_measure(&experiment, r->storing, arena, &s, err));
    printf("{\"trials\": %.0f, \"steps\": %.0f, \"wall\": %.6f, \"seconds\": %.6f, "
           "\"store_wall\": %.6f, \"store_seconds\": %.6f}\n",
           s.trials, s.steps, s.wall, s.seconds, s.store_wall, s.store_seconds);
    return AG_OK;
}

static ag_status one(const request *r, const char *file, ag_arena *arena, ag_error *err) {
    if (r->storing) return store(r, file, arena, err);
    ag_workload w;
    AG_TRY(ag_workload_open(file, r->overrides, r->n_overrides, r->probes, arena, &w, err));
    ag_status status = r->once     ? train_once(&w, err)
                       : r->worker ? ag_worker_serve(&w, r->worker, arena, err)
                                   : by_hand(r, &w, arena, err);
    ag_workload_close(&w);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}

int main(int argc, char **argv) {
    request r;
    const int answered = understand(argc, argv, &r);
    if (answered) return answered - 1;
    ag_error err = {0};
    ag_status status = AG_OK;
    const char *file[WORDS_MAX];
    ag_arena names = AG_ARENA_EMPTY;
    for (int i = 0; i < r.n_workloads && !status; i++) /* all, before any takes its time */
        status = ag_workload_find(r.workloads[i], &names, &file[i], &err);
    for (int i = 0; i < r.n_workloads && !status; i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        status = one(&r, file[i], &arena, &err);
        ag_arena_close(&arena);
    }
    ag_arena_close(&names);
    if (status)
        fprintf(stderr, "ag_benchmark: %s%s%s\n", err.where, err.where[0] ? ": " : "", err.text);
    return ag_status_exit_code(status);
}
