/* A plan: every trial of an experiment, before any of it runs. Pure data.
 *
 * Settings fall into seven parts (dataset, model, ... probes) and a seed. An axis
 * of the grid changes one part (a zip may change several), so each part has a few
 * *variants*, each read, checked, written out and hashed once; a trial is one
 * variant of each part and a seed. A million trials cost a million small structs,
 * not a million parsed files.
 */
#ifndef AG_PLAN_H
#define AG_PLAN_H

#include "datasets/dataset.h"
#include "harness/plan/settings.h"

typedef enum ag_part {
    AG_PART_DATASET,
    AG_PART_MODEL,
    AG_PART_ACTIVATION,
    AG_PART_INITIALIZER,
    AG_PART_OPTIMIZER,
    AG_PART_TRAINING,
    AG_PART_PROBES,
    AG_PARTS
} ag_part;

extern const char *const ag_part_names[AG_PARTS]; /* "dataset", "model", ... */

enum { AG_AXES_MAX = 32, AG_TRIALS_MAX = 10000000 };

typedef struct ag_trial {
    uint64_t id; /* hash of the settings, not of the position: the same settings
                    have the same id in every plan and on every machine */
    uint64_t seed;
    uint32_t index; /* place in the plan, from 0; seeds vary slowest */
    uint32_t variant[AG_PARTS];
    ag_phase phase;
} ag_trial;

typedef struct ag_variant {
    union {
        ag_choice choice; /* dataset, model, initializer, optimizer */
        ag_activation_list activation;
        const ag_training *training;
        ag_probing probes;
    } is;
    const char *label; /* short, for people: "elu(alpha=0.5)"; only what is not standard */
    uint64_t hash;     /* of its canonical JSON */
} ag_variant;

typedef struct ag_claim ag_claim; /* claim.h */

/* One line of the grid, for people: `optimizer.learning_rate`, 5 values. */
typedef struct ag_axis {
    const char *name; /* the keys of a zip are joined by " + " */
    int n_choices;
} ag_axis;

typedef struct ag_plan {
    const char *file;        /* as given on the command line */
    const char *name;        /* of the experiment; the file's stem if it has none */
    const char *description; /* "" if none */
    const char *source;      /* the file's text */
    const char *resolved;    /* JSON: everything, overrides applied, standard values filled in */

    const ag_variant *variants[AG_PARTS];
    int n_variants[AG_PARTS];
    /* [dataset variants], as the files were when the plan was made; n_train 0: not known, as
     * files are missing. */
    const ag_data_outline *outlines;
    const ag_axis *axes;
    int n_axes;
    const uint64_t *seeds;
    int n_seeds;

    const ag_trial *trials;
    size_t n_trials;
    const struct ag_tuning *tuning; /* tuning.h; NULL: every trial is a result of its own */
    size_t n_excluded;              /* points that `exclude` took out, before seeds */
    const ag_claim *claims;         /* what the results are expected to say */
    int n_claims;
    const char *const *notes; /* what a user should know: an exclude that matches nothing, ... */
    int n_notes;
} ag_plan;

/* Reads an experiment file and expands it. `overrides` are key=value words of the
 * command line, "~key" removes one. Every error has its place: file:line:column,
 * or the word itself. Everything lives in `arena`. */
ag_status ag_plan_read(ag_arena *arena, const char *file, const char *bytes, size_t n,
                       const char *const *overrides, int n_overrides, ag_plan *plan, ag_error *err);

/* Points into the plan; cheap. */
ag_settings ag_plan_settings(const ag_plan *plan, const ag_trial *trial);

/* The canonical JSON of a part: every setting, standard ones too, in the order of the tables.
 * Not kept with the variants: of 100,000 it would be most of the plan. NULL: out of memory. */
const char *ag_plan_variant_json(ag_part part, const ag_variant *variant, ag_arena *arena);

/* The id of a trial that is this one but for one part, whose canonical JSON has this hash. */
uint64_t ag_plan_id_with(const ag_plan *plan, const ag_trial *trial, ag_part part, uint64_t hash);

/* The hash of a training that is this one but for its length: exactly one of epochs and steps is
 * above 0. false: out of memory. */
bool ag_plan_length_hash(const ag_training *training, long epochs, long steps, ag_arena *scratch,
                         uint64_t *hash);

/* {"dataset": ..., "model": ..., ..., "seed": 0} in one line, and the phase if it is not `grid`.
 * NULL: out of memory. */
const char *ag_plan_settings_json(const ag_plan *plan, const ag_trial *trial, ag_arena *arena);

/* What settings mean that lack this dotted key: keys that came later are not in them where they are
 * standard. NULL: it is none of those. */
const char *ag_plan_late_standard(const char *key);

/* "huber(delta=2)", "auto" for none. NULL: out of memory. */
const char *ag_plan_choice_label(const ag_choice *choice, ag_arena *arena);

/* "relu depth=8 he_normal seed=3": what distinguishes this trial within its plan. */
const char *ag_plan_trial_label(const ag_plan *plan, const ag_trial *trial, ag_arena *arena);

#endif
