/* --experiment NAME and --phase grid|final: which trials of a store are looked at. */
#ifndef AG_TRIAL_OPTION_H
#define AG_TRIAL_OPTION_H

#include "harness/cli/command.h"
#include "results/report/trial_set.h"

#define AG_TRIAL_OPTIONS                                                                           \
    {.name = "experiment",                                                                         \
     .value = "NAME",                                                                              \
     .meaning = "of this one, as it ran last; else of all"},                                       \
    {                                                                                              \
        .name = "phase", .value = "PHASE",                                                         \
        .meaning = "grid, or final: what a tuning chose; else final if there is one"               \
    }

/* 0, or the exit code of what was said about it. */
int ag_trial_option(const ag_call *call, const char *folder, ag_trial_set *set);

#endif
