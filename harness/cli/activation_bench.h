/* 'activations bench': what each activation costs on this machine. */
#ifndef AG_ACTIVATION_BENCH_H
#define AG_ACTIVATION_BENCH_H

#include "harness/base/arena.h"
#include "harness/base/catalogue.h"
#include "harness/base/status.h"

#include <stdio.h>

typedef enum ag_bench_format { AG_BENCH_TEXT, AG_BENCH_CSV, AG_BENCH_JSON } ag_bench_format;

/* Rows come as they are measured. */
ag_status ag_activation_bench(FILE *out, ag_bench_format format, int n, const ag_choice *choices,
                              ag_arena *arena, ag_error *err);

#endif
