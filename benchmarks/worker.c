#include "benchmarks/worker.h"

#include "benchmarks/export.h"
#include "benchmarks/timing.h"
#include "harness/cli/json.h"

#include <stdio.h>
#include <string.h>

static void print_number(const char *before, double x) {
    fputs(before, stdout);
    ag_json_number(stdout, x);
}

static ag_status answer(ag_workload *w, const char *line, ag_error *err) {
    int bench;
    double seconds;
    if (strcmp(line, "peak\n") == 0) {
        print_number("{\"flops\": ", ag_peak_flops());
    } else if (sscanf(line, "go %d %lf", &bench, &seconds) == 2 && bench >= 0 && bench < w->n) {
        ag_bench_time time;
        AG_TRY(ag_bench_go(&w->bench[bench], seconds, &time, err));
        print_number("{\"steps\": ", time.steps);
        print_number(", \"samples\": ", time.samples);
        print_number(", \"seconds\": ", time.seconds);
        print_number(", \"wall\": ", time.wall);
    } else {
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "a worker does not understand '%.60s'", line);
    }
    fputs("}\n", stdout);
    fflush(stdout);
    return AG_OK;
}

ag_status ag_worker_serve(ag_workload *w, const char *folder, ag_arena *arena, ag_error *err) {
    AG_TRY(ag_export(w, folder, arena, stdout, err));
    char line[256];
    while (fgets(line, sizeof line, stdin))
        AG_TRY(answer(w, line, err));
    return AG_OK;
}
