/* What `tuning` chooses from: how candidates are found, and how they are sorted out. */
#include "harness/plan/schema.h"
#include "harness/plan/tuning.h"

enum { DRAWS_MAX = 100000, ETA_MAX = 100 };

#define DRAWS(of)                                                                                  \
    {                                                                                              \
        [AG_SEARCH_DRAWS] = {.name = (of),                                                         \
                             .kind = AG_PARAM_INT,                                                 \
                             .required = true,                                                     \
                             .standard = 20,                                                       \
                             .min = 1,                                                             \
                             .max = DRAWS_MAX,                                                     \
                             .meaning = "how many candidates are drawn, the same for all"},        \
        [AG_SEARCH_SEED] = {.name = "seed",                                                        \
                            .kind = AG_PARAM_INT,                                                  \
                            .min = 0,                                                              \
                            .max = 1e9,                                                            \
                            .meaning = "another one draws others; more of one are the same and "   \
                                       "more"},                                                    \
    }
static const ag_param random[] = DRAWS("random");
static const ag_param sobol[] = DRAWS("sobol");
const ag_element ag_search_random = {
    .name = "random",
    .formula = "candidates drawn independently",
    .params = random,
    .n_params = AG_COUNT(random),
};
const ag_element ag_search_sobol = {
    .name = "sobol",
    .formula = "candidates spread evenly: Sobol's sequence, shifted at random",
    .params = sobol,
    .n_params = AG_COUNT(sobol),
};
static const ag_element *const searches[] = {&ag_search_random, &ag_search_sobol};
const ag_catalogue ag_searches = {"search", "searches", .items = searches,
                                  .n_items = AG_COUNT(searches)};

static const ag_param halving[] = {
    [AG_HALVING_ETA] = {.name = "eta",
                        .kind = AG_PARAM_INT,
                        .required = true,
                        .standard = 3,
                        .min = 2,
                        .max = ETA_MAX,
                        .meaning = "one of so many goes on, to be trained so many times as long"},
    [AG_HALVING_RUNGS] = {.name = "rungs",
                          .kind = AG_PARAM_INT,
                          .required = true,
                          .standard = 3,
                          .min = 2,
                          .max = AG_RUNGS_MAX,
                          .meaning = "lengths of training, the last one the whole"},
};
const ag_element ag_halving = {
    .name = "halving",
    .formula = "the worse ones are left out after a part of the training",
    .params = halving,
    .n_params = AG_COUNT(halving),
};
static const ag_element *const halvings[] = {&ag_halving};
const ag_catalogue ag_halvings = {"halving", "halvings", .items = halvings,
                                  .n_items = AG_COUNT(halvings)};
