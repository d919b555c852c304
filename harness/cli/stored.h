/* Trials of a store: found by what the command line calls them, and made ready to be trained
 * again. */
#ifndef AG_STORED_H
#define AG_STORED_H

#include "datasets/dataset.h"
#include "harness/base/arena.h"
#include "harness/plan/restore.h"

typedef enum ag_obstacle {
    AG_OBSTACLE_NONE,
    AG_OBSTACLE_SETTINGS, /* this version cannot read them, or has another id for them */
    AG_OBSTACLE_NO_DATA,  /* files are missing or damaged */
    AG_OBSTACLE_NEW_DATA  /* they are not those that the trial was trained on */
} ag_obstacle;

typedef struct ag_stored_trial {
    uint64_t id;
    const char *name;   /* the id, as the store has it */
    const char *status; /* "finished", "diverged", "failed" */
    const char *label;  /* for people: "relu depth=8 seed=0" */
    const char *data;   /* digest of its data set; NULL: the store does not say */
    const char *digest; /* of the final weights; NULL: it failed */
    int environment;    /* environment_id */
    ag_restored restored;
    ag_obstacle obstacle; /* what is in the way of training it again, since ag_stored_prepare; */
    const char *why;      /* and in words */
} ag_stored_trial;

/* What is known of the n trials with these ids, in the order given. Of one that the store does not
 * have, all texts are "". */
ag_status ag_stored_read(const char *folder, const uint64_t *ids, size_t n, ag_arena *arena,
                         ag_stored_trial *trials, ag_error *err);

/* The trial of the store in `folder` whose id is `name`, or alone begins with it. AG_NOTFOUND lists
 * those that could be meant. */
ag_status ag_stored_find(const char *folder, const char *name, ag_arena *arena,
                         ag_stored_trial *trial, ag_error *err);

/* Stored trials as a plan, with their data. */
typedef struct ag_replay {
    ag_plan plan;  /* of the trials whose settings can be read; trial->restored.trial says where */
    ag_data *data; /* [dataset variants]; without a name: not there */
} ag_replay;

/* Makes a plan of the trials and opens the data sets that they need. A trial that cannot be
 * trained again has its `obstacle` set; others are not held up by it. */
ag_status ag_stored_prepare(const char *folder, ag_stored_trial *trials, size_t n, ag_arena *arena,
                            ag_replay *replay, ag_error *err);

/* An obstacle as an error. */
ag_status ag_stored_check(const ag_stored_trial *trial, ag_error *err);

/* The same of one, with an obstacle as an error: settings and data to train it again. */
ag_status ag_stored_open(const char *folder, ag_stored_trial *trial, ag_arena *arena,
                         ag_settings *settings, ag_replay *replay, ag_error *err);

#endif
